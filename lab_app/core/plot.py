"""One description of a plot, drawn to two targets: SVG on pages (`macros/plot.html`) and ink on papers (`core/paper/plot.py`).

A plot holds values as they are (Decimals, dates); only the drawing turns them into places, in floats. A series of many points is
thinned by its maker (lowest and highest per column), so that no peak is lost; what is drawn here stays a few thousand points.
"""
from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

from flask import Flask

from lab_app.core import clock
from lab_app.core.i18n import show_decimal

Value: TypeAlias = Decimal | int | date | datetime
Tone = Literal["accent", "ok", "warn", "bad", "muted"]
Place = tuple[float, float]

LEFT, RIGHT, TOP, BOTTOM = 62.0, 14.0, 14.0, 40.0
CHARACTER = 6.4  # width of a digit at the size of the labels, in the drawing's units
TICKS_X, TICKS_Y = 6, 5


@dataclass(frozen=True)
class Point:
    """One value; `u` draws a bar of ± u, `title` is what it says when pointed at, `tone` overrides the series'."""

    x: Value
    y: Decimal
    u: Decimal | None = None
    title: str = ""
    tone: Tone | None = None


@dataclass(frozen=True)
class Series:
    """Points in the order they are joined. `style`: line, points, both, step (constant until the next point)."""

    points: Sequence[Point]
    label: str = ""
    style: Literal["line", "points", "both", "step"] = "both"
    tone: Tone = "accent"


@dataclass(frozen=True)
class Level:
    """A horizontal line: a limit, a center, a warning."""

    y: Decimal
    label: str = ""
    tone: Tone = "bad"
    dashed: bool = True


@dataclass(frozen=True)
class Band:
    """A shaded span of values, over the whole width or between two places."""

    low: Decimal
    high: Decimal
    tone: Tone = "ok"
    x1: Value | None = None
    x2: Value | None = None


@dataclass(frozen=True)
class Mark:
    """A vertical line at a place with a word: a decision, a repair, a carrier."""

    x: Value
    label: str = ""
    tone: Tone = "muted"


@dataclass(frozen=True)
class Plot:
    """What is to be seen. `title` is said by screen readers; `x_kind`: number, log, date, time (of the laboratory).

    Limits given are kept, others fit.
    """

    title: str
    series: Sequence[Series]
    y_label: str = ""
    x_label: str = ""
    x_kind: Literal["number", "log", "date", "time"] = "number"
    levels: Sequence[Level] = ()
    bands: Sequence[Band] = ()
    marks: Sequence[Mark] = ()
    x_low: Value | None = None
    x_high: Value | None = None
    y_low: Decimal | None = None
    y_high: Decimal | None = None
    width: int = 720
    height: int = 260

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(s.points for s in self.series)


@dataclass
class Drawing:
    """A plot as marks in its own units, origin top left. Each mark names its class: a tone, or axis, grid."""

    width: float
    height: float
    lines: list[tuple[str, list[Place]]] = field(default_factory=list)
    dashes: list[tuple[str, list[Place]]] = field(default_factory=list)
    boxes: list[tuple[str, float, float, float, float]] = field(default_factory=list)
    bars: list[tuple[str, float, float, float, float, str]] = field(default_factory=list)
    dots: list[tuple[str, float, float, str]] = field(default_factory=list)
    texts: list[tuple[str, float, float, str, Literal["start", "middle", "end"]]] = field(default_factory=list)


def number_of(value: Value, kind: str) -> float:
    """A value's place on its axis: seconds for moments, days for dates, log10 for a logarithmic axis (refuses zero and less)."""
    if isinstance(value, datetime):
        return value.timestamp() / 86400
    if isinstance(value, date):
        return float(value.toordinal() - date(1970, 1, 1).toordinal())
    if kind == "log":
        if value <= 0:
            raise ValueError("a logarithmic axis has no place for zero and less")
        return math.log10(value)
    return float(value)


def nice_step(span: float, count: int) -> Decimal:
    """1, 2 or 5 times a power of ten, so that about `count` steps fill the span."""
    if span <= 0:
        return Decimal(1)
    raw = span / count
    power = math.floor(math.log10(raw))
    for factor in (1, 2, 5, 10):
        if factor * 10.0**power >= raw * 0.999999:
            return Decimal(1).scaleb(power + 1) if factor == 10 else Decimal(factor).scaleb(power)
    return Decimal(1).scaleb(power + 1)


