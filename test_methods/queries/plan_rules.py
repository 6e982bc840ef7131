"""Questions about plan rules: which count on a day, which editions a family of regulations has."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select

from lab_app.core.db import db
from test_methods.models import PlanRule, Regulation
from test_methods.rules.days import in_force
from test_methods.rules.plan_rules import family


def plan_rule_by_code(code: str) -> PlanRule | None:
    """The rule with this code."""
    return db.session.scalar(select(PlanRule).where(PlanRule.code == code.strip().upper()))


def plan_rules_on(on: date) -> list[PlanRule]:
    """The rules that count on a day, by regulation and code; one statement."""
    rows = db.session.scalars(select(PlanRule).order_by(PlanRule.regulation, PlanRule.code))
    return [row for row in rows if in_force(row.in_force_from, row.in_force_to, on)]


def editions_of(families: Iterable[str]) -> dict[str, list[Regulation]]:
    """Family (`QCVN 54`) → its editions, newest first; a family nobody entered answers an empty list. One statement."""
    wanted = sorted(set(families))
    out: dict[str, list[Regulation]] = {name: [] for name in wanted}
    if not wanted:
        return out
    query = select(Regulation).where(or_(*(
        or_(Regulation.code == name, Regulation.code.startswith(f"{name}:", autoescape=True)) for name in wanted)))
    for row in db.session.scalars(query.order_by(Regulation.code.desc())):
        if family(row.code) in out:
            out[family(row.code)].append(row)
    return out
