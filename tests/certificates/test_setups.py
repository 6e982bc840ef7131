"""Papers as the laboratory sets them: what holds on a day, numbers by a pattern, marks, languages, opinions, simplified reports."""
from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from certificates import number_pattern, paper, papers, services
from certificates.number_pattern import Values
from certificates.paper.stamp_place import HEIGHT, WIDTH, stamp_place
from certificates.queries import setups as reads
from certificates.services import opinions, setups
from certificates.services.printing import drawn
from lab_app.core import clock, files
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.samples.models import ContractReview
from tests.support import certificates_facts as facts
from tests.support.people_facts import SETTER, authorise
from tests.support.signing import confirmed

DAY = date(2026, 11, 16)


def told(**changes: Any) -> dict[str, Any]:
    """A sound setting of test reports."""
    return {**papers.usual("test"), "kind": "test", "form_code": "BM-07.08-01", "form_issue": "03", "reason": "ban hành lần 3",
            "complaint_days": 15, "retention_days": 30, **changes,
            "notes": changes.get("notes", [{"vi": "Bản điện tử đã ký số là bản gốc.", "en": "The signed file is the original."}])}


def picture() -> files.Upload:
    out = io.BytesIO()
    Image.new("RGB", (120, 60), (18, 54, 92)).save(out, "PNG")
    return files.put_bytes(out.getvalue(), "mark.png")


def issue(world: facts.World, **wanted: Any) -> dict[str, Any]:
    report = services.issue(world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION,
                            confirmed=confirmed(world.people.signatory), **wanted)
    return dict(json.loads(report.snapshot))


def words_of(snapshot: dict[str, Any]) -> str:
    document = pypdfium2.PdfDocument(drawn(snapshot))
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


# ---- the grammar of numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("pattern", "kind"), [
    ("PKQ-{request}-{nn}", "test"), ("GCN-HC-{request}{-nn}", "calibration"), ("TN.{serial:4}/{year}", "test"),
    ("GCN.{serial:5}-{yy}", "calibration"),
    ("K-{n}/{request}", "test"),
])
def test_a_sound_pattern(app, pattern, kind):
    assert number_pattern.fault(pattern, kind) == ""
    assert len(set(number_pattern.preview(pattern, kind, DAY))) == 3


@pytest.mark.parametrize(("pattern", "kind"), [
    ("", "test"), ("PKQ", "test"), ("PKQ-{request}", "test"), ("PKQ-{nn}", "test"), ("PKQ-{serial:4}", "test"), ("PKQ-{year}", "test"),
    ("PKQ-{request}-{nn}-{serial:4}/{year}", "test"), ("PKQ-{request}-{nn}{nn}", "test"), ("PKQ-{request}{nn}", "test"),
    ("PKQ-{request}-{month}", "test"), ("PKQ-{request-{nn}", "test"), ("pkq-{request}-{nn}", "test"), ("PKQ {request}-{nn}", "test"),
    ("PKQ-{request}-{nn}/SD", "test"), ("PKQ-{serial:9}-{year}", "test"), ("PKQ-{request}-{nn}-" + "A" * 40, "test"),
    ("1-{request}-{nn}", "test"), ("GCN-{request}-{nn}", "test"), ("PKQ-{request}-{nn}", "calibration"), ("PKQ-{request}-0{nn}", "test"),
    ("PKQ-{year}-{serial:4}-{year}", "test"), ("PKQ-{request}-{nn}'; DROP", "test"), ("{__class__}-{request}-{nn}", "test"),
])
def test_a_pattern_that_is_none(app, pattern, kind):
    assert number_pattern.fault(pattern, kind)
    assert number_pattern.preview(pattern, kind, DAY) == []


def test_numbers_written_by_patterns():
    values = Values("YC-2026-0117", DAY, 3, 41)
    assert number_pattern.written("PKQ-{request}-{nn}", values) == "PKQ-2026-0117-03"
    assert number_pattern.written("TN.{serial:4}/{year}", values) == "TN.0041/2026"
    assert number_pattern.written("GCN-HC-{request}{-nn}", Values("YC-HC-2026-0031", DAY)) == "GCN-HC-2026-0031"
    assert number_pattern.written("GCN-HC-{request}{-nn}", Values("YC-HC-2026-0031", DAY, 2)) == "GCN-HC-2026-0031-02"


