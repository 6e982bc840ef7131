"""The live bench in a real browser: the result follows the typing, a reload loses nothing, leaving the row makes it a record."""
from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from lab_app.demo.load import SHOWN_PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def bench(page: Page) -> Page:
    """The demonstration's job of today, opened by the RF technician."""
    page.goto("/sign-in")
    page.fill("input[name=email]", "rf@mayxanh.example")
    page.fill("input[name=password]", SHOWN_PASSWORD)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/jobs?who=me&status=open")
    page.get_by_role("link", name="T26-0119-01").first.click()
    page.wait_for_url(re.compile(r"/jobs/T26-0119-01"))
    return page


def value(page: Page):
    return page.locator("[data-readout] [data-out=value]")


def typed(page: Page):
    return page.locator("[name=raw-conducted_sum]")


def test_typing_reload_and_leaving_the_row(bench: Page):
    page = bench
    done = page.locator("#grid-title + .cap")
    expect(done).to_contain_text("0 trên")
    typed(page).fill("1.234")
    expect(page.locator(".cells .err")).to_contain_text("“1.234” có thể đọc thành hai số")
    typed(page).fill("15,42")
    expect(value(page)).to_have_text("17,22")
    expect(page.locator("[data-readout] .verdict-word")).to_contain_text("Đạt")
    typed(page).fill("21,42")
    expect(page.locator("[data-readout] .verdict-word")).to_contain_text("Không đạt")
    expect(page.locator("[data-readout] [data-out=room]")).to_contain_text("vượt giới hạn")

    expect(page.locator("[data-draft-status]")).to_contain_text("Đã lưu nháp")
    page.reload()
    expect(typed(page)).to_have_value("21,42")
    expect(value(page)).to_have_text("23,22")

    page.get_by_label(re.compile("^EQ-002")).check()
    page.locator("[name=environment][value=new]").check()
    page.select_option("[name=room]", label="Phòng RF")
    for name, text in (("t_low", "23,5"), ("rh_low", "52"), ("sensor_code", "EQ-014")):
        page.fill(f"[name={name}]", text)
    typed(page).fill("15,42")
    expect(value(page)).to_have_text("17,22")
    page.locator("[name=raw-antenna_gain]").focus()
    page.keyboard.press("Enter")  # the last cell: recorded, and on to the next line
    page.wait_for_url(re.compile("line="))
    expect(done).to_contain_text("1 trên")
    expect(page.get_by_label(re.compile("^EQ-002"))).to_be_checked()
    expect(page.locator("[name=environment]:checked")).not_to_have_value("new")

    typed(page).press_sequentially("15,71")
    page.keyboard.press("Enter")
    expect(page.locator("[name=raw-antenna_gain]")).to_be_focused()
    page.get_by_role("link", name="Để sau").click()  # leaving the row for another page records it first
    page.wait_for_url(re.compile("/jobs\\?"))
    page.get_by_role("link", name="T26-0119-01").first.click()
    expect(done).to_contain_text("2 trên")


def test_half_a_row_stays_a_draft_and_a_refusal_is_read_before_leaving(bench: Page):
    page = bench
    typed(page).fill("15,18")
    page.fill("[name=raw-antenna_gain]", "")
    page.locator("[name=raw-antenna_gain]").press("Tab")
    page.get_by_label(re.compile("^EQ-002")).uncheck()
    page.get_by_role("link", name="Để sau").click()
    page.wait_for_url(re.compile("/jobs\\?"))
    page.go_back()
    page.reload()
    expect(typed(page)).to_have_value("15,18")
    expect(page.locator("#grid-title + .cap")).to_contain_text("2 trên")

    page.get_by_label(re.compile("^EQ-002")).check()
    page.locator("details.more > summary").first.click()
    page.fill("[name=measured_at]", "01/01/2030 10:00")
    expect(page.locator("[data-refusal]")).to_contain_text("ở tương lai")
    expect(page.locator("[data-refusal]")).to_contain_text("7.5.1")
