"""Sets the record of an instrument on A4 in the paper style of the house: same record, same bytes."""
from __future__ import annotations

from dataclasses import dataclass

from reportlab.platypus import Flowable, KeepTogether

from instruments.dossier import Paper, Section, Word, word
from lab_app.core.paper import style
from lab_app.core.paper.blocks import (
    Band,
    Banded,
    Block,
    EndMark,
    Fact,
    facts_band,
    heading_pair,
    prose_band,
    section_heading,
    subsection_heading,
)
from lab_app.core.paper.page import Furniture, build
from lab_app.core.paper.plot import PlotBlock
from lab_app.core.paper.request_forms import TitleBlock
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import MEDIUM, MissingGlyph, composed, missing_characters


@dataclass(frozen=True)
class Kind:
    """What sort of record a paper is of: its title, the words at the foot, the clause it answers, its last words."""

    title: Word
    statement: Word
    clause: str
    end: Word


DOSSIER = Kind(
    word("Hồ sơ thiết bị", "Equipment record"),
    word(
        "In từ hồ sơ điện tử vào ngày ghi ở trang đầu; tình trạng hiện thời xem khi quét mã.",
        "Printed from the electronic record on the day stated on page 1; scan the code for the present status.",
    ),
    "6.4.13", word("Hết", "End of record"),
)
GAP = 3.0
LABEL = 34.0


def draw(paper: Paper, kind: Kind = DOSSIER) -> bytes:
    """The paper as a PDF file. MissingGlyph names a character that the faces lack and where it stands."""
    texts = [[s.title, s.facts, s.rows, s.note or ""] for s in paper.sections]
    missing = missing_characters([paper.laboratory, paper.name, texts])
    if missing:
        raise MissingGlyph(missing)
    furniture = Furniture(
        laboratory=composed(paper.laboratory), title=kind.title, number_label=word("Mã", "Code"), number=paper.code, form_code=kind.clause,
        statement=kind.statement, address=paper.code, address_label=word("Mã", "Code"), qr=paper.code,
    )
    story: list[Flowable] = [TitleBlock(kind.title, paper.code, paper.drawn_on), _Name(composed(paper.name))]
    place = 0
    for section in paper.sections:
        place += section.top
        story += _set(section, str(place) if section.top else "")
    story.append(KeepTogether([EndMark(kind.end)]))
    return build(story, furniture, subject=paper.name["vi"])


class _Name(Block):
    """The instrument's name under the title."""

    def __init__(self, name: Word) -> None:
        super().__init__(2.0)
        self.name = name

    def compose(self, block_width: float) -> tuple[object, float]:  # type: ignore[override]
        band = prose_band(self.name, block_width, size=style.SECTION, en_size=style.SECTION_EN)
        return band.ink, band.height


def _set(section: Section, number: str) -> list[Flowable]:
    title = composed(section.title)
    if section.plot is not None:
        if section.plot.empty:
            return []
        head = section_heading(number, title) if section.top else subsection_heading("", title)
        return [KeepTogether([Banded(head, [Band(height=0.2)]), PlotBlock(section.plot, gap=0.5)])]
    if section.rows:
        return [_table(section, number, title)]
    opening, again = heading_pair(number, title, style.TEXT_WIDTH)
    bands = [_facts(section)] if section.facts else []
    if section.note is not None:
        bands.append(prose_band(composed(section.note), style.TEXT_WIDTH))
    return [Banded(opening, bands or [Band(height=1.0)], again=again)]


def _facts(section: Section) -> Band:
    """Facts in two columns, those without a value left out."""
    facts = [Fact(composed(label), composed(value)["vi"], composed(value)["en"]) for label, value in section.facts if value["vi"]]
    half = (len(facts) + 1) // 2
    column = (style.TEXT_WIDTH - style.COLUMN_GAP) / 2
    left, right = facts_band(facts[:half], column, LABEL), facts_band(facts[half:], column, LABEL)
    band = Band(height=max(left.height, right.height))
    band.ink.absorb(left.ink, 0.0)
    band.ink.absorb(right.ink, column + style.COLUMN_GAP)
    return band


def _table(section: Section, number: str, title: Word) -> RuledTable:
    columns, x = [], 0.0
    for given in section.columns:
        room = given.room - GAP
        columns.append(Column(given.head, x + room if given.right else x, room, "right" if given.right else "left"))
        x += given.room
    bands = [
        row_band(columns, [
            Cell(composed(cell)["vi"], composed(cell)["en"], MEDIUM) if place == 0 else Cell(composed(cell)["vi"], composed(cell)["en"])
            for place, cell in enumerate(row)
        ], first=4.0) for row in section.rows
    ]
    if section.top:
        heading, again = heading_pair(number, title)
    else:
        heading, again = subsection_heading("", title), subsection_heading("", title, continued=True)
    return RuledTable(
        heading, again, columns, bands, table_width=style.TEXT_WIDTH, hairlines=1, lead=0.4, least=min(len(bands), 2))
