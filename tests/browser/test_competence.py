"""A person from hiring to authorisation to lapse by clicks, and what wakes the authorisation again (6.2.2, 6.2.3, 6.2.5, 6.2.6)."""
from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lab_app.core import clock
from tests.support.browser import assert_accessible, screenshot, sign_in

pytestmark = pytest.mark.browser


def look(page, name):
    for width, tail in ((1440, ""), (1024, "-1024"), (390, "-390")):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), (name, width)
        screenshot(page, f"competence-{name}{tail}")
    page.set_viewport_size({"width": 1440, "height": 900})


def day(days_ago: int) -> str:
    return (clock.today() - timedelta(days=days_ago)).strftime("%d/%m/%Y")


def save(page, name="Lưu"):
    page.locator("main form").get_by_role("button", name=name, exact=True).click()


def test_from_hiring_to_authorisation_to_lapse_and_back(page):
    sign_in(page, "quantri")  # hired: the administrator opens the account
    page.goto("/people/new")
    page.fill("input[name=code]", "U30")
    page.fill("input[name=full_name]", "Lý Thị Mới")
    page.fill("input[name=email]", "moi@mayxanh.example")
    page.get_by_label("Thử nghiệm viên").check()
    save(page)
    expect(page.locator("code[data-once]")).to_be_visible()

    sign_in(page, "chatluong")  # the file: a degree, training from plan to judgement, a witnessed test
    page.goto("/people/U30/file")
    expect(page.locator(".refuse")).to_contain_text("Chưa được giao chức năng nào")
    look(page, "file-empty")
    page.get_by_role("link", name="Bằng cấp", exact=True).click()
    page.fill("input[name=title]", "Kỹ sư Viễn thông")
    page.fill("input[name=day]", "01/07/2020")
    page.set_input_files("input[name=file]", {"name": "bang.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 degree"})
    save(page, "Thêm vào hồ sơ")
    expect(page.locator("ol.timeline")).to_contain_text("bang.pdf")
    page.get_by_role("link", name="Đào tạo", exact=True).first.click()
    page.fill("input[name=title]", "Nhập môn và QCVN 54")
    page.fill("textarea[name=need]", "Người mới")
    page.fill("input[name=planned_on]", day(70))
    save(page, "Lên kế hoạch")
    page.get_by_role("link", name=re.compile("Ghi đã học")).click()
    page.fill("input[name=done_on]", day(70))
    page.fill("textarea[name=content]", "Đọc phương pháp, xem hai việc")
    save(page, "Ghi đã học")
    page.get_by_role("link", name=re.compile("^Đánh giá ?:")).click()
    page.fill("input[name=evaluated_on]", day(69))
    page.get_by_label("Đạt", exact=True).check()
    page.fill("textarea[name=evaluation]", "9/10 câu")
    save(page, "Ghi đánh giá")
    page.get_by_role("link", name="Chứng kiến", exact=True).click()
    page.select_option("select[name=kind]", "witnessed")
    page.select_option("select[name=method_code]", "QCVN 54")
    page.select_option("select[name=by]", label="Lê Hữu Giả")
    page.fill("input[name=day]", day(62))
    page.get_by_label("Đạt", exact=True).check()
    page.fill("textarea[name=observed]", "Nối dây, làm nóng máy, ghi chép đúng")
    save(page, "Ghi vào hồ sơ")
    expect(page.locator("main")).to_contain_text("Ghi mã việc thử nghiệm đã được chứng kiến.")  # what was typed stays
    expect(page.locator("textarea[name=observed]")).to_have_value("Nối dây, làm nóng máy, ghi chép đúng")
    page.fill("input[name=job_code]", "T26-0117-01")
    save(page, "Ghi vào hồ sơ")
    expect(page.locator("ol.timeline")).to_contain_text("T26-0117-01")

    sign_in(page, "giamdoc")  # not before the function was given, criterion by criterion
    page.goto("/people/U30/authorise")
    page.get_by_label("Thử nghiệm", exact=True).check()
    page.get_by_label(re.compile("^QCVN 54")).check()
    page.fill("input[name=valid_from]", day(40))
    page.fill("textarea[name=basis]", "Thử có người chứng kiến đạt")
    page.fill("input[name=monitor_months]", "1")
    save(page, "Trao quyền")
    expect(page.locator(".refuse--bad")).to_contain_text("6.2.3")
    look(page, "authorise-refused")
    page.goto("/people/U30/functions/grant")
    page.select_option("select[name=function]", "CN-TN")
    page.get_by_role("button", name="Tiếp", exact=True).click()
    page.fill("input[name=valid_from]", day(61))
    for name in ("education", "training", "knowledge", "skill", "experience"):
        page.fill(f"textarea[name={name}]", "đã xem hồ sơ")
    look(page, "grant")
    save(page, "Giao chức năng")
    page.goto("/people/U30/authorise")
    page.get_by_label("Thử nghiệm", exact=True).check()
    page.get_by_label(re.compile("^QCVN 54")).check()
    page.fill("input[name=valid_from]", day(40))
    page.fill("textarea[name=basis]", "Thử có người chứng kiến đạt")
    page.fill("input[name=monitor_months]", "1")
    save(page, "Trao quyền")

    expect(page.locator("#authorisations")).to_contain_text("Tạm ngưng: quá hạn theo dõi")  # a month has gone by
    sign_in(page, "chatluong")
    page.goto("/competence/due?state=overdue")
    expect(page.locator("main")).to_contain_text("Lý Thị Mới")
    look(page, "due")
    page.goto("/people/U30/file")
    expect(page.locator("ol.timeline")).to_contain_text("Quyền tạm ngưng")
    look(page, "file-lapsed")
    page.get_by_role("link", name="Theo dõi", exact=True).first.click()
    page.select_option("select[name=by]", label="Trần Thị Mẫu")
    page.get_by_label("Đạt", exact=True).check()
    page.fill("textarea[name=findings]", "Xem lại ba hồ sơ: đúng")
    look(page, "monitor")
    save(page, "Ghi lần theo dõi")
    expect(page.locator("aside")).to_contain_text("Sắp đến hạn theo dõi")
    expect(page.locator("ol.timeline")).not_to_contain_text("Quyền tạm ngưng")


def test_the_bench_of_a_person_whose_authorisation_rests_says_why(page):
    sign_in(page, "hocviec")
    page.goto("/jobs/T26-0119-01")
    expect(page.locator(".refuse").first).to_contain_text("quá hạn theo dõi năng lực")
    page.locator(".refuse").first.get_by_role("link", name="Mở phần theo dõi năng lực").click()
    expect(page.locator("main")).to_contain_text("Nguyễn Thị Học Việc")
    page.goto("/people/U11/file")
    expect(page.locator(".refuse")).to_contain_text("tạm ngưng")
    expect(page.get_by_role("link", name="Theo dõi", exact=True)).to_have_count(1)  # only the filter: nobody monitors themselves
