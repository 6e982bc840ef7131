"""What the record of an instrument says about its calibration interval: from as-found points to a proposal (6.4.7; ILAC-G24 / OIML D 10).

Only as-found results count: what was adjusted away says nothing about the interval. Numbers that bound a change are the
laboratory's own; every proposal keeps those it was made with.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from lab_app.metrology import drift, intervals

DAYS_PER_MONTH = Decimal("30.4375")
METHODS = ("staircase", "a3", "exponential", "drift")
LONGEST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class AsFound:
    """One point as found: where it lies, its error, half-width of the criterion and expanded U with k, all in `unit`."""

    place: str
    error: Decimal
    tolerance: Decimal | None
    u: Decimal
    k: Decimal
    unit: str
    left: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """One calibration of the record, oldest first in a history."""

    done_on: date
    points: tuple[AsFound, ...]

    @property
    def share(self) -> Decimal | None:
        """The largest part of a tolerance that was used up as found; `None` where no point has a criterion."""
        shares = [abs(p.error) / p.tolerance for p in self.points if p.tolerance]
        return max(shares, default=None)

    @property
    def in_tolerance(self) -> bool | None:
        """Whether every point was found within its criterion, the bound included; `None`: not evaluated."""
        return None if self.share is None else self.share <= 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """The laboratory's own numbers: months, probabilities, factors."""

    shortest_months: int = 3
    longest_months: int = 36
    max_factor: Decimal = Decimal(2)
    target: Decimal = Decimal("0.95")
    confidence: Decimal = Decimal("0.5")
    extend_within: Decimal = Decimal("0.5")
    extend_by: Decimal = Decimal("1.5")
    shorten_by: Decimal = Decimal("0.5")

    def as_json(self) -> dict[str, str]:
        """As kept with a proposal."""
        return {name: format(getattr(self, name), "f") if isinstance(getattr(self, name), Decimal) else str(getattr(self, name))
                for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Bounds:
        """Read what `as_json` wrote; names it does not know are left."""
        kept: dict[str, Any] = {name: (int(data[name]) if name.endswith("months") else Decimal(str(data[name])))
                for name in cls.__dataclass_fields__ if name in data}
        return cls(**kept)

    def settings(self) -> intervals.IntervalSettings:
        """As the arithmetic takes them, in days."""
        return intervals.IntervalSettings(self.shortest_months * DAYS_PER_MONTH, self.longest_months * DAYS_PER_MONTH, self.max_factor)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal in whole months (never more than the days calculated), with why and by which quantities."""

    method: str
    months: int
    reason: str
    stop: str
    findings: dict[str, str] = field(default_factory=dict)


def months_of(days: Decimal) -> int:
    """Whole months that fit into days, at least one: a proposal is never rounded up."""
    return max(1, int((days / DAYS_PER_MONTH + Decimal("0.02")).to_integral_value(rounding=ROUND_DOWN)))


def _text(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _proposed(method: str, current_months: int, found: intervals.Proposal, *names: str) -> Proposed:
    kept = found.proposed == intervals.whole_days(current_months * DAYS_PER_MONTH)
    months = current_months if kept else months_of(Decimal(found.proposed))
    data = {"calculated_days": _text(found.calculated), "proposed_days": str(found.proposed)}
    data |= {name: _text(getattr(found, name)) for name in names if getattr(found, name) is not None}
    return Proposed(method, min(months, LONGEST_MONTHS), str(found.reason), str(found.stop), data)


def staircase(history: Sequence[Done], current_months: int, bounds: Bounds) -> Proposed:
    """The last calibration moves the interval one step. Errors enter as parts of their own tolerance.

    :raises intervals.IntervalError: ``no_history`` without as-found points that have a criterion.
    """
    judged = [d for d in history if d.share is not None]
    if not judged:
        raise intervals.IntervalError("no_history", "errors")
    shares = [abs(p.error) / p.tolerance for p in judged[-1].points if p.tolerance]
    steps = intervals.StaircaseSettings(bounds.extend_within, bounds.extend_by, bounds.shorten_by)
    found = intervals.staircase(current_months * DAYS_PER_MONTH, shares, Decimal(1), steps, bounds.settings())
    return _proposed("staircase", current_months, found, "share")


def counted(histories: Iterable[Sequence[Done]]) -> tuple[int, int]:
    """Calibrations found in tolerance, and all that were judged; the first of an instrument tells nothing of an interval."""
    seen = [d.in_tolerance for history in histories for d in list(history)[1:] if d.in_tolerance is not None]
    return sum(1 for good in seen if good), len(seen)


def a3(histories: Iterable[Sequence[Done]], current_months: int, bounds: Bounds) -> Proposed:
    """NCSLI RP-1 A3 over the instrument and its like (same maker and type).

    :raises intervals.IntervalError: ``no_history``.
    """
    good, n = counted(histories)
    found = intervals.a3(good, n, current_months * DAYS_PER_MONTH, bounds.target, bounds.confidence, bounds.settings())
    return _proposed("a3", current_months, found, "in_tolerance", "n", "observed", "target", "low", "high", "rejection_confidence")


def exponential(histories: Iterable[Sequence[Done]], current_months: int, bounds: Bounds) -> Proposed:
    """Exponential reliability over the instrument and its like.

    :raises intervals.IntervalError: ``no_history``.
    """
    good, n = counted(histories)
    if n < 1:
        raise intervals.IntervalError("no_history", "n")
    found = intervals.exponential(
        current_months * DAYS_PER_MONTH, Decimal(good) / n, bounds.target, bounds.settings(), n, max(bounds.confidence, Decimal("0.5")),
    )
    return _proposed("exponential", current_months, found, "observed", "target", "used", "bound_used")


@dataclass(frozen=True, slots=True)
class Course:
    """Errors of one place over time, with its criterion: what the drift picture shows."""

    place: str
    unit: str
    errors: tuple[tuple[date, Decimal, Decimal], ...]
    tolerance: Decimal | None


def courses(history: Sequence[Done]) -> list[Course]:
    """Places found at least twice, the one nearest to its criterion first."""
    found: dict[tuple[str, str], list[tuple[date, AsFound]]] = {}
    for done in history:
        for point in done.points:
            found.setdefault((point.place, point.unit), []).append((done.done_on, point))
    out = [
        Course(place, unit, tuple((day, p.error, p.u) for day, p in points), points[-1][1].tolerance)
        for (place, unit), points in found.items() if len(points) > 1
    ]

    def nearness(course: Course) -> Decimal:
        return -max(abs(e) for _d, e, _u in course.errors) / course.tolerance if course.tolerance else Decimal(1)

    return sorted(out, key=lambda c: (nearness(c), c.place))


def drifting(history: Sequence[Done], current_months: int, bounds: Bounds) -> Proposed:
    """Variables: the earliest of the places' proposals, each from its changes between as left and as found.

    :raises intervals.IntervalError: ``too_few`` where no place was found three times with a criterion.
    """
    proposals = []
    for course in courses(history):
        found = _drift_of(history, course, current_months, bounds)
        if found is not None:
            proposals.append((found.calculated, course.place, found))
    if not proposals:
        raise intervals.IntervalError("too_few", "days")
    _days, place, found = min(proposals, key=lambda p: (p[0], p[1]))
    cut = bounds.settings()
    days = min(max(Decimal(found.proposed), cut.shortest), cut.longest)
    result = _proposed("drift", current_months, found, "s_yx", "nu", "days_to_limits")
    findings = result.findings | {"place": place, "slope_per_day": _text(found.coefficients[0])}
    stop = "shortest" if days > found.proposed else "longest" if days < found.proposed else ""
    return Proposed("drift", min(months_of(days), LONGEST_MONTHS), result.reason, stop, findings)


def _drift_of(history: Sequence[Done], course: Course, current_months: int, bounds: Bounds) -> drift.DriftProposal | None:
    if course.tolerance is None:
        return None
    days, changes = [], []
    before: tuple[date, AsFound] | None = None
    for done in history:
        point = next((p for p in done.points if p.place == course.place and p.unit == course.unit), None)
        if point is None:
            continue
        if before is not None and done.done_on > before[0]:
            days.append(Decimal((done.done_on - before[0]).days))
            changes.append(point.error - (before[1].left if before[1].left is not None else before[1].error))
        before = (done.done_on, point)
    if before is None or len(days) < 2:
        return None
    last = before[1]
    return drift.drift(
        days, changes, start=last.left if last.left is not None else last.error, u_start=last.u / last.k, order=1,
        horizon=bounds.longest_months * DAYS_PER_MONTH, limits=(-course.tolerance, course.tolerance), confidence=bounds.target,
        current=current_months * DAYS_PER_MONTH,
    )
