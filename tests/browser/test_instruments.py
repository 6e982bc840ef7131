"""The room of instruments by clicks in a real browser. The spare analyser's story: greyed at the bench, calibrated and released, measured
with, found wrong, its readings recalled; then a register from Excel, a loan, an interval decided by another person, the plan in English.
Each page is looked at for accessibility on a desk and on a phone and kept as a picture."""
from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.browser import assert_accessible, screenshot

pytestmark = pytest.mark.browser
SPARE = "EQ-018"
#: Lines of the demonstration's open job that a spectrum analyser measures, by words of their titles, with what is read there.
LINES = {
    "Mật độ phổ công suất": {"conducted_sum": "5,02", "antenna_gain": "2,0"},
    "đoạn BW thứ nhất": {"density": "-17,6"},
    "Phát xạ giả máy phát": {"reading": "-58,3", "path_loss": "4,2"},
}


@pytest.fixture(scope="module")
def shared():
    """What one chapter leaves for the next."""
    return {}


def sign_in(page, who, lang="vi"):
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("input[name=email]", f"{who}@mayxanh.example")
    page.fill("input[name=password]", SHOWN_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    with page.expect_navigation():
        page.locator(f"form.lang button[value={lang}]").click()
    assert page.locator("html").get_attribute("lang") == lang


def look(page, name):
    """The page stays as a picture, on a desk and on a phone; accessible on both, wider than neither."""
    for width, height, tail in ((1440, 900, ""), (390, 844, "-390")):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => window.scrollTo(0, 0)")
        assert_accessible(page)
        screenshot(page, f"instruments-{name}{tail}")
        overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} is {overflow} px wider than a {width} px screen"
    page.set_viewport_size({"width": 1440, "height": 900})


def go(page, element):
    """A click that leads to another page, which must not be a refusal."""
    with page.expect_navigation():
        element.click()
    refused = page.locator(".refuse--bad, [data-error-summary]")
    assert not refused.count(), refused.first.inner_text()


def button(page, name):
    """A button or a link of the page's own part by its words."""
    return page.get_by_role("main").get_by_role("button", name=name).or_(page.get_by_role("main").get_by_role("link", name=name)).first


def send(page):
    go(page, page.locator("main form .form__end button.btn-primary").first)


def _day(page, later=0):
    """Today at the laboratory, or so many days later, as it is typed."""
    return page.evaluate(
        "days => new Date(Date.now() + days * 864e5).toLocaleDateString('en-GB', {timeZone: 'Asia/Ho_Chi_Minh'})", later)


def pdf(page, href):
    answer = page.request.get(href)
    assert answer.status == 200 and answer.body().startswith(b"%PDF-"), href
    return answer.body()


def open_line(page, words):
    """The open job's line whose title has these words."""
    page.goto("/jobs")
    go(page, page.locator("main table th[scope=row] a.code").first)
    go(page, page.locator("main a[href*='line=']").filter(has_text=re.compile(re.escape(words))).first)
    assert words in page.locator("tr[aria-current=true] th").inner_text()


def pick_of(page, code):
    return page.locator("li[data-pick]").filter(has=page.locator(".code", has_text=code))


def take_none(page):
    """No instrument is chosen: what a bench proposes is taken off one by one, for the list of checked ones shrinks meanwhile."""
    checked = page.locator("li[data-pick] input:checked")
    for left in range(checked.count(), 0, -1):
        checked.first.uncheck()
        expect(checked).to_have_count(left - 1)


def fill_line(page, values, first=False):
    for key, value in values.items():
        page.fill(f"[name=raw-{key}]", value)
    listed = page.locator("input[name=environment]:not([value=new])")
    if not first and listed.count():
        listed.last.check()
        return
    page.locator("input[name=environment][value=new]").check()
    rooms = page.locator("select[name=room] option").all_inner_texts()
    page.locator("select[name=room]").select_option(label=next(text for text in rooms if text.startswith("Phòng RF")))
    for name, value in (("t_low", "23,1"), ("t_high", "23,6"), ("rh_low", "52"), ("rh_high", "55")):
        page.fill(f"#{name}", value)
    page.fill("#sensor_code", "EQ-014")


