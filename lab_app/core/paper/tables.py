"""Ruled tables: rules, not boxes; a head of two lines, Vietnamese over English; numbers on the decimal comma.

0.9 pt above the head, 0.4 pt under it, hairlines between groups, 0.9 pt at the end; no vertical rule, no zebra. A table parts
only between its bands and repeats its heading, marked as continued, and its head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lab_app.core.paper import style
from lab_app.core.paper.blocks import Band, Banded, Text, stacked
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import Run, put, set_lines, shrink
from lab_app.core.paper.style import INK, SECONDARY, Colour
from lab_app.core.paper.tags import Element
from lab_app.core.paper.typefaces import ITALIC, MEDIUM, REGULAR, width
from lab_app.core.paper.wording import decimal_mark, only

Placing = Literal["left", "right", "centre", "decimal"]

#: Of a head in two languages, in one.
HEAD_HEIGHT, SINGLE_HEAD_HEIGHT = 9.5, 6.2


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the x its entries are set from (left edge, right edge, centre, or the decimal comma), and its room in mm.

    `head_x` places the head when it differs from the entries (a head over decimals ends at the right edge of the figures).
    """

    head: Text
    x: float
    room: float
    placing: Placing = "left"
    head_x: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry: Vietnamese (or language-free) text, English beside or beneath it, face and colour."""

    text: str = ""
    en: str = ""
    face: str = REGULAR
    colour: Colour = INK
    mark: str = ""


def decimal(ink: Ink, x: float, y: float, text: str, face: str, size: float, colour: Colour = INK) -> None:
    """Put a number so that its decimal comma stands at `x`; integers end there, the decimals run on from there."""
    whole = text.partition(decimal_mark())[0]
    ink.text(x - width(whole, face, size), y, text, face, size, colour)


def decimal_within(
    ink: Ink,
    x: float,
    y: float,
    text: str,
    face: str,
    size: float,
    left: float,
    right: float,
    colour: Colour = INK,
) -> None:
    """Put a number on its decimal comma where it fits between `left` and `right`; else against `right`, smaller if it must be."""
    whole = text.partition(decimal_mark())[0]
    before, length = width(whole, face, size), width(text, face, size)
    if before <= x - left and length - before <= right - x:
        ink.text(x - before, y, text, face, size, colour)
    else:
        ink.text(right, y, text, face, shrink(text, face, size, right - left, 5.5), colour, "right")


def head_band(columns: Sequence[Column], table_width: float) -> Band:
    """The table's top rule, its two-line head and the rule beneath."""
    head_height = HEAD_HEIGHT if not only() else SINGLE_HEAD_HEIGHT
    band = Band(height=head_height)
    band.ink.rule(0.0, 0.0, table_width, 0.0, style.RULE_TABLE)
    with band.ink.tagged("TR"):
        for column in columns:
            x = column.x if column.head_x is None else column.head_x
            align = "right" if column.placing == "decimal" else column.placing
            with band.ink.tagged("TH", scope="Column"):
                band.ink.text(x, 4.1, column.head["vi"], MEDIUM, style.HEADS, INK, align)
                if column.head["en"]:
                    band.ink.text(x, 7.6, column.head["en"], ITALIC, style.HEADS_EN, SECONDARY, align)
    band.ink.rule(0.0, head_height, table_width, head_height, style.RULE_HEAD, SECONDARY)
    return band


def row_band(
    columns: Sequence[Column],
    cells: Sequence[Cell],
    *,
    size: float = style.DENSE,
    en_size: float = style.DENSE_EN,
    first: float = 3.5,
    pitch: float = style.LEADING,
    leading: float = 3.5,
) -> Band:
    """One row. Text wraps within its column's room; English stands beside Vietnamese where both fit on the line, else under it."""
    band = Band()
    last = first
    with band.ink.tagged("TR"):
        for column, cell in zip(columns, cells, strict=True):
            with band.ink.tagged("TD"):
                if cell.text or cell.en:
                    last = max(last, _entry(band.ink, column, cell, size, en_size, first, leading))
    band.height = max(pitch, last + pitch - first)
    return band


def _entry(ink: Ink, column: Column, cell: Cell, size: float, en_size: float, first: float, leading: float) -> float:
    """One entry in its column; its last baseline."""
    if column.placing == "decimal":
        decimal(ink, column.x, first, cell.text, cell.face, size, cell.colour)
        return first
    runs = [Run(cell.text, cell.face, size, cell.colour)] if cell.text else []
    if cell.mark:
        runs.append(Run("\u202f" + cell.mark, REGULAR, size, INK))
    english = Run(cell.en, ITALIC, en_size, SECONDARY) if cell.en and cell.en != cell.text else None
    lines = set_lines(runs, column.room)
    if english is not None:
        together = set_lines([*runs, Run("  " + english.text, ITALIC, en_size, SECONDARY)], column.room)
        lines = together if len(together) == 1 else lines + set_lines([english], column.room)
    x = column.x - {"left": 0.0, "right": column.room, "centre": column.room / 2}[column.placing]
    return put(ink, x, first, lines, leading, column.placing, column.room)


class RuledTable(Banded):
    """A table of bands between a head and an end rule, with its heading above and notes beneath."""

    def __init__(
        self,
        heading: Band,
        again: Band,
        columns: Sequence[Column],
        bands: Sequence[Band],
        *,
        table_width: float,
        hairlines: int = 0,
        foot: Band | None = None,
        gap: float = style.SECTION_GAP,
        lead: float = 0.8,
        least: int = 1,
    ) -> None:
        """`hairlines`: draw one after every so many bands (0: none). `lead`: air above the first band and under the last."""
        head = head_band(columns, table_width)
        head.height += lead
        whole = Element("Table")
        head.ink.under(whole)
        for band in bands:
            band.ink.under(whole)
        end = Band(height=lead)
        end.ink.rule(0.0, lead, table_width, lead, style.RULE_TABLE)
        if hairlines:
            for place, band in enumerate(bands[:-1], 1):
                if place % hairlines == 0:
                    band.ink.rule(0.0, band.height, table_width, band.height, style.RULE_HAIR, style.HAIRLINE)
        super().__init__(
            _joined(heading, head),
            bands,
            again=_joined(again, Band(head.ink.unread(), head.height)),
            closing=_joined(end, foot) if foot else end,
            gap=gap,
            least=least,
        )
        self._end = end

    def break_closing(self) -> Band:
        return self._end


def _joined(*bands: Band) -> Band:
    ink, height = stacked(bands)
    return Band(ink, height)
