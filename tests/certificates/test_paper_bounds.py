"""Papers of the second layouts read by a stranger: no word leaves the page, none points to what is not there, each is said in the
language of the paper."""

from __future__ import annotations

import copy
from datetime import date
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest

from certificates import assembly, changes, rules
from certificates.assembly.plots import class_of
from certificates.assembly.setting import _whole
from certificates.life import Dates
from certificates.paper import draw
from certificates.paper.test_report_v2.closing import in_whose_place
from lab_app.core.paper import wording
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.sweep import Sweeps
from lab_app.core.paper.typefaces import MEDIUM, width
from tests.certificates.calibration_snapshot import calibration_snapshot
from tests.certificates.demo_snapshot import demo_snapshot, draft_snapshot
from tests.support.golden_papers import PLOT

MM = 72 / 25.4
OPINION = {"statement": {"vi": "Nên theo dõi.", "en": "To be watched."}, "basis": {"vi": "Dòng 3.", "en": "Line 3."},
           "person": "Trần Thị Mẫu", "office": {"vi": "Trưởng phòng", "en": "Head of testing"}, "given_on": "2026-09-20"}


def report(**more: Any) -> dict[str, Any]:
    """A report of the second layout."""
    return {**demo_snapshot(), "layout": "test-report/2", **more}


def certificate(**more: Any) -> dict[str, Any]:
    """A certificate of the second layout."""
    return {**calibration_snapshot(), "layout": "calibration-certificate/2", **more}


def words_of(snapshot: dict[str, Any]) -> str:
    """Every word on the paper."""
    document = pypdfium2.PdfDocument(draw(snapshot, {}))
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document).replace("\u00a0", " ")


def rightmost(snapshot: dict[str, Any]) -> float:
    """Where the words that reach furthest to the right end (mm), on any page."""
    furthest = 0.0
    for page in pypdfium2.PdfDocument(draw(snapshot, {})):
        text = page.get_textpage()
        furthest = max([furthest, *(text.get_rect(place)[2] / MM for place in range(text.count_rects()))])
    return furthest


def test_a_long_heading_stays_on_the_page_whole():
    long = "Phát xạ dẫn cổng nguồn AC (QP), Phát xạ dẫn cổng nguồn AC (AV)"
    english = "AC mains conducted emission (QP), AC mains conducted emission (AV)"
    plot = {**PLOT, "title": f"QCVN 118:2018/BTTTT, {long}", "subtitle": {"vi": "", "en": english}}
    snapshot = report(plots=[plot])
    for section in snapshot["sections"]:  # long enough that their "continued" passes the edge in one line
        section["subtitle"] = {"vi": section["subtitle"]["vi"], "en": "Tests of wideband data transmission equipment, all of its modes"}
    assert rightmost(snapshot) <= 194.6
    said = words_of(snapshot)
    assert english in said and "(tiếp theo continued)" in said


def test_a_limit_is_named_by_detector_and_class():
    held = {**PLOT["limits"][0], "equipment_class": {"vi": "loại B", "en": "class B"}}
    both = words_of(report(plots=[{**PLOT, "limits": [held]}]))
    assert "QP, loại B class B" in both and "Giới hạn QP" not in both
    alone = words_of(report(plots=[{**PLOT, "limits": [held], "subtitle": {"vi": "", "en": "Radiated emission"}}], language="en"))
    assert "QP, class B" in alone and "loại B" not in alone
    assert "U, dB" in alone and "Frequency, MHz" in alone
    assert "Giới hạn QP" in words_of(report(plots=[PLOT]))  # a limit of no class keeps its plain name


@pytest.mark.parametrize(("reference", "held"), [
    ("CISPR 32:2015, cấp B; CISPR 16-2-1", {"vi": "loại B", "en": "class B"}),
    ("EN 55032 class A", {"vi": "loại A", "en": "class A"}), ("ETSI EN 300 328 V2.2.2, điều 5", None), ("cấp Bộ", None),
])
def test_the_class_is_the_one_the_method_names(reference, held):
    assert class_of(SimpleNamespace(reference=reference, title_vi="")) == held  # type: ignore[arg-type]