# ---- settings -----------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_what_holds_on_a_day(app, writing, frozen_clock):
    first = setups.set_papers(SETTER, effective_from=DAY, **told())
    later = setups.set_papers(SETTER, effective_from=DAY + timedelta(days=10), **told(form_issue="04"))
    instead = setups.set_papers(SETTER, effective_from=DAY, **told(form_issue="03b", reason="ghi nhầm lần ban hành"))
    found = {day: reads.setup_on("test", DAY + timedelta(days=day)) for day in (-1, 0, 9, 10, 400)}
    assert found == {-1: None, 0: instead, 9: instead, 10: later, 400: later}
    assert reads.setup_on("calibration", DAY) is None and first.id != instead.id


@pytest.mark.parametrize(("field", "changes"), [
    ("effective_from", {"effective_from": DAY - timedelta(days=1)}), ("number_pattern", {"number_pattern": "PKQ"}),
    ("title_vi", {"title_vi": "  "}), ("reason", {"reason": ""}), ("signatures", {"signatures": ["testers", "reviewer"]}),
    ("signatures", {"signatures": ["signatory", "signatory"]}), ("complaint_days", {"complaint_days": 0}),
    ("retention_days", {"retention_days": 99999}), ("notes", {"notes": [{"vi": "", "en": "only English"}]}), ("kind", {"kind": "other"}),
    ("notes", {"notes": [{"vi": "x", "en": ""}] * 13}), ("head_office", {"head_office": ""}), ("disclaimer_vi", {"disclaimer_vi": ""}),
])
def test_a_setting_that_cannot_be(app, writing, frozen_clock, field, changes):
    with pytest.raises(FieldRefused) as refused:
        setups.set_papers(SETTER, **{"effective_from": DAY, **told(), **changes})
    assert refused.value.field == field
    assert reads.setup_on("test", DAY + timedelta(days=1000)) is None


def test_the_ilac_mark_needs_its_licence_and_only_pictures_are_marks(app, writing, frozen_clock):
    with pytest.raises(FieldRefused) as refused:
        setups.set_papers(SETTER, effective_from=DAY, pictures={"ilac_mark": picture()}, **told())
    assert refused.value.field == "ilac_licence"
    with pytest.raises(FieldRefused) as refused:
        setups.set_papers(SETTER, effective_from=DAY, pictures={"logo": files.Upload("0" * 64, 9, "text/plain", "logo.png")}, **told())
    assert refused.value.field == "logo"


def test_only_who_may_change_the_laboratory_sets_its_papers(app, writing, frozen_clock):
    world = facts.ready_request()
    with pytest.raises(NotAllowed):
        setups.set_papers(world.people.technician, effective_from=DAY, **told())


# ---- papers -------------------------------------------------------------------------------------------------


@pytest.fixture
def world(app, writing, frozen_clock):
    return facts.ready_request()


def test_a_paper_is_made_by_the_setting_of_its_day(world):
    marks = {name: picture() for name in setups.MARKS}
    setups.set_papers(SETTER, effective_from=DAY, pictures=marks, **told(
        title_vi="Phiếu kết quả đo kiểm", title_en="Measurement report", number_pattern="TN.{serial:4}/{year}", parent_vi="Cục Ví Dụ",
        parent_en="Example Department", head_office="Viện trưởng", signatures=["reviewer", "signatory"], ilac_licence="12/VPCNCL-MRA"))
    facts.commit()
    snapshot = issue(world)
    assert (snapshot["layout"], snapshot["number"], snapshot["form"]) == ("test-report/2", "TN.0001/2026", "BM-07.08-01 · LBH 03")
    assert snapshot["setup"] == {"effective_from": "2026-11-16", "signatures": ["reviewer", "signatory"]}
    assert snapshot["authorisation"]["signatory"]["office_lines"][0].endswith("VIỆN TRƯỞNG")
    assert snapshot["accreditation"]["ilac_licence"] == "12/VPCNCL-MRA"
    said = words_of(snapshot)
    for words in ("CỤC VÍ DỤ", "PHIẾU KẾT QUẢ ĐO KIỂM", "TN.0001/2026", "Thời hạn khiếu nại: 15 ngày", "Mẫu lưu 30 ngày",
                  "đã ký số là bản gốc", "BM-07.08-01 · LBH 03"):
        assert words in said, words
    assert "NGƯỜI THỬ NGHIỆM" not in said and "TRƯỞNG PHÒNG THỬ NGHIỆM" in said


