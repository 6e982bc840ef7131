"""Control charts: constants, limits of a phase of good data, and points against frozen limits.

Sources: ISO 7870-2 (Shewhart charts: individuals and moving range, mean and range, mean and
standard deviation, counts), NIST/SEMATECH e-Handbook 6.3.2 (EWMA, CUSUM).  Limits are estimated
once from data known to be in control (phase I), approved, and frozen: later points are judged
against them and never move them (:class:`ChartLimits` round-trips through JSON for that).  A point
is out of control *beyond* a limit; on the limit it is in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, localcontext
from enum import StrEnum
from functools import lru_cache
from typing import Any

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.quantiles import normal_cdf
from lab_app.metrology.rounding import round_significant, to_decimal

_WORK = Context(prec=40)
SMALLEST_GROUP, LARGEST_GROUP = 2, 25
ZERO, ONE, THREE = Decimal(0), Decimal(1), Decimal(3)


class ChartError(MetrologyError):
    """Data from which no control limits follow."""


class Chart(StrEnum):
    """The charts whose limits can be frozen."""

    INDIVIDUALS = "I-MR"
    MEAN_RANGE = "xbar-R"
    MEAN_SD = "xbar-S"
    COUNTS = "c"


@dataclass(frozen=True, slots=True)
class Constants:
    """Control chart constants of subgroups of ``n``, for limits at three standard deviations.

    ``d2`` and ``d3`` are mean and standard deviation of the range of ``n`` standard normal values,
    ``c4`` the mean of their standard deviation.
    """

    n: int
    d2: Decimal
    d3: Decimal
    c4: Decimal
    A2: Decimal
    A3: Decimal
    B3: Decimal
    B4: Decimal
    D3: Decimal
    D4: Decimal


def _range_moments(n: int) -> tuple[float, float]:
    """Mean and standard deviation of the range of ``n`` standard normal values.

    ``P(W <= w) = n ∫ φ(x) (Φ(x + w) - Φ(x))**(n-1) dx``; the integral over ``x`` by the trapezoidal
    rule, which converges exponentially here, the moments over ``w`` by Gauss-Legendre.
    """
    import numpy as np

    # h = 0.1 is exact to fifteen digits; the normal distribution ends for floats before 9.
    step, edge, widest = 0.1, 9.0, 16.0
    x = np.arange(-edge, edge + step / 2, step)
    nodes, weights = np.polynomial.legendre.leggauss(64)
    w, weights = (nodes + 1) * widest / 2, weights * widest / 2
    below = np.array([normal_cdf(value) for value in x])
    above = np.array([[normal_cdf(value + width) for value in x] for width in w])
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    beyond = 1 - n * (density * (above - below) ** (n - 1)).sum(axis=1) * step
    mean = float(weights @ beyond)
    square = float(2 * weights @ (w * beyond))
    return mean, math.sqrt(square - mean**2)


@lru_cache(maxsize=LARGEST_GROUP)
def constants(n: int) -> Constants:
    """The constants of subgroups of ``n`` values, 2 to 25, computed to about ten digits.

    :raises ChartError: ``outside`` for another ``n``.
    """
    if not SMALLEST_GROUP <= n <= LARGEST_GROUP:
        raise ChartError("outside", "n", str(n))
    d2, d3 = _range_moments(n)
    c4 = math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))
    spread = 3 * math.sqrt(1 - c4**2) / c4
    a = 3 / math.sqrt(n)
    return Constants(
        n,
        *(to_decimal(value, 10) for value in (d2, d3, c4, a / d2, a / c4)),
        *(to_decimal(value, 10) for value in (max(0.0, 1 - spread), 1 + spread)),
        *(to_decimal(value, 10) for value in (max(0.0, 1 - 3 * d3 / d2), 1 + 3 * d3 / d2)),
    )


@dataclass(frozen=True, slots=True)
class ChartLimits:
    """Frozen limits of one chart: centre, lower and upper limit, and one standard deviation of a point.

    ``n`` is the size of a subgroup (1 for individuals and counts), ``points`` how many points of phase I
    stand behind the limits.
    """

    center: Decimal
    lower: Decimal
    upper: Decimal
    sigma: Decimal
    n: int = 1
    points: int = 0

    def __post_init__(self) -> None:
        for name in ("center", "lower", "upper", "sigma"):
            if not getattr(self, name).is_finite():
                raise ChartError("not_finite", name)
        if self.sigma < 0:
            raise ChartError("negative", "sigma")
        if not self.lower <= self.center <= self.upper:
            raise ChartError("empty_range", "lower", f"{self.lower} | {self.upper}")

    def outside(self, values: Sequence[Decimal], first: int = 1) -> tuple[int, ...]:
        """Numbers of the points beyond a limit; the first point has the number ``first``."""
        return tuple(i for i, value in enumerate(values, first) if not self.lower <= value <= self.upper)

    def to_dict(self) -> dict[str, Any]:
        """JSON form for freezing; :func:`parse_limits` reads it back."""
        numbers = {name: str(getattr(self, name)) for name in ("center", "lower", "upper", "sigma")}
        return numbers | {"n": self.n, "points": self.points}


def parse_limits(data: Mapping[str, Any]) -> ChartLimits:
    """Read frozen limits; numbers are strings, never floats.

    :raises ChartError: naming the field.
    """
    numbers: dict[str, Decimal] = {}
    for name in ("center", "lower", "upper", "sigma"):
        raw = data.get(name)
        if not isinstance(raw, (str, Decimal)):
            raise ChartError("not_a_decimal", name)
        try:
            numbers[name] = Decimal(raw)
        except InvalidOperation:
            raise ChartError("not_a_decimal", name, str(raw)[:40]) from None
    counts = [data.get(name, default) for name, default in (("n", 1), ("points", 0))]
    if not all(isinstance(count, int) and not isinstance(count, bool) and count >= 0 for count in counts):
        raise ChartError("not_a_number", "n")
    return ChartLimits(**numbers, n=counts[0], points=counts[1])


@dataclass(frozen=True, slots=True)
class PhaseOne:
    """Limits estimated from phase I: of the points (means, values, counts) and of their spread.

    ``spread`` (ranges, moving ranges or standard deviations) is ``None`` for a chart of counts.
    """

    chart: Chart
    location: ChartLimits
    spread: ChartLimits | None


def _finite(values: Sequence[Decimal], least: int, field: str) -> None:
    if len(values) < least:
        raise ChartError("too_few", field, f"{len(values)} | {least}")
    if not all(value.is_finite() for value in values):
        raise ChartError("not_finite", field)


def _sigmas(k: Decimal) -> Decimal:
    if not k.is_finite() or k <= 0:
        raise ChartError("not_positive", "sigma_limits", str(k))
    return k


def mean(values: Sequence[Decimal]) -> Decimal:
    """Arithmetic mean, 12 significant digits."""
    _finite(values, 1, "values")
    with localcontext(_WORK):
        return round_significant(sum(values, ZERO) / len(values))


def standard_deviation(values: Sequence[Decimal]) -> Decimal:
    """Sample standard deviation (n - 1), 12 significant digits."""
    _finite(values, 2, "values")
    with localcontext(_WORK):
        center = sum(values, ZERO) / len(values)
        return round_significant((sum(((v - center) ** 2 for v in values), ZERO) / (len(values) - 1)).sqrt())


def moving_ranges(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Absolute differences of neighbours."""
    with localcontext(_WORK):
        return tuple(abs(b - a) for a, b in zip(values, values[1:], strict=False))


