"""Anyone checks a paper in a browser: by typing, by a photo of its symbol, by dropping the right and an altered file; no account."""
from __future__ import annotations

import base64
import io

import pytest
import segno
from playwright.sync_api import Page, expect

from tests.support.browser import assert_accessible, screenshot

pytestmark = pytest.mark.browser
MODEL = "SH-AX30"


@pytest.fixture
def paper(page: Page) -> dict:
    """The demonstration's listed paper in force, as the directory tells it to programs."""
    found = page.request.get(f"/directory.json?q={MODEL}&in=model").json()["entries"]
    return next(one for one in found if one["status"] == "valid")


def qr(said: str) -> bytes:
    out = io.BytesIO()
    segno.make(said, error="m").save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def drop(page: Page, form: str, name: str, kind: str, content: bytes) -> None:
    """Let a file fall onto a form, as a hand does with a mouse."""
    transfer = page.evaluate_handle(
        """([name, kind, text]) => {
          const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name, { type: kind }));
          return transfer;
        }""",
        [name, kind, base64.b64encode(content).decode()])
    page.dispatch_event(form, "dragover", {"dataTransfer": transfer})
    page.dispatch_event(form, "drop", {"dataTransfer": transfer})


def test_by_typing_a_number_and_a_code(page: Page, paper: dict):
    page.goto("/verify")
    assert_accessible(page)
    page.fill("#q", paper["number"])
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Còn hiệu lực")
    page.goto("/verify")
    page.fill("#q", paper["code"].lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Còn hiệu lực")
    assert page.url.endswith(f"/verify/{paper['code']}")
    assert_accessible(page)
    page.locator("img[src*='.svg?lang']").scroll_into_view_if_needed()
    expect(page.locator("img[src*='.svg?lang']")).to_have_js_property("complete", True)
    assert page.locator("img[src*='.svg?lang']").evaluate("(one) => one.naturalWidth") > 100, "the badge is drawn"


def test_by_a_photo_that_the_server_reads(page: Page, paper: dict):
    page.goto("/verify")
    page.set_input_files("#qr", {"name": "anh.png", "mimeType": "image/png", "buffer": qr(paper["verify_url"])})
    page.get_by_role("button", name="Đọc hình QR").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Còn hiệu lực")
    page.goto("/verify")
    page.set_input_files("#qr", {"name": "anh.png", "mimeType": "image/png", "buffer": qr(f"https://lab-gia.example/verify/{paper['code']}")})
    page.get_by_role("button", name="Đọc hình QR").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("không phải của chúng tôi")
    assert_accessible(page)
    page.goto("/verify")
    page.set_input_files("#qr", {"name": "anh.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"})
    page.get_by_role("button", name="Đọc hình QR").click()
    expect(page.locator("#qr-error")).to_be_visible()
    assert_accessible(page)


def test_by_the_browsers_own_reader_where_there_is_one(page: Page, paper: dict):
    page.add_init_script(
        "window.BarcodeDetector = class { async detect() { return [{ rawValue: window.seen }]; } };"
        "navigator.mediaDevices.getUserMedia = async () => { throw new Error('denied'); };")
    sent = []
    page.on("request", lambda asked: sent.append(asked.method) if asked.method == "POST" else None)
    page.goto("/verify")
    page.evaluate(f"window.seen = {paper['verify_url']!r}")
    page.get_by_role("button", name="Quét bằng camera").click()
    expect(page.get_by_role("status").filter(has_text="không cho dùng camera")).to_be_visible()
    page.set_input_files("#qr", {"name": "anh.png", "mimeType": "image/png", "buffer": qr("x")})
    page.wait_for_url(f"**/verify/{paper['code']}")
    assert sent == [], "the photo did not leave the machine"


def test_by_dropping_the_right_and_the_altered_file(page: Page, paper: dict, live_server):
    page.goto("/sign-in")
    page.fill("input[name=email]", "chatluong@mayxanh.example")
    from lab_app.demo.load import SHOWN_PASSWORD

    page.fill("input[name=password]", SHOWN_PASSWORD)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    pdf = page.request.get(f"/reports/{paper['code']}/file").body()
    assert pdf.startswith(b"%PDF-")
    page.context.clear_cookies()
    form = "form[action='/verify/file']"
    for content, says in ((pdf, "Đúng tệp đã phát hành"), (pdf + b"\n% more", "Tệp đã bị thêm vào sau khi phát hành")):
        page.goto("/verify")
        drop(page, form, "phieu.pdf", "application/pdf", content)
        expect(page.get_by_role("heading", level=1)).to_contain_text(says)
        assert_accessible(page)
    altered = pdf.replace(b"/Type /Catalog", b"/Type /Cataloh", 1) if b"/Type /Catalog" in pdf else pdf[:-2000] + bytes(2000)
    page.goto("/verify")
    drop(page, form, "phieu.pdf", "application/pdf", altered)
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Đúng tệp đã phát hành")


@pytest.mark.parametrize("place", ["/directory", f"/directory?q={MODEL}", "/open-data", "/api", "/verify/{code}/exhibits"])
def test_the_public_pages_are_open_to_everybody_on_a_phone_too(page: Page, paper: dict, place: str):
    page.goto(place.format(code=paper["code"]))
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    screenshot(page, "public-" + place.strip("/").split("?")[0].replace("{code}/", "").replace("/", "-"))


def test_everything_works_without_scripts(chromium_browser, live_server, paper: dict):
    context = chromium_browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="vi-VN")
    try:
        page = context.new_page()
        page.goto("/verify")
        page.set_input_files("#pdf", {"name": "x.png", "mimeType": "image/png", "buffer": qr(paper["verify_url"])})
        page.get_by_role("button", name="Kiểm tệp", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Còn hiệu lực")
        page.goto("/directory")
        page.fill("#dq", "wi-fi")
        page.get_by_role("button", name="Tìm", exact=True).click()
        expect(page.get_by_role("link", name=paper["number"])).to_be_visible()
    finally:
        context.close()
