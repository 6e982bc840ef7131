"""The register by clicks: a list comes in from Excel with a preview, and the pages of the register are open to everybody."""
from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot

pytestmark = pytest.mark.browser
HEADS = ("Mã", "Tên", "Hãng", "Kiểu", "Số máy", "Màu")


@pytest.fixture
def steward(page: Page) -> Page:
    """The equipment steward, signed in."""
    page.goto("/sign-in")
    page.fill("input[name=email]", "chatluong@mayxanh.example")
    page.fill("input[name=password]", SHOWN_PASSWORD)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def workbook(*rows: tuple[str, ...]) -> dict[str, object]:
    book = Workbook()
    for row in (HEADS, *rows):
        book.active.append(list(row))
    out = BytesIO()
    book.save(out)
    return {"name": "danh-muc.xlsx", "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": out.getvalue()}


def test_a_list_with_a_fault_is_shown_and_its_good_rows_are_taken(steward: Page):
    page = steward
    page.goto("/instruments/import")
    assert_accessible(page)
    page.set_input_files("input[type=file]", [workbook(
        ("EQ-901", "Bộ suy hao 20 dB", "Sóng Giả", "AT-20", "AT901", "xám"), ("EQ-902", "", "Sóng Giả", "AT-20", "AT902", ""))])
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("row", name="Cần tên thiết bị")).to_be_visible()
    expect(page.get_by_text("Cột không nhận, bỏ qua: Màu")).to_be_visible()
    expect(page.get_by_role("button", name="Ghi tất cả")).to_have_count(0)
    assert_accessible(page)
    screenshot(page, "register-import-preview")
    page.get_by_role("button", name="Chỉ ghi 1 dòng đúng").click()
    expect(page.get_by_text("Đã ghi 1 thiết bị từ danh-muc.xlsx")).to_be_visible()
    page.goto("/instruments/EQ-901")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bộ suy hao 20 dB")


@pytest.mark.parametrize("place", [
    "/instruments", "/instruments/new", "/instruments/EQ-005", "/instruments/EQ-005?at=16/09/2026 14:00", "/instruments/EQ-005/firmware",
    "/instruments/EQ-005/edit", "/instruments/EQ-005/files",
])
def test_the_pages_of_the_register_are_open_to_everybody(steward: Page, place: str):
    steward.goto(place)
    assert_accessible(steward)
    steward.set_viewport_size({"width": 390, "height": 844})
    assert not steward.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_a_system_takes_a_part_in_and_lets_it_go(steward: Page):
    page = steward
    page.goto("/instruments/new")
    page.select_option("select[name=kind]", "system")
    page.fill("input[name=name_vi]", "Hệ đo phát xạ dẫn")
    page.uncheck("input[name=calibration_required]")
    page.fill("textarea[name=no_calibration_reason]", "Từng thành phần được hiệu chuẩn riêng")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hệ đo phát xạ dẫn")
    page.get_by_role("link", name="Thành phần", exact=True).click()
    page.fill("input[name=member]", "EQ-006")
    page.fill("input[name=role]", "mạng ổn định trở kháng")
    page.get_by_role("button", name="Thêm thành phần").click()
    expect(page.get_by_role("row", name="EQ-006").first).to_be_visible()
    assert_accessible(page)
    screenshot(page, "register-system")
