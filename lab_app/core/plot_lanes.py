"""Spans and events over time, one lane a subject: the life of a thing. Drawn like any plot, on pages and papers."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lab_app.core.plot import CHARACTER, Drawing, Tone, date_ticks, number_of

LANE, TOP, BASE, RIGHT = 30.0, 10.0, 30.0, 14.0
TICKS = 7
THIN = 3.0  # a day in ten years is narrower than a line: spans keep this width


@dataclass(frozen=True)
class Span:
    """From a day until another (exclusive; `None`: until the end of the picture)."""

    begin: date
    end: date | None
    tone: Tone
    title: str = ""


@dataclass(frozen=True)
class Moment:
    """Something that happened on a day."""

    on: date
    tone: Tone
    title: str = ""


@dataclass(frozen=True)
class Lane:
    """One row of the picture."""

    label: str
    spans: Sequence[Span] = ()
    moments: Sequence[Moment] = ()


@dataclass(frozen=True)
class Lanes:
    """The picture: lanes from `begin` to `end`, with the day that is today marked when it lies between."""

    title: str
    lanes: Sequence[Lane]
    begin: date
    end: date
    today: date | None = None
    width: int = 720

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(lane.spans or lane.moments for lane in self.lanes) or self.end <= self.begin


def drawn_lanes(picture: Lanes) -> Drawing:
    """The lanes as marks; what lies outside `begin`..`end` is cut off. Refuses an empty picture."""
    if picture.empty:
        raise ValueError("nothing to draw")
    height = TOP + LANE * len(picture.lanes) + BASE
    out = Drawing(float(picture.width), height)
    low, high = number_of(picture.begin, "date"), number_of(picture.end, "date")
    left = 12 + CHARACTER * max(len(lane.label) for lane in picture.lanes)
    right, base = picture.width - RIGHT, height - BASE

    def at(day: date) -> float:
        return round(left + (min(max(number_of(day, "date"), low), high) - low) / (high - low) * (right - left), 2)

    for value, word in date_ticks(low, high, TICKS):
        x = round(left + (value - low) / (high - low) * (right - left), 2)
        out.lines.append(("grid", [(x, TOP), (x, base)]))
        out.texts.append(("label", x, base + 17, word, "middle"))
    for row, lane in enumerate(picture.lanes):
        middle = TOP + LANE * (row + 0.5)
        out.texts.append(("label", left - 8, middle + 4, lane.label, "end"))
        out.lines.append(("grid", [(left, middle), (right, middle)]))
        for span in lane.spans:
            end = span.end or picture.end
            if end <= picture.begin or span.begin >= picture.end:
                continue
            x = at(span.begin)
            out.bars.append((span.tone, x, middle - 7, max(at(end) - x, THIN), 14.0, span.title))
        for moment in lane.moments:
            if picture.begin <= moment.on <= picture.end:
                out.dots.append((moment.tone, at(moment.on), middle, moment.title))
    if picture.today is not None and picture.begin <= picture.today <= picture.end:
        out.dashes.append(("muted", [(at(picture.today), TOP), (at(picture.today), base)]))
    return out
