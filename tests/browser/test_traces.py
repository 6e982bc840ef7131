"""A trace file dropped on a job, by clicks and keys: its factors chosen while the results follow, taken, zoomed, its points recorded."""
from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from lab_app.demo import traces as demo
from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot

pytestmark = pytest.mark.browser

#: The case's horizontal sweep with another noise: the same bytes would be the trace of September.
SWEEP = replace(demo.SEPTEMBER[3], name="RE-H-loa")


@pytest.fixture
def traces(page: Page) -> Page:
    """The traces of the smart speaker's job, opened by the EMC engineer."""
    page.goto("/sign-in")
    page.fill("input[name=email]", "emc@mayxanh.example")
    page.fill("input[name=password]", SHOWN_PASSWORD)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/jobs?who=me&status=open")
    page.get_by_role("rowheader").get_by_role("link").last.click()
    page.wait_for_url(re.compile(r"/jobs/T"))
    page.get_by_role("link", name="Đường đo").click()
    page.wait_for_url(re.compile(r"/traces$"))
    return page


def drop(page: Page, name: str, data: bytes) -> None:
    """Drop a file on the panel, as from a folder of the desktop."""
    handle = page.evaluate_handle(
        """([name, text]) => {
            const held = new DataTransfer();
            held.items.add(new File([text], name, {type: "text/csv"}));
            return held;
        }""", [name, data.decode()])
    for kind in ("dragenter", "dragover", "drop"):
        page.dispatch_event("[data-drop]", kind, {"dataTransfer": handle})


def settled(page: Page) -> None:
    """What was chosen last has reached the address, and the results shown are those of it, no longer faded."""
    page.wait_for_function('''() => {
        const form = document.querySelector("form[data-trace-form]");
        return location.search.slice(1) === new URLSearchParams(new FormData(form)).toString();
    }''')
    expect(page.locator("[data-live]")).not_to_have_attribute("aria-busy", "true")


def test_a_dropped_trace_becomes_judged_zoomed_and_recorded(traces: Page):
    page = traces
    assert_accessible(page)
    page.select_option("[name=instrument]", label=page.locator("[name=instrument] option", has_text="EQ-005").first.inner_text())
    drop(page, "RE-H.csv", demo.file_of(SWEEP, demo.levels_of(SWEEP)))
    page.wait_for_url(re.compile("/traces/set-up/"))

    # The antenna's table of the day is chosen; what the bench used besides is stated, and the results follow.
    expect(page.locator("[name=factor-af]")).to_have_value(re.compile("^set:"))
    for key, value in (("cable", "30 0,8; 240 2,3; 500 3,4; 1000 4,9"), ("preamp", "0")):
        page.select_option(f"[name=factor-{key}]", "stated")
        page.locator(f"details:has([name=stated-{key}]) summary").click()
        page.fill(f"[name=stated-{key}]", value)
        page.fill(f"[name=says-{key}]", "CAB-07, 06/2026")
    page.fill("[name=conditions]", "phân cực H, 3 m")
    settled(page)
    unwanted = page.locator("#parameters label", has_text="phân cực V").locator("input:checked")
    for left in range(unwanted.count(), 0, -1):
        ident = unwanted.first.input_value()
        unwanted.first.uncheck()
        # The whole page is opened again with what is left; only then is the next box clicked.
        page.wait_for_url(lambda url, ident=ident: "do=look" in url and f"parameters={ident}&" not in url)
        expect(unwanted).to_have_count(left - 1)
    settled(page)
    expect(page.get_by_role("cell", name="+3,2 dB").first).to_be_visible()
    expect(page.locator("[data-live]")).to_contain_text("nhiễu nền")
    expect(page.locator("[data-trace-plot]")).to_have_attribute("data-drawn", re.compile(r"\d+"))
    assert_accessible(page)
    screenshot(page, "trace-setup")

    page.get_by_role("button", name="Đưa vào việc").click()
    page.wait_for_url(re.compile(r"/traces/\d+$"))
    figure = page.locator("[data-trace-plot]")
    expect(figure).to_have_attribute("data-drawn", re.compile(r"\d+"))
    expect(figure.locator("svg.plot")).to_be_hidden()
    spent = figure.evaluate("""async (figure) => {
        const begun = performance.now();
        await figure.plot.load();
        figure.plot.draw();
        return performance.now() - begun;
    }""")
    assert spent < 300, f"{spent:.0f} ms for {len(demo.levels_of(SWEEP))} points"
    status = page.locator("[data-trace-status]")
    expect(status).to_contain_text("30 đến 1000 MHz")
    page.locator("[data-trace-canvas]").focus()
    page.keyboard.press("+")
    expect(status).not_to_contain_text("30 đến 1000 MHz")
    page.keyboard.press("0")
    expect(status).to_contain_text("30 đến 1000 MHz")
    assert_accessible(page)
    screenshot(page, "trace-use")

    # Without the conditions in the room no point becomes a record: the gate says so and everything chosen stays.
    expect(page.locator("#points input")).to_have_count(2)
    page.get_by_role("button", name="Lấy thành chỉ tiêu").click()
    expect(page.get_by_role("alert").first).to_contain_text("Chưa thành hồ sơ được")
    expect(page.locator("#points input:checked")).to_have_count(2)
    assert_accessible(page)
