"""An importer checks a container list of 2,000 rows, keeps the receipt, and has it checked; asks after one product; without an account."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import assert_accessible, screenshot
from tests.support.folders import ROOT

pytestmark = pytest.mark.browser

VALID, REPLACED = "PKQ-2026-0117-01/SĐ1", "PKQ-2026-0117-01"


def narrow(page: Page) -> None:
    """The page as on a small phone: nothing sticks out, and it is accessible there too."""
    page.set_viewport_size({"width": 390, "height": 844})
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.fixture
def code(page: Page, live_server) -> str:
    """The code of the paper in force, as the demonstration's database knows it."""
    import sqlite3

    with sqlite3.connect(live_server.instance / "data" / "laboratory.db") as kept:
        return str(kept.execute("select code from report where number = ?", (VALID,)).fetchone()[0])


def test_an_importer_checks_a_container_list_and_keeps_the_receipt(page: Page, code: str, tmp_path: Path):
    page.goto("/verify/bulk")
    narrow(page)
    rows = [f"{code};SH AX30;1.0.4", f"{REPLACED};;"] + [f"PKQ-2026-{n:04d}-88;AB-{n};" for n in range(1998)]
    page.set_input_files("input[type=file]", [{
        "name": "container.csv", "mimeType": "text/csv", "buffer": ("Số phiếu;Kiểu;Firmware\n" + "\n".join(rows)).encode("utf-16")}])
    page.get_by_role("button", name="Tra cả danh sách").click()
    expect(page.get_by_text("2000 dòng đã tra lúc")).to_be_visible()
    expect(page.get_by_role("row", name=code)).to_contain_text("Còn hiệu lực")
    expect(page.get_by_role("row", name=code)).to_contain_text("Đúng sản phẩm")
    expect(page.get_by_role("row", name=REPLACED).nth(1)).to_contain_text("thay bằng " + VALID)
    assert_accessible(page)
    screenshot(page, "lookup-list")
    narrow(page)
    page.get_by_role("button", name="Sau").click()
    expect(page.get_by_text("Trang 2 / 20")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Tải biên nhận").click()
    kept.value.save_as(tmp_path / "bien-nhan.json")
    with page.expect_download() as printed:
        page.get_by_role("button", name="Bản in PDF").click()
    printed.value.save_as(tmp_path / "bien-nhan.pdf")
    key = page.request.get("/log/key").text().strip()
    for name in ("bien-nhan.json", "bien-nhan.pdf"):
        offline = subprocess.run(
            [sys.executable, "-m", "certificates.certverify", "--receipt", str(tmp_path / name), "--key", key], cwd=ROOT,
            capture_output=True, text=True, check=False)
        assert offline.returncode == 0 and "2000 rows" in offline.stdout, offline.stdout + offline.stderr
    bring(page, tmp_path / "bien-nhan.pdf")
    expect(page.get_by_role("heading", level=1)).to_have_text("Biên nhận nguyên vẹn")
    data = json.loads((tmp_path / "bien-nhan.json").read_text(encoding="utf-8"))
    data["rows"][1]["answer"]["status"] = "valid"
    (tmp_path / "sua.json").write_text(json.dumps(data), encoding="utf-8")
    bring(page, tmp_path / "sua.json")
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã bị sửa")
    expect(page.get_by_text("Các dòng đã bị sửa sau khi ký: 2.")).to_be_visible()
    screenshot(page, "lookup-receipt-altered")
    narrow(page)


def bring(page: Page, path: Path) -> None:
    page.goto("/verify/receipt")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Kiểm biên nhận").click()


def test_a_product_is_held_beside_its_paper(page: Page, code: str):
    page.goto(f"/verify/{code}")
    panel = page.locator("section", has_text="Phiếu này có phải cho sản phẩm của bạn?")
    panel.get_by_label("Kiểu (model) ghi trên nhãn máy").fill("sh ax30")
    panel.get_by_label("Phiên bản firmware").fill("v1.0.4")
    panel.get_by_role("button", name="So với phiếu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đúng: phiếu này cho sản phẩm đó")
    assert_accessible(page)
    screenshot(page, "lookup-covers")
    page.get_by_label("Kiểu (model) ghi trên nhãn máy").fill("SH-AX30-EU")
    page.get_by_role("button", name="So với phiếu").click()
    expect(page.get_by_text("Kiểu gần nhất mà phiếu nêu: SH-AX30.")).to_be_visible()
    narrow(page)
    with page.expect_download() as kept:
        page.get_by_role("link", name="Tải biên nhận của câu trả lời này").click()
    assert json.loads(Path(kept.value.path()).read_text(encoding="utf-8"))["rows"][0]["answer"]["covers"] == "cannot_tell"


def test_a_list_that_cannot_be_read_says_why_and_watching_without_mail_is_honest(page: Page, code: str):
    page.goto("/verify/bulk")
    page.get_by_label("Dán danh sách").fill("Kiểu;Hãng\nA;B")
    page.get_by_role("button", name="Tra cả danh sách").click()
    expect(page.get_by_role("alert")).to_contain_text("Không thấy cột số phiếu")
    expect(page.get_by_label("Dán danh sách")).to_have_value("Kiểu;Hãng\nA;B")
    narrow(page)
    page.goto(f"/watch?paper={code}")
    narrow(page)
    # The demonstration sends no mail: it says so before anything is typed, and checks the list at once instead.
    expect(page.locator(".note--warn")).to_contain_text("chưa gửi được thư")
    expect(page.get_by_label("Địa chỉ thư điện tử")).to_have_count(0)
    expect(page.get_by_label("Dán danh sách")).to_have_value(code)
    screenshot(page, "watch-without-mail")
    page.get_by_role("button", name="Tra cả danh sách").click()
    expect(page.get_by_role("heading", name="Mọi dòng đều còn hiệu lực")).to_be_visible()
