"""Tagged papers: everything on a page is an element's or an artifact, in reading order, in its language; untagged ones as ever."""

from __future__ import annotations

import io

import pikepdf
import pytest
from reportlab.platypus import PageBreak

from lab_app.core.paper import style
from lab_app.core.paper.blocks import Band, Block, Fact, FactColumns, heading_pair, notes_block
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.page import Furniture, build
from lab_app.core.paper.request_forms import TitleBlock
from lab_app.core.paper.setting import Run, put, set_lines
from lab_app.core.paper.style import SECONDARY
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import ITALIC, REGULAR
from tests.support.tagged import heard, unmarked, unowned

QR = "https://tra-cuu.example/verify/7K3F"


def word(vi: str, en: str = "") -> dict[str, str]:
    return {"vi": vi, "en": en}


def furniture(**more) -> Furniture:
    return Furniture(
        laboratory={"name": word("Trung tâm Mây Xanh", "May Xanh Centre"), "address": "Số 00"}, title=word("Phiếu", "Report"),
        number_label=word("Số", "No."), number="PKQ-1", form_code="BM-1", statement=word("Chỉ với mẫu thử.", "Item only."),
        address=QR.removeprefix("https://"), qr=QR, watermark=("SƠ BỘ",), **more)


def table(rows: int) -> RuledTable:
    columns = [Column(word("Mã", "Id"), 0.0, 20.0), Column(word("Giá trị", "Value"), 80.0, 20.0, "decimal")]
    bands = [row_band(columns, [Cell(f"A{n}"), Cell(f"{n},5")]) for n in range(rows)]
    heading, again = heading_pair("2", word("Bảng", "Table"))
    return RuledTable(heading, again, columns, bands, table_width=style.TEXT_WIDTH)


class Drawn(Block):
    """A block whose ink a test composes."""

    def __init__(self, compose) -> None:
        super().__init__()
        self.made = compose

    def compose(self, block_width):
        ink = Ink()
        self.made(ink)
        return ink, 40.0


def paper(*blocks, **more) -> bytes:
    return build(list(blocks), furniture(**more), subject="x")


@pytest.fixture(scope="module")
def whole() -> bytes:
    heading, again = heading_pair("3", word("Ghi chú", "Notes"))
    facts = FactColumns(("1", word("Khách hàng", "Customer"), [Fact(word("Tên", "Name"), "Sao Hôm", "Sao Hom")]), None)
    return paper(TitleBlock(word("Phiếu", "Report"), "PKQ-1", "2026-09-22"), facts, table(70),
                 notes_block(heading, again, [word("Ghi chú một.", "Note one.")], style.TEXT_WIDTH))


def test_everything_on_the_pages_is_marked_and_owned(whole):
    assert unmarked(whole) == []
    assert unowned(whole) == []
    with pikepdf.open(io.BytesIO(whole)) as document:
        assert bool(document.Root.MarkInfo.Marked) and len(document.pages) > 1
        assert all(page.obj.Tabs == "/S" for page in document.pages)


def test_the_check_of_marks_has_teeth(whole):
    with pikepdf.open(io.BytesIO(whole)) as document:
        page = document.pages[0]
        page.contents_add(b"BT /F2+0 9 Tf (x) Tj ET")
        page.Contents = document.make_stream(b"".join(part.read_bytes() for part in page.Contents))
        out = io.BytesIO()
        document.save(out)
    assert unmarked(out.getvalue()) == ["1: Tj ['x']"]


def test_reading_order_and_levels(whole):
    document = heard(whole)
    assert [kid.kind for kid in document.kids] == [
        "Sect", "H1", "P", "P", "H2", "L", "H2", "Table", "H2", "P", "P", "Sect"]
    assert [head.text.strip() for head in document.all("H1", "H2")] == ["PHIẾU Report", "1 Khách hàng Customer", "2 Bảng Table",
                                                                       "3 Ghi chú Notes"]
    (item,) = document.all("LI")
    assert [(kid.kind, kid.text) for kid in item.kids] == [("Lbl", "Tên Name"), ("LBody", "Sao Hôm Sao Hom")]


def test_a_table_over_pages_is_one_with_one_head(whole):
    (grid,) = heard(whole).all("Table")
    rows = list(grid.all("TR"))
    assert len(rows) == 71
    assert [(cell.kind, cell.scope) for cell in rows[0].kids] == [("TH", "Column"), ("TH", "Column")]
    assert [[cell.text.strip() for cell in row.kids] for row in rows[1:]] == [[f"A{n}", f"{n},5"] for n in range(70)]
    assert "tiếp theo" not in heard(whole).text


def test_languages(whole):
    document = heard(whole)
    assert document.lang == "vi-VN"
    english = {part.text.strip() for part in document.all() if part.lang == "en-US"}
    english |= {text.strip() for part in document.all() for text in part.english}
    assert {"Report", "Customer", "Name", "Sao Hom", "Id", "Value", "Note one.", "May Xanh Centre"} <= english
    assert not any("ạ" in text or "ô" in text for text in english)
    alone = heard(paper(TitleBlock(word("Report"), "R-1", "2026-09-22"), lang="en"))
    assert alone.lang == "en-US" and not [part for part in alone.all() if part.english]


