"""The validation report as a PDF a laboratory can file: what was run, on what, with which outcome, value by value.

Pure: everything printed is handed in, the moment too; the same facts give the same bytes.  Nothing is left out: a case that
failed or was not run stands in the report with its reason.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reportlab.platypus import Flowable

from lab_app.core.paper import style, wording
from lab_app.core.paper.blocks import (
    Band,
    Banded,
    Block,
    EndMark,
    Fact,
    FactColumns,
    heading_pair,
    notes_block,
    prose_band,
    subsection_heading,
)
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.page import Furniture, build
from lab_app.core.paper.style import CONDITIONAL, FAIL, NAVY, PASS, SECONDARY, Colour
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import BOLD, ITALIC, MEDIUM, REGULAR, drawable
from lab_app.metrology.notation import readable
from lab_app.metrology.rounding import round_significant
from lab_app.validation.runner import Comparison, Outcome, Status

Word = dict[str, str]


def _word(vi: str, en: str) -> Word:
    return {"vi": vi, "en": en}


TITLE = _word("Báo cáo xác nhận giá trị sử dụng của phần mềm", "Software validation report")
STATUS: Mapping[Status, tuple[Word, Colour]] = {
    Status.PASSED: (_word("Đạt", "Passed"), PASS),
    Status.FAILED: (_word("Không đạt", "Failed"), FAIL),
    Status.NOT_RUN: (_word("Không chạy", "Not run"), CONDITIONAL),
}
NOTES = (
    _word(
        "Mỗi trường hợp được phần mềm tính lại bằng chính các hàm mà phần mềm dùng khi thử nghiệm và hiệu chuẩn; "
        "không có bản tính thứ hai.",
        "Each case is recomputed by the functions that the software uses for tests and calibrations; there is no second "
        "implementation.",
    ),
    _word(
        "Một giá trị đạt khi |nhận được − mong đợi| ≤ dung sai; chữ và giá trị logic phải trùng khớp.",
        "A value passes when |got − expected| ≤ tolerance; words and truth values have to be equal.",
    ),
    _word(
        "Trường hợp không chạy là trường hợp có tệp không nằm cạnh bộ dữ liệu; nó không được tính là đạt.",
        "A case is not run when a file it reads does not stand beside the cases; it does not count as passed.",
    ),
)
# What a report of a whole set prints of one long value.
LONGEST = 60


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What stands on the report: laboratory (None: not recorded), moment as ISO 8601, versions, cases by hash, outcomes."""

    laboratory: Mapping[str, Any] | None
    moment: str
    by: str
    versions: Mapping[str, str]
    folder: str
    hashes: Mapping[str, str]
    outcomes: Sequence[Outcome]

    def count(self, status: Status) -> int:
        """How many cases ended so."""
        return sum(outcome.status is status for outcome in self.outcomes)


