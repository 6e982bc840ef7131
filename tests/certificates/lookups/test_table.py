"""Lists as people have them: pasted, from Excel, in old encodings, with formulas, doubled rows, huge cells; or nothing of the kind."""
from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from certificates.lookups import table
from certificates.lookups.table import TableRefused, understood

CODE = "K7M2-BCGH-4HLP-9TQV"
HASH = "a" * 64


def asked(text, encoding="utf-8"):
    found = understood(text.encode(encoding) if isinstance(text, str) else text)
    return [one.asked for one in found.questions]


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refused(data):
    with pytest.raises(TableRefused) as caught:
        understood(data.encode() if isinstance(data, str) else data)
    return caught.value.code


@pytest.mark.parametrize("head", [
    "Số phiếu;Nhãn hiệu;Kiểu;Firmware", "Mã tra cứu,Hãng,Model,Phiên bản", "Report No.\tBrand\tModel No.\tFW version",
    "SO PHIEU|NHAN HIEU|KIEU LOAI|FIRMWARE"])
def test_heads_in_both_languages_and_any_delimiter(head):
    sign = next(c for c in ";,\t|" if c in head)
    found = understood(f"{head}\n{sign.join(['PKQ-2026-0117-01', 'SAOHOM', 'SH-AX30', '1.0.4'])}\n".encode())
    expected = {"paper": "PKQ-2026-0117-01", "brand": "SAOHOM", "model": "SH-AX30", "firmware": "1.0.4"}
    assert found.headed and found.questions[0].asked == expected
    assert found.questions[0].line == 2 and [what for _, what in found.columns] == ["paper", "brand", "model", "firmware"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_encodings(encoding):
    text = "Số phiếu;Nhãn hiệu\nPKQ-2026-0117-01;SAO HÔM\n"
    if encoding == "cp1258":
        text = "Sô\u0301 phiê\u0301u;Nha\u0303n hiê\u0323u\nPKQ-2026-0117-01;SAO HÔM\n"
    assert asked(text, encoding) == [{"paper": "PKQ-2026-0117-01", "brand": "SAO HÔM"}]


def test_a_bare_list_of_codes_and_numbers():
    found = understood(f"PKQ-2026-0117-01\n\n   \n{CODE.lower()}\nhttps://lab.example/verify/{CODE}?lang=en\nPKQ-2026-0117-01/SĐ1\n".encode())
    assert not found.headed and [one.line for one in found.questions] == [1, 4, 5, 6]
    assert [table.meant(one.asked["paper"]) for one in found.questions] == [
        ("number", "PKQ-2026-0117-01"), ("code", CODE), ("code", CODE), ("number", "PKQ-2026-0117-01/SĐ1")]


def test_without_heads_only_papers_and_hashes_are_understood():
    found = understood(f"1;{CODE};{HASH};SH-AX30\n2;PKQ-2026-0117-01;{HASH.upper()};SH-AX31\n".encode())
    assert [one.asked for one in found.questions] == [{"paper": CODE, "sha256": HASH}, {"paper": "PKQ-2026-0117-01", "sha256": HASH}]
    assert found.columns == [("1", ""), ("2", "paper"), ("3", "sha256"), ("4", "")]


def test_excel_numbers_dates_and_formulas_are_texts():
    from datetime import date

    found = asked(workbook(("Số phiếu", "Kiểu", "Firmware", "Ghi chú"), ("PKQ-2026-0117-01", 30, 1.5, date(2026, 1, 2)),
                           ("=1+1", "SH", "", "")))
    assert found == [{"paper": "PKQ-2026-0117-01", "model": "30", "firmware": "1.5"}, {"model": "SH"}]


def test_a_csv_formula_is_only_a_text():
    assert asked('Số phiếu,Kiểu\n"=HYPERLINK(""http://x"")",@SUM(1)\n') == [{"paper": '=HYPERLINK("http://x")', "model": "@SUM(1)"}]


def test_doubled_rows_are_answered_and_marked():
    found = understood(b"number,model\nPKQ-1-1,A\nPKQ-1-1,B\nPKQ-1-1,A\n")
    assert [(one.line, one.same_as) for one in found.questions] == [(2, 0), (3, 0), (4, 2)]


def test_huge_cells_are_cut_and_rows_without_a_paper_stay():
    found = asked("number,model\n" + "x" * 100_000 + ",A\n,B\n")
    assert len(found[0]["paper"]) == 200 and found[1] == {"model": "B"}
    assert table.meant(found[0]["paper"]) == ("", "")
    assert refused("number,model\n" + "x" * 200_000 + ",A\n") == "not-a-sheet"


def test_bounds():
    line = "PKQ-2026-0117-01\n"
    assert len(asked(line * table.MOST)) == table.MOST
    assert len(asked("number\n" + line * table.MOST)) == table.MOST
    assert refused(line * (table.MOST + 1)) == "too-long"
    assert refused("number\n" + line * (table.MOST + 1)) == "too-long"
    assert refused(line * 100_000) == "too-long"


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(("data", "code"), [
    ("", "empty"), (" \n\t\n , ,\n", "empty"), ("Số phiếu;Kiểu\n", "empty"), ("Số phiếu;Kiểu\n ; \n", "empty"),
    (zipped(a="b"), "not-a-sheet"), (zipped(**{"[Content_Types].xml": "<a"}), "not-a-sheet"), (b"PK\x03\x04junk", "not-a-sheet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "not-a-sheet"), (b"%PDF-1.7\x00\x01", "not-a-sheet"),
    (b"\xff\xfea", "encoding"), ("Kiểu;Nhãn hiệu\nA;B\n", "no-paper"), ("Số phiếu;Mã tra cứu\nA;B\n", "twice"),
    ("một hai ba;bốn năm\nsáu;bảy\n", "no-paper"), (f"{CODE};PKQ-2026-0117-01\n", "ambiguous"),
])
def test_what_is_no_list_is_refused_with_its_reason(data, code):
    assert refused(data) == code


def test_a_zip_bomb_is_refused_before_it_is_opened():
    assert refused(zipped(**{"xl__sharedStrings.xml": b"\0" * 210_000_000})) == "too-long"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data):
    try:
        found = understood(data)
    except TableRefused:
        return
    assert found.questions and all(one.asked for one in found.questions)


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=4), min_size=1, max_size=6))
def test_every_filled_row_is_answered_once(rows):
    """Whatever stands under the heads: no row is lost, none is doubled, blank ones apart."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["number", "model", "brand", "note"])
    writer.writerows(rows)
    try:
        found = understood(out.getvalue().encode("utf-8", "replace"))
    except TableRefused as error:
        assert error.code in ("empty", "not-a-sheet")
        return
    lines = [one.line for one in found.questions]
    assert len(lines) == len(set(lines)) <= len(rows)
