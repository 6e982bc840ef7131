"""Temperature and humidity of a room as bars over time: numbers for an SVG, computed in Decimal. Pure."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

WIDTH, HEIGHT = 480, 180
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 12, 30
#: A span of an hour in a month is thinner than a line: bars keep this width and height.
THIN = Decimal(3)


@dataclass(frozen=True)
class Reading:
    """A span of one quantity: over which time, from which value to which."""

    from_at: datetime
    to_at: datetime
    low: Decimal
    high: Decimal
    label: str = ""


@dataclass(frozen=True)
class Bar:
    """A rectangle of the drawing, in its own units."""

    x: str
    y: str
    width: str
    height: str
    label: str


@dataclass(frozen=True)
class Tick:
    """A grid line at `at` with its value."""

    at: str
    value: Decimal


@dataclass(frozen=True)
class Chart:
    """One drawing: bars, horizontal grid, the first and last moment, and the extremes that its title states."""

    bars: list[Bar]
    ticks: list[Tick]
    first: datetime
    last: datetime
    lowest: Decimal
    highest: Decimal
    unit: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def _text(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.1")).normalize(), "f")


def _step(room: Decimal) -> Decimal:
    """A round distance of grid lines: at most five of them over the room."""
    for step in (Decimal("0.5"), Decimal(1), Decimal(2), Decimal(5), Decimal(10), Decimal(20), Decimal(50)):
        if room / step <= 5:
            return step
    return Decimal(100)


def _seconds(start: datetime, moment: datetime) -> Decimal:
    gap = moment - start
    return Decimal(gap.days) * 86400 + gap.seconds


def draw(readings: Sequence[Reading], unit: str) -> Chart | None:
    """The chart of these spans; none when there is nothing to draw. The axis starts and ends on round values."""
    if not readings:
        return None
    lowest, highest = min(r.low for r in readings), max(r.high for r in readings)
    step = _step(max(highest - lowest, Decimal(1)))
    bottom = (lowest / step).to_integral_value(ROUND_FLOOR) * step
    top = (highest / step).to_integral_value(ROUND_CEILING) * step
    if top == bottom:
        top = bottom + step
    first, last = min(r.from_at for r in readings), max(r.to_at for r in readings)
    whole = max(_seconds(first, last), Decimal(1))
    plot_width, plot_height = Decimal(WIDTH - LEFT - RIGHT), Decimal(HEIGHT - TOP - BOTTOM)

    def x(moment: datetime) -> Decimal:
        return LEFT + _seconds(first, moment) / whole * plot_width

    def y(value: Decimal) -> Decimal:
        return TOP + (top - value) / (top - bottom) * plot_height

    bars = []
    for r in sorted(readings, key=lambda r: r.from_at):
        width = max(x(r.to_at) - x(r.from_at), THIN)
        left = min(x(r.from_at), Decimal(WIDTH - RIGHT) - width)
        height = max(y(r.low) - y(r.high), THIN)
        upper = min(y(r.high), Decimal(HEIGHT - BOTTOM) - height)
        bars.append(Bar(_text(left), _text(upper), _text(width), _text(height), r.label))
    count = int((top - bottom) / step)
    ticks = [Tick(_text(y(bottom + step * n)), bottom + step * n) for n in range(count + 1)]
    return Chart(bars, ticks, first, last, lowest, highest, unit)
