"""The public directory: what stands in it, who agreed, what finds it, what never leaks."""
from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from certificates import directory, services
from certificates.models import PublishedEntry, PublishedWord, Report
from certificates.queries import directory as queries
from certificates.services import publishing
from lab_app.core import jobs
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed
from lab_app.core.numbering import CODE_ALPHABET
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed

AGREED = {"agreed_by": "Đặng Thử Nghiệm", "agreed_on": date(2026, 11, 10), "evidence": "email 10/11/2026"}


def text(response) -> str:
    return response.get_data(as_text=True)


def listed(world, report) -> PublishedEntry:
    entry = publishing.list_report(world.people.quality_manager, report, **AGREED)
    facts.commit()
    return entry


def numbers(typed: str, field: str = directory.ANY) -> list[str]:
    db.session.rollback()
    return [row.number for row in queries.search(typed, field).rows]


def test_a_question_is_folded_and_bounded():
    assert directory.terms("Điện thoại SH-AX30, SH-AX30") == ["dien", "thoai", "sh", "ax30"]
    assert len(directory.terms("a b c d e f g h i j k")) == directory.TERMS
    assert len(directory.terms("x" * 5000)[0]) <= directory.LONGEST_WORD
    assert directory.tax_digits("0101234567-001") == "0101234567001"


def test_words_come_only_from_what_is_published():
    words = directory.words_of([{"brand": "SAOHOM", "model": "SH-AX30", "name": {"vi": "Điểm truy cập"}}], ("", ""), "", [])
    assert {(directory.MODEL, w) for w in ("sh", "ax30", "ax3", "shax30", "sha")} <= words
    assert not {field for field, _word in words} & {directory.ENTERPRISE, directory.TAX, directory.REGULATION}
    assert (directory.ANY, "diem") in words


def test_nothing_is_listed_without_consent_and_everything_agreed_is_found(world, report, client):
    assert numbers("SH-AX30") == [] and "Danh bạ chưa có phiếu nào" in text(client.get("/directory"))
    listed(world, report)
    for typed, field in (
        ("SH-AX30", "any"), ("shax30", "model"), ("AX3", "model"), ("saohom", "brand"), ("diem truy cap", "any"),
        ("QCVN 54:2020/BTTTT", "regulation"), ("qcvn54", "any"),
    ):
        assert numbers(typed, field) == [report.number], (typed, field)
    body = text(client.get("/directory?q=ax30&in=model"))
    assert report.number in body and f"/verify/{report.code}" in body and "Còn hiệu lực" in body


def test_the_enterprise_that_did_not_agree_to_be_named_is_found_by_nothing(world, report, client):
    listed(world, report)
    for typed, field in (("Sao Hôm", "any"), ("Sao Hôm", "enterprise"), ("9910000015", "tax"), ("9910000015", "any"),
                         ("HĐ-2026-0117", "any"),
                         ("SH26AX30", "any"), ("Đặng Thử", "any"), ("YC-2026-0117", "any")):
        assert numbers(typed, field) == [], (typed, field)
    for address in ("/directory", "/directory.json"):
        assert "Sao Hôm Giả" not in text(client.get(address)) and "9910000015" not in text(client.get(address))


def test_an_enterprise_that_agreed_is_found_by_name_and_tax_code_which_is_never_said(app, frozen_clock, client):
    world = facts.ready_request(public_fields=["customer", "product", "regulations", "directory"])
    report = facts.issued(world)
    assert numbers("thiet bi mang sao hom") == [report.number], "listed at its issue, as agreed with the request"
    assert numbers("9910000015", "tax") == [report.number] and numbers("9910-000-015", "tax") == [report.number]
    assert numbers("991000001", "tax") == []
    assert "9910000015" not in text(client.get("/directory.json?q=9910000015&in=tax"))
    entry = queries.entry_of_report(report.id)
    assert (entry.agreed_by, entry.agreed_on, entry.evidence) == ("Đặng Thử Nghiệm", date(2026, 11, 2), "YC-2026-0117")


def test_the_status_in_the_directory_is_the_present_one(world, report, client):
    listed(world, report)
    services.change_status(
        world.people.quality_manager, report, to="withdrawn", reason="x", public_reason="sai mẫu",
        confirmed=confirmed(world.people.quality_manager))
    facts.commit()
    found = client.get("/directory.json?q=ax30").get_json()["entries"]
    assert [(one["number"], one["status"]) for one in found] == [(report.number, "withdrawn")]
    assert "Đã thu hồi" in text(client.get("/directory"))