def _drawn(text: str) -> str:
    """Text of a foreign file with what the faces cannot draw made visible as a replacement."""
    known = drawable()
    return "".join(c if ord(c) in known else "?" for c in unicodedata.normalize("NFC", " ".join(text.split())))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def written(value: Any) -> str:
    """A value as the report prints it: numbers in Vietnamese writing and ten digits, words as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "—"
    if isinstance(value, (int, Decimal)):
        number = Decimal(value)
        return readable(round_significant(number, 10), locale="vi") if number.is_finite() else str(number)
    if isinstance(value, (list, tuple)):
        return _short("[" + "; ".join(written(part) for part in value) + "]")
    if isinstance(value, Mapping):
        return _short("{" + "; ".join(f"{key}: {written(part)}" for key, part in value.items()) + "}")
    return _short(_drawn(str(value)))


def draw_report(facts: ReportFacts) -> bytes:
    """The report as a PDF file."""
    laboratory = facts.laboratory or {"name": _word("Phòng thử nghiệm (chưa khai báo)", "Laboratory (not recorded)")}
    failed = facts.count(Status.FAILED)
    furniture = Furniture(
        laboratory=laboratory,
        title=TITLE,
        number_label=_word("Ngày", "Date"),
        number=wording.moment(facts.moment),
        form_code="ISO/IEC 17025:2017, 7.11.2",
        statement=_word(
            "Kết quả chỉ đúng với các phiên bản phần mềm và bộ dữ liệu nêu trong báo cáo này.",
            "The outcome holds for the versions and the cases named in this report only.",
        ),
        no_address=_word("Hồ sơ nội bộ của phòng thử nghiệm.", "Internal record of the laboratory."),
        stamp=_word("KHÔNG ĐẠT", "FAILED") if failed else None,
    )
    story: list[Flowable] = [_Title(facts), _facts(facts), _by_kind(facts)]
    story += [_case(outcome) for outcome in facts.outcomes]
    heading, again = heading_pair("", _word("Cách đọc", "How to read"), style.TEXT_WIDTH)
    story += [notes_block(heading, again, NOTES, style.TEXT_WIDTH), _files(facts)]
    story += [_Signatures(), EndMark(_word("Hết báo cáo", "End of report"))]
    return build(story, furniture, subject=TITLE["en"])


class _Title(Block):
    """The title with the outcome of the whole under it."""

    def __init__(self, facts: ReportFacts) -> None:
        super().__init__()
        self.facts = facts

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink = Ink()
        ink.text(0.0, 10.5, TITLE["vi"], BOLD, 15.0, NAVY)
        ink.text(0.0, 15.6, f"{TITLE['en']}, ISO/IEC 17025:2017 7.11.2", ITALIC, style.TITLE_EN - 1, SECONDARY)
        x = 0.0
        for status, (words, colour) in STATUS.items():
            number = str(self.facts.count(status))
            x = ink.text(x, 24.0, number, BOLD, style.SECTION, colour) + 1.5
            x = ink.text(x, 24.0, words["vi"].lower(), MEDIUM, style.BODY, colour) + 1.5
            x = ink.text(x, 24.0, words["en"].lower(), ITALIC, style.BODY_EN, SECONDARY) + 7.0
        return ink, 27.0


def _facts(facts: ReportFacts) -> FactColumns:
    run = [
        Fact(_word("Thời điểm", "Run at"), wording.moment(facts.moment, seconds=True)),
        Fact(_word("Người chạy", "Run by"), _drawn(facts.by) or "—"),
        Fact(_word("Bộ dữ liệu", "Cases"), _drawn(facts.folder)),
        Fact(_word("Số trường hợp", "Number of cases"), str(len(facts.outcomes)), strong=True),
    ]
    libraries = dict(facts.versions)
    program = [
        Fact(label, _drawn(f"{prefix}{libraries.pop(name, '-')}"), strong=strong)
        for label, prefix, name, strong in (
            (_word("Phần mềm", "Software"), "laboratory-system ", "laboratory-system", True),
            (_word("Hệ điều hành", "Operating system"), "", "system", False),
            (_word("Ngôn ngữ", "Language"), "Python ", "Python", False),
        )
    ]
    listed = "; ".join(f"{name} {number}" for name, number in libraries.items())
    program.append(Fact(_word("Thư viện tính toán", "Libraries"), _drawn(listed)))
    return FactColumns(
        ("1", _word("Lần chạy", "Run"), run), ("2", _word("Phiên bản", "Versions"), program), gap=4.0
    )


def _by_kind(facts: ReportFacts) -> RuledTable:
    columns = [
        Column(_word("Loại", "Kind"), 0.0, 76.0),
        *(Column(words, 112.0 + 30.0 * place, 24.0, "right")
          for place, (words, _) in enumerate(STATUS.values())),
    ]  # fmt: skip
    counts: dict[str, Counter[Status]] = {}
    for outcome in facts.outcomes:
        counts.setdefault(outcome.case.kind, Counter())[outcome.status] += 1
    bands = [
        row_band(
            columns,
            [Cell(_drawn(kind)), *(Cell(str(found[s]), colour=STATUS[s][1] if found[s] else SECONDARY) for s in STATUS)],
        )
        for kind, found in sorted(counts.items())
    ]
    heading, again = heading_pair("3", _word("Theo loại", "By kind"))
    return RuledTable(heading, again, columns, bands, table_width=style.TEXT_WIDTH, lead=0.8)


_COLUMNS = (
    Column(_word("Đại lượng", "Quantity"), 0.0, 50.0),
    Column(_word("Mong đợi", "Expected"), 92.0, 40.0, "right"),
    Column(_word("Nhận được", "Got"), 134.0, 40.0, "right"),
    Column(_word("Dung sai", "Tolerance"), 154.0, 18.0, "right"),
    Column(_word("Kết quả", "Outcome"), 158.0, 14.0),
)


def _value_row(comparison: Comparison) -> Band:
    words, colour = STATUS[Status.PASSED if comparison.agrees else Status.FAILED]
    allowed = "=" if comparison.allowed is None else written(round_significant(comparison.allowed, 2))
    face = REGULAR if comparison.agrees else MEDIUM
    return row_band(
        _COLUMNS,
        [
            Cell(_drawn(comparison.name)),
            Cell(written(comparison.expected)),
            Cell(written(comparison.got), face=face),
            Cell(allowed),
            Cell(words["vi"], colour=colour, face=face),
        ],
        pitch=4.0,
    )


def _case(outcome: Outcome) -> Banded:
    """One case: its name and outcome, whence it comes, and its values."""
    case = outcome.case
    words, colour = STATUS[outcome.status]
    title = _word(_drawn(f"{case.kind} · {case.id}"), "")
    heading = subsection_heading("", title)
    heading.ink.text(style.TEXT_WIDTH, 3.6, f"{words['vi']} / {words['en']}", MEDIUM, style.TABLE, colour, "right")
    again = subsection_heading("", title, continued=True)
    bands = []
    for text in (case.source, case.provenance, outcome.reason):
        if text:
            bands.append(prose_band(_word(_drawn(text), ""), style.TEXT_WIDTH, size=style.NOTE, air=0.2))
    opening = Band(heading.ink, heading.height - 1.5)
    if not outcome.comparisons:
        return Banded(opening, bands or [Band(height=1.0)], again=again, gap=4.0)
    for band in bands:
        opening.ink.absorb(band.ink, 0.0, opening.height)
        opening.height += band.height
    opening.height += 1.8
    rows = [_value_row(comparison) for comparison in outcome.comparisons]
    return RuledTable(opening, again, _COLUMNS, rows, table_width=style.TEXT_WIDTH, gap=4.5, lead=0.8)


def _files(facts: ReportFacts) -> RuledTable:
    columns = [
        Column(_word("Tệp", "File"), 0.0, 60.0),
        Column(_word("SHA-256", ""), 62.0, 110.0),
    ]
    heading, again = heading_pair("", _word("Tệp dữ liệu", "Files of cases"))
    rows = [row_band(columns, [Cell(_drawn(name)), Cell(digest)], size=7.0, pitch=3.9) for name, digest in facts.hashes.items()]
    return RuledTable(
        heading, again, columns, rows or [Band(height=1.0)], table_width=style.TEXT_WIDTH, lead=0.8
    )


class _Signatures(Block):
    """Room for the signatures of who ran the validation and of who accepted it for use."""

    def __init__(self) -> None:
        super().__init__(gap=9.0)

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink = Ink()
        offices = (_word("Người thực hiện", "Run by"), _word("Người chấp nhận cho sử dụng", "Accepted for use by"))
        for place, office in enumerate(offices):
            centre = (place + 0.5) * block_width / 2
            ink.text(centre, 4.0, office["vi"].upper(), BOLD, style.TABLE, align="centre")
            ink.text(centre, 8.0, office["en"], ITALIC, style.NOTE, SECONDARY, "centre")
            ink.rule(centre - 24.0, 30.0, centre + 24.0, 30.0, style.RULE_HAIR, style.HAIRLINE)
        return ink, 32.0
