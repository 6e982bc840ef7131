"""One item's whole life by clicks in a real browser, in Vietnamese and once in English: enterprise, request, contract review,
reception, bench, review, report, look-up by the QR on the paper. Each page is looked at for accessibility and kept as a picture."""
from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from babel.support import Translations
from PIL import Image, ImageDraw

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot
from tests.support.folders import ROOT

pytestmark = pytest.mark.browser
ENTERPRISE = "Công ty Trách nhiệm hữu hạn Sản xuất và Thương mại Thiết bị Truyền dẫn Không dây Đầm Sen Giả Định"
LINES = 11


class Story:
    """What one chapter leaves for the next, and the language the story is told in."""

    def __init__(self, lang):
        self.lang = lang
        self.kept = {}
        self._words = Translations.load(ROOT / "lab_app" / "translations", [lang])

    def __getitem__(self, name):
        return self.kept[name]

    def __setitem__(self, name, value):
        self.kept[name] = value

    def says(self, vietnamese):
        """The words of a page in the story's language."""
        return self._words.gettext(vietnamese)

    def number(self, text):
        """A number as the story's people type it."""
        return text if self.lang == "vi" else text.replace(",", ".")


@pytest.fixture(scope="module", params=["vi", "en"])
def shared(request):
    """The story in one language; the whole story is told before the next begins."""
    return Story(request.param)


def sign_in(page, who, shared):
    page.goto("/sign-in")
    page.fill("input[name=email]", f"{who}@mayxanh.example")
    page.fill("input[name=password]", SHOWN_PASSWORD)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    with page.expect_navigation():
        page.locator(f"form.lang button[value={shared.lang}]").click()
    assert page.locator("html").get_attribute("lang") == shared.lang


def look(page, name, shared):
    """The page stays as a picture, on a desk and on a phone, and is accessible on both."""
    for width, tail in ((1440, ""), (390, "-390")):
        page.set_viewport_size({"width": width, "height": 900 if width > 500 else 844})
        page.evaluate("() => window.scrollTo(0, 0)")
        assert_accessible(page)
        screenshot(page, f"story-{shared.lang}-{name}{tail}")
        overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} is {overflow} px wider than a {width} px screen"
    page.set_viewport_size({"width": 1440, "height": 900})


def photo(tmp_path: Path) -> Path:
    picture = Image.new("RGB", (640, 480), "#dfe7ec")
    ImageDraw.Draw(picture).rectangle((180, 140, 460, 340), fill="#33424d")
    path = tmp_path / "mau.jpg"
    picture.save(path)
    return path


def test_reception_registers_the_enterprise_and_its_request(page, shared):
    sign_in(page, "tiepnhan", shared)
    look(page, "home", shared)
    page.goto("/customers/new")
    page.fill("#name", ENTERPRISE)
    page.fill("#tax_code", "9910000016")
    page.fill("#address", "Lô 12, Khu công nghệ cao Thí Dụ, phường Tưởng Tượng, thành phố Mẫu")
    page.locator("main form button.btn-primary").last.click()
    assert page.locator("[data-error-summary]").is_visible(), "a wrong check digit is refused"
    assert page.input_value("#name") == ENTERPRISE, "what was typed stays"
    look(page, "customer-refused", shared)
    page.fill("#tax_code", "0100233488" if shared.lang == "vi" else "0314409058-002")
    page.locator("main form button.btn-primary").last.click()
    page.wait_for_url(re.compile(r"/customers/C\d+$"))
    shared["customer"] = page.url.rsplit("/", 1)[1]

    page.goto("/requests/new")
    page.fill("#customer", shared["customer"])
    page.fill("#items-0-name", "Bộ lặp sóng Wi-Fi trong nhà")
    page.fill("#items-0-model", "ĐS-R24")
    page.fill("#items-0-supplied", shared.number("Độ lợi ăng ten = 2,0 dBi"))
    page.get_by_label(re.compile("^QCVN 54")).first.check()
    look(page, "request-form", shared)
    page.locator("main form .form__end button.btn-primary").click()
    page.wait_for_url(re.compile(r"/requests/YC-\d{4}-\d{4}$"))
    shared["request"] = page.url.rsplit("/", 1)[1]
    with page.expect_navigation():
        page.locator("main .head form button.btn-primary").first.click()
    look(page, "request", shared)