def test_furniture_is_read_once_and_the_link_says_where_it_leads(whole):
    document = heard(whole)
    assert document.text.count("Trung tâm Mây Xanh".upper()) == 1 and document.text.count("Trang/Page") == 1
    assert "SƠ BỘ" not in document.text
    logo, symbol = document.all("Figure")
    assert logo.alt == "Trung tâm Mây Xanh" and QR in symbol.alt
    (link,) = document.all("Link")
    assert link.kids == [symbol]
    with pikepdf.open(io.BytesIO(whole)) as read:
        (annotation,) = read.pages[0].obj.Annots
        assert str(annotation.A.URI) == QR == str(annotation.Contents)


def test_what_no_element_claims_is_still_read():
    def compose(ink):
        ink.text(0, 5, "Chữ rời", REGULAR, 9)
        ink.text(30, 5, "loose words", ITALIC, 9, SECONDARY)
        with ink.tagged("H3"):
            ink.text(0, 12, "Đầu mục", REGULAR, 9)
        ink.text(0, 20, "sau", REGULAR, 9)
        with ink.artifact(), ink.tagged("P"):
            ink.text(0, 25, "lặp lại", REGULAR, 9)

    body = heard(paper(Drawn(compose))).kids[1:-1]
    assert [(kid.kind, kid.text) for kid in body] == [("P", "Chữ rời loose words"), ("H3", "Đầu mục"), ("P", "sau")]


def test_figures_take_their_shapes_and_words_and_cells_their_places():
    def compose(ink):
        with ink.tagged("Figure", alt="Đồ thị mức"):
            own = Ink()
            own.rule(0, 0, 50, 0, 1.0)
            own.text(0, 5, "Level", ITALIC, 7, SECONDARY)
            ink.absorb(own, 1.0, 1.0)
        with ink.tagged("Table"), ink.tagged("TR"):
            first, empty = ink.element("TH", scope="Row", span=2), ink.element("TD")
            with ink.tagged("TD"):
                ink.text(40, 20, "12,5", REGULAR, 9)
            with ink.inside(first):
                put(ink, 0, 20, set_lines([Run("Phép thử dài hơn một dòng")], 20.0), 4.0)
            assert empty.kind == "TD"

    pdf = paper(Drawn(compose))
    assert unmarked(pdf) == [] and unowned(pdf) == []
    document = heard(pdf)
    assert [(one.alt, one.text) for one in document.all("Figure")][1] == ("Đồ thị mức", "Level")
    cells = [(cell.kind, cell.text, cell.scope, cell.span) for cell in next(iter(document.all("TR"))).kids]
    assert cells == [("TH", "Phép thử dài hơn một dòng", "Row", 2), ("TD", "", "", 1), ("TD", "12,5", "", 1)]


def test_rows_that_no_table_took_in_are_one_table():
    columns = [Column(word(""), 0.0, 20.0), Column(word(""), 40.0, 90.0)]
    heading, again = heading_pair("1", word("Quy tắc", "Rules"))
    from lab_app.core.paper.blocks import Banded

    rows = [row_band(columns, [Cell(f"R{n}"), Cell("Chấp nhận đơn giản")]) for n in range(3)]
    document = heard(paper(Banded(heading, rows, again=again, closing=Band())))
    assert [kid.kind for kid in document.kids[1:-1]] == ["H2", "Table"]
    assert len(list(document.all("TR"))) == 3


def test_words_that_stand_apart_are_parted_by_a_space_and_glued_ones_are_not():
    def compose(ink):
        with ink.tagged("P"):
            put(ink, 0, 5, set_lines([Run("trước ("), Run("đậm", "Roboto-Bold"), Run(") sau")], 100.0), 4.0)
        with ink.tagged("P"):
            ink.text(0, 12, "Số", REGULAR, 9)
            ink.text(10, 12, "PKQ-1", REGULAR, 9)

    body = heard(paper(Drawn(compose))).kids[1:-1]
    assert [kid.text for kid in body] == ["trước (đậm) sau", "Số PKQ-1"]


def test_pages_that_carry_nothing_of_an_element_and_the_same_bytes_twice():
    def story():
        return [Drawn(lambda ink: ink.text(0, 5, "một")), PageBreak(), Drawn(lambda ink: ink.rule(0, 0, 9, 9, 1.0))]

    first, second = (build(story(), furniture(), subject="x") for _ in range(2))
    assert first == second
    assert unmarked(first) == [] and unowned(first) == []


def test_without_tags_nothing_of_them_is_in_the_file():
    plain = build([TitleBlock(word("Phiếu", "Report"), "PKQ-1", "2026-09-22"), table(70)], furniture(), subject="x", tagged=False)
    with pikepdf.open(io.BytesIO(plain)) as document:
        assert "/StructTreeRoot" not in document.Root and "/MarkInfo" not in document.Root
        marks = [operator for page in document.pages for _, operator in pikepdf.parse_content_stream(page)
                 if str(operator) in ("BDC", "BMC", "EMC")]
        assert marks == []
