"""The recall of the receiver by clicks: from the instrument to its lines, the last two decided, concluded, the record closed."""
from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import assert_accessible, screenshot, sign_in

pytestmark = pytest.mark.browser


def look(page, name):
    for width, tail in ((1440, ""), (390, "-390")):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        screenshot(page, f"recall-{name}{tail}")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_two_lines_are_decided_the_recall_concluded_and_the_record_closed(page):
    sign_in(page, "chatluong")
    page.goto("/instruments/EQ-005")
    page.locator("main").get_by_role("link", name="RS-2026-001").first.click()
    expect(page.locator("h1")).to_contain_text("EQ-005")
    look(page, "open")
    expect(page.locator("[aria-disabled=true]").first).to_contain_text("Kết luận")

    page.get_by_role("link", name="Mở các dòng chưa quyết định").click()
    boxes = page.locator("input[name=reading]")
    expect(boxes).to_have_count(2)
    for n in range(2):
        boxes.nth(n).check()
    page.get_by_role("button", name="Quyết định các dòng đã chọn").click()
    expect(page.locator("h1")).to_contain_text("2 dòng")
    look(page, "decide")
    page.select_option("select[name=decision]", "stands")
    page.fill("textarea[name=reason]", "Biên 8 dB và 16,8 dB lớn hơn sai số 1,6 dB nhiều lần")
    page.get_by_role("button", name="Ghi quyết định").click()
    expect(page.locator("main")).to_contain_text("Giữ nguyên: 7")

    page.locator("summary", has_text="Kết luận").click()
    page.fill("textarea[name=conclusion]", "Ba điểm đã đo lại và phiếu đã sửa đổi; bảy kết quả giữ nguyên")
    page.locator("form.ask__box button.btn-primary").click()
    expect(page.locator(".head__line")).to_contain_text("Đã kết luận")
    look(page, "concluded")

    page.get_by_role("link", name="NCW-2026-003").first.click()
    look(page, "nonconformity")
    page.get_by_role("button", name="Đóng", exact=True).click()
    expect(page.locator(".head__line")).to_contain_text("Đã đóng")


def test_the_chain_up_and_what_was_measured_down(page):
    sign_in(page, "emc")
    page.goto("/instruments/EQ-005/trace")
    expect(page.locator("svg.chain")).to_contain_text("Viện đo lường quốc gia")
    look(page, "trace-back")
    page.select_option("select[name=direction]", "forward")
    page.fill("input[name=since]", "01/09/2026")
    page.get_by_role("button", name="Xem").click()
    expect(page.locator("svg.chain")).to_contain_text("PKQ-2026-0117-01")
    look(page, "trace-forward")
    page.locator("main").get_by_role("link", name=re.compile("^PKQ-2026-0117-01$")).first.click()
    page.get_by_role("link", name="Truy vết").first.click()
    expect(page.locator("h1")).to_contain_text("PKQ-2026-0117-01")
    look(page, "trace-report")