def test_the_bench_greys_an_unfit_instrument_and_refuses_it_when_forced(page, shared):
    sign_in(page, "rf")
    words, values = next(iter(LINES.items()))
    open_line(page, words)
    spare = pick_of(page, SPARE)
    assert spare.locator("input[type=checkbox]").is_disabled()
    assert "6.4" in spare.inner_text(), "the reason stands beside it with its clause"
    look(page, "bench-greyed")
    fill_line(page, values, first=True)
    take_none(page)
    spare.locator("input[type=checkbox]").evaluate("box => { box.disabled = false; box.checked = true }")
    with page.expect_navigation():
        page.locator("button[name=do][value=record]").click()
    said = page.get_by_role("main").inner_text()
    assert re.search(r"6\.4\.\d", said) and SPARE in said, "refused, naming the clause"
    assert page.input_value("[name=raw-conducted_sum]") == values["conducted_sum"], "what was typed stays"
    look(page, "bench-refused")
    page.goto(f"/instruments/{SPARE}")
    assert "Ngừng sử dụng" in page.locator("main .head").inner_text()


def test_a_calibration_is_ordered_sent_and_comes_back(page, shared):
    sign_in(page, "chatluong")
    page.goto(f"/instruments/{SPARE}/calibrations")
    go(page, button(page, "Đặt hiệu chuẩn"))
    options = page.locator("#provider_id option").all_inner_texts()
    assert len(options) > 1 and not any("Ngừng" in text for text in options)
    page.locator("#provider_id").select_option(index=1)
    page.fill("#service", "Mức RF từ 9 kHz đến 13,6 GHz; U ≤ 0,5 dB (k = 2); báo cáo trước và sau hiệu chỉnh")
    page.fill("#cost", "4.500.000")
    send(page)
    shared["order"] = page.url.rsplit("/", 1)[1]
    go(page, button(page, "Ghi đã gửi"))
    send(page)
    page.goto(f"/instruments/{SPARE}")
    assert "Đang hiệu chuẩn" in page.locator("main .head").inner_text()
    page.goto(f"/calibration-orders/{shared['order']}")
    go(page, button(page, "Ghi đã nhận lại"))
    page.fill("#condition_back", "Nguyên vẹn, đủ phụ kiện, niêm phong còn")
    send(page)
    page.goto("/calibration-orders")
    assert shared["order"] in page.get_by_role("main").inner_text()
    look(page, "orders")


def test_a_certificate_with_points_is_evaluated_and_released(page, shared):
    sign_in(page, "chatluong")
    page.goto(f"/calibration-orders/{shared['order']}")
    go(page, button(page, "Ghi giấy chứng nhận"))
    page.fill("#certificate_no", "CV-TD-0018")
    page.fill("#done_on", _day(page))
    page.fill("#interval_months", "12")
    look(page, "certificate-form")
    send(page)
    page.wait_for_url(re.compile(r"/calibrations/\d+$"))
    calibration = page.url
    with page.expect_navigation():
        page.locator("button[name=do][value=release]").click()
    assert page.locator(".refuse--bad, [data-error-summary]").count(), "without points, evaluation and factors it is not released"

    page.goto(calibration)
    go(page, page.get_by_role("main").get_by_role("link", name="Bảng điểm").first)
    page.locator("#quantity").select_option("rf-level")
    for name, value in (("unit", "dBm"), ("u_unit", "dB"), ("argument_unit", "MHz"), ("tolerance", "1,5")):
        page.fill(f"#{name}", value)
    page.locator("#rule").select_option("simple")
    page.fill("#pasted", "100\t-10,00\t-10,12\t0,30\n1000\t-10,00\t-10,21\tba\n6000\t-10,00\t-10,38\t0,42\n13000\t-10,00\t-10,55\t0,50")
    with page.expect_navigation():
        page.locator("button[name=do][value=read]").first.click()
    assert page.locator("main .err").count(), "the cell that is no number is named"
    look(page, "points-refused")
    page.locator("input[name=rows-1-u]").fill("0,30")
    go(page, page.locator("button[name=do][value=save]"))
    page.wait_for_url(calibration)
    assert "−0,55" in page.get_by_role("main").inner_text(), "the error is computed from what was indicated"

    go(page, button(page, "Lập hệ số từ các điểm"))
    send(page)
    page.fill("#evaluation", "Sai số lớn nhất −0,55 dB tại 13 GHz, trong ±1,5 dB; U ≤ 0,50 dB đủ cho các phương pháp đang dùng.")
    page.locator("input[name=passed][value='1']").check()
    page.locator("input[name=factors_decision][value=entered]").check()
    page.fill("#verification", "So với EQ-001 tại 2442 MHz: lệch 0,2 dB")
    look(page, "release")
    go(page, page.locator("button[name=do][value=release]"))
    page.wait_for_url(re.compile(rf"/instruments/{SPARE}$"))
    assert "Đang dùng" in page.locator("main .head").inner_text()
    assert "Dùng được" in page.locator("#fitness").inner_text()
    page.goto(f"/instruments/{SPARE}/calibrations")
    look(page, "calibrations")


