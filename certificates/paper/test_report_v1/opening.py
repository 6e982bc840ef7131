"""The first page of layout test-report/1: title and number, amendment, conclusion, customer and item, summary, methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from reportlab.lib.units import mm

from certificates.paper.offline_check import SIDE, put_label, put_symbol
from certificates.paper.test_report_v1 import words
from certificates.paper.test_report_v1.words import VERDICTS, word
from lab_app.core.paper import marks, style, wording
from lab_app.core.paper.blocks import Band, Block, Fact, FactColumns, section_heading, small_print
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import Run, beside, put, set_lines, shrink
from lab_app.core.paper.style import FAIL, HAIRLINE, INK, NAVY, SECONDARY
from lab_app.core.paper.tables import Cell, Column, RuledTable, decimal, row_band
from lab_app.core.paper.typefaces import BOLD, ITALIC, MEDIUM, REGULAR, width

NUMBER_X = 134.0


def emphasised(text: str, strong: str, size: float) -> list[Run]:
    """The statement as runs, with the first occurrence of `strong` in bold."""
    before, found, after = text.partition(strong) if strong else (text, "", "")
    return [Run(before, REGULAR, size), Run(found, BOLD, size), Run(after, REGULAR, size)]


class Title(Block):
    """Title and English title, the red words of an amended, preliminary or partial paper, number and date of issue."""

    #: Left edge (mm) of number and date.
    number_x = NUMBER_X

    def __init__(self, snapshot: Mapping[str, Any]) -> None:
        super().__init__()
        self.snapshot = snapshot

    def compose(self, block_width: float) -> tuple[Ink, float]:
        snapshot, ink = self.snapshot, Ink()
        amendment = snapshot["amendment"]
        title = snapshot["title"]["vi"].upper()
        red = f"{words.AMENDED['vi']} {amendment['sequence']}" if amendment else ""
        room = self.number_x - 4.0 - (width(red, BOLD, 11.0) + 3.0 if red else 0.0)
        with ink.tagged("H1") as heading:
            end = ink.text(0.0, 11.5, title, BOLD, shrink(title, BOLD, style.TITLE, room, 12.0), NAVY)
            if red:
                ink.text(end + 3.0, 11.5, red, BOLD, 11.0, FAIL)
        english = snapshot["title"]["en"]
        if amendment and english:
            english = f"Amendment {amendment['sequence']} · Amended {english[0].lower()}{english[1:]}"
        with ink.inside(heading):
            ink.text(0.0, 17.8, english, ITALIC, style.TITLE_EN, SECONDARY)
        height = 22.0
        x = 0.0
        for mark in snapshot["marks"]:
            with ink.tagged("P"):
                x = self._stamp(ink, x, 25.4, words.STAMPS[mark]) + 2.5
            height = 29.0
        self._number(ink, block_width)
        colour = FAIL if amendment else NAVY
        ink.rule(0.0, height, block_width, height, style.RULE_HEAVY, colour)
        return ink, height

    def _stamp(self, ink: Ink, x: float, y: float, stamp: words.Word) -> float:
        end = ink.text(x + 1.8, y, stamp["vi"], BOLD, 9.5, FAIL)
        end = ink.text(end + 1.4, y, "/", REGULAR, 9.0, FAIL)
        end = ink.text(end + 1.4, y, stamp["en"], ITALIC, 9.0, FAIL)
        ink.box(x, y - 4.1, end + 1.8 - x, 5.8, stroke=FAIL, weight=0.9)
        return end + 1.8

    def _number(self, ink: Ink, block_width: float) -> None:
        snapshot = self.snapshot
        with ink.tagged("P"):
            x = ink.text(self.number_x, 7.9, words.NUMBER["vi"], REGULAR, style.LABEL, SECONDARY)
            ink.text(x + 1.6, 7.9, words.NUMBER["en"], ITALIC, style.LABEL, SECONDARY)
            if snapshot["state"] == "draft":
                unnumbered = snapshot.get("specimen") or words.DRAFT_NUMBER["vi"]
                ink.text(self.number_x, 12.3, unnumbered, BOLD, shrink(unnumbered, BOLD, 11.5, block_width - self.number_x, 7.0), FAIL)
                x = ink.text(self.number_x, 17.4, words.DRAFT_STATE["vi"], MEDIUM, style.LABEL, FAIL)
                ink.text(x + 1.6, 17.4, words.DRAFT_STATE["en"], ITALIC, style.LABEL, SECONDARY)
                return
            number = snapshot["number"]
            ink.text(self.number_x, 12.3, number, BOLD, shrink(number, BOLD, 11.5, block_width - self.number_x, 7.0))
        with ink.tagged("P"):
            x = ink.text(self.number_x, 17.4, words.ISSUED["vi"], REGULAR, style.LABEL, SECONDARY)
            ink.text(x + 1.2, 17.4, words.ISSUED["en"], ITALIC, style.LABEL, SECONDARY)
            ink.text(block_width, 17.4, wording.date(snapshot["issued_on"]), MEDIUM, style.BODY, align="right")


def amendment_blocks(snapshot: Mapping[str, Any]) -> list[Block]:
    """What an amended paper replaces, why, and its changes: as it was (struck), as it is now, new margin (7.8.8)."""
    amendment = snapshot["amendment"]
    head = Band()
    day = f"{words.REPLACED_DAY['vi']} {wording.date(amendment['replaces_issued_on'])}"
    vi = f"{words.REPLACES['vi']} {amendment['replaces_number']} {day}"
    lines = set_lines(beside(vi, words.REPLACES_WHOLE["en"], MEDIUM, 9.5, 8.0), style.TEXT_WIDTH)
    with head.ink.tagged("P"):
        y = put(head.ink, 0.0, 5.0, lines, 4.5)
    reason = amendment["reason"]
    runs = [Run(words.REASON["vi"], MEDIUM, 8.25), Run(reason["vi"], REGULAR, 8.25)]
    if reason["en"]:
        runs.append(Run("  " + words.REASON["en"] + reason["en"], ITALIC, 7.9, SECONDARY))
    with head.ink.tagged("P"):
        y = put(head.ink, 0.0, y + 5.0, set_lines(runs, style.TEXT_WIDTH), 3.9)
    head.height = y + 5.0
    columns = [
        Column(word("Nội dung thay đổi", "What changed"), 0.0, 72.0),
        Column(word("Đã ghi", "Was"), 82.0, 24.0, "decimal", 86.0),
        Column(word("Nay là", "Now"), 105.0, 24.0, "decimal", 109.0),
        Column(word("Đơn vị", "Unit"), 120.0, 15.0),
        Column(word("Biên mới", "New margin"), 139.5, 16.0, "decimal", 144.6),
        Column(word("Kết luận", "Verdict"), 149.8, 22.0),
    ]
    bands = [_change_band(columns, change) for change in amendment["changes"]]
    if not bands:
        return [_Replaced(head)]
    table = RuledTable(head, Band(), columns, bands, table_width=style.TEXT_WIDTH, gap=0.0)
    table.spaceAfter = 4.0 * mm
    return [table]


class _Replaced(Block):
    """What an amended paper replaces, when no single change is listed."""

    def __init__(self, band: Band) -> None:
        super().__init__(after=4.0)
        self.band = band

    def compose(self, block_width: float) -> tuple[Ink, float]:
        return self.band.ink, self.band.height


def _change_band(columns: Sequence[Column], change: Mapping[str, Any]) -> Band:
    unit = change.get("unit", "")
    numeric = wording.is_number(change["was"]) and wording.is_number(change["now"])
    band = row_band(
        columns,
        [Cell(change["what"]["vi"], change["what"]["en"]), Cell(), Cell(), Cell(unit), Cell(), Cell()],
        size=style.TABLE,
        first=4.0,
        pitch=5.4,
    )
    if numeric:
        was, now = wording.number(change["was"]), wording.number(change["now"])
        with band.ink.cell(1):
            decimal(band.ink, columns[1].x, 4.0, was, REGULAR, style.TABLE, SECONDARY)
        left = columns[1].x - width(was.partition(",")[0], REGULAR, style.TABLE)
        band.ink.rule(left - 0.5, 3.1, left + width(was, REGULAR, style.TABLE) + 0.5, 3.1, 0.6, SECONDARY)
        with band.ink.cell(2):
            decimal(band.ink, columns[2].x, 4.0, now, MEDIUM, style.TABLE)
    else:
        last = 4.0
        for column, x, text, face, colour in (
            (1, 72.0, change["was"], REGULAR, SECONDARY),
            (2, 94.0, change["now"], MEDIUM, INK),
        ):
            lines = set_lines([Run(text, face, style.TABLE, colour)], 21.0)
            with band.ink.cell(column):
                last = max(last, put(band.ink, x, 4.0, lines, 3.6))
            if face == REGULAR:
                for number, line in enumerate(lines):
                    end = line[-1][0] + width(line[-1][1].text, face, style.TABLE)
                    band.ink.rule(x, 3.1 + number * 3.6, x + end, 3.1 + number * 3.6, 0.6, SECONDARY)
        band.height = max(band.height, last + 1.4)
    if change.get("margin"):
        with band.ink.cell(4):
            decimal(
                band.ink, columns[4].x, 4.0, wording.number(change["margin"], signed=True), REGULAR, style.TABLE
            )
    if change.get("verdict"):
        with band.ink.cell(5):
            put_verdict(band.ink, change["verdict"], columns[5].x, 4.0, style.TABLE)
    return band


def put_verdict(
    ink: Ink, verdict: str, x: float, y: float, size: float, *, room: float = 18.2, narrow: bool = False
) -> None:
    """A verdict's mark and word with its English beside, or under the word where the column is too narrow."""
    named, colour = VERDICTS[verdict]
    if narrow:
        named = words.NARROW_VERDICTS.get(verdict, named)
    if verdict == "no_statement":
        x -= 4.1
        room += 4.1
    else:
        marks.verdict(ink, verdict, x, y, 2.6)
    face = BOLD if verdict == "fail" else MEDIUM
    end = ink.text(x + 4.1, y, named["vi"], face, shrink(named["vi"], face, size, room, 6.5), colour)
    english = width(named["en"], ITALIC, style.TABLE_EN)
    if end + 0.8 + english <= x + 4.1 + room:
        ink.text(end + 0.8, y, named["en"], ITALIC, style.TABLE_EN, SECONDARY)
    else:
        ink.text(x + 4.1, y + 3.2, named["en"], ITALIC, style.TABLE_EN, SECONDARY)