def nice_ticks(low: float, high: float, count: int) -> list[Decimal]:
    """Round numbers from `low` to `high`."""
    step = nice_step(high - low, count)
    first = math.ceil(low / float(step) - 1e-9)
    last = math.floor(high / float(step) + 1e-9)
    return [step * k for k in range(first, last + 1)]


def _log_ticks(low: float, high: float) -> list[Decimal]:
    decades = range(math.floor(low), math.ceil(high) + 1)
    steps = (1,) if high - low > 4 else (1, 2, 5)
    found = [Decimal(s).scaleb(d) for d in decades for s in steps]
    return [t for t in found if low - 1e-9 <= math.log10(t) <= high + 1e-9]


def date_ticks(low: float, high: float, count: int) -> list[tuple[float, str]]:
    """Firsts of months or years, or days, between two places of a date axis, each with its word."""
    base = date(1970, 1, 1).toordinal()
    days = high - low
    if days > 62:
        first, last = date.fromordinal(base + math.floor(low)), date.fromordinal(base + math.ceil(high))
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120) if months / s <= count + 1), 240)
        out = []
        index = -(-(first.year * 12 + first.month - 1) // step) * step
        while index <= last.year * 12 + last.month - 1:
            day = date(index // 12, index % 12 + 1, 1)
            out.append((float(day.toordinal() - base), f"{day.month:02d}/{day.year}" if step < 12 else str(day.year)))
            index += step
        return [t for t in out if low <= t[0] <= high]
    step_days = max(1, math.ceil(days / count))
    out = []
    k = math.ceil(low)
    while k <= high:
        day = date.fromordinal(base + k)
        out.append((float(k), f"{day.day:02d}/{day.month:02d}"))
        k += step_days
    return out


def time_ticks(low: float, high: float, count: int) -> list[tuple[float, str]]:
    """Whole hours on the laboratory's clock between two moments at most three days apart, else midnights, months or years there."""
    begins = clock.local(datetime.fromtimestamp(low * 86400, UTC))
    ahead = (begins.utcoffset() or timedelta()) / timedelta(days=1)
    if high - low > 3:
        return [(at - ahead, word) for at, word in date_ticks(low + ahead, high + ahead, count)]
    hours = next((s for s in (1, 2, 3, 6, 12) if (high - low) * 24 / s <= count + 1), 24)
    first = math.ceil((low + ahead) * 24 / hours - 1e-9) * hours
    out = []
    while first / 24 - ahead <= high:
        out.append((first / 24 - ahead, f"{first % 24:02d}:00"))
        first += hours
    return out


def _range(values: list[float], low: float | None, high: float | None, room: float) -> tuple[float, float]:
    least = min(values) if low is None else low
    most = max(values) if high is None else high
    if most <= least:
        margin = abs(least) * 0.1 or 1.0
        return least - margin, least + margin
    gap = (most - least) * room
    return least if low is not None else least - gap, most if high is not None else most + gap


def drawn(plot: Plot) -> Drawing:
    """The plot as marks. Refuses an empty plot: say in words that there is nothing (`Plot.empty`)."""
    if plot.empty:
        raise ValueError("nothing to draw")
    out = Drawing(float(plot.width), float(plot.height))
    points = [p for s in plot.series for p in s.points]
    xs = [number_of(p.x, plot.x_kind) for p in points] + [number_of(m.x, plot.x_kind) for m in plot.marks]
    ys = [float(p.y) for p in points] + [float(level.y) for level in plot.levels]
    ys += [float(p.y + sign * p.u) for p in points if p.u is not None for sign in (1, -1)]
    ys += [float(edge) for b in plot.bands for edge in (b.low, b.high)]
    x_low, x_high = _range(xs, _given(plot.x_low, plot.x_kind), _given(plot.x_high, plot.x_kind), 0.02)
    y_low, y_high = _range(ys, _given(plot.y_low, "number"), _given(plot.y_high, "number"), 0.08)
    y_ticks = nice_ticks(y_low, y_high, TICKS_Y)
    words = [show_decimal(t) for t in y_ticks]
    left = max(LEFT, 16 + CHARACTER * max((len(w) for w in words), default=0) + (14 if plot.y_label else 0))
    right, base = plot.width - RIGHT, plot.height - BOTTOM

    def at_x(value: float) -> float:
        return round(left + (value - x_low) / (x_high - x_low) * (right - left), 2)

    def at_y(value: float) -> float:
        return round(base - (value - y_low) / (y_high - y_low) * (base - TOP), 2)

    _draw_bands(out, plot, at_x, at_y, (left, right, base))
    for tick, word in zip(y_ticks, words, strict=True):
        y = at_y(float(tick))
        out.lines.append(("grid", [(left, y), (right, y)]))
        out.texts.append(("label", left - 6, y + 4, word, "end"))
    for value, word in _x_ticks(plot, x_low, x_high):
        x = at_x(value)
        out.lines.append(("axis", [(x, base), (x, base + 4)]))
        out.texts.append(("label", x, base + 17, word, "middle"))
    out.lines.append(("axis", [(left, base), (right, base)]))
    if plot.x_label:
        out.texts.append(("label", (left + right) / 2, plot.height - 6, plot.x_label, "middle"))
    if plot.y_label:
        out.texts.append(("label", 2, TOP - 3, plot.y_label, "start"))
    _draw_marks(out, plot, at_x, at_y, (left, right, base))
    for series in plot.series:
        _draw_series(out, series, plot.x_kind, at_x, at_y)
    return out


Axis: TypeAlias = Callable[[float], float]


def _draw_bands(out: Drawing, plot: Plot, at_x: Axis, at_y: Axis, frame: tuple[float, float, float]) -> None:
    left, right, base = frame
    for band in plot.bands:
        x1 = left if band.x1 is None else at_x(number_of(band.x1, plot.x_kind))
        x2 = right if band.x2 is None else at_x(number_of(band.x2, plot.x_kind))
        top, bottom = max(at_y(float(band.high)), TOP), min(at_y(float(band.low)), base)
        out.boxes.append((band.tone, x1, top, max(x2 - x1, 0.0), max(bottom - top, 0.0)))


def _draw_marks(out: Drawing, plot: Plot, at_x: Axis, at_y: Axis, frame: tuple[float, float, float]) -> None:
    left, right, base = frame
    for mark in plot.marks:
        x = at_x(number_of(mark.x, plot.x_kind))
        early = x < (left + right) / 2
        out.dashes.append((mark.tone, [(x, TOP), (x, base)]))
        out.texts.append((f"t-{mark.tone}", x + 3 if early else x - 3, TOP + 9, mark.label, "start" if early else "end"))
    for level in plot.levels:
        y = at_y(float(level.y))
        (out.dashes if level.dashed else out.lines).append((level.tone, [(left, y), (right, y)]))
        if level.label:
            out.texts.append((f"t-{level.tone}", right - 2, y - 4, level.label, "end"))


def _given(value: Value | None, kind: str) -> float | None:
    return None if value is None else number_of(value, kind)


def _x_ticks(plot: Plot, low: float, high: float) -> list[tuple[float, str]]:
    if plot.x_kind == "date":
        return date_ticks(low, high, TICKS_X)
    if plot.x_kind == "time":
        return time_ticks(low, high, TICKS_X)
    if plot.x_kind == "log":
        return [(math.log10(t), show_decimal(t)) for t in _log_ticks(low, high)]
    return [(float(t), show_decimal(t)) for t in nice_ticks(low, high, TICKS_X)]


def _draw_series(out: Drawing, series: Series, kind: str, at_x: Axis, at_y: Axis) -> None:
    places = [(at_x(number_of(p.x, kind)), at_y(float(p.y))) for p in series.points]
    if series.style == "step":
        stepped: list[Place] = []
        for n, (x, y) in enumerate(places):
            if n:
                stepped.append((x, places[n - 1][1]))
            stepped.append((x, y))
        out.lines.append((series.tone, stepped))
    elif series.style in ("line", "both") and len(places) > 1:
        out.lines.append((series.tone, places))
    for point, (x, _y) in zip(series.points, places, strict=True):
        if point.u is not None:
            out.lines.append((point.tone or series.tone, [(x, at_y(float(point.y - point.u))), (x, at_y(float(point.y + point.u)))]))
    if series.style in ("points", "both"):
        for point, (x, y) in zip(series.points, places, strict=True):
            out.dots.append((point.tone or series.tone, x, y, point.title))


def along(places: Sequence[Place]) -> str:
    """The points of a line as SVG writes them: put together here, a template would look at each number for what has to be escaped."""
    return " ".join([f"{x},{y}" for x, y in places])


def init_app(app: Flask) -> None:
    """Give templates `draw_plot`, for plots, lanes and bars, and `along`."""
    from lab_app.core.plot_bars import Bars, drawn_bars
    from lab_app.core.plot_lanes import Lanes, drawn_lanes

    def draw(picture: Plot | Lanes | Bars) -> Drawing:
        if isinstance(picture, Bars):
            return drawn_bars(picture)
        return drawn_lanes(picture) if isinstance(picture, Lanes) else drawn(picture)

    app.jinja_env.globals.update(draw_plot=draw, along=along)
