"""Use cases of planned changes: proposed, assessed, approved by another, carried out step by step, looked back at (5.7 b)."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, gates, inbox, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.changes import rules, workflow
from lab_app.quality.changes.models import ChangeStep, PlannedChange
from lab_app.quality.origins import named

APPROVE = N_("%(title)s: xem và duyệt thay đổi có kế hoạch")
STEP = N_("%(title)s: %(what)s")
TO_APPROVE = timedelta(days=10)


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def _link(row: PlannedChange) -> str:
    return f"/quality/changes/{row.code}"


def propose_change(
    actor: Actor, *, kind: str, title: str, purpose: str, planned_on: date, source_kind: str = "", source_code: str = "",
) -> PlannedChange:
    """Begin a planned change: what, why, from when (ISO 9001 6.3 a). Refuses an unknown kind, empty words, a source not found."""
    authorize(actor, P.QUALITY_WRITE)
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    source = named(source_kind, source_code)
    row = PlannedChange(
        code=numbering.yearly("TD", clock.today().year, 3), kind=kind, title=_needed("title", title), purpose=_needed("purpose", purpose),
        planned_on=planned_on, source_kind=source[0], source_id=source[1], source_code=source[2], proposed_by_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    search.put("planned-change", row.id, row.code, row.title, row.purpose)
    return row


def assess(actor: Actor, row: PlannedChange, impacts: Mapping[str, str]) -> PlannedChange:
    """Answer the questions of the impact assessment, now or later; what waited for approval is a draft again. Refused once approved."""
    authorize(actor, P.QUALITY_WRITE)
    unknown = set(impacts) - set(rules.IMPACTS)
    if unknown:
        raise FieldRefused(sorted(unknown)[0], gettext("Mục này không sửa ở đây được."))
    workflow.CHANGE.move(row, "edit")
    row.impacts = {key: words.strip() for key, words in impacts.items() if words.strip()}
    db.session.flush()
    inbox.settle(f"change/{row.id}/approve")
    return row


def add_step(actor: Actor, row: PlannedChange, *, what: str, person: Person, due_on: date, reason: str = "") -> ChangeStep:
    """A step: what, who, until when. Refused once the change is closed or was declined. The person is asked once it is approved.

    A step that nobody approved with the change is its own addition: it needs the reason, which stands on the page with who added it and
    when (5.7 b).
    """
    authorize(actor, P.QUALITY_WRITE)
    if row.status in ("closed", "declined"):
        raise Refused(gettext("Hồ sơ %(code)s đã đóng.", code=row.code))
    step = ChangeStep(change_id=row.id, what=_needed("what", what)[:300], person_id=person.id, due_on=due_on)
    step.person = person
    added = row.status in workflow.UNDER_WAY
    with audit.reason(_needed("reason", reason) if added else reason):
        row.steps.append(step)
        db.session.flush()
    if added:
        _ask_step(row, step)
    return step


def _ask_step(row: PlannedChange, step: ChangeStep) -> None:
    inbox.ask(f"change/{row.id}/step/{step.id}", "planned-change", STEP, {"title": row.title, "what": step.what}, person_id=step.person_id,
              code=row.code, link=_link(row), due_on=step.due_on)


def finish_step(actor: Actor, row: PlannedChange, step: ChangeStep, *, done_on: date, shown_by: str) -> ChangeStep:
    """A step is done, with what shows it; by whoever was asked, or the keeper of quality records. Refused by gate *change-approved*
    before the change was approved."""
    authorize(actor, P.HOME if actor.id == step.person_id else P.QUALITY_WRITE)
    if step.done_on is not None:
        raise Refused(gettext("Việc này đã xong rồi."))
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    gates.require("change-approved", facts(actor, row))
    step.shown_by, step.done_on = _needed("shown_by", shown_by), done_on
    db.session.flush()
    inbox.settle(f"change/{row.id}/step/{step.id}")
    return step


def facts(actor: Actor, row: PlannedChange) -> workflow.ChangeFacts:
    """Facts of the gates of a planned change as they stand now."""
    return workflow.ChangeFacts(
        row.code, rules.unanswered(row.impacts), len(row.steps), row.proposed_by_id, actor.id,
        row.status in (*workflow.UNDER_WAY, "closed"))


def submit(actor: Actor, row: PlannedChange) -> PlannedChange:
    """Put it before whoever may approve. Refused by gate *change-assessed*."""
    authorize(actor, P.QUALITY_WRITE)
    workflow.CHANGE.move(row, "submit", facts(actor, row))
    db.session.flush()
    inbox.ask(f"change/{row.id}/approve", "planned-change", APPROVE, {"title": row.title}, permission=P.CHANGE_APPROVE,
              not_person_id=row.proposed_by_id, code=row.code, link=_link(row), due_on=clock.today() + TO_APPROVE)
    return row


def approve(actor: Actor, row: PlannedChange, decision: str) -> PlannedChange:
    """Approve it. Refused by gates *change-assessed* and *change-approved-by-another*; the people of its steps are asked."""
    authorize(actor, P.CHANGE_APPROVE)
    workflow.CHANGE.move(row, "approve", facts(actor, row))
    row.decision, row.decided_by_id, row.decided_at = decision.strip(), person_of(actor), clock.now()
    db.session.flush()
    inbox.settle(f"change/{row.id}/approve")
    for step in row.steps:
        if step.done_on is None:
            _ask_step(row, step)
    return row


def decline(actor: Actor, row: PlannedChange, decision: str) -> PlannedChange:
    """It is not done, and why."""
    authorize(actor, P.CHANGE_APPROVE)
    row.decision = _needed("decision", decision)
    workflow.CHANGE.move(row, "decline")
    row.decided_by_id, row.decided_at = person_of(actor), clock.now()
    db.session.flush()
    inbox.settle_under(f"change/{row.id}/")
    return row


def begin(actor: Actor, row: PlannedChange) -> PlannedChange:
    """It begins today. Refused by gate *change-approved*."""
    authorize(actor, P.QUALITY_WRITE)
    workflow.CHANGE.move(row, "begin", facts(actor, row))
    row.began_on = clock.today()
    db.session.flush()
    return row


def close(actor: Actor, row: PlannedChange, outcome: str) -> PlannedChange:
    """Look back: whether it reached its purpose, and what else it did (5.7 b). Refused while a step is not done."""
    authorize(actor, P.QUALITY_WRITE)
    waiting = [s.what for s in row.steps if s.done_on is None]
    if waiting:
        raise Refused(gettext("Còn việc chưa xong: %(what)s.", what="; ".join(waiting)))
    row.outcome = _needed("outcome", outcome)
    with audit.reason(row.outcome):
        workflow.CHANGE.move(row, "close")
        row.closed_by_id, row.closed_at = person_of(actor), clock.now()
        db.session.flush()
    inbox.settle_under(f"change/{row.id}/")
    return row
