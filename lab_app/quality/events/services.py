"""An event is reported by anybody, taken by an owner, and turned into what it is (7.10.1, 7.9.1, 8.6.1)."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, inbox, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality import subjects
from lab_app.quality.events import workflow
from lab_app.quality.events.models import Event

#: An event is looked at within so many days.
LOOK_DAYS = timedelta(days=3)
#: What names a subject: (kind, id, code).
Subject: TypeAlias = tuple[str, int, str]


@dataclass(frozen=True)
class Opened:
    """The record that an event became."""

    kind: str
    id: int
    code: str


#: (who, event, title) → the record opened for it, by the services of its own room.
Opener: TypeAlias = Callable[[Actor, Event, str], Opened]
_openers: dict[str, Opener] = {}


def register_opener(outcome: str, opener: Opener) -> None:
    """How an outcome (complaint, improvement) is opened from an event; the same outcome again replaces it."""
    _openers[outcome] = opener


def opens(outcome: str) -> bool:
    """Whether the program opens this outcome itself; otherwise the record's code is named."""
    return outcome == workflow.NONCONFORMITY or outcome in _openers


def report_event(
    actor: Actor, words: str, *, subject: Subject | None = None, happened_on: date | None = None,
) -> Event:
    """Report in one field what is not as it should be, by anybody who is signed in; `subject` is the record that was on the screen.

    Refuses empty words and a day to come. Whoever writes quality records is asked to look at it.
    """
    authorize(actor, P.HOME)
    if not words.strip():
        raise FieldRefused("words", gettext("Viết vài chữ: thấy gì, ở đâu."))
    if happened_on is not None and happened_on > clock.today():
        raise FieldRefused("happened_on", gettext("Ngày này ở tương lai."))
    kind, ident, code = subject or ("", 0, "")
    row = Event(
        code=numbering.yearly("SV", clock.today().year, 4), words=words.strip(), subject_kind=kind, subject_id=ident, subject_code=code,
        happened_on=happened_on, reported_by_id=actor.id, reported_by_name=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    search.put("quality-event", row.id, row.code, title_of(row), code)
    inbox.ask(f"event/{row.id}/settle", "event", N_("%(code)s: sự việc chờ phân loại"), {"code": row.code}, permission=P.QUALITY_WRITE,
              code=row.code, link=f"/quality/events/{row.code}", button=N_("Xem"), due_on=clock.today() + LOOK_DAYS)
    return row


def title_of(row: Event) -> str:
    """The first line of what was reported, short enough for a list."""
    first = row.words.strip().splitlines()[0].strip() if row.words.strip() else ""
    return first if len(first) <= 160 else first[:159].rstrip() + "…"


def take_event(actor: Actor, row: Event, owner: Person) -> Event:
    """Say who looks into an event. Refuses one that is settled and a person who may not write quality records."""
    authorize(actor, P.QUALITY_WRITE)
    if not owner.can(P.QUALITY_WRITE):
        raise FieldRefused("owner", gettext("%(person)s không ghi được hồ sơ chất lượng.", person=owner.full_name))
    workflow.EVENT.move(row, "take")
    row.owner_id = owner.id
    db.session.flush()
    inbox.ask(f"event/{row.id}/settle", "event", N_("%(code)s: sự việc chờ phân loại"), {"code": row.code}, person_id=owner.id,
              code=row.code, link=f"/quality/events/{row.code}", button=N_("Xem"), due_on=clock.today() + LOOK_DAYS)
    return row


def settle_event(
    actor: Actor, row: Event, *, outcome: str, title: str = "", reason: str = "", subject: Subject | None = None, code: str = "",
    risk_class: str = "", cause_class: str = "", area: str = "",
) -> Event:
    """Say what an event is, and open what follows: nonconforming work about its subject, a complaint, an improvement; or nothing, with
    the reason. `code` names a record that stands already instead of opening one. Refuses a settled event, an unknown outcome, nothing
    without a reason, a record that is not there."""
    authorize(actor, P.QUALITY_WRITE)
    if outcome not in workflow.OUTCOMES:
        raise FieldRefused("outcome", gettext("Lựa chọn không có trong danh sách."))
    if row.status == workflow.SETTLED:
        raise Refused(gettext("%(code)s đã được phân loại.", code=row.code))
    if outcome == workflow.NOTHING and not reason.strip():
        raise FieldRefused("reason", gettext("Ghi vì sao không phải xử lý gì."))
    if subject is not None:
        row.subject_kind, row.subject_id, row.subject_code = subject
    with audit.reason(reason):
        if outcome != workflow.NOTHING:
            classes = {"risk_class": risk_class, "cause_class": cause_class, "area": area}
            opened = _named(outcome, code) if code.strip() else _opened(actor, row, outcome, title.strip() or title_of(row), classes)
            row.outcome_kind, row.outcome_id, row.outcome_code = opened.kind, opened.id, opened.code
        workflow.EVENT.move(row, "settle")
        row.outcome, row.outcome_reason = outcome, reason.strip()
        row.settled_by_id, row.settled_at = actor.id, clock.now()
        db.session.flush()
    inbox.settle_under(f"event/{row.id}/")
    return row


def _named(outcome: str, code: str) -> Opened:
    ident = subjects.find(outcome, code)
    if ident is None:
        raise FieldRefused("code", gettext("Không có hồ sơ nào mang mã này."))
    return Opened(outcome, ident, code.strip())


def _opened(actor: Actor, row: Event, outcome: str, title: str, classes: dict[str, Any]) -> Opened:
    if outcome == workflow.NONCONFORMITY:
        found_on = row.happened_on or clock.local(row.recorded_at).date()
        work = quality.open_nonconformity(
            actor, source="event", subject_kind=row.subject_kind, subject_id=row.subject_id, subject_code=row.subject_code, title=title,
            description=row.words, found_on=found_on, **classes)
        return Opened("nonconformity", work.id, work.code)
    opener = _openers.get(outcome)
    if opener is None:
        raise FieldRefused("code", gettext("Ghi mã của hồ sơ đã mở."))
    return opener(actor, row, title)
