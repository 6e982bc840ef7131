"""Pages of the room: what they show, what their forms refuse and keep, how much they ask of the database."""
from __future__ import annotations

from datetime import date

import pytest

from lab_app.core import clock
from lab_app.core.db import db
from test_methods import queries, services
from test_methods.models import Method, MethodVersion, Regulation, Requirement, ScopeEntry, UncertaintyBudget
from tests.support import method_facts as facts
from tests.support.people_facts import make_people


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def made(people):
    return facts.make_method(people)


@pytest.fixture
def author(people, client_as):
    return client_as(people.reviewer)


@pytest.fixture
def approver(people, client_as):
    return client_as(people.signatory)


def fresh(model, ident):
    db.session.expire_all()
    return db.session.get(model, ident)


READ = ("/methods", "/methods/1", "/method-versions/1", "/regulations", "/regulations/1", "/decision-rules", "/budgets",
        "/budgets/1", "/scope")
WRITE = ("/methods/new", "/methods/1/versions/new", "/method-versions/1/verification", "/method-versions/1/parameters/new",
         "/regulations/new", "/regulations/1/requirements/new", "/requirements/1/limit", "/requirements/1/confirm", "/budgets/new")
APPROVE = ("/method-versions/1/approve", "/method-versions/1/retire", "/scope/new")


def test_everybody_reads_few_write(people, made, author, approver, client_as):
    auditor = client_as(people.auditor)
    for path in READ:
        assert auditor.get(path).status_code == 200, path
        assert auditor.get(f"{path}?lang=en").status_code == 200, path
    for path in (*WRITE, *APPROVE):
        assert auditor.get(path).status_code == 403, path
    for path in WRITE:
        assert author.get(path).status_code == 200, path
    for path in APPROVE:
        assert author.get(path).status_code == 403 and approver.get(path).status_code == 200, path
    for path in ("/methods/99", "/method-versions/99", "/regulations/99", "/budgets/99", "/requirements/99/confirm"):
        assert author.get(path).status_code == 404, path


@pytest.mark.parametrize("path", READ)
def test_a_page_asks_at_most_fifteen_statements_however_much_there_is(people, made, author, statements, path):
    facts.accredit(people, "PT 1")
    author.get(path)
    with statements() as few:
        author.get(path)
    for n in range(2, 6):
        facts.make_method(people, f"PT {n}")
    for n in range(3, 9):
        requirement = services.add_requirement(
            people.reviewer, made.regulation, code=f"P-{n:02d}", name_vi="Thêm", unit="dBm", limit={"type": "upper", "limit": "1"})
        services.confirm_limit(people.quality_manager, requirement, "công báo", clock.today())
    second = services.draft_version(people.reviewer, made.method, environment=facts.ROOM, copy_from=made.version)
    for requirement in queries.requirements(made.regulation.id)[2:]:
        services.add_parameter(
            people.reviewer, second, requirement, fields=[facts.field("reading")], formula="reading", budget=made.budget)
    with statements() as many:
        author.get("/method-versions/2" if path == "/method-versions/1" else path)
    assert len(many) <= max(len(few), 12) <= 15, str(many)


def test_marks_of_confirmation_and_scope(people, made, author):
    facts.accredit(people, "PT 1")
    page = author.get("/methods").text
    assert "Được công nhận" in page and "Đang hiệu lực" in page
    services.add_requirement(people.reviewer, made.regulation, code="P-09", name_vi="Mặt nạ", limit={}, seen="source: trang 3")
    page = author.get(f"/regulations/{made.regulation.id}").text
    assert page.count("Đã xác nhận") == 2 and "chưa số hóa" in page and "thấy ở: trang 3" in page and "≤\u00a020\u00a0dBm" in page
    assert "Chưa xác nhận" in page, "nobody has confirmed the edition itself"
    found = author.get("/regulations?limits=open").text
    assert made.regulation.code in found and made.regulation.code not in author.get("/regulations?limits=complete").text
    assert made.regulation.code not in author.get("/regulations?limits=in_use&edition=confirmed").text
    assert author.get("/methods?scope=designated").text.count(">PT 1<") == 0
    assert "PT 1" in author.get(f"/methods?regulation={made.regulation.id}&q=cong suat").text
    for path in ("/methods", "/regulations"):
        for kind in ("csv", "xlsx"):
            assert author.get(f"{path}?export={kind}").status_code == 200


