"""Flowables that papers are composed of: headings, facts in two columns, prose, numbered notes.

Every block composes itself into an `Ink` once for a width, knows its height, and can be split only where its parts allow it.
Bilingual texts are mappings with `vi` and `en`; `en` may be empty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from lab_app.core.paper import style, wording
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import Run, beside, put, set_lines
from lab_app.core.paper.style import NAVY, SECONDARY
from lab_app.core.paper.tags import Element
from lab_app.core.paper.typefaces import ITALIC, MEDIUM, REGULAR, width
from lab_app.core.paper.wording import NO_BREAK, Words

Text = Mapping[str, str]

CONTINUED: Text = Words({"vi": "tiếp theo", "en": "continued"})


class Block(Flowable):  # type: ignore[misc]
    """A flowable that composes its ink once. Subclasses write `compose`."""

    def __init__(self, gap: float = 0.0, after: float = 0.0) -> None:
        """`gap`, `after`: millimetres kept free before (not at the top of a page) and after."""
        super().__init__()
        self.spaceBefore = gap * mm
        self.spaceAfter = after * mm
        self._composed: tuple[float, Ink, float] | None = None

    def compose(self, block_width: float) -> tuple[Ink, float]:
        """The ink for a width in millimetres, and the block's height."""
        raise TypeError(f"{type(self).__name__} composes nothing")

    def composed(self, block_width: float) -> tuple[Ink, float]:
        """`compose`, kept for the width last asked."""
        if self._composed is None or self._composed[0] != block_width:
            self._composed = (block_width, *self.compose(block_width))
        return self._composed[1], self._composed[2]

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        _, height = self.composed(round(available_width / mm, 4))
        self.width, self.height = available_width, height * mm
        return available_width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        return []

    def draw(self) -> None:
        ink, height = self.composed(round(self.width / mm, 4))
        ink.paint(self.canv, height)


@dataclass(slots=True)
class Band:
    """A horizontal strip of a larger block: its ink from its own top edge, and its height."""

    ink: Ink = field(default_factory=Ink)
    height: float = 0.0


def stacked(bands: Sequence[Band]) -> tuple[Ink, float]:
    """Bands under one another as one ink."""
    ink, y = Ink(), 0.0
    for band in bands:
        ink.absorb(band.ink, 0.0, y)
        y += band.height
    return ink, y


def section_heading(number: str, title: Text, *, continued: bool = False, rule_to: float = 0.0) -> Band:
    """A numbered section heading; with `rule_to` (mm) a rule under it for blocks that bring none themselves."""
    band = Band()
    with band.ink.artifact() if continued else band.ink.tagged("H2"):
        x = band.ink.text(0.0, 4.0, number, MEDIUM, style.SECTION, NAVY) if number else 0.0
        x = band.ink.text(max(7.0, x + 2.2) if number else 0.0, 4.0, title["vi"], MEDIUM, style.SECTION, NAVY)
        if title["en"]:
            x = band.ink.text(x + 2.0, 4.0, title["en"], ITALIC, style.SECTION_EN, SECONDARY)
        if continued:
            _continued(band.ink, x, 4.0)
    band.height = 5.2 + 4.0
    if rule_to:
        band.ink.rule(0.0, 7.6, rule_to, 7.6, 0.5, style.SECONDARY)
        band.height = 7.6
    return band


def subsection_heading(number: str, title: Text, *, continued: bool = False) -> Band:
    """A numbered subsection heading, above a table's own rule."""
    band = Band()
    if wording.bounds() and _subsection_end(number, title, continued) > style.TEXT_WIDTH:
        return _subsection_in_lines(number, title, continued)
    with band.ink.artifact() if continued else band.ink.tagged("H3"):
        x = band.ink.text(0.0, 3.6, number, MEDIUM, style.SUBSECTION) if number else 0.0
        x = band.ink.text(x + 2.1 if number else 0.0, 3.6, title["vi"], MEDIUM, style.SUBSECTION)
        if title["en"]:
            x = band.ink.text(x + 2.0, 3.6, title["en"], ITALIC, style.SUBSECTION_EN, SECONDARY)
        if continued:
            _continued(band.ink, x, 3.6)
    band.height = 3.6 + 4.2
    return band