def test_the_released_instrument_measures_once_it_is_good_enough(page, shared):
    sign_in(page, "rf")
    open_line(page, next(iter(LINES)))
    spare = pick_of(page, SPARE)
    assert spare.locator("input[type=checkbox]").is_disabled() and "6.4.5" in spare.inner_text(), "in service, but its U is too large"
    sign_in(page, "chatluong")
    page.goto(f"/instruments/{SPARE}")
    go(page, button(page, "Sửa dải đo"))
    page.fill("[name=rows-0-u]", "0,50")
    page.fill("#reason", "Theo giấy chứng nhận CV-TD-0018")
    look(page, "ranges")
    send(page)
    sign_in(page, "rf")
    for number, (words, values) in enumerate(LINES.items()):
        open_line(page, words)
        spare = pick_of(page, SPARE).locator("input[type=checkbox]")
        assert spare.is_enabled(), pick_of(page, SPARE).inner_text()
        take_none(page)
        spare.check()
        fill_line(page, values, first=number == 0)
        go(page, page.locator("button[name=do][value=record]"))


def test_a_failed_check_takes_it_out_of_service_and_opens_the_recall(page, shared):
    sign_in(page, "emc")
    page.goto(f"/instruments/{SPARE}/checks")
    go(page, button(page, "Ghi kiểm tra"))
    for name, value in (("check_point", "2442 MHz, -10 dBm"), ("readings", "-11,6 -11,8 -11,7"), ("reference", "-10,0"),
                        ("tolerance", "1,0"), ("unit", "dBm")):
        page.fill(f"#{name}", value)
    with page.expect_navigation():
        page.locator("main form .form__end button.btn-primary").click()
    page.goto(f"/instruments/{SPARE}")
    assert "Ngừng sử dụng" in page.locator("main .head").inner_text(), "out of service at once"
    assert "Dùng được." not in page.locator("#fitness").inner_text()
    page.goto(f"/instruments/{SPARE}/checks")
    assert "Không đạt" in page.get_by_role("main").inner_text()
    look(page, "checks")

    sign_in(page, "chatluong")
    page.goto(f"/instruments/{SPARE}/recall")
    look(page, "recalls-of-instrument")
    go(page, page.locator("main table a.code[href^='/recalls/']").first)
    shared["recall"] = page.url
    said = page.get_by_role("main").inner_text()
    assert re.search(r"\b3\s+số đo", said), said[:600]
    for words in LINES:
        assert words in said
    look(page, "recall")


def test_lines_are_decided_one_by_one_and_as_a_selection_and_the_recall_is_closed(page, shared):
    sign_in(page, "chatluong")
    page.goto(shared["recall"])
    assert page.get_by_role("button", name="Kết luận").first.get_attribute("aria-disabled") == "true", "not before every line is decided"
    go(page, page.get_by_role("link", name=re.compile("^Quyết định")).and_(page.locator("[href*='reading=']")).first)
    page.locator("#decision").select_option("retest")
    page.fill("#reason", "Sai số −1,7 dB lớn hơn biên; đo lại bằng EQ-001")
    look(page, "decide")
    send(page)
    page.goto(shared["recall"] + "?state=undecided")
    boxes = page.locator("main input[name=reading][type=checkbox]")
    assert boxes.count() == 2
    for box in boxes.all():
        box.check()
    go(page, button(page, "Quyết định các dòng đã chọn"))
    assert "2" in page.locator("h1").inner_text()
    page.locator("#decision").select_option("stands")
    page.fill("#reason", "Biên lớn hơn sai số, kết luận không đổi")
    send(page)
    page.goto(shared["recall"])
    assert "Chưa quyết định: 0" in page.get_by_role("main").inner_text()
    page.locator("details.ask > summary", has_text="Kết luận").click()
    page.locator("textarea[name=conclusion]").fill("Ba số đo: một đo lại, hai giữ nguyên; chưa có phiếu nào phát hành.")
    go(page, page.locator("details.ask[open] button.btn-primary"))
    look(page, "recall-closed")
    for kind, start in (("xlsx", b"PK"), ("pdf", b"%PDF-")):
        answer = page.request.get(shared["recall"] + f"/impact.{kind}")
        assert answer.status == 200 and answer.body().startswith(start)
    go(page, page.locator("main a.code[href^='/quality/nonconformities/']").first)
    look(page, "nonconformity")


