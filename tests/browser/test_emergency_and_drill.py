"""An emergency at the bench by clicks, from the refusal to the nonconforming work; a recall drill from the copy to the filed record."""
from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot, sign_in

pytestmark = pytest.mark.browser

WHY = "Sân bay cần công suất của thiết bị này ngay trong chiều nay"


def look(page, name):
    for width, tail in ((1440, ""), (1024, "-1024"), (390, "-390")):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        screenshot(page, f"{name}{tail}")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_refused_reading_is_recorded_past_the_gate_and_leaves_nonconforming_work(page):
    sign_in(page, "rf")
    page.goto("/jobs/T26-0122-01")
    for box in page.locator("[data-cells] input").all():
        box.fill("2,5")
    page.select_option("select[name=room]", label="Phòng RF")
    for name, value in (("t_low", "39,5"), ("rh_low", "50"), ("sensor_code", "EQ-014")):
        page.fill(f"input[name={name}]", value)
    expect(page.locator("[data-refusal]")).to_contain_text("ngoài giới hạn")
    expect(page.locator("[data-refusal] button")).to_have_text("Vượt chốt khẩn cấp…")
    page.locator("button[value=record]", has_text="Ghi số đọc").first.click()
    page.locator("details.glass > summary").click()
    page.fill("textarea[name=glass_reason]", "gấp")
    page.select_option("select[name=glass_by]", index=1)
    page.fill("input[name=glass_password]", "sai mật khẩu")
    page.get_by_role("button", name="Ký, vượt chốt và làm việc này").click()
    expect(page.locator("#glass_reason-e")).to_contain_text("ít nhất 6 từ")
    look(page, "glass-refused")
    page.fill("textarea[name=glass_reason]", WHY)
    page.fill("input[name=glass_password]", SHOWN_PASSWORD)
    page.get_by_role("button", name="Ký, vượt chốt và làm việc này").click()
    expect(page.locator(".flash--ok")).to_contain_text("Đã ghi số đọc")

    sign_in(page, "chatluong")
    page.goto("/quality/broken-gates")
    expect(page.locator("main")).to_contain_text(WHY)
    look(page, "glass-list")
    page.locator("main tbody th a").first.click()
    look(page, "glass-one")
    page.get_by_role("link", name="Mở công việc không phù hợp").click()
    expect(page.locator("main")).to_contain_text(WHY)


def test_a_drill_from_the_copy_to_the_filed_record(page):
    sign_in(page, "chatluong")
    page.goto("/recall-drills/new")
    look(page, "drill-new")
    for name, value in (("instrument", "EQ-002"), ("since", "01/08/2026 08:00"), ("error", "-0,9"), ("error_unit", "dB"),
                        ("scenario", "Diễn tập: phòng hiệu chuẩn báo máy chỉ thấp")):
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="Lập lần diễn tập").click()
    page.get_by_role("button", name="Sao dữ liệu, bắt đầu").click()
    expect(page.locator("main")).to_contain_text("Đang diễn tập")
    look(page, "drill-running")
    takes = page.locator("main table form.act button")
    while takes.count():
        takes.first.click()
        look(page, "drill-customer")
        page.select_option("select[name=decision]", "retest")
        page.fill("textarea[name=reason]", "Lệch lớn hơn biên")
        page.fill("textarea[name=reached]", "Gọi số trong hồ sơ, đúng người; nói rõ là diễn tập")
        page.get_by_role("button", name="Xong doanh nghiệp này").click()
        expect(page.locator(".flash--ok")).to_be_visible()
    page.get_by_role("button", name="Đã đến doanh nghiệp cuối: dừng đồng hồ").click()
    page.fill("textarea[name=conclusion]", "Danh sách đủ, liên hệ đúng")
    look(page, "drill-finished")
    page.fill("input[name=password]", SHOWN_PASSWORD)
    page.get_by_role("button", name="Ký, lưu làm bằng chứng").click()
    expect(page.locator(".head__line")).to_contain_text("Đã lưu làm bằng chứng")
    look(page, "drill-filed")
    page.goto("/recall-drills")
    look(page, "drill-list")
