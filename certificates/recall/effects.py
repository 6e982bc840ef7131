"""What the error of an instrument does to a result that was measured with it: pure, in exact decimals."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lab_app.core.quantity import EXACT
from lab_app.metrology.decision import Verdict, decide, parse_rule
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import Bounds, parse_limit
from lab_app.metrology.units import UNITS, convert, find_unit

#: The verdict stays whichever way the error acts; it changes one way; no number to compare; units or error do not allow it.
STAYS, FLIPS, NO_NUMBER, CANNOT_TELL = "stays", "flips", "no_number", "cannot_tell"


@dataclass(frozen=True)
class Effect:
    """`error` in the unit of the result, `margin` to the limit; `corrected` = value − error with its verdict; `worst` the
    worst verdict of the value with the error added and subtracted. `code`: stays, flips, no_number, cannot_tell."""

    code: str
    error: Decimal | None = None
    corrected: Decimal | None = None
    corrected_verdict: str = ""
    other_verdict: str = ""


def error_in(error: Decimal | None, error_unit: str, unit: str) -> Decimal | None:
    """The error in the unit of a result; `None` where that cannot be told. A difference of levels is decibels whatever the level;
    a linear error is converted within one quantity."""
    if error is None:
        return None
    try:
        given, wanted = find_unit(error_unit), find_unit(unit)
        if given.is_level and wanted.is_level:
            return error
        if given.is_level or wanted.is_level:
            return None
        return convert(error, given.symbol, wanted.symbol)
    except MetrologyError:
        return None


def comparable_units(error_unit: str) -> list[str]:
    """Units of results with which an error in this unit can be compared."""
    return [symbol for symbol in UNITS if error_in(Decimal(1), error_unit, symbol) is not None]


def effect(
    error: Decimal | None, error_unit: str, *, unit: str, value: Decimal | None, values: Sequence[Decimal], verdict: str,
    limit: Mapping[str, Any] | None, rule: Mapping[str, Any] | None, u: Decimal | None, u_max: Decimal | None, k: Decimal | None,
) -> Effect:
    """Judge a result again with the error taken off and put on, by the rule it was judged by.

    `values` are the parts of a composite result (`value` alone where empty). An error that is indicated − reference is taken off:
    `corrected`; the other way shows what a wrong sign, or an error that came and went, would do.
    """
    if value is None:
        return Effect(NO_NUMBER)
    shift = error_in(error, error_unit, unit)
    if shift is None:
        return Effect(CANNOT_TELL)
    corrected = EXACT.subtract(value, shift)
    try:
        bounds = parse_limit(limit) if limit else None
        agreed = parse_rule(rule) if rule else None
    except MetrologyError:
        return Effect(CANNOT_TELL, shift, corrected)
    if not isinstance(bounds, Bounds) or agreed is None:
        return Effect(NO_NUMBER, shift, corrected)
    parts = list(values) or [value]

    def judged(by: Decimal) -> Verdict:
        moved = [EXACT.add(part, by) for part in parts]
        return decide(agreed, bounds, moved if len(moved) > 1 else moved[0], u, u_max, k if k is not None else Decimal(2)).verdict

    as_corrected, other = judged(-shift), judged(shift)
    code = STAYS if as_corrected == other == verdict else FLIPS
    return Effect(code, shift, corrected, str(as_corrected), str(other))
