"""Calendar arithmetic: calibration due dates and working days.

Sources: ILAC-G24:2022 / OIML D 10:2022 (calendar intervals); month ends are clipped, never
carried into the next month (2024-01-31 + 1 month = 2024-02-29).  A due date is the first day on
which the instrument may *not* be used; the label prints the day before it.
Due dates are always counted from the calibration itself: adding month to month drifts.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection
from datetime import date, timedelta


def add_months(start: date, months: int) -> date:
    """``start`` plus calendar months (may be negative), clipped to the end of the month."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    if not date.min.year <= year <= date.max.year:
        raise ValueError("the date leaves the calendar")
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def due_date(calibrated: date, interval_months: int) -> date:
    """The first day on which an instrument calibrated on ``calibrated`` may not be used."""
    if interval_months < 1:
        raise ValueError("a calibration interval is at least one month")
    return add_months(calibrated, interval_months)


def valid_through(due: date) -> date:
    """The last day of use: the day before the due date, the one printed on the label."""
    return due - timedelta(days=1)


def is_working_day(day: date, holidays: Collection[date] = frozenset()) -> bool:
    """Monday to Friday and not in ``holidays``."""
    return day.weekday() < 5 and day not in holidays


def add_working_days(start: date, days: int, holidays: Collection[date] = frozenset()) -> date:
    """The ``days``-th working day after ``start``; the day of ``start`` itself is not counted.

    With ``days`` zero: ``start`` itself if it is a working day, else the next one.
    """
    if not 0 <= days <= 2000:
        raise ValueError("working days: 0 to 2000")
    day = start
    while days == 0 and not is_working_day(day, holidays):
        day += timedelta(days=1)
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day, holidays):
            days -= 1
    return day
