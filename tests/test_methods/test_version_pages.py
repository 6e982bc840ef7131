"""Pages of a version: contents, record, parameters with steps, test vectors, comparison, scope; refusals stand at their cells."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lab_app.core import clock, files
from lab_app.core.db import begin_writing, db
from test_methods import queries, services
from test_methods.models import MethodParameter, MethodVersion, ScopeEntry, TestVector
from test_methods.services.uncertainty import Place, choose_budget, end_choice
from tests.support import equipment_facts
from tests.support import method_facts as facts
from tests.support.people_facts import make_people


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def made(people):
    return facts.make_method(people)


@pytest.fixture
def draft(people, made):
    row = services.draft_version(people.reviewer, made.method, environment=facts.ROOM, change_note="Sửa", copy_from=made.version)
    db.session.commit()
    return row


@pytest.fixture
def author(people, client_as):
    return client_as(people.reviewer)


@pytest.fixture
def approver(people, client_as):
    return client_as(people.signatory)


def power_of(version):
    return next(p for p in queries.parameters(version.id) if p.code == "P-01")


CONTENTS = {
    "change_note": "Thêm thiết bị", "t_low": "18", "t_high": "28", "rh_low": "30", "rh_high": "70",
    "equipment-0-kind": "Máy phân tích phổ",
    "equipment-0-quantity": "rf-level", "equipment-0-low": "0,03", "equipment-0-high": "6000", "equipment-0-unit": "MHz",
    "equipment-0-count": "2", "conditioning_minutes": "30", "conditioning": "bật nguồn", "steps-0-vi": "Kiểm mức",
    "steps-0-en": "Check level",
    "steps-1-vi": "Ghi môi trường", "document_code": "QT-01", "document_issue": "02", "document_title": "Quy trình",
}


def test_contents_are_entered_and_opened_again(draft, author):
    place = f"/method-versions/{draft.id}/contents"
    assert author.post(place, data=CONTENTS).status_code == 302
    row = db.session.get(MethodVersion, draft.id)
    assert row.environment == {"temperature": ["18", "28"], "humidity": ["30", "70"]}
    assert row.equipment == [{"kind": "Máy phân tích phổ", "quantity": "rf-level", "low": "0.03", "high": "6000", "unit": "MHz",
                              "count": 2, "note": ""}]
    assert [(s["key"], s["vi"]) for s in row.steps] == [("b1", "Kiểm mức"), ("b2", "Ghi môi trường")]
    assert (row.conditioning_minutes, row.document_code, row.document_issue) == (30, "QT-01", "02")
    again = author.get(place).text
    assert 'value="Máy phân tích phổ"' in again and 'value="0,03"' in again and 'value="18"' in again and 'value="b2"' in again
    shown = author.get(f"/method-versions/{draft.id}").text
    assert "Máy phân tích phổ" in shown and "2 cái" in shown and "30 phút" in shown and "QT-01" in shown and "Kiểm mức" in shown


@pytest.mark.parametrize(("change", "says"), [
    ({"equipment-0-unit": "furlong"}, "Không biết đơn vị"), ({"equipment-0-low": "7000"}, "Khoảng bị ngược"),
    ({"equipment-0-kind": ""}, "Cần điền ô này"), ({"equipment-0-count": "0"}, ""),
    ({"steps-0-vi": "", "steps-0-en": "x"}, "Cần điền ô này"),
    ({"steps-0-key": "b 1"}, "Khóa"), ({"steps-0-key": "a", "steps-1-key": "a"}, "trùng"), ({"conditioning_minutes": "-1"}, ""),
    ({"conditioning": ""}, "ổn định"), ({"document_issue": ""}, "lần ban hành"), ({"t_low": "40"}, "môi trường"),
])
def test_contents_that_cannot_be(draft, author, change, says):
    answer = author.post(f"/method-versions/{draft.id}/contents", data={**CONTENTS, **change})
    if says:
        assert answer.status_code == 422 and says in answer.text and "Ghi môi trường" in answer.text
    assert db.session.get(MethodVersion, draft.id).equipment == [] or not says


def test_the_document_is_opened_by_whoever_may_read_methods(draft, author):
    import io

    data = {**CONTENTS, "document": (io.BytesIO(b"Quy trinh thu"), "QT-01.txt")}
    assert author.post(f"/method-versions/{draft.id}/contents", data=data, content_type="multipart/form-data").status_code == 302
    row, = files.attachments("method-version", draft.id, "document")
    assert f"/files/{row.id}" in author.get(f"/method-versions/{draft.id}").text
    assert author.get(f"/files/{row.id}").data == b"Quy trinh thu"


def parameter_form(row, **change):
    return {
        "requirement_id": str(row.requirement_id), "kind": "number", "reading_fields-0-key": "reading",
        "reading_fields-0-label_vi": "Số đọc",
        "reading_fields-0-unit": "dBm", "reading_fields-0-source": "measured", "reading_fields-1-key": "loss",
        "reading_fields-1-label_vi": "Suy hao", "reading_fields-1-unit": "dB", "reading_fields-1-source": "factor", "formula": "eirp",
        "calculations-0-key": "eirp", "calculations-0-formula": "port + 3", "calculations-0-unit": "dBm", "calculations-0-label_vi": "EIRP",
        "calculations-1-key": "port", "calculations-1-formula": "reading + loss", "calculations-1-unit": "dBm",
        "calculations-1-label_vi": "Tại cổng", "places": "2", "budget_id": str(row.budget_id), "conditions": "2412 MHz",
        "working_low": "-60", "working_high": "30", "working_unit": "dBm", "operators": "y", "u_max": "1,5",
        "default_rule": "DR-SA", **change}


def test_steps_are_typed_in_the_browser_and_kept_in_their_order(draft, author):
    row = power_of(draft)
    assert author.post(f"/method-parameters/{row.id}/edit", data=parameter_form(row)).status_code == 302
    changed = db.session.get(MethodParameter, row.id)
    assert [c["key"] for c in changed.calculations] == ["port", "eirp"] and changed.formula == "eirp"
    assert changed.working_range == {"low": "-60", "high": "30", "unit": "dBm", "manual": False} and changed.operators
    again = author.get(f"/method-parameters/{row.id}/edit").text
    assert 'value="reading + loss"' in again and "Sửa chỉ tiêu P-01" in again


@pytest.mark.parametrize(("change", "cell", "says"), [
    ({"calculations-1-formula": "__import__('os').system('x')"}, "calculations-1-formula", "ký tự không dùng được"),
    ({"calculations-1-formula": "(" * 30 + "reading" + ")" * 30}, "calculations-1-formula", "ngoặc quá sâu"),
    ({"calculations-1-formula": "reading * 1e1000000000"}, "calculations-1-formula", "số không dùng được"),
    ({"calculations-1-formula": "reading ** 1000000000"}, "calculations-1-formula", "phép tính không được dùng"),
    ({"calculations-1-formula": "nan"}, "calculations-1-formula", "không có trường hay bước nào tên nan"),
    ({"calculations-1-formula": "reading + eirp * 0"}, "calculations-0-formula", "thành vòng"),
    ({"calculations-1-unit": "mW"}, "calculations-1-unit", "Đơn vị không khớp"),
    ({"calculations-1-unit": "parsec"}, "calculations-1-unit", "Không biết đơn vị"),
    ({"calculations-1-key": "reading"}, "calculations-1-key", "trùng"),
    ({"calculations-1-key": "cổng"}, "calculations-1-key", "Khóa"),
    ({"calculations-1-label_vi": ""}, "calculations-1-label_vi", "thiếu nhãn"),
    ({"formula": "reading - reading"}, "formula", "Đơn vị không khớp"),
    ({"working_low": "40"}, "working_low", "ngược"), ({"working_unit": "V"}, "working_unit", "Đơn vị không khớp"),
    ({"replicates": "5"}, "replicates", "nhiều giá trị"),
])
def test_a_calculation_that_cannot_be_is_refused_at_its_cell(draft, author, change, cell, says):
    row = power_of(draft)
    answer = author.post(f"/method-parameters/{row.id}/edit", data=parameter_form(row, **change))
    assert answer.status_code == 422 and says in answer.text
    assert f'aria-describedby="{cell}-e' in answer.text
    assert db.session.get(MethodParameter, row.id).calculations == []


def test_vectors_by_their_pages(draft, author):
    row = power_of(draft)
    good = {"name": "giữa dải", "input-reading": "11,5", "input-loss": "0,25", "expected": "11,75", "tolerance": "0,005",
            "source": "tính tay"}
    for change, cell in (({"input-loss": ""}, "input-loss"), ({"input-reading": "x"}, "input-reading"),
                         ({"expected": "1; 2"}, "expected"), ({"tolerance": "0"}, "tolerance"), ({"source": ""}, "source")):
        refused = author.post(f"/method-parameters/{row.id}/vectors/new", data={**good, **change})
        assert refused.status_code == 422 and f'aria-describedby="{cell}-e' in refused.text, cell
    assert author.post(f"/method-parameters/{row.id}/vectors/new", data=good).status_code == 302
    assert author.post(f"/method-parameters/{row.id}/vectors/new", data={**good, "name": "sai", "expected": "12"}).status_code == 302
    place = f"/method-versions/{draft.id}/vectors"
    assert "chưa chạy" in author.get(place).text
    assert author.post(f"{place}/run").status_code == 302
    shown = author.get(place).text
    assert "11,75" in shown and "không đạt" in shown and "laboratory-system" in shown
    wrong = db.session.query(TestVector).filter_by(name="sai").one()
    assert author.post(f"/test-vectors/{wrong.id}/remove", data={"reason": "kết quả chép nhầm"}).status_code == 302
    assert author.post(f"/method-parameters/{row.id}/edit", data=parameter_form(row, formula="port")).status_code == 302
    assert "phép tính đã đổi" in author.get(place).text


def test_two_versions_side_by_side(draft, author, made):
    row = power_of(draft)
    author.post(f"/method-versions/{draft.id}/contents", data=CONTENTS)
    author.post(f"/method-parameters/{row.id}/edit", data=parameter_form(row))
    page = author.get(f"/methods/{made.method.id}/compare").text
    assert "<ins>Máy phân tích phổ" in page and "<del>reading + loss</del>" in page and "<ins>eirp</ins>" in page
    assert "P-02" not in page
    same = author.get(f"/methods/{made.method.id}/compare?old=1&new=1").text
    assert "không khác nhau" in same


def test_the_scope_at_a_date_ended_early_and_never_twice(made, approver, author, frozen_clock):
    line = {"method_code": "PT 1", "parameters": "", "status": "accredited", "decision": "QĐ 1", "valid_from": "01/01/2026",
            "valid_to": "31/03/2027"}
    assert approver.post("/scope/new", data=line).status_code == 302
    twice = approver.post("/scope/new", data={**line, "parameters": "P-01", "decision": "QĐ 2"})
    assert twice.status_code == 422 and "Trùng với dòng đã có" in twice.text
    row = db.session.query(ScopeEntry).one()
    assert "Sắp hết hạn" in author.get("/scope").text
    for change in ({"last_day": "31/12/2027"}, {"decision": ""}, {"reason": " "}):
        end = {"last_day": "31/10/2026", "decision": "QĐ đình chỉ 5", "reason": "đánh giá giám sát", **change}
        assert approver.post(f"/scope/{row.id}/end", data=end).status_code == 422
    assert author.post(f"/scope/{row.id}/end", data=end).status_code == 403
    end = {"last_day": "31/10/2026", "decision": "QĐ đình chỉ 5", "reason": "đánh giá giám sát"}
    known_before = clock.now()
    frozen_clock.advance(minutes=5)
    assert approver.post(f"/scope/{row.id}/end", data=end).status_code == 302
    assert "Kết thúc sớm" in author.get("/scope").text
    assert queries.scope_statuses("PT 1", "P-01", date(2026, 10, 31)) == {"accredited"}
    assert queries.scope_statuses("PT 1", "P-01", date(2026, 11, 1)) == set()
    assert queries.scope_statuses("PT 1", "P-01", date(2026, 11, 1), known_before) == {"accredited"}, "as known before the suspension"
    assert "không có phạm vi nào" in author.get("/scope?on=05/11/2026").text
    assert "QĐ 1" in author.get("/scope?on=05/10/2026").text
    assert "dd/mm/yyyy" in author.get("/scope?on=hôm qua").text
    assert approver.post("/scope/new", data={**line, "decision": "QĐ 2", "valid_from": "01/11/2026"}).status_code == 302


def test_pages_cost_few_statements(draft, author, statements):
    begin_writing()
    for n in range(30):
        facts.add_vector(draft.author, power_of(draft), off=str(n))
    services.run_vectors(draft.author, draft)
    db.session.commit()
    for place in (f"/method-versions/{draft.id}/vectors", f"/method-versions/{draft.id}", f"/methods/{draft.method_id}/compare", "/scope"):
        author.get(place)
        with statements() as seen:
            assert author.get(place).status_code == 200
        assert len(seen) <= 15, (place, len(seen))


def test_who_may_not_write_is_refused(draft, people, client_as):
    technician = client_as(people.technician)
    row = power_of(draft)
    for place in (f"/method-versions/{draft.id}/contents", f"/method-versions/{draft.id}/verification", f"/method-parameters/{row.id}/edit",
                  f"/method-parameters/{row.id}/vectors/new", f"/method-versions/{draft.id}/vectors/run",
                  f"/method-versions/{draft.id}/conclude", f"/method-versions/{draft.id}/reopen", f"/method-parameters/{row.id}/remove"):
        assert technician.post(place, data={}).status_code == 403, place
    assert technician.get(f"/method-versions/{draft.id}/vectors").status_code == 200


def test_a_version_shows_the_budgets_chosen_for_an_instrument_and_a_band(draft, people, author, statements):
    begin_writing()
    tool = equipment_facts.fit_instrument(people.quality_manager, people.site, "EQ-77", name_vi="Máy thu", type="R")
    power = power_of(draft)
    for n in range(20):
        made = services.add_budget(people.reviewer, code=f"UB-B{n}", quantity="Công suất", unit="dB", components=[
            {"source": "máy thu", "value": "1", "distribution": "rectangular"}])
        choose_budget(people.signatory, made, power, Place(tool, Decimal(2400 + n), Decimal(2500), "MHz"))
    choice = choose_budget(people.signatory, made, power)
    end_choice(people.signatory, choice, "thử xong")
    db.session.commit()
    author.get(f"/method-versions/{draft.id}")
    with statements() as seen:
        shown = author.get(f"/method-versions/{draft.id}").text
    assert len(seen) <= 15, str(seen)
    assert f"UB-B0</a> · {tool.code}, 2400 – 2500\u00a0MHz" in shown and "UB-1</a>" in shown and "từ 16/11/2026" in shown
    assert shown.count('class="chosen"') == 20  # the one that ended today is not among them
