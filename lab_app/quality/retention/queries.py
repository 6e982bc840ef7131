"""Questions about keeping: the rule of each kind, what is held, what may go when."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.files import Attachment, FileCount
from lab_app.quality import workflow as quality
from lab_app.quality.models import Nonconformity
from lab_app.quality.retention import rules
from lab_app.quality.retention.models import Disposal, DisposalItem, DisposalTrace, RetentionRule


def rules_in_force() -> dict[str, RetentionRule]:
    """The rule that holds for each kind: its newest row; one statement."""
    newest = select(func.max(RetentionRule.id)).group_by(RetentionRule.kind)
    rows = db.session.scalars(
        select(RetentionRule).where(RetentionRule.id.in_(newest)).options(joinedload(RetentionRule.person).lazyload(Person.roles)))
    return {row.kind: row for row in rows}


def rules_of(kind: str) -> list[RetentionRule]:
    """Every rule that held for a kind, newest first."""
    return list(db.session.scalars(
        select(RetentionRule).where(RetentionRule.kind == kind).options(joinedload(RetentionRule.person).lazyload(Person.roles))
        .order_by(RetentionRule.id.desc()).limit(50)))


def files_by_year() -> dict[str, dict[int, int]]:
    """How many files of each kind of record were attached in each year; one statement."""
    found: dict[str, dict[int, int]] = {}
    for kind, year, count in db.session.execute(select(FileCount.kind, FileCount.year, FileCount.files).where(FileCount.files > 0)):
        found.setdefault(kind, {})[year] = count
    return found


def candidates(kind: str, before: date, limit: int = rules.MOST) -> list[Attachment]:
    """Files of records of a kind that were attached before a day, oldest first."""
    return list(db.session.scalars(
        select(Attachment).where(Attachment.subject_kind == kind, Attachment.recorded_at < clock.at_local(before))
        .order_by(Attachment.recorded_at, Attachment.id).limit(limit)))


def attachments_by_id(ids: Iterable[int]) -> dict[int, Attachment]:
    """Files by key, as far as they are still there; one statement."""
    return {row.id: row for row in db.session.scalars(select(Attachment).where(Attachment.id.in_(list(ids))))}


def open_matters(subjects: Sequence[tuple[str, int]]) -> list[str]:
    """Codes of unclosed nonconforming work that is among these records or about any of them; one statement for five hundred of them."""
    found: list[str] = []
    for begin in range(0, len(subjects), 500):
        part = list(subjects[begin:begin + 500])
        found += db.session.scalars(select(Nonconformity.code).where(
            Nonconformity.status.in_(quality.NONCONFORMITY.but(quality.CLOSED)), or_(
                tuple_(Nonconformity.subject_kind, Nonconformity.subject_id).in_(part),
                Nonconformity.id.in_([ident for kind, ident in part if kind == "nonconformity"]))).limit(20))
    return sorted(set(found))


def disposals() -> Select[Any]:
    """SQL: all proposals with who made and who decided them."""
    people = (Disposal.proposed_by, Disposal.decided_by, Disposal.done_by)
    return select(Disposal).options(*(joinedload(who).lazyload(Person.roles) for who in people))


def disposal_by_code(code: str) -> Disposal | None:
    """The proposal with this code."""
    return db.session.scalar(disposals().where(Disposal.code == code))


def items_of(disposal_id: int, limit: int = rules.MOST) -> list[DisposalItem]:
    """The files of a proposal."""
    return list(db.session.scalars(
        select(DisposalItem).where(DisposalItem.disposal_id == disposal_id).order_by(DisposalItem.id).limit(limit)))


def traces_of(disposal_id: int) -> list[DisposalTrace]:
    """What a disposal destroyed."""
    return list(db.session.scalars(select(DisposalTrace).where(DisposalTrace.disposal_id == disposal_id).order_by(DisposalTrace.id)))


