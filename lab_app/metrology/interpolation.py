"""Interpolation along frequency: limit lines and correction factors.

``L(f) = L1 + (L2 - L1) lg(f/f1) / lg(f2/f1)`` for a logarithmic frequency axis (CISPR 32
conducted emission: the limit decreases linearly with the logarithm of the frequency), or the same with
plain differences on a linear one.  Computed in decimal arithmetic and shortened to 12 significant
digits; at the ends the tabulated number itself is returned.  Nothing is extrapolated.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from enum import StrEnum

from lab_app.core.quantity import normalise_unit
from lab_app.metrology.errors import LimitError, MetrologyError
from lab_app.metrology.rounding import EXACT, round_significant


class Scale(StrEnum):
    """How a value runs between two tabulated frequencies."""

    LIN = "lin"
    LOG = "log"


def interpolate(
    x: Decimal, x1: Decimal, y1: Decimal, x2: Decimal, y2: Decimal, scale: Scale | str
) -> Decimal:
    """The value at ``x`` between ``(x1, y1)`` and ``(x2, y2)``, where ``x1 <= x <= x2``.

    A logarithmic scale needs ``x1 > 0``.

    :raises LimitError: ``outside`` when ``x`` lies beyond the ends; ``not_positive``.
    """
    if not x1 <= x <= x2 or x1 == x2:
        raise LimitError("outside", "x", str(x))
    if x == x1 or y1 == y2:
        return y1
    if x == x2:
        return y2
    with localcontext(Context(prec=40)):
        if Scale(scale) is Scale.LOG:
            if x1 <= 0:
                raise LimitError("not_positive", "x1", str(x1))
            share = (x / x1).ln() / (x2 / x1).ln()
        else:
            share = (x - x1) / (x2 - x1)
        value = y1 + (y2 - y1) * share
    return round_significant(value)


@dataclass(frozen=True, slots=True)
class FactorTable:
    """A correction factor over frequency: antenna factor, cable loss, preamplifier gain.

    ``points`` are ``(frequency, factor)`` with frequencies strictly rising; both in the units
    named.  Linear in f by default, as calibration certificates tabulate them; the scale is the
    laboratory's setting.
    """

    points: tuple[tuple[Decimal, Decimal], ...]
    scale: Scale = Scale.LIN
    f_unit: str = "MHz"
    unit: str = "dB"

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", Scale(self.scale))
        object.__setattr__(self, "f_unit", normalise_unit(self.f_unit))
        object.__setattr__(self, "unit", normalise_unit(self.unit))
        if not self.points:
            raise MetrologyError("empty", "points")
        previous: Decimal | None = None
        for number, (frequency, factor) in enumerate(self.points, 1):
            if not frequency.is_finite() or not factor.is_finite():
                raise MetrologyError("not_finite", "points", str(number))
            if frequency <= 0:
                raise MetrologyError("not_positive", "points", str(number))
            if previous is not None and frequency <= previous:
                raise MetrologyError("frequencies_not_rising", "points", str(number))
            previous = frequency

    def at(self, frequency: Decimal) -> Decimal:
        """The factor at a frequency (in ``f_unit``); refused outside the calibrated range."""
        first, last = self.points[0][0], self.points[-1][0]
        if not frequency.is_finite() or not first <= frequency <= last:
            raise MetrologyError("outside", "frequency", str(frequency))
        i = bisect_left(self.points, frequency, key=lambda point: point[0])
        if self.points[i][0] == frequency:
            return self.points[i][1]
        (x1, y1), (x2, y2) = self.points[i - 1], self.points[i]
        return interpolate(frequency, x1, y1, x2, y2, self.scale)


def corrected_level(
    reading: Decimal, add: Iterable[Decimal] = (), subtract: Iterable[Decimal] = ()
) -> Decimal:
    """``E = reading + AF + cable loss (+ attenuator) - preamplifier gain``, all in dB, exact."""
    level = reading
    for factor in add:
        level = EXACT.add(level, factor)
    for factor in subtract:
        level = EXACT.subtract(level, factor)
    return level
