"""Global risk of a decision: what happens to a whole population of items, JCGM 106:2012 clause 9.

Items come from a process with normally distributed true values; each is measured with a normally distributed error and
accepted when the reading lies within the acceptance limits.  Consumer's risk R_C: accepted though not conforming;
producer's risk R_P: rejected though conforming (9.5).  Both are shares of *all* items (unconditional); the conditional
consumer's risk is the share among the *accepted* ones.  Which is meant has to be said: at 60 % conforming and a ratio of 4 they
are 4.8 % and 8.3 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import Bounds
from lab_app.metrology.quantiles import integral, normal_cdf, normal_quantile
from lab_app.metrology.rounding import to_decimal

# Beyond this many standard deviations a normal density adds nothing that a double can hold beside the rest.
_REACH = 12.0
# An acceptance probability turns from one to nought within a few standard uncertainties of the limit.
_BENDS = (-8.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True, slots=True)
class Process:
    """The population before measurement: mean and standard deviation of the true values."""

    mean: Decimal
    s: Decimal

    def __post_init__(self) -> None:
        if not (self.mean.is_finite() and math.isfinite(float(self.mean))):
            raise MetrologyError("not_finite", "process_mean")
        if not self.s.is_finite() or self.s <= 0:
            raise MetrologyError("not_positive", "s_process", str(self.s))
        # Squares of it are taken in doubles.
        if not 1e-150 < float(self.s) < 1e150:
            raise MetrologyError("outside", "s_process", str(self.s))


@dataclass(frozen=True, slots=True)
class GlobalRisk:
    """Shares of all items, 12 significant digits; the conditional one None when nothing is accepted.

    ``consumer``: accepted though not conforming (PFA, UFAR).  ``producer``: rejected though conforming (PFR).
    ``conforming``: share of the process within the tolerance.  ``accepted``: share accepted.
    ``conditional_consumer``: not conforming among the accepted (CFAR).
    """

    consumer: Decimal
    producer: Decimal
    conforming: Decimal
    accepted: Decimal
    conditional_consumer: Decimal | None


def process_from_conformity(limit: Bounds, probability: Decimal, mean: Decimal | None = None) -> Process:
    """The normal process of which a share ``probability`` conforms (end-of-period reliability).

    It lies in the middle of the tolerance unless a ``mean`` is given; for a one-sided limit the ``mean`` has to be.

    :raises MetrologyError: ``outside`` for the probability; ``missing`` mean; ``not_positive`` when the mean does not conform
        enough for the share asked for.
    """
    if not (probability.is_finite() and 0 < probability < 1):
        raise MetrologyError("outside", "in_tolerance_probability", str(probability))
    p = float(probability)
    low, high = _ends(limit)
    if low is not None and high is not None:
        middle = (low + high) / 2
        if mean is not None and mean != middle:
            return _off_centre(float(low), float(high), mean, p)
        return Process(middle, to_decimal(float(high - low) / 2 / -normal_quantile((1 - p) / 2), 17))
    if mean is None:
        raise MetrologyError("missing", "process_mean")
    end = high if high is not None else low
    assert end is not None
    z = normal_quantile(p)
    room = float(end - mean) if high is not None else float(mean - end)
    if z == 0 or room / z <= 0:
        raise MetrologyError("not_positive", "s_process", str(mean))
    return Process(mean, to_decimal(room / z, 17))


def _off_centre(low: float, high: float, mean: Decimal, p: float) -> Process:
    """The spread at which a share p of a process about ``mean`` lies between the ends: the wider it is, the fewer do."""
    centre = float(mean)
    if not low < centre < high:
        raise MetrologyError("not_positive", "s_process", str(mean))
    narrow, wide = 0.0, high - low
    while _between(low, high, centre, wide) > p:
        wide *= 2
    while narrow < (middle := (narrow + wide) / 2) < wide:
        narrow, wide = (middle, wide) if _between(low, high, centre, middle) > p else (narrow, middle)
    return Process(mean, to_decimal(wide, 17))


def _ends(limit: Bounds) -> tuple[Decimal | None, Decimal | None]:
    return (-limit.high if limit.absolute and limit.high is not None else limit.low), limit.high


def _span(limit: Bounds) -> tuple[float, float]:
    low, high = _ends(limit)
    return (-math.inf if low is None else float(low)), (math.inf if high is None else float(high))


def _between(low: float, high: float, mean: float, s: float) -> float:
    """The share of a normal distribution between two ends, without losing digits far out on either side."""
    a, b = (low - mean) / s, (high - mean) / s
    return normal_cdf(-a) - normal_cdf(-b) if a > 0 else normal_cdf(b) - normal_cdf(a)


def global_risk(
    limit: Bounds, process: Process, u_m: Decimal, acceptance: Bounds | None = None
) -> GlobalRisk:
    """Global risks of accepting within ``acceptance`` (the tolerance itself unless given); ``u_m`` standard uncertainty.

    :raises MetrologyError: ``not_positive`` u_m; ``outside`` where no double holds its square.
    """
    if not u_m.is_finite() or u_m <= 0:
        raise MetrologyError("not_positive", "u_m", str(u_m))
    if not 1e-150 < float(u_m) < 1e150:
        raise MetrologyError("outside", "u_m", str(u_m))
    mean, s, u = float(process.mean), float(process.s), float(u_m)
    tolerance, accepted_within = _span(limit), _span(acceptance or limit)

    def accepted(value: float) -> float:
        return _between(accepted_within[0], accepted_within[1], value, u)

    def rejected(value: float) -> float:
        return normal_cdf((accepted_within[0] - value) / u) + normal_cdf((value - accepted_within[1]) / u)

    reach = (mean - _REACH * s, mean + _REACH * s)
    bends = {end + bend * u for end in accepted_within if math.isfinite(end) for bend in _BENDS}
    bends |= {mean + bend * s for bend in _BENDS}

    def share(of: str, low: float, high: float) -> float:
        """∫ f(η) P(of | η) dη from low to high, cut to where the process has anything."""
        low, high = max(low, reach[0]), min(high, reach[1])
        if low >= high:
            return 0.0
        chance = accepted if of == "accepted" else rejected
        points = [low, *(point for point in bends if low < point < high), high]
        scale = 1 / (s * math.sqrt(2 * math.pi))
        return integral(lambda x: scale * math.exp(-0.5 * ((x - mean) / s) ** 2) * chance(x), points)

    consumer = share("accepted", -math.inf, tolerance[0]) + share("accepted", tolerance[1], math.inf)
    producer = share("rejected", tolerance[0], tolerance[1])
    conforming = _between(tolerance[0], tolerance[1], mean, s)
    # Readings are normal too, with both variances: no second integral is needed for the share accepted.
    taken = _between(accepted_within[0], accepted_within[1], mean, math.hypot(s, u))
    return GlobalRisk(
        to_decimal(consumer),
        to_decimal(producer),
        to_decimal(conforming),
        to_decimal(taken),
        to_decimal(min(1.0, consumer / taken)) if taken > 1e-15 else None,
    )