def _limits(
    center: Decimal, sigma: Decimal, k: Decimal, n: int, points: int, floor: bool = False
) -> ChartLimits:
    """Limits ``center ± k sigma``; with ``floor`` the lower one is not negative."""
    lower = round_significant(center - k * sigma)
    return ChartLimits(
        round_significant(center),
        max(ZERO, lower) if floor else lower,
        round_significant(center + k * sigma),
        round_significant(sigma),
        n,
        points,
    )


def individuals(values: Sequence[Decimal], k: Decimal = THREE) -> PhaseOne:
    """I-MR: sigma is the mean moving range over d2(2), 1.128; limits at ``k`` sigma."""
    _finite(values, 2, "values")
    constant = constants(2)
    with localcontext(_WORK):
        ranges = moving_ranges(values)
        average = sum(ranges, ZERO) / len(ranges)
        sigma = average / constant.d2
        location = _limits(sum(values, ZERO) / len(values), sigma, _sigmas(k), 1, len(values))
        spread = _limits(average, constant.d3 * sigma, k, 2, len(ranges), floor=True)
    return PhaseOne(Chart.INDIVIDUALS, location, spread)


def _groups(samples: Sequence[Sequence[Decimal]]) -> int:
    if not samples:
        raise ChartError("too_few", "samples", "0")
    n = len(samples[0])
    if any(len(sample) != n for sample in samples):
        raise ChartError("different_lengths", "samples")
    for sample in samples:
        _finite(sample, SMALLEST_GROUP, "samples")
    return n


def means(samples: Sequence[Sequence[Decimal]]) -> tuple[Decimal, ...]:
    """The mean of each subgroup."""
    return tuple(mean(sample) for sample in samples)


def mean_range(samples: Sequence[Sequence[Decimal]], k: Decimal = THREE) -> PhaseOne:
    """Mean and range of subgroups of one size: sigma is the mean range over d2."""
    n = _groups(samples)
    constant = constants(n)
    with localcontext(_WORK):
        average = sum((max(sample) - min(sample) for sample in samples), ZERO) / len(samples)
        sigma = average / constant.d2
        center = sum((value for sample in samples for value in sample), ZERO) / (n * len(samples))
        location = _limits(center, sigma / Decimal(n).sqrt(), _sigmas(k), n, len(samples))
        spread = _limits(average, constant.d3 * sigma, k, n, len(samples), floor=True)
    return PhaseOne(Chart.MEAN_RANGE, location, spread)