def _again() -> str:
    """The words of a heading that is repeated overleaf."""
    return f"({' '.join(part for part in (CONTINUED['vi'], CONTINUED['en']) if part)})".replace(" ", NO_BREAK)


def _subsection_end(number: str, title: Text, continued: bool) -> float:
    """Where a subsection heading would end in one line (mm)."""
    x = width(number, MEDIUM, style.SUBSECTION) + 2.1 if number else 0.0
    x += width(title["vi"], MEDIUM, style.SUBSECTION)
    if title["en"]:
        x += 2.0 + width(title["en"], ITALIC, style.SUBSECTION_EN)
    return x + 2.0 + width(_again(), REGULAR, style.SUBSECTION_EN) if continued else x


def _subsection_in_lines(number: str, title: Text, continued: bool) -> Band:
    """A subsection heading that one line cannot hold: its words go on beneath, under the title."""
    band = Band()
    runs = beside(title["vi"], title["en"], MEDIUM, style.SUBSECTION, style.SUBSECTION_EN)
    if continued:
        runs.append(Run(f"  {_again()}", REGULAR, style.SUBSECTION_EN, SECONDARY))
    with band.ink.artifact() if continued else band.ink.tagged("H3"):
        x = band.ink.text(0.0, 3.6, number, MEDIUM, style.SUBSECTION) + 2.1 if number else 0.0
        last = put(band.ink, x, 3.6, set_lines(runs, style.TEXT_WIDTH - x), 4.2)
    band.height = last + 4.2
    return band


def _continued(ink: Ink, x: float, y: float) -> None:
    english = CONTINUED["en"]
    x = ink.text(x + 2.0, y, f"({CONTINUED['vi']}" + ("" if english else ")"), REGULAR, style.SUBSECTION_EN, SECONDARY)
    if english:
        ink.text(x + 1.0, y, f"{english})", ITALIC, style.SUBSECTION_EN, SECONDARY)


class Banded(Block):
    """Bands that may part between pages: an opening that repeats, bands, a closing that stays with the last band.

    `opening` is drawn first, `again` in its place on a following page; `least` is how many bands must stay with the opening.
    """

    def __init__(
        self,
        opening: Band,
        bands: Sequence[Band],
        *,
        again: Band | None = None,
        closing: Band | None = None,
        gap: float = style.SECTION_GAP,
        least: int = 1,
    ) -> None:
        super().__init__(gap)
        self.opening, self.bands = opening, list(bands)
        self.again = opening if again is None else again
        self.closing = closing or Band()
        self.least = least

    def compose(self, block_width: float) -> tuple[Ink, float]:
        return stacked([self.opening, *self.bands, self.closing])

    def part(self, opening: Band, bands: Sequence[Band], closing: Band) -> Banded:
        """A piece of this block for one page."""
        return Banded(opening, bands, again=self.again, closing=closing, gap=self.spaceBefore / mm, least=1)

    def break_closing(self) -> Band:
        """What closes a piece that goes on overleaf."""
        return Band()

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        room = available_height / mm - self.opening.height - self.break_closing().height
        count, used = 0, 0.0
        for band in self.bands:
            if used + band.height > room:
                break
            used += band.height
            count += 1
        if count == len(self.bands):  # only the closing does not fit: take the last band with it
            count -= 1
        if count < self.least:
            return []
        return [
            self.part(self.opening, self.bands[:count], self.break_closing()),
            self.part(Band(self.again.ink.unread(), self.again.height), self.bands[count:], self.closing),
        ]


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled fact: label in both languages, the value, and its second line in English."""

    label: Text
    value: str
    en: str = ""
    strong: bool = False
    mark: str = ""
    plain: str = ""


def facts_band(
    facts: Sequence[Fact], column_width: float, label_width: float = style.LABEL_WIDTH, *, air: float = 0.0, bound: bool = False
) -> Band:
    """Facts under one another on the 2.25 mm half unit; values wrap, the next fact keeps clear of them. `air`: from the last baseline
    of a fact to the next one's first (mm), off the grid, for a page that would else not hold what belongs on it. `bound`: a mark stays
    with its label's last word, and nothing is kept free for an English label that is not there."""
    band = Band()
    y = 5.0
    room = column_width - label_width
    bottom = y
    for fact in facts:
        with band.ink.tagged("LI"):
            left, right = _fact(band.ink, fact, y, label_width, room, bool(air) or bound)
        bottom = max(left, right)
        step = math.ceil((bottom + 5.2 - y) / style.HALF_UNIT - 0.05) * style.HALF_UNIT
        y = bottom + air if air else y + max(step, 9.0)
    band.ink.under(Element("L"))
    band.height = bottom + 1.0
    return band


