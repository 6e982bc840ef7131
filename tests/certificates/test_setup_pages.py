"""Pages: papers as the laboratory sets them with their preview; opinions; the simplified report on the page that issues."""
from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import func, select

from certificates import papers
from certificates.models import Opinion, PaperSetup
from certificates.services import setups
from lab_app.core.db import begin_writing, db
from lab_app.samples.models import ContractReview
from tests.certificates.test_setups import DAY, SAID, told
from tests.support import certificates_facts as facts
from tests.support.people_facts import SETTER, authorise

CHANGE, PREVIEW = "/laboratory/papers/test/change", "/laboratory/papers/test/preview"


def typed(**changes: Any) -> dict[str, Any]:
    """The form as a person fills it."""
    sound = told()
    fields = {name: "" if value is None else value for name, value in sound.items() if name not in ("kind", "notes", "signatures")}
    return {**fields, "effective_from": "16/11/2026", "signatures": "testers,reviewer,signatory", "note_vi_0": "Bản in để tham khảo.",
            "note_en_0": "Prints are for reference.", **changes}


@pytest.fixture
def world(app, writing, frozen_clock):
    return facts.ready_request()


@pytest.fixture
def at_desk(world, client):
    return client.sign_in(world.people.quality_manager)


def png() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (80, 40), (200, 20, 30)).save(out, "PNG")
    return io.BytesIO(out.getvalue()), "mark.png"


def test_a_setting_is_made_and_shown(world, client_as, statements):
    desk = client_as("administrator")
    page = desk.get(CHANGE)
    assert page.status_code == 200 and "PKQ-2026-0117-01; PKQ-2026-0117-02" in page.text
    answer = desk.post(CHANGE, data=typed(logo=png()))
    assert answer.status_code in (302, 303)
    row = db.session.scalars(select(PaperSetup)).one()
    assert (row.form_issue, row.complaint_days) == ("03", 15)
    assert row.notes == [{"vi": "Bản in để tham khảo.", "en": "Prints are for reference."}]
    assert row.logo is not None and row.set_by_id is not None
    again = desk.post(CHANGE, data=typed(form_issue="04", effective_from="20/11/2026"))
    assert again.status_code in (302, 303)
    kept = db.session.scalars(select(PaperSetup).order_by(PaperSetup.id.desc())).first()
    assert kept is not None and kept.logo == row.logo, "a picture that is not sent anew stays"
    with statements() as seen:
        shown = desk.get("/laboratory/papers")
    assert shown.status_code == 200 and len(seen) <= 15 and max(seen.repeated().values(), default=1) == len(papers.KINDS)
    assert "Đang dùng" in shown.text and "Chưa đến" in shown.text and "BM-07.08-01 · LBH 03" in shown.text


@pytest.mark.parametrize(("field", "changes"), [
    ("number_pattern", {"number_pattern": "PKQ-{serial:4}"}), ("effective_from", {"effective_from": "15/11/2026"}),
    ("effective_from", {"effective_from": "hôm qua"}), ("title_vi", {"title_vi": " "}), ("signatures", {"signatures": "signatory,testers"}),
    ("complaint_days", {"complaint_days": "-1"}), ("complaint_days", {"complaint_days": "một"}), ("reason", {"reason": ""}),
    ("note_vi_0", {"note_vi_0": "x" * 700}), ("validity_vi", {"validity_vi": ""}),
])
def test_a_form_that_cannot_be_keeps_what_was_typed(world, client_as, field, changes):
    answer = client_as("administrator").post(CHANGE, data=typed(**changes))
    assert answer.status_code == 422 and f'id="{field}-e"' in answer.text
    assert "BM-07.08-01" in answer.text and db.session.scalar(select(func.count()).select_from(PaperSetup)) == 0


def test_what_is_no_picture_is_refused_at_its_field(world, client_as):
    answer = client_as("administrator").post(CHANGE, data=typed(logo=(io.BytesIO(b"MZ\x00\x01 program"), "logo.png")))
    assert answer.status_code == 422 and 'id="logo-e"' in answer.text


@pytest.mark.parametrize("role", ["technician", "reception", "signatory"])
def test_others_look_and_change_nothing(world, client_as, role):
    client = client_as(role)
    assert client.get(CHANGE).status_code == 403 and client.post(CHANGE, data=typed()).status_code == 403
    assert client.post(PREVIEW, data=typed()).status_code == 403
    assert db.session.scalar(select(func.count()).select_from(PaperSetup)) == 0


