"""Pages of uncertainty budgets: the editor and what it refuses by its field, the trial, one budget, its paper, its simulations."""
from __future__ import annotations

from decimal import Decimal

import pytest

from lab_app.core import jobs
from lab_app.core.db import begin_writing, db, end_writing
from test_methods.models import BudgetChoice, BudgetSimulation, UncertaintyBudget
from test_methods.services import simulations
from test_methods.services.uncertainty import add_budget, choose_budget, issue_budget
from tests.support import method_facts as facts
from tests.support.people_facts import make_people


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def author(people, client_as):
    return client_as(people.reviewer)


@pytest.fixture
def approver(people, client_as):
    return client_as(people.signatory)


HEAD = {"code": "UB-9", "quantity": "Công suất phát", "unit": "dB", "k": "2"}
ROW = {"rows-0-source": "Hiệu chuẩn", "rows-0-value": "0,12", "rows-0-distribution": "normal", "rows-0-divisor": "2"}
MODEL = {
    **HEAD, "kind": "model", "model": "P + 20*log10(mag(1 - S*G))",
    "quantities-0-name": "P", "quantities-0-given": "expanded", "quantities-0-x": "0", "quantities-0-u": "0,3", "quantities-0-k": "2",
    "quantities-0-unit": "dB", "quantities-1-name": "S", "quantities-1-given": "polar", "quantities-1-x": "0,1", "quantities-1-y": "30",
    "quantities-1-u": "0,02", "quantities-2-name": "G", "quantities-2-given": "complex", "quantities-2-x": "0,2", "quantities-2-y": "0",
    "quantities-2-u": "0,01", "quantities-2-v": "0,01",
}


def only() -> UncertaintyBudget:
    db.session.expire_all()
    return db.session.query(UncertaintyBudget).one()


def test_components_with_readings_degrees_of_freedom_and_correlation(people, author):
    data = {**HEAD, **ROW, "rows-1-source": "lặp", "rows-1-distribution": "readings", "rows-1-readings": "10,1; 10,3 9,9\n10,1",
            "rows-2-source": "bộ chia", "rows-2-value": "0,05", "rows-2-distribution": "trapezoidal", "rows-2-beta": "0,5",
            "rows-2-dof": "8", "coverage": "truncated", "p": "95", "pairs-0-a": "Hiệu chuẩn", "pairs-0-b": "lặp", "pairs-0-r": "0,2"}
    assert author.post("/budgets/new", data=data).status_code == 302
    row = only()
    assert row.components[1]["readings"] == ["10.1", "10.3", "9.9", "10.1"] and row.components[1]["dof"] == "3"
    assert row.coverage == {"p": "0.95", "dof_rule": "truncated"} and row.correlations == [["Hiệu chuẩn", "lặp", "0.2"]]
    page = author.get(f"/budgets/{row.id}").text
    assert "loại A" in page and "làm tròn xuống số nguyên" in page and "Welch–Satterthwaite" in page and "hình thang" in page
    assert "<svg" in page and "GUM 7.2.6" in page and "Hệ số tương quan" in page


def test_a_model_with_complex_quantities(people, author):
    assert author.post("/budgets/new", data=MODEL).status_code == 302
    row = only()
    assert row.kind == "model" and [q["given"] for q in row.inputs] == ["expanded", "polar", "complex"]
    page = author.get(f"/budgets/{row.id}").text
    assert "P + 20*log10(mag(1 - S*G))" in page and "chuẩn hai chiều" in page and "0,0866 + j·0,05" in page
    assert author.get(f"/budgets/{row.id}?lang=en").status_code == 200


def test_uncertainty_by_range(people, author):
    data = {**HEAD, "kind": "table", "unit": "V", "ranges-0-low": "0", "ranges-0-high": "1", "ranges-0-U": "0,1",
            "ranges-1-low": "1", "ranges-1-high": "10", "ranges-1-percent": "3"}
    assert author.post("/budgets/new", data=data).status_code == 302
    page = author.get(f"/budgets/{only().id}").text
    assert "3\u00a0% của giá trị" in page.replace(" %", "\u00a0%") and "Monte Carlo" not in page
    assert "đến 0,30 V" in author.get("/budgets?kind=table").text and "UB-9" not in author.get("/budgets?kind=model").text