def test_a_recall_by_hand_drafts_letters_to_who_holds_a_report(page, shared):
    sign_in(page, "chatluong")
    page.goto("/recalls/new")
    for name, value in (("instrument", "EQ-001"), ("since", "01/09/2026 00:00"), ("until", "01/10/2026 00:00"), ("error", "-0,8"),
                        ("error_unit", "dB"), ("note", "Đầu vào bị quá tải khi bảo trì tháng 9, phát hiện khi so với EQ-018")):
        page.fill(f"#{name}", value)
    look(page, "recall-form")
    send(page)
    recall = page.url
    assert re.search(r"\b2\s+phiếu", page.get_by_role("main").inner_text()), page.get_by_role("main").inner_text()[:500]
    go(page, button(page, "Soạn thư"))
    letter = page.locator("#letters a[href*='/letters/']").first
    look(page, "recall-letters")
    go(page, letter)
    said = page.input_value("textarea[name=text]")
    assert re.search(r"PKQ-\d{4}-\d{4}", said), "the letter names the paper"
    look(page, "letter")
    pdf(page, page.url + "/letter.pdf")
    go(page, button(page, "Ghi nhận đã gửi"))
    assert page.url.split("#")[0] == recall and "Đã gửi" in page.locator("#letters").inner_text()
    page.goto("/instruments/EQ-001/trace?direction=forward&since=01/09/2026&until=01/10/2026")
    look(page, "trace")


def sheet(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "danh-muc.xlsx", "mimeType": kind, "buffer": out.getvalue()}


def test_a_register_from_excel_is_shown_first_and_saved_only_when_asked(page, shared):
    sign_in(page, "chatluong")
    listed = lambda: page.request.get("/instruments?q=NHAP&export=xlsx").body()  # noqa: E731
    codes = lambda: [row[0] for row in load_workbook(BytesIO(listed())).active.iter_rows(min_row=2, values_only=True)]  # noqa: E731
    page.goto("/instruments/import")
    look(page, "import")
    template = page.request.get("/instruments/import/template.xlsx")
    assert load_workbook(BytesIO(template.body())).active.max_row >= 2
    page.set_input_files("#file", sheet(
        ("Mã", "Tên", "Hãng", "Kiểu", "Số máy", "Đại lượng", "Từ", "Đến", "Đơn vị", "U (k = 2)", "Đơn vị của U"),
        ("NHAP-01", "Máy đo công suất có tên rất dài để xem dòng có xuống hàng gọn trên màn hình điện thoại", "Sóng Giả", "PM-9", "N1",
         "Công suất RF", 50, 18000, "MHz", 0.12, "dB"),
        ("NHAP-02", "Máy phát tín hiệu", "Sóng Giả", "VG-61", "N2", "Công suất RF", 6000, 9, "MHz", 0.6, "dB"),
        ("NHAP-03", "", "Sóng Giả", "VG-62", "N3", None, None, None, None, None, None),
        ("NHAP-04", "Nhiệt ẩm kế", "Khí Hậu Mẫu", "TH-9", "N4", "Nhiệt độ", 0, 50, "°C", 0.4, "°C"),
    ))
    with page.expect_navigation():
        page.locator("main form .form__end button.btn-primary").click()
    said = page.get_by_role("main").inner_text()
    assert re.search(r"Ghi được\s+2", said) and re.search(r"Chưa đúng\s+2", said), said[:500]
    faults = page.get_by_role("table", name="Chỗ chưa đúng").locator("tbody th").all_inner_texts()
    assert set(faults) == {"3", "4"}, "each fault with the line of the file"
    look(page, "import-preview")
    assert codes() == [], "nothing is saved by looking"
    go(page, button(page, re.compile("Chỉ ghi 2 dòng đúng")))
    assert sorted(codes()) == ["NHAP-01", "NHAP-04"]
    page.goto("/instruments/NHAP-01")
    look(page, "fresh-instrument")


