"""The page of a rule that reduces peaks: kept as texts, refused at its field, closed for what is no draft."""
from __future__ import annotations

import pytest

from lab_app.core.db import begin_writing, db
from test_methods.models import MethodParameter
from tests.support import method_facts
from tests.support.people_facts import make_people


@pytest.fixture
def parameter(app, writing, frozen_clock):
    people = make_people()
    made = method_facts.draft_method(people)
    db.session.commit()
    return made.power


def where(parameter):
    return f"/method-parameters/{parameter.id}/trace-rule"


FIELDS = {"offset_db": "10", "most": "6", "window": "1,5", "window_unit": "MHz", "ambient-0-low": "87,5", "ambient-0-high": "108",
          "ambient-0-why": "phát thanh FM", "harmonic_of": "2412", "harmonics": "5"}


def test_a_rule_is_kept_and_shown_again(parameter, client_as):
    writer = client_as("reviewer")
    assert writer.get(where(parameter)).status_code == 200
    assert writer.post(where(parameter), data=FIELDS).status_code == 302
    kept = db.session.get(MethodParameter, parameter.id).trace_rule
    assert kept == {
        "offset_db": "10", "most": 6, "window": "1.5", "window_unit": "MHz", "excursion_db": "6", "ambient_db": "6",
        "ambient": [{"low": "87.5", "high": "108", "unit": "MHz", "why": "phát thanh FM"}], "harmonic_of": "2412", "harmonics": 5}
    again = writer.get(where(parameter)).text
    assert 'value="87,5"' in again and 'value="2412"' in again
    assert writer.post(where(parameter), data=dict.fromkeys(FIELDS, "") | {"window_unit": "MHz"}).status_code == 302
    assert db.session.get(MethodParameter, parameter.id).trace_rule == {}


@pytest.mark.parametrize(("change", "says"), [
    ({"offset_db": ""}, "Cần điền mục này"), ({"offset_db": "mười"}, "không phải là số"), ({"most": "0"}, "Từ 1 đến 200"),
    ({"ambient-0-high": "80"}, "Nhiễu nền, dòng 1: tần số sau phải lớn hơn"), ({"window_unit": "m"}, "Lựa chọn không có trong danh sách"),
    ({"harmonics": ""}, "Cần điền mục này"), ({"window": "-1"}, "Không nhận số âm"), ({"excursion_db": "0"}, "Phải lớn hơn 0"),
])
def test_a_rule_that_cannot_be_is_refused_at_its_field(parameter, client_as, change, says):
    refused = client_as("reviewer").post(where(parameter), data=FIELDS | change)
    assert refused.status_code == 422 and says in refused.text
    assert db.session.get(MethodParameter, parameter.id).trace_rule == {}


def test_only_who_writes_methods_and_only_a_draft(parameter, client_as, frozen_clock):
    assert client_as("technician").get(where(parameter)).status_code == 403
    begin_writing()
    row = db.session.get(MethodParameter, parameter.id)
    row.method_version.status = "approved"
    db.session.commit()
    refused = client_as("reviewer").post(where(parameter), data=FIELDS)
    assert refused.status_code == 422 and "Phiên bản đã phê duyệt không sửa được" in refused.text
