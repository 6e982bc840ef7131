"""Questions about regulations, methods and their versions, budgets, rules and scope."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

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
