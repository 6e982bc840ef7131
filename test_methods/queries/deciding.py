"""Questions about decision rules."""
from __future__ import annotations

from collections import defaultdict

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from lab_app.core.db import db
from test_methods.models import DecisionRule, Method, MethodParameter, MethodVersion


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


def rules_offered() -> list[DecisionRule]:
    """Rules a customer may agree to today: not retired, not brought by a regulation."""
    return list(db.session.scalars(
        select(DecisionRule).where(DecisionRule.retired_on.is_(None), DecisionRule.inherent_in == "").order_by(DecisionRule.code)))


def parameters_naming(code: str, limit: int) -> list[MethodParameter]:
    """Parameters that name a rule as inherent or propose it, newest first, with their method."""
    return list(db.session.scalars(
        select(MethodParameter).join(MethodParameter.method_version).join(MethodVersion.method)
        .where(or_(MethodParameter.inherent_rule == code, MethodParameter.default_rule == code))
        .options(contains_eager(MethodParameter.method_version).contains_eager(MethodVersion.method))
        .order_by(MethodParameter.id.desc()).limit(limit)))


def parameters_bringing(code: str) -> list[str]:
    """`method v2: parameter` of versions without an end that take the rule as built into the regulation."""
    rows = db.session.execute(
        select(Method.code, MethodVersion.number, MethodParameter.code)
        .join(MethodVersion, MethodParameter.method_version_id == MethodVersion.id).join(Method, MethodVersion.method_id == Method.id)
        .where(MethodParameter.inherent_rule == code, MethodVersion.effective_to.is_(None)).order_by(MethodParameter.id).limit(5))
    return [f"{method} v{number}: {parameter}" for method, number, parameter in rows]
