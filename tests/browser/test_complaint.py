"""By clicks: a stranger complains on the public form without a script, the laboratory handles it, who did the work may not decide, somebody
else does and signs, the stranger reads the end; and a customer answers the three questions."""
from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot, sign_in, watched_page
from tests.support.live_server import LiveServer

pytestmark = pytest.mark.browser
NUMBER = "PKQ-2026-0117-01/SĐ1"
TITLE = "Sai địa chỉ trên phiếu"
HARMLESS = "<script>document.title='bị chiếm'</script> Địa chỉ công ty ghi sai số nhà, xin sửa."


def open_complaint(page: Page) -> None:
    page.goto("/quality/complaints")
    page.get_by_role("row").filter(has_text=TITLE).get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)


def test_from_the_public_form_to_the_end(page: Page, chromium_browser: Browser, live_server: LiveServer) -> None:
    with watched_page(chromium_browser, live_server.url, java_script_enabled=False) as stranger:
        stranger.goto("/verify")
        stranger.get_by_role("link", name="Khiếu nại").click()
        expect(stranger.get_by_role("heading", level=1)).to_contain_text("Cách giải quyết khiếu nại")
        screenshot(stranger, "complaint-process")
        stranger.get_by_role("link", name="Gửi khiếu nại").click()
        stranger.get_by_label("Việc gì").fill(TITLE)
        stranger.get_by_label("Kể rõ").fill(HARMLESS)
        stranger.get_by_label("Số phiếu kết quả hoặc số yêu cầu").fill(NUMBER)
        stranger.get_by_label("Họ tên").fill("Lý Thị Xa")
        stranger.get_by_label("Thư điện tử").fill("xa@vi-du.example")
        screenshot(stranger, "complaint-form")
        button = stranger.get_by_role("button", name="Gửi khiếu nại")
        button.click()
        for _ in range(40):  # sent at once it is a robot's: the words stay, and a person sends again
            if "/track/" in stranger.url:
                break
            expect(stranger.get_by_label("Kể rõ")).to_have_value(HARMLESS)
            stranger.wait_for_timeout(4500)
            button.click()
        expect(stranger.get_by_role("heading", level=1)).to_contain_text("Đã tới nơi")
        track = stranger.url
        screenshot(stranger, "complaint-track")

    sign_in(page, "chatluong")
    page.goto("/")
    expect(page.get_by_text(re.compile("Báo đã nhận khiếu nại KN-")).first).to_be_visible()
    open_complaint(page)
    assert page.title() != "bị chiếm"
    expect(page.get_by_text("<script>").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Báo đã nhận").click()
    expect(page.get_by_label("Nội dung")).to_have_value(re.compile("đã nhận khiếu nại của quý vị"))
    assert_accessible(page)
    page.get_by_role("button", name="Ghi", exact=True).click()
    page.get_by_role("link", name="Nhận giải quyết").click()
    page.get_by_label("Khiếu nại liên quan tới hoạt động nào của phòng").fill("Phiếu do phòng cấp.")
    page.get_by_role("button", name="Ghi", exact=True).click()
    page.get_by_role("link", name="Ghi điều tra").first.click()
    page.get_by_label("Kết quả điều tra").fill("Địa chỉ chép từ yêu cầu cũ.")
    page.get_by_label("Nguyên nhân").fill("Khách hàng đổi địa chỉ, hồ sơ chưa sửa.")
    page.get_by_label("Hành động", exact=False).first.fill("Sửa hồ sơ khách hàng, cấp phiếu sửa đổi.")
    page.get_by_role("textbox", name="Làm xong ngày").fill(page.evaluate("() => new Date().toLocaleDateString('en-GB')"))
    page.get_by_role("button", name="Ghi", exact=True).click()
    address = page.url
    screenshot(page, "complaint-record")

    with watched_page(chromium_browser, live_server.url) as head:
        sign_in(head, "truongphong")
        head.goto(address)
        expect(head.get_by_text("7.9.6").first).to_be_visible()
        expect(head.locator("[aria-disabled=true]", has_text="Quyết định")).to_be_visible()
        expect(head.get_by_text("Lý Thị Xa")).to_have_count(0)
        screenshot(head, "complaint-refused")

    page.get_by_role("link", name="Quyết định").first.click()
    page.get_by_label("Kết luận").select_option("upheld")
    page.get_by_label("Quyết định và lý do").fill("Khiếu nại đúng, phòng sửa phiếu.")
    page.get_by_label("Mật khẩu của bạn").fill(SHOWN_PASSWORD)
    assert_accessible(page)
    page.get_by_role("button", name="Quyết định").click()
    page.get_by_role("link", name="Báo kết thúc").click()
    page.get_by_role("button", name="Ghi", exact=True).click()
    page.get_by_role("button", name="Kết thúc", exact=True).click()
    expect(page.get_by_text("Đã kết thúc khiếu nại.")).to_be_visible()
    assert_accessible(page)

    with watched_page(chromium_browser, live_server.url) as stranger:
        stranger.goto(track)
        expect(stranger.get_by_role("heading", level=1)).to_contain_text("Đã kết thúc")
        expect(stranger.get_by_text("Khiếu nại đúng, phòng sửa phiếu.")).to_be_visible()
        assert_accessible(stranger)
        stranger.goto("/complaints/new")
        assert_accessible(stranger)
        stranger.goto("/complaints")
        assert_accessible(stranger)


def test_lists_trend_and_disclosure_are_accessible(page: Page) -> None:
    sign_in(page, "chatluong")
    for address, name in (
        ("/quality/complaints", "complaints"), ("/quality/feedback", "feedback"), ("/quality/disclosures", "disclosures"),
        ("/quality/disclosures/CCTT-2026-001", "disclosure"), ("/quality/feedback/new", "feedback-new"),
        ("/quality/complaints/new", "complaint-new"), ("/quality/complaints/terms", "complaint-terms"),
    ):
        page.goto(address)
        assert_accessible(page)
        screenshot(page, name)