@pytest.mark.parametrize("change,field,says", [
    ({**ROW, "rows-1-source": "b", "rows-1-value": "1"}, "rows-1-distribution", "Chưa chọn phân bố"),
    ({"rows-0-source": "a", "rows-0-distribution": "readings"}, "rows-0-readings", "Chưa có số đọc lặp"),
    ({"rows-0-source": "a", "rows-0-distribution": "readings", "rows-0-readings": "1; x"}, "rows-0-readings", "không phải là số"),
    ({**ROW, "rows-0-value": "NaN"}, "rows-0-value", "số"), ({**ROW, "rows-0-value": "1e1000000000"}, "rows-0-value", "số"),
    ({**ROW, "rows-0-divisor": "0"}, "rows-0-divisor", "lớn hơn 0"), ({**ROW, "rows-0-dof": "-1"}, "rows-0-dof", "lớn hơn 0"),
    ({**ROW, "rows-0-unit": "%"}, "rows-0-unit", "Đơn vị không khớp"), ({**ROW, "unit": "furlong"}, "unit", "Không biết đơn vị"),
    ({**ROW, "pairs-0-a": "Hiệu chuẩn", "pairs-0-b": "ma", "pairs-0-r": "0,1"}, "pairs-0-a", "Không có đại lượng"),
    ({**ROW, "k": "0"}, "k", "lớn hơn 0"), ({**ROW, "coverage": "real", "p": "101"}, "p", "Ngoài khoảng"),
    ({**MODEL, "model": "__import__('os').system('ls')"}, "model", "Không đọc được"),
    ({**MODEL, "model": "P*10**1000000000"}, "model", "Số mũ quá lớn"), ({**MODEL, "model": "P + 1/mag(S - S)"}, "model", "chia cho 0"),
    ({**MODEL, "model": "(" * 300 + "P" + ")" * 300}, "model", "quá sâu"), ({**MODEL, "unit": "V"}, "unit", "Đơn vị không khớp"),
    ({**MODEL, "quantities-0-k": ""}, "quantities-0-k", "Cần điền"), ({**MODEL, "quantities-1-given": ""}, "quantities-1-given", "phân bố"),
    ({"kind": "table", "unit": "dBm", "ranges-0-low": "0", "ranges-0-high": "1", "ranges-0-percent": "3"}, "ranges-0-percent", "mức dB"),
])
def test_each_bad_input_is_refused_at_its_field_and_what_was_typed_stays(people, author, change, field, says):
    refused = author.post("/budgets/new", data={**HEAD, **change})
    assert refused.status_code == 422 and says in refused.text and "Công suất phát" in refused.text
    assert f'id="{field}-e"' in refused.text and f'href="#{field}"' in refused.text
    assert db.session.query(UncertaintyBudget).count() == 0


def test_contradicting_correlations_are_refused(people, author):
    rows = {f"rows-{n}-{name}": value for n, source in enumerate("abc") for name, value in (
        ("source", source), ("value", "1"), ("distribution", "normal"), ("divisor", "2"))}
    pairs = {f"pairs-{n}-{name}": value for n, pair in enumerate((("a", "b", "0,9"), ("b", "c", "0,9"), ("a", "c", "-0,9")))
             for name, value in zip("abr", pair, strict=True)}
    refused = author.post("/budgets/new", data={**HEAD, **rows, **pairs})
    assert refused.status_code == 422 and "nửa xác định dương" in refused.text


def test_more_rows_and_a_trial_without_script(people, author):
    more = author.post("/budgets/new", data={**HEAD, **ROW, "more": "1"})
    assert more.status_code == 200 and 'id="rows-11-source"' in more.text and "Hiệu chuẩn" in more.text
    tried = author.post("/budgets/new", data={**HEAD, **ROW, "try": "1"})
    assert tried.status_code == 200 and "U = 0,12" in tried.text and db.session.query(UncertaintyBudget).count() == 0
    live = author.post("/budgets/preview", data={**HEAD, **ROW, "kind": "components"})
    assert live.status_code == 200 and "U = 0,12" in live.text and "<html" not in live.text
    says = author.post("/budgets/preview", data={**HEAD, "kind": "model", "model": "1/0"})
    assert "Cần ít nhất một dòng" in says.text
    wrong = author.post("/budgets/preview", data={**HEAD, **ROW, "rows-1-source": "b", "rows-1-value": "1"}).text
    assert "Dòng 2, Phân bố: Chưa chọn phân bố" in wrong


def test_the_next_issue_starts_from_the_last(people, author, client_as):
    author.post("/budgets/new", data=MODEL)
    first = only()
    form = author.get(f"/budgets/{first.id}/issue").text
    assert 'value="0,3"' in form and "P + 20*log10" in form and "Vì sao sửa" in form
    wider = {**MODEL, "quantities-0-u": "0,4"}
    assert "Ghi vì sao" in author.post(f"/budgets/{first.id}/issue", data=wider).text
    assert author.post(f"/budgets/{first.id}/issue", data={**wider, "reason": "giấy mới"}).status_code == 302
    page = author.get(f"/budgets/{first.id}").text
    assert "Đã có lần ban hành sau: UB-9/2" in page and "giấy mới" in page
    assert "UB-9/2" in author.get("/budgets?standing=last").text and ">UB-9<" not in author.get("/budgets?standing=last").text
    paper = author.get(f"/budgets/{first.id}/budget.pdf")
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF") and "UB-9.pdf" in paper.headers["Content-Disposition"]


