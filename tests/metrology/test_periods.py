"""Due dates and working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.periods import (
    add_months,
    add_working_days,
    due_date,
    is_working_day,
    next_due,
    valid_through,
)

DATES = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


def test_due_is_the_first_day_not_allowed_and_the_label_shows_the_day_before() -> None:
    due = due_date(date(2026, 3, 15), 12)
    assert due == date(2027, 3, 15)
    assert valid_through(due) == date(2027, 3, 14)


def test_month_ends_are_clipped_and_not_chained() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 31), 2) == date(2024, 3, 31)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)


@given(DATES, st.integers(1, 240))
def test_due_date_is_clipped_into_the_right_month(day: date, months: int) -> None:
    due = due_date(day, months)
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == months
    assert due.day <= day.day
    if due.day < day.day:
        assert (due + timedelta(days=1)).day == 1


def test_validity_to_the_end_of_the_month_is_a_setting() -> None:
    due = due_date(date(2026, 3, 15), 12, end_of_month=True)
    assert valid_through(due) == date(2027, 3, 31)
    assert valid_through(due_date(date(2025, 12, 31), 12, end_of_month=True)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("done", "passed", "expected"),
    [
        (date(2027, 2, 20), True, date(2028, 3, 15)),
        (date(2027, 2, 13), True, date(2028, 3, 15)),  # the thirtieth day before: still inside
        (date(2027, 2, 12), True, date(2028, 2, 12)),  # too early
        (date(2027, 2, 20), False, date(2028, 2, 20)),  # not passed
        (date(2027, 3, 15), True, date(2028, 3, 15)),  # on the day
        (date(2027, 4, 2), True, date(2028, 4, 2)),  # late
    ],
)
def test_the_anniversary_is_kept_when_done_early_and_passed(done: date, passed: bool, expected: date) -> None:
    assert next_due(done, 12, date(2027, 3, 15), 30, passed) == expected


def test_the_first_due_date_has_no_anniversary() -> None:
    assert next_due(date(2026, 1, 31), 1, None, 30, True) == date(2026, 2, 28)


def test_an_anchor_keeps_month_ends() -> None:
    august, february = date(2026, 8, 31), date(2027, 2, 28)
    assert next_due(date(2027, 2, 20), 6, february, 30, True) == date(2027, 8, 28)
    assert next_due(date(2027, 2, 20), 6, february, 30, True, anchor=august) == date(2027, 8, 31)


def test_the_end_of_the_month_is_not_added_twice() -> None:
    first = due_date(date(2026, 3, 15), 12, end_of_month=True)
    assert next_due(date(2027, 3, 20), 12, first, 30, True, end_of_month=True) == date(2028, 4, 1)
    # A due date set before the laboratory chose month ends is brought to one.
    assert next_due(date(2027, 3, 1), 12, date(2027, 3, 15), 30, True, end_of_month=True) == date(2028, 4, 1)


@given(DATES, st.integers(1, 60), st.integers(0, 90), st.integers(-120, 120), st.booleans(), st.booleans())
def test_the_next_due_date_never_gives_more_than_interval_and_window(
    previous: date, months: int, window: int, offset: int, passed: bool, month_end: bool
) -> None:
    done = previous + timedelta(days=offset)
    due = next_due(done, months, previous, window, passed, end_of_month=month_end)
    latest = due_date(done + timedelta(days=window), months, end_of_month=month_end)
    # Clipping can cost the later of two days a month's end; three days cover February.
    assert due_date(done, months) <= due <= latest + timedelta(days=3)


def test_refusals() -> None:
    with pytest.raises(ValueError, match="window"):
        next_due(date(2026, 1, 1), 12, None, -1, True)
    with pytest.raises(ValueError, match="interval"):
        next_due(date(2026, 1, 1), 0, date(2026, 1, 5), 30, True)
    with pytest.raises(ValueError, match="interval"):
        due_date(date(2026, 1, 1), 0)
    with pytest.raises(ValueError, match="calendar"):
        add_months(date(2026, 1, 1), 12 * 9000)
    with pytest.raises(ValueError, match="working days"):
        add_working_days(date(2026, 1, 1), -1)


def test_working_days_skip_week_ends_and_holidays() -> None:
    friday = date(2026, 8, 28)
    national_day = {date(2026, 9, 1), date(2026, 9, 2)}
    assert add_working_days(friday, 1) == date(2026, 8, 31)
    assert add_working_days(friday, 2, national_day) == date(2026, 9, 3)
    assert add_working_days(date(2026, 8, 29), 0) == date(2026, 8, 31)
    assert add_working_days(friday, 0) == friday
    assert add_working_days(date(2026, 8, 29), 1) == date(2026, 8, 31)


@given(DATES, st.integers(0, 60), st.sets(DATES, max_size=5))
def test_as_many_working_days_lie_between(start: date, days: int, holidays: set[date]) -> None:
    end = add_working_days(start, days, holidays)
    assert is_working_day(end, holidays)
    between = [start + timedelta(days=i) for i in range(1, (end - start).days + 1)]
    if days:
        assert sum(is_working_day(day, holidays) for day in between) == days