def test_an_instrument_is_lent_and_comes_back(page, shared):
    sign_in(page, "chatluong")
    page.goto("/instruments/EQ-014/loans")
    go(page, button(page, "Giao thiết bị"))
    page.locator("#holder_kind").select_option("bench")
    page.fill("#holder", "Bàn đo số 2, Phòng RF")
    page.fill("#purpose", "Theo dõi môi trường khi thử dài ngày")
    page.fill("#due_back_on", _day(page, 30))
    page.fill("#condition_out", "Nguyên vẹn, pin đầy")
    send(page)
    assert "Bàn đo số 2" in page.get_by_role("main").inner_text()
    look(page, "loans-of-instrument")
    page.goto("/instruments/loans")
    look(page, "loans")
    go(page, page.locator("main table a[href^='/instruments/EQ-014']").first)
    go(page, button(page, "Nhận lại"))
    page.fill("#condition_back", "Nguyên vẹn")
    send(page)
    assert "Đã trả" in page.get_by_role("main").inner_text()


def test_an_interval_is_proposed_by_one_and_decided_by_another(page, shared):
    sign_in(page, "chatluong")
    page.goto("/instruments/EQ-005/review")
    look(page, "intervals")
    page.locator("input[name=method][value=staircase]").check()
    page.fill("#reason", "Xem xét hằng năm")
    send(page)
    proposal = page.url
    assert not page.locator("input[name=decision]").count(), "who proposes does not decide"
    assert page.locator(".refuse").first.is_visible()
    sign_in(page, "giamdoc")
    page.goto("/instruments/reviews")
    page.goto(proposal)
    page.locator("input[name=decision][value=kept]").check()
    page.fill("#reason", "Mới có một lần hiệu chuẩn; giữ chu kỳ đến khi có ba")
    look(page, "interval-decide")
    send(page)
    assert "Giữ nguyên" in page.get_by_role("main").inner_text()


def test_label_and_dossier_are_papers(page, shared):
    sign_in(page, "chatluong")
    for tail in ("label.pdf", "label.pdf?size=50x25", "dossier.pdf"):
        assert len(pdf(page, f"/instruments/{SPARE}/{tail}")) > 1500
    page.goto("/instruments")
    pdf(page, button(page, "In tem trang này").get_attribute("href"))


def test_the_plan_in_english(page, shared):
    sign_in(page, "chatluong", "en")
    for path in ("/instruments", "/instruments/plan", "/instruments/plan/months", f"/instruments/{SPARE}/plan", "/instruments/EQ-005"):
        page.goto(path)
        look(page, "en" + path.replace("/", "-"))
    page.goto("/instruments/plan")
    go(page, page.locator("main table a").first)
    assert "/instruments/" in page.url


def test_the_keyboard_alone_reaches_and_sends(page, shared):
    """From the top of the record page: the skip link, then the header's actions in order, the focus always to be seen."""
    sign_in(page, "chatluong")
    page.goto("/instruments")
    page.locator("main input[type=search], main input[name=q]").first.focus()
    page.keyboard.type("EQ-005")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto("/instruments/EQ-005")
    seen = []
    for _ in range(36):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("""() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
            const ring = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none';
            const frame = e.closest('.find, .ctl');  // a field's focus shows on its frame
            return [e.innerText.trim().slice(0, 40), ring(s) || frame && ring(getComputedStyle(frame)), r.width > 0]; }"""))
    invisible = [words for words, outlined, wide in seen if not (outlined and wide)]
    assert not invisible, f"no focus to be seen at {invisible}"
    words = [w for w, _, _ in seen]
    assert words.index("Ghi kiểm tra") < words.index("Tổng quan") < words.index("Hiệu chuẩn"), words
    expect(page.locator("main")).to_be_visible()