class Conclusion(Block):
    """The overall verdict, derived in the snapshot, and the sentence that says what it holds for."""

    #: Where the sentence begins (mm), and whether it keeps clear of a second symbol that is not there.
    statement_x, keeps_room = 62.0, False

    def __init__(self, snapshot: Mapping[str, Any]) -> None:
        super().__init__()
        self.snapshot = snapshot

    def compose(self, block_width: float) -> tuple[Ink, float]:
        conclusion = self.snapshot["conclusion"]
        draft = self.snapshot["state"] == "draft"
        body = Ink()
        with body.tagged("H2"):
            body.text(4.0, 6.0, words.OVERALL["vi"], MEDIUM, style.BODY, NAVY)
            body.text(4.0, 9.5, words.OVERALL["en"], ITALIC, style.NOTE, SECONDARY)
        with body.tagged("P"):
            left = self._verdict(body, conclusion["verdict"])
        statement = conclusion["statement"]
        offline = self.snapshot.get("offline_check")
        x = self.statement_x
        room = block_width - x - (SIDE + 6.0 if offline or self.keeps_room else 5.0)
        lines = set_lines(emphasised(statement["vi"], conclusion.get("holds_for", ""), style.BODY), room)
        with body.tagged("P"):
            right = put(body, x, 6.2, lines, 4.2)
        if statement["en"]:
            english = set_lines([Run(statement["en"], ITALIC, style.BODY_EN, SECONDARY)], room)
            with body.tagged("P"):
                right = put(body, x, right + 5.2, english, 3.5)
        height = max(left, right) + 3.8
        if offline:
            height = max(height, SIDE + 3.0)
        ink = Ink()
        if not draft:
            ink.box(0.0, 0.0, block_width, height, fill=style.TINT)
        ink.absorb(body)
        if offline:
            put_symbol(ink, block_width - SIDE - 1.5, 1.5, offline)
            put_label(ink, block_width, height + 3.2)
        if self.snapshot["amendment"]:
            ink.rule(0.0, 0.0, block_width, 0.0, style.RULE_HEAVY, NAVY)
        ink.rule(0.0, height, block_width, height, 0.6, HAIRLINE)
        return ink, height + 3.6 if offline else height

    def _verdict(self, ink: Ink, verdict: str) -> float:
        named, colour = VERDICTS[verdict]
        wordy = len(named["vi"].split()) > 2
        size = 15.0 if wordy else 24.0
        x = 4.0
        if verdict != "no_statement":
            marks.verdict(ink, verdict, x, 20.6, 5.2)
            x += 8.0
        lines = set_lines([Run(named["vi"].upper(), BOLD, size, colour)], 60.0 - x)
        size = size if len(lines) == 1 or wordy else shrink(named["vi"].upper(), BOLD, size, 60.0 - x, 14.0)
        lines = set_lines([Run(named["vi"].upper(), BOLD, size, colour)], 60.0 - x)
        y = put(ink, x, 21.4 if size > 16 else 19.6, lines, 6.0)
        last_x, last = lines[-1][-1]
        end = x + last_x + width(last.text, last.face, last.size)
        if len(lines) == 1 and end + 3.0 + width(named["en"], ITALIC, 13.0) <= 60.0:
            ink.text(end + 3.0, y, named["en"], ITALIC, 13.0, SECONDARY)
        else:
            y += 5.0
            ink.text(x, y, named["en"], ITALIC, 10.5, SECONDARY)
        return y