def test_from_regulation_to_a_version_in_force_by_forms(people, author, approver):
    facts.make_rules(people)
    facts.make_budget(people)
    edition = {"code": "QCVN 1:2026/BKHCN", "title_vi": "Quy chuẩn", "in_force_from": "01/07/2026"}
    assert author.post("/regulations/new", data=edition).status_code == 302
    regulation = db.session.query(Regulation).one()
    limit = {"code": "01", "name_vi": "Phát xạ dẫn", "kind": "line", "unit": "dBµV", "inclusive": "y",
             "segments": "0,15; 0,5; 66; 56\n0,5 30 60 60"}
    assert author.post(f"/regulations/{regulation.id}/requirements/new", data=limit).status_code == 302
    requirement = db.session.query(Requirement).one()
    assert requirement.limit["segments"] == [["0.15", "0.5", "66", "56"], ["0.5", "30", "60", "60"]]
    confirmed = author.post(f"/requirements/{requirement.id}/confirm", data={"source": "Công báo", "on": "16/11/2026"})
    assert confirmed.status_code == 302
    assert fresh(Requirement, requirement.id).confirmed_on == date(2026, 11, 16)
    method = {"code": "PT 9", "title_vi": "Thử", "regulation_id": str(regulation.id), "standard_method": "y"}
    assert author.post("/methods/new", data=method).status_code == 302
    row = db.session.query(Method).one()
    refused = author.post(f"/methods/{row.id}/versions/new", data={"change_note": "lần đầu"})
    assert refused.status_code == 422 and "môi trường" in refused.text and "lần đầu" in refused.text
    room = {"change_note": "lần đầu", "t_low": "15", "t_high": "35", "rh_low": "20", "rh_high": "75", "when": "0 °C",
            "when_t_low": "-2", "when_t_high": "2"}
    assert author.post(f"/methods/{row.id}/versions/new", data=room).status_code == 302
    version = db.session.query(MethodVersion).one()
    assert version.environment["conditions"] == [{"when": "0 °C", "temperature": ["-2", "2"]}]
    place = f"/method-versions/{version.id}"
    grey = approver.get(place).text
    assert 'aria-disabled="true"' in grey and "7.2.1.5" in grey
    budget = db.session.query(UncertaintyBudget).one()
    parameter = {
        "requirement_id": str(requirement.id), "kind": "number", "reading_fields-0-key": "frequency_mhz",
        "reading_fields-0-label_vi": "Tần số", "reading_fields-0-unit": "MHz", "reading_fields-0-source": "setting",
        "reading_fields-1-key": "reading", "reading_fields-1-label_vi": "Số đọc", "reading_fields-1-source": "measured",
        "formula": "reading + ghost", "places": "1", "budget_id": str(budget.id), "u_max": "3,4", "default_rule": "DR-CISPR",
        "needs-0-quantity": "emi-level", "needs-0-low": "0,15", "needs-0-high": "30", "needs-0-unit": "MHz",
        "needs-0-required": "y",
        "needs-1-quantity": "lisn", "needs-1-low": "0,15", "needs-1-high": "30", "needs-1-unit": "MHz", "needs-1-required": "y",
        "conditions": "0,198 MHz, pha L1\n\n12,29 MHz, pha L1\n",
    }
    refused = author.post(f"{place}/parameters/new", data=parameter)
    assert refused.status_code == 422 and "ghost" in refused.text and "Công thức không đọc được" in refused.text
    assert author.post(f"{place}/parameters/new", data={**parameter, "formula": "reading"}).status_code == 302
    measured = queries.parameters(version.id)[0]
    assert measured.conditions == ["0,198 MHz, pha L1", "12,29 MHz, pha L1"] and len(measured.need["beside"]) == 1
    record = {
        "kind": "verification", "procedure": "đo lặp 10 lần", "requirements": "s ≤ 0,3 dB", "results": "s = 0,1 dB",
        "statement": "dùng được",
        "performed_by": str(people.reviewer.id), "performed_on": "15/11/2026", "fit": "yes", "characteristics-0-name": "Độ lặp lại",
        "characteristics-0-requirement": "≤ 0,3", "characteristics-0-found": "0,1", "characteristics-0-unit": "dB",
        "characteristics-0-meets": "yes",
    }
    assert author.post(f"{place}/verification", data={**record, "results": ""}).status_code == 302
    assert "kết quả thu được (d)" in author.post(f"{place}/conclude", follow_redirects=True).text
    assert author.post(f"{place}/verification", data=record).status_code == 302
    assert author.post(f"{place}/conclude").status_code == 302
    assert fresh(MethodVersion, version.id).status == "verified"
    early = approver.post(f"{place}/approve", data={"effective_from": "15/11/2026"})
    assert early.status_code == 422 and "ngược thời gian" in early.text
    assert approver.post(f"{place}/approve", data={"effective_from": "16/11/2026"}).status_code == 302
    shown = author.get(place).text
    assert "Đang hiệu lực" in shown and "0,15 – 0,5" in shown and "66 → 56" in shown and "Mạng ổn định trở kháng" in shown
    assert "khi điều kiện có “0 °C”" in shown
    assert approver.post("/scope/new", data={
        "method_code": "PT 9", "parameters": "01\n", "status": "accredited", "decision": "QĐ 1", "valid_from": "01/01/2026",
        "valid_to": "31/12/2026"}).status_code == 302
    assert [e.parameter_code for e in db.session.query(ScopeEntry)] == ["01"]
    assert approver.post(f"{place}/retire", data={"from_day": "20/11/2026", "reason": "hết máy"}).status_code == 302
    assert fresh(MethodVersion, version.id).effective_to == date(2026, 11, 20)


