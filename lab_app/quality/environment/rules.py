"""Pure decisions about logged environment: what a value may be, which limit counted, runs outside limits, extremes per column."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from flask_babel import lazy_gettext as _l

HOUR, DAY = 3_600, 86_400
MOST_DECIMALS = 6
#: A logger's clock may be ahead of ours by this much; further ahead, its times are not believed (7.5.1).
CLOCK_AHEAD = timedelta(minutes=2)
#: A chart reads at most about this many rows of a channel: readings, else hours, else days.
MOST_POINTS = 3_200
#: Columns of a chart: of the readings within one the lowest and the highest are drawn, so that no peak is lost.
COLUMNS, FEWEST_COLUMNS = 640, 160


@dataclass(frozen=True)
class Quantity:
    """Something a room is watched for: word, unit, and what no room on Earth shows (a misplaced decimal mark)."""

    word: Any
    unit: str
    low: Decimal
    high: Decimal


QUANTITIES: dict[str, Quantity] = {
    "temperature": Quantity(_l("Nhiệt độ"), "°C", Decimal(-90), Decimal(200)),
    "humidity": Quantity(_l("Độ ẩm"), "%RH", Decimal(0), Decimal(100)),
    "pressure": Quantity(_l("Áp suất khí quyển"), "hPa", Decimal(300), Decimal(1200)),
    "supply": Quantity(_l("Điện áp nguồn"), "V", Decimal(0), Decimal(1000)),
    "rf": Quantity(_l("Trường RF xung quanh"), "dBµV/m", Decimal(-60), Decimal(200)),
}


class Bound(Protocol):
    """A limit as the rules see it."""

    @property
    def low(self) -> Decimal | None: ...

    @property
    def high(self) -> Decimal | None: ...

    @property
    def from_at(self) -> datetime: ...

    @property
    def recorded_at(self) -> datetime: ...


B = TypeVar("B", bound=Bound)


def seconds_of(moment: datetime) -> int:
    """A moment as readings keep it: whole seconds since 1970 UTC, fractions dropped."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def moment_of(seconds: int) -> datetime:
    """The moment that a reading keeps as seconds."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def believable(moment: datetime) -> bool:
    """Whether a moment can be kept and shown in every zone; what lies at the ends of the calendar is a broken clock."""
    return 1970 < moment.year < 9999


def steps_of(value: Decimal, decimals: int) -> int | None:
    """A value as whole steps of its last digit; None where it has more digits than the channel keeps (nothing is rounded away)."""
    kept = value.quantize(Decimal(1).scaleb(-decimals))
    # Compared with what was written: scaled up first, digits beyond the context's would be rounded away unseen.
    return int(kept.scaleb(decimals)) if kept == value else None


def value_of(steps: int, decimals: int) -> Decimal:
    """The value that a reading keeps as steps."""
    return Decimal(steps).scaleb(-decimals)


def impossible(quantity: str, value: Decimal) -> bool:
    """Whether no room shows such a value."""
    known = QUANTITIES[quantity]
    return not known.low <= value <= known.high


def limit_at(limits: Iterable[B], at: datetime, known_at: datetime | None = None) -> B | None:
    """The limit that counted at a moment: of those begun by then (and recorded by `known_at`) the last begun, then the last written.
    None where nothing limited the quantity."""
    begun = [x for x in limits if x.from_at <= at and (known_at is None or x.recorded_at <= known_at)]
    found = max(begun, key=lambda x: (x.from_at, x.recorded_at), default=None)
    return None if found is None or (found.low is None and found.high is None) else found


def outside(bound: Bound | None, value: Decimal) -> bool:
    """Whether a value is outside a limit; a value on the limit is inside."""
    if bound is None:
        return False
    return (bound.low is not None and value < bound.low) or (bound.high is not None and value > bound.high)


@dataclass(frozen=True)
class Run:
    """Readings outside one after the other. `before`: the reading before the first of them; `after`: the one that was inside again."""

    first: int
    last: int
    low: int
    high: int
    before: int | None = None
    after: int | None = None


def runs(readings: Sequence[tuple[int, int]], is_outside: Callable[[int, int], bool]) -> list[Run]:
    """Runs of readings (at, steps), in order of time, for which `is_outside` holds."""
    found: list[Run] = []
    present: Run | None = None
    before: int | None = None
    for at, steps in readings:
        if is_outside(at, steps):
            present = (Run(at, at, steps, steps, before) if present is None
                       else replace(present, last=at, low=min(present.low, steps), high=max(present.high, steps)))
        elif present is not None:
            found.append(replace(present, after=at))
            present = None
        before = at
    return [*found, present] if present is not None else found


@dataclass(frozen=True)
class Gap:
    """A time without readings that is longer than the laboratory allows."""

    begins: int
    ends: int


def gaps(times: Sequence[int], most: timedelta) -> list[Gap]:
    """Gaps between readings, in order of time."""
    bound = most // timedelta(seconds=1)
    return [Gap(a, b) for a, b in zip(times, times[1:], strict=False) if b - a > bound]


def watched(before: int | None, after: int | None, at: int, most: timedelta) -> bool:
    """Whether a moment is watched: its neighbours are no further apart than the bound; the newest reading speaks as long as that."""
    bound = most // timedelta(seconds=1)
    if before is None:
        return False
    return (at if after is None else after) - before <= bound


def level(span: timedelta, interval_minutes: int) -> int:
    """How a chart of this span reads a channel: 0 every reading, else `HOUR` or `DAY`."""
    seconds = max(span // timedelta(seconds=1), 1)
    if seconds // max(60 * interval_minutes, 1) <= MOST_POINTS:
        return 0
    return HOUR if seconds // HOUR <= MOST_POINTS else DAY


def column_width(begins: int, ends: int, channels: int, most_gap_minutes: int) -> int:
    """Seconds that one column of a chart holds: as many columns as `COLUMNS`, fewer where many channels share the drawing, and never so
    wide that a gap the laboratory does not allow would hide within one."""
    count = max(COLUMNS // max((channels + 1) // 3, 1), FEWEST_COLUMNS)
    return max(min(-(-(ends - begins) // count), most_gap_minutes * 60), 1)
