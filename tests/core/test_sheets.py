"""Spreadsheets that people bring along: encodings, delimiters, kinds of cells, what is no sheet."""
from __future__ import annotations

import unicodedata
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from lab_app.core.sheets import SheetRefused, read_sheet

MARKS = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """As Vietnamese Windows writes it: letters whole, tone marks apart."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        apart = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(c for c in apart if c not in MARKS))
        out += base.encode("cp1258") + "".join(c for c in apart if c in MARKS).encode("cp1258")
    return out


def excel(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("encode", "encoding"), [
    (lambda t: t.encode("utf-8"), "utf-8"), (lambda t: t.encode("utf-8-sig"), "utf-8-sig"), (lambda t: t.encode("utf-16"), "utf-16"),
    (windows_1258, "cp1258"),
])
def test_every_encoding_reads_the_same_letters(encode, encoding):
    sheet = read_sheet(encode("Mã;Tên\r\nEQ-1;Máy đo độ ẩm\r\n"), 10)
    assert (sheet.encoding, sheet.delimiter, sheet.heads) == (encoding, ";", ["Mã", "Tên"])
    assert sheet.rows == [(2, ["EQ-1", "Máy đo độ ẩm"])]


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_the_delimiter_is_what_splits_the_heads(sign):
    sheet = read_sheet(f'Mã{sign}"Tên, gọi"{sign}U\nEQ-1{sign}a{sign}"0,5"\n'.encode(), 10)
    assert sheet.delimiter == sign and sheet.rows[0][1] == ["EQ-1", "a", "0,5"]


def test_cells_of_excel_keep_their_kind():
    sheet = read_sheet(excel(["Mã", "Tên", "Ngày", "U"], [], ["EQ-1", 12345, date(2026, 1, 2), 0.45], [None, True, None, 26500.0]), 10)
    assert sheet.kind == "xlsx" and sheet.heads == ["Mã", "Tên", "Ngày", "U"]
    assert [(n, cells[:4]) for n, cells in sheet.rows] == [(3, ["EQ-1", "12345", date(2026, 1, 2), "0.45"]), (4, ["", "1", "", "26500"])]


@pytest.mark.parametrize(("data", "code"), [
    (b"", "empty"), (b"a;b\n", "empty"), (b"\n\n", "empty"), (b"PK\x03\x04 half a file", "not-a-sheet"), (b"a\x00b", "not-a-sheet"),
    (b"\xff\xfeo", "encoding"), (excel(["Mã"]), "empty"), (b"a;b\n" + b"1;2\n" * 6, "too-long"),
])
def test_what_is_no_sheet_is_refused(data, code):
    with pytest.raises(SheetRefused) as refused:
        read_sheet(data, 5)
    assert refused.value.code == code
