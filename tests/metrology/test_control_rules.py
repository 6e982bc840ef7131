"""Westgard's rules and the run tests: what trips, what does not, and what cannot be said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.control_charts import ChartError
from lab_app.metrology.control_rules import (
    MULTIRULE,
    Event,
    Point,
    RangeRule,
    Standing,
    Statistics,
    judge_last,
    judge_runs,
    range_exceeded,
    run_tests,
    violations,
    westgard_pattern,
    within_run,
)

D = Decimal
OK, WARNING, REJECTED, UNKNOWN = (
    Standing.IN_CONTROL,
    Standing.WARNING,
    Standing.REJECTED,
    Standing.NOT_EVALUATED,
)
HUNDRED = Statistics(D(100), D(5))


def numbers(text: str) -> list[Decimal]:
    return [D(word) for word in text.split()]


def points(text: str, statistics: Statistics = HUNDRED) -> list[Point]:
    return [Point(value, statistics) for value in numbers(text)]


@pytest.mark.parametrize(
    ("values", "rule", "standing"),
    [
        ("116", "1_3s", REJECTED),
        ("84", "1_3s", REJECTED),
        ("115.00", "1_3s", OK),
        ("114.99", "1_3s", OK),
        ("112 111", "2_2s", REJECTED),
        ("112 88", "2_2s", OK),
        ("108 112", "2_2s", OK),
        ("110 110", "2_2s", OK),
        ("112", "2_2s", UNKNOWN),
        ("111", "1_2s", WARNING),
        ("106 106 106 106", "4_1s", REJECTED),
        ("106 106 105 106", "4_1s", OK),
        ("101 101 101 101 101 101 101 100.1", "8_x", REJECTED),
        ("101 101 101 100 101 101 101 101", "8_x", OK),
        ("111 100 111", "2of3_2s", REJECTED),
        ("111 100 89", "2of3_2s", OK),
        ("111 111", "2of3_2s", REJECTED),
        ("111 100", "2of3_2s", UNKNOWN),
        ("101 102 103 104 105 106 107", "7_T", REJECTED),
        ("101 102 103 104 105 105 107", "7_T", OK),
    ],
)
def test_the_last_point(values: str, rule: str, standing: Standing) -> None:
    assert judge_last(numbers(values), HUNDRED, [rule]).rules == {rule: standing}


def test_without_statistics_or_values_nothing_is_evaluated() -> None:
    for verdict in (
        judge_last(numbers("100 100"), None, MULTIRULE),
        judge_last([], HUNDRED, MULTIRULE),
        judge_last(numbers("100"), HUNDRED, []),
    ):
        assert verdict.standing is UNKNOWN
        assert set(verdict.rules.values()) <= {UNKNOWN}


def test_one_verdict_of_all_rules_names_those_tripped() -> None:
    verdict = judge_last(numbers("111 112"), HUNDRED, MULTIRULE)
    assert verdict.standing is REJECTED
    assert verdict.tripped == ("1_2s", "2_2s")
    assert verdict.rules["10_x"] is UNKNOWN and verdict.rules["R_4s"] is UNKNOWN
    assert judge_last(numbers("100 111"), HUNDRED, MULTIRULE).standing is WARNING
    assert judge_last(numbers("100 111"), HUNDRED, MULTIRULE, warnings=()).standing is REJECTED


def test_windows_slide_and_are_not_reset() -> None:
    found = violations(points("116 116 116"), [westgard_pattern("1_3s"), westgard_pattern("2_2s")])
    assert found == (
        Event(1, "1_3s"),
        Event(2, "1_3s"),
        Event(2, "2_2s"),
        Event(3, "1_3s"),
        Event(3, "2_2s"),
    )


def test_the_answers_published_for_part_one() -> None:
    """westgard.com, Break All the Rules, part one: mean 47, s 3; the row that completes the pattern."""
    values = """42.5 55.1 46.4 47.0 43.1 56.9 41.3 44.9 45.5 41.3 47.0 37.7 41.6 53.3 55.4 44.6 47.3 48.2 41.3
        42.8 44.3 47.6 44.3 45.8 47.6 39.8 39.8 50.9 49.7 45.5 45.2 47.3 47.9 44.3 40.1 48.2 40.7 41.9 43.4 43.7
        49.7 42.2 52.1 44.6 45.2 45.8 41.6 41.3 44.9 43.7 45.2 50.6 50.3 51.2 51.5 44.3 41.6"""
    rules = [westgard_pattern(rule) for rule in ("1_3s", "2_2s", "4_1s", "8_x")]
    found = violations(points(values, Statistics(D(47), D(3))), rules)
    assert [(event.index, event.rule) for event in found] == [
        (6, "1_3s"),
        (12, "1_3s"),
        (15, "2_2s"),
        (27, "2_2s"),
        (40, "4_1s"),
        (51, "8_x"),
        (55, "4_1s"),
    ]


def test_the_two_definitions_of_r_4s_differ() -> None:
    wide = points("113 92")  # +2.6 s and -1.6 s: 4.2 s apart, but only one is beyond 2 s
    assert range_exceeded(wide) is True
    assert range_exceeded(wide, RangeRule.OPPOSITE) is False
    opposite = points("110.1 89.9")
    assert range_exceeded(opposite) is True and range_exceeded(opposite, RangeRule.OPPOSITE) is True
    assert range_exceeded(points("110 90")) is False  # exactly 4 s
    assert range_exceeded(points("120")) is None
    assert within_run(points("111 112"), "2_2s_within_run") is True
    assert within_run(points("111 88"), "2_2s_within_run") is False
    assert within_run(points("111"), "2_2s_within_run") is None


def test_runs_of_two_levels_keep_their_numbers_over_a_gap() -> None:
    high = Statistics(D(200), D(4))
    level1 = [*points("100 111 111 100 113")]
    level2 = [*points("200 209", high), None, *points("209 191", high)]
    found = judge_runs({"1": level1, "2": level2}, ["1_3s", "2_2s", "R_4s", "2_2s_within_run"])
    assert found.controls == {"1": (Event(3, "2_2s"),), "2": (Event(4, "2_2s"),)}
    assert found.runs == (Event(2, "2_2s_within_run"), Event(5, "R_4s"))
    with pytest.raises(ChartError, match="different_lengths"):
        judge_runs({"1": level1, "2": []}, ["1_3s"])


def tripped(text: str, **chosen: object) -> list[tuple[int, str]]:
    off: dict[str, object] = dict.fromkeys(
        (
            "beyond",
            "same_side",
            "trend",
            "alternating",
            "two_of_three",
            "four_of_five",
            "within",
            "outside",
        )
    )
    series = points(text, Statistics(D(0), D(1)))
    return [
        (event.index, event.rule)
        for event in violations(series, run_tests(**{**off, **chosen}))  # type: ignore[arg-type]
    ]


def test_the_run_tests_with_other_numbers() -> None:
    assert tripped("0.5 " * 9, same_side=9) == [(9, "same_side")]
    assert tripped("0.5 " * 8, same_side=9) == [] and tripped("0.5 " * 8, same_side=8) == [(8, "same_side")]
    assert tripped("1 2 3 4 5 6", trend=6) == [(6, "trend")]
    assert tripped("1 2 3 4 5 5", trend=6) == []
    assert tripped("1 -1 1 -1 1", alternating=5) == [(5, "alternating")]
    assert tripped("1 -1 1 1 -1", alternating=5) == []
    assert tripped("2.1 0 2.1", two_of_three=D(2)) == [(3, "two_of_three")]
    assert tripped("2.1 0 0 2.1", two_of_three=D(2)) == []
    assert tripped("1.1 1.1 0 1.1 1.1", four_of_five=D(1)) == [(5, "four_of_five")]
    assert tripped("1 -1 0.2", within=3) == [(3, "within")]
    assert tripped("1.1 -1.1 1.1", outside=3) == [(3, "outside")]
    assert tripped("1.1 -1.1 1", outside=3) == []
    assert len(run_tests()) == 8 and len(run_tests(within=None, outside=None)) == 6


SERIES = st.lists(st.decimals(85, 115, places=1), min_size=1, max_size=25)


@given(SERIES)
def test_a_mirrored_series_trips_the_same_rules(values: list[Decimal]) -> None:
    patterns = [westgard_pattern(rule) for rule in ("1_2s", "2_2s", "2of3_2s", "4_1s", "6_x", "4_T")]
    series = [Point(value, HUNDRED) for value in values]
    mirrored = [Point(200 - value, HUNDRED) for value in values]
    assert violations(series, [*patterns, *run_tests()]) == violations(mirrored, [*patterns, *run_tests()])


@given(SERIES, st.decimals("0.01", 100, places=2), st.decimals(-100, 100, places=2))
def test_a_change_of_unit_trips_the_same_rules(
    values: list[Decimal], factor: Decimal, shift: Decimal
) -> None:
    patterns = [westgard_pattern(rule) for rule in ("1_2s", "1_3s", "2_2s", "4_1s", "8_x")]
    scaled = Statistics(100 * factor + shift, 5 * factor)
    plain = violations([Point(value, HUNDRED) for value in values], patterns)
    assert plain == violations([Point(value * factor + shift, scaled) for value in values], patterns)


@given(SERIES)
def test_the_last_point_agrees_with_the_whole_series(values: list[Decimal]) -> None:
    rules = ("1_2s", "1_3s", "2_2s", "4_1s", "10_x")
    found = violations(
        [Point(value, HUNDRED) for value in values], [westgard_pattern(rule) for rule in rules]
    )
    last = judge_last(values, HUNDRED, rules)
    assert last.tripped == tuple(event.rule for event in found if event.index == len(values))


def test_statistics_of_a_phase_of_good_data() -> None:
    assert Statistics.of(numbers("8 10 12"), 3) == Statistics(D(10), D(2))
    with pytest.raises(ChartError, match=r"too_few.*3 \| 20"):
        Statistics.of(numbers("8 10 12"), 20)
    with pytest.raises(ChartError, match="sd"):
        Statistics.of(numbers("8 8 8"), 3)


def test_refusals() -> None:
    for name in ("x", "1_3", "R_4s", "0_x", "3of2_2s", "1_T", "../1_3s"):
        with pytest.raises(ChartError):
            westgard_pattern(name)
    with pytest.raises(ChartError, match="sd"):
        Statistics(D(1), D(0))
