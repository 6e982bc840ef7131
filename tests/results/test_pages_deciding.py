"""Pages about verdicts: the rehearsal at contract review, another verdict by two people, old results judged again."""
from __future__ import annotations

from datetime import date

import pytest

from lab_app.core.db import db
from lab_app.results import services
from lab_app.results.models import OverrideAnswer, Rejudgement, RuleRehearsal, VerdictOverride
from lab_app.results.queries import overrides as overrides_
from lab_app.samples import services as samples
from test_methods import services as methods
from test_methods.models import MethodParameter
from tests.support.method_facts import ENTERED_ON
from tests.support.results_facts import ask, both_roles, make_bench


@pytest.fixture
def bench(app, writing, frozen_clock):
    made = make_bench()
    made.record_all()
    made.submit()
    return made


@pytest.fixture
def second(bench):
    return both_roles(bench.people, bench.tested.method.code)


# ---- another verdict by two people ----------------------------------------------------------------------


def test_proposed_and_confirmed_by_the_page(bench, second, client_as):
    line_id, reading_id = bench.line().id, bench.line().reading.id
    reviewer, other = client_as(bench.people.reviewer), client_as(second)
    assert "Đề nghị kết luận khác" in reviewer.get(f"/lines/{line_id}").text
    answer = reviewer.post(f"/lines/{line_id}/override", data={"verdict": "FAIL", "reason": "phổ méo"})
    assert answer.status_code == 302
    override = db.session.query(VerdictOverride).one()
    mine = reviewer.get(f"/lines/{line_id}").text
    assert "Rút đề nghị" in mine and "Xác nhận</button>" not in mine
    assert reviewer.post(f"/overrides/{override.id}/answer", data={"do": "confirm", "note": ""}).status_code == 422
    assert db.session.query(OverrideAnswer).count() == 0
    assert other.post(f"/overrides/{override.id}/answer", data={"do": "confirm", "note": "đã xem phổ"}).status_code == 302
    assert overrides_.standing_verdicts([reading_id]) == {reading_id: "FAIL"}
    shown = other.get(f"/lines/{line_id}").text
    assert "sửa tay" in shown and "phổ méo" in shown and second.full_name in shown and bench.people.reviewer.full_name in shown


@pytest.mark.parametrize("typed", [{}, {"verdict": "FAIL"}, {"verdict": "NONSENSE", "reason": "x"}, {"verdict": "PASS", "reason": "x"},
                                   {"verdict": "FAIL", "reason": "   "}])
def test_a_proposal_that_is_none_is_refused_and_kept_in_the_form(bench, client_as, typed):
    answer = client_as(bench.people.reviewer).post(f"/lines/{bench.line().id}/override", data=typed)
    assert answer.status_code == 422 and db.session.query(VerdictOverride).count() == 0


def test_declining_needs_a_word(bench, second, client_as):
    override = services.propose_override(bench.people.reviewer, bench.line(), "FAIL", "phổ méo")
    line_id, ident = bench.line().id, override.id
    other = client_as(second)
    assert other.post(f"/overrides/{ident}/answer", data={"do": "decline", "note": ""}).status_code == 422
    assert other.post(f"/overrides/{ident}/answer", data={"do": "explode"}).status_code == 404
    assert other.post(f"/overrides/{ident}/answer", data={"do": "decline", "note": "ngoài băng"}).status_code == 302
    assert "Không đồng ý" in other.get(f"/lines/{line_id}").text
    assert other.post("/overrides/999/answer", data={"do": "confirm"}).status_code == 404


def test_who_only_reads_neither_proposes_nor_answers(bench, client_as):
    override = services.propose_override(bench.people.reviewer, bench.line(), "FAIL", "phổ méo")
    line_id, ident = bench.line().id, override.id
    auditor = client_as(bench.people.auditor)
    assert "Đề nghị kết luận khác" not in auditor.get(f"/lines/{line_id}").text
    assert auditor.post(f"/lines/{line_id}/override", data={"verdict": "FAIL", "reason": "x"}).status_code == 403
    assert auditor.post(f"/overrides/{ident}/answer", data={"do": "confirm"}).status_code == 403