def test_the_reviewer_accepts_after_five_answers_and_an_agreed_rule(page, shared):
    sign_in(page, "truongphong", shared)
    page.goto(f"/requests/{shared['request']}/review")
    assert page.locator(".refuse").first.is_visible(), "the grey button's reason is on the page"
    for key in ("requirements", "capability", "methods", "decision_rule"):
        page.locator(f"input[name=check-{key}][value=yes]").check()
    page.locator("input[name=check-subcontracting][value=na]").check()
    page.locator("select[name^=rule-]").first.select_option("DR-SA")
    page.fill("#agreed_by", "Bà Trịnh Thí Dụ")
    page.locator("#agreed_on").fill(page.locator("#reviewed_on").input_value() or _today(page))
    look(page, "review-form", shared)
    page.locator("button[name=do][value=accept]").click()
    page.wait_for_url(re.compile(rf"/requests/{shared['request']}$"))
    assert shared.says("Đã chấp nhận") in page.inner_text("main")


def _today(page):
    return page.evaluate("() => new Date().toLocaleDateString('en-GB', {timeZone: 'Asia/Ho_Chi_Minh'})")


def test_reception_receives_the_item_with_its_condition(page, shared, tmp_path):
    sign_in(page, "tiepnhan", shared)
    page.goto(f"/requests/{shared['request']}/receive")
    page.fill("#serial", "DSR24-000117")
    page.fill("#firmware", "3.1.4")
    for box in page.locator("input[name^=ok-][value=yes]").all():
        box.check()
    page.fill("#condition", "Nguyên hộp, không trầy xước")
    page.fill("#storage", "K1-07")
    page.set_input_files("#photos", photo(tmp_path))
    look(page, "receive", shared)
    page.locator("main form .form__end button.btn-primary").click()
    page.wait_for_url(re.compile(r"/samples/M\d\d-\d{4}-\d\d$"))
    shared["sample"] = page.url.rsplit("/", 1)[1]
    look(page, "sample", shared)


def test_the_job_goes_to_an_authorised_technician(page, shared):
    sign_in(page, "truongphong", shared)
    page.goto("/search?q=" + shared["sample"].replace("M", "T", 1).rsplit("-", 1)[0] + "-01")
    page.wait_for_url(re.compile(r"/jobs/T\d\d-\d{4}-\d\d"))
    shared["job"] = re.search(r"T\d\d-\d{4}-\d\d", page.url)[0]
    page.goto(f"/jobs/{shared['job']}/assign")
    page.get_by_label(re.compile("Lê Hữu Giả")).check()
    with page.expect_navigation():
        page.locator("main form .form__end button.btn-primary").click()


VALUES = {
    "conducted_sum": "15,20", "antenna_gain": "2,0", "f_low": "2403,12", "f_high": "2480,87", "bw99": "17,76", "density": "-17,6",
    "reading": "-58,3", "path_loss": "4,2", "occupancy": "5,84", "per": "1,2; 0,9; 0,4; 0,6",
}


def fill_line(page, shared):
    """Type every raw reading of the line in hand; a density and a power share a key, so its unit decides."""
    for box in page.locator("input[name^=raw-]").all():
        key = box.get_attribute("name").removeprefix("raw-")
        near = page.locator(".cells").inner_text()
        box.fill(shared.number("5,02" if key == "conducted_sum" and "dBm/MHz" in near else VALUES[key]))


#: By words of a line's condition: what the method needs there.
INSTRUMENTS = (
    ("0 °C / 198 V", {"EQ-002", "EQ-011"}), ("25 °C, 220 V", {"EQ-002"}), ("AWGN", {"EQ-001", "EQ-003", "EQ-004"}),
    ("CW", {"EQ-003", "EQ-004"}), ("", {"EQ-001"}),
)


def choose_instruments(page):
    """Pick what the line in hand needs; what was picked for the line before is taken back."""
    title = page.locator("tr[aria-current=true] th").inner_text()
    wanted = next(codes for words, codes in INSTRUMENTS if words in title)
    for row in page.locator("li[data-pick]").all():
        box = row.locator("input[type=checkbox]")
        needed = row.locator(".code").inner_text().strip() in wanted
        if box.is_checked() != needed:
            box.set_checked(needed)


def climate(page, first, shared):
    """The room's record of the day is made once and picked afterwards; an extreme condition has the chamber's own."""
    extreme = "0 °C / 198 V" in page.locator("tr[aria-current=true] th").inner_text()
    listed = page.locator("input[name=environment]:not([value=new])")
    if not first and not extreme and listed.count():
        listed.last.check()
        return
    page.locator("input[name=environment][value=new]").check()
    rooms = page.locator("select[name=room] option").all_inner_texts()
    names = ("Buồng khí hậu", "Climatic chamber") if extreme else ("Phòng RF", "RF room")
    wanted = next(text for text in rooms if text.startswith(names))
    page.locator("select[name=room]").select_option(label=wanted)
    typed = ("-0,4", "0,3") if extreme else ("23,1", "23,6")
    for name, value in (("t_low", typed[0]), ("t_high", typed[1]), ("rh_low", "52"), ("rh_high", "55")):
        page.fill(f"#{name}", shared.number(value))
    page.fill("#sensor_code", "EQ-011" if extreme else "EQ-014")