def test_taken_out_it_is_found_no_more_and_its_own_page_stays(world, report, client):
    entry = listed(world, report)
    with pytest.raises(FieldRefused):
        publishing.unlist_report(world.people.quality_manager, entry, reason=" ")
    db.session.rollback()
    publishing.unlist_report(world.people.quality_manager, queries.entry_of_report(report.id), reason="khách hàng rút lại")
    facts.commit()
    assert numbers("ax30") == [] and numbers("") == []
    assert db.session.scalar(select(PublishedWord).limit(1)) is None, "what it was found by is gone"
    assert client.get(f"/verify/{report.code}").status_code == 200
    listed(world, report)
    assert numbers("ax30") == [report.number]


def test_who_may_not_and_consent_that_is_missing(world, report):
    for wrong in ({"agreed_by": " "}, {"agreed_on": None}, {"agreed_on": date(2026, 11, 17)}):
        with pytest.raises(GateRefused) as refused:
            publishing.list_report(world.people.quality_manager, report, **{**AGREED, **wrong})
        assert refused.value.stop.clauses == ("4.2.1",)
        db.session.rollback()
    with pytest.raises(NotAllowed):
        publishing.list_report(world.people.technician, report, **AGREED)


def test_a_paper_kept_to_its_code_answers_nobody_by_number(app, frozen_clock, client, statements):
    world = facts.ready_request(public_fields=["product", "code_only"])
    report = facts.issued(world)
    with pytest.raises(GateRefused, match="giữ kín"):
        publishing.list_report(world.people.quality_manager, report, **AGREED)
    db.session.rollback()
    unknown = "PKQ-2026-9999-01"
    answers = []
    for number in (unknown, report.number):
        with statements() as seen:
            response = client.get("/verify", query_string={"q": number})
        answers.append((response.status_code, text(response).replace(number, "?"), len(seen),
                        sorted((k, v) for k, v in response.headers if k not in ("Content-Length", "Date"))))
    assert answers[0] == answers[1], "same status, body, headers and number of statements"
    assert answers[0][0] == 404
    by_code = client.get(f"/verify/{report.code}.json").get_json()
    assert by_code["status"] == "valid" and set(by_code["fields"]) == {"product"}


def test_papers_that_lead_to_one_kept_to_its_code_leave_the_directory(world, report, client):
    listed(world, report)
    db.session.rollback()
    begin_writing()
    report.request.public_fields = ["product", "code_only"]
    facts.commit()
    facts.measured_again(world, world.lines[0], "18.95")
    signatory = world.people.signatory
    new = services.amend(signatory, report, reason="đo lại", confirmed=confirmed(signatory))
    facts.commit()
    jobs.run_key(services.job_key(new.id))
    db.session.expire_all()
    assert new.status == "valid" and numbers("SH-AX30") == []
    for door in ("/directory", "/verify/register.atom"):
        assert report.code not in text(client.get(door)) and new.number not in text(client.get(door))
    with pytest.raises(GateRefused, match="giữ kín"):
        publishing.list_report(world.people.quality_manager, report, **AGREED)


def test_one_cannot_be_kept_to_its_code_and_be_in_the_directory(app, frozen_clock):
    from lab_app.samples import services as samples

    world = facts.ready_request()
    with pytest.raises(FieldRefused) as refused:
        samples.change_request(world.people.reception, world.request, reason="x", public_fields=["code_only", "directory"])
    assert refused.value.field == "public_fields"


# ---- many -----------------------------------------------------------------------------------------------------