class Listening(Ink):
    """An ink that remembers where it wrote what."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[tuple[float, float, str]] = []

    def text(self, x: float, y: float, text: str, *rest: Any, **more: Any) -> float:
        self.written.append((x, y, text))
        return super().text(x, y, text, *rest, **more)


def test_a_number_keeps_off_the_limit_lines():
    """A result a little under a slanting limit that runs through the place where its number would stand first."""
    sweeps = Sweeps({**PLOT, "points": [{**PLOT["points"][0], "f": "100", "level": "44"}],
                     "limits": [{**PLOT["limits"][0], "pieces": [["30", "1000", "40", "49"]]}]}, 172.0)
    length = width("27", MEDIUM, 7.0)
    assert sweeps._on_limit(sweeps.x(100.0) + 1.9, sweeps.y(44.0) + 0.9, length)
    with wording.manner():
        ink = Listening()
        sweeps._results(ink)
    (x, y, _), = ink.written
    assert not sweeps._on_limit(x, y, length)


@pytest.mark.parametrize(("lines", "said"), [
    (["GIÁM ĐỐC"], ""), (["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "for the Director"),
    (["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG"], "by order of the Director"),
    (["TUQ. TỔNG GIÁM ĐỐC", "TRƯỞNG PHÒNG"], "by authorisation of the Director General"),
    (["KT. CHỦ NHIỆM", "PHÓ CHỦ NHIỆM"], "for the head of the laboratory"),
])
def test_english_says_in_whose_place_one_signs(lines, said):
    assert in_whose_place(lines) == said


def test_the_english_block_names_deputy_and_head():
    snapshot = report(language="en")
    signatory = {**snapshot["authorisation"]["signatory"], "office_lines": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"],
                 "office": {"vi": "Phó giám đốc", "en": "Deputy Director"}}
    snapshot["authorisation"] = {**snapshot["authorisation"], "signatory": signatory}
    assert "FOR THE DIRECTOR DEPUTY DIRECTOR" in words_of(snapshot)
    both = words_of({**snapshot, "language": "vi+en"})
    assert "KT. GIÁM ĐỐC" in both and "Deputy Director, for the Director, authorised signatory" in both
    alone = words_of({**snapshot, "language": "vi"})
    assert "KT. GIÁM ĐỐC" in alone and "for the Director" not in alone


def test_a_certificate_in_english_has_english_verdicts():
    said = words_of(certificate(language="en"))
    assert "Cond. fail" in said and "Cond.: conditional." in said and "c.đ.k." not in said
    assert "c.đ.k. = có điều kiện." in words_of(certificate())


def test_a_simplified_report_points_to_the_notes_for_what_has_no_u():
    key = "lý do ở mục Độ không đảm bảo đo"
    assert key in words_of(report())
    said = words_of(report(simplified={"agreed_by": "Ông A", "agreed_on": "2026-09-04"}))
    assert key not in said and "lý do ở mục Ghi chú" in said


def test_opinions_on_an_accredited_paper_say_that_they_are_not():
    remark = "Ý kiến và diễn giải nằm ngoài phạm vi công nhận."
    accredited = report(opinions=[OPINION])
    assert accredited["accreditation"] and remark in words_of(accredited)
    sections = copy.deepcopy(accredited["sections"])
    for section in sections:
        for group in section["groups"]:
            for line in group["lines"]:
                line["scope"] = "*"
    assert remark not in words_of({**accredited, "sections": sections, "accreditation": None})


def test_a_draft_says_what_is_not_stated_yet():
    draft = {**draft_snapshot(), "layout": "test-report/2", "deviations": []}
    draft["not_applicable"] = {letter: why for letter, why in draft["not_applicable"].items() if letter != "n"}
    assert "Chưa ghi: cần điền trước khi phát hành." in words_of(draft)


def test_no_deviations_in_short_has_its_english():
    assert rules.stated({"n": "Không có."})["n"] == {"vi": "Không có.", "en": "None"}
    assert rules.stated({"k": "Không có"})["k"]["en"] == ""


def test_a_new_opinion_is_a_change_and_english_papers_tell_changes_in_english():
    old = demo_snapshot()
    new = {**copy.deepcopy(old), "opinions": [OPINION]}
    told = changes.between(old, new)
    assert told == [{"what": {"vi": "Ý kiến và diễn giải", "en": "Opinions and interpretations"}, "was": "không có",
                     "now": "xem phiếu này"}]
    new |= {"language": "en", "test_dates": [{"from": "2026-10-06", "to": "2026-10-06"}]}
    told = changes.between(old, new)
    assert {(one["was"], one["now"]) for one in told if one["what"]["en"] == "Opinions and interpretations"} == {
        ("none", "see this report")}
    assert [one["now"] for one in told if one["what"]["en"] == "Test dates"] == ["6\u00a0Oct\u00a02026"]


def test_english_that_leans_on_vietnamese_gives_way_to_it_where_it_stands_alone():
    leaning = {"vi": "Mẫu M1: thiếu ăng ten.", "en": "Item M1 deviated as stated in Vietnamese."}
    assert _whole(leaning) == {"vi": leaning["vi"], "en": leaning["vi"]}
    whole = {"vi": "Không lấy mẫu.", "en": "Not sampled."}
    assert _whole(whole) == whole


def test_from_when_a_paper_is_in_force_is_said_of_the_right_kind_with_months_as_words():
    day, later = date(2026, 9, 10), date(2026, 10, 9)
    dates = Dates(decided_on=day, issued_on=day, valid_from=later, expires_on=None)
    assert assembly._in_force(dates, True) == [{
        "vi": "Giấy chứng nhận có hiệu lực từ ngày 09/10/2026.", "en": "This certificate is valid from 9\u00a0Oct\u00a02026."}]
    ends = Dates(decided_on=day, issued_on=day, valid_from=day, expires_on=date(2027, 9, 9))
    assert "through 9\u00a0Sep\u00a02027" in assembly._in_force(ends, False)[0]["en"]


def test_notes_that_do_not_fit_leave_no_page_white_and_the_signatures_keep_company():
    """Whatever stands before the notes: a page before the signatures is not left white for their sake, and some notes go with them."""
    parted = 0
    for count in range(8):
        document = pypdfium2.PdfDocument(draw(report(plots=[PLOT], opinions=[OPINION] * count), {}))
        pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
        assert "Phê duyệt Authorisation" in pages[-1] and "Ghi chú Notes" in pages[-1] and "End of report" in pages[-1]
        assert sum("Phê duyệt Authorisation" in page for page in pages) == 1
        parted += "Ghi chú Notes (tiếp theo" in pages[-1]
    assert 0 < parted < 8, "some papers keep their notes whole, some part them"


def test_a_calibration_certificate_is_never_marked_as_simplified(app, writing, frozen_clock):
    from certificates import queries
    from tests.support import calibration_facts

    bench = calibration_facts.customers_item()
    assert queries.material(bench.request, "final", True).simplified is False
