"""The two papers of reception: the request for testing and the receipt of items, in the style of the laboratory's reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reportlab.platypus import Flowable, KeepTogether

from lab_app.core.paper import marks, style, wording
from lab_app.core.paper.blocks import (
    Band,
    Banded,
    Block,
    EndMark,
    Fact,
    FactColumns,
    heading_pair,
    notes_block,
    small_print,
)
from lab_app.core.paper.forms_data import ReceiptData, RequestData
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.page import Furniture, build
from lab_app.core.paper.setting import Run, put, set_lines, shrink
from lab_app.core.paper.style import NAVY, SECONDARY
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import (
    BOLD,
    ITALIC,
    MEDIUM,
    REGULAR,
    MissingGlyph,
    composed,
    missing_characters,
)

Word = dict[str, str]


def _word(vi: str, en: str) -> Word:
    return {"vi": vi, "en": en}


REQUEST_TITLE = _word("Phiếu yêu cầu thử nghiệm", "Request for testing")
RECEIPT_TITLE = _word("Biên bản giao nhận mẫu", "Receipt of items")
REQUEST_STATEMENT = _word(
    "Phiếu có hiệu lực khi phòng thử nghiệm đã xem xét và chấp nhận. Quét mã để mở hồ sơ yêu cầu.",
    "Valid once reviewed and accepted by the laboratory. Scan the code to open the request.",
)
RECEIPT_STATEMENT = _word(
    "Mang theo biên bản này khi nhận lại mẫu. Quét mã để mở hồ sơ mẫu.",
    "Bring this receipt when collecting the items. Scan the code to open the record.",
)
ANSWERS = (
    ("yes", _word("Có", "Yes")),
    ("no", _word("Không", "No")),
    ("not_applicable", _word("KAD", "N.A.")),
)


def draw_request(data: RequestData) -> bytes:
    """The request as a PDF file: customer, items, methods, rules agreed, review, signatures. MissingGlyph as for reports."""
    return _draw(data, REQUEST_TITLE, REQUEST_STATEMENT, _request_story)


def draw_receipt(data: ReceiptData) -> bytes:
    """The receipt as a PDF file: who handed over what, in which condition, with which deviations; signatures."""
    return _draw(data, RECEIPT_TITLE, RECEIPT_STATEMENT, _receipt_story)


def _draw(
    data: Mapping[str, Any], title: Word, statement: Word, story: Callable[[Any], list[Flowable]]
) -> bytes:
    missing = missing_characters(data)
    if missing:
        raise MissingGlyph(missing)
    plain = composed(data)
    furniture = Furniture(
        laboratory=plain["laboratory"],
        title=title,
        number_label=_word("Số", "No."),
        number=plain["number"],
        form_code=plain["form"],
        statement=statement,
        address=plain["code"],
        address_label=_word("Mã", "Code"),
        qr=plain["code"],
    )
    end = EndMark(_word("Hết", "End of document"))
    *body, last, signatures = story(plain)
    return build(
        # The places to sign never stand alone on a page.
        [TitleBlock(title, plain["number"], plain["date"]), *body, KeepTogether([last, signatures, end])],
        furniture,
        subject=plain["customer"]["name"],
    )


class TitleBlock(Block):
    """A paper's title in both languages, its number and its date (ISO 8601), over a heavy rule."""

    def __init__(self, title: Word, number: str, date: str) -> None:
        super().__init__()
        self.title, self.number, self.date = title, number, date

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink = Ink()
        text = self.title["vi"].upper()
        with ink.tagged("H1"):
            ink.text(0.0, 11.5, text, BOLD, shrink(text, BOLD, style.TITLE, 128.0, 12.0), NAVY)
            ink.text(0.0, 17.8, self.title["en"], ITALIC, style.TITLE_EN, SECONDARY)
        with ink.tagged("P"):
            x = ink.text(134.0, 7.9, "Số", REGULAR, style.LABEL, SECONDARY)
            ink.text(x + 1.6, 7.9, "No.", ITALIC, style.LABEL, SECONDARY)
            ink.text(134.0, 12.3, self.number, BOLD, shrink(self.number, BOLD, 11.5, block_width - 134.0, 7.0))
        with ink.tagged("P"):
            x = ink.text(134.0, 17.4, "Ngày", REGULAR, style.LABEL, SECONDARY)
            ink.text(x + 1.2, 17.4, "Date", ITALIC, style.LABEL, SECONDARY)
            ink.text(block_width, 17.4, wording.date(self.date), MEDIUM, style.BODY, align="right")
        ink.rule(0.0, 22.0, block_width, 22.0, style.RULE_HEAVY, NAVY)
        return ink, 22.0