def facts_columns(snapshot: Mapping[str, Any], air: float = 0.0, parting: bool = False) -> list[FactColumns]:
    """Customer beside item; further items beneath, two a row. `air`, `parting`: as of `FactColumns`."""
    items = snapshot["items"]
    rows = [
        FactColumns(
            ("1", words.CUSTOMER, _customer_facts(snapshot)),
            ("2", words.ITEM, _item_facts(items[0])) if items else None,
            gap=4.8,
            air=air,
            parting=parting,
        )
    ]
    further = list(enumerate(items[1:], 2))
    for place in range(0, len(further), 2):
        pair = [
            (f"2.{ordinal}", words.FURTHER_ITEM, _item_facts(item))
            for ordinal, item in further[place : place + 2]
        ]
        rows.append(FactColumns(pair[0], pair[1] if len(pair) > 1 else None, air=air))
    return rows


def _customer_facts(snapshot: Mapping[str, Any]) -> list[Fact]:
    customer, request = snapshot["customer"], snapshot["request"]
    facts = [Fact(words.CUSTOMER, customer["name"], customer.get("name_en", ""), strong=True)]
    tax_code = customer.get("tax_code")
    further = (f"{words.TAX_CODE['vi']} {tax_code}" if tax_code else "", customer.get("contact"))
    facts.append(
        Fact(
            word("Địa chỉ · MST", "Address · Tax code") if tax_code else word("Địa chỉ", "Address"),
            customer["address"],
            plain=" · ".join(part for part in further if part),
        )
    )
    if customer.get("manufacturer"):
        maker = customer["manufacturer"]
        facts.append(
            Fact(word("Nhà sản xuất", "Manufacturer"), maker["vi"], maker["en"], mark=words.SUPPLIED_MARK)
        )
    dates = [wording.date(request["requested_on"])] if request.get("requested_on") else []
    reviewed = [request.get("review_number"), wording.date(request.get("reviewed_on", ""))]
    review = ", ".join(part for part in reviewed if part)
    review = f"{words.REVIEWED['vi']} {review}" if review else ""
    facts.append(
        Fact(
            word("Yêu cầu · Hợp đồng", "Request · Contract")
            if request.get("contract")
            else word("Yêu cầu", "Request"),
            " · ".join(part for part in (request["number"], request.get("contract")) if part),
            plain="; ".join(part for part in (*dates, review) if part),
        )
    )
    places = snapshot["places"]
    facts.append(
        Fact(
            word("Nơi thử", "Place of testing"),
            "; ".join(place["vi"] for place in places),
            "; ".join(place["en"] for place in places if place["en"]),
        )
    )
    facts.append(Fact(word("Ngày thử", "Test dates"), wording.periods(snapshot["test_dates"])))
    return [fact for fact in facts if fact.value]