def test_the_page_of_a_line_shows_the_risk_and_asks_little(bench, second, client_as, statements):
    override = services.propose_override(bench.people.reviewer, bench.line(), "FAIL", "phổ méo")
    assert override.id
    line_id = bench.line().id
    other = client_as(second)
    db.session.commit()
    other.get(f"/lines/{line_id}")
    db.session.expunge_all()  # a request of its own finds nothing in memory
    with statements() as seen:
        shown = other.get(f"/lines/{line_id}")
    assert "Rủi ro chấp nhận sai (PFA)" in shown.text
    assert len(seen) <= 15, seen.repeated()


# ---- the rehearsal ----------------------------------------------------------------------------------------


@pytest.fixture
def number(bench):
    request = ask(bench.people, bench.tested)
    samples.open_review(bench.people.reviewer, request)
    return request.number


def test_the_review_leads_to_the_rehearsal(bench, number, client_as):
    reviewer = client_as(bench.people.reviewer)
    page = reviewer.get(f"/requests/{number}/review").text
    assert f"/requests/{number}/rehearsal?parameter={bench.tested.power.id}" in page


def test_the_rehearsal_shows_every_rule_within_its_statements(bench, number, client_as, statements):
    reviewer = client_as(bench.people.reviewer)
    address = f"/requests/{number}/rehearsal?parameter={bench.tested.power.id}&at=19,8"
    reviewer.get(address)
    with statements() as seen:
        shown = reviewer.get(address)
    assert shown.status_code == 200 and len(seen) <= 15, seen.repeated()
    for code in ("DR-SA", "DR-GB-U", "DR-GB-U2", "DR-ETSI", "DR-CISPR"):
        assert code in shown.text
    assert "chưa đủ kết quả cũ" in shown.text, "two results say nothing of a population"
    assert "Đạt có điều kiện" in shown.text
    assert reviewer.get(address + "&lang=en").status_code == 200


def test_shown_to_the_customer_and_kept(bench, number, client_as):
    reviewer = client_as(bench.people.reviewer)
    data = {"parameter": str(bench.tested.power.id), "at": "19,8", "shown_to": "Bà Ngô", "shown_on": "16/11/2026"}
    assert reviewer.post(f"/requests/{number}/rehearsal", data={**data, "shown_to": ""}).status_code == 422
    assert reviewer.post(f"/requests/{number}/rehearsal", data={**data, "shown_on": "31/12/2026"}).status_code == 422
    assert reviewer.post(f"/requests/{number}/rehearsal", data={**data, "parameter": "999"}).status_code == 404
    answer = reviewer.post(f"/requests/{number}/rehearsal", data=data)
    assert answer.status_code == 302
    row = db.session.query(RuleRehearsal).one()
    sheet = reviewer.get(f"/rehearsals/{row.code}").text
    assert "Bà Ngô" in sheet and "19,8" in sheet
    assert bench.sample.code not in sheet and bench.job.code not in sheet, "no other customer's item is named (4.2.1)"
    assert row.code in reviewer.get(f"/requests/{number}/review").text
    assert reviewer.get("/rehearsals/XQT-0").status_code == 404


def test_an_inherent_rule_is_shown_and_not_chosen(bench, number, client_as):
    author = bench.people.reviewer
    methods.add_rule(author, code="DR-QC", name_vi="Quy tắc của quy chuẩn", definition={"kind": "simple"}, inherent_in="QC, 2.3")
    db.session.get(MethodParameter, bench.tested.power.id).inherent_rule = "DR-QC"
    reviewer = client_as(author)
    review = reviewer.get(f"/requests/{number}/review").text
    assert "DR-QC" in review and "QC, 2.3" in review
    assert f'name="rule-{bench.tested.method.id}-{bench.tested.power.id}"' not in review and "DR-QC ·" not in review
    shown = reviewer.get(f"/requests/{number}/rehearsal?parameter={bench.tested.power.id}").text
    assert "khách hàng không chọn quy tắc khác được" in shown


def test_a_retired_rule_is_not_offered_at_review(bench, number, client_as):
    reviewer = client_as(bench.people.reviewer)
    assert "DR-GB-U2 ·" in reviewer.get(f"/requests/{number}/review").text
    reviewer.post("/decision-rules/DR-GB-U2/retire", data={"reason": "không ai chọn"})
    assert "DR-GB-U2 ·" not in reviewer.get(f"/requests/{number}/review").text