def _customer_facts(customer: Mapping[str, Any]) -> list[Fact]:
    reach = " · ".join(part for part in (customer.get("phone"), customer.get("email")) if part)
    tax_code = customer.get("tax_code")
    facts = [
        Fact(_word("Khách hàng", "Customer"), customer["name"], customer.get("name_en", ""), strong=True),
        Fact(
            _word("Địa chỉ · MST", "Address · Tax code") if tax_code else _word("Địa chỉ", "Address"),
            customer["address"],
            plain=f"MST {tax_code}" if tax_code else "",
        ),
        Fact(
            _word("Liên hệ", "Contact"),
            customer.get("contact") or reach,
            plain=reach if customer.get("contact") else "",
        ),
    ]
    return [fact for fact in facts if fact.value]


def _table(
    number: str, title: Word, columns: Sequence[Column], bands: Sequence[Band], foot: Band | None = None
) -> RuledTable:
    heading, again = heading_pair(number, title)
    return RuledTable(
        heading,
        again,
        columns,
        bands,
        table_width=style.TEXT_WIDTH,
        hairlines=1,
        foot=foot,
        lead=0.4,
        least=min(len(bands), 2),
    )


def _items_table(number: str, items: Sequence[Mapping[str, Any]], *, received: bool) -> RuledTable:
    columns = [
        Column(_word("STT", "No."), 0.0, 8.0),
        Column(_word("Mã mẫu", "Code") if received else _word("SL", "Qty"), 10.0, 26.0 if received else 10.0),
        Column(_word("Tên mẫu", "Item"), 38.0 if received else 22.0, 46.0 if received else 60.0),
        Column(_word("Kiểu · Nhãn hiệu", "Model · Brand"), 86.0, 36.0),
        Column(
            _word("Số sê-ri · SL", "Serial · Qty") if received else _word("Số sê-ri", "Serial"), 124.0, 24.0
        ),
        Column(_word("Nơi lưu", "Storage") if received else _word("Ghi chú", "Remark"), 150.0, 22.0),
    ]
    bands = []
    for place, item in enumerate(items, 1):
        condition = item.get("condition", "")
        bands.append(
            row_band(
                columns,
                [
                    Cell(str(place), colour=SECONDARY),
                    Cell(item.get("code", ""), face=MEDIUM) if received else Cell(item.get("quantity", "")),
                    Cell(item["name"]["vi"], item["name"]["en"], face=MEDIUM),
                    Cell(" · ".join(part for part in (item.get("model"), item.get("brand")) if part)),
                    Cell(
                        " · ".join(
                            part
                            for part in (item.get("serial"), item.get("quantity") if received else "")
                            if part
                        )
                    ),
                    Cell(item.get("storage", "") if received else item.get("remark", "")),
                ],
                first=4.0,
                pitch=5.4,
            )
        )
        if received and condition:
            lines = set_lines(
                [Run(f"Tình trạng: {condition}", REGULAR, style.DENSE, SECONDARY)], style.TEXT_WIDTH - 38.0
            )
            last = put(bands[-1].ink, 38.0, bands[-1].height + 2.2, lines, 3.5)
            bands[-1].height = last + 1.6
    return _table(number, _word("Mẫu", "Items"), columns, bands)


def _request_story(data: Mapping[str, Any]) -> list[Flowable]:
    agreed = [
        Fact(
            _word("Tuyên bố phù hợp", "Statement of conformity"),
            "Có" if data["conformity_statement"] else "Không",
            "Yes" if data["conformity_statement"] else "No",
        )
    ]
    if data.get("due_on"):
        agreed.append(Fact(_word("Hẹn trả kết quả", "Due"), wording.date(data["due_on"]), strong=True))
    if data.get("fee"):
        agreed.append(Fact(_word("Chi phí", "Fee"), data["fee"]))
    agreed += [Fact(label, value) for label, value in data.get("facts", [])]
    story: list[Flowable] = [
        FactColumns(
            ("1", _word("Khách hàng", "Customer"), _customer_facts(data["customer"])),
            ("2", _word("Thỏa thuận", "Agreed terms"), agreed),
            gap=4.8,
        ),
        _items_table("3", data["items"], received=False),
        _methods_table("4", data["methods"]),
    ]
    number = 5
    if data["rules"] or data.get("agreement"):
        story.append(_rules(str(number), data))
        number += 1
    if data.get("review"):
        story.append(_review(str(number), data["review"]))
        number += 1
    story += _notes(number, data)
    story.append(_Signatures(data["laboratory"]["place"], data["date"], data["signatures"]))
    return story


