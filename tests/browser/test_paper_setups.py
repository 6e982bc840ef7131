"""A laboratory sets its papers by clicks: the preview follows the typing, a pattern that cannot be is refused, the setting is kept."""
from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import assert_accessible, screenshot, sign_in

pytestmark = pytest.mark.browser


def test_papers_are_set_with_a_preview_that_follows(page: Page):
    sign_in(page, "quantri")
    page.goto("/laboratory/papers")
    assert_accessible(page)
    page.locator("a[href='/laboratory/papers/test/change']").click()
    image = page.locator("[data-paper-preview] img")
    expect(image).to_be_visible()
    first = image.get_attribute("src")
    with page.expect_response(lambda answer: "/preview" in answer.url) as drawn:
        page.fill("#parent_vi", "Cục Viễn thông Ví Dụ")
    assert drawn.value.status == 200
    expect(image).not_to_have_attribute("src", str(first))
    assert_accessible(page)
    screenshot(page, "paper-setup")
    page.fill("#number_pattern", "PKQ-{serial:4}")
    expect(page.locator("[data-says]")).not_to_be_empty()
    page.fill("#reason", "thêm cơ quan chủ quản")
    page.get_by_role("button", name="Lưu thiết lập").click()
    expect(page.locator("#number_pattern-e")).to_be_visible()
    assert page.input_value("#parent_vi") == "Cục Viễn thông Ví Dụ"
    page.fill("#number_pattern", "PKQ.{serial:4}/{year}")
    page.get_by_role("button", name="Lưu thiết lập").click()
    page.wait_for_url(lambda url: url.endswith("/laboratory/papers"))
    expect(page.get_by_text("PKQ.{serial:4}/{year}").first).to_be_visible()


def test_an_opinion_by_clicks(page: Page):
    sign_in(page, "truongphong")
    page.goto("/requests/YC-2026-0117/opinions")
    assert_accessible(page)
    page.locator("input[name=methods][value='QCVN 54']").check()
    page.fill("#statement_vi", "Biên phát xạ giả sau khi đổi firmware đủ cho sản xuất hàng loạt.")
    page.fill("#basis_vi", "Dòng 9: −34,1 dBm so với −30 dBm, U = 1,39 dB.")
    page.get_by_role("button", name="Ghi ý kiến").click()
    written = page.get_by_role("region").filter(has_text="đủ cho sản xuất hàng loạt")
    expect(written.get_by_text("Sẽ in trên phiếu")).to_be_visible()
    screenshot(page, "opinions")