def test_the_author_sees_why_not_to_approve(people, made, client_as):
    draft = services.draft_version(people.reviewer, made.method, environment=facts.ROOM, copy_from=made.version)
    facts.prove(people.reviewer, draft)
    people.reviewer.roles = [*people.reviewer.roles, *people.signatory.roles]
    db.session.flush()
    client = client_as(people.reviewer)
    page = client.get(f"/method-versions/{draft.id}").text
    assert 'aria-disabled="true"' in page and "không tự phê duyệt" in page and "8.3.2" in page
    refused = client.post(f"/method-versions/{draft.id}/approve", data={"effective_from": "16/11/2026"})
    assert refused.status_code == 422 and "không tự phê duyệt" in refused.text
    assert fresh(MethodVersion, draft.id).status == "verified"


def test_a_budget_by_its_form(people, author):
    rows = {"rows-0-source": "Hiệu chuẩn", "rows-0-value": "0,12", "rows-0-distribution": "normal", "rows-0-divisor": "2",
            "rows-1-source": "Mất phối hợp", "rows-1-value": "0,15", "rows-1-distribution": "u-shape", "rows-1-c_i": "1"}
    data = {"code": "UB-9", "quantity": "Công suất", "unit": "dB", "k": "2", **rows}
    assert author.post("/budgets/new", data=data).status_code == 302
    row = db.session.query(UncertaintyBudget).one()
    page = author.get(f"/budgets/{row.id}").text
    assert "0,24" in page and "0,1061" in page and "chữ U" in page and "vô hạn" in page
    for wrong in ({**data, "rows-0-divisor": ""}, {**data, "code": "UB-8", "rows-0-value": "-1"},
                  {**data, "code": "UB-7", "unit": "x"},
                  {"code": "UB-6", "quantity": "Công suất", "unit": "dB", "k": "2"}):
        refused = author.post("/budgets/new", data=wrong)
        assert refused.status_code == 422 and "Công suất" in refused.text


@pytest.mark.parametrize("change,says", [
    ({"kind": "upper", "high": ""}, "Thiếu giới hạn"),
    ({"kind": "range", "low": "5", "high": "1"}, "Khoảng rỗng"),
    ({"kind": "line", "segments": "1 2 3"}, "bốn số"), ({"kind": "line", "segments": "1 2 3 x"}, "không phải là số"),
    ({"kind": "line", "segments": ""}, "Thiếu các đoạn"), ({"kind": "upper", "high": "1", "unit": "furlong"}, "đơn vị"),
    ({"kind": "upper", "high": "1.234"}, "hai số"), ({"reason": ""}, "Cần điền mục này"),
])
def test_a_limit_that_cannot_be_is_refused_with_its_text_kept(people, made, author, change, says):
    requirement = made.power.requirement
    data = {"kind": "upper", "unit": "dBm", "high": "23", "inclusive": "y", "reason": "Thông tư 08", **change}
    refused = author.post(f"/requirements/{requirement.id}/limit", data=data)
    assert refused.status_code == 422 and says in refused.text
    assert fresh(Requirement, requirement.id).limit["limit"] == "20"


def test_changing_a_limit_takes_its_confirmation_back(people, made, author):
    requirement = made.power.requirement
    form = author.get(f"/requirements/{requirement.id}/limit").text
    assert 'value="20"' in form
    data = {"kind": "upper", "unit": "dBm", "high": "23,0", "inclusive": "y", "reason": "Thông tư 08", "version": "2"}
    assert author.post(f"/requirements/{requirement.id}/limit", data=data).status_code == 302
    row = fresh(Requirement, requirement.id)
    assert (row.limit["limit"], row.confirmed_on) == ("23.0", None)
    assert author.post(f"/requirements/{requirement.id}/limit", data=data).status_code == 409
