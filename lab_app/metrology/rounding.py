"""Rounding results and uncertainties for report, in decimal arithmetic.

Sources: JCGM 100:2008 7.2.6 (at most two significant digits of U, value to the same place,
10,47 mΩ may become 11 mΩ); ISO 80000-1:2009 Annex B (nearest, tie rules A and B).
Floats are never rounded for a report: 12.35 has no exact binary form, and the tie is decided by
an accident.  :func:`to_decimal` is where a float ends.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from lab_app.core.quantity import DEFAULT_TIES, EXACT, Ties, round_half

__all__ = [
    "CEILING",
    "DEFAULT_TIES",
    "EXACT",
    "LARGEST_EXPONENT",
    "SIGNIFICANT_DIGITS",
    "ReportPair",
    "Ties",
    "places_of",
    "report_pair",
    "round_half",
    "round_significant",
    "round_to_resolution",
    "round_uncertainty",
    "to_decimal",
    "within_reason",
]

SIGNIFICANT_DIGITS = 12
# Rounding mode for U alone: always away from zero, so that no uncertainty is ever understated.
CEILING = "ceiling"


# Beyond this power of ten no double holds a number, no quantity has it, and to count with it takes minutes.
LARGEST_EXPONENT = 300


def within_reason(value: Decimal) -> bool:
    """Whether a finite number is zero or has a magnitude that a quantity can have (10**-300 to 10**300)."""
    return not value or abs(value.adjusted()) <= LARGEST_EXPONENT


def to_decimal(x: float, digits: int = SIGNIFICANT_DIGITS) -> Decimal:
    """Turn a float into a Decimal of ``digits`` significant digits: the only exit from floats.

    Trailing zeros are dropped (a float has no written digits); NaN and infinities are refused.
    """
    if not math.isfinite(x):
        raise ValueError("a float that is not finite has no decimal")
    if not 1 <= digits <= 17:
        raise ValueError("digits: 1 to 17")
    return _without_trailing_zeros(Decimal(f"{x:.{digits - 1}e}"))


def round_significant(value: Decimal, digits: int = SIGNIFICANT_DIGITS) -> Decimal:
    """Shorten a computed number to ``digits`` significant digits (ties to even), zeros dropped.

    For intermediate results such as an interpolated limit; what is printed is rounded by
    :func:`round_half`.
    """
    if value.is_zero():
        return Decimal(0)
    return _without_trailing_zeros(round_half(value, digits - 1 - value.adjusted(), Ties.EVEN))


def _without_trailing_zeros(value: Decimal) -> Decimal:
    if value.is_zero():
        return Decimal(0)
    value = value.normalize(EXACT)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return value.quantize(Decimal(1), context=EXACT) if 0 < exponent < 40 else value


def places_of(value: Decimal) -> int:
    """Decimal places as written: 2 for ``1.20``, 0 for ``12``, -1 for ``1.2E+2``."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("not a finite number")
    return -exponent


def round_uncertainty(uncertainty: Decimal, digits: int = 2, mode: Ties | str = DEFAULT_TIES) -> Decimal:
    """Round an uncertainty to ``digits`` significant digits, keeping trailing zeros.

    A carry keeps the number of digits: 0.0996 gives ``0.10``, not 0.100.  ``mode`` is ``even``
    or ``up`` for ties, or ``ceiling`` for always upwards (JCGM 100 7.2.6: 10.47 gives 11).
    An uncertainty of zero or below has no significant digit and is refused.
    """
    if not uncertainty.is_finite() or uncertainty <= 0:
        raise ValueError("an uncertainty is a positive number")
    if digits < 1:
        raise ValueError("at least one significant digit")
    places = digits - 1 - uncertainty.adjusted()
    rounded = _round_to(uncertainty, places, mode)
    if rounded.adjusted() > uncertainty.adjusted():
        rounded = _round_to(uncertainty, places - 1, mode)
    return rounded


def _round_to(value: Decimal, places: int, mode: Ties | str) -> Decimal:
    if mode == CEILING:
        return value.quantize(Decimal((0, (1,), -places)), rounding=ROUND_CEILING, context=EXACT)
    return round_half(value, places, mode)


def round_to_resolution(value: Decimal, resolution: Decimal, mode: Ties | str = DEFAULT_TIES) -> Decimal:
    """The nearest whole multiple of ``resolution`` (ISO 80000-1 Annex B, rounding range): 1225 to tens, 12.3 to halves.

    Written to the places of the resolution; for one of tens or more (``10``, ``1E+1``) to whole numbers, so that 1225 by 10
    is ``1220`` or ``1230``.  Rule A takes the even multiple, rule B the one away from zero.
    """
    if not value.is_finite():
        raise ValueError("only a finite number can be rounded")
    if not resolution.is_finite() or resolution <= 0:
        raise ValueError("a resolution is a positive number")
    multiple = round_half(EXACT.divide(value, resolution), 0, mode)
    places = max(0, places_of(resolution))
    return round_half(EXACT.multiply(multiple, resolution), places, Ties.EVEN)


class ReportPair(NamedTuple):
    """A value and its expanded uncertainty as printed: same unit, same last place."""

    y: Decimal
    U: Decimal
    places: int


def report_pair(
    y: Decimal,
    uncertainty: Decimal,
    digits: int = 2,
    mode: Ties | str = DEFAULT_TIES,
    uncertainty_mode: Ties | str | None = None,
) -> ReportPair:
    """Round U to ``digits`` significant digits and ``y`` to the same place (JCGM 100 7.2.6).

    10.05762 with 0.027 gives 10.058 and 0.027.  ``places`` is negative when U reaches the tens;
    such a pair is to be printed with a prefix or a power of ten.  Decisions are taken on the
    unrounded value, never on this one.
    """
    rounded = round_uncertainty(uncertainty, digits, uncertainty_mode or mode)
    places = places_of(rounded)
    return ReportPair(round_half(y, places, mode), rounded, places)