def test_the_technician_measures_every_line_at_the_bench(page, shared):
    sign_in(page, "rf", shared)
    page.goto("/search?q=" + shared["sample"])
    page.wait_for_url(re.compile("/jobs/"))
    look(page, "bench-empty", shared)
    for n in range(LINES):
        page.goto(f"/jobs/{shared['job']}")
        if n == 1:
            unclear = "1.234" if shared.lang == "vi" else "1,234"
            page.locator("input[name^=raw-]").first.fill(unclear)
            with page.expect_navigation():
                page.locator("button[name=do][value=record]").click()
            assert page.locator("input[name^=raw-]").first.input_value() == unclear, "an unclear number is refused and stays"
        choose_instruments(page)
        climate(page, n == 0, shared)
        fill_line(page, shared)
        if n == 0:
            page.locator("[data-readout] [data-out=verdict], [data-readout] .verdict-word").first.wait_for()
            shown = shared.number("17,20")
            page.wait_for_function("text => document.querySelector('[data-readout]').innerText.includes(text)", arg=shown)
            look(page, "bench", shared)
            screenshot(page, "bench", full=False)  # the picture of the README
        with page.expect_navigation():
            page.locator("button[name=do][value=record]").click()
        assert not page.locator(".refuse--bad").count(), page.locator(".refuse--bad").first.inner_text()
    page.goto(f"/jobs/{shared['job']}")
    page.locator(".by-method > summary").click()
    while page.locator(".checklist form button").count():
        with page.expect_navigation():
            page.locator(".checklist form button").first.click()
    page.locator(".bar input[name=password]").fill(SHOWN_PASSWORD)
    with page.expect_navigation():
        page.locator(".bar input[name=password]").press("Enter")
    assert shared.says("Chờ soát xét") in page.inner_text("main")


def test_another_person_reviews(page, shared):
    sign_in(page, "truongphong", shared)
    page.goto(f"/jobs/{shared['job']}/review")
    look(page, "review", shared)
    page.locator("#sign input[name=password]").fill("sai")
    with page.expect_navigation():
        page.locator("#sign input[name=password]").press("Enter")
    assert page.locator("#sign .err").count() == 1, "a wrong password signs nothing"
    page.locator("#sign input[name=password]").fill(SHOWN_PASSWORD)
    with page.expect_navigation():
        page.locator("#sign button").click()
    assert page.locator("#signatures li").count() == 2, "the tester's and the reviewer's signature"
    assert shared.says("Đã soát xét") in page.inner_text("main")


def test_the_signatory_issues_and_anyone_checks_by_the_qr(page, shared):
    sign_in(page, "giamdoc", shared)
    page.goto(f"/requests/{shared['request']}/report")
    look(page, "prepare", shared)
    page.locator("textarea[name=reason_n]").fill("Không có")
    page.locator("input[name=password]").fill(SHOWN_PASSWORD)
    with page.expect_navigation():
        page.locator("main form .form__end button").last.click()
    if "/reports/" not in page.url:
        page.locator("input[name=password]").fill(SHOWN_PASSWORD)
        page.get_by_role("button", name=shared.says("Ký và phát hành")).click()
        page.wait_for_url(re.compile("/reports/"))
    look(page, "report", shared)
    assert shared.says("Còn hiệu lực") in page.inner_text("main")
    href = page.locator("a[href*='.pdf'], a[href$='/pdf'], a[href*='/file']").first.get_attribute("href")
    data = page.request.get(href).body()
    assert data.startswith(b"%PDF-")

    paper = pypdfium2.PdfDocument(BytesIO(data))
    text = paper[0].get_textpage().get_text_range()
    assert "PHIẾU KẾT QUẢ THỬ NGHIỆM" in text and ENTERPRISE.split()[-1] in text
    codes = {c.text for c in zxingcpp.read_barcodes(paper[0].render(scale=150 / 72).to_pil())}
    target = next(c for c in codes if "/verify/" in c)

    page.context.clear_cookies()
    page.goto(f"{target}?lang={shared.lang}")
    assert shared.says("Còn hiệu lực") in page.inner_text("main")
    look(page, "verify", shared)
    number = re.search(r"PKQ-\d{4}-\d{4}-\d\d", page.inner_text("main"))[0]
    page.goto(f"/verify?lang={shared.lang}")
    page.fill("input[name=q]", number)
    with page.expect_navigation():
        page.locator("main form button").first.click()
    assert number in page.inner_text("main") and shared.says("Còn hiệu lực") in page.inner_text("main")
    assert ENTERPRISE not in page.inner_text("main"), "by number alone: status and dates, nothing of the customer"
