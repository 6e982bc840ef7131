"""Which uncertainty budget a reading takes: by instrument, band and day (7.6). Pure."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import convert


class Choosable(Protocol):
    """What a choice says; `BudgetChoice` is one."""

    instrument_id: Any
    low: Any
    high: Any
    unit: Any
    valid_from: Any
    valid_to: Any
    recorded_at: Any
    ended_recorded_at: Any


C = TypeVar("C", bound=Choosable)


def chosen(
    choices: Iterable[C], instrument_ids: Iterable[int], frequency: tuple[Decimal, str] | None, on: date | None = None,
    known_at: datetime | None = None,
) -> C | None:
    """The choice that applies to a reading: of those in force on the day and known at the moment whose instrument was used and whose
    band holds the frequency, one that names an instrument before one that does not, the narrower band before the wider, the
    newest before the older. None where none applies: the parameter's own budget does."""
    used, best, rank = set(instrument_ids), None, None
    for choice in choices:
        if known_at is not None and choice.recorded_at > known_at:
            continue
        if on is not None and not _in_force(choice, on, known_at):
            continue
        if choice.instrument_id is not None and choice.instrument_id not in used:
            continue
        if not holds(choice.low, choice.high, choice.unit, frequency):
            continue
        mine = (choice.instrument_id is not None, _width(choice), choice.valid_from, choice.recorded_at)
        if rank is None or mine > rank:
            best, rank = choice, mine
    return best


def _in_force(choice: Choosable, on: date, known_at: datetime | None) -> bool:
    if on < choice.valid_from:
        return False
    ended = choice.valid_to
    if ended is not None and known_at is not None and choice.ended_recorded_at is not None and choice.ended_recorded_at > known_at:
        ended = None
    return ended is None or on < ended


def holds(low: Decimal | None, high: Decimal | None, unit: str, frequency: tuple[Decimal, str] | None) -> bool:
    """Whether a band holds a frequency, both ends belonging to it; a band without ends holds everything, a stated one nothing unknown."""
    if low is None and high is None:
        return True
    if frequency is None:
        return False
    try:
        at = convert(frequency[0], frequency[1], unit)
    except MetrologyError:
        return False
    return (low is None or low <= at) and (high is None or at <= high)


def _width(choice: Choosable) -> tuple[bool, Decimal]:
    """Whether a band has both its ends, then how narrow it is."""
    if choice.low is None or choice.high is None:
        return False, Decimal(0)
    return True, -convert(choice.high - choice.low, choice.unit, "Hz")