def _methods_table(number: str, methods: Sequence[Mapping[str, Any]]) -> RuledTable:
    priced = any(method.get("price") for method in methods)
    columns = [
        Column(_word("STT", "No."), 0.0, 8.0),
        Column(_word("Quy chuẩn, tiêu chuẩn", "Regulation, standard"), 10.0, 52.0),
        Column(_word("Phương pháp", "Method"), 64.0, 50.0),
        Column(_word("PV", "Scope"), 120.0, 10.0, "centre"),
        Column(_word("Mẫu", "Items"), 128.0, 18.0),
        *([Column(_word("Đơn giá, đ", "Price, VND"), 172.0, 26.0, "right")] if priced else []),
    ]
    bands = [
        row_band(
            columns,
            [
                Cell(str(place), colour=SECONDARY),
                Cell(method["regulation"], face=MEDIUM),
                Cell(method.get("method", "")),
                Cell(method.get("scope", "")),
                Cell(method.get("items", "")),
                *([Cell(method.get("price", ""))] if priced else []),
            ],
            first=4.0,
            pitch=5.4,
        )
        for place, method in enumerate(methods, 1)
    ]
    scopes = {method.get("scope") for method in methods}
    key = {
        "VS": _word("VS trong phạm vi công nhận", "accredited"),
        "*": _word("* ngoài phạm vi công nhận", "not accredited"),
        "TĐC": _word("TĐC đã đăng ký", "registered"),
        "EX": _word("EX nhà cung cấp bên ngoài", "external provider"),
    }
    notes = [text for mark, text in key.items() if mark in scopes]
    return _table(
        number,
        _word("Quy chuẩn và phương pháp yêu cầu", "Requested regulations and methods"),
        columns,
        bands,
        small_print(style.TEXT_WIDTH, *notes) if notes else None,
    )


def _rules(number: str, data: Mapping[str, Any]) -> Banded:
    columns = [
        Column(_word("", ""), 0.0, 19.0),
        Column(_word("", ""), 20.0, 74.0),
        Column(_word("", ""), 97.0, 75.0),
    ]
    bands = [
        row_band(
            columns,
            [
                Cell(rule["code"], face=MEDIUM),
                Cell(rule["applies_to"]),
                Cell(rule["rule"]["vi"], rule["rule"]["en"]),
            ],
            first=4.0,
        )
        for rule in data["rules"]
    ]
    heading, again = heading_pair(
        number, _word("Quy tắc quyết định đã thống nhất", "Decision rules agreed"), style.TEXT_WIDTH
    )
    agreement = data.get("agreement")
    closing = small_print(style.TEXT_WIDTH, agreement, top=4.4) if agreement else Band()
    return (
        Banded(heading, bands, again=again, closing=closing)
        if bands
        else Banded(heading, [closing], again=again)
    )


def _review(number: str, review: Mapping[str, Any]) -> Banded:
    columns = [Column(_word("", ""), 0.0, 40.0), Column(_word("", ""), 42.0, 130.0)]
    rows = [
        (
            Cell("Số · Ngày", "No. · Date", colour=SECONDARY),
            Cell(f"{review['number']} · {wording.date(review['date'])}"),
        ),
        (Cell("Người xem xét", "Reviewer", colour=SECONDARY), Cell(review["reviewer"])),
        (
            Cell("Kết quả", "Outcome", colour=SECONDARY),
            Cell(review["outcome"]["vi"], review["outcome"]["en"], face=MEDIUM),
        ),
        *(
            (Cell(question, colour=SECONDARY), Cell(answer))
            for question, answer in review.get("questions", [])
        ),
    ]
    bands = [row_band(columns, row, size=style.TABLE, first=4.0, pitch=5.0) for row in rows]
    heading, again = heading_pair(number, _word("Xem xét yêu cầu", "Review of the request"), style.TEXT_WIDTH)
    return Banded(heading, bands, again=again, least=3)


def _notes(number: int, data: Mapping[str, Any]) -> list[Flowable]:
    if not data.get("notes"):
        return []
    heading, again = heading_pair(str(number), _word("Ghi chú", "Notes"), style.TEXT_WIDTH)
    return [notes_block(heading, again, data["notes"], style.TEXT_WIDTH)]


