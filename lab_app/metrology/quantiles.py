"""Quantiles of the normal, Student and Fisher distributions, and means of integrals, without a heavy library.

Sources: JCGM 100:2008 G.3 and Table G.2 (t-distribution, coverage factor); H.5 (F test).  The incomplete beta function is
computed by its continued fraction, quantiles by bracketing; both agree with published tables to twelve digits.
Everything here is float; what leaves the package goes through :func:`lab_app.metrology.rounding.to_decimal`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Final

from lab_app.metrology.errors import MetrologyError

_NORMAL: Final = NormalDist()
# From here on three terms about the normal quantile give t to twelve digits, and the beta function begins to lose some.
_ALMOST_NORMAL: Final = 2e4
_TINY: Final = 1e-300

# Nodes and weights of the 15-point Gauss-Kronrod rule on [-1, 1], right half; every second node carries a 7-point Gauss weight.
_KRONROD: Final = (
    (0.991455371120812639206854697526329, 0.022935322010529224963732008058970, 0.0),
    (0.949107912342758524526189684047851, 0.063092092629978553290700663189204, 0.129484966168869693270611432679082),
    (0.864864423359769072789712788640926, 0.104790010322250183839876322541518, 0.0),
    (0.741531185599394439863864773280788, 0.140653259715525918745189590510238, 0.279705391489276667901467771423780),
    (0.586087235467691130294144691693013, 0.169004726639267902826583426598550, 0.0),
    (0.405845151377397166906606412076961, 0.190350578064785409913256402421014, 0.381830050505118944950369775488975),
    (0.207784955007898467600689403773245, 0.204432940075298892414161999234649, 0.0),
)
_KRONROD_CENTRE: Final = (0.209482141084727828012999174891714, 0.417959183673469387755102040816327)


def normal_cdf(z: float) -> float:
    """P(Z <= z) for a standard normal Z, accurate far out on both sides."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def normal_quantile(p: float) -> float:
    """The z with P(Z <= z) = p, for 0 < p < 1."""
    if not 0 < p < 1:
        raise MetrologyError("outside", "probability", str(p))
    return _NORMAL.inv_cdf(p)


def _continued_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    result = d
    for m in range(1, 200_000):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + numerator * d
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = 1.0 + numerator / c
            c = c if abs(c) > _TINY else _TINY
            result *= d * c
        if abs(d * c - 1.0) < 1e-16:
            break
    return result


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1."""
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        raise MetrologyError("outside", "x", f"{a} {b} {x}")
    if x in (0.0, 1.0):
        return x
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _continued_fraction(a, b, x) / a
    return 1.0 - front * _continued_fraction(b, a, 1.0 - x) / b


def _root(rises: Callable[[float], float], low: float, high: float) -> float:
    """The zero of a rising function between two bounds, to the last bit bisection can tell."""
    for _ in range(400):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if rises(middle) < 0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _upper_bound(rises: Callable[[float], float], start: float) -> float:
    bound = start
    while rises(bound) < 0:
        bound *= 2
        if bound > 1e150:
            raise MetrologyError("outside", "probability")
    return bound


@lru_cache(maxsize=512)
def student_factor(p: float, nu: float = math.inf) -> float:
    """The two-sided coverage factor t_p(nu): P(\\|T\\| <= t) = p (JCGM 100 Table G.2); ``nu`` need not be whole.

    :raises MetrologyError: ``outside`` for p not within 0 and 1; ``not_positive`` for nu.
    """
    if not 0 < p < 1:
        raise MetrologyError("outside", "p", str(p))
    if not nu > 0:
        raise MetrologyError("not_positive", "nu", str(nu))
    if nu > _ALMOST_NORMAL:
        z = -normal_quantile((1 - p) / 2)
        return z + (z**3 + z) / (4 * nu) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * nu * nu)

    def rises(t: float) -> float:
        # The tail keeps its digits where p is close to one.
        return (1 - p) - incomplete_beta(nu / 2, 0.5, nu / (nu + t * t))

    return _root(rises, 0.0, _upper_bound(rises, 2.0))


@lru_cache(maxsize=256)
def fisher_quantile(p: float, nu1: float, nu2: float) -> float:
    """The F with P(F(nu1, nu2) <= F) = p.

    :raises MetrologyError: as :func:`student_factor`.
    """
    if not 0 < p < 1:
        raise MetrologyError("outside", "p", str(p))
    if not (nu1 > 0 and nu2 > 0):
        raise MetrologyError("not_positive", "nu", f"{nu1} {nu2}")

    def rises(f: float) -> float:
        return (1 - p) - incomplete_beta(nu2 / 2, nu1 / 2, nu2 / (nu2 + nu1 * f))

    return _root(rises, 0.0, _upper_bound(rises, 2.0))


def _kronrod(f: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    centre, half = 0.5 * (low + high), 0.5 * (high - low)
    middle = f(centre)
    fine, coarse = _KRONROD_CENTRE[0] * middle, _KRONROD_CENTRE[1] * middle
    for node, weight, gauss in _KRONROD:
        both = f(centre - half * node) + f(centre + half * node)
        fine += weight * both
        coarse += gauss * both
    return fine * half, abs(fine - coarse) * half


def integral(f: Callable[[float], float], points: Sequence[float], tolerance: float = 1e-13) -> float:
    """The integral of a smooth ``f`` over the span of ``points``, which name the places where it bends.

    Adaptive Gauss-Kronrod between neighbouring points; ``tolerance`` is the absolute error aimed at.
    """
    ends = sorted(set(points))
    pieces = [(low, high, 0) for low, high in zip(ends, ends[1:], strict=False)]
    total = 0.0
    while pieces:
        low, high, depth = pieces.pop()
        value, error = _kronrod(f, low, high)
        if error <= tolerance or depth >= 40:
            total += value
        else:
            centre = 0.5 * (low + high)
            pieces += [(low, centre, depth + 1), (centre, high, depth + 1)]
    return total
