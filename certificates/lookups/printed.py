"""The receipt on paper: what was asked and answered as a table, with the receipt itself attached: the file proves itself."""
from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pikepdf
from flask_babel import force_locale
from reportlab.platypus import Flowable

from certificates.lookups import carried, receipt, wording
from certificates.lookups.receipt import Statement
from certificates.lookups.wording import Shown
from lab_app.accounts.models import Laboratory
from lab_app.core import clock
from lab_app.core.paper import style
from lab_app.core.paper.blocks import EndMark, Fact, FactColumns, heading_pair, small_print
from lab_app.core.paper.page import Furniture, build
from lab_app.core.paper.request_forms import TitleBlock
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import MEDIUM, composed, drawable

#: The printed form lists so many rows; all of them stand in the attached receipt.
MOST = 2_000
Word = dict[str, str]


def _word(vi: str, en: str) -> Word:
    return {"vi": vi, "en": en}


TITLE = _word("Biên nhận tra cứu", "Look-up receipt")
STATEMENT = _word(
    "Tệp PDF này mang biên nhận có chữ ký của sổ đăng ký; thả tệp vào trang kiểm biên nhận để xem còn nguyên hay đã sửa.",
    "This PDF carries the receipt signed by the register; drop it on the receipt page to see whether it is unaltered.",
)


def _printable(text: str) -> str:
    """What people typed, in characters that the paper's faces have; another one is shown as a box's stand-in, never dropped."""
    known = drawable()
    return "".join(c if ord(c) in known else "?" for c in composed(text))


def number_of(statement: Statement) -> str:
    """What a receipt is called on paper: the beginning of the hash of what was signed."""
    return f"BN-{hashlib.sha256(statement.text.encode()).hexdigest()[:12].upper()}"


def draw(data: Mapping[str, Any], statement: Statement, lab: Laboratory | None) -> bytes:
    """The PDF of a receipt that holds, with the receipt attached as `receipt.json`."""
    rows = [wording.shown(row) for row in data["rows"]]
    page_address = f"{statement.register}/verify/receipt"
    furniture = Furniture(
        laboratory={
            "name": {"vi": _printable(lab.name_vi), "en": _printable(lab.name_en)}, "address": lab.address_vi, "place": lab.place_vi,
            "phone": lab.phone, "email": lab.email,
        } if lab else {"name": {"vi": "", "en": ""}, "address": "", "place": ""},
        title=TITLE, number_label=_word("Số", "No."), number=number_of(statement), form_code="", statement=STATEMENT,
        address=page_address, address_label=_word("Kiểm tại", "Check at"), qr=page_address)
    made = build(_story(rows, statement), furniture, subject=f"{TITLE['vi']} {number_of(statement)}")
    with pikepdf.open(io.BytesIO(made)) as document:
        document.attachments[carried.ATTACHED] = pikepdf.AttachedFileSpec(
            document, receipt.written(data).encode(), description="lookup receipt", filename=carried.ATTACHED,
            mime_type="application/json", creation_date="", mod_date="")
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _story(rows: Sequence[Shown], statement: Statement) -> list[Flowable]:
    with force_locale("vi"):
        facts = [
            Fact(_word("Thời điểm", "Time"), f"{wording.moment(statement.time)}", statement.time, strong=True),
            Fact(_word("Sổ đăng ký", "Register"), _printable(statement.register)),
            Fact(_word("Số dòng", "Rows"), str(statement.rows)),
        ]
        proof = [
            Fact(_word("Gốc của các dòng", "Root of rows"), statement.root),
            Fact(_word("Nhật ký lúc đó", "Log at that time"), f"{statement.log_size} mục", f"{statement.log_size} entries"),
            Fact(_word("Gốc nhật ký", "Log root"), statement.log_root),
        ]
        listed = _table(rows[:MOST])
    story: list[Flowable] = [
        TitleBlock(TITLE, number_of(statement), clock.local(datetime.fromisoformat(statement.time)).date().isoformat()),
        FactColumns(("1", _word("Lần tra cứu", "This look-up"), facts), ("2", _word("Chứng minh", "Proof"), proof), gap=4.8),
        listed, EndMark(_word("Hết", "End of document")),
    ]
    return story


def _table(rows: Sequence[Shown]) -> RuledTable:
    columns = [
        Column(_word("Dòng", "Row"), 0.0, 9.0),
        Column(_word("Đã hỏi", "Asked"), 11.0, 46.0),
        Column(_word("Tình trạng", "Status"), 60.0, 40.0),
        Column(_word("Từ", "Since"), 102.0, 18.0),
        Column(_word("Sản phẩm", "Product"), 122.0, 50.0),
    ]
    bands = [row_band(columns, _cells(row), first=4.0, pitch=5.0) for row in rows]
    heading, again = heading_pair("3", _word("Hỏi và trả lời", "Questions and answers"))
    foot = small_print(style.TEXT_WIDTH, *_remarks(len(rows)))
    return RuledTable(heading, again, columns, bands, table_width=style.TEXT_WIDTH, hairlines=1, foot=foot, lead=0.4,
                      least=min(len(bands), 2))


def _remarks(count: int) -> list[Word]:
    found = [_word("Biên nhận chỉ nói tình trạng lúc tra cứu.", "The receipt states the status at the time of the look-up.")]
    if count >= MOST:
        found.append(_word(f"Bản in ghi {MOST} dòng đầu; đủ các dòng trong tệp đính kèm.",
                           f"The first {MOST} rows are printed; all rows are in the attached file."))
    return found


def _cells(row: Shown) -> list[Cell]:
    asked = _printable(row.asked.get("paper", "")) or "–"
    other = _printable(row.number) if row.number and row.number != row.asked.get("paper") else ""
    status = str(row.state.word) + (f"; thay bằng {row.replaced_by}" if row.replaced_by else "")
    if row.file is not None:
        status += f"; {str(row.file.word).lower()}"
    product = ""
    if row.covers is not None:
        product = f"{row.covers.word}: {_printable(row.product)}" + (f". {_printable(row.why)}" if row.why else "")
    return [Cell(row.line), Cell(asked, other, face=MEDIUM), Cell(_printable(status)), Cell(row.since), Cell(product)]
