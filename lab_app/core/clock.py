"""The one source of time. Everything else asks here, so that tests and the demonstration can set it.

Times are aware and in UTC; a laboratory sees them in its own zone.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_set: ContextVar[datetime | None] = ContextVar("clock", default=None)
_process_set: datetime | None = None
_zone = ZoneInfo("Asia/Ho_Chi_Minh")
_may_be_set = True


class ClockIsReal(RuntimeError):
    """Raised when someone tries to set the clock of a production installation."""


def configure(zone: str, may_be_set: bool) -> None:
    """Name the laboratory's zone; `may_be_set=False` (production) refuses any set clock."""
    global _zone, _may_be_set
    _zone = ZoneInfo(zone)
    _may_be_set = may_be_set


def zone() -> ZoneInfo:
    """The laboratory's time zone."""
    return _zone


def now() -> datetime:
    """The present moment, aware, UTC."""
    return _set.get() or _process_set or datetime.now(UTC)


def told() -> bool:
    """Whether the moment was set: a story is being told, not lived."""
    return (_set.get() or _process_set) is not None


def today() -> date:
    """Today's date in the laboratory's zone."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment on the laboratory's wall clock; refuses a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a naive time has no place here")
    return moment.astimezone(_zone)


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment (UTC) at which the laboratory's wall clock shows this day and time."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=_zone).astimezone(UTC)


def from_wall(naive: datetime) -> datetime:
    """Read a wall-clock time typed at the bench as a moment in UTC."""
    if naive.tzinfo is not None:
        raise ValueError("a wall-clock time carries no zone")
    return naive.replace(tzinfo=_zone).astimezone(UTC)


def set_process_clock(moment: datetime | None) -> None:
    """Freeze the whole process (tests; the loader of the demonstration). Production refuses."""
    global _process_set
    if moment is not None and not _may_be_set:
        raise ClockIsReal("the clock of a production installation cannot be set")
    _process_set = moment


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment`; production refuses."""
    if not _may_be_set:
        raise ClockIsReal("the clock of a production installation cannot be set")
    if moment.tzinfo is None:
        raise ValueError("a naive time has no place here")
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)


def tick(moment: datetime, minutes: int = 1) -> datetime:
    """A moment a few minutes later; for stories told at their own dates."""
    return moment + timedelta(minutes=minutes)
