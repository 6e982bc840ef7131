"""Use cases of improvements: anybody proposes, somebody takes it up, figures say what it brought (8.6.1)."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import clock, files, inbox, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.improvements import rules, workflow
from lab_app.quality.improvements.models import Improvement
from lab_app.quality.origins import named

DECIDE = N_("%(title)s: xem đề xuất cải tiến")
DO = N_("%(title)s: thực hiện cải tiến")
PHOTOS = ("before", "after")


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def propose(
    actor: Actor, *, kind: str, title: str, problem: str, idea: str = "", figure: str = "", unit: str = "", better: str = "low",
    before: Decimal | None = None, source_kind: str = "", source_code: str = "",
) -> Improvement:
    """Propose an improvement; everybody may. A figure before needs its name. Refuses an unknown kind, empty words."""
    authorize(actor, P.HOME)
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    if better not in rules.BETTER:
        raise FieldRefused("better", gettext("Lựa chọn không có trong danh sách."))
    if before is not None and not figure.strip():
        raise FieldRefused("figure", gettext("Nêu tên số đo trước cải tiến."))
    source = named(source_kind, source_code)
    row = Improvement(
        code=numbering.yearly("CT", clock.today().year, 3), kind=kind, title=_needed("title", title), problem=_needed("problem", problem),
        idea=idea.strip(), figure=figure.strip(), unit=unit.strip(), better=better, before=before, source_kind=source[0],
        source_id=source[1], source_code=source[2], proposed_by_id=person_of(actor), proposed_on=clock.today())
    db.session.add(row)
    db.session.flush()
    search.put("improvement", row.id, row.code, row.title, row.problem, row.idea)
    inbox.ask(f"improvement/{row.id}/decide", "improvement", DECIDE, {"title": row.title}, permission=P.QUALITY_WRITE, code=row.code,
              link=f"/quality/improvements/{row.code}")
    return row


def take_up(actor: Actor, row: Improvement, *, owner: Person, due_on: date, decision: str = "") -> Improvement:
    """It is done by somebody until a day; that person is asked."""
    authorize(actor, P.QUALITY_WRITE)
    workflow.IMPROVEMENT.move(row, "take_up")
    row.owner_id, row.owner, row.due_on, row.decision = owner.id, owner, due_on, decision.strip()
    row.decided_by_id, row.decided_at = person_of(actor), clock.now()
    db.session.flush()
    inbox.settle(f"improvement/{row.id}/decide")
    inbox.ask(f"improvement/{row.id}/do", "improvement", DO, {"title": row.title}, person_id=owner.id, code=row.code,
              link=f"/quality/improvements/{row.code}", due_on=due_on)
    return row


def decline(actor: Actor, row: Improvement, decision: str) -> Improvement:
    """It is not done, and why: who proposed reads it."""
    authorize(actor, P.QUALITY_WRITE)
    row.decision = _needed("decision", decision)
    workflow.IMPROVEMENT.move(row, "decline")
    row.decided_by_id, row.decided_at = person_of(actor), clock.now()
    db.session.flush()
    inbox.settle(f"improvement/{row.id}/decide")
    return row


def finish(
    actor: Actor, row: Improvement, *, benefit: str, done_on: date, after: Decimal | None = None, saved: Decimal | None = None,
) -> Improvement:
    """What it brought: in words, and where a figure was named before, the figure after. Refuses a day to come, a missing figure."""
    authorize(actor, P.HOME if actor.id == row.owner_id else P.QUALITY_WRITE)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if done_on < row.proposed_on:
        raise FieldRefused("done_on", gettext("Trước ngày đề xuất."))
    if row.before is not None and after is None:
        raise FieldRefused("after", gettext("Cần số đo sau cải tiến để so với trước."))
    if saved is not None and saved < 0:
        raise FieldRefused("saved", gettext("Số tiền không âm."))
    benefit = _needed("benefit", benefit)
    workflow.IMPROVEMENT.move(row, "finish")
    row.benefit, row.after, row.saved, row.done_on = benefit, after, saved, done_on
    db.session.flush()
    inbox.settle_under(f"improvement/{row.id}/")
    return row


def add_photo(actor: Actor, row: Improvement, upload: files.Upload, *, when: str, caption: str = "") -> files.Attachment:
    """A photo of before or after, by who proposed, who does it, or the keeper of quality records."""
    authorize(actor, P.HOME if actor.id in (row.owner_id, row.proposed_by_id) else P.QUALITY_WRITE)
    if when not in PHOTOS:
        raise FieldRefused("when", gettext("Lựa chọn không có trong danh sách."))
    return files.attach(upload, "improvement", row.id, person_of(actor), when, caption.strip())
