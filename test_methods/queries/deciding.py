"""Questions about regulations, methods and their versions, budgets, rules and scope."""
from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from lab_app.core.db import db
from test_methods.models import (
    DecisionRule,
    MethodParameter,
)


def rule_by_code(code: str) -> DecisionRule | None:
    """The decision rule with this code."""
    return db.session.scalar(select(DecisionRule).where(DecisionRule.code == code))


def decision_rules() -> list[DecisionRule]:
    """All decision rules, by code."""
    return list(db.session.scalars(select(DecisionRule).order_by(DecisionRule.code)))


def uses_of_rules() -> dict[str, int]:
    """Rule code → how many parameters name it as inherent or as their default; one statement."""
    used: dict[str, int] = defaultdict(int)
    for inherent, default in db.session.execute(select(MethodParameter.inherent_rule, MethodParameter.default_rule)):
        for code in {inherent, default} - {""}:
            used[code] += 1
    return used
