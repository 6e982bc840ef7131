"""A worksheet entered by keyboard alone: cells walked through, a block pasted, a slip taken back, everything recorded at once."""
from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot

pytestmark = pytest.mark.browser

PASTE = """([text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def technician(page: Page) -> Page:
    """The RF technician, who has written down the room's temperature and humidity just now."""
    page.goto("/sign-in")
    page.fill("input[name=email]", "rf@mayxanh.example")
    page.fill("input[name=password]", SHOWN_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/rooms/RF/environment")
    now = page.input_value("[name=to_at]")
    read = {"from_at": now, "t_low": "23,2", "t_high": "23,2", "rh_low": "52", "rh_high": "52", "sensor_code": "EQ-014"}
    for name, text in read.items():
        page.fill(f"[name={name}]", text)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/environment"))
    return page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || ''"))


def row_of(page: Page):
    return page.locator("tr[data-row]", has=page.locator(":focus"))


def to_the_grid(page: Page) -> None:
    """Tab from the top of the page to the first cell."""
    page.locator("body").press("Tab")
    for _ in range(120):
        if focused(page).startswith("c."):
            return
        page.keyboard.press("Tab")
    raise AssertionError("no cell can be reached by Tab")


def test_a_worksheet_is_entered_by_keyboard_alone(technician: Page):
    page = technician
    page.goto("/worksheets/BG-2026-002")
    expect(page.locator("[name=environment]:checked")).not_to_have_value("")
    assert_accessible(page)
    to_the_grid(page)
    first = focused(page)
    expect(page.locator(":focus")).to_have_value("4,81")  # the draft of before
    expect(row_of(page).locator("[data-out=verdict]")).to_contain_text("Đạt")

    page.keyboard.press("Enter")
    second = focused(page)
    assert second != first
    page.evaluate(PASTE, ["4,90\n4,83\n"])
    expect(page.locator(f"[name='{second}']")).to_have_value("4,90")
    third = focused(page)
    expect(page.locator(":focus")).to_have_value("4,83")
    expect(row_of(page).locator("[data-out=value]")).to_have_text("4,83")

    page.keyboard.press("ArrowUp")
    assert focused(page) == second
    page.keyboard.press("F2")
    page.keyboard.press("Backspace")
    page.keyboard.type("1")
    expect(page.locator(":focus")).to_have_value("4,91")
    page.keyboard.press("Enter")
    assert focused(page) == third
    page.keyboard.type("4,8x")
    expect(row_of(page).locator("[data-says]")).to_contain_text("4,8x")
    expect(page.locator(":focus")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(page.locator(":focus")).to_have_value("4,83")

    page.keyboard.press("ArrowDown")
    page.keyboard.type("4,84")  # the duplicate of the first row
    page.keyboard.press("ArrowDown")
    page.keyboard.type("10,01")  # the control value
    page.keyboard.press("Control+Home")
    assert focused(page) == first
    screenshot(page, "worksheet-typed")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#grid-title + .cap")).to_contain_text(re.compile(r"8 trên 8"))
    expect(page.locator("tr[data-row] input[name]")).to_have_count(0)
    expect(page.locator("tr.wqc").first).to_contain_text("4,84")
    assert_accessible(page)
    screenshot(page, "worksheet-recorded")