def test_the_preview_shows_what_is_typed_and_keeps_nothing(world, client_as):
    desk = client_as("administrator")
    answer = desk.post(PREVIEW, data=typed(title_vi="Phiếu đo kiểm", parent_vi="Cục Ví Dụ", logo=png()))
    assert answer.mimetype == "application/pdf"
    said = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.data))
    assert "PHIẾU ĐO KIỂM" in said and "CỤC VÍ DỤ" in said and "MẪU" in said and "PKQ-2026-0117-01" in said and "verify" not in said
    assert "Chưa cấp số" not in said
    picture = desk.post(f"{PREVIEW}?as=png", data=typed())
    assert picture.mimetype == "image/png" and Image.open(io.BytesIO(picture.data)).height > 1600
    assert desk.post(PREVIEW, data=typed(number_pattern="{")).status_code == 422
    assert desk.post("/laboratory/papers/none/preview", data=typed()).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(PaperSetup)) == 0


def test_an_opinion_is_written_and_taken_back(world, client, statements):
    begin_writing()
    authorise(world.people.signatory, world.people.reviewer, world.method.code, "opinion")
    reviewer = client.sign_in(world.people.reviewer)
    url = f"/requests/{world.request.number}/opinions"
    refused = reviewer.post(url, data={"methods": [world.method.code], "statement_vi": "Đủ biên.", "basis_vi": ""})
    assert refused.status_code == 422 and 'id="basis_vi-e"' in refused.text and "Đủ biên." in refused.text
    spoken = reviewer.post(url, data={**SAID, "methods": [world.method.code], "spoken": "y", "spoken_to": ""})
    assert spoken.status_code == 422 and 'id="spoken_to-e"' in spoken.text
    assert reviewer.post(url, data={**SAID, "methods": [world.method.code]}).status_code in (302, 303)
    row = db.session.scalars(select(Opinion)).one()
    with statements() as seen:
        page = reviewer.get(url)
    assert "Sẽ in trên phiếu" in page.text and SAID["basis_vi"] in page.text and len(seen) <= 15
    take_back = f'action="/opinions/{row.id}/take-back"'
    assert take_back in page.text
    other = client.sign_in(world.people.signatory)
    assert take_back not in other.get(url).text
    other.post(f"/opinions/{row.id}/take-back", data={"reason": "không phải của tôi"})
    assert db.session.get_one(Opinion, row.id).ending is None
    client.sign_in(world.people.reviewer).post(f"/opinions/{row.id}/take-back", data={"reason": "viết nhầm"})
    assert db.session.get_one(Opinion, row.id).ending is not None


def test_who_is_not_authorised_reads_why(world, client):
    page = client.sign_in(world.people.reviewer).get(f"/requests/{world.request.number}/opinions")
    assert "Chưa được trao quyền đưa ra ý kiến" in page.text and "7.8.7.1" in page.text
    answer = client.post(f"/requests/{world.request.number}/opinions", data={**SAID, "methods": [world.method.code]})
    assert answer.status_code == 422 and db.session.scalar(select(func.count()).select_from(Opinion)) == 0


def test_a_technician_gives_no_opinion(world, client):
    assert client.sign_in(world.people.technician).get(f"/requests/{world.request.number}/opinions").status_code == 403


def test_the_simplified_report_is_refused_until_the_review_agrees(world, client):
    signatory = client.sign_in(world.people.signatory)
    url = f"/requests/{world.request.number}/report?simplified=1"
    assert "7.8.1.3" in signatory.get(url).text and "chưa đồng ý nhận phiếu rút gọn" in signatory.get(url).text
    begin_writing()
    review = db.session.scalars(select(ContractReview)).one()
    review.checks = {**review.checks, "reporting": {"simplified": True, "agreed_by": "Đặng Thử Nghiệm", "agreed_on": "2026-11-03"}}
    from lab_app.core.access import authorize
    from lab_app.core.permissions import P

    authorize(SETTER, P.REQUEST_REVIEW)
    facts.commit()
    assert "chưa đồng ý nhận phiếu rút gọn" not in signatory.get(url).text
    draft = signatory.get(f"/requests/{world.request.number}/report/draft?simplified=1")
    said = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(draft.data))
    assert "Thiết bị đã dùng" not in said and "RÚT GỌN" in said


def test_many_settings_page_in_sql(world, client_as, statements):
    begin_writing()
    for n in range(40):
        setups.set_papers(SETTER, effective_from=DAY + timedelta(days=n), **told(form_issue=f"{n:02d}"))
    facts.commit()
    with statements() as seen:
        page = client_as("administrator").get("/laboratory/papers")
    assert page.text.count("Chưa đến") == 25 and len(seen) <= 15 and max(seen.repeated().values(), default=1) == len(papers.KINDS)


def test_the_short_form_is_offered_for_reports_only(app, writing, frozen_clock):
    from tests.support import calibration_facts

    bench = calibration_facts.customers_item()
    facts.commit()
    page = app.test_client().sign_in(bench.people.signatory).get(f"/requests/{bench.request.number}/report")
    assert page.status_code == 200 and "Rút gọn (7.8.1.3)" not in page.text


def test_the_short_form_is_offered_for_a_report(client, world):
    page = client.sign_in(world.people.signatory).get(f"/requests/{world.request.number}/report")
    assert "Rút gọn (7.8.1.3)" in page.text
