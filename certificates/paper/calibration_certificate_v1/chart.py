"""The picture of layout calibration-certificate/1: the errors at the point nearest to its limit, with U, against the zones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from certificates.paper.calibration_certificate_v1 import words
from certificates.paper.calibration_certificate_v1.results import STAGES, Row, rows_of
from lab_app.core.paper import style, wording
from lab_app.core.paper.blocks import Block, section_heading
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import shrink
from lab_app.core.paper.style import INK, MID, SECONDARY, WHITE, Colour
from lab_app.core.paper.typefaces import ITALIC, MEDIUM, REGULAR, width

LEFT, RIGHT = 48.0, 172.0
#: Inside the limit but within the guard band; outside it by no more than the guard band.
INNER: Colour = (0.9255, 0.9333, 0.9412)
OUTER: Colour = (0.8588, 0.8784, 0.9059)
ROW_PITCH = 10.0
NICE = (1.0, 1.2, 1.6, 2.0, 2.4, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Charted:
    """The errors of one point: (stage, error, U) as found and as left, the limit, the guard band (0: none) and the unit."""

    point: str
    unit: str
    limit: float
    guard: float
    errors: tuple[tuple[str, float, float, str], ...]


def charted(snapshot: Mapping[str, Any]) -> Charted | None:
    """The point with the largest error against its limit; None when nothing was judged against a limit of the absolute value."""
    best: tuple[Decimal, Row] | None = None
    for row in rows_of(snapshot):
        for stage in STAGES:
            line = row.of(stage)
            limit = (line or {}).get("limit") or {}
            if line is None or limit.get("operator") != "abs<=" or not _error_known(line) or not line.get("verdict"):
                continue
            share = abs(Decimal(line["result"]["value"])) / Decimal(limit["value"])
            if best is None or share > best[0]:
                best = (share, row)
    return _of(best[1]) if best else None


def _error_known(line: Mapping[str, Any]) -> bool:
    """Whether the error is a number; one that is only a bound has no place on an axis."""
    return bool(line["result"].get("value")) and not line["result"].get("operator")


def _of(row: Row) -> Charted:
    told = row.any["calibrated"]
    errors, guard = [], 0.0
    for stage in STAGES:
        line = row.of(stage)
        if line is None or not _error_known(line):
            continue
        value, u = line["result"]["value"], (line.get("uncertainty") or {}).get("value") or "0"
        guard = max(guard, float(line.get("guard_band") or 0))
        errors.append((stage, float(value), float(u), f"{wording.number(value, signed=True)} ± {wording.number(u)}"))
    return Charted(told["point"] or told["reference"], row.any["unit"], float(row.any["limit"]["value"]), guard, tuple(errors))


def axis_end(pair: Charted) -> float:
    """A round number beyond everything that is drawn."""
    reach = max([pair.limit + pair.guard, *(abs(error) + u for _, error, u, _ in pair.errors)]) * 1.08
    power = 10.0 ** math.floor(math.log10(reach))
    return next(nice * power for nice in NICE if nice * power >= reach)


def spoken(pair: Charted) -> str:
    """The picture in words: each error with its U, the limit, the guard band."""
    errors = "; ".join(f"{words.STAGES[stage]['vi']} {shown} {pair.unit}" for stage, _, _, shown in pair.errors)
    zone = f"; w {wording.number(_plain(pair.guard))} {pair.unit}" if pair.guard else ""
    return f"{words.ERROR['vi']}, {pair.point}: {errors}; MPE ±{wording.number(_plain(pair.limit))} {pair.unit}{zone}."


class ErrorChart(Block):
    """Zones about ± the limit, each stage as a dot with its U; numbers beside the dots, the limits named on their lines."""

    def __init__(self, pair: Charted, number: str) -> None:
        super().__init__(gap=style.SECTION_GAP)
        self.pair, self.number = pair, number

    def compose(self, block_width: float) -> tuple[Ink, float]:
        pair, ink = self.pair, Ink()
        title = {
            "vi": " ".join(part for part in (words.POINT_CHART["vi"], pair.point, words.POINT["vi"]) if part),
            "en": f"{words.POINT_CHART['en']} {pair.point} {words.POINT['en']}" if words.POINT["en"] else "",
        }
        head = section_heading(self.number, title)
        ink.absorb(head.ink)
        with ink.tagged("Figure", alt=spoken(pair)):
            return ink, self._picture(ink, head.height)

    def _picture(self, ink: Ink, under: float) -> float:
        """The zones and the errors beneath a heading that ends at `under`; the picture's bottom."""
        pair = self.pair
        end = axis_end(pair)
        top = under + 4.6
        bottom = top + 7.0 + ROW_PITCH * len(pair.errors)

        def at(value: float) -> float:
            return (LEFT + RIGHT) / 2 + value / end * (RIGHT - LEFT) / 2

        for sign in (-1, 1):
            for inner, outer, colour in ((pair.limit - pair.guard, pair.limit, INNER), (pair.limit, pair.limit + pair.guard, OUTER)):
                low, high = sorted((at(sign * inner), at(sign * outer)))
                if high > low:
                    ink.box(low, top, high - low, bottom - top, fill=colour)
            ink.rule(at(sign * pair.limit), top - 1.6, at(sign * pair.limit), bottom, 1.1, INK)
            named = f"{'+' if sign > 0 else wording.MINUS}MPE {wording.number(_plain(pair.limit))}"
            ink.text(at(sign * pair.limit), top - 2.6, named, REGULAR, style.HEADS, align="centre")
        ink.rule(at(0.0), top, at(0.0), bottom, style.RULE_HEAD, MID)
        if at(pair.limit - pair.guard) - at(0.0) > 12.0:
            x = ink.text(at(0.0) - 16.0, top + 4.0, words.NARROW["pass"]["vi"], MEDIUM, style.HEADS)
            ink.text(x + 1.0, top + 4.0, words.NARROW["pass"]["en"], ITALIC, style.HEADS_EN, SECONDARY)
        for place, (stage, error, u, shown) in enumerate(pair.errors):
            self._error(ink, top + 10.0 + ROW_PITCH * place, stage, at(error - u), at(error), at(error + u), shown)
        ink.rule(LEFT, bottom, RIGHT, bottom, style.RULE_HEAD, INK)
        for tick in (-1.0, -0.5, 0.0, 0.5, 1.0):
            ink.rule(at(tick * end), bottom, at(tick * end), bottom + 1.2, style.RULE_HEAD, INK)
            shown = wording.number(_plain(tick * end))
            last = tick == 1.0  # nothing passes the text block
            ink.text(RIGHT if last else at(tick * end), bottom + 4.4, shown, REGULAR, style.HEADS, align="right" if last else "centre")
        label = "   ".join(f"{name}, {pair.unit}" for name in (words.ERROR["vi"], words.ERROR["en"]) if name)
        ink.text(RIGHT, bottom + 8.4, label, ITALIC, style.HEADS_EN, SECONDARY, "right")
        return bottom + 8.8

    def _error(self, ink: Ink, y: float, stage: str, low: float, middle: float, high: float, shown: str) -> None:
        label = words.STAGES[stage]
        ink.text(0.0, y, label["vi"], MEDIUM, style.TABLE, INK)
        ink.text(0.0, y + 3.4, label["en"], ITALIC, style.TABLE_EN, SECONDARY)
        ink.rule(low, y, high, y, 1.0, INK)
        for x in (low, high):
            ink.rule(x, y - 1.2, x, y + 1.2, 1.0, INK)
        ink.circle(middle, y, 1.35, fill=WHITE if stage == "as_found" else INK, stroke=INK, weight=1.0)
        size = shrink(shown, MEDIUM, style.TABLE, 40.0, 6.5)
        length = width(shown, MEDIUM, size)
        # The figures keep clear of the lines of the limits: towards the middle when the dot stands in the outer half.
        inwards = abs(middle - (LEFT + RIGHT) / 2) > (RIGHT - LEFT) / 4
        if inwards == (middle > (LEFT + RIGHT) / 2):
            ink.text(low - 2.0 - length, y + 1.0, shown, MEDIUM, size)
        else:
            ink.text(high + 2.0, y + 1.0, shown, MEDIUM, size)


def _plain(value: float) -> str:
    """A number of the axis as a canonical decimal."""
    return format(Decimal(repr(round(value, 9))).normalize(), "f")
