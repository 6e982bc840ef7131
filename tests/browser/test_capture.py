"""Files of instruments by clicks: a value taken from a file at the bench and recorded, a table of readings, the mapping wizard."""
from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot

pytestmark = pytest.mark.browser


def sweep(peak: str = "13.25", unit: str = "dBm") -> bytes:
    """A file of the X-series: a carrier at 2 412 MHz over a floor of -60 dBm."""
    rows = [(2_402_000_000 + 1_000_000 * k, peak if k == 10 else f"-60.{k % 10}") for k in range(21)]
    head = (f"Trace\r\nSwept SA\r\nA.25.08,PM-8\r\nNumber of Points,{len(rows)}\r\nRBW,100000\r\nDetector,RMS\r\nTrace Name,Trace1\r\n"
            f"X Axis Units,Hz\r\nY Axis Units,{unit}\r\nDATA\r\n")
    return (head + "\r\n".join(f"{f},{v}" for f, v in rows) + "\r\n").encode()


def file(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": data}


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


def test_a_value_from_a_file_is_put_into_the_entry_and_recorded(bench: Page):
    page = bench
    page.get_by_role("link", name="Từ tệp, từ thiết bị").click()
    page.wait_for_url(re.compile("/capture"))
    assert_accessible(page)

    page.select_option("[name=instrument]", label=page.locator("[name=instrument] option", has_text="EQ-002").first.inner_text())
    page.set_input_files("[name=file]", file("quet.csv", b"MHz,dBm\n2412,13.2\n2411,1.5\n"))
    page.get_by_role("button", name="Nhập tệp").click()
    expect(page.get_by_role("alert")).to_contain_text("chưa biết cách đọc loại tệp này")
    assert_accessible(page)

    page.set_input_files("[name=file]", file("quet.csv", sweep()))
    page.get_by_role("button", name="Nhập tệp").click()
    page.wait_for_url(re.compile("trace="))
    page.get_by_label("đỉnh cao nhất trong đoạn").check()
    page.get_by_role("button", name="Xem giá trị").click()
    expect(page.locator("svg.plot")).to_be_visible()
    expect(page.get_by_text("13,25 dBm", exact=False).first).to_be_visible()
    assert_accessible(page)
    screenshot(page, "capture-value")

    page.get_by_role("button", name="Đưa vào ô số đọc").click()
    page.wait_for_url(re.compile(r"/jobs/T.*line="))
    expect(page.locator("[name=raw-conducted_sum]")).to_have_value("13,25")
    expect(page.locator("[data-readout] [data-out=value]")).to_have_text("15,05")
    expect(page.get_by_label(re.compile("^EQ-002"))).to_be_checked()
    page.locator("[name=environment][value=new]").check()
    page.select_option("[name=room]", index=1)
    for name, text in (("t_low", "23,5"), ("rh_low", "52"), ("sensor_code", "EQ-014")):
        page.fill(f"[name={name}]", text)
    page.locator("[name=raw-antenna_gain]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#grid-title + .cap")).to_contain_text("1 trên")
    expect(page.locator(".desk__rest")).to_contain_text("(từ tệp)")


def test_a_table_is_looked_at_row_by_row_before_anything_is_saved(bench: Page):
    page = bench
    page.get_by_role("link", name="Nhập từ bảng").click()
    page.wait_for_url(re.compile("/import"))
    assert_accessible(page)
    table = "chỉ tiêu;điều kiện;giá trị\n54-99;;1,5\n54-02;;x\n"
    page.set_input_files("[name=file]", file("bang.csv", table.encode()))
    page.fill("[name=instruments]", "EQ-018")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("cell", name=re.compile("không có chỉ tiêu “54-99”"))).to_be_visible()
    expect(page.get_by_text("0 dòng ghi được, 2 dòng không")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "capture-table")
    page.get_by_role("button", name="Ghi tất cả").click()
    expect(page.get_by_role("alert")).to_contain_text("Dòng 2")


def test_a_file_is_mapped_by_columns_and_shown_with_its_peaks(bench: Page):
    page = bench
    page.goto("/instruments/EQ-001/traces")
    assert_accessible(page)
    page.get_by_role("link", name="Nhập tệp").first.click()
    rows = "".join(f"{2400 + k},5;{-20 if k == 12 else -60 - k % 7},25\r\n" for k in range(60))
    page.set_input_files("[name=file]", file("sa.csv", b"Tan so (MHz);Muc (dBm)\r\n" + rows.encode()))
    page.get_by_role("button", name="Xem tệp").click()
    expect(page.get_by_text("60 điểm")).to_be_visible()
    assert_accessible(page)
    page.select_option("[name=frequency_unit]", "")
    page.get_by_role("button", name="Đọc thử").click()
    expect(page.get_by_text("chưa rõ đơn vị tần số")).to_be_visible()
    page.select_option("[name=frequency_unit]", "MHz")
    page.get_by_role("button", name="Đọc thử").click()
    expect(page.get_by_text("60 điểm")).to_be_visible()
    page.fill("[name=save_as]", "SA-2600, hai cột")
    page.get_by_role("button", name="Nhập tệp").click()
    page.wait_for_url(re.compile(r"/traces/\d+"))
    expect(page.get_by_role("rowheader", name="2412,5 MHz")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Gần đỉnh").click()
    expect(page.get_by_text("điểm trong đoạn")).not_to_contain_text("60 ")
    screenshot(page, "trace")
