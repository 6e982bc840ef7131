"""A swept measurement on a paper: the envelope of its levels, limit lines, numbered peaks and what each limit line says.

Drawn from frozen data alone (`results.queries.traces.frozen_trace`): decimal texts, frequencies in MHz, lowest and highest level of
every column, so that no peak is lost and the same data give the same bytes. Told apart without colour: limits by their dashes and the
letters at their ends, kept peaks by numbers, dropped ones by crosses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from lab_app.core.paper import style, wording
from lab_app.core.paper.blocks import Block
from lab_app.core.paper.ink import Ink, Point
from lab_app.core.paper.style import FAIL, HAIRLINE, MID, NAVY, PASS, SECONDARY, Colour
from lab_app.core.paper.typefaces import ITALIC, MEDIUM, REGULAR, width
from lab_app.core.plot import nice_ticks
from lab_app.core.quantity import canonical_decimal, round_half

HEIGHT: Final = 78.0  # millimetres of the picture itself
LEFT, RIGHT, TOP, BOTTOM = 11.0, 6.0, 5.0, 9.5
LABEL, SMALL = 7.0, 6.4
#: Strokes (points) and dashes (millimetres drawn, left out) by detector; the first for any other.
STROKES: Final[Mapping[str, tuple[float, tuple[float, ...]]]] = {
    "": (0.9, ()), "QP": (0.9, ()), "AV": (0.9, (2.4, 1.1)), "CAV": (0.9, (2.4, 1.1)), "RAV": (0.9, (2.4, 1.1)),
    "PK": (0.9, (0.7, 0.7)), "RMS": (0.9, (3.2, 0.8, 0.7, 0.8)),
}
TRACE: Colour = NAVY
VERDICTS: Final[Mapping[str, tuple[str, str]]] = {
    "PASS": ("Đạt", "Pass"), "FAIL": ("Không đạt", "Fail"), "CONDITIONAL_PASS": ("Đạt có điều kiện", "Conditional pass"),
    "CONDITIONAL_FAIL": ("Không đạt có điều kiện", "Conditional fail"), "NO_STATEMENT": ("Không tuyên bố", "No statement"),
    "NOT_EVALUATED": ("Chưa đánh giá", "Not evaluated"),
}
WHY: Final[Mapping[str, tuple[str, str]]] = {
    "prescan": ("quét sơ bộ, không kết luận", "prescan, no verdict"),
    "detector_differs": ("bộ tách sóng khác với giới hạn", "another detector than the limit's"),
    "detector_unknown": ("đường đo không nêu bộ tách sóng", "the trace states no detector"),
    "unit_differs": ("đơn vị khác với giới hạn", "another unit than the limit's"),
    "not_covered": ("đường đo nằm ngoài giới hạn", "the trace lies outside the limit's span"),
    "not_a_line": ("không xét được trên đường đo", "not judged on a trace"),
}
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "below_offset": ("xa giới hạn", "far below the limit"), "too_near": ("gần đỉnh lớn hơn", "near a greater peak"),
    "beyond_number": ("vượt số điểm", "beyond the number"), "ambient": ("nhiễu nền", "ambient"),
    "no_limit": ("ngoài giới hạn", "outside the limit's span"),
}
PEAK_COLUMNS: Final = 3


def trace_block(use_snapshot: Mapping[str, Any], gap: float = 2.0, after: float = 2.0) -> TraceBlock:
    """The picture of a trace with what it says, from the frozen data of one use."""
    return TraceBlock(use_snapshot, gap, after)


class TraceBlock(Block):
    """Title, picture, limit lines with margins and verdicts, numbered peaks; never split."""

    def __init__(self, data: Mapping[str, Any], gap: float = 2.0, after: float = 2.0) -> None:
        super().__init__(gap, after)
        self.data = data

    def compose(self, block_width: float) -> tuple[Ink, float]:
        """Ink for a width in millimetres, and the height."""
        ink = Ink()
        y = _title(ink, self.data)
        _Picture(self.data, block_width).draw(ink, y)
        y += HEIGHT
        y = _lines(ink, self.data, y, block_width)
        y = _peaks(ink, self.data, y, block_width)
        return ink, y + 1.0


def _title(ink: Ink, data: Mapping[str, Any]) -> float:
    instrument = data["instrument"]
    first = "  ·  ".join(part for part in (
        data["conditions"], f"{data['detector']}" if data["detector"] else "",
        f"RBW {wording.number(_kilo(data['rbw']))} kHz" if data["rbw"] else "") if part)
    second = "  ·  ".join(part for part in (
        f"{instrument['code']} {instrument['name_vi']}", wording.moment(data["captured_at"]), data["file"]["name"],
        f"SHA-256 {data['file']['sha256'][:16]}…") if part)
    if first:
        ink.text(0.0, 3.2, wording.bind(first), MEDIUM, style.SUBSECTION)
    ink.text(0.0, 6.8 if first else 3.2, second, REGULAR, SMALL, SECONDARY)
    return 8.4 if first else 4.8


def _kilo(hertz: str) -> str:
    """Hz as kHz, without idle zeros."""
    return canonical_decimal(Decimal(hertz) / 1000)


# ---- the picture ----------------------------------------------------------------------------------------


class _Picture:
    """Places of frequencies and levels in millimetres, and the marks there."""

    def __init__(self, data: Mapping[str, Any], block_width: float) -> None:
        self.data = data
        self.log = data["x"] == "log"
        self.low, self.high = float(data["low"]), float(data["high"])
        if self.high <= self.low:
            self.low, self.high = self.low - 0.5, self.high + 0.5
        self.right, self.floor = block_width - RIGHT, HEIGHT - BOTTOM
        levels = [float(v) for column in data["columns"] for v in column[1:]]
        for limit in data["limits"]:
            levels += [float(v) for piece in limit["pieces"] for v in self._shown(piece)] + [float(v) for v in limit["levels"]]
        least, most = (min(levels), max(levels)) if levels else (0.0, 1.0)
        room = max(most - least, 1.0) * 0.06
        self.bottom, self.top = least - room, most + room * 1.6

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
        """Grid, trace, limits, peaks, axes."""
        own = Ink()
        self._grid(own)
        self._trace(own)
        for limit in self.data["limits"]:
            self._limit(own, limit)
        for peak in self.data["peaks"]:
            self._peak(own, peak)
        own.box(LEFT, TOP, self.right - LEFT, self.floor - TOP, stroke=MID, weight=0.5)
        x = own.text(LEFT, HEIGHT - 1.4, "Tần số", REGULAR, LABEL, SECONDARY)
        x = own.text(x + 0.8, HEIGHT - 1.4, "Frequency", ITALIC, SMALL, SECONDARY)
        own.text(x + 0.8, HEIGHT - 1.4, "(MHz)", REGULAR, LABEL, SECONDARY)
        x = own.text(LEFT, 3.6, "Mức", REGULAR, LABEL, SECONDARY)
        x = own.text(x + 0.8, 3.6, "Level", ITALIC, SMALL, SECONDARY)
        own.text(x + 0.8, 3.6, f"({self.data['unit']})", REGULAR, LABEL, SECONDARY)
        ink.absorb(own, 0.0, dy)

    def _grid(self, ink: Ink) -> None:
        for tick in nice_ticks(self.bottom, self.top, 6):
            y = self.y(float(tick))
            ink.rule(LEFT, y, self.right, y, 0.25, HAIRLINE)
            ink.text(LEFT - 1.2, y + 0.9, wording.number(format(tick, "f")), REGULAR, LABEL, SECONDARY, "right")
        last = -math.inf
        for value, text in self._x_ticks():
            x = self.x(value)
            ink.rule(x, TOP, x, self.floor, 0.25, HAIRLINE)
            if text and x - last > width(text, REGULAR, LABEL) + 1.5:
                ink.text(x, self.floor + 3.2, text, REGULAR, LABEL, SECONDARY, "centre")
                last = x
        return

    def _x_ticks(self) -> Iterator[tuple[float, str]]:
        if not self.log:
            for tick in nice_ticks(self.low, self.high, 8):
                yield float(tick), wording.number(format(tick, "f"))
            return
        ends = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for decade in range(ends[0], ends[1] + 1):
            for step in range(1, 10):
                value = step * 10.0**decade
                if self.low * 0.999999 <= value <= self.high * 1.000001:
                    plain = f"{value:.9f}".rstrip("0").rstrip(".")
                    yield value, wording.number(plain) if step in (1, 2, 3, 5) else ""

    def _trace(self, ink: Ink) -> None:
        points: list[Point] = []
        for f, low, high in self.data["columns"]:
            x, bottom, top = self.x(float(f)), self.y(float(low)), self.y(float(high))
            points += [(x, top)] if bottom == top else [(x, bottom), (x, top)]
        if len(points) > 1:
            ink.path(tuple(points), TRACE, 0.45)
        elif points:
            ink.circle(*points[0], 0.6, fill=TRACE)

    def _limit(self, ink: Ink, limit: Mapping[str, Any]) -> None:
        stroke, dashes = STROKES.get(limit["detector"], STROKES[""])
        for level in limit["levels"]:
            y = self.y(float(level))
            _dashed(ink, [(LEFT, y), (self.right, y)], stroke, dashes)
        ends: list[Point] = []
        for piece in limit["pieces"]:
            places = self._piece(piece, limit["x"] == "log")
            if not places:
                continue
            if ends and abs(ends[-1][0] - places[0][0]) < 0.02 and ends[-1][1] != places[0][1]:
                _dashed(ink, [ends[-1], places[0]], stroke * 0.6, dashes)  # the step between two pieces
            _dashed(ink, places, stroke, dashes)
            ends += [places[0], places[-1]]
        anchor = ends[0] if ends else (LEFT, self.y(float(limit["levels"][0]))) if limit["levels"] else None
        if anchor is not None:
            ink.text(anchor[0] + 1.0, anchor[1] - 0.9, limit["detector"] or limit["parameter"], MEDIUM, LABEL, FAIL)

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

    def _peak(self, ink: Ink, peak: Mapping[str, Any]) -> None:
        f = float(peak["f"])
        if not self.low <= f <= self.high:
            return
        x, y = self.x(f), self.y(float(peak["level"]))
        if not peak["kept"]:
            arm = 0.7
            ink.rule(x - arm, y - arm, x + arm, y + arm, 0.5, MID)
            ink.rule(x - arm, y + arm, x + arm, y - arm, 0.5, MID)
            return
        ink.circle(x, y, 0.75, fill=style.INK)
        ink.text(x, max(y - 1.4, TOP + 2.0), str(peak["n"]), MEDIUM, LABEL, style.INK, "centre")


def _dashed(ink: Ink, places: Sequence[Point], stroke: float, dashes: Sequence[float]) -> None:
    """A polyline, unbroken or with dashes (drawn, left out, drawn …, in millimetres) that run on around its corners."""
    if not dashes:
        if len(places) == 2:
            ink.rule(*places[0], *places[1], stroke, FAIL)
        else:
            ink.path(tuple(places), FAIL, stroke)
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
                         round(x1 + (x2 - x1) * b, 3), round(y1 + (y2 - y1) * b, 3), stroke, FAIL)
            done, left = done + part, left - part
            if left <= 1e-9:
                turn = (turn + 1) % len(dashes)
                left = dashes[turn]


# ---- in words -------------------------------------------------------------------------------------------


def _lines(ink: Ink, data: Mapping[str, Any], y: float, block_width: float) -> float:
    """Each limit line: its mark, name, smallest margin with its frequency, verdict; then what is not covered."""
    for line in data["lines"]:
        y += 4.2
        stroke, dashes = STROKES.get(line["detector"], STROKES[""])
        _dashed(ink, [(0.0, y - 0.9), (6.5, y - 0.9)], stroke, dashes)
        x = ink.text(8.0, y, line["name_vi"], REGULAR, style.DENSE)
        if line["name_en"]:
            x = ink.text(x + 1.2, y, line["name_en"], ITALIC, style.DENSE_EN, SECONDARY)
        says, colour = _said(line)
        ink.text(block_width, y, says, MEDIUM, style.DENSE, colour, "right")
        for spans, vi, en in ((line["gaps"], "không có giới hạn", "no limit"), (line["unmeasured"], "không quét", "not swept")):
            if spans:
                y += 3.4
                text = "; ".join(f"{wording.number(a)}–{wording.number(b)} MHz" for a, b in spans[:6]) + (" …" if len(spans) > 6 else "")
                x = ink.text(8.0, y, f"{vi}: {text}", REGULAR, SMALL, SECONDARY)
                ink.text(x + 1.2, y, en, ITALIC, SMALL, SECONDARY)
    return y


def _said(line: Mapping[str, Any]) -> tuple[str, Colour]:
    margin = ""
    if line["margin"] is not None and line["worst"]:
        margin = f"{wording.number(_rounded(line['margin'], line['places']), signed=True)} dB · {wording.number(line['worst'][0]['f'])} MHz"
    if line["why"]:
        vi, en = WHY.get(line["why"], (line["why"], ""))
        return wording.bind("  ".join(p for p in (margin, f"{vi} / {en}") if p)), SECONDARY
    vi, en = VERDICTS.get(line["verdict"], ("Chưa đánh giá", "Not evaluated"))
    colour = PASS if line["verdict"] == "PASS" else FAIL if line["verdict"] in ("FAIL", "CONDITIONAL_FAIL") else style.CONDITIONAL
    return wording.bind(f"{margin}  {vi} / {en}"), colour


def _rounded(text: str, places: int) -> str:
    """A level or margin at the places of its results; frozen numbers keep every digit."""
    return format(round_half(Decimal(text), places), "f")


def _peaks(ink: Ink, data: Mapping[str, Any], y: float, block_width: float) -> float:
    """The numbered peaks in columns, then how many were dropped for which reason."""
    kept = [peak for peak in data["peaks"] if peak["kept"]]
    places = {line["parameter"]: line["places"] for line in data["lines"]}
    if kept:
        y += 2.0
        column = block_width / PEAK_COLUMNS
        for n, peak in enumerate(kept):
            if n % PEAK_COLUMNS == 0:
                y += 3.6
            x = (n % PEAK_COLUMNS) * column
            ink.text(x + 4.0, y, str(peak["n"]), MEDIUM, SMALL, style.INK, "right")
            digits = places.get(peak["parameter"], 2)
            words = f"{wording.number(peak['f'])} MHz   {wording.number(_rounded(peak['level'], digits))} {data['unit']}"
            if peak["margin"] is not None:
                words += f"   {wording.number(_rounded(peak['margin'], digits), signed=True)} dB"
            ink.text(x + 5.5, y, words, REGULAR, SMALL)
    if data["counts"]:
        y += 4.0
        told = "; ".join(f"{REASONS.get(code, (code, ''))[0]}: {count}" for code, count in sorted(data["counts"].items()))
        english = "; ".join(f"{REASONS.get(code, (code, code))[1]}: {count}" for code, count in sorted(data["counts"].items()))
        x = ink.text(0.0, y, f"Đỉnh không giữ (×): {told}", REGULAR, SMALL, SECONDARY)
        if x + width(f"Peaks not kept: {english}", ITALIC, SMALL) + 3 > block_width:
            x, y = -1.5, y + 3.2
        ink.text(x + 1.5, y, f"Peaks not kept: {english}", ITALIC, SMALL, SECONDARY)
    return y
