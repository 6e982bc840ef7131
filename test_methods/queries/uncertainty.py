"""Questions about regulations, methods and their versions, budgets, rules and scope."""
from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.core.db import db
from test_methods.models import (
    MethodParameter,
    UncertaintyBudget,
)


def budget_by_code(code: str) -> UncertaintyBudget | None:
    """The uncertainty budget with this code."""
    return db.session.scalar(select(UncertaintyBudget).where(UncertaintyBudget.code == code))


def budgets() -> list[UncertaintyBudget]:
    """All uncertainty budgets, by code."""
    return list(db.session.scalars(select(UncertaintyBudget).order_by(UncertaintyBudget.code)))


def uses_of_budget(budget_id: int) -> list[MethodParameter]:
    """Parameters that take their uncertainty from a budget, with their versions."""
    return list(db.session.scalars(
        select(MethodParameter).where(MethodParameter.budget_id == budget_id)
        .options(joinedload(MethodParameter.method_version)).order_by(MethodParameter.id)
    ))
