"""Pages of plan rules: conditions row by row without script, bad ones refused in words, history, rights, statements."""
from __future__ import annotations

import pytest

from lab_app.core.db import db
from test_methods.models import PlanRule
from test_methods.services.plan_rules import add_plan_rule
from tests.support import method_facts
from tests.support.people_facts import make_people

TYPED = {
    "code": "PR-1", "regulation": "QC PT 1", "effect": "propose", "reason_vi": "Có Wi-Fi", "conditions-0-property": "radio",
    "conditions-0-operator": "any", "conditions-0-value": "wifi24,wifi5",
}


def text_of(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def people(app, writing, frozen_clock):
    made = make_people()
    method_facts.make_method(made)
    db.session.commit()
    return made


def test_a_quality_manager_enters_and_changes_a_rule(client_as, people):
    client = client_as(people.quality_manager)
    assert "Chưa có quy tắc nào." in text_of(client.get("/plan-rules"))
    more = text_of(client.post("/plan-rules/new", data={**TYPED, "more": "1"}))
    assert 'name="conditions-1-property"' in more and 'value="wifi24,wifi5"' in more
    assert client.post("/plan-rules/new", data=TYPED).status_code == 302
    listed = text_of(client.get("/plan-rules"))
    assert "Công nghệ vô tuyến có một trong Wi-Fi 2,4 GHz, Wi-Fi 5 GHz" in listed and "chưa xác nhận" in listed
    version = str(db.session.query(PlanRule).one().version)
    without = client.post("/plan-rules/PR-1", data={**TYPED, "version": version, "in_force_to": "31/12/2026"})
    assert without.status_code == 422 and "Cần ghi lý do." in text_of(without)
    ended = client.post("/plan-rules/PR-1", data={**TYPED, "version": version, "in_force_to": "31/12/2026", "reason": "thông tư mới"})
    assert ended.status_code == 302
    assert "thông tư mới" in text_of(client.get("/plan-rules/PR-1")), "the reason stands in the history"
    assert client.post("/plan-rules/PR-1", data={**TYPED, "version": version, "reason": "x"}).status_code == 409


@pytest.mark.parametrize(("wrong", "says"), [
    ({"code": "có dấu"}, "Mã gồm chữ in hoa"), ({"regulation": "QCVN 999"}, "Không có quy chuẩn nào mang ký hiệu"),
    ({"conditions-0-operator": "le"}, "Phép so này không dùng được"), ({"conditions-0-value": "khói"}, "không thuộc các giá trị"),
    ({"conditions-0-property": "", "conditions-0-operator": "", "conditions-0-value": ""}, "Cần ít nhất một điều kiện."),
    ({"in_force_from": "31/12/2026", "in_force_to": "01/01/2026"}, "Ngày hết hiệu lực phải sau"), ({"reason_vi": ""}, "Cần điền mục này."),
])
def test_a_bad_rule_is_refused_in_words_and_not_kept(client_as, people, wrong, says):
    answer = client_as(people.quality_manager).post("/plan-rules/new", data={**TYPED, **wrong})
    assert answer.status_code == 422 and says in text_of(answer)
    assert db.session.query(PlanRule).count() == 0


def test_others_read_only(client_as, people):
    client = client_as(people.technician)
    assert client.get("/plan-rules").status_code == 200
    assert client.get("/plan-rules/new").status_code == 403
    assert client.get("/plan-rules/PR-9").status_code == 404


def test_a_filled_list_asks_the_same_of_the_database(client_as, app, writing, frozen_clock, statements):
    people = make_people()
    method_facts.make_method(people)
    for n in range(30):
        add_plan_rule(people.quality_manager, code=f"PR-{n}", regulation="QC PT 1", reason_vi="Vì vậy",
                      conditions=[{"property": "multimedia", "operator": "is", "value": "yes"}])
    db.session.commit()
    client = client_as(people.quality_manager)
    client.get("/plan-rules")
    with statements() as seen:
        assert client.get("/plan-rules").status_code == 200
    assert len(seen) <= 15, seen
