"""The editor of limits in a real browser: groups follow the kind, the picture follows the typing, a half typed limit says what is wrong."""
from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot

pytestmark = pytest.mark.browser


@pytest.fixture
def editor(page: Page) -> Page:
    """A new requirement of a regulation of the demonstration, opened by the head of the test room."""
    page.goto("/sign-in")
    page.fill("input[name=email]", "truongphong@mayxanh.example")
    page.fill("input[name=password]", SHOWN_PASSWORD)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/regulations?q=QCVN+65")
    page.get_by_role("link", name="QCVN 65:2021/BTTTT").first.click()
    page.get_by_role("link", name="Thêm yêu cầu").first.click()
    return page


def test_a_mask_is_drawn_while_it_is_typed_and_saved(editor: Page) -> None:
    page, seen = editor, editor.locator("[data-limit-seen]")
    page.select_option("#kind", "mask")
    expect(page.locator("#low")).to_be_hidden()
    expect(page.locator("#reference")).to_be_visible()
    page.fill("#code", "65-X")
    page.fill("#name_vi", "Mặt nạ thử")
    page.fill("#unit", "dBr")
    for row, numbers in enumerate((("0", "0,5", "0", "0"), ("0,5", "1", "-20", "-28"))):
        for field, number in zip(("f1", "f2", "l1", "l2"), numbers, strict=True):
            page.fill(f"#rows-{row}-{field}", number)
    expect(seen).to_contain_text("Thiếu gốc của mặt nạ")
    page.select_option("#reference", "carrier")
    expect(seen.locator("svg.plot")).to_be_visible()
    expect(seen).to_contain_text("độ lệch về hai phía từ sóng mang")
    assert_accessible(page)
    screenshot(page, "limit-editor")
    page.locator("form .form__end button.btn-primary").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mặt nạ thử")
    expect(page.locator("main")).to_contain_text("Chưa ai đối chiếu giới hạn này")
    assert_accessible(page)
    page.goto("/product-lists?q=8517.62.51")
    expect(page.locator("main")).to_contain_text("Chứng nhận hợp quy")
    assert_accessible(page)
