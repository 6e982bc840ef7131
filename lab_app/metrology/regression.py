"""Straight calibration lines and one-way analysis of variance.

Sources: JCGM 100:2008 H.3 (line by least squares, parameters with their correlation, predicted value) and H.5 (analysis of
variance of daily means: between-day and within-day estimates, F test).  Computed in decimal arithmetic, 12 significant digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from lab_app.metrology.distributions import WORK
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.quantiles import fisher_quantile
from lab_app.metrology.rounding import round_significant, to_decimal


def _finite(values: Sequence[Decimal], field: str) -> None:
    if not values:
        raise MetrologyError("empty", field)
    for place, value in enumerate(values, 1):
        if not value.is_finite():
            raise MetrologyError("not_finite", field, str(place))


def _sum(values: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = WORK.add(total, value)
    return total


def _mean(values: Sequence[Decimal]) -> Decimal:
    return WORK.divide(_sum(values), Decimal(len(values)))


def _product(first: Sequence[Decimal], second: Sequence[Decimal]) -> Decimal:
    return _sum([WORK.multiply(a, b) for a, b in zip(first, second, strict=True)])


class Prediction(NamedTuple):
    """A value read from the line and its standard uncertainty, that of the line alone."""

    value: Decimal
    u: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """``y = intercept + slope (x - x0)`` with the standard uncertainties of both and their correlation coefficient.

    ``s``: standard deviation of the points about the line, with ``nu = n - 2``.
    """

    x0: Decimal
    intercept: Decimal
    slope: Decimal
    u_intercept: Decimal
    u_slope: Decimal
    r: Decimal
    s: Decimal
    nu: int

    def predict(self, x: Decimal) -> Prediction:
        """The value of the line at ``x`` (JCGM 100 equation H.15); scatter of a single reading is not in it."""
        distance = x - self.x0
        value = self.intercept + self.slope * distance
        squared = (
            self.u_intercept**2
            + distance**2 * self.u_slope**2
            + 2 * distance * self.u_intercept * self.u_slope * self.r
        )
        return Prediction(round_significant(value), round_significant(WORK.sqrt(max(Decimal(0), squared))))


def fit_line(x: Sequence[Decimal], y: Sequence[Decimal], x0: Decimal = Decimal(0)) -> Line:
    """The line by ordinary least squares, all points weighing the same; uncertainties from their scatter (H.3.2).

    :raises MetrologyError: ``empty``, ``not_finite``, ``unequal`` numbers of points, ``too_few`` (three at least),
        ``no_spread`` when all x are equal.
    """
    _finite(x, "x")
    _finite(y, "y")
    n = len(x)
    if n != len(y):
        raise MetrologyError("unequal", "y", f"{n} | {len(y)}")
    if n < 3:
        raise MetrologyError("too_few", "x", str(n))
    mean_x, mean_y = _mean(x), _mean(y)
    dx = [WORK.subtract(value, mean_x) for value in x]
    dy = [WORK.subtract(value, mean_y) for value in y]
    sxx = _product(dx, dx)
    if sxx == 0:
        raise MetrologyError("no_spread", "x")
    slope = WORK.divide(_product(dx, dy), sxx)
    offset = WORK.subtract(x0, mean_x)
    residuals = [WORK.subtract(b, WORK.multiply(slope, a)) for a, b in zip(dx, dy, strict=True)]
    variance = WORK.divide(_product(residuals, residuals), Decimal(n - 2))
    # Variances per unit of s²: of the slope, and of the value of the line at x0.
    per_slope = WORK.divide(Decimal(1), sxx)
    per_intercept = WORK.add(WORK.divide(Decimal(1), Decimal(n)), WORK.multiply(offset**2, per_slope))
    r = WORK.divide(offset * per_slope, WORK.sqrt(WORK.multiply(per_slope, per_intercept)))
    return Line(
        x0=x0,
        intercept=round_significant(WORK.add(mean_y, WORK.multiply(slope, offset)), 15),
        slope=round_significant(slope, 15),
        u_intercept=round_significant(WORK.sqrt(WORK.multiply(variance, per_intercept)), 15),
        u_slope=round_significant(WORK.sqrt(WORK.multiply(variance, per_slope)), 15),
        r=round_significant(r, 15),
        s=round_significant(WORK.sqrt(variance)),
        nu=n - 2,
    )


@dataclass(frozen=True, slots=True)
class Anova:
    """One-way analysis of variance of J groups (days) of K readings each, from their means and standard deviations.

    ``s_means``: standard deviation of the J means.  ``s_within``: pooled standard deviation of the readings of a group.
    ``s_between``: the between-group component of variance, ``√(s_means² - s_within²/K)``, zero where the scatter within the
    groups explains the means (JCGM 100 equation H.28b).  ``F = K s_means²/s_within²`` with J - 1 and J(K - 1) degrees of
    freedom.  ``u_mean = s_means/√J`` with ``nu = J - 1``, the uncertainty of the mean where the groups do differ (H.5.2.6).
    ``u_pooled``, ``nu_pooled``: the same from all J K readings as one set, where they do not.
    """

    mean: Decimal
    s_means: Decimal
    s_within: Decimal
    s_between: Decimal
    F: Decimal
    nu_between: int
    nu_within: int
    u_mean: Decimal
    u_pooled: Decimal
    nu_pooled: int

    @property
    def nu(self) -> int:
        """Degrees of freedom of ``u_mean``."""
        return self.nu_between

    def critical(self, p: Decimal) -> Decimal:
        """The quantile of F that a ratio has to exceed for the groups to differ, at probability ``p`` within 0 and 1."""
        return to_decimal(fisher_quantile(float(p), self.nu_between, self.nu_within))


def analyse_variance(means: Sequence[Decimal], deviations: Sequence[Decimal], per_group: int) -> Anova:
    """Analyse J group means, their standard deviations in the same unit, and the number of readings in each group.

    :raises MetrologyError: ``empty``, ``not_finite``, ``unequal``, ``too_few`` groups or readings, ``negative``,
        ``no_spread`` when no group shows any scatter (F has no value).
    """
    _finite(means, "means")
    _finite(deviations, "deviations")
    j = len(means)
    if j != len(deviations):
        raise MetrologyError("unequal", "deviations", f"{j} | {len(deviations)}")
    if j < 2:
        raise MetrologyError("too_few", "means", str(j))
    if per_group < 2:
        raise MetrologyError("too_few", "per_group", str(per_group))
    if min(deviations) < 0:
        raise MetrologyError("negative", "deviations", str(min(deviations)))
    k = Decimal(per_group)
    mean = _mean(means)
    distances = [WORK.subtract(value, mean) for value in means]
    var_means = WORK.divide(_product(distances, distances), Decimal(j - 1))
    var_within = WORK.divide(_product(deviations, deviations), Decimal(j))
    if var_within == 0:
        raise MetrologyError("no_spread", "deviations")
    var_between = max(Decimal(0), WORK.subtract(var_means, WORK.divide(var_within, k)))
    nu_within, nu_pooled = j * (per_group - 1), j * per_group - 1
    all_squares = WORK.add((j - 1) * k * var_means, nu_within * var_within)
    return Anova(
        mean=round_significant(mean, 15),
        s_means=round_significant(WORK.sqrt(var_means)),
        s_within=round_significant(WORK.sqrt(var_within)),
        s_between=round_significant(WORK.sqrt(var_between)),
        F=round_significant(WORK.divide(k * var_means, var_within)),
        nu_between=j - 1,
        nu_within=nu_within,
        u_mean=round_significant(WORK.sqrt(WORK.divide(var_means, Decimal(j)))),
        u_pooled=round_significant(WORK.sqrt(WORK.divide(all_squares, nu_pooled * j * k))),
        nu_pooled=nu_pooled,
    )


def differ(anova: Anova, p: Decimal = Decimal("0.95")) -> bool:
    """Whether the groups differ at probability ``p``: their F exceeds the critical one (H.5.2.4)."""
    return anova.critical(p) < anova.F
