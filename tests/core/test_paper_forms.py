"""Labels, the request and the receipt as printed papers."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from lab_app.core.paper.labels import DOT, SIZES, Label, draw_label, draw_label_sheet, qr_side
from lab_app.core.paper.qr import modules
from lab_app.core.paper.request_forms import draw_receipt, draw_request
from lab_app.core.paper.typefaces import MissingGlyph

LABORATORY = "Trung tâm Thử nghiệm ICT Mây Xanh"
NAME = "Điểm truy cập Wi-Fi 6 băng kép ngoài trời, ăng ten định hướng, nguồn PoE, vỏ kim loại"


def text(vi: str, en: str = "") -> dict[str, str]:
    return {"vi": vi, "en": en}


def words_of(pdf: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return re.sub(r"\s|\xa0|\ufffe|\x02", "", "".join(pages)).casefold()


def codes_of(pdf: bytes, dpi: int, page: int = 0) -> list[str]:
    image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_label_scans_to_the_bare_code(size, dpi):
    pdf = draw_label("M26-0117-01", NAME, LABORATORY, details=("SH-AX30",), size=size)
    assert codes_of(pdf, dpi) == ["M26-0117-01"]
    page = pypdfium2.PdfDocument(pdf)[0]
    assert [round(points * 25.4 / 72, 1) for points in page.get_size()] == list(SIZES[size])
    assert "m26-0117-01" in words_of(pdf) and "sh-ax30" in words_of(pdf)
    assert draw_label("M26-0117-01", NAME, LABORATORY, details=("SH-AX30",), size=size) == pdf


@pytest.mark.parametrize("size", SIZES)
def test_a_long_name_is_clipped_inside_the_label(size):
    pdf = draw_label("M26-0117-01", NAME * 3, LABORATORY * 3, details=("chi tiết " * 20,) * 9, size=size)
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=300 / 72).to_pil().convert("L")
    width, height = image.size
    edge = int(0.8 / 25.4 * 300)
    assert image.crop((width - edge, 0, width, height)).getextrema()[0] > 250
    assert image.crop((0, height - edge, width, height)).getextrema()[0] > 250
    assert "…" in words_of(pdf)


def test_modules_are_whole_dots_of_a_label_printer():
    side = qr_side("M26-0117-01", 27.0)
    dots = side / modules("M26-0117-01") / DOT
    assert side <= 27.0 and dots == pytest.approx(round(dots))


def test_a_sheet_begins_where_the_last_one_ended():
    labels = [Label(f"M26-0117-{n:02}", "Mẫu", LABORATORY) for n in range(1, 24)]
    pdf = draw_label_sheet(labels, first=4)
    assert len(pypdfium2.PdfDocument(pdf)) == 2
    assert sorted(codes_of(pdf, 200) + codes_of(pdf, 200, 1)) == [label.code for label in labels]
    with pytest.raises(ValueError, match="places"):
        draw_label_sheet(labels, first=25)


def test_a_label_refuses_a_character_it_would_lose():
    with pytest.raises(MissingGlyph):
        draw_label("M26-0117-01", "Mẫu ✓", LABORATORY)


CUSTOMER = {"name": "Công ty TNHH Thiết bị mạng Sao Hôm", "address": "Lô 00, tỉnh Mẫu", "tax_code": "9910000015",
            "contact": "Đặng Thử Nghiệm", "phone": "0900 000 001"}  # fmt: skip
COMMON: dict[str, Any] = {
    "code": "YC26-0117",
    "form": "BM-07.01-01 · LBH 02",
    "laboratory": {
        "name": text(LABORATORY, "May Xanh ICT Test Centre"),
        "address": "Số 00 đường Ví Dụ",
        "place": "TP. Mẫu",
    },
    "customer": CUSTOMER,
    "signatures": [
        {"office": text("Khách hàng", "Customer"), "name": "Đặng Thử Nghiệm"},
        {
            "office": text("Cán bộ tiếp nhận", "Reception"),
            "name": "Hoàng Minh Phụ Lục",
            "confirmed_at": "2026-09-04T09:15:00+07:00",
        },
    ],
}


def request_data() -> Any:
    return COMMON | {
        "number": "YC-2026-0117", "date": "2026-09-04",
        "items": [{"name": text("Điểm truy cập", "Access point"), "model": "SH-AX30", "serial": "SH26AX30-000017",
                   "quantity": "01"}],
        "methods": [{"regulation": "QCVN 54:2020/BTTTT", "method": "mục 3", "scope": "VS", "price": "6.200.000"}],
        "conformity_statement": True,
        "rules": [{"code": "ETSI", "applies_to": "công suất", "rule": text("so trực tiếp với giới hạn", "direct comparison")}],
        "agreement": text("Khách hàng đồng ý ngày 05/09/2026."), "due_on": "2026-09-25", "fee": "18.600.000 đ",
        "facts": [(text("Ngôn ngữ", "Language"), "Việt + Anh")],
        "review": {"number": "XX-2026-0117", "date": "2026-09-05", "reviewer": "Trần Thị Mẫu",
                   "outcome": text("Chấp nhận", "Accepted"), "questions": [("Độ lợi ăng ten?", "3,0 dBi")]},
        "notes": [text("Mẫu trả theo biên bản.", "Returned on record.")],
    }  # fmt: skip


def receipt_data() -> Any:
    return COMMON | {
        "number": "TN-2026-0117", "date": "2026-09-08", "request_number": "YC-2026-0117",
        "received_at": "2026-09-08T09:15:00+07:00", "received_by": "Hoàng Minh Phụ Lục", "delivered_by": "Đặng Thử Nghiệm",
        "items": [{"code": "M26-0117-01", "name": text("Điểm truy cập"), "serial": "SH26AX30-000017", "condition": "nguyên vẹn",
                   "storage": "K1-03"}],
        "checklist": [{"text": text("Bao bì nguyên vẹn", "Packaging intact"), "answer": "yes"},
                      {"text": text("Pin rời", "Battery"), "answer": "not_applicable", "note": "không có pin"}],
        "supplied": ["bộ nguồn 12 V"],
        "deviations": [{"what": "Thiếu ăng ten thứ hai.", "answer": "thử với một ăng ten."}, {"what": "Nhãn mờ."}],
        "notes": [text("Mẫu lưu tối đa 90 ngày.")],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("draw", "data", "title"),
    [
        (draw_request, request_data(), "PHIẾU YÊU CẦU THỬ NGHIỆM"),
        (draw_receipt, receipt_data(), "BIÊN BẢN GIAO NHẬN MẪU"),
    ],
)
def test_the_papers_of_reception(draw, data, title):
    pdf = draw(data)
    printed = words_of(pdf)
    expected = [
        title,
        data["number"],
        data["customer"]["name"],
        data["items"][0]["serial"],
        "Đặng Thử Nghiệm",
    ]
    expected += ["QCVN 54:2020/BTTTT", "ETSI", "6.200.000", "25/09/2026", "XX-2026-0117", "3,0 dBi"] if draw is draw_request else [
        "M26-0117-01", "K1-03", "không có pin", "thử với một ăng ten", "chưa được thử mẫu này", "08/09/2026 09:15",
    ]  # fmt: skip
    assert not [words for words in expected if re.sub(r"\s", "", words).casefold() not in printed]
    for page in range(len(pypdfium2.PdfDocument(pdf))):
        assert codes_of(pdf, 150, page) == ["YC26-0117"]
    assert draw(data) == pdf
    assert b"Helvetica" not in pdf


def test_a_ticked_box_differs_from_an_empty_one():
    ticked, empty = receipt_data(), receipt_data()
    empty["checklist"] = [point | {"answer": ""} for point in empty["checklist"]]
    assert draw_receipt(ticked) != draw_receipt(empty)
