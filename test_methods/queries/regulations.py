"""Questions about regulations, methods and their versions, budgets, rules and scope."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select

from lab_app.core.db import db
from test_methods.models import (
    Regulation,
    Requirement,
)
from test_methods.queries.versions import by_name_alone


def regulation_by_code(code: str) -> Regulation | None:
    """The regulation edition with this code."""
    return db.session.scalar(select(Regulation).where(Regulation.code == code))


def regulations() -> list[Regulation]:
    """All regulation editions, by code."""
    return list(db.session.scalars(select(Regulation).order_by(Regulation.code)))


def regulations_where(condition: Any) -> list[Regulation]:
    """Regulation editions that meet a condition, by code."""
    return list(db.session.scalars(select(Regulation).where(condition).order_by(Regulation.code)))


def requirements(regulation_id: int) -> list[Requirement]:
    """Requirements of a regulation in their order, with who confirmed their limits."""
    return list(db.session.scalars(
        select(Requirement).where(Requirement.regulation_id == regulation_id)
        .options(by_name_alone(Requirement.confirmed_by)).order_by(Requirement.position, Requirement.id)
    ))


def requirement_by_code(regulation_id: int, code: str) -> Requirement | None:
    """One requirement of a regulation."""
    return db.session.scalar(select(Requirement).where(Requirement.regulation_id == regulation_id, Requirement.code == code))


def confirmed_counts(regulation_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Regulation id → (requirements, of which with a confirmed limit); one statement for a list."""
    rows = db.session.execute(
        select(Requirement.regulation_id, func.count(), func.count(Requirement.confirmed_on))
        .where(Requirement.regulation_id.in_(list(regulation_ids))).group_by(Requirement.regulation_id)
    )
    return {ident: (total, confirmed) for ident, total, confirmed in rows}


def edition_chain(regulation: Regulation) -> list[Regulation]:
    """The editions before and after one, oldest first, with itself: found from either side's `replaces` and `replaced_by`.

    A statement for each step away, so that a chain of another family's codes is found too.
    """
    found = {regulation.code: regulation}
    codes, asked = {regulation.code}, set[str]()
    while codes - asked:
        wanted = codes - asked
        asked |= wanted
        rows = db.session.scalars(select(Regulation).where(or_(Regulation.code.in_(wanted), Regulation.replaced_by.in_(wanted))))
        for row in rows:
            found.setdefault(row.code, row)
            codes |= {row.code, *row.replaces} | ({row.replaced_by} if row.replaced_by else set())
    return _in_order(found)


def _in_order(found: dict[str, Regulation]) -> list[Regulation]:
    """Oldest first by the first day; editions without a known day stand by their code (the year is in it)."""
    return sorted(found.values(), key=lambda r: (r.in_force_from.isoformat() if r.in_force_from else _year(r.code), r.code))


def _year(code: str) -> str:
    year = code.rpartition(":")[2][:4]
    return year if year.isdigit() else "0000"
