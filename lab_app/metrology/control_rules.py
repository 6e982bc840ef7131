"""Rules over control points: Westgard's multirule and the run tests of ISO 7870-2.

A rule is written as Westgard writes it (``1_3s``, ``2_2s``, ``4_1s``, ``10_x``, ``2of3_2s``, ``7_T``, ``R_4s``)
and any number may stand in it: editions and vendors differ, so the laboratory chooses.  A point trips
a rule *beyond* k standard deviations, strictly: exactly 2 s trips nothing.  All comparisons are exact.
Windows slide and are not reset by a rejection; an event stands at the point that completes the pattern.
Without statistics, and before there are points enough for a rule, the answer is ``not evaluated``,
which is not a pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from lab_app.metrology.control_charts import ChartError, mean, standard_deviation
from lab_app.metrology.rounding import EXACT


@dataclass(frozen=True, slots=True)
class Statistics:
    """Mean and sample standard deviation (n - 1) of a control material, frozen."""

    mean: Decimal
    sd: Decimal

    def __post_init__(self) -> None:
        if not self.mean.is_finite():
            raise ChartError("not_finite", "mean")
        if not self.sd.is_finite() or self.sd <= 0:
            raise ChartError("not_positive", "sd", str(self.sd))

    @classmethod
    def of(cls, values: Sequence[Decimal], least: int) -> Statistics:
        """Statistics of a phase of good data, at least ``least`` values (the laboratory's setting).

        :raises ChartError: ``too_few``; ``not_positive`` where all values are equal.
        """
        if least < 2 or len(values) < least:
            raise ChartError("too_few", "values", f"{len(values)} | {least}")
        return cls(mean(values), standard_deviation(values))

    def deviation(self, value: Decimal) -> Decimal:
        """``value - mean``, exact."""
        return EXACT.subtract(value, self.mean)


class Shape(StrEnum):
    """What a pattern looks for among the last points."""

    BEYOND = "beyond"  # m of n beyond k sd, on one side, the last among them
    SIDE = "side"  # n in a row on one side of the centre
    TREND = "trend"  # n points each higher (or each lower) than the one before
    ALTERNATING = "alternating"  # n points going up and down by turns
    WITHIN = "within"  # n in a row within k sd: limits too wide, or points mixed together
    OUTSIDE = "outside"  # n in a row beyond k sd, on either side


@dataclass(frozen=True, slots=True)
class Pattern:
    """One rule: ``m`` of the last ``n`` points, ``k`` standard deviations where the shape needs it."""

    name: str
    shape: Shape
    n: int
    m: int = 0
    k: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not self.m:
            object.__setattr__(self, "m", self.n)
        least = 2 if self.shape in (Shape.TREND, Shape.ALTERNATING) else 1
        if not least <= self.n <= 100 or not 1 <= self.m <= self.n:
            raise ChartError("outside", "rule", self.name[:40])
        if not self.k.is_finite() or self.k < 0:
            raise ChartError("negative", "rule", self.name[:40])


@dataclass(frozen=True, slots=True)
class Point:
    """A control value with the statistics in force when it was taken (they change with a new lot)."""

    value: Decimal
    statistics: Statistics

    @property
    def deviation(self) -> Decimal:
        """Distance from the mean, exact."""
        return self.statistics.deviation(self.value)

    def beyond(self, k: Decimal) -> int:
        """1 above ``mean + k sd``, -1 below ``mean - k sd``, else 0; strictly."""
        reach, deviation = EXACT.multiply(k, self.statistics.sd), self.deviation
        return (deviation > reach) - (deviation < -reach)


def _beyond(window: Sequence[Point], pattern: Pattern) -> bool:
    side = window[-1].beyond(pattern.k)
    return side != 0 and sum(point.beyond(pattern.k) == side for point in window) >= pattern.m


def _side(window: Sequence[Point], pattern: Pattern) -> bool:
    sides = {point.beyond(Decimal(0)) for point in window}
    return len(sides) == 1 and 0 not in sides


def _steps(window: Sequence[Point]) -> list[int]:
    """Signs of the steps from point to point, each measured from its own mean."""
    pairs = zip(window, window[1:], strict=False)
    return [(b.deviation > a.deviation) - (b.deviation < a.deviation) for a, b in pairs]


def _trend(window: Sequence[Point], pattern: Pattern) -> bool:
    steps = set(_steps(window))
    return len(steps) == 1 and 0 not in steps


def _alternating(window: Sequence[Point], pattern: Pattern) -> bool:
    steps = _steps(window)
    return 0 not in steps and all(a == -b for a, b in zip(steps, steps[1:], strict=False))


def _within(window: Sequence[Point], pattern: Pattern) -> bool:
    return not any(point.beyond(pattern.k) for point in window)


def _outside(window: Sequence[Point], pattern: Pattern) -> bool:
    return all(point.beyond(pattern.k) for point in window)


_SHAPES: Final[Mapping[Shape, Callable[[Sequence[Point], Pattern], bool]]] = {
    Shape.BEYOND: _beyond,
    Shape.SIDE: _side,
    Shape.TREND: _trend,
    Shape.ALTERNATING: _alternating,
    Shape.WITHIN: _within,
    Shape.OUTSIDE: _outside,
}

_BEYOND = re.compile(r"(?:(?P<m>[0-9]{1,2})of)?(?P<n>[0-9]{1,2})_(?P<k>[0-9](?:\.[0-9]{1,2})?)s")
_IN_A_ROW = re.compile(r"(?P<n>[0-9]{1,2})_(?P<what>[xT])")

R_4S: Final = "R_4s"
WITHIN_RUN: Final = re.compile(r"(?P<n>[0-9])_(?P<k>[0-9](?:\.[0-9]{1,2})?)s_within_run")
MULTIRULE: Final = ("1_2s", "1_3s", "2_2s", R_4S, "4_1s", "10_x")
WARNINGS: Final = frozenset({"1_2s"})


def westgard_pattern(name: str) -> Pattern:
    """The pattern of a rule along one control: ``1_3s``, ``2_2s``, ``2of3_2s``, ``10_x``, ``7_T``.

    :raises ChartError: ``unknown``; ``R_4s`` and rules within a run are not of this kind.
    """
    if found := _BEYOND.fullmatch(name):
        n = int(found["n"])
        return Pattern(name, Shape.BEYOND, n, int(found["m"] or n), Decimal(found["k"]))
    if found := _IN_A_ROW.fullmatch(name):
        return Pattern(name, Shape.SIDE if found["what"] == "x" else Shape.TREND, int(found["n"]))
    raise ChartError("unknown", "rule", name[:40])


def run_tests(
    *,
    beyond: Decimal | None = Decimal(3),
    same_side: int | None = 9,
    trend: int | None = 6,
    alternating: int | None = 14,
    two_of_three: Decimal | None = Decimal(2),
    four_of_five: Decimal | None = Decimal(1),
    within: int | None = 15,
    outside: int | None = 8,
) -> tuple[Pattern, ...]:
    """The eight run tests of ISO 7870-2 with their parameters; ``None`` leaves a test out.

    Every further test raises more false alarms: a laboratory chooses few.  Editions and vendors use 7, 8
    or 9 points on one side.
    """
    one = Decimal(1)
    tests = (
        None if beyond is None else Pattern("beyond", Shape.BEYOND, 1, 1, beyond),
        None if same_side is None else Pattern("same_side", Shape.SIDE, same_side),
        None if trend is None else Pattern("trend", Shape.TREND, trend),
        None if alternating is None else Pattern("alternating", Shape.ALTERNATING, alternating),
        None if two_of_three is None else Pattern("two_of_three", Shape.BEYOND, 3, 2, two_of_three),
        None if four_of_five is None else Pattern("four_of_five", Shape.BEYOND, 5, 4, four_of_five),
        None if within is None else Pattern("within", Shape.WITHIN, within, k=one),
        None if outside is None else Pattern("outside", Shape.OUTSIDE, outside, k=one),
    )
    return tuple(test for test in tests if test is not None)


class Standing(StrEnum):
    """What a rule, or all rules together, say about a point."""

    IN_CONTROL = "in_control"
    WARNING = "warning"
    REJECTED = "rejected"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True)
class Event:
    """A rule tripped by the point number ``index`` (from 1), which completes its pattern."""

    index: int
    rule: str
    standing: Standing = Standing.REJECTED


def _standing(rule: str, warnings: Iterable[str]) -> Standing:
    return Standing.WARNING if rule in warnings else Standing.REJECTED


def at_point(points: Sequence[Point], index: int, pattern: Pattern) -> bool | None:
    """Whether the point ``index`` (from 0) completes the pattern; ``None`` with too few points before it."""
    if index + 1 < pattern.n:
        # With m of n the pattern can be complete before there are n points.
        if pattern.shape is Shape.BEYOND and pattern.m <= index + 1:
            return _beyond(points[: index + 1], pattern) or None
        return None
    return _SHAPES[pattern.shape](points[index + 1 - pattern.n : index + 1], pattern)


def violations(
    points: Sequence[Point], patterns: Sequence[Pattern], warnings: Iterable[str] = WARNINGS
) -> tuple[Event, ...]:
    """Every event of a series, by point, and at one point in the order of ``patterns``."""
    for point in points:
        if not point.value.is_finite():
            raise ChartError("not_finite", "value")
    return tuple(
        Event(index + 1, pattern.name, _standing(pattern.name, warnings))
        for index in range(len(points))
        for pattern in patterns
        if at_point(points, index, pattern)
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The last point of a control: its standing and what every rule says about it."""

    standing: Standing
    rules: Mapping[str, Standing]

    @property
    def tripped(self) -> tuple[str, ...]:
        """The rules that were tripped."""
        return tuple(
            name for name, state in self.rules.items() if state in (Standing.WARNING, Standing.REJECTED)
        )


def _verdict(rules: Mapping[str, Standing]) -> Verdict:
    states = set(rules.values())
    # One rule that could be evaluated is a statement; the others stand as not evaluated beside it.
    for state in (Standing.REJECTED, Standing.WARNING, Standing.IN_CONTROL):
        if state in states:
            return Verdict(state, rules)
    return Verdict(Standing.NOT_EVALUATED, rules)


def judge_last(
    values: Sequence[Decimal],
    statistics: Statistics | None,
    rules: Sequence[str],
    warnings: Iterable[str] = WARNINGS,
) -> Verdict:
    """The last of ``values`` of one control against Westgard rules; a rule that cannot be evaluated says so.

    Without ``statistics`` or without a value nothing is evaluated.  ``R_4s`` and rules within a run need
    :func:`judge_runs` and are not evaluated here.
    """
    states: dict[str, Standing] = {}
    points = [] if statistics is None else [Point(value, statistics) for value in values]
    for rule in rules:
        across = rule == R_4S or WITHIN_RUN.fullmatch(rule) is not None
        pattern = None if across else westgard_pattern(rule)
        found = at_point(points, len(points) - 1, pattern) if points and pattern is not None else None
        states[rule] = Standing.NOT_EVALUATED
        if found is not None:
            states[rule] = _standing(rule, warnings) if found else Standing.IN_CONTROL
    return _verdict(states)


class RangeRule(StrEnum):
    """The two definitions of R_4s, both within one run only."""

    DIFFERENCE = "difference"  # |z1 - z2| > 4
    OPPOSITE = "opposite"  # one beyond +2 s and another beyond -2 s


def range_exceeded(run: Sequence[Point], definition: RangeRule = RangeRule.DIFFERENCE) -> bool | None:
    """R_4s among the controls of one run; ``None`` with fewer than two controls."""
    if len(run) < 2:
        return None
    if definition is RangeRule.OPPOSITE:
        return {1, -1} <= {point.beyond(Decimal(2)) for point in run}
    four = Decimal(4)

    def apart(a: Point, b: Point) -> bool:
        # z1 - z2 > 4, multiplied by both standard deviations so that nothing is divided.
        sa, sb = a.statistics.sd, b.statistics.sd
        difference = EXACT.subtract(EXACT.multiply(a.deviation, sb), EXACT.multiply(b.deviation, sa))
        return difference > EXACT.multiply(four, EXACT.multiply(sa, sb))

    return any(apart(a, b) for a in run for b in run if a is not b)


def within_run(run: Sequence[Point], rule: str) -> bool | None:
    """``2_2s_within_run``: so many controls of one run beyond the same limit; ``None`` with too few controls."""
    found = WITHIN_RUN.fullmatch(rule)
    if found is None:
        raise ChartError("unknown", "rule", rule[:40])
    if len(run) < int(found["n"]):
        return None
    sides = [point.beyond(Decimal(found["k"])) for point in run]
    return max(sides.count(1), sides.count(-1)) >= int(found["n"])


@dataclass(frozen=True, slots=True)
class RunEvents:
    """Events of several controls measured together in runs: of each control, and of the runs."""

    controls: Mapping[str, tuple[Event, ...]]
    runs: tuple[Event, ...]


def judge_runs(
    controls: Mapping[str, Sequence[Point | None]],
    rules: Sequence[str],
    definition: RangeRule = RangeRule.DIFFERENCE,
    warnings: Iterable[str] = WARNINGS,
) -> RunEvents:
    """Several controls, one value each a run (``None``: not measured), against the rules.

    Events are numbered by run, from 1.  Rules along a control look at its own values only; ``R_4s`` and
    ``..._within_run`` look across the controls of one run.
    """
    lengths = {len(points) for points in controls.values()}
    if len(lengths) != 1:
        raise ChartError("different_lengths" if lengths else "too_few", "controls")
    across = [rule for rule in rules if rule == R_4S or WITHIN_RUN.fullmatch(rule)]
    patterns = [westgard_pattern(rule) for rule in rules if rule not in across]
    along: dict[str, tuple[Event, ...]] = {}
    for name, series in controls.items():
        numbers = [number for number, point in enumerate(series, 1) if point is not None]
        found = violations([point for point in series if point is not None], patterns, warnings)
        along[name] = tuple(Event(numbers[event.index - 1], event.rule, event.standing) for event in found)
    runs: list[Event] = []
    for number, row in enumerate(zip(*controls.values(), strict=True), 1):
        run = [point for point in row if point is not None]
        for rule in across:
            if range_exceeded(run, definition) if rule == R_4S else within_run(run, rule):
                runs.append(Event(number, rule, _standing(rule, warnings)))
    return RunEvents(along, tuple(runs))