def _fact(ink: Ink, fact: Fact, y: float, label_width: float, room: float, tight: bool = False) -> tuple[float, float]:
    """One fact with its first baselines at `y`; the last baselines of its label and of its value. `tight`: nothing is kept free for an
    English label that is not there."""
    label = fact.label["vi"] + (f"{NO_BREAK if tight else ' '}{fact.mark}" if fact.mark else "")
    with ink.tagged("Lbl"):
        left = put(ink, 0.0, y, set_lines([Run(label, REGULAR, style.LABEL, SECONDARY)], label_width - 2), 3.5)
        english = set_lines([Run(fact.label["en"], ITALIC, style.LABEL_EN, SECONDARY)], label_width - 2)
        if english or not tight:
            left = put(ink, 0.0, left + 3.5, english, 3.2)
    with ink.tagged("LBody"):
        face = MEDIUM if fact.strong else REGULAR
        right = put(ink, label_width, y, set_lines([Run(fact.value, face, style.BODY)], room), 3.9)
        if fact.plain:
            lines = set_lines([Run(fact.plain, REGULAR, style.LABEL, SECONDARY)], room)
            right = put(ink, label_width, right + 3.5, lines, 3.4)
        if fact.en and fact.en != fact.value:
            lines = set_lines([Run(fact.en, ITALIC, style.NOTE_EN, SECONDARY)], room)
            right = put(ink, label_width, right + 3.5, lines, 3.3)
    return left, right


class FactColumns(Block):
    """Two headed columns of facts side by side. `parting`: they may go on overleaf, with at least three facts of each on this page."""

    LEAST = 3

    def __init__(
        self,
        left: tuple[str, Text, Sequence[Fact]],
        right: tuple[str, Text, Sequence[Fact]] | None,
        gap: float = style.SECTION_GAP,
        air: float = 0.0,
        parting: bool = False,
        continued: bool = False,
    ) -> None:
        super().__init__(gap)
        self.left, self.right, self.air, self.parting, self.continued = left, right, air, parting, continued

    def compose(self, block_width: float) -> tuple[Ink, float]:
        column = (block_width - style.COLUMN_GAP) / 2
        ink, height = Ink(), 0.0
        for x, side in ((0.0, self.left), (column + style.COLUMN_GAP, self.right)):
            if side is None or not side[2]:
                continue
            number, title, facts = side
            side_width = column if self.right is not None else block_width
            head = section_heading(number, title, continued=self.continued, rule_to=side_width)
            body = facts_band(facts, side_width, air=self.air, bound=self.parting)
            ink.absorb(head.ink, x)
            ink.absorb(body.ink, x, head.height)
            height = max(height, head.height + body.height)
        return ink, height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        if not self.parting or self.right is None:
            return []
        column = (available_width / mm - style.COLUMN_GAP) / 2
        counts = [self._fitting(side, column, available_height / mm) for side in (self.left, self.right)]
        if min(counts) < self.LEAST:
            return []
        here, rest = [], []
        for (number, title, facts), count in zip((self.left, self.right), counts, strict=True):
            here.append((number, title, facts[:count]))
            rest.append((number, title, facts[count:]))
        parts = {"gap": self.spaceBefore / mm, "air": self.air, "parting": True}
        return [FactColumns(here[0], here[1], **parts), FactColumns(rest[0], rest[1], **parts, continued=True)]  # type: ignore[arg-type]

    def _fitting(self, side: tuple[str, Text, Sequence[Fact]], column: float, room: float) -> int:
        """How many facts of a side fit a height (mm)."""
        number, title, facts = side
        head = section_heading(number, title, rule_to=column).height
        for count in range(len(facts), 0, -1):
            if head + facts_band(facts[:count], column, air=self.air, bound=self.parting).height <= room:
                return count
        return 0


