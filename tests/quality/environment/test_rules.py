"""Limits, runs outside them, gaps, steps and columns: arithmetic without a database."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.quality.environment import rules

T0 = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bound:
    low: Decimal | None
    high: Decimal | None
    from_at: datetime
    recorded_at: datetime


def bound(low, high, days=0, recorded=None):
    at = T0 + timedelta(days=days)
    return Bound(None if low is None else Decimal(low), None if high is None else Decimal(high), at,
                 at if recorded is None else T0 + timedelta(days=recorded))


def test_a_limit_counts_from_its_beginning_and_from_its_recording():
    first, second = bound("18", "28"), bound("20", "26", days=10)
    assert rules.limit_at([first, second], T0 + timedelta(days=9)) is first
    assert rules.limit_at([first, second], T0 + timedelta(days=10)) is second
    assert rules.limit_at([first, second], T0 - timedelta(seconds=1)) is None
    late = bound("20", "26", days=1, recorded=20)
    assert rules.limit_at([first, late], T0 + timedelta(days=5), T0 + timedelta(days=6)) is first, "not known then"
    assert rules.limit_at([first, late], T0 + timedelta(days=5)) is late
    assert rules.limit_at([first, bound(None, None, days=3)], T0 + timedelta(days=4)) is None, "no longer limited"


def test_a_value_on_the_limit_is_inside():
    one = bound("18", "28")
    assert not rules.outside(one, Decimal("18")) and not rules.outside(one, Decimal("28.00"))
    assert rules.outside(one, Decimal("28.01")) and rules.outside(one, Decimal("17.99"))
    assert not rules.outside(None, Decimal(99)) and not rules.outside(bound(None, "80"), Decimal(1))


def test_steps_keep_every_digit_or_refuse():
    assert rules.steps_of(Decimal("23.4"), 2) == 2340 and rules.value_of(2340, 2) == Decimal("23.40")
    assert rules.steps_of(Decimal("-0.05"), 2) == -5
    assert rules.steps_of(Decimal("23.456"), 2) is None, "nothing is rounded away"
    assert rules.steps_of(Decimal("23.4" + "0" * 40 + "1"), 2) is None and rules.steps_of(Decimal("1E-999999"), 2) is None
    assert rules.steps_of(Decimal("23.40" + "0" * 40), 2) == 2340 and rules.steps_of(Decimal("0E-99999"), 2) == 0


def test_runs_name_their_neighbours():
    found = rules.runs([(0, 1), (10, 5), (20, 7), (30, 2), (40, 9)], lambda _at, v: v > 4)
    assert [(r.before, r.first, r.last, r.after, r.low, r.high) for r in found] == [(0, 10, 20, 30, 5, 7), (30, 40, 40, None, 9, 9)]
    assert rules.runs([], lambda _a, _v: True) == []


@given(st.lists(st.integers(-5, 5), max_size=60))
def test_runs_hold_each_outside_reading_once(values):
    readings = list(enumerate(values))
    found = rules.runs(readings, lambda _at, v: v > 0)
    held = [at for r in found for at in range(r.first, r.last + 1)]
    assert held == [at for at, v in readings if v > 0]


@pytest.mark.parametrize("before,after,at,watched", [
    (0, 3000, 1500, True), (0, 3700, 1500, False), (0, None, 3600, True), (0, None, 3601, False), (None, 10, 5, False),
])
def test_a_moment_is_watched_by_its_neighbours(before, after, at, watched):
    assert rules.watched(before, after, at, timedelta(hours=1)) is watched


def test_columns_never_hide_a_gap_and_grow_fewer_with_channels():
    assert rules.column_width(0, 86_400, 1, 60) == 86_400 // rules.COLUMNS
    assert rules.column_width(0, 10 * 365 * 86_400, 1, 60) == 3600, "a gap of an hour would hide in a wider one"
    assert rules.column_width(0, 86_400, 20, 60) > rules.column_width(0, 86_400, 2, 60)
    assert rules.column_width(0, 10, 1, 60) == 1


def test_a_long_span_is_read_by_hours_then_days():
    assert rules.level(timedelta(days=1), 1) == 0
    assert rules.level(timedelta(days=30), 1) == rules.HOUR
    assert rules.level(timedelta(days=3650), 1) == rules.DAY


def test_seconds_and_moments_are_the_same():
    at = datetime(2026, 11, 16, 2, 0, 7, 999, tzinfo=UTC)
    assert rules.moment_of(rules.seconds_of(at)) == at.replace(microsecond=0)