def _item_facts(item: Mapping[str, Any]) -> list[Fact]:
    supplied = set(item.get("customer_supplied", []))

    def joined(*keys: str) -> str:
        return " · ".join(str(item[key]) for key in keys if item.get(key))

    def mark(*keys: str) -> str:
        return words.SUPPLIED_MARK if supplied & set(keys) else ""

    firmware = item.get("firmware") or word("", "")
    received = item.get("delivered_by") or word("", "")
    facts = [
        Fact(words.ITEM, item["name"]["vi"], item["name"]["en"], strong=True, mark=mark("name")),
        Fact(
            word("Kiểu · Nhãn hiệu", "Model · Brand"), joined("model", "brand"), mark=mark("model", "brand")
        ),
        Fact(word("Số sê-ri", "Serial number"), item.get("serial", ""), mark=mark("serial")),
        Fact(
            word("HW · FW", "Hardware · Firmware"),
            " · ".join(part for part in (item.get("hardware"), firmware["vi"]) if part),
            firmware["en"],
            mark=mark("hardware", "firmware"),
        ),
        Fact(
            word("Mã mẫu · Số lượng", "Sample code · Quantity")
            if item.get("quantity")
            else word("Mã mẫu", "Sample code"),
            joined("code", "quantity"),
        ),
        Fact(
            word("Nhận mẫu", "Received"),
            ", ".join(part for part in (wording.moment(item["received_at"]), received["vi"]) if part),
            received["en"],
        ),
        Fact(
            word("Tình trạng mẫu", "Condition on receipt"), item["condition"]["vi"], item["condition"]["en"]
        ),
    ]
    for more in item.get("more", []):
        supplied_mark = words.SUPPLIED_MARK if more.get("customer_supplied") else ""
        facts.append(Fact(more["label"], more["value"]["vi"], more["value"]["en"], mark=supplied_mark))
    return [fact for fact in facts if fact.value]


