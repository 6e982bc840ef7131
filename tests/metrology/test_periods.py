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


def test_refusals() -> None:
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
