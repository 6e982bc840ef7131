"""By clicks: a stranger asks to be told of a paper, is told of a suspension and leaves; reception sends a paper, the customer opens it."""
from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot, sign_in, watched_page
from tests.support.letters import text_of
from tests.support.live_server import LiveServer
from tests.support.mail_server import MailServer

pytestmark = pytest.mark.browser
NUMBER = "PKQ-2026-0117-01/SĐ1"
READER = "nguoi.doc@example.vn"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def live_server(mailbox: MailServer) -> Iterator[LiveServer]:
    """The program with a mail server of its own."""
    server = LiveServer(mailbox.environ)
    yield server
    server.stop()


def public_address(page: Page) -> str:
    """Where the paper's public page is, found from the register."""
    page.goto("/reports?q=0117")
    page.get_by_role("link", name=NUMBER, exact=True).click()
    address = page.locator("a.code[href*='/verify/']").first.get_attribute("href")
    assert address is not None
    return address


def link_in(words: str, what: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:\d+(/{what}/\S+)", words)
    assert found is not None, words
    return found[1]


def test_a_stranger_is_told_of_a_suspension_and_leaves(page: Page, chromium_browser: Browser, live_server: LiveServer, mailbox: MailServer):
    sign_in(page, "chatluong")
    address = public_address(page)
    with watched_page(chromium_browser, live_server.url) as visitor:
        visitor.goto(address)
        assert_accessible(visitor)
        visitor.get_by_label("Thư điện tử của bạn").fill(READER)
        visitor.get_by_role("button", name="Báo cho tôi qua thư").click()
        expect(visitor.get_by_role("heading", level=1)).to_contain_text("Xem hộp thư của bạn")
        assert_accessible(visitor)
        visitor.goto(link_in(text_of(mailbox.letter_to(READER, holding="Xác nhận")), "follow"))
        screenshot(visitor, "follow-confirm")
        visitor.get_by_role("button", name="Đúng, gửi cho tôi").click()
        expect(visitor.get_by_role("heading", level=1)).to_contain_text("Đã đăng ký")
        page.get_by_role("link", name="Tạm dừng").click()
        page.get_by_label("Lý do (lưu nội bộ)").fill("NCW thử")
        page.get_by_label("Lý do công khai trên trang tra cứu").fill("Đang kiểm tra lại máy thu.")
        page.locator("main input[type=password]").fill(SHOWN_PASSWORD)
        page.locator("main form button.btn-primary").first.click()
        expect(page.get_by_text("Đã đổi tình trạng phiếu.")).to_be_visible()
        told = text_of(mailbox.letter_to(READER, holding="tạm dừng"))
        assert "Đang kiểm tra lại máy thu." in told and "NCW" not in told
        visitor.goto(address)
        expect(visitor.get_by_role("heading", level=1)).to_contain_text("Tạm dừng hiệu lực")
        expect(visitor.locator("#life")).to_contain_text("Đang kiểm tra lại máy thu.")
        visitor.get_by_label("Tình trạng vào ngày").fill("2026-10-10")
        visitor.get_by_role("button", name="Xem ngày đó").click()
        expect(visitor.locator("#life")).to_contain_text("Ngày 10/10/2026")
        expect(visitor.locator("#life [role=status]")).to_contain_text("Còn hiệu lực")
        assert_accessible(visitor)
        screenshot(visitor, "verify-on-a-day")
        visitor.goto(link_in(told, "leave"))
        visitor.get_by_role("button", name="Ngừng nhận").click()
        expect(visitor.get_by_role("heading", level=1)).to_contain_text("Đã ngừng")


def test_reception_sends_a_paper_and_the_customer_opens_it(
    page: Page, chromium_browser: Browser, live_server: LiveServer, mailbox: MailServer,
):
    sign_in(page, "tiepnhan")
    page.goto("/deliveries/waiting")
    assert_accessible(page)
    offered = page.locator("main tbody").get_by_role("link", name="Giao phiếu")
    waiting = offered.count()
    offered.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Giao phiếu cho khách hàng")
    assert_accessible(page)
    screenshot(page, "deliver")
    page.get_by_label("Gửi đến").fill("khach@doanhnghiep.example")
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_text("Đã xếp thư giao phiếu.")).to_be_visible()
    letter = mailbox.letter_to("khach@doanhnghiep.example")
    attached = next(iter(letter.iter_attachments()))
    assert attached.get_content()[:5] == b"%PDF-" and attached.get_filename().endswith(".pdf")
    with watched_page(chromium_browser, live_server.url, accept_downloads=True) as customer:
        customer.goto(link_in(text_of(letter), "p"))
        assert_accessible(customer)
        screenshot(customer, "personal-link")
        with customer.expect_download() as opened:
            customer.get_by_role("button", name="Tải phiếu").click()
        assert opened.value.path().read_bytes() == attached.get_content()
    page.reload()
    expect(page.get_by_text("đã mở 1 lần")).to_be_visible()
    expect(page.get_by_text("Đã gửi").first).to_be_visible()
    assert_accessible(page)
    screenshot(page, "report-deliveries")
    for left in range(waiting - 1, 0, -1):
        page.goto("/deliveries/waiting")
        expect(offered).to_have_count(left)
        offered.first.click()
        page.get_by_label("Gửi đến").fill("khach@doanhnghiep.example")
        page.get_by_role("button", name="Gửi phiếu").click()
        expect(page.get_by_text("Đã xếp thư giao phiếu.")).to_be_visible()
    page.goto("/deliveries/waiting")
    expect(page.get_by_text("Mọi phiếu đã giao.")).to_be_visible()
