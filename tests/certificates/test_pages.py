"""Pages of the register by HTTP: who may, what they show, what a refusal keeps, and what they cost."""
from __future__ import annotations

import io

import pikepdf
from sqlalchemy import select

from certificates.models import Report
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.results.models import JobLine
from tests.support import certificates_facts as facts
from tests.support.signing import typed

NO_DEVIATION = facts.NO_DEVIATION["n"]


def text(response) -> str:
    return response.get_data(as_text=True)


def the_report() -> Report:
    db.session.rollback()
    return db.session.scalars(select(Report).order_by(Report.id.desc())).first()


def test_prepare_shows_the_sixteen_items_and_issues(world, client_as):
    client = client_as(world.people.signatory)
    page = client.get("/requests/YC-2026-0117/report")
    assert page.status_code == 200 and "16/16" in text(page) and "Ký và phát hành" in text(page)
    assert NO_DEVIATION in text(page), "the usual words stand in the box for the signatory to read"
    signed = typed(client, world.people.signatory, "/requests/YC-2026-0117/report")
    response = client.post("/requests/YC-2026-0117/report", data={"kind": "final", "reason_n": NO_DEVIATION, **signed})
    report = the_report()
    assert response.status_code == 302 and response.location.endswith(f"/reports/{report.code}")
    assert (report.status, report.number) == ("valid", "PKQ-2026-0117-01"), "all three steps ran within the request"
    assert "Đã phát hành" in text(client.get(response.location))


def test_an_emptied_statement_is_refused_with_its_clause_and_keeps_what_was_typed(world, client_as):
    client = client_as(world.people.signatory)
    signed = typed(client, world.people.signatory, "/requests/YC-2026-0117/report")
    response = client.post("/requests/YC-2026-0117/report", data={"kind": "final", "reason_n": "", "issued_on": "15/11/2026", **signed})
    body = text(response)
    assert response.status_code == 422 and "7.8.2.1" in body and "15/11/2026" in body
    assert the_report() is None


def test_an_unreviewed_line_greys_the_button_and_says_why(world, client_as):
    authorize(facts.SETTER, P.RESULT_WRITE)
    db.session.get_one(JobLine, world.lines[0].id).status = "submitted"
    facts.commit()
    body = text(client_as(world.people.signatory).get("/requests/YC-2026-0117/report"))
    assert 'aria-disabled="true"' in body and "7.8.1.1" in body


def test_a_reviewer_prepares_but_does_not_issue(world, client_as):
    client = client_as(world.people.reviewer)
    body = text(client.get("/requests/YC-2026-0117/report"))
    assert "Người ký duyệt phát hành" in body and "Ký và phát hành" not in body
    assert client.post("/requests/YC-2026-0117/report", data={"kind": "final", "reason_n": "x"}).status_code == 403
    assert client_as(world.people.technician).get("/requests/YC-2026-0117/report").status_code == 403
    assert the_report() is None


def test_the_draft_is_a_pdf_without_number_or_code(world, client_as):
    response = client_as(world.people.reviewer).get("/requests/YC-2026-0117/report/draft")
    assert response.mimetype == "application/pdf" and response.headers["Cache-Control"] == "private, no-store"
    assert len(pikepdf.open(io.BytesIO(response.data)).pages) >= 1
    assert client_as(world.people.technician).get("/requests/YC-2026-0117/report/draft").status_code == 403


def test_the_file_is_named_by_its_code_and_cannot_run(world, client_as):
    report = facts.issued(world)
    response = client_as(world.people.auditor).get(f"/reports/{report.code}/file")
    assert response.status_code == 200 and response.data.startswith(b"%PDF-")
    assert report.code in response.headers["Content-Disposition"] and report.number not in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client_as(world.people.auditor).get("/reports/2222-2222-2222-2222/file").status_code == 404


def test_the_requests_page_shows_its_reports_and_the_way_to_prepare_one(world, client_as):
    client = client_as(world.people.signatory)
    address = "/requests/YC-2026-0117"
    assert "/requests/YC-2026-0117/report" in text(client.get(address))
    report = facts.issued(world)
    body = text(client.get(address))
    assert report.number in body and f"/reports/{report.code}" in body


def test_the_record_page_shows_lines_versions_hashes_and_history(world, client_as):
    report = facts.issued(world)
    body = text(client_as(world.people.quality_manager).get(f"/reports/{report.code}"))
    for said in (
        report.number, report.file_sha256, report.snapshot_hash, "18,42", "\u221228,3", "thử lại", "Còn hiệu lực", "Nguyễn Văn Ví",
    ):
        assert said in body, said
    assert "Tạm dừng" in body and "Sửa đổi</a>" not in body


def test_the_list_finds_filters_and_exports(world, client_as):
    report = facts.issued(world)
    other = facts.issued(facts.ready_request("YC-2026-0118", people=world.people))
    client = client_as(world.people.auditor)
    assert other.number in text(client.get("/reports"))
    found = text(client.get("/reports", query_string={"q": "sao hom 0117"}))
    assert report.number in found and other.number not in found
    assert "Không có mục nào khớp" in text(client.get("/reports?status=withdrawn"))
    csv = client.get("/reports?export=csv&q=0118")
    assert csv.mimetype == "text/csv" and other.number in text(csv) and report.number not in text(csv)
    assert client.get("/reports?export=xlsx").status_code == 200