def summary_table(snapshot: Mapping[str, Any], number: str) -> RuledTable:
    """One row a regulation: results, failures (with the retest mark), smallest margin, verdict."""
    columns = [
        Column(word("Quy chuẩn", "Regulation"), 0.0, 37.0),
        Column(word("Phạm vi thử", "Scope tested"), 38.0, 64.0),
        Column(word("Số kết quả", "Results"), 108.0, 14.0, "right"),
        Column(word("Không đạt", "Failed"), 124.0, 14.0, "right"),
        Column(word("Biên nhỏ nhất", "Smallest margin", "Least margin"), 144.0, 20.0, "right"),
        Column(word("Kết luận", "Verdict"), 149.8, 22.0),
    ]
    bands = []
    for row in snapshot["summary"]:
        failed = row["failed"] != "0"
        margin = row.get("smallest_margin")
        band = row_band(
            columns,
            [
                Cell(row["regulation"], face=MEDIUM),
                Cell(row["scope"]["vi"], row["scope"]["en"]),
                Cell(row["results"]),
                Cell(row["failed"], face=BOLD if failed else REGULAR, colour=FAIL if failed else INK),
                Cell(
                    f"{wording.number(margin, signed=True)} {row.get('margin_unit', '')}".strip()
                    if margin
                    else "–"
                ),
                Cell(),
            ],
            size=style.TABLE,
            en_size=style.TABLE_EN,
            first=3.8,
            pitch=5.3,
        )
        if row.get("failed_then_passed", "0") != "0":
            with band.ink.cell(3):
                band.ink.text(124.6, 3.8, words.RETESTED_MARK, REGULAR, style.TABLE)
        with band.ink.cell(5):
            put_verdict(band.ink, row["verdict"], 149.8, 3.8, style.TABLE, narrow=True)
        bands.append(band)
    notes = [words.SUPPLIED_NOTE] if _anything_supplied(snapshot) else []
    if any(row.get("failed_then_passed", "0") != "0" for row in snapshot["summary"]):
        notes.append(words.RETESTED_NOTE)
    foot = small_print(style.TEXT_WIDTH, *notes, *snapshot.get("summary_notes", []))
    return RuledTable(
        section_heading(number, words.SUMMARY),
        section_heading(number, words.SUMMARY, continued=True),
        columns,
        bands,
        table_width=style.TEXT_WIDTH,
        hairlines=1,
        foot=foot,
        lead=0.3,
        least=min(len(bands), 6),
    )


