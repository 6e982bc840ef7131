"""Questions about objectives, and their figures as they stand (ISO 9001 6.2)."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.core import kpi as figures
from lab_app.core.db import db
from lab_app.core.kpi import Figure, Kpi
from lab_app.core.workflow import State
from lab_app.quality.objectives import rules
from lab_app.quality.objectives.models import Objective, ObjectiveAnswer, ObjectiveStep


@dataclass(frozen=True)
class Trend:
    """A figure over months against a target, where one is set: the months shown, the latest full month's figure, how it stands."""

    kpi: Kpi
    figures: list[Figure]
    last: Figure
    state: State
    target: Decimal | None = None
    objective: Objective | None = None
    window: int = 1


def running() -> list[Objective]:
    """Objectives that run, oldest first."""
    query = select(Objective).where(Objective.status == "running").options(joinedload(Objective.owner).lazyload(Person.roles))
    return list(db.session.scalars(query.order_by(Objective.id).limit(200)))


def ended() -> list[Objective]:
    """Objectives that ended, newest first."""
    query = select(Objective).where(Objective.status == "ended").options(joinedload(Objective.owner).lazyload(Person.roles))
    return list(db.session.scalars(query.order_by(Objective.id.desc()).limit(100)))


def objective_by_code(code: str) -> Objective | None:
    """The objective with this code, its plan and what was answered."""
    owner, setter = (joinedload(who).lazyload(Person.roles) for who in (Objective.owner, Objective.set_by))
    steps = selectinload(Objective.steps).joinedload(ObjectiveStep.person).lazyload(Person.roles)
    answers = selectinload(Objective.answers).joinedload(ObjectiveAnswer.person).lazyload(Person.roles)
    return db.session.scalar(select(Objective).where(Objective.code == code).options(owner, setter, steps, answers))


def _trend(kpi: Kpi, sums: Sequence[figures.Sum], spans: Sequence[date], today: date, objective: Objective | None) -> Trend:
    window = objective.window if objective else 1
    target = objective.target if objective else None
    rolled = figures.rolled(kpi, sums, spans, window)[-rules.SHOWN:]
    full = rules.last_full_month(today)
    last = next((f for f in reversed(rolled) if f.month == full), rolled[-1])
    return Trend(kpi, rolled, last, rules.stands(kpi, last.value, target), target, objective, window)


def trends(objectives: Sequence[Objective], today: date, others: bool = False) -> list[Trend]:
    """The figures of these objectives; with `others` also those that no objective names. One statement for all rooms that answer
    one, however many objectives there are."""
    named = {o.kpi for o in objectives}
    wanted = [k for k in figures.known() if k.key in named or others]
    longest = max([o.window for o in objectives], default=1)
    spans = figures.months(today, rules.SHOWN + longest - 1)
    found = figures.series_of(wanted, spans)
    by_key = {k.key: k for k in wanted}
    out = [_trend(by_key[o.kpi], found[o.kpi], spans, today, o) for o in objectives if o.kpi in by_key]
    return out + [_trend(k, found[k.key], spans, today, None) for k in wanted if k.key not in named]