def test_a_status_change_asks_for_both_reasons(world, client_as):
    report = facts.issued(world)
    client = client_as(world.people.quality_manager)
    address = f"/reports/{report.code}/status/suspended"
    assert client.get(address).status_code == 200
    signed = typed(client, world.people.quality_manager, address)
    refused = client.post(address, data={"reason": "NCW-2026-003", **signed})
    assert refused.status_code == 422 and "NCW-2026-003" in text(refused)
    assert client.post(address, data={"reason": "NCW-2026-003", "public_reason": "đang kiểm tra", **signed}).status_code == 302
    assert the_report().status == "suspended"
    assert client.get(f"/reports/{report.code}/status/void").status_code == 404
    assert client_as(world.people.technician).get(address).status_code == 403


def test_the_second_of_two_people_is_told(world, client_as):
    report = facts.issued(world)
    client = client_as(world.people.quality_manager)
    data = {"reason": "a", "public_reason": "b", "version": str(report.version),
            **typed(client, world.people.quality_manager, f"/reports/{report.code}/status/suspended")}
    assert client.post(f"/reports/{report.code}/status/suspended", data=data).status_code == 302
    late = client.post(f"/reports/{report.code}/status/withdrawn", data={**data, "reason": "chữ đã gõ"})
    assert late.status_code == 409 and "chữ đã gõ" in text(late)
    assert the_report().status == "suspended"


def test_an_amendment_shows_its_changes_first(world, client_as):
    report = facts.issued(world)
    client = client_as(world.people.signatory)
    assert "không khác" in text(client.get(f"/reports/{report.code}/amend"))
    facts.measured_again(world, world.lines[0], "18.95")
    body = text(client.get(f"/reports/{report.code}/amend"))
    assert "18,42" in body and "18,95" in body
    assert client.post(f"/reports/{report.code}/amend", data={"reason": ""}).status_code == 422
    signed = typed(client, world.people.signatory, f"/reports/{report.code}/amend")
    response = client.post(f"/reports/{report.code}/amend", data={"reason": "đo lại", **signed})
    assert response.status_code == 302
    assert (the_report().number, the_report().status) == ("PKQ-2026-0117-01/SĐ1", "valid")
    assert "thay bằng" in text(client.get(f"/reports/{report.code}"))


def test_a_failing_drawing_leaves_the_page_open_and_the_work_queued(world, client_as, monkeypatch):
    from lab_app.core import files

    def full(*_args):
        raise OSError("no space left on device")

    monkeypatch.setattr(files, "put_bytes", full)
    client = client_as(world.people.signatory)
    signed = typed(client, world.people.signatory, "/requests/YC-2026-0117/report")
    response = client.post("/requests/YC-2026-0117/report", data={"kind": "final", "reason_n": NO_DEVIATION, **signed})
    assert response.status_code == 302 and the_report().status == "issuing"
    page = text(client.get(response.location))
    assert "đang được dựng" in page and "Bỏ số này" in page
    monkeypatch.undo()
    assert client.post(f"/reports/{the_report().code}/finish").status_code == 302
    assert the_report().status == "valid"
    refused = client.post(f"/reports/{the_report().code}/give-up", data={"reason": "nhầm"}, follow_redirects=True)
    assert "7.8.8" in text(refused) and the_report().status == "valid"


def test_what_does_not_exist_is_404(world, client_as):
    client = client_as(world.people.signatory)
    for address in ("/reports/2222-2222-2222-2222", "/requests/YC-1999-0001/report", "/reports/x/amend", "/reports/x/status/valid"):
        assert client.get(address).status_code == 404, address


def test_pages_cost_at_most_fifteen_statements_and_none_per_row(world, client_as, statements):
    codes = [facts.issued(world).code]
    codes += [
        facts.issued(facts.ready_request(f"YC-2026-02{n:02d}", people=world.people)).code for n in range(1, 5)
    ]
    client = client_as(world.people.signatory)
    waiting = facts.ready_request("YC-2026-0300", people=world.people)
    for address in ("/reports", f"/reports/{codes[0]}", f"/requests/{waiting.request.number}/report"):
        client.get(address)
        with statements() as seen:
            assert client.get(address).status_code == 200
        assert len(seen) <= 15, f"{address}: {seen}"
        assert max(seen.repeated().values(), default=1) <= 2, f"{address}: {seen.repeated()}"


def test_a_page_that_signs_carries_the_hash_once(world, client_as):
    report = facts.issued(world)
    facts.measured_again(world, world.lines[0], "18.95")
    client = client_as(world.people.signatory)
    for address in (f"/reports/{report.code}/amend", f"/reports/{report.code}/status/withdrawn"):
        assert text(client.get(address)).count('name="shown"') == 1, address