def _receipt_story(data: Mapping[str, Any]) -> list[Flowable]:
    handover = [
        Fact(_word("Phiếu yêu cầu", "Request"), data["request_number"], strong=True),
        Fact(_word("Thời điểm nhận", "Received"), wording.moment(data["received_at"])),
        Fact(_word("Người giao", "Delivered by"), data["delivered_by"]),
        Fact(_word("Người nhận", "Received by"), data["received_by"]),
    ]
    story: list[Flowable] = [
        FactColumns(
            ("1", _word("Khách hàng", "Customer"), _customer_facts(data["customer"])),
            ("2", _word("Giao nhận", "Handover"), handover),
            gap=4.8,
        ),
        _items_table("3", data["items"], received=True),
    ]
    number = 4
    if data["checklist"]:
        story.append(_checklist(str(number), data["checklist"]))
        number += 1
    if data.get("supplied"):
        heading, again = heading_pair(
            str(number), _word("Khách hàng cung cấp", "Supplied by the customer"), style.TEXT_WIDTH
        )
        texts = [_word("; ".join(data["supplied"]), "")]
        story.append(notes_block(heading, again, texts, style.TEXT_WIDTH, numbered=False))
        number += 1
    story.append(_deviations(str(number), data["deviations"]))
    story += _notes(number + 1, data)
    story.append(_Signatures(data["laboratory"]["place"], data["date"], data["signatures"]))
    return story


def _checklist(number: str, points: Sequence[Mapping[str, Any]]) -> RuledTable:
    columns = [
        Column(_word("Nội dung kiểm tra", "Checked"), 0.0, 84.0),
        *(Column(text, 94.0 + 14.0 * place, 12.0, "centre") for place, (_, text) in enumerate(ANSWERS)),
        Column(_word("Ghi chú", "Remark"), 132.0, 40.0),
    ]
    bands = []
    for point in points:
        band = row_band(
            [columns[0], columns[4]],
            [Cell(point["text"]["vi"], point["text"]["en"]), Cell(point.get("note", ""))],
            first=4.0,
            pitch=5.6,
        )
        for place, (answer, _) in enumerate(ANSWERS):
            marks.checkbox(band.ink, 94.0 + 14.0 * place - 1.4, 4.3, 2.8, checked=point["answer"] == answer)
        bands.append(band)
    return _table(number, _word("Tình trạng khi nhận", "Condition on receipt"), columns, bands)


def _deviations(number: str, deviations: Sequence[Mapping[str, Any]]) -> Banded:
    heading, again = heading_pair(
        number,
        _word("Sai khác và ý kiến khách hàng", "Deviations and the customer's answer"),
        style.TEXT_WIDTH,
    )
    if not deviations:
        return notes_block(heading, again, [_word("Không có.", "None.")], style.TEXT_WIDTH, numbered=False)
    texts = []
    for deviation in deviations:
        answer = deviation.get("answer") or "chưa trả lời; chưa được thử mẫu này."
        texts.append(_word(f"{deviation['what']} Khách hàng: {answer}", ""))
    return notes_block(heading, again, texts, style.TEXT_WIDTH)


class _Signatures(Block):
    """Places to sign, side by side, with place and date over the last."""

    def __init__(self, place: str, date: str, signatures: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(gap=8.0)
        self.place, self.date, self.signatures = place, date, signatures

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink = Ink()
        room = block_width / max(len(self.signatures), 1)
        ink.text(
            block_width - room / 2,
            4.0,
            f"{self.place}, {wording.long_date(self.date)}",
            ITALIC,
            style.BODY,
            align="centre",
        )
        for place, signature in enumerate(self.signatures):
            centre = (place + 0.5) * room
            office = signature["office"]["vi"].upper()
            ink.text(
                centre, 10.8, office, BOLD, shrink(office, BOLD, style.TABLE, room - 4.0, 6.5), align="centre"
            )
            ink.text(centre, 14.8, signature["office"]["en"], ITALIC, style.NOTE, SECONDARY, "centre")
            ink.text(centre, 18.4, "(ký, ghi rõ họ tên)", REGULAR, style.LABEL_EN, SECONDARY, "centre")
            if signature.get("confirmed_at"):
                moment = f"xác nhận điện tử {wording.moment(signature['confirmed_at'])}"
                ink.text(centre, 30.0, moment, REGULAR, style.LABEL_EN, SECONDARY, "centre")
            if signature.get("name"):
                ink.text(centre, 40.0, signature["name"], MEDIUM, style.BODY, align="centre")
        return ink, 42.0