def test_the_rehearsal_of_a_request_without_numbers_and_of_none(bench, client_as):
    reviewer = client_as(bench.people.reviewer)
    assert reviewer.get("/requests/YC-0000-1/rehearsal").status_code == 404
    assert client_as(bench.people.technician).post(f"/requests/{bench.request.number}/rehearsal", data={}).status_code == 403


# ---- old results judged again ---------------------------------------------------------------------------


@pytest.fixture
def edition(bench):
    author = bench.people.reviewer
    regulation = methods.add_regulation(author, code="QC PT 1:2026", title_vi="Bản mới", in_force_from=date(2026, 11, 1))
    row = methods.add_requirement(author, regulation, code="P-01", name_vi="Công suất", unit="dBm", limit={"type": "upper", "limit": "15"})
    methods.confirm_limit(author, row, "đối chiếu bản chính thức", ENTERED_ON)
    return regulation.id, row.id, bench.line().parameter.requirement_id


def test_choose_an_edition_see_what_would_change_and_file_it(bench, edition, client_as, statements):
    regulation, to, source = edition
    lines = [line.id for line in bench.job.lines if line.parameter.code == "P-01"]
    reviewer = client_as(bench.people.reviewer)
    assert reviewer.get("/rejudgements").status_code == 200
    assert reviewer.get("/rejudgements/new").status_code == 200
    assert f"/rejudgements/{to}/{source}" in reviewer.get(f"/rejudgements/new?edition={regulation}").text
    with statements() as seen:
        shown = reviewer.get(f"/rejudgements/{to}/{source}")
    assert len(seen) <= 15, seen.repeated()
    assert shown.text.count("đổi</span>") == 2
    data = {"line": [str(i) for i in lines], "reason": "doanh nghiệp hỏi", "rule": ""}
    assert reviewer.post(f"/rejudgements/{to}/{source}", data={**data, "reason": ""}).status_code == 422
    assert reviewer.post(f"/rejudgements/{to}/{source}", data={"reason": "x", "rule": ""}).status_code == 422
    assert reviewer.post(f"/rejudgements/{to}/{source}", data=data).status_code == 302
    assert [r.verdict for r in db.session.query(Rejudgement)] == ["FAIL", "FAIL"]
    assert reviewer.post(f"/rejudgements/{to}/{source}", data=data).status_code == 422, "filed once"
    assert "QC PT 1:2026" in reviewer.get(f"/lines/{lines[0]}").text
    listed = reviewer.get("/rejudgements").text
    assert listed.count("doanh nghiệp hỏi") == 0 and listed.count("Không đạt") >= 2
    assert "đã ghi xét lại" in reviewer.get(f"/rejudgements/{to}/{source}").text


def test_another_rule_by_the_list_of_rules(bench, edition, client_as):
    _regulation, _to, source = edition
    reviewer = client_as(bench.people.reviewer)
    same = reviewer.get(f"/rejudgements/{source}/{source}").text
    assert "Không có gì để xét lại" in same
    other = reviewer.get(f"/rejudgements/{source}/{source}?rule=DR-GB-U").text
    assert "Không có gì để xét lại" not in other and 'name="line"' in other


def test_foreign_lines_are_not_filed(bench, edition, client_as):
    _regulation, to, source = edition
    look = bench.line("P-02").id
    reviewer = client_as(bench.people.reviewer)
    answer = reviewer.post(f"/rejudgements/{to}/{source}", data={"line": [str(look), "abc"], "reason": "x", "rule": ""})
    assert answer.status_code == 422 and db.session.query(Rejudgement).count() == 0


def test_only_a_reviewer_files(bench, edition, client_as):
    _regulation, to, source = edition
    technician = client_as(bench.people.technician)
    assert technician.get(f"/rejudgements/{to}/{source}").status_code == 200
    answer = technician.post(f"/rejudgements/{to}/{source}", data={"line": ["1"], "reason": "x", "rule": ""})
    assert answer.status_code == 403
    assert technician.get("/rejudgements/999/999").status_code == 404
