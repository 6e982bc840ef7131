"""Nonconforming work: opened, answered part by part, closed (7.10)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, inbox, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.asked import asked
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality import causes, hanging, workflow
from lab_app.quality.corrective import queries as corrective
from lab_app.quality.dispositions import queries as dispositions
from lab_app.quality.models import Nonconformity

#: The six parts are asked for within so many days.
ANSWER_DAYS = timedelta(days=14)


def open_nonconformity(
    actor: Actor, *, source: str, subject_kind: str, subject_id: int, subject_code: str, title: str, description: str,
    found_on: date, responsible: Person | None = None, risk_class: str = "", cause_class: str = "", area: str = "",
) -> Nonconformity:
    """Open nonconforming work about a subject named by (kind, id, code) (7.10.1). Refuses an unknown source or class, an empty title,
    a day to come."""
    authorize(actor, P.QUALITY_WRITE)
    if source not in workflow.SOURCES:
        raise FieldRefused("source", gettext("Lựa chọn không có trong danh sách."))
    if not title.strip():
        raise FieldRefused("title", gettext("Cần điền mục này."))
    if found_on > clock.today():
        raise FieldRefused("found_on", gettext("Ngày này ở tương lai."))
    classes = _classes(risk_class=risk_class, cause_class=cause_class, area=area)
    row = Nonconformity(
        code=numbering.yearly("NCW", found_on.year, 3), source=source, subject_kind=subject_kind, subject_id=subject_id,
        subject_code=subject_code, title=title.strip(), description=description.strip(), found_on=found_on, opened_by_id=actor.id,
        responsible_id=responsible.id if responsible else None, **classes,
    )
    db.session.add(row)
    db.session.flush()
    search.put("nonconformity", row.id, row.code, row.title, subject_code)
    inbox.ask(
        f"nonconformity/{row.id}/close", "nonconformity", N_("%(code)s: trả lời sáu phần, quyết định phần bị ảnh hưởng, rồi đóng"),
        {"code": row.code}, permission=P.QUALITY_WRITE, code=row.code, link=f"/quality/nonconformities/{row.code}",
        due_on=clock.today() + ANSWER_DAYS)
    return row


_CHOICES = {"risk_class": causes.RISK_CLASSES, "cause_class": causes.CAUSE_CLASSES, "area": causes.AREAS}


def _classes(**said: str) -> dict[str, str]:
    """Classes by name, each one of its list or empty."""
    for name, value in said.items():
        if value and value not in _CHOICES[name]:
            raise FieldRefused(name, gettext("Lựa chọn không có trong danh sách."))
    return said


def classify_nonconformity(
    actor: Actor, row: Nonconformity, *, risk_class: str, cause_class: str, area: str, no_corrective_reason: str = "", reason: str = "",
) -> Nonconformity:
    """State the risk, the class of the cause and the area of work, by which it is judged whether it came back (7.10.3); and, where no
    corrective action follows, why. Refuses a closed record and classes that are not on the lists."""
    authorize(actor, P.QUALITY_WRITE)
    if row.status == workflow.CLOSED:
        raise Refused(gettext("Hồ sơ %(code)s đã đóng.", code=row.code))
    with audit.reason(reason):
        for name, value in _classes(risk_class=risk_class, cause_class=cause_class, area=area).items():
            setattr(row, name, value)
        row.no_corrective_reason = no_corrective_reason.strip()
        db.session.flush()
    return row


def answer_nonconformity(actor: Actor, row: Nonconformity, *, reason: str = "", **parts: Any) -> Nonconformity:
    """Answer parts of 7.10.1 (`responsible_id`, `action`, `significance`, `acceptability`, `customer_told`, `resumption`).

    Answered again, the old words stay in the trail. Refuses a closed record and a part that does not exist.
    """
    authorize(actor, P.QUALITY_WRITE)
    if row.status == workflow.CLOSED:
        raise Refused(gettext("Hồ sơ %(code)s đã đóng.", code=row.code))
    with audit.reason(reason):
        for name, said in parts.items():
            if name not in workflow.PARTS:
                raise Refused(gettext("Không có phần này trong 7.10.1."))
            setattr(row, name, said.strip() if isinstance(said, str) else said)
        workflow.NONCONFORMITY.move(row, "reopen" if missing_parts(row) else "evaluate")
        db.session.flush()
    return row


def add_to_description(actor: Actor, row: Nonconformity, words: str) -> None:
    """A further finding about the same matter, under what is written already (7.10.1)."""
    authorize(actor, P.QUALITY_WRITE)
    row.description = f"{row.description}\n{words.strip()}".strip()
    db.session.flush()


def missing_parts(row: Nonconformity) -> tuple[str, ...]:
    """Parts of 7.10.1 without an answer, as `b) …`."""
    return tuple(
        f"{letter}) {question}" for name, (letter, question) in workflow.PARTS.items() if getattr(row, name) in (None, "")
    )


def closing_facts(row: Nonconformity, touched: Sequence[dispositions.Decided] | None = None) -> workflow.ClosingFacts:
    """Facts of the gates before closing as they stand now. `touched`: what a page has read already of the touched work."""
    touched = dispositions.decided(row) if touched is None else touched
    return workflow.ClosingFacts(
        row.code, missing_parts(row), hanging.unfinished(row),
        undisposed=tuple(one.touched.code for one in touched if one.disposition is None),
        untold=tuple(one.touched.code for one in touched if one.owes_notice),
        classed=bool(row.risk_class and row.cause_class and row.area), high_risk=row.risk_class == "high",
        recurs=tuple(earlier.code for earlier in corrective.recurrences(row)),
        corrective=tuple(action.code for action in asked(corrective.linked_to, row.id)), no_corrective_reason=row.no_corrective_reason,
    )


def close_nonconformity(actor: Actor, row: Nonconformity, reason: str = "") -> Nonconformity:
    """Close it. Refused by the gates of `workflow.NONCONFORMITY`: a part unanswered, something hanging on it unfinished (a hold that
    stands, a recall, a stop), touched work undecided, a customer not told, a cause that came back without corrective action."""
    authorize(actor, P.QUALITY_WRITE)
    with audit.reason(reason):
        workflow.NONCONFORMITY.move(row, "close", closing_facts(row))
        row.closed_by_id, row.closed_at = actor.id, clock.now()
        db.session.flush()
    inbox.settle_under(f"nonconformity/{row.id}/")
    return row


def subject_named(kind: str, code: str) -> tuple[str, int, str]:
    """(kind, id, code) of the record a person names; an empty kind is no record. Refuses a code that is not there."""
    if not kind:
        return "", 0, code.strip()
    found = db.session.scalar(
        select(search.SearchEntry.subject_id).where(search.SearchEntry.kind == kind, search.SearchEntry.code == code.strip())
    )
    if found is None:
        raise FieldRefused("subject_code", gettext("Không có hồ sơ nào mang mã này."))
    return kind, found, code.strip()
