"""The first page of layout calibration-certificate/1: instrument, customer and performance, standards, summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certificates.paper.calibration_certificate_v1 import words
from certificates.paper.offline_check import SIDE, put_label, put_symbol
from certificates.paper.test_report_v1.evidence import span
from certificates.paper.test_report_v1.words import SCOPE_MARKS, SUPPLIED_MARK, SUPPLIED_NOTE, VERDICTS, word
from lab_app.core.paper import marks, style, wording
from lab_app.core.paper.blocks import (
    Band,
    Banded,
    Block,
    Fact,
    facts_band,
    heading_pair,
    prose_band,
    section_heading,
    small_print,
    stacked,
)
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import Run, put, set_lines
from lab_app.core.paper.style import SECONDARY
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import BOLD, ITALIC, MEDIUM, REGULAR

LABEL = 40.0
#: Where the right half of the summary begins, and the verdicts of its left half.
RIGHT_HALF, VERDICT_X = 90.0, 28.0


def object_block(snapshot: Mapping[str, Any], number: str) -> Banded:
    """What was calibrated: identity, condition, range and specification; further items beneath one another (7.8.2.1 g, h)."""
    offline = snapshot.get("offline_check")
    room = style.TEXT_WIDTH - (SIDE + 8.0 if offline else 0.0)
    heading, again = heading_pair(number, words.OBJECT, rule_to=room)
    bands = [facts_band(object_facts(item, snapshot), room, LABEL) for item in snapshot["items"]]
    if offline:
        put_symbol(bands[0].ink, style.TEXT_WIDTH - SIDE, 0.0, offline)
        put_label(bands[0].ink, style.TEXT_WIDTH, SIDE + 3.0)
        bands[0].height = max(bands[0].height, SIDE + 4.5)
    supplied = any(more.get("customer_supplied") for item in snapshot["items"] for more in item.get("more", []))
    closing = small_print(style.TEXT_WIDTH, SUPPLIED_NOTE, top=3.4) if supplied else None
    return Banded(heading, bands, again=again, closing=closing, gap=4.8)


def object_facts(item: Mapping[str, Any], snapshot: Mapping[str, Any]) -> list[Fact]:
    """Identity, receipt, condition, range and specification of one item."""
    calibration, maker = snapshot["calibration"], snapshot["customer"].get("manufacturer") or word("", "")
    received = item.get("delivered_by") or word("", "")

    def joined(*keys: str) -> str:
        return " · ".join(str(item[key]) for key in keys if item.get(key))

    firmware = item.get("firmware") or word("", "")
    facts = [
        Fact(word("Tên phương tiện đo", "Instrument"), item["name"]["vi"], item["name"]["en"], strong=True),
        Fact(word("Kiểu · Số sê-ri", "Type · Serial number"), joined("model", "serial")),
        Fact(word("Hãng · Nhà sản xuất", "Brand · Manufacturer"),
             " · ".join(part for part in (item.get("brand"), maker["vi"]) if part), maker["en"]),
        Fact(word("HW · FW", "Hardware · Firmware"),
             " · ".join(part for part in (item.get("hardware"), firmware["vi"]) if part), firmware["en"]),
        Fact(word("Mã · Nhận · Tình trạng", "Code · Received · Condition"),
             " · ".join(part for part in (joined("code", "quantity"), wording.moment(item["received_at"]), received["vi"]) if part),
             "; ".join(part for part in (received["en"], item["condition"]["en"]) if part), plain=item["condition"]["vi"]),
    ]
    for more in item.get("more", []):
        mark = SUPPLIED_MARK if more.get("customer_supplied") else ""
        facts.append(Fact(more["label"], more["value"]["vi"], more["value"]["en"], mark=mark))
    facts += [
        Fact(word("Phạm vi hiệu chuẩn", "Range calibrated"), "; ".join(each["vi"] for each in calibration["ranges"]),
             "; ".join(each["en"] for each in calibration["ranges"] if each["en"])),
    ]
    if calibration["specification"]:
        specification = calibration["specification"]
        facts.append(Fact(word("Đặc trưng kỹ thuật", "Specification"), specification["vi"],
                          specification["en"] or words.MPE_SAID["en"]))
    return [fact for fact in facts if fact.value]


def performance_block(snapshot: Mapping[str, Any], number: str) -> Banded:
    """Customer beside date, place, environment and method (7.8.2.1 c, e, f, i; 7.8.4.1 b)."""
    heading, again = heading_pair(number, words.PERFORMANCE, rule_to=style.TEXT_WIDTH)
    column = (style.TEXT_WIDTH - style.COLUMN_GAP) / 2
    left, right = facts_band(_customer_facts(snapshot), column), facts_band(_performance_facts(snapshot), column)
    band = Band(height=max(left.height, right.height))
    band.ink.absorb(left.ink)
    band.ink.absorb(right.ink, column + style.COLUMN_GAP)
    return Banded(heading, [band], again=again)


def _customer_facts(snapshot: Mapping[str, Any]) -> list[Fact]:
    customer, request = snapshot["customer"], snapshot["request"]
    tax_code = customer.get("tax_code")
    label = word("Địa chỉ · MST", "Address · Tax code") if tax_code else word("Địa chỉ", "Address")
    reviewed = ", ".join(part for part in (request.get("review_number"), wording.date(request.get("reviewed_on", ""))) if part)
    told = (wording.date(request.get("requested_on", "")), f"{words.REVIEWED['vi']} {reviewed}" if reviewed else "")
    facts = [
        Fact(word("Khách hàng", "Customer"), customer["name"], customer.get("name_en", ""), strong=True),
        Fact(label, customer["address"], plain=" · ".join(part for part in (tax_code, customer.get("contact")) if part)),
        Fact(word("Yêu cầu", "Request"), " · ".join(part for part in (request["number"], request.get("contract")) if part),
             plain="; ".join(part for part in told if part)),
    ]
    return [fact for fact in facts if fact.value]


def _performance_facts(snapshot: Mapping[str, Any]) -> list[Fact]:
    places = snapshot["places"]
    facts = [
        Fact(word("Ngày hiệu chuẩn", "Date"), wording.periods(snapshot["test_dates"])),
        Fact(word("Nơi thực hiện", "Place"), "; ".join(place["vi"] for place in places),
             "; ".join(place["en"] for place in places if place["en"])),
    ]
    rooms = {row["place"]["vi"] for row in snapshot["environment"]}
    for row in snapshot["environment"]:
        more = row.get("more") or word("", "")
        parts = [f"{span(row.get(key))} {unit}" for key, unit in (("temperature", "°C"), ("humidity", "%RH"), ("pressure", "hPa"))
                 if row.get(key)]
        # The room is named where there are several, or where the place of the work is not that room.
        named = len(rooms) > 1 or row["place"]["vi"] not in {place["vi"] for place in places}
        where = (wording.date(row["date"]), row["place"]["vi"] if named else "", f"{words.SENSOR['vi']} {row['sensor']}")
        facts.append(Fact(word("Môi trường", "Environment"), "; ".join([*parts, *([more["vi"]] if more["vi"] else [])]),
                          row["place"]["en"] if named else "", plain=", ".join(part for part in where if part)))
    for method in snapshot["methods"]:
        marks_of = [mark.strip() for mark in method["accreditation"].split(",") if mark.strip()]
        status = "; ".join(f"{mark} {SCOPE_MARKS[mark]['vi']}" for mark in marks_of if mark in SCOPE_MARKS)
        designation = method["designation"] if method["designation"] != "–" else ""
        facts.append(Fact(word("Phương pháp", "Method"), " ".join(part for part in (method["name"], method.get("edition")) if part),
                          "; ".join(SCOPE_MARKS[mark]["en"] for mark in marks_of if mark in SCOPE_MARKS),
                          plain="; ".join(part for part in (status, designation) if part)))
    return [fact for fact in facts if fact.value]


def standards_table(snapshot: Mapping[str, Any], number: str) -> RuledTable:
    """The standards with the calibration then valid, and the sentence of traceability (7.8.4.1 c)."""
    columns = [
        Column(word("Chuẩn đã dùng", "Standard used"), 0.0, 60.0),
        Column(word("Kiểu · Số sê-ri", "Type · Serial"), 62.0, 33.0),
        Column(word("Giấy chứng nhận", "Certificate"), 97.0, 29.0),
        Column(word("U (k = 2)", "Uncertainty", "U (k = 2)"), 127.0, 26.0),
        Column(word("Dùng đến hết", "Valid through"), 172.0, 18.0, "right"),
    ]
    bands = [
        row_band(
            columns,
            [
                Cell(f"{row['code']} {row['name']['vi']}", row["name"]["en"], face=MEDIUM),
                Cell(" · ".join(part for part in (row["model"], row["serial"]) if part)),
                Cell(row["certificate"], wording.date(row.get("calibrated_on", ""))),
                Cell(row.get("uncertainty", "–")),
                Cell(wording.date(row["valid_through"])),
            ],
            first=4.0,
            pitch=5.0,
        )
        for row in snapshot["equipment"]
    ]
    heading, again = heading_pair(number, words.STANDARDS)
    foot = prose_band(snapshot["traceability"], style.TEXT_WIDTH, en_size=style.NOTE_EN, air=0.8)
    return RuledTable(heading, again, columns, bands, table_width=style.TEXT_WIDTH, foot=foot, least=min(len(bands), 6))


class SummaryBlock(Block):
    """How each stage conforms, what was adjusted between them, and the sentence of the whole (7.8.4.1 d, e)."""

    def __init__(self, snapshot: Mapping[str, Any], number: str) -> None:
        super().__init__(gap=style.SECTION_GAP)
        self.snapshot, self.number = snapshot, number

    def compose(self, block_width: float) -> tuple[Ink, float]:
        snapshot = self.snapshot
        head = section_heading(self.number, words.SUMMARY, rule_to=block_width)
        body, left, right = Ink(), 2.0, 2.0
        for stage in snapshot["calibration"]["stages"]:
            left = _stage(body, left, stage)
        room = block_width - RIGHT_HALF
        texts = [text for text in (snapshot["calibration"]["adjustment"], (snapshot["conclusion"] or {}).get("statement")) if text]
        if not texts:
            texts = [snapshot["decision_rules"]["agreement"]]
        for text in texts:
            with body.tagged("P"):
                right = put(body, RIGHT_HALF, right + 3.4, set_lines([Run(text["vi"], REGULAR, style.BODY)], room), 4.2)
            if text["en"]:
                english = set_lines([Run(text["en"], ITALIC, style.NOTE_EN, SECONDARY)], room)
                with body.tagged("P"):
                    right = put(body, RIGHT_HALF, right + 3.8, english, 3.4)
            right += 1.8
        return stacked([head, Band(body, max(left, right) + 0.6)])


def _stage(ink: Ink, y: float, stage: Mapping[str, str]) -> float:
    label, (verdict, colour) = words.STAGES[stage["stage"]], VERDICTS[stage["verdict"]]
    marks.verdict(ink, stage["verdict"], VERDICT_X, y + 3.6, 2.9)
    with ink.tagged("P"):
        ink.text(0.0, y + 3.4, label["vi"], REGULAR, style.LABEL, SECONDARY)
        ink.text(0.0, y + 6.9, label["en"], ITALIC, style.LABEL_EN, SECONDARY)
        ink.text(VERDICT_X + 4.2, y + 3.4, verdict["vi"], BOLD if stage["verdict"] == "fail" else MEDIUM, 9.5, colour)
        ink.text(VERDICT_X + 4.2, y + 6.9, verdict["en"], ITALIC, style.BODY, SECONDARY)
    return y + 10.4
