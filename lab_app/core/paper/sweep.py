"""Swept measurements on a paper: envelopes, limit lines, numbered results, axes; told apart without colour.

Drawn from plain data alone: decimal texts, frequencies in MHz, lowest and highest level of every column, so that no peak is lost and
the same data give the same bytes. Limits differ by their dashes and by the words on them, results by their marks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from lab_app.core.paper import style, wording
from lab_app.core.paper.ink import Ink, Point
from lab_app.core.paper.style import HAIRLINE, INK, SECONDARY, WHITE, Colour
from lab_app.core.paper.typefaces import ITALIC, MEDIUM, REGULAR, width
from lab_app.core.paper.wording import Words
from lab_app.core.plot import nice_ticks

#: Millimetres of the picture with its axes, and the margins of the field within it.
HEIGHT: Final = 112.0
LEFT, RIGHT, TOP, BOTTOM = 9.0, 0.0, 6.0, 9.0
LABEL, SMALL = 7.0, 6.9
#: Decibels between two rules of the level grid, and the least that the field spans.
STEP, LEAST = 10, 40
#: Strokes (points) and dashes (millimetres drawn, left out) by detector; the first for any other.
STROKES: Final[Mapping[str, tuple[float, tuple[float, ...]]]] = {
    "": (1.3, ()), "QP": (1.3, ()), "AV": (1.1, (1.4, 0.7)), "CAV": (1.1, (1.4, 0.7)), "RAV": (1.1, (1.4, 0.7)),
    "PK": (1.1, (0.5, 0.7)), "RMS": (1.1, (2.4, 0.7, 0.5, 0.7)),
}
_GREYS: Final[tuple[Colour, Colour]] = (style.TRACE, style.TRACE_SECOND)
MARK = 1.15
#: Height of a number over its baseline, with a little air (mm).
CAPITALS = 2.4


class Sweeps:
    """The picture of one plot: places of frequencies and levels in millimetres, and everything drawn there."""

    def __init__(self, data: Mapping[str, Any], block_width: float) -> None:
        self.data = data
        self.log = data["x"] == "log"
        self.low, self.high = float(data["low"]), float(data["high"])
        if self.high <= self.low:
            self.low, self.high = self.low - 0.5, self.high + 0.5
        self.right, self.floor = block_width - RIGHT, HEIGHT - BOTTOM
        levels = [float(v) for trace in data["traces"] for column in trace["columns"] for v in column[1:]]
        for limit in data["limits"]:
            levels += [float(v) for piece in limit["pieces"] for v in self._shown(piece)] + [float(v) for v in limit["levels"]]
        levels += [float(point["level"]) for point in data["points"]]
        least, most = (min(levels), max(levels)) if levels else (0.0, LEAST)
        self.top = math.ceil((most + 3.0) / STEP) * STEP
        self.bottom = min(math.floor(least / STEP) * STEP, self.top - LEAST)

    def _shown(self, piece: Sequence[str]) -> Sequence[str]:
        """The levels of a piece that lies in the picture."""
        return piece[2:] if float(piece[1]) >= self.low and float(piece[0]) <= self.high else ()

    def x(self, mhz: float) -> float:
        """Where a frequency stands."""
        if self.log:
            share = math.log(max(mhz, 1e-9) / self.low) / math.log(self.high / self.low)
        else:
            share = (mhz - self.low) / (self.high - self.low)
        return round(LEFT + share * (self.right - LEFT), 3)

    def y(self, level: float) -> float:
        """Where a level stands, downward."""
        return round(TOP + (self.top - level) / (self.top - self.bottom) * (self.floor - TOP), 3)

    def draw(self, ink: Ink, dy: float) -> None:
        """Grid, sweeps, limits, results and axes, the picture's top at `dy`."""
        own = Ink()
        self._grid(own)
        for place, trace in enumerate(self.data["traces"]):
            self._trace(own, trace, _GREYS[min(place, 1)])
        for limit in self.data["limits"]:
            self._limit(own, limit)
        self._results(own)
        own.rule(LEFT, TOP, LEFT, self.floor, 0.8, INK)
        own.rule(LEFT, self.floor, self.right, self.floor, 0.8, INK)
        unit = self.data["unit"]
        _named(own, TOP - 2.6, Words({"vi": f"Mức, {unit}" if wording.only() else "Mức", "en": f"Level, {unit}"}), left=LEFT)
        frequency = Words({"vi": "Tần số, MHz" if wording.only() else "Tần số", "en": "Frequency, MHz"})
        _named(own, HEIGHT - 1.2, frequency, right=self.right)
        ink.absorb(own, 0.0, dy)

    def legend(self, ink: Ink, y: float) -> float:
        """What marks and greys mean, in one row; answers its bottom."""
        x = LEFT
        for detector in dict.fromkeys(point["detector"] for point in self.data["points"]):
            _mark(ink, x + 1.2, y - 0.9, detector)
            name = Words({"vi": f"Kết quả {detector}".strip(), "en": f"{detector} result".strip()})
            x = _said(ink, x + 4.0, y, name["vi"], name["en"])
        for place, trace in enumerate(self.data["traces"]):
            ink.rule(x, y - 0.9, x + 6.0, y - 0.9, 0.9, _GREYS[min(place, 1)])
            name = Words({"vi": f"Quét {trace['detector']}".strip(), "en": f"{trace['detector']} scan".strip()})
            x = _said(ink, x + 7.5, y, name["vi"], name["en"])
        return y + 1.0

    def spoken(self) -> str:
        """The plot in words, for who does not see it: quantity, range, limits, number of points, the worst one with its margin."""
        if wording.only() == "en":
            return self._spoken_in_english()
        data = self.data
        span = f"{wording.number(data['low'])} đến {wording.number(data['high'])} MHz"
        parts = [f"Đồ thị mức ({data['unit']}) theo tần số, {span}"]
        limits = "; ".join(f"{limit['name']['vi']} {limit['detector']}".strip() for limit in data["limits"])
        parts.append(f"giới hạn: {limits}" if limits else "không có đường giới hạn")
        judged = [point for point in data["points"] if point.get("margin")]
        parts.append(f"{len(data['points'])} điểm kết quả")
        if judged:
            worst = min(judged, key=lambda point: Decimal(point["margin"]))
            parts.append(
                f"điểm xấu nhất là dòng {worst['number']} tại {wording.number(worst['f'])} MHz, "
                f"biên {wording.number(worst['margin'], signed=True)} dB")
        return "; ".join(parts) + "."

    def _spoken_in_english(self) -> str:
        data = self.data
        parts = [f"Plot of level ({data['unit']}) over frequency, {wording.number(data['low'])} to {wording.number(data['high'])} MHz"]
        limits = "; ".join(f"{limit['name']['vi']} {limit['detector']}".strip() for limit in data["limits"])
        parts += [f"limits: {limits}" if limits else "no limit line", f"{len(data['points'])} result points"]
        judged = [point for point in data["points"] if point.get("margin")]
        if judged:
            worst = min(judged, key=lambda point: Decimal(point["margin"]))
            parts.append(f"the worst is line {worst['number']} at {wording.number(worst['f'])} MHz, "
                         f"margin {wording.number(worst['margin'], signed=True)} dB")
        return "; ".join(parts) + "."

    def _grid(self, ink: Ink) -> None:
        for level in range(int(self.bottom), int(self.top) + 1, STEP):
            y = self.y(float(level))
            ink.rule(LEFT, y, self.right, y, 0.25, HAIRLINE)
            ink.text(LEFT - 1.4, y + 0.9, wording.number(str(level)), REGULAR, LABEL, SECONDARY, "right")
        last = -math.inf
        for value, text, heavy in self._x_ticks():
            x = self.x(value)
            ink.rule(x, TOP, x, self.floor, 0.35 if heavy else 0.25, HAIRLINE)
            if text and x - last > width(text, REGULAR, LABEL) + 2.0 and x < self.right + 0.5:
                ink.rule(x, self.floor, x, self.floor + 0.9, 0.5, INK)
                ink.text(min(x, self.right - width(text, REGULAR, LABEL) / 2), self.floor + 4.0, text, REGULAR, LABEL, SECONDARY, "centre")
                last = x

    def _x_ticks(self) -> Iterator[tuple[float, str, bool]]:
        """Value, its words (empty for a minor one), and whether it begins a decade; the ends are named where they fall on no tick."""
        if not self.log:
            for tick in nice_ticks(self.low, self.high, 8):
                yield float(tick), wording.number(format(tick, "f")), False
            return
        ends = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        yield self.low, wording.number(_plain(self.low)), False
        for decade in range(ends[0], ends[1] + 1):
            for step in range(1, 10):
                value = step * 10.0**decade
                if self.low * 1.000001 < value < self.high * 0.999999:
                    near = self.x(self.high) - self.x(value) < 7.0
                    yield value, wording.number(_plain(value)) if step in (1, 3, 5) and not near else "", step == 1
        yield self.high, wording.number(_plain(self.high)), False

    def _trace(self, ink: Ink, trace: Mapping[str, Any], colour: Colour) -> None:
        points: list[Point] = []
        for f, low, high in trace["columns"]:
            x, bottom, top = self.x(float(f)), self.y(float(low)), self.y(float(high))
            points += [(x, top)] if bottom == top else [(x, bottom), (x, top)]
        if len(points) > 1:
            ink.path(tuple(points), colour, 0.45)
        elif points:
            ink.circle(*points[0], 0.6, fill=colour)

    def _limit(self, ink: Ink, limit: Mapping[str, Any]) -> None:
        stroke, dashes = STROKES.get(limit["detector"], STROKES[""])
        last: Point | None = None
        for level in limit["levels"]:
            last = (self.right, self.y(float(level)))
            _dashed(ink, [(LEFT, last[1]), last], stroke, dashes)
        for piece in limit["pieces"]:
            places = self._piece(piece, limit["x"] == "log")
            if not places:
                continue
            if last is not None and abs(last[0] - places[0][0]) < 0.02 and last[1] != places[0][1]:
                _dashed(ink, [last, places[0]], stroke, dashes)  # the step between two pieces
            _dashed(ink, places, stroke, dashes)
            last = places[-1]
        if last is not None:
            detector = limit["detector"]
            name = Words({"vi": f"Giới hạn {detector}".strip(), "en": f"{detector} limit".strip()})
            held = limit.get("equipment_class")
            if held:  # the class of equipment that the limit is for, as the method names it
                name = Words({"vi": ", ".join(part for part in (detector, held["vi"]) if part), "en": held["en"],
                              "alone": ", ".join(part for part in (detector, held["en"] or held["vi"]) if part)})
            _named(ink, last[1] - 1.2, name, right=last[0] - 1.0, least=LEFT + 1.0)

    def _piece(self, piece: Sequence[str], logarithmic: bool) -> list[Point]:
        """A piece of a limit inside the picture; a curve where its own axis is not the picture's."""
        f1, f2, l1, l2 = (float(part) for part in piece)
        start, end = max(f1, self.low), min(f2, self.high)
        if end <= start:
            return []

        def level(f: float) -> float:
            share = math.log(f / f1) / math.log(f2 / f1) if logarithmic else (f - f1) / (f2 - f1)
            return l1 + (l2 - l1) * share

        steps = 1 if l1 == l2 or logarithmic == self.log else 32
        grow: Callable[[int], float] = (
            (lambda n: start * (end / start) ** (n / steps)) if self.log else (lambda n: start + (end - start) * n / steps))
        return [(self.x(grow(n)), self.y(level(grow(n)))) for n in range(steps + 1)]

    def _results(self, ink: Ink) -> None:
        """The results with their numbers beside them; a number keeps clear of the marks and numbers before it."""
        taken: list[Point] = []
        for point in self.data["points"]:
            f = float(point["f"])
            if not self.low <= f <= self.high:
                continue
            x, y = self.x(f), self.y(float(point["level"]))
            _mark(ink, x, y, point["detector"])
            length = width(point["number"], MEDIUM, LABEL)
            tries = ((x + 1.9, y + 0.9), (x - 1.9 - length, y + 0.9), (x + 1.9, y + 3.4), (x - 1.9 - length, y + 3.4), (x + 1.9, y - 1.6))
            free = [
                (a, b) for a, b in tries
                if LEFT < a < self.right - length and all(abs(a - c) > 3.4 or abs(b - d) > 2.2 for c, d in taken)]
            if wording.bounds():
                free = [(a, b) for a, b in free if not self._on_limit(a, b, length)] or free
            place = free[0] if free else tries[0]
            ink.text(*place, point["number"], MEDIUM, LABEL, INK)
            taken.append(place)


    def _on_limit(self, left: float, base: float, length: float) -> bool:
        """Whether words of that length beginning there would stand on a limit line."""
        for limit in self.data["limits"]:
            spots = [(at, self.y(float(level))) for level in limit["levels"] for at in (left, left + length)]
            for piece in limit["pieces"]:
                places = self._piece(piece, limit["x"] == "log")
                for (x1, y1), (x2, y2) in zip(places, places[1:], strict=False):
                    spots += [(at, y1 + (y2 - y1) * (at - x1) / (x2 - x1))
                              for at in (left, left + length / 2, left + length) if x1 <= at <= x2 and x2 > x1]
            if any(base - CAPITALS <= y <= base + 0.5 for _, y in spots):
                return True
        return False


