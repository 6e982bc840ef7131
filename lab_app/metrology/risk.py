"""Probabilities behind a decision: specific risk, test uncertainty ratio, guard band factors.

Sources: JCGM 106:2012 clause 7 (conformance probability of a normally distributed value) and
clause 8 (acceptance limits); ANSI/NCSL Z540.3 (TUR); ILAC-G8:09/2019 (w = r U).
Probabilities are computed in floats and returned as Decimals of 12 significant digits.
"""

from __future__ import annotations

import math
from decimal import Decimal
from statistics import NormalDist
from typing import NamedTuple

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import Bounds
from lab_app.metrology.rounding import EXACT, round_significant, to_decimal


class SpecificRisk(NamedTuple):
    """Probabilities that the true value conforms, does not, lies above, lies below the limits."""

    p_c: Decimal
    p_nc: Decimal
    above: Decimal
    below: Decimal


def _tail(z: float) -> float:
    """P(Z > z) for a standard normal Z, accurate far out."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def specific_risk(limit: Bounds, y: Decimal, u: Decimal) -> SpecificRisk:
    """JCGM 106 7.2-7.4: the measured value ``y`` with *standard* uncertainty ``u > 0``.

    A limit of the absolute value counts both tails.
    """
    if not u.is_finite() or u <= 0:
        raise MetrologyError("not_positive", "u", str(u))
    if not y.is_finite():
        raise MetrologyError("not_finite", "y", str(y))
    low = -limit.high if limit.absolute and limit.high is not None else limit.low
    above = 0.0 if limit.high is None else _tail(float((limit.high - y) / u))
    below = 0.0 if low is None else _tail(float((y - low) / u))
    outside = min(1.0, above + below)
    return SpecificRisk(to_decimal(1.0 - outside), to_decimal(outside), to_decimal(above), to_decimal(below))


def cpk(limit: Bounds, y: Decimal, u: Decimal) -> Decimal:
    """Distance to the nearest limit in units of three standard uncertainties; negative outside."""
    if not u.is_finite() or u <= 0:
        raise MetrologyError("not_positive", "u", str(u))
    return round_significant(EXACT.divide(limit.margin(y), 3 * u))


def worst_case_pfa(r: Decimal, k: Decimal = Decimal(2)) -> Decimal:
    """Specific risk of a result standing on the acceptance limit of a guard band w = r U."""
    return to_decimal(_tail(float(r * k)))


def tur(low: Decimal, high: Decimal, expanded: Decimal) -> Decimal:
    """TUR: span of the tolerance over twice the expanded uncertainty (Z540.3)."""
    if not expanded.is_finite() or expanded <= 0:
        raise MetrologyError("not_positive", "U", str(expanded))
    for field, end in (("low", low), ("high", high)):
        if not end.is_finite():
            raise MetrologyError("not_finite", field, str(end))
    if high <= low:
        raise MetrologyError("empty_range", "low", f"{low} | {high}")
    return round_significant(EXACT.divide(high - low, 2 * expanded))


class GuardFactors(NamedTuple):
    """Factors on the tolerance limit, each within 0 and 1."""

    rss: Decimal
    test95: Decimal
    rp10: Decimal
    dobbert: Decimal


def guard_factors(ratio: Decimal) -> GuardFactors:
    """Acceptance limit over tolerance limit by four published formulas.

    RSS √(1 - 1/TUR²); U95 1 - 1/TUR; NCSL RP-10 1.25 - 1/TUR; Dobbert managed risk 1 - M/TUR
    with M = 1.04 - e^(0.38 ln TUR - 0.54).  Clamped to 0..1: above a TUR of about 4.6 the last
    would *widen* the limit, below 1 the first has no real value.
    """
    if not ratio.is_finite() or ratio <= 0:
        raise MetrologyError("not_positive", "TUR", str(ratio))
    t = float(ratio)
    m = 1.04 - math.exp(0.38 * math.log(t) - 0.54)
    values = (math.sqrt(max(0.0, 1 - 1 / t**2)), 1 - 1 / t, 1.25 - 1 / t, 1 - m / t)
    return GuardFactors(*(to_decimal(min(1.0, max(0.0, value))) for value in values))


def rejection_limit(limit: Decimal, u_relative: Decimal, probability: Decimal) -> Decimal:
    """Smallest reading that shows, with ``probability``, that an upper limit is exceeded.

    Guarded rejection (JCGM 106:2012 8.3.3): ``y (1 - z u_rel) >= limit`` with a standard
    uncertainty proportional to the reading; round the result up, never down.
    """
    if not 0 < probability < 1:
        raise MetrologyError("outside", "probability", str(probability))
    z = NormalDist().inv_cdf(float(probability))
    share = 1 - z * float(u_relative)
    if share <= 0:
        raise MetrologyError("no_limit", "u_relative", str(u_relative))
    return to_decimal(float(limit) / share)
