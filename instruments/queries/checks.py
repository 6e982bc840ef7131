"""Series of intermediate checks and the control charts over them (6.4.10)."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from instruments.models import CheckChart, IntermediateCheck
from lab_app.accounts.models import Person
from lab_app.core.db import db

#: A chart shows this many of the latest checks of a series.
SERIES_SHOWN = 120


def check_series(instrument_id: int, check_point: str, most: int = SERIES_SHOWN) -> list[IntermediateCheck]:
    """The latest checks of one check point, oldest first."""
    rows = db.session.scalars(
        select(IntermediateCheck).where(IntermediateCheck.instrument_id == instrument_id, IntermediateCheck.check_point == check_point)
        .order_by(IntermediateCheck.done_on.desc(), IntermediateCheck.id.desc()).limit(most))
    return list(rows)[::-1]


def check_points(instrument_id: int) -> list[str]:
    """The names of an instrument's check points, the unnamed one first."""
    return list(db.session.scalars(
        select(IntermediateCheck.check_point).where(IntermediateCheck.instrument_id == instrument_id).distinct()
        .order_by(IntermediateCheck.check_point)))


def charts_of(instrument_id: int) -> dict[str, CheckChart]:
    """The chart in force of each check point: the latest frozen."""
    person: Any = joinedload(CheckChart.person).lazyload(Person.roles)
    rows = db.session.scalars(
        select(CheckChart).where(CheckChart.instrument_id == instrument_id).options(person).order_by(CheckChart.id))
    return {row.check_point: row for row in rows}
