"""Calendar arithmetic: calibration due dates and working days.

Sources: ILAC-G24:2022 / OIML D 10:2022 (calendar intervals); month ends are clipped, never
carried into the next month (2024-01-31 + 1 month = 2024-02-29).  A due date is the first day on
which the instrument may *not* be used; the label prints the day before it.
Due dates are counted from the calibration itself: adding month to month drifts.  Two rules of a
laboratory may change that, and both are settings: a calibration done early keeps its anniversary
(:func:`next_due`), and validity may run to the end of the month (``end_of_month``).
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


def due_date(calibrated: date, interval_months: int, end_of_month: bool = False) -> date:
    """The first day on which an instrument calibrated on ``calibrated`` may not be used.

    With ``end_of_month`` the instrument may be used to the last day of the month the due date
    falls in, so the due date becomes the first day of the month after.
    """
    if interval_months < 1:
        raise ValueError("a calibration interval is at least one month")
    due = add_months(calibrated, interval_months)
    return _next_first(due) if end_of_month else due


def _next_first(day: date) -> date:
    return add_months(day.replace(day=1), 1)


def next_due(
    done_on: date,
    months: int,
    previous_due: date | None,
    early_window_days: int,
    passed: bool,
    *,
    end_of_month: bool = False,
    anchor: date | None = None,
) -> date:
    """The due date after a calibration or check done on ``done_on``, keeping the anniversary.

    Done before ``previous_due``, at most ``early_window_days`` before it, and passed: the next is
    due ``months`` after the previous due date, so that an early job costs no validity.  In every
    other case (first time, too early, on the day or late, not passed) it is counted from
    ``done_on``.  ``anchor``, the calibration whose day of the month is kept, stops month ends from
    drifting: 31 August, 28 February, 31 August.  An anniversary that already stands on the first of a
    month is not moved again by ``end_of_month``.
    """
    if early_window_days < 0:
        raise ValueError("a window is not negative")
    if not passed or previous_due is None or not 0 < (previous_due - done_on).days <= early_window_days:
        return due_date(done_on, months, end_of_month)
    if months < 1:
        raise ValueError("a calibration interval is at least one month")
    if end_of_month and previous_due.day == 1:
        return add_months(previous_due, months)
    if anchor is not None and anchor < previous_due:
        behind = (previous_due.year - anchor.year) * 12 + previous_due.month - anchor.month
        due = add_months(anchor, behind + months)
    else:
        due = add_months(previous_due, months)
    return _next_first(due) if end_of_month else due


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
