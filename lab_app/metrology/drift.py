"""Calibration intervals from variables data: how far a value drifts and how sure that is known.

NASA-HDBK-8739.19-5: a polynomial through the origin is fitted to the changes between as-left and
as-found, and its prediction uncertainty grows with the time since calibration.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lab_app.metrology.intervals import IntervalError, Proposal, Reason, check_days, check_share
from lab_app.metrology.quantiles import student_factor
from lab_app.metrology.rounding import to_decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftProposal(Proposal):
    """The fit and the two criteria: days until each is met, ``None`` where it was not asked."""

    coefficients: tuple[Decimal, ...]
    s_yx: Decimal
    nu: int
    days_to_uncertainty: Decimal | None
    days_to_limits: Decimal | None


@dataclass(frozen=True, slots=True)
class _Fit:
    """A polynomial through the origin in days scaled by ``span``; floats."""

    b: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    s_yx: float
    nu: int
    span: float

    def deviation(self, t: float) -> float:
        """The fitted change ``t`` days after the calibration."""
        return sum(b * (t / self.span) ** power for power, b in enumerate(self.b, 1))

    def variance(self, t: float) -> float:
        """``s**2 + x Cov x``: variance of a single further observation at ``t``."""
        x = [(t / self.span) ** power for power in range(1, len(self.b) + 1)]
        rows = zip(x, self.covariance, strict=True)
        return self.s_yx**2 + sum(xi * sum(c * xj for c, xj in zip(row, x, strict=True)) for xi, row in rows)


# No day and no change has more digits than this before the point; the fit takes squares in doubles.
_BEYOND = Decimal("1e30")


def _fit(days: Sequence[Decimal], changes: Sequence[Decimal], order: int) -> _Fit:
    import numpy as np

    if len(days) != len(changes):
        raise IntervalError("different_lengths", "changes", f"{len(days)} | {len(changes)}")
    if not 1 <= order <= 4:
        raise IntervalError("outside", "order", str(order))
    if len(days) <= order:
        raise IntervalError("too_few", "days", f"{len(days)} | {order}")
    if not all(day.is_finite() and 0 < day < _BEYOND for day in days):
        raise IntervalError("not_positive", "days")
    if not all(change.is_finite() and abs(change) < _BEYOND for change in changes):
        raise IntervalError("not_finite", "changes")
    t, y = np.array([float(day) for day in days]), np.array([float(change) for change in changes])
    span = float(t.max())
    x = np.stack([(t / span) ** power for power in range(1, order + 1)], axis=1)
    b, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    if rank < order:
        raise IntervalError("singular", "days", str(len(set(days))))
    nu = len(days) - order
    residual = y - x @ b
    s_squared = float(residual @ residual) / nu
    covariance = s_squared * np.linalg.inv(x.T @ x)
    return _Fit(
        tuple(float(value) for value in b),
        tuple(tuple(float(value) for value in row) for row in covariance),
        math.sqrt(s_squared),
        nu,
        span,
    )


_STEPS = 4096


def _first_crossing(excess: Callable[[float], float], horizon: float) -> float | None:
    """The first time at which ``excess`` exceeds zero: 0 at the start, ``None`` when never."""
    if excess(0.0) > 0:
        return 0.0
    low = 0.0
    for step in range(1, _STEPS + 1):
        high = horizon * step / _STEPS
        if excess(high) > 0:
            break
        low = high
    else:
        return None
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if excess(middle) > 0 else (middle, high)
    return low


def _beyond_limits(
    fit: _Fit,
    start: float,
    u_squared: Callable[[float], float],
    limits: tuple[Decimal | None, Decimal | None],
    confidence: Decimal | None,
) -> Callable[[float], float]:
    """How far the confidence interval of the drifting value reaches over the nearer limit."""
    if confidence is None:
        raise IntervalError("missing", "confidence")
    c = check_share(confidence, "confidence")
    low, high = (None if limit is None else float(limit) for limit in limits)
    if low is not None and high is not None and low >= high:
        raise IntervalError("empty_range", "limits", f"{low} | {high}")
    # One-sided at c is two-sided at 2c - 1.
    k = student_factor(2 * c - 1 if low is None or high is None else c, fit.nu)

    def outside(t: float) -> float:
        y, reach = start + fit.deviation(t), k * math.sqrt(u_squared(t))
        over = -math.inf if high is None else y + reach - high
        under = -math.inf if low is None else low - y + reach
        return max(over, under)

    return outside


def _drift_reason(calculated: float, met: bool, current: Decimal | None) -> Reason:
    if calculated == 0:
        return Reason.EXCEEDED_AT_START
    if not met:
        return Reason.BEYOND_HORIZON
    if current is None:
        return Reason.DERIVED
    days = math.floor(calculated)
    if days == current:
        return Reason.ON_TARGET
    return Reason.SHORTENED if days < current else Reason.EXTENDED


def drift(
    days: Sequence[Decimal],
    changes: Sequence[Decimal],
    *,
    start: Decimal,
    u_start: Decimal,
    order: int,
    horizon: Decimal,
    u_target: Decimal | None = None,
    limits: tuple[Decimal | None, Decimal | None] | None = None,
    confidence: Decimal | None = None,
    current: Decimal | None = None,
) -> DriftProposal:
    """Interval from variables data: how far the value drifts and how sure that is known.

    ``days`` since the calibration and ``changes`` (as found minus as left) of earlier intervals;
    ``start`` is the value as left now and ``u_start`` its standard uncertainty, in the same unit.
    The change is fitted by ``b1 t + b2 t**2 ...`` of ``order``, and
    ``u(t)**2 = u_start**2 + s_yx**2 + x Cov x``.  Two criteria, at least one is needed:
    ``u(t)`` reaches ``u_target``; or ``start + change(t) ± t_p u(t)`` leaves ``limits`` (lower,
    upper; either may be ``None``, and then the quantile is one-sided) at ``confidence``.
    The earlier of them is proposed, rounded down, and no further than ``horizon`` days: a
    polynomial is not to be trusted far beyond its data.

    :raises IntervalError: ``too_few`` (more points than ``order`` are needed), ``singular``,
        ``missing``, ``not_positive``, ``different_lengths``.
    """
    check_days(horizon, "horizon")
    for name, number in (("start", start), ("u_start", u_start)):
        if not number.is_finite():
            raise IntervalError("not_finite", name)
    if u_start < 0:
        raise IntervalError("negative", "u_start")
    fit = _fit(days, changes, order)
    far, u0 = float(horizon), float(u_start)

    def u_squared(t: float) -> float:
        return u0**2 + fit.variance(t)

    to_uncertainty = to_limits = None
    if u_target is not None:
        check_days(u_target, "u_target")
        to_uncertainty = _first_crossing(lambda t: u_squared(t) - float(u_target) ** 2, far)
    if limits is not None and limits != (None, None):
        outside = _beyond_limits(fit, float(start), u_squared, limits, confidence)
        to_limits = _first_crossing(outside, far)
    elif u_target is None:
        raise IntervalError("missing", "u_target")
    met = [value for value in (to_uncertainty, to_limits) if value is not None]
    calculated = min(met, default=far)
    reason = _drift_reason(calculated, bool(met), current)
    return DriftProposal(
        current=current,
        calculated=to_decimal(calculated),
        proposed=math.floor(calculated),
        reason=reason,
        coefficients=tuple(to_decimal(b / fit.span**power) for power, b in enumerate(fit.b, 1)),
        s_yx=to_decimal(fit.s_yx),
        nu=fit.nu,
        days_to_uncertainty=None if to_uncertainty is None else to_decimal(to_uncertainty),
        days_to_limits=None if to_limits is None else to_decimal(to_limits),
    )
