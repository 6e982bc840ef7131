"""Papers of a recall in the style of the laboratory's reports: the list of what was touched, the letter to an enterprise."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable, KeepTogether

from certificates.models import Recall, RecallLetter
from certificates.recall import presenters, workflow
from certificates.recall.letters import PARTING
from certificates.recall.touched import Counts
from lab_app.accounts.models import Laboratory
from lab_app.core import clock
from lab_app.core.i18n import show_date, show_datetime
from lab_app.core.paper import style
from lab_app.core.paper.blocks import Band, Banded, EndMark, Fact, FactColumns, heading_pair, prose_band
from lab_app.core.paper.page import Furniture, build
from lab_app.core.paper.request_forms import TitleBlock
from lab_app.core.paper.style import FAIL, SECONDARY
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import MEDIUM, MissingGlyph, composed, missing_characters
from lab_app.samples.papers import both, drawn_or_refused, printed_laboratory

IMPACT_FORM, LETTER_FORM = "BM 7.10-02", "BM 7.10-03"
#: So many lines are printed; the spreadsheet holds them all.
PRINTED_LINES = 1_000
END = {"vi": "Hết", "en": "End of document"}
Word = dict[str, str]


def word(vi: str, en: str) -> Word:
    """Words in both languages of a paper."""
    return {"vi": vi, "en": en}


def furniture(lab: Laboratory, title: Word, number: str, form: str) -> Furniture:
    """Letterhead, running head and footer of a paper of the laboratory."""
    return Furniture(
        laboratory=composed(printed_laboratory(lab)), title=title, number_label=word("Số", "No."), number=number, form_code=form,
        statement=word("Tài liệu của phòng thử nghiệm; hồ sơ gốc nằm trong hệ thống.",
                       "Laboratory document; the record is kept in the system."),
        address=number, address_label=word("Mã", "Code"), qr=number,
    )


def checked(data: Any) -> Any:
    """Texts in the form the faces print; `MissingGlyph` names a character they lack and where it stands."""
    missing = missing_characters(data)
    if missing:
        raise MissingGlyph(missing)
    return composed(data)


def _impact(recall: Recall, counts: Counts, found: Sequence[presenters.Line], lab: Laboratory) -> bytes:
    title = word("Danh sách kết quả bị ảnh hưởng", "Impact list")
    i = recall.instrument
    facts = checked({
        "instrument": f"{i.code} {i.name_vi}", "instrument_en": i.name_en, "serial": f"{i.maker} {i.type} · {i.serial}",
        "span": f"{show_datetime(recall.since)} – {show_datetime(recall.until)}", "error": presenters.error_text(recall) or "–",
        "nonconformity": recall.nonconformity.code, "note": recall.note or "–", "conclusion": recall.conclusion or "–",
        "cause": both(workflow.CAUSES[recall.cause]),
    })
    left = [
        Fact(word("Thiết bị", "Instrument"), facts["instrument"], facts["instrument_en"], strong=True, plain=facts["serial"]),
        Fact(word("Khoảng rà soát", "Span"), facts["span"]), Fact(word("Sai số", "Error"), facts["error"]),
        Fact(word("Nguyên nhân", "Cause"), facts["cause"]["vi"], facts["cause"]["en"]),
    ]
    right = [
        Fact(word("Hồ sơ", "Record"), facts["nonconformity"]),
        Fact(word("Số đo · kết quả", "Readings · results"), f"{counts.readings} · {counts.results}"),
        Fact(word("Phiếu · doanh nghiệp", "Reports · enterprises"), f"{counts.reports} · {counts.enterprises}"),
        Fact(word("Đã quyết định", "Decided"), f"{counts.decided} / {counts.readings}"),
        Fact(word("Kết luận", "Conclusion"), facts["conclusion"]),
    ]
    story: list[Flowable] = [
        TitleBlock(title, recall.code, clock.today().isoformat()),
        FactColumns(("1", word("Phát hiện", "Finding"), left), ("2", word("Ảnh hưởng", "Impact"), right)),
    ]
    if found:
        story.append(_impact_table(found))
    if counts.readings > len(found):
        story.append(Banded(Band(), [prose_band(word(
            f"In {len(found)} dòng đầu trong {counts.readings}; tệp Excel có đủ.",
            f"The first {len(found)} of {counts.readings} lines; the spreadsheet holds all."), style.TEXT_WIDTH)]))
    return build([*story, EndMark(END)], furniture(lab, title, recall.code, IMPACT_FORM), subject=facts["instrument"])


def _impact_table(found: Sequence[presenters.Line]) -> RuledTable:
    columns = [
        Column(word("STT", "No."), 0.0, 8.0), Column(word("Phép đo", "Measurement"), 9.0, 40.0),
        Column(word("Đo lúc", "Measured"), 51.0, 18.0),
        Column(word("Kết quả · biên", "Result · margin"), 71.0, 26.0), Column(word("Ảnh hưởng", "Effect"), 99.0, 22.0),
        Column(word("Phiếu", "Report"), 123.0, 28.0), Column(word("Quyết định", "Decision"), 153.0, 19.0),
    ]
    bands = []
    for place, row in enumerate(found, 1):
        result = f"{row.shown.value} {row.shown.unit}".strip()
        effect, decided = both(row.effect_state.word), both(workflow.DECISIONS[row.decision.decision].word) if row.decision else None
        cells = checked({
            "title": row.title + (" (bản cũ)" if row.superseded else ""), "job": row.reading.line.job.code,
            "at": show_datetime(row.reading.measured_at),
            "result": result + (f"\nbiên {row.shown.margin}" if row.shown.margin else ""),
            "reports": ", ".join(r.number for r in row.reports) or "–",
        })
        bands.append(row_band(columns, [
            Cell(str(place), colour=SECONDARY), Cell(cells["title"], cells["job"], face=MEDIUM), Cell(cells["at"]), Cell(cells["result"]),
            Cell(effect["vi"], effect["en"], colour=FAIL if row.effect.code == "flips" else style.INK), Cell(cells["reports"]),
            Cell(decided["vi"] if decided else "–", decided["en"] if decided else ""),
        ], first=4.0, pitch=5.4))
    heading, again = heading_pair("3", word("Từng số đo", "Each reading"))
    return RuledTable(heading, again, columns, bands, table_width=style.TEXT_WIDTH, hairlines=1, lead=0.4, least=min(len(bands), 2))


def impact_paper(recall: Recall, counts: Counts, found: Sequence[presenters.Line], lab: Laboratory) -> bytes:
    """The list of what a recall touched, as a PDF file. Refuses a character that the faces lack."""
    return drawn_or_refused(_impact, recall, counts, found, lab)


def _letter(letter: RecallLetter, recall: Recall, lab: Laboratory) -> bytes:
    title = word("Thông báo rà soát kết quả", "Notice of results under evaluation")
    number = f"{recall.code}/{letter.customer.code}"
    text = checked({"text": letter.text, "name": letter.customer.name})
    vietnamese, _mark, english = text["text"].partition(PARTING)
    bands = [prose_band(word(part.strip(), ""), style.TEXT_WIDTH) for part in vietnamese.split("\n\n") if part.strip()]
    story: list[Flowable] = [
        TitleBlock(title, number, clock.local(letter.sent_at or clock.now()).date().isoformat()), Banded(Band(height=1.0), bands)]
    if english.strip():
        heading, again = heading_pair("", word("English", ""))
        parts = [part.strip() for part in english.split("\n\n") if part.strip()]
        story.append(Banded(heading, [prose_band(word(part, ""), style.TEXT_WIDTH, size=style.NOTE) for part in parts], again=again))
    place = f"{lab.place_vi}, ngày {show_date(letter.sent_at or clock.now())}"
    signed = Banded(Band(height=4.0), [prose_band(word(f"{place}\nĐại diện phòng thử nghiệm (ký, ghi rõ họ tên)",
                                                        "For the laboratory (signature and name)"), style.TEXT_WIDTH), Band(height=22.0)])
    return build([*story, KeepTogether([signed, EndMark(END)])], furniture(lab, title, number, LETTER_FORM), subject=text["name"])


def letter_paper(letter: RecallLetter, recall: Recall, lab: Laboratory) -> bytes:
    """A letter as a PDF file with the laboratory's letterhead. Refuses a character that the faces lack."""
    return drawn_or_refused(_letter, letter, recall, lab)