def _anything_supplied(snapshot: Mapping[str, Any]) -> bool:
    if snapshot["customer"].get("manufacturer"):
        return True
    return any(
        item.get("customer_supplied") or any(more.get("customer_supplied") for more in item.get("more", []))
        for item in snapshot["items"]
    )


def methods_table(snapshot: Mapping[str, Any], number: str, section_numbers: Mapping[str, str]) -> RuledTable:
    """Methods with their status, the subsections of their results and the pages those stand on."""
    columns = [
        Column(word("Phương pháp thử", "Test method"), 0.0, 66.0),
        Column(word("Công nhận", "Accredited"), 70.0, 30.0),
        Column(word("Chỉ định", "Designated"), 102.0, 34.0),
        Column(word("Kết quả", "Results"), 138.0, 22.0),
        Column(word("Trang", "Page"), 172.0, 12.0, "right"),
    ]
    bands = []
    for method in snapshot["methods"]:
        numbers = [section_numbers[key] for key in method["sections"]]
        name = " ".join(part for part in (method["name"], method.get("edition")) if part)
        band = row_band(
            columns,
            [
                Cell(name),
                Cell(method["accreditation"]),
                Cell(method["designation"]),
                Cell(f"{words.SECTIONS['vi']} " + ", ".join(numbers) if numbers else "–"),
                Cell(),
            ],
            size=style.TABLE,
            first=3.7,
            pitch=4.9,
        )
        with band.ink.cell(4):
            band.ink.call(172.0, 3.7, partial(_write_pages, keys=tuple(method["sections"])))
        bands.append(band)
    return RuledTable(
        section_heading(number, words.METHODS),
        section_heading(number, words.METHODS, continued=True),
        columns,
        bands,
        table_width=style.TEXT_WIDTH,
        lead=0.5,
        least=min(len(bands), 6),
    )


def _write_pages(canvas: Any, x: float, y: float, keys: Sequence[str]) -> None:
    def pages(places: Mapping[str, Sequence[int]]) -> str:
        found = sorted({page for key in keys for page in places.get(key, ())})
        return ", ".join(map(str, found)) or "–"

    canvas.write_later(x, y, pages, REGULAR, style.TABLE, INK, "right")