def test_without_a_setting_papers_are_the_programs_own(world):
    snapshot = issue(world)
    assert snapshot["number"] == "PKQ-2026-0117-01" and "setup" not in snapshot and "language" not in snapshot


def test_numbers_of_a_year_go_on_and_one_that_is_taken_is_passed_over(world):
    report = facts.issued(world)
    setups.set_papers(SETTER, effective_from=DAY, **told(number_pattern="PKQ-{year}-0117-{serial:2}"))
    facts.commit()
    assert report.number == "PKQ-2026-0117-01"
    other = facts.ready_request("YC-2026-0118", people=world.people)
    assert issue(other)["number"] == "PKQ-2026-0117-02"


def test_the_stamp_has_its_field_on_the_last_page(world):
    made = drawn(issue(world))
    place = stamp_place(made)
    assert place is not None and place.page == len(pypdfium2.PdfDocument(made)) - 1
    left, bottom, right, top = place.box
    assert (round((right - left) / 72 * 25.4, 1), round((top - bottom) / 72 * 25.4, 1)) == (WIDTH, HEIGHT)
    shown = pypdfium2.PdfDocument(made)[place.page].render(scale=2).to_pil().convert("L")
    high = shown.height
    inside = shown.crop((int(left * 2) + 6, high - int(top * 2), int(right * 2), high - int(bottom * 2)))
    assert inside.getextrema() == (255, 255), "the field is left free"


@pytest.mark.parametrize(("language", "there", "gone"), [
    ("vi", ["PHIẾU KẾT QUẢ THỬ NGHIỆM", "18,42", "Độ không đảm bảo đo", "ngày 16 tháng 11 năm 2026", "Hết"],
     ["Test report", "Measurement uncertainty", "End of report", "Customer", "Verify", "Page"]),
    ("en", ["TEST REPORT", "18.42", "Measurement uncertainty", "16 November 2026", "End of report", "16 Nov 2026", "Pass",
            "point is the decimal"],
     ["PHIẾU KẾT QUẢ", "Độ không đảm bảo", "Đạt", "18,42", "Trang", "Tra cứu", "Ghi chú", "16/11/2026"]),
])
def test_a_paper_in_one_language(app, writing, frozen_clock, language, there, gone):
    snapshot = issue(facts.ready_request(language=language))
    said = words_of(snapshot)
    assert snapshot["language"] == language
    assert [words for words in there if words not in said] == []
    assert [words for words in gone if words in said] == []


def test_marks_leave_with_the_last_accredited_line(world):
    authorize(SETTER, P.LABORATORY_WRITE)
    world.people.laboratory.accreditation = {**world.people.laboratory.accreditation, "valid_to": "2026-11-01"}
    setups.set_papers(SETTER, effective_from=DAY, pictures={"accreditation_mark": picture()}, **told())
    facts.commit()
    snapshot = issue(world)
    assert snapshot["accreditation"] is None, "tested after the accreditation ended"
    assert {line["scope"] for section in snapshot["sections"] for group in section["groups"] for line in group["lines"]} == {"*"}
    assert "VILAS 0000" not in words_of(snapshot)


