"""Calibration intervals: what the record of an instrument says about the time between calibrations.

Every method *proposes*; a person decides, and the proposal says by which quantities and why
(ISO/IEC 17025:2017 6.4.7, ILAC-G24:2022 / OIML D 10:2022).  None of the numbers that bound a change
is normative: they are the laboratory's settings and have no default here.

* A3, the interval test of NCSLI RP-1: was the target reliability met at the interval in use?
* exponential reliability, ``R(t) = exp(-λt)``: the interval at which the target is met.
* staircase (ILAC-G24 method 1): one calibration moves the interval one step.
* drift, from variables data: :mod:`lab_app.metrology.drift`.

Only as-found results count: what was adjusted away says nothing about the interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.quantiles import incomplete_beta
from lab_app.metrology.rounding import EXACT, to_decimal

ONE = Decimal(1)


class IntervalError(MetrologyError):
    """A record from which no interval can be derived."""


class Reason(StrEnum):
    """Why the interval is what is proposed."""

    SHORTENED = "shortened"
    EXTENDED = "extended"
    ON_TARGET = "on_target"  # the formula itself asks for no change
    NOT_REJECTED = "not_rejected"  # the record does not speak clearly enough against the interval
    CHANGE_TOO_SMALL = "change_too_small"
    WITHIN_TOLERANCE = "within_tolerance"  # inside, but not well inside: keep
    LIMIT_REACHED = "limit_reached"  # a change is asked for, the settings leave no room
    DERIVED = "derived"  # no interval in use to compare with
    EXCEEDED_AT_START = "exceeded_at_start"  # the criterion is missed on the day of calibration
    BEYOND_HORIZON = "beyond_horizon"  # the criterion holds as far as the prediction may be trusted


class Stop(StrEnum):
    """Which setting cut the calculated interval."""

    NONE = ""
    MAX_FACTOR = "max_factor"
    SHORTEST = "shortest"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True)
class IntervalSettings:
    """The laboratory's bounds of a change: days, and the largest factor of one step (2: half to double)."""

    shortest: Decimal
    longest: Decimal
    max_factor: Decimal
    smallest_change: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not self.shortest.is_finite() or self.shortest <= 0:
            raise IntervalError("not_positive", "shortest")
        if not self.longest.is_finite() or self.longest < self.shortest:
            raise IntervalError("empty_range", "longest")
        if not self.max_factor.is_finite() or self.max_factor < 1:
            raise IntervalError("below_one", "max_factor")
        if not self.smallest_change.is_finite() or self.smallest_change < 0:
            raise IntervalError("negative", "smallest_change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposed interval in days: ``calculated`` by the formula alone, ``proposed`` in whole days.

    ``stop`` names the setting that cut the calculated interval, if one did.
    """

    current: Decimal | None
    calculated: Decimal
    proposed: int
    reason: Reason
    stop: Stop = Stop.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class A3Proposal(Proposal):
    """Interval test: ``low`` and ``high`` bound the observed reliability at the settings' confidence."""

    in_tolerance: int
    n: int
    observed: Decimal
    target: Decimal
    low: Decimal
    high: Decimal
    rejection_confidence: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ExponentialProposal(Proposal):
    """``used`` is the reliability put into the formula; a bound where all calibrations were good."""

    observed: Decimal
    target: Decimal
    used: Decimal
    bound_used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaircaseProposal(Proposal):
    """``share`` of the tolerance that was used up as found (0.8 is 80 %)."""

    share: Decimal


def whole_days(days: Decimal) -> int:
    """Days to the nearest whole day."""
    return int(days.quantize(ONE, rounding=ROUND_HALF_UP))


def _settled(current: Decimal, calculated: float, settings: IntervalSettings) -> tuple[int, Reason, Stop]:
    """The calculated interval cut by the settings, with reason and the setting that cut."""
    factor = float(settings.max_factor)
    now = float(current)
    days, stop = calculated, Stop.NONE
    if not now / factor <= days <= now * factor:
        days, stop = min(max(days, now / factor), now * factor), Stop.MAX_FACTOR
    if not float(settings.shortest) <= days <= float(settings.longest):
        stop = Stop.SHORTEST if days < float(settings.shortest) else Stop.LONGEST
        days = min(max(days, float(settings.shortest)), float(settings.longest))
    if calculated == now:
        return whole_days(current), Reason.ON_TARGET, Stop.NONE
    # An interval in use beyond the settings is not pushed further the wrong way.
    if (days - now) * (calculated - now) <= 0:
        return whole_days(current), Reason.LIMIT_REACHED, stop
    if abs(days - now) < float(settings.smallest_change):
        return whole_days(current), Reason.CHANGE_TOO_SMALL, stop
    return whole_days(to_decimal(days)), Reason.EXTENDED if days > now else Reason.SHORTENED, stop


def check_share(value: Decimal, field: str) -> float:
    """A probability strictly between 0 and 1, as a float."""
    if not value.is_finite() or not 0 < value < 1:
        raise IntervalError("outside", field, str(value))
    return float(value)


def check_days(value: Decimal, field: str) -> None:
    """Refuse what is not a positive number."""
    if not value.is_finite() or value <= 0:
        raise IntervalError("not_positive", field, str(value))


def _check_counts(in_tolerance: int, n: int) -> None:
    if n < 1:
        raise IntervalError("no_history", "n")
    if not 0 <= in_tolerance <= n:
        raise IntervalError("outside", "in_tolerance", f"{in_tolerance} | {n}")


def _beta_quantile(p: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if incomplete_beta(a, b, middle) < p else (low, middle)
        if high - low < 1e-16 * high:
            break
    return high


def reliability_bounds(in_tolerance: int, n: int, confidence: Decimal) -> tuple[Decimal, Decimal]:
    """Exact binomial (Clopper-Pearson) bounds of the reliability, at ``confidence``.

    Two-sided; one-sided where none or all were in tolerance, the other bound being 0 or 1.
    """
    _check_counts(in_tolerance, n)
    c, x = check_share(confidence, "confidence"), in_tolerance
    if x == 0:
        return Decimal(0), to_decimal(1 - (1 - c) ** (1 / n))
    if x == n:
        return to_decimal((1 - c) ** (1 / n)), ONE
    low, high = _beta_quantile((1 - c) / 2, x, n - x + 1), _beta_quantile((1 + c) / 2, x + 1, n - x)
    return to_decimal(low), to_decimal(high)


def rejection_confidence(in_tolerance: int, n: int, target: Decimal) -> Decimal:
    """Confidence with which the record speaks against the target reliability, 0 to 1.

    The confidence at which the bound of :func:`reliability_bounds` nearest to the target just
    reaches it: ``1 - 2 P(X <= x)`` below the target, ``1 - 2 P(X >= x)`` above it, one-sided
    where none or all were in tolerance.
    """
    _check_counts(in_tolerance, n)
    p, x = check_share(target, "target"), in_tolerance
    # Compared exactly: 19 of 20 in tolerance is a reliability of 0.95, whatever floats say.
    sign = (Decimal(x) - target * n).compare(Decimal(0))
    if sign == 0:
        return Decimal(0)
    if x in (0, n):
        return to_decimal(1 - (p**n if x else (1 - p) ** n))
    # P(X <= x) and P(X >= x) of the binomial distribution.
    tail = incomplete_beta(n - x, x + 1, 1 - p) if sign < 0 else incomplete_beta(x, n - x + 1, p)
    return to_decimal(max(0.0, 1 - 2 * tail))


class History(NamedTuple):
    """As-found results at about one interval: in tolerance, all of them, and those at other intervals."""

    in_tolerance: int
    n: int
    unused: int


def history_at(records: Iterable[tuple[int, bool]], interval: Decimal, window: Decimal) -> History:
    """Count the records ``(days since the calibration before, found in tolerance)`` that test an interval.

    A calibration done much earlier or later says nothing about the interval: only those within
    ``window`` days of it are counted.
    """
    check_days(interval, "interval")
    if not window.is_finite() or window < 0:
        raise IntervalError("negative", "window", str(window))
    rows = list(records)
    used = [good for days, good in rows if abs(days - interval) <= window]
    return History(sum(used), len(used), len(rows) - len(used))


def a3(
    in_tolerance: int,
    n: int,
    interval: Decimal,
    target: Decimal,
    confidence: Decimal,
    settings: IntervalSettings,
) -> A3Proposal:
    """NCSLI RP-1 A3: change the interval only when the record rejects the target reliability.

    ``n`` calibrations were done at about ``interval`` days, ``in_tolerance`` of them were found in
    tolerance.  With ``R = x/n`` and rejection confidence ``Q`` the interval is multiplied by
    ``10**((R - Rt) Q)`` below the target and ``10**((R - Rt) / (1 - Q))`` above it, within
    ``settings``, and only where ``Q > confidence``.

    :raises IntervalError: ``no_history``; ``outside``; ``not_positive``.
    """
    check_days(interval, "interval")
    quotient = rejection_confidence(in_tolerance, n, target)
    low, high = reliability_bounds(in_tolerance, n, confidence)
    q, excess = float(quotient), in_tolerance / n - float(target)
    largest = math.log10(float(settings.max_factor))
    exponent = excess * q
    if excess > 0:
        exponent = largest if q == 1 else min(largest, excess / (1 - q))
    calculated = float(interval) * 10**exponent if quotient else float(interval)
    proposed, reason, stop = _settled(interval, calculated, settings)
    if reason is not Reason.ON_TARGET and not quotient > confidence:
        proposed, reason, stop = whole_days(interval), Reason.NOT_REJECTED, Stop.NONE
    return A3Proposal(
        current=interval,
        calculated=to_decimal(calculated),
        proposed=proposed,
        reason=reason,
        stop=stop,
        in_tolerance=in_tolerance,
        n=n,
        observed=to_decimal(in_tolerance / n),
        target=target,
        low=low,
        high=high,
        rejection_confidence=quotient,
    )


def exponential(
    interval: Decimal,
    observed: Decimal,
    target: Decimal,
    settings: IntervalSettings,
    n: int | None = None,
    confidence: Decimal | None = None,
) -> ExponentialProposal:
    """``t' = t ln(Rt) / ln(R)`` for an observed reliability ``R`` at the interval ``t`` in days.

    Where every calibration was good (R = 1) the logarithm is zero and nothing follows from the
    estimate; the lower bound ``(1 - confidence)**(1/n)`` is used in its place, which needs both.
    Where none was good the upper bound is used likewise.

    :raises IntervalError: ``undefined`` when a bound is needed and ``n`` or ``confidence`` is missing.
    """
    check_days(interval, "interval")
    rt = check_share(target, "target")
    if not observed.is_finite() or not 0 <= observed <= 1:
        raise IntervalError("outside", "observed", str(observed))
    used, bound_used = observed, observed in (0, 1)
    if bound_used:
        if n is None or confidence is None:
            raise IntervalError("undefined", "observed", str(observed))
        bounds = reliability_bounds(n if observed else 0, n, confidence)
        used = bounds[0] if observed else bounds[1]
    calculated = float(interval) * (1.0 if used == target else math.log(rt) / math.log(float(used)))
    proposed, reason, stop = _settled(interval, calculated, settings)
    return ExponentialProposal(
        current=interval,
        calculated=to_decimal(calculated),
        proposed=proposed,
        reason=reason,
        stop=stop,
        observed=observed,
        target=target,
        used=used,
        bound_used=bound_used,
    )


@dataclass(frozen=True, slots=True)
class StaircaseSettings:
    """Steps of the staircase: extend by ``extend_by`` when the error as found is within
    ``extend_within`` of the tolerance, shorten by ``shorten_by`` when it is out (1.25 and 0.5, say)."""

    extend_within: Decimal
    extend_by: Decimal
    shorten_by: Decimal

    def __post_init__(self) -> None:
        if not self.extend_within.is_finite() or not 0 < self.extend_within <= 1:
            raise IntervalError("outside", "extend_within", str(self.extend_within))
        if not self.extend_by.is_finite() or self.extend_by < 1:
            raise IntervalError("below_one", "extend_by", str(self.extend_by))
        if not self.shorten_by.is_finite() or not 0 < self.shorten_by <= 1:
            raise IntervalError("outside", "shorten_by", str(self.shorten_by))


def staircase(
    interval: Decimal,
    errors: Sequence[Decimal],
    tolerance: Decimal,
    steps: StaircaseSettings,
    settings: IntervalSettings,
) -> StaircaseProposal:
    """ILAC-G24 method 1: the errors as found of one calibration move the interval one step.

    The worst point decides.  On the border of the tolerance is in tolerance, on the border of
    ``extend_within`` is well within.
    """
    check_days(interval, "interval")
    if not tolerance.is_finite() or tolerance <= 0:
        raise IntervalError("not_positive", "tolerance", str(tolerance))
    if not errors or not all(error.is_finite() for error in errors):
        raise IntervalError("no_history", "errors")
    worst = max(error.copy_abs() for error in errors)
    share = to_decimal(float(worst / tolerance))
    if worst > tolerance:
        factor = steps.shorten_by
    elif worst <= EXACT.multiply(tolerance, steps.extend_within):
        factor = steps.extend_by
    else:
        kept = whole_days(interval)
        return StaircaseProposal(
            current=interval, calculated=interval, proposed=kept, reason=Reason.WITHIN_TOLERANCE, share=share
        )
    calculated = float(EXACT.multiply(interval, factor))
    proposed, reason, stop = _settled(interval, calculated, settings)
    return StaircaseProposal(
        current=interval,
        calculated=to_decimal(calculated),
        proposed=proposed,
        reason=reason,
        stop=stop,
        share=share,
    )
