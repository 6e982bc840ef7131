"""Assumed distributions of input quantities and their standard uncertainties; evaluation of repeated readings.

Type A: JCGM 100:2008 4.2 (mean, s/√n, ν = n - 1), pooled 4.2.4.  Type B: 4.3.7-4.3.9 and JCGM 101:2008 6.4: half-width over √3
(rectangular), √6 (triangular), √2 (U-shaped), √(6/(1 + β²)) (trapezoidal, β the top over the base); a certificate's U over
its k.  ν of a Type B evaluation from the reliability of u: G.4.2, equation G.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from lab_app.metrology.errors import BudgetError, MetrologyError
from lab_app.metrology.rounding import round_significant

WORK: Final = Context(prec=40)


class Distribution(StrEnum):
    """The assumed distribution of a component; U-shaped is the arcsine distribution."""

    NORMAL = "normal"
    RECTANGULAR = "rectangular"
    TRIANGULAR = "triangular"
    U_SHAPE = "u-shape"
    TRAPEZOIDAL = "trapezoidal"


_NAMES: Final = {
    "normal": Distribution.NORMAL,
    "gaussian": Distribution.NORMAL,
    "rectangular": Distribution.RECTANGULAR,
    "uniform": Distribution.RECTANGULAR,
    "triangular": Distribution.TRIANGULAR,
    "u-shape": Distribution.U_SHAPE,
    "u-shaped": Distribution.U_SHAPE,
    "arcsine": Distribution.U_SHAPE,
    "trapezoidal": Distribution.TRAPEZOIDAL,
    "trapezoid": Distribution.TRAPEZOIDAL,
}

# The divisor is the square root of this number; a half-width is divided by it.
_SQUARED_DIVISOR: Final = {
    Distribution.RECTANGULAR: Decimal(3),
    Distribution.TRIANGULAR: Decimal(6),
    Distribution.U_SHAPE: Decimal(2),
}


def parse_distribution(text: str, where: str = "") -> Distribution:
    """The distribution of a word as forms and files write it.

    :raises BudgetError: field ``distribution``: ``missing`` or ``unknown``.
    """
    name = text.strip().lower()
    if name not in _NAMES:
        raise BudgetError("unknown" if name else "missing", "distribution", where)
    return _NAMES[name]


def exact_divisor(distribution: Distribution, beta: Decimal | None = None) -> Decimal | None:
    """√3, √6, √2 or √(6/(1 + β²)) to 40 digits; ``None`` for normal, whose divisor the certificate states.

    :raises BudgetError: field ``beta``: ``missing`` for a trapezoid, ``outside`` beyond 0 to 1.
    """
    if distribution is Distribution.TRAPEZOIDAL:
        if beta is None:
            raise BudgetError("missing", "beta")
        if not (beta.is_finite() and 0 <= beta <= 1):
            raise BudgetError("outside", "beta", str(beta))
        return WORK.sqrt(WORK.divide(Decimal(6), 1 + beta * beta))
    squared = _SQUARED_DIVISOR.get(distribution)
    return None if squared is None else squared.sqrt(WORK)


def standard_from_half_width(
    distribution: Distribution, half_width: Decimal, beta: Decimal | None = None
) -> Decimal:
    """The standard uncertainty of a quantity known to lie within ``± half_width``, 12 significant digits.

    :raises BudgetError: ``negative`` or ``not_finite`` half-width; a normal distribution has none (``no_half_width``).
    """
    divisor = exact_divisor(distribution, beta)
    if divisor is None:
        raise BudgetError("no_half_width", "distribution", distribution.value)
    if not half_width.is_finite():
        raise BudgetError("not_finite", "half_width")
    if half_width < 0:
        raise BudgetError("negative", "half_width", str(half_width))
    return round_significant(WORK.divide(half_width, divisor))


class TypeA(NamedTuple):
    """Repeated readings: their mean, standard deviation, the standard uncertainty of the mean, and ν = n - 1."""

    mean: Decimal
    s: Decimal
    u_mean: Decimal
    nu: int


def type_a(readings: Sequence[Decimal]) -> TypeA:
    """Evaluate repeated readings (JCGM 100 4.2), 12 significant digits.

    :raises MetrologyError: field ``readings``: ``empty``, ``too_few`` (one reading has no spread), ``not_finite``.
    """
    if not readings:
        raise MetrologyError("empty", "readings")
    for place, reading in enumerate(readings, 1):
        if not reading.is_finite():
            raise MetrologyError("not_finite", "readings", str(place))
    n = len(readings)
    if n < 2:
        raise MetrologyError("too_few", "readings", "1")
    total = Decimal(0)
    for reading in readings:
        total = WORK.add(total, reading)
    mean = WORK.divide(total, Decimal(n))
    squares = Decimal(0)
    for reading in readings:
        distance = WORK.subtract(reading, mean)
        squares = WORK.add(squares, WORK.multiply(distance, distance))
    variance = WORK.divide(squares, Decimal(n - 1))
    u_mean = WORK.sqrt(WORK.divide(variance, Decimal(n)))
    s = WORK.sqrt(variance)
    return TypeA(round_significant(mean), round_significant(s), round_significant(u_mean), n - 1)


def pooled(deviations: Sequence[tuple[Decimal, int]]) -> tuple[Decimal, int]:
    """One standard deviation from several series ``(s, ν)``: ``s_p² = Σ ν s² / Σ ν``, and its ν (JCGM 100 4.2.4, H.3.6).

    :raises MetrologyError: field ``deviations``: ``empty``, ``negative``, ``not_positive`` ν.
    """
    if not deviations:
        raise MetrologyError("empty", "deviations")
    weighted, nu_total = Decimal(0), 0
    for s, nu in deviations:
        if not s.is_finite() or s < 0:
            raise MetrologyError("negative", "deviations", str(s))
        if nu < 1:
            raise MetrologyError("not_positive", "deviations", str(nu))
        weighted = WORK.add(weighted, WORK.multiply(s * s, Decimal(nu)))
        nu_total += nu
    return round_significant(WORK.sqrt(WORK.divide(weighted, Decimal(nu_total)))), nu_total


def dof_from_reliability(relative: Decimal) -> Decimal:
    """ν of a Type B standard uncertainty itself known to ``relative`` (0.25 for 25 %): ``½ (Δu/u)⁻²`` (JCGM 100 G.3).

    :raises BudgetError: field ``relative``: ``not_positive``.
    """
    if not relative.is_finite() or relative <= 0:
        raise BudgetError("not_positive", "relative", str(relative))
    return round_significant(WORK.divide(Decimal("0.5"), relative * relative))