def test_put_to_use_and_taken_back(people, author, approver):
    tested = facts.make_method(people)
    data = {"parameter_id": str(tested.power.id), "instrument_id": "", "low": "2400", "high": "2500", "unit": "MHz",
            "valid_from": "16/11/2026", "reason": "phép đo mới"}
    place = f"/budgets/{tested.budget.id}"
    assert author.get(f"{place}/use").status_code == 403
    for wrong, says in (({"high": "1"}, "nhỏ hơn đầu dưới"), ({"unit": "V"}, "tần số"), ({"valid_from": "01/01/2026"}, "ngược thời gian")):
        refused = approver.post(f"{place}/use", data={**data, **wrong})
        assert refused.status_code == 422 and says in refused.text
    assert approver.post(f"{place}/use", data=data).status_code == 302
    choice = db.session.query(BudgetChoice).one()
    page = approver.get(place).text
    assert "2400 – 2500" in page and "mọi thiết bị" in page and "phép đo mới" in page
    assert approver.post(f"/budget-choices/{choice.id}/end", data={"reason": "đủ"}).status_code == 302
    assert "đến trước" in approver.get(place).text


def test_a_simulation_from_the_button_to_its_picture(people, author, client_as):
    author.post("/budgets/new", data=MODEL)
    row = only()
    assert "Chưa mô phỏng lần nào" in author.get(f"/budgets/{row.id}").text
    wrong = author.post(f"/budgets/{row.id}/simulations", data={"digits": "2", "most_trials": "10", "seed": ""})
    assert wrong.status_code == 422 or "nhiều nhất" in wrong.text
    assert author.post(f"/budgets/{row.id}/simulations", data={"digits": "1", "most_trials": "1000000", "seed": "42"}).status_code == 302
    run = db.session.query(BudgetSimulation).one()
    waiting = author.get(f"/budgets/{row.id}").text
    assert "Đang chờ chạy" in waiting and f"/simulations/{run.id}/progress" in waiting and 'http-equiv="refresh"' in waiting
    told = author.get(f"/simulations/{run.id}/progress").json
    assert told["going"] is True and told["done"] == 0 and told["most"] == 1_000_000
    db.session.rollback()
    end_writing()
    assert jobs.run_due() >= 1
    assert author.get(f"/simulations/{run.id}/progress").json["going"] is False
    page = author.get(f"/budgets/{row.id}").text
    assert "JCGM 101, điều 8" in page and "y − U" in page and "Số liệu của hình" in page and ">42<" in page
    assert author.get(f"/budgets/{row.id}/budget.pdf").data.startswith(b"%PDF")
    begin_writing()
    again = simulations.start_simulation(people.reviewer, db.session.get_one(UncertaintyBudget, row.id), seed=1)
    assert client_as(people.auditor).post(f"/simulations/{again.id}/cancel").status_code == 403
    assert author.post(f"/simulations/{again.id}/cancel").status_code == 302
    assert "Đã hủy" in author.get(f"/budgets/{row.id}").text


def test_a_filled_page_asks_few_statements(people, author, statements):
    tested = facts.make_method(people)
    budget = tested.budget
    choose_budget(people.signatory, budget, tested.power)
    for n in range(2, 6):
        facts.make_method(people, f"PT {n}")
    for seed in range(3):
        run = simulations.start_simulation(people.reviewer, budget, seed=seed, digits=1)
        run.state = "cancelled"
        db.session.flush()
    issue_budget(people.reviewer, budget, reason="mới", quantity="Công suất", unit="dB", components=[
        {"source": "a", "value": "1", "distribution": "rectangular"}])
    author.get(f"/budgets/{budget.id}")
    with statements() as seen:
        assert author.get(f"/budgets/{budget.id}").status_code == 200
    assert len(seen) <= 15, str(seen)
    for n in range(40):
        begin_writing()
        add_budget(people.reviewer, code=f"UB-L{n:02d}", quantity="x", unit="dB", components=[
            {"source": "a", "value": str(Decimal(n + 1) / 10), "distribution": "rectangular"}])
    with statements() as seen:
        assert author.get("/budgets").status_code == 200
    assert len(seen) <= 10, str(seen)


def test_who_may_what(people, client_as):
    facts.make_method(people)
    auditor = client_as(people.auditor)
    for path in ("/budgets", "/budgets/1", "/budgets/1/budget.pdf"):
        assert auditor.get(path).status_code == 200, path
    for path in ("/budgets/new", "/budgets/1/issue", "/budgets/1/use"):
        assert auditor.get(path).status_code == 403, path
    for path in ("/budgets/preview", "/budgets/1/simulations", "/budget-choices/1/end", "/simulations/1/cancel"):
        assert auditor.post(path).status_code == 403, path
