"""Which holds stand on something, now or at a moment (7.10.1)."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.quality.holds.models import Hold

#: What may be frozen, named by kind and id.
Subject: TypeAlias = tuple[str, int]


def on_one_of(subjects: Iterable[Subject]) -> ColumnElement[bool]:
    """SQL: whether a hold is put on one of these; on none where nothing is named."""
    wanted: dict[str, set[int]] = {}
    for kind, ident in subjects:
        wanted.setdefault(kind, set()).add(ident)
    return or_(false(), *(and_(Hold.subject_kind == kind, Hold.subject_id.in_(sorted(ids))) for kind, ids in sorted(wanted.items())))


def about(subjects: Iterable[Subject]) -> list[Hold]:
    """Every hold ever put on one of these, released or not, oldest first, with its nonconforming work; one statement, none where nothing
    is asked about."""
    wanted = list(subjects)
    if not wanted:
        return []
    return list(db.session.scalars(
        select(Hold).where(on_one_of(wanted)).options(joinedload(Hold.nonconformity)).order_by(Hold.id)))


def any_standing(kind: str, row: Any) -> Any:
    """SQL: whether a hold stands on a record now."""
    return select(Hold.id).where(Hold.subject_kind == kind, Hold.subject_id == row.id, Hold.released_at.is_(None)).exists()


def stands_at(hold: Hold, at: datetime) -> bool:
    """Whether a hold stood at a moment; the moment it was placed counts, the moment of release no more."""
    return hold.held_at <= at and (hold.released_at is None or at < hold.released_at)


def standing(subjects: Iterable[Subject], at: datetime | None = None) -> list[Hold]:
    """The holds that stand on one of these at a moment (now unless said), oldest first."""
    moment = at or clock.now()
    return [hold for hold in about(subjects) if stands_at(hold, moment)]


def holds() -> Select[Any]:
    """All holds with what a row of the list shows."""
    return select(Hold).options(
        joinedload(Hold.nonconformity), *(joinedload(who).lazyload(Person.roles) for who in (Hold.held_by, Hold.released_by)))


def hold_by_code(code: str) -> Hold | None:
    """The hold of this code, with its nonconforming work and people."""
    return db.session.scalar(holds().where(Hold.code == code))


def holds_of(nonconformity_id: int) -> list[Hold]:
    """The holds of one nonconforming work, oldest first."""
    return list(db.session.scalars(holds().where(Hold.nonconformity_id == nonconformity_id).order_by(Hold.id)))
