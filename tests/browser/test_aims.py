"""Aims by clicks: what arrived is looked at, accepted and used; a risk from the matrix to its plan; every page can be read by everybody."""
from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import assert_accessible, screenshot, sign_in

pytestmark = pytest.mark.browser

PAGES = ("suppliers/criteria", "incoming", "orders", "orders/MH-2026-001", "risks", "risks/RR-2026-001", "risks/impartiality", "objectives",
         "objectives/MT-2026-04", "improvements", "improvements/CT-2026-001", "changes/TD-2026-001", "context", "processes", "lessons")


def test_pages_can_be_read_by_everybody_at_every_width(page):
    sign_in(page, "chatluong")
    for path in PAGES:
        page.goto(f"/quality/{path}")
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (path, width)
        assert_accessible(page)
    screenshot(page, "aims-lessons")


def test_what_arrived_is_looked_at_accepted_and_used(page):
    sign_in(page, "chatluong")
    page.goto("/quality/incoming")
    page.locator("main").get_by_role("link", name="NK-2026-006").click()
    expect(page.locator("main")).to_contain_text("chưa qua kiểm tra đầu vào")
    expect(page.locator("[aria-disabled=true]").first).to_contain_text("Chấp nhận")
    for box in page.locator("select[name^=ok_]").all():
        box.select_option("yes")
    page.get_by_role("button", name="Ghi các mục kiểm tra").click()
    page.locator("summary", has_text="Chấp nhận").first.click()
    page.locator("details[open] textarea").fill("Đủ và đúng như đã đặt")
    page.locator("details[open] button").click()
    page.fill("input[name=used_for]", "Góc buồng bán câm")
    assert_accessible(page)
    page.get_by_role("button", name="Đưa vào dùng").click()
    expect(page.locator("main h1 ~ .st")).to_contain_text("Đang dùng")
    screenshot(page, "aims-incoming")


def test_a_cell_of_the_matrix_leads_to_its_risk_and_its_plan(page):
    sign_in(page, "chatluong")
    page.goto("/quality/risks")
    page.locator("svg.matrix a").last.click()
    page.locator("table.tb").get_by_role("link").first.click()
    page.goto("/quality/risks/RR-2026-006")
    page.get_by_role("link", name="Đặt biện pháp").click()
    page.select_option("select[name=answer]", "share")
    page.fill("textarea[name=treatment]", "Thỏa thuận với phòng hiệu chuẩn thứ hai ở nước ngoài")
    page.fill("input[name=due_on]", "31/12/2026")
    page.get_by_role("button", name="Ghi biện pháp").click()
    expect(page.locator("main [data-error-summary]")).to_contain_text("Kiểm tra hiệu lực vào ngày")
    page.fill("input[name=effect_on]", "30/06/2027")
    page.get_by_role("button", name="Ghi biện pháp").click()
    expect(page.locator("main")).to_contain_text("người khác duyệt biện pháp")
    screenshot(page, "aims-risk")
