"""Proficiency testing and interlaboratory comparison: scores, their classes, robust statistics.

Sources: ISO 13528 (z, z', zeta and E_n scores; Algorithm A, Annex C; uncertainty of a consensus
value), ISO/IEC 17043.  Scores keep their sign.  Classes are decided exactly, before anything is rounded:
``|z| <= 2`` satisfactory, ``2 < |z| < 3`` questionable, ``|z| >= 3`` unsatisfactory;
``|E_n| <= 1`` satisfactory, else unsatisfactory.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from statistics import NormalDist, median

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.rounding import EXACT, round_significant, to_decimal

_WORK = Context(prec=40)
TWO, THREE = Decimal(2), Decimal(3)
# Above this share of sigma_pt the uncertainty of the assigned value may not be neglected (ISO 13528).
NEGLIGIBLE_SHARE = Decimal("0.3")
_HUBER = 1.5


class ProficiencyError(MetrologyError):
    """Results from which no score or statistic follows."""


class ScoreKind(StrEnum):
    """The scores of ISO 13528."""

    Z = "z"
    Z_PRIME = "z_prime"
    ZETA = "zeta"
    EN = "En"


class Class(StrEnum):
    """What a score means; questionable asks for a look, unsatisfactory for an action (7.10, 8.7)."""

    SATISFACTORY = "satisfactory"
    QUESTIONABLE = "questionable"
    UNSATISFACTORY = "unsatisfactory"


@dataclass(frozen=True, slots=True)
class Score:
    """A score with its sign, 12 significant digits, and its class."""

    kind: ScoreKind
    value: Decimal
    classified: Class


def classify(z: Decimal) -> Class:
    """The class of a z, z' or zeta score as given."""
    if not z.is_finite():
        raise ProficiencyError("not_finite", "z")
    return _classify(EXACT.multiply(z, z), Decimal(1))


def _classify(squared: Decimal, variance: Decimal) -> Class:
    # Squares are compared, so that a root that does not end cannot move a border.
    if squared <= EXACT.multiply(4, variance):
        return Class.SATISFACTORY
    return Class.QUESTIONABLE if squared < EXACT.multiply(9, variance) else Class.UNSATISFACTORY


def _checked(value: Decimal, field: str) -> Decimal:
    if not value.is_finite() or value <= 0:
        raise ProficiencyError("not_positive", field, str(value))
    return value


def _difference(x: Decimal, assigned: Decimal) -> Decimal:
    if not x.is_finite():
        raise ProficiencyError("not_finite", "x")
    if not assigned.is_finite():
        raise ProficiencyError("not_finite", "x_pt")
    return EXACT.subtract(x, assigned)


def _score(kind: ScoreKind, difference: Decimal, *parts: Decimal) -> Score:
    variance = Decimal(0)
    for part in parts:
        variance = EXACT.add(variance, EXACT.multiply(part, part))
    squared = EXACT.multiply(difference, difference)
    if kind is ScoreKind.EN:
        classified = Class.SATISFACTORY if squared <= variance else Class.UNSATISFACTORY
    else:
        classified = _classify(squared, variance)
    with localcontext(_WORK):
        value = round_significant(difference / variance.sqrt())
    return Score(kind, value, classified)


def z_score(x: Decimal, assigned: Decimal, sigma_pt: Decimal) -> Score:
    """``z = (x - x_pt) / σ_pt``."""
    return _score(ScoreKind.Z, _difference(x, assigned), _checked(sigma_pt, "sigma_pt"))


def needs_z_prime(u_assigned: Decimal, sigma_pt: Decimal) -> bool:
    """Whether the standard uncertainty of the assigned value is too large for a z score."""
    return _checked(u_assigned, "u_x_pt") > EXACT.multiply(NEGLIGIBLE_SHARE, _checked(sigma_pt, "sigma_pt"))


def z_prime_score(x: Decimal, assigned: Decimal, sigma_pt: Decimal, u_assigned: Decimal) -> Score:
    """``z' = (x - x_pt) / √(σ_pt² + u²(x_pt))``, *standard* uncertainty of the assigned value."""
    parts = (_checked(sigma_pt, "sigma_pt"), _checked(u_assigned, "u_x_pt"))
    return _score(ScoreKind.Z_PRIME, _difference(x, assigned), *parts)


