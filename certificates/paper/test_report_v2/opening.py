"""The first page of layout test-report/2: so set that the methods stand on it wherever that can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from certificates.paper.offline_check import SIDE, OfflineCheck
from certificates.paper.test_report_v1 import opening, words
from certificates.paper.test_report_v2 import own_words as own
from lab_app.core.paper import style
from lab_app.core.paper.blocks import Block
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import Run, put, set_lines
from lab_app.core.paper.style import FAIL, SECONDARY
from lab_app.core.paper.typefaces import BOLD, ITALIC, REGULAR

#: What the first page has for the body (mm).
ROOM = style.BODY_BOTTOM - style.LETTERHEAD_RULE

SHORT_VERDICTS = ("pass",)
#: From one fact to the next (mm) when the page is short of room, the widest first.
AIRS = (5.0, 4.75, 4.5, 4.25)


class Title(opening.Title):
    """The title with the stamps of the paper; a simplified report says so."""

    number_x = 131.0

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink, height = super().compose(block_width)
        simplified = self.snapshot.get("simplified")
        if simplified and not self.snapshot["marks"]:
            self._stamp(ink, 46.0, 17.8, own.SIMPLIFIED)
        return ink, height

    def _stamp(self, ink: Ink, x: float, y: float, stamp: words.Word) -> float:
        """The stamp in both languages, or in the one of the paper."""
        if stamp["en"]:
            return super()._stamp(ink, x, y, stamp)
        end = ink.text(x + 1.8, y, stamp["vi"], BOLD, 9.5, FAIL)
        ink.box(x, y - 4.1, end + 1.8 - x, 5.8, stroke=FAIL, weight=0.9)
        return end + 1.8


class Conclusion(opening.Conclusion):
    """The overall verdict; a draft says in the place of the second symbol where that will stand. A short verdict leaves the sentence
    more room."""

    def __init__(self, snapshot: Mapping[str, Any]) -> None:
        super().__init__(snapshot)
        if snapshot["conclusion"]["verdict"] in SHORT_VERDICTS:
            self.statement_x = 50.0
        self.keeps_room = snapshot["state"] == "draft"

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink, height = super().compose(block_width)
        if self.snapshot["state"] == "draft":
            room = SIDE - 4.0
            y = put(ink, block_width - room, 9.0, set_lines([Run(own.NO_QR["vi"], REGULAR, style.NOTE, SECONDARY)], room), 3.6)
            if own.NO_QR["en"]:
                put(ink, block_width - room, y + 3.6, set_lines([Run(own.NO_QR["en"], ITALIC, style.NOTE_EN, SECONDARY)], room), 3.3)
            height = max(height, 26.0)
        return ink, height


def first_page(snapshot: Mapping[str, Any], number: int, numbers: Mapping[str, str]) -> list[Flowable]:
    """Title, amendment, conclusion, customer and item, summary, methods. `number`: that of the summary; `numbers`: of the results'
    sections, by key. The facts are set as tightly as it takes to keep the methods on the page, else the summary, else themselves."""
    head, tables = _head(snapshot), _tables(snapshot, number, numbers)
    room = ROOM - _height(head)
    tried: list[tuple[list[Flowable], float]] = []  # facts with their height, each set only when a looser one does not do
    for kept in range(len(tables), -1, -1):
        left = room - _height(tables[:kept])
        for place, air in enumerate((0.0, *AIRS)):
            if place == len(tried):
                facts: list[Flowable] = list(opening.facts_columns(snapshot, air, parting=True))
                tried.append((facts, _height(facts)))
            facts, height = tried[place]
            if height <= left:
                return [*head, *facts, *tables]
    return [*head, *tried[0][0], *tables]


def _height(blocks: Sequence[Flowable]) -> float:
    """Millimetres the blocks take under one another, with the space before each (a page's first block, the title, asks for none)."""
    total = 0.0
    for block in blocks:
        assert isinstance(block, Block)
        total += block.composed(style.TEXT_WIDTH)[1] + (block.spaceBefore + block.spaceAfter) / mm
    return total


def _head(snapshot: Mapping[str, Any]) -> list[Flowable]:
    """What stands over the facts."""
    story: list[Flowable] = [Title(snapshot)]
    if snapshot["amendment"]:
        story += opening.amendment_blocks(snapshot)
    if snapshot["conclusion"]:
        story.append(Conclusion(snapshot))
    elif snapshot.get("offline_check"):
        story.append(OfflineCheck(snapshot["offline_check"]))
    return story


def _tables(snapshot: Mapping[str, Any], number: int, numbers: Mapping[str, str]) -> list[Flowable]:
    """What stands under them, and may follow on the second page: summary and methods."""
    summary = [opening.summary_table(snapshot, str(number))] if snapshot["summary"] else []
    return [*summary, opening.methods_table(snapshot, str(number + len(summary)), numbers)]


__all__ = ["Conclusion", "Title", "first_page"]
