"""By clicks: a newcomer meets the undertaking and signs it; declares an interest; the matrix, rights side by side, the reports."""
from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import assert_accessible, screenshot, sign_in, watched_page

pytestmark = pytest.mark.browser


def look(page, name):
    for width, tail in ((1440, ""), (390, "-390")):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
        assert_accessible(page)
        screenshot(page, f"interests-{name}{tail}")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_newcomer_signs_before_anything_opens(page, chromium_browser, live_server):
    sign_in(page, "quantri@mayxanh.example")
    page.goto("/people/new")
    for name, value in (("code", "U77"), ("full_name", "Trịnh Thị Mới Vào"), ("email", "moivao@mayxanh.example")):
        page.fill(f"input[name={name}]", value)
    page.get_by_label("Thử nghiệm viên", exact=True).check()
    page.get_by_role("button", name="Lưu").click()
    password = page.locator("code, .code, output, input[readonly]").filter(has_text=re.compile(r"^[\w-]{16}$")).first.inner_text()
    with watched_page(chromium_browser, live_server.url) as other:
        sign_in(other, "moivao@mayxanh.example", password)
        expect(other.locator("h1")).to_have_text("Cam kết bảo mật và khách quan")
        other.goto("/jobs")
        expect(other).to_have_url(re.compile(r"/undertaking\?next="))
        look(other, "undertaking")
        other.fill("input[name=password]", "không phải mật khẩu")
        other.get_by_role("button", name="Ký cam kết và vào hệ thống").click()
        expect(other.locator("[role=alert]").first).to_contain_text("Mật khẩu không đúng")
        other.fill("input[name=password]", password)
        other.get_by_role("button", name="Ký cam kết và vào hệ thống").click()
        expect(other).to_have_url(re.compile(r"/jobs(\?|$)"))
        other.goto("/me/interests")
        other.fill("input[name=party]", "C01")
        other.select_option("select[name=nature]", "family")
        other.fill("input[name=since]", "01/06/2026")
        other.fill("textarea[name=description]", "Chị gái làm phòng mua hàng")
        other.get_by_role("button", name="Khai lợi ích này").click()
        expect(other.locator("main")).to_contain_text("Sao Hôm")
        look(other, "mine")
        other.fill("#password-year", password)
        other.get_by_role("button", name="Ký bản khai năm nay").click()
        expect(other.locator("main")).to_contain_text("Đã khai cho năm nay.")


def test_who_may_do_what_and_who_declared_what(page):
    sign_in(page, "chatluong@mayxanh.example")
    page.goto("/competence/matrix")
    expect(page.locator("h1")).to_have_text("Ma trận trao quyền")
    look(page, "matrix")
    page.fill("input[name=at]", "15/10/2026")
    page.select_option("select[name=known]", "then")
    page.get_by_role("button", name="Xem").click()
    expect(page.locator("header, .head").filter(has_text="theo những gì biết khi đó").first).to_be_visible()
    page.goto("/rights/compare")
    page.select_option("select[name=a]", "U02")
    page.select_option("select[name=b]", "U03")
    page.get_by_role("button", name="So sánh").click()
    expect(page.locator("main")).to_contain_text("Khác nhau")
    look(page, "compare")
    for address, name, says in (
        ("/impartiality/declarations", "declarations", "Quá hạn"), ("/impartiality/interests", "list", "Sóng Biển"),
        ("/impartiality/separation", "separation", "đo và soát xét"), ("/impartiality/pressure", "pressure", "SAE-"),
        ("/impartiality/appointments", "appointments", "01/QĐ-MX"), ("/people/U04/interests", "person", "Em ruột"),
        ("/undertaking/texts", "texts", "mục 8"), ("/impartiality/appointments/new", "appoint", "Quyết định"),
        ("/impartiality/pressure/new", "report", "Ai cũng báo được"),
    ):
        page.goto(address)
        expect(page.locator("main")).to_contain_text(says)
        look(page, name)