def mean_sd(samples: Sequence[Sequence[Decimal]], k: Decimal = THREE) -> PhaseOne:
    """Mean and standard deviation of subgroups of one size: sigma is the mean of s over c4."""
    n = _groups(samples)
    constant = constants(n)
    with localcontext(_WORK):
        average = sum((standard_deviation(sample) for sample in samples), ZERO) / len(samples)
        sigma = average / constant.c4
        center = sum((value for sample in samples for value in sample), ZERO) / (n * len(samples))
        location = _limits(center, sigma / Decimal(n).sqrt(), _sigmas(k), n, len(samples))
        spread = _limits(average, sigma * (ONE - constant.c4**2).sqrt(), k, n, len(samples), floor=True)
    return PhaseOne(Chart.MEAN_SD, location, spread)


def counts(numbers: Sequence[Decimal], k: Decimal = THREE) -> PhaseOne:
    """c chart, counts in equal areas of opportunity: ``c ± k √c``, not below zero."""
    _finite(numbers, 1, "counts")
    if any(number < 0 or number != number.to_integral_value() for number in numbers):
        raise ChartError("not_a_count", "counts")
    with localcontext(_WORK):
        average = sum(numbers, ZERO) / len(numbers)
        return PhaseOne(
            Chart.COUNTS, _limits(average, average.sqrt(), _sigmas(k), 1, len(numbers), floor=True), None
        )


def _positive(value: Decimal, field: str) -> None:
    if not value.is_finite() or value <= 0:
        raise ChartError("not_positive", field, str(value))


@dataclass(frozen=True, slots=True)
class Ewma:
    """Weighted means with the limits of each point; ``limits`` are the ones they settle on.

    ``signals`` are the numbers (from 1) of the points beyond their own limits.
    """

    points: tuple[Decimal, ...]
    lower: tuple[Decimal, ...]
    upper: tuple[Decimal, ...]
    limits: ChartLimits
    signals: tuple[int, ...]


def ewma(values: Sequence[Decimal], target: Decimal, sigma: Decimal, weight: Decimal, width: Decimal) -> Ewma:
    """``z_i = λ x_i + (1 - λ) z_(i-1)`` from ``z_0 = target``; limits at ``width`` (L) standard deviations.

    ``σ_z**2 = σ**2 λ/(2-λ) (1 - (1-λ)**(2i))``.
    """
    _finite(values, 1, "values")
    _positive(sigma, "sigma")
    _positive(width, "L")
    if not weight.is_finite() or not 0 < weight <= 1:
        raise ChartError("outside", "lambda", str(weight))
    points: list[Decimal] = []
    lower: list[Decimal] = []
    upper: list[Decimal] = []
    with localcontext(_WORK):
        settled = sigma * (weight / (2 - weight)).sqrt()
        z, remains = target, ONE
        for value in values:
            z = weight * value + (1 - weight) * z
            remains *= (1 - weight) ** 2
            reach = width * settled * (1 - remains).sqrt()
            points.append(round_significant(z))
            lower.append(round_significant(target - reach))
            upper.append(round_significant(target + reach))
        limits = _limits(target, settled, width, 1, len(values))
    rows = enumerate(zip(points, lower, upper, strict=True), 1)
    return Ewma(
        tuple(points),
        tuple(lower),
        tuple(upper),
        limits,
        tuple(i for i, (z, a, b) in rows if not a <= z <= b),
    )


@dataclass(frozen=True, slots=True)
class Cusum:
    """Cumulative sums in standard deviations: ``high`` never below zero, ``low`` never above.

    ``signals`` are the numbers (from 1) of the points at which a sum is beyond the decision interval.
    """

    high: tuple[Decimal, ...]
    low: tuple[Decimal, ...]
    signals: tuple[int, ...]


def cusum(
    values: Sequence[Decimal], target: Decimal, sigma: Decimal, allowance: Decimal, decision: Decimal
) -> Cusum:
    """Tabular CUSUM of ``(x - target)/sigma``: allowance ``k`` and decision interval ``h`` in sigma.

    For an allowance and an interval in the unit of the values let ``sigma`` be 1.
    """
    _finite(values, 1, "values")
    _positive(sigma, "sigma")
    _positive(decision, "h")
    if not allowance.is_finite() or allowance < 0:
        raise ChartError("negative", "k", str(allowance))
    high, low = [ZERO], [ZERO]
    with localcontext(_WORK):
        for value in values:
            z = (value - target) / sigma
            high.append(max(ZERO, high[-1] + z - allowance))
            low.append(min(ZERO, low[-1] + z + allowance))
        rows = enumerate(zip(high, low, strict=True))
        signals = tuple(i for i, (up, down) in rows if up > decision or -down > decision)
    return Cusum(
        tuple(round_significant(value) for value in high[1:]),
        tuple(round_significant(value) for value in low[1:]),
        signals,
    )