def prose_band(
    text: Text,
    block_width: float,
    *,
    x: float = 0.0,
    number: str = "",
    size: float = style.BODY,
    en_size: float = style.BODY_EN,
    air: float = 2.2,
) -> Band:
    """A paragraph: Vietnamese, then English as its own italic paragraph beneath; optionally numbered in the margin `x`."""
    band = Band()
    with band.ink.tagged("P"):
        if number:
            band.ink.text(0.0, 4.0, number, MEDIUM, size, NAVY)
        leading = 4.5 if size >= style.BODY else 3.6
        y = put(band.ink, x, 4.0, set_lines([Run(text["vi"], REGULAR, size)], block_width - x), leading)
    if text["en"]:
        below = y + (4.1 if size >= style.BODY else 3.4)
        with band.ink.tagged("P", lang="en"):
            y = put(band.ink, x, below, set_lines([Run(text["en"], ITALIC, en_size, SECONDARY)], block_width - x), 3.4)
    band.height = y + air
    return band


def notes_block(
    heading: Band,
    again: Band,
    notes: Sequence[Text],
    block_width: float,
    *,
    numbered: bool = True,
    gap: float = style.SECTION_GAP,
) -> Banded:
    """A headed list of paragraphs that may part between any two of them."""
    heading.height += 0.8
    again.height += 0.8
    bands = [
        prose_band(
            text, block_width, x=7.0 if numbered else 0.0, number=str(place) if numbered else "", air=2.0
        )
        for place, text in enumerate(notes, 1)
    ]
    return Banded(heading, bands, again=again, gap=gap)


def small_print(block_width: float, *parts: Text, top: float = 3.9, beside_english: bool = True) -> Band:
    """Notes right under a table, 7.5 points: Vietnamese and English following on one another."""
    band = Band()
    runs: list[Run] = []
    for place, text in enumerate(parts):
        vi = ("    " if place else "") + text["vi"]
        runs += (
            beside(vi, text["en"], REGULAR, style.NOTE, style.NOTE_EN)
            if beside_english
            else [Run(vi, size=style.NOTE)]
        )
    lines = set_lines(runs, block_width)
    with band.ink.tagged("P"):
        last = put(band.ink, 0.0, top, lines, 3.5)
    band.height = last + 0.8 if lines else 0.0
    return band


class EndMark(Block):
    """The last thing in the body of a paper: *Hết / End of report* between two hairlines."""

    def __init__(self, text: Text, gap: float = 6.0) -> None:
        super().__init__(gap)
        self.text = text

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink = Ink()
        vi, en = self.text["vi"], self.text["en"]
        english = width(en, ITALIC, style.BODY) if en else -2.0
        length = width(vi, MEDIUM, style.BODY) + 2.0 + english
        start = (block_width - length) / 2
        x = ink.text(start, 4.0, vi, MEDIUM, style.BODY)
        if en:
            ink.text(x + 2.0, 4.0, en, ITALIC, style.BODY, SECONDARY)
        for x1, x2 in ((0.0, start - 5.0), (start + length + 5.0, block_width)):
            ink.rule(x1, 3.0, x2, 3.0, style.RULE_HEAD, style.MID)
        return ink, 5.5


def heading_pair(number: str, title: Text, rule_to: float = 0.0) -> tuple[Band, Band]:
    """A section heading and the one that repeats overleaf."""
    return (
        section_heading(number, title, rule_to=rule_to),
        section_heading(number, title, continued=True, rule_to=rule_to),
    )
