"""Pure rules of the scope register: which lines speak for the same results, which end soon (5.3)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lab_app.metrology.errors import UnitError
from lab_app.metrology.units import convert

#: How long before its end a line is shown as ending: re-assessment is asked for half a year ahead.
SOON = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class ScopeFact:
    """A line: parameter (empty = all of the method), its days, and the part of the range it covers (None = open end)."""

    parameter_code: str
    first_day: date
    last_day: date
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""


def covers_same(one: ScopeFact, other: ScopeFact) -> bool:
    """Whether two lines of one method and status speak for the same result on some day.

    Ranges that only touch do not overlap; ranges in units of different quantities are taken to be of different things.
    """
    if one.parameter_code and other.parameter_code and one.parameter_code != other.parameter_code:
        return False
    if one.first_day > other.last_day or other.first_day > one.last_day:
        return False
    if not one.unit or not other.unit:
        return True
    try:
        low, high = (None if v is None else convert(v, other.unit, one.unit) for v in (other.low, other.high))
    except UnitError:
        return False
    return (one.high is None or low is None or low < one.high) and (one.low is None or high is None or high > one.low)


def standing(first_day: date, last_day: date, ended_early: bool, today: date) -> str:
    """One word for a line on a day: future, holds, soon (it ends within half a year), ended (before its time), over."""
    if last_day < today:
        return "ended" if ended_early else "over"
    if first_day > today:
        return "future"
    return "soon" if last_day - today <= SOON else "holds"