def _plain(value: float) -> str:
    return format(Decimal(f"{value:.9f}").normalize(), "f")


def _named(ink: Ink, y: float, name: Words, *, left: float = 0.0, right: float | None = None, least: float = 0.0) -> None:
    """A name in both languages beginning at `left` or ending at `right` (but no further left than `least`), or in the paper's one."""
    vi, en = name["vi"], name["en"]
    if right is not None:
        left = max(right - (width(en, ITALIC, SMALL) + 1.0 if en else 0.0) - width(vi, MEDIUM, LABEL), least)
    end = ink.text(left, y, vi, MEDIUM, LABEL)
    if en:
        ink.text(end + 1.0, y, en, ITALIC, SMALL, SECONDARY)


def _said(ink: Ink, x: float, y: float, vi: str, en: str) -> float:
    end = ink.text(x, y, vi, REGULAR, LABEL)
    return (ink.text(end + 1.0, y, en, ITALIC, SMALL, SECONDARY) if en else end) + 5.0


def _mark(ink: Ink, x: float, y: float, detector: str) -> None:
    """QP a filled diamond, averages an open triangle, PK a filled square, any other a filled circle."""
    if detector == "QP":
        ink.path(((x, y - MARK), (x + MARK, y), (x, y + MARK), (x - MARK, y)), INK, closed=True, fill=INK)
    elif detector in ("AV", "CAV", "RAV", "RMS"):
        corners = ((x - MARK, y - MARK * 0.8), (x + MARK, y - MARK * 0.8), (x, y + MARK))
        ink.path(corners, INK, 0.8, closed=True, fill=WHITE)
    elif detector == "PK":
        ink.box(x - MARK * 0.85, y - MARK * 0.85, MARK * 1.7, MARK * 1.7, fill=INK)
    else:
        ink.circle(x, y, MARK * 0.8, fill=INK)


def _dashed(ink: Ink, places: Sequence[Point], stroke: float, dashes: Sequence[float], colour: Colour = INK) -> None:
    """A polyline, unbroken or with dashes (drawn, left out, drawn …, in millimetres) that run on around its corners."""
    if not dashes:
        if len(places) == 2:
            ink.rule(*places[0], *places[1], stroke, colour)
        else:
            ink.path(tuple(places), colour, stroke)
        return
    turn, left = 0, dashes[0]
    for (x1, y1), (x2, y2) in zip(places, places[1:], strict=False):
        length = math.hypot(x2 - x1, y2 - y1)
        done = 0.0
        while length - done > 1e-9:
            part = min(left, length - done)
            if turn % 2 == 0:
                a, b = done / length, (done + part) / length
                ink.rule(round(x1 + (x2 - x1) * a, 3), round(y1 + (y2 - y1) * a, 3),
                         round(x1 + (x2 - x1) * b, 3), round(y1 + (y2 - y1) * b, 3), stroke, colour)
            done, left = done + part, left - part
            if left <= 1e-9:
                turn = (turn + 1) % len(dashes)
                left = dashes[turn]