@pytest.fixture
def many(world, report):
    """Sixty entries, every tenth of another brand; the papers are copies of one."""
    listed(world, report)
    from lab_app.core.access import authorize
    from lab_app.core.permissions import P

    authorize(facts.SETTER, P.LABORATORY_WRITE)
    row = db.session.execute(select(Report.__table__).where(Report.id == report.id)).mappings().one()
    for n in range(60):
        number, place = f"PKQ-2025-{n:04d}-01", CODE_ALPHABET[n // 20] + CODE_ALPHABET[n % 20]
        copy = Report(**{**{k: v for k, v in row.items() if k != "id"}, "number": number, "base_number": number,
                         "code": f"2222-3333-{place}22-4444"})
        db.session.add(copy)
        db.session.flush()
        items = [{"brand": "SAOKIM" if n % 10 == 0 else "SAOHOM", "model": f"SK-{n:03d}", "name": {"vi": "Bộ định tuyến", "en": "Router"}}]
        entry = PublishedEntry(report_id=copy.id, number=copy.number, products=items, agreed_by="x", agreed_on=date(2026, 11, 1))
        db.session.add(entry)
        db.session.flush()
        db.session.add_all(PublishedWord(field=f, word=w, entry_id=entry.id) for f, w in directory.words_of(items, (), "", []))
    facts.commit()


@pytest.mark.parametrize("typed", ["", "saohom", "sao dinh tuyen saohom bo"])
def test_pages_are_walked_by_key_forward_and_back_without_loss(many, client, typed):
    seen, address, pages = [], f"/directory.json?q={typed}", 0
    while address:
        data = client.get(address).get_json()
        seen += [one["number"] for one in data["entries"]]
        last, address, pages = data, data["next"], pages + 1
    wanted = {"": 61, "saohom": 55}.get(typed, 0)
    assert len(seen) == len(set(seen)) == wanted
    if wanted:
        assert pages == 3
        back = client.get(client.get(last["previous"]).get_json()["previous"]).get_json()
        assert [one["number"] for one in back["entries"]] == seen[:25] and back["previous"] is None


def test_a_full_page_costs_few_statements_and_says_no_total(many, client, statements):
    with statements() as seen:
        body = text(client.get("/directory?q=saohom+bo"))
    assert len(seen) <= 4 and not seen.repeated(), seen
    assert "54" not in body.split("<main", 1)[1].split("</form>", 1)[1].split("SK-")[0]


@pytest.mark.parametrize("query", [
    "q='; DROP TABLE published_word; --", "q=%25", "q=" + "x" * 5000, "after=abc", "after=99999999999999999999999", "in=password",
    "q=%00", "before=-1", "after=١٢", "q=<script>alert(1)</script>",
])
def test_what_is_no_question_is_answered_calmly(many, client, query):
    response = client.get(f"/directory?{query}")
    assert response.status_code == 200 and "<script>alert" not in text(response)


def test_asked_again_it_is_304_until_something_is_listed(world, report, client):
    tag = client.get("/directory").headers["ETag"]
    assert client.get("/directory", headers={"If-None-Match": tag}).status_code == 304
    listed(world, report)
    assert client.get("/directory", headers={"If-None-Match": tag}).status_code == 200


def test_the_search_of_the_laboratory_does_not_find_directory_entries_twice(world, report, client_as):
    listed(world, report)
    body = text(client_as(world.people.quality_manager).get("/search?q=SH-AX30"))
    assert body.count(f"/reports/{report.code}") <= 2


def test_the_pages_of_the_laboratory(world, report, client_as, client):
    manager, technician = client_as(world.people.quality_manager), client_as(world.people.technician)
    page = text(manager.get(f"/reports/{report.code}/public"))
    assert "Không có trong danh bạ" in page
    refused = manager.post(f"/reports/{report.code}/public/list", data={"agreed_by": "", "agreed_on": "10/11/2026"})
    assert refused.status_code == 422 and "4.2.1" in text(refused)
    agreed = {"agreed_by": "Bà Đặng", "agreed_on": "10/11/2026", "evidence": "email"}
    done = manager.post(f"/reports/{report.code}/public/list", data=agreed)
    assert done.status_code == 302 and numbers("ax30") == [report.number]
    assert "Bà Đặng" in text(manager.get(f"/reports/{report.code}/public"))
    assert technician.post(f"/reports/{report.code}/public/unlist", data={"reason": "x"}).status_code == 403
    assert manager.post(f"/reports/{report.code}/public/unlist", data={"reason": ""}).status_code in (302, 422)
    assert numbers("ax30") == [report.number]
    assert manager.post(f"/reports/{report.code}/public/unlist", data={"reason": "khách rút"}).status_code == 302
    assert numbers("ax30") == []
    assert client.get(f"/reports/{report.code}/public").status_code == 302


def test_the_entry_keeps_its_history(world, report):
    from lab_app.core import audit

    listed(world, report)
    publishing.unlist_report(world.people.quality_manager, queries.entry_of_report(report.id), reason="khách hàng rút lại")
    facts.commit()
    kinds = [(entry.subject_kind, entry.reason) for entry in audit.history("report", report.id, 50)]
    assert ("published-entry", "khách hàng rút lại") in kinds
    assert json.dumps(kinds)
