"""Limits as they were: every version of a requirement's limit, and which one stood on a day as known at a moment."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from lab_app.core.db import db
from test_methods.models import LimitConfirmation, Requirement, RequirementLimit
from test_methods.queries.versions import by_name_alone
from test_methods.rules.limits import LimitFact, StandingLimit, standing_limit


def limit_versions(requirement_id: int) -> list[RequirementLimit]:
    """Every version of a requirement's limit with its confirmations, the latest in force first."""
    rows = db.session.scalars(
        select(RequirementLimit).where(RequirementLimit.requirement_id == requirement_id)
        .options(by_name_alone(RequirementLimit.recorded_by),
                 selectinload(RequirementLimit.confirmations).options(by_name_alone(LimitConfirmation.confirmed_by)))
        .order_by(RequirementLimit.id)
    )
    return sorted(rows, key=lambda r: (r.in_force_from or date.min, r.recorded_at, r.id), reverse=True)


def limit_facts(requirement_ids: Iterable[int]) -> dict[int, list[LimitFact]]:
    """Requirement id → its versions as facts; one statement for a list."""
    first = select(LimitConfirmation.limit_id, func.min(LimitConfirmation.recorded_at).label("at")).group_by(
        LimitConfirmation.limit_id).subquery()
    rows = db.session.execute(
        select(RequirementLimit, first.c.at).outerjoin(first, first.c.limit_id == RequirementLimit.id)
        .where(RequirementLimit.requirement_id.in_(list(requirement_ids))).order_by(RequirementLimit.id)
    )
    out: dict[int, list[LimitFact]] = {}
    for row, at in rows:
        out.setdefault(row.requirement_id, []).append(LimitFact(row.id, row.limit, row.in_force_from, row.recorded_at, at))
    return out


def limit_in_force(requirement: Requirement, on: date, known_at: datetime) -> StandingLimit | None:
    """The limit in force on a day as known at a moment; `None` where the laboratory knew none then.

    A requirement entered before versions were kept has none: what it says now is then all that is known.
    """
    facts = limit_facts([requirement.id]).get(requirement.id)
    if not facts:
        return StandingLimit(requirement.limit, None, requirement.confirmed_on is not None)
    return standing_limit(facts, on, known_at)


def out_of_step(on: date, known_at: datetime) -> list[tuple[Requirement, StandingLimit]]:
    """Requirements that still say another limit than the one in force on the day: a limit recorded ahead has come into force."""
    dated = select(RequirementLimit.requirement_id).where(RequirementLimit.in_force_from.is_not(None))
    rows = list(db.session.scalars(select(Requirement).where(Requirement.id.in_(dated)).order_by(Requirement.id)))
    facts = limit_facts([row.id for row in rows])
    found = [(row, standing_limit(facts[row.id], on, known_at)) for row in rows]
    return [(row, standing) for row, standing in found if standing is not None and standing.limit != row.limit]
