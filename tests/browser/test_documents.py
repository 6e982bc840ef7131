"""A document by clicks: written, handed in, reviewed, signed, read and confirmed; the old version no longer opens at the bench."""
from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot, sign_in
from tests.support.document_facts import pdf

pytestmark = pytest.mark.browser


def file_of(tmp_path: Path, words: str) -> str:
    path = tmp_path / f"{words}.pdf"
    path.write_bytes(pdf(words))
    return str(path)


def test_from_draft_to_read_receipt(page: Page, tmp_path: Path):
    sign_in(page, "chatluong")
    page.goto("/quality/documents")
    expect(page.get_by_role("link", name="HD-03", exact=True)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Thêm tài liệu").click()
    page.fill("#code", "QT-77")
    page.select_option("#kind", "procedure")
    page.fill("#title_vi", "Kiểm tra đường truyền trước khi đo")
    page.select_option("#owner", "U06")
    page.fill("#clauses", "7.2.1")
    page.fill("#methods", "QCVN 54")
    page.get_by_label("Thử nghiệm viên").check()
    assert_accessible(page)
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url("**/quality/documents/QT-77/versions/new")
    page.get_by_role("button", name="Lưu bản thảo").click()
    expect(page.locator("#file-e")).to_contain_text("Chọn tệp PDF")
    page.set_input_files("#file", file_of(tmp_path, "ban-mot"))
    page.get_by_role("button", name="Lưu bản thảo").click()
    page.wait_for_url("**/quality/documents/QT-77/versions/1")
    page.get_by_role("button", name="Trình soát xét").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kiểm tra đường truyền")
    expect(page.get_by_text("Người viết không tự soát xét",
        exact=False).or_(page.get_by_text("người viết không tự soát xét")).first).to_be_visible()
    screenshot(page, "document-own-review-refused")

    sign_in(page, "truongphong")
    page.goto("/quality/documents/QT-77/versions/1")
    page.fill("#review-note", "Đã đọc, làm được.")
    page.get_by_role("button", name="Soát xét đạt").click()
    expect(page.get_by_text("Đã soát xét đạt; chờ phê duyệt.")).to_be_visible()

    sign_in(page, "giamdoc")
    page.goto("/quality/documents/QT-77/versions/1")
    assert_accessible(page)
    page.fill("input[name=password]", SHOWN_PASSWORD)
    page.get_by_role("button", name="Ký phê duyệt").click()
    expect(page.get_by_text("Đã phê duyệt QT-77/01", exact=False)).to_be_visible()
    expect(page.get_by_text("Tôi cho phép phát hành")).to_be_visible()
    screenshot(page, "document-approved")

    sign_in(page, "rf")
    page.goto("/reading")
    assert_accessible(page)
    page.get_by_role("link", name="QT-77/01").click()
    assert_accessible(page)
    page.get_by_label("Tôi đã đọc và hiểu", exact=False).check()
    screenshot(page, "document-read")
    page.get_by_role("button", name="Xác nhận đã đọc").click()
    expect(page.get_by_text("Đã xác nhận đọc QT-77/01.")).to_be_visible()
    copy = page.request.get("/quality/documents/QT-77/versions/1/file")
    assert copy.status == 200 and copy.body().startswith(b"%PDF")
    old = page.request.get("/quality/documents/HD-03/versions/1/file")
    assert old.status == 422 and "7.2.1.2" in old.text()

    sign_in(page, "chatluong")
    page.goto("/quality/documents/QT-77/versions/1")
    row = page.get_by_role("row").filter(has_text="Lê Hữu Giả")
    expect(row.get_by_text("Đã đọc")).to_be_visible()


@pytest.mark.parametrize("path", [
    "/quality/documents/HD-03", "/quality/documents/HD-03/versions/3", "/quality/documents/at", "/quality/standards",
    "/quality/standards/5",
    "/quality/retention", "/quality/retention/sample", "/quality/disposals", "/quality/disposals/new", "/policy",
])
def test_pages_are_accessible_and_fit_a_phone(page: Page, path: str):
    sign_in(page, "chatluong")
    page.goto(path)
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