def test_very_small_numbers_are_written_as_the_laboratory_sets(app):
    from certificates.snapshot import minimal_snapshot

    snapshot: Any = {**minimal_snapshot(), "layout": "test-report/2", "notation": "×10ⁿ"}
    line = snapshot["sections"][0]["groups"][0]["lines"][0]
    line |= {"result": {"value": "0.0000842"}, "uncertainty": {"value": "0.0000012", "k": "2"},
             "limit": {"operator": "abs<", "value": "20"}}
    document = pypdfium2.PdfDocument(paper.draw(snapshot))
    said = " ".join(page.get_textpage().get_text_range() for page in document)
    assert "8,42×10⁻⁵" in said and "1,2×10⁻⁶" in said and "<±" in said


# ---- opinions and simplified reports ----------------------------------------------------------------------------

SAID = {"statement_vi": "Biên phát xạ giả đủ cho sản xuất hàng loạt.", "statement_en": "The margin suffices for series production.",
        "basis_vi": "Dòng 3, biên +4,1 dB.", "basis_en": "Line 3, margin +4.1 dB."}


def test_an_opinion_stands_in_its_own_section_with_basis_and_person(world):
    authorise(world.people.signatory, world.people.reviewer, world.method.code, "opinion")
    frozen = opinions.express(world.people.reviewer, world.request, methods=[world.method.code], **SAID)
    opinions.express(world.people.reviewer, world.request, methods=[world.method.code], spoken_to="Ông Đặng, 16/11", **{
        **SAID, "statement_vi": "Nói miệng thôi."})
    facts.commit()
    snapshot = issue(world)
    assert [one["person"] for one in snapshot["opinions"]] == ["Trần Thị Mẫu"]
    said = words_of(snapshot)
    assert "Ý kiến và diễn giải" in said and SAID["basis_vi"] in said and "Nói miệng thôi" not in said
    assert frozen.ending is None


def test_an_opinion_taken_back_is_not_printed(world):
    authorise(world.people.signatory, world.people.reviewer, world.method.code, "opinion")
    row = opinions.express(world.people.reviewer, world.request, methods=[world.method.code], **SAID)
    facts.commit()
    with pytest.raises(Refused):
        opinions.take_back(world.people.signatory, row, "không đồng ý")
    with pytest.raises(FieldRefused):
        opinions.take_back(world.people.reviewer, row, " ")
    opinions.take_back(world.people.reviewer, row, "viết nhầm dòng")
    facts.commit()
    assert "opinions" not in issue(world)


@pytest.mark.parametrize(("field", "changes"), [
    ("basis_vi", {"basis_vi": " "}), ("statement_vi", {"statement_vi": ""}), ("methods", {"methods": []}),
    ("methods", {"methods": ["QCVN 1"]}),
    ("basis_vi", {"basis_vi": "x" * 2001}),
])
def test_an_opinion_that_cannot_be(world, field, changes):
    authorise(world.people.signatory, world.people.reviewer, world.method.code, "opinion")
    with pytest.raises(FieldRefused) as refused:
        opinions.express(world.people.reviewer, world.request, **{"methods": [world.method.code], **SAID, **changes})
    assert refused.value.field == field


def test_a_simplified_report_prints_little_and_keeps_all(world):
    with pytest.raises(GateRefused) as refused:
        issue(world, simplified=True)
    assert refused.value.stop.gate == "simplified-agreed"
    db.session.rollback()
    authorize(SETTER, P.REQUEST_REVIEW)
    review = db.session.query(ContractReview).filter_by(request_id=world.request.id).one()
    review.checks = {**review.checks, "reporting": {"simplified": True, "agreed_by": "Đặng Thử Nghiệm", "agreed_on": "2026-11-03"}}
    facts.commit()
    snapshot = issue(world, simplified=True)
    whole, short = words_of({k: v for k, v in snapshot.items() if k != "simplified"}), words_of(snapshot)
    assert snapshot["equipment"] and "Thiết bị đã dùng" in whole and "Thiết bị đã dùng" not in short
    assert "RÚT GỌN" in short and "Đặng Thử Nghiệm, 03/11/2026" in short and "18,42" in short and "Quy tắc ra quyết định" in short
    assert clock.today() == DAY
