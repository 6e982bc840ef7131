"""Traces on the laboratory's paper: the picture, and the table behind it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from reportlab.platypus import Flowable

from certificates.recall import pictures, tracing
from certificates.recall.chain import Chain, ChainBlock
from certificates.recall.papers import END, Word, checked, furniture, word
from certificates.recall.touched import Affected, Counts
from certificates.recall.tracing import Link
from lab_app.accounts.models import Laboratory
from lab_app.core import clock
from lab_app.core.i18n import show_date
from lab_app.core.paper import style
from lab_app.core.paper.blocks import EndMark, Fact, FactColumns, heading_pair
from lab_app.core.paper.page import build
from lab_app.core.paper.request_forms import TitleBlock
from lab_app.core.paper.style import SECONDARY
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import MEDIUM, REGULAR
from lab_app.samples.papers import drawn_or_refused

FORM = "BM 6.5-01"
PRINTED_REPORTS = 300


def _table(number: str, title: Word, columns: list[Column], rows: Sequence[Sequence[str]]) -> RuledTable:
    bands = [row_band(columns, [Cell(text, face=MEDIUM if n == 1 else REGULAR, colour=SECONDARY if n == 0 else style.INK)
                                for n, text in enumerate(row)], first=4.0, pitch=5.4) for row in checked([list(r) for r in rows])]
    heading, again = heading_pair(number, title)
    return RuledTable(heading, again, columns, bands, table_width=style.TEXT_WIDTH, hairlines=1, lead=0.4, least=min(len(bands), 2))


def _backward(name: str, name_vi: str, name_en: str, on: date, chain: Chain, links: Sequence[Link], lab: Laboratory) -> bytes:
    title = word("Sơ đồ liên kết chuẩn đo lường", "Metrological traceability")
    facts = checked({"name": f"{name} {name_vi}".strip(), "en": name_en})
    columns = [Column(word("Bước", "Step"), 0.0, 10.0), Column(word("Mã · số giấy", "Code · certificate"), 12.0, 44.0),
               Column(word("Nội dung", "What"), 58.0, 44.0), Column(word("Ngày", "Date"), 104.0, 20.0),
               Column(word("Phòng hiệu chuẩn", "Laboratory"), 126.0, 46.0)]
    rows = []
    for link in links:
        said, _lines, _tone = pictures.words_of(link, on)
        what = link.name if link.kind in (tracing.INSTRUMENT, tracing.PART) else said
        rows.append([str(link.level), link.code or "–", what, show_date(link.on) if link.on else "–",
                     " ".join(p for p in (link.laboratory, link.accreditation) if p) or "–"])
    story: list[Flowable] = [
        TitleBlock(title, name, clock.today().isoformat()),
        FactColumns(("1", word("Đối tượng", "Subject"), [Fact(word("Của", "Of"), facts["name"], facts["en"], strong=True)]),
                    ("2", word("Thời điểm", "As of"), [Fact(word("Ngày", "Date"), show_date(on))])),
        ChainBlock(checked_chain(chain)),
        _table("3", word("Từng bước", "Each step"), columns, rows), EndMark(END),
    ]
    return build(story, furniture(lab, title, name, FORM), subject=facts["name"])


def checked_chain(chain: Chain) -> Chain:
    """The chain, its words in the form the faces print; refused where a character is missing."""
    nodes = [replace(n, title=checked(n.title), lines=tuple(checked(list(n.lines)))) for n in chain.nodes]
    return replace(chain, nodes=nodes)


def backward_paper(name: str, name_vi: str, name_en: str, on: date, chain: Chain, links: Sequence[Link], lab: Laboratory) -> bytes:
    """A backward trace as a PDF file. Refuses a character that the faces lack."""
    return drawn_or_refused(_backward, name, name_vi, name_en, on, chain, links, lab)


def _forward(name: str, name_vi: str, name_en: str, first: date, last: date, chain: Chain, counts: Counts, reports: Sequence[Affected],
             lab: Laboratory) -> bytes:
    title = word("Truy vết xuôi", "Forward trace")
    facts = checked({"name": f"{name} {name_vi}", "en": name_en})
    columns = [Column(word("STT", "No."), 0.0, 10.0), Column(word("Phiếu", "Report"), 12.0, 44.0),
               Column(word("Ban hành", "Issued"), 58.0, 22.0), Column(word("Kết quả", "Results"), 82.0, 18.0),
               Column(word("Doanh nghiệp", "Enterprise"), 102.0, 70.0)]
    rows = [[str(n), a.report.number, show_date(a.report.issued_on), str(a.lines), a.customer.name] for n, a in enumerate(reports, 1)]
    story: list[Flowable] = [
        TitleBlock(title, name, clock.today().isoformat()),
        FactColumns(
            ("1", word("Thiết bị", "Instrument"), [Fact(word("Thiết bị", "Instrument"), facts["name"], facts["en"], strong=True),
                                                   Fact(word("Khoảng", "Span"), f"{show_date(first)} – {show_date(last)}")]),
            ("2", word("Đã đo", "Measured"), [
                Fact(word("Số đo · kết quả", "Readings · results"), f"{counts.readings} · {counts.results}"),
                Fact(word("Phiếu · doanh nghiệp", "Reports · enterprises"), f"{counts.reports} · {counts.enterprises}")])),
        ChainBlock(checked_chain(chain)),
    ]
    if rows:
        story.append(_table("3", word("Phiếu", "Reports"), columns, rows))
    return build([*story, EndMark(END)], furniture(lab, title, name, FORM), subject=facts["name"])


def forward_paper(name: str, name_vi: str, name_en: str, first: date, last: date, chain: Chain, counts: Counts, reports: Sequence[Affected],
                  lab: Laboratory) -> bytes:
    """A forward trace as a PDF file: the picture and the papers. Refuses a character that the faces lack."""
    return drawn_or_refused(_forward, name, name_vi, name_en, first, last, chain, counts, reports, lab)