def zeta_score(x: Decimal, u_x: Decimal, assigned: Decimal, u_assigned: Decimal) -> Score:
    """``ζ = (x - x_pt) / √(u²(x) + u²(x_pt))``, *standard* uncertainties."""
    parts = (_checked(u_x, "u_x"), _checked(u_assigned, "u_x_pt"))
    return _score(ScoreKind.ZETA, _difference(x, assigned), *parts)


def en_score(x: Decimal, expanded_x: Decimal, assigned: Decimal, expanded_assigned: Decimal) -> Score:
    """``E_n = (x - x_pt) / √(U²(x) + U²(x_pt))``, *expanded* uncertainties of one coverage factor."""
    parts = (_checked(expanded_x, "U_x"), _checked(expanded_assigned, "U_x_pt"))
    return _score(ScoreKind.EN, _difference(x, assigned), *parts)


def _consistency(k: float) -> float:
    """Factor that makes the standard deviation of normal values cut at ``±k`` unbiased: 1.1334 at 1.5.

    ISO 13528 prints 1.134.
    """
    normal = NormalDist()
    inside = 2 * normal.cdf(k) - 1
    return 1 / math.sqrt(inside - 2 * k * normal.pdf(k) + 2 * k**2 * (1 - normal.cdf(k)))


@dataclass(frozen=True, slots=True)
class RobustResult:
    """Robust mean and standard deviation, and what the iteration started from.

    ``degenerate``: so many results are identical that the standard deviation is zero; nothing can be
    scored with it.
    """

    x_star: Decimal
    s_star: Decimal
    start_x: Decimal
    start_s: Decimal
    n: int
    iterations: int
    degenerate: bool = False

    @property
    def u_x_pt(self) -> Decimal:
        """Standard uncertainty of the consensus value, ``1.25 s* / √p``."""
        with localcontext(_WORK):
            return round_significant(Decimal("1.25") * self.s_star / Decimal(self.n).sqrt())


_SETTLED = 1e-13
_MOST_ITERATIONS = 10_000


def algorithm_a(values: Sequence[Decimal], least: int = 2) -> RobustResult:
    """Robust mean and standard deviation by Algorithm A of ISO 13528 (Huber, k = 1.5).

    Starts from the median and 1.483 times the median absolute deviation and is iterated until nothing
    moves; ISO stops at the third significant figure, which leaves about 0.1 % of play.  Where more than
    half of the results are identical the median deviation is zero and the sample standard deviation
    is the start.  ``least``: fewer results than this are refused.

    :raises ProficiencyError: ``too_few``; ``not_finite``.
    """
    if least < 2 or len(values) < least:
        raise ProficiencyError("too_few", "x", f"{len(values)} | {least}")
    if not all(value.is_finite() for value in values):
        raise ProficiencyError("not_finite", "x")
    # Deviations from the median, exactly: floats would lose a small spread on a large value.
    center = median(values)
    data = [float(EXACT.subtract(value, center)) for value in values]
    x, n = 0.0, len(data)
    start = s = 1.483 * median(abs(value) for value in data)
    if s == 0:
        average = math.fsum(data) / n
        s = math.sqrt(math.fsum((value - average) ** 2 for value in data) / (n - 1))
    scale, factor, iterations = s, _consistency(_HUBER), 0
    while s > 1e-9 * scale and iterations < _MOST_ITERATIONS:
        iterations += 1
        low, high = x - _HUBER * s, x + _HUBER * s
        cut = [min(max(value, low), high) for value in data]
        mean = math.fsum(cut) / n
        spread = factor * math.sqrt(math.fsum((value - mean) ** 2 for value in cut) / (n - 1))
        settled = abs(mean - x) <= _SETTLED * scale and abs(spread - s) <= _SETTLED * scale
        x, s = mean, spread
        if settled:
            break
    degenerate = s <= 1e-9 * scale
    return RobustResult(
        round_significant(EXACT.add(center, to_decimal(0.0 if degenerate else x))),
        to_decimal(0.0 if degenerate else s),
        round_significant(center),
        to_decimal(start),
        n,
        iterations,
        degenerate,
    )
