"""Nonconforming work: opened, answered part by part, closed (7.10)."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality import hanging, workflow
from lab_app.quality.models import Nonconformity


def open_nonconformity(
    actor: Actor, *, source: str, subject_kind: str, subject_id: int, subject_code: str, title: str, description: str,
    found_on: date, responsible: Person | None = None,
) -> Nonconformity:
    """Open nonconforming work about a subject named by (kind, id, code) (7.10.1). Refuses an unknown source, an empty title, a
    day to come."""
    authorize(actor, P.QUALITY_WRITE)
    if source not in workflow.SOURCES:
        raise FieldRefused("source", gettext("Lựa chọn không có trong danh sách."))
    if not title.strip():
        raise FieldRefused("title", gettext("Cần điền mục này."))
    if found_on > clock.today():
        raise FieldRefused("found_on", gettext("Ngày này ở tương lai."))
    row = Nonconformity(
        code=numbering.yearly("NCW", found_on.year, 3), source=source, subject_kind=subject_kind, subject_id=subject_id,
        subject_code=subject_code, title=title.strip(), description=description.strip(), found_on=found_on, opened_by_id=actor.id,
        responsible_id=responsible.id if responsible else None,
    )
    db.session.add(row)
    db.session.flush()
    search.put("nonconformity", row.id, row.code, row.title, subject_code)
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


def closing_facts(row: Nonconformity) -> workflow.ClosingFacts:
    """Facts of gate *nonconformity-answered* as they stand now."""
    return workflow.ClosingFacts(row.code, missing_parts(row), hanging.unfinished(row))


def close_nonconformity(actor: Actor, row: Nonconformity, reason: str = "") -> Nonconformity:
    """Close it. Refused by gate *nonconformity-answered* while a part is unanswered or something hanging on it is unfinished."""
    authorize(actor, P.QUALITY_WRITE)
    with audit.reason(reason):
        workflow.NONCONFORMITY.move(row, "close", closing_facts(row))
        row.closed_by_id, row.closed_at = actor.id, clock.now()
        db.session.flush()
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
