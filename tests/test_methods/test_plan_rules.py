"""Plan rules: three answers, families of editions, and rules that cannot be asked are refused by name."""
from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from lab_app.core.errors import FieldRefused, NotAllowed
from test_methods.properties import BY_KEY
from test_methods.queries.plan_rules import editions_of, plan_rules_on
from test_methods.rules.plan_rules import BadRule, ask, check_conditions, family
from test_methods.services.plan_rules import add_plan_rule, change_plan_rule, load_plan_rules
from tests.support import method_facts
from tests.support.people_facts import make_people

WIFI = {"radio": ["wifi24", "bluetooth"], "eirp_24": "100", "device": "access_point", "multimedia": True, "hs": "8517.62.51"}


def one(key, operator, value):
    return [{"property": key, "operator": operator, "value": value}]


@pytest.mark.parametrize(("condition", "holds"), [
    (one("radio", "has", "wifi24"), True), (one("radio", "has", "wifi5"), False), (one("radio", "has_not", "wifi5"), True),
    (one("radio", "any", "zigbee,bluetooth"), True), (one("eirp_24", "le", "60"), False), (one("eirp_24", "gt", "99.9"), True),
    (one("eirp_24", "le", "100"), True), (one("eirp_24", "lt", "100"), False), (one("device", "is", "router,access_point"), True),
    (one("device", "is_not", "router"), True), (one("multimedia", "is", "yes"), True), (one("multimedia", "is", "no"), False),
    (one("hs", "begins", "85176251"), True), (one("eirp_5", "le", "200"), None), (one("supply", "has", "mains"), None),
])
def test_a_rule_answers_yes_no_or_not_stated(condition, holds):
    assert ask(condition, WIFI).holds is holds


def test_one_false_decides_and_what_is_unstated_is_named():
    both = [*one("eirp_5", "le", "200"), *one("supply", "has", "mains")]
    assert ask(both, WIFI).unstated == ("eirp_5", "supply")
    assert ask([*both, *one("radio", "has", "lte")], WIFI).holds is False
    assert ask(one("multimedia", "is", "yes"), {"multimedia": False}).holds is False, "no is an answer, not silence"


@pytest.mark.parametrize(("conditions", "field"), [
    ([], "conditions"), (one("colour", "is", "red"), "property"), (one("radio", "le", "3"), "operator"),
    (one("eirp_24", "le", "nhiều"), "value"), (one("eirp_24", "le", "NaN"), "value"), (one("radio", "has", "smoke"), "value"),
    (one("device", "is", ""), "value"), (one("multimedia", "is", "maybe"), "value"), (one("radio", "has", "wifi24,wifi5"), "value"),
])
def test_conditions_that_cannot_be_asked_are_refused_by_name(conditions, field):
    with pytest.raises(BadRule) as caught:
        check_conditions(conditions)
    assert caught.value.field == field


def test_a_family_is_the_code_without_its_year():
    assert family("QCVN 54:2020/BTTTT") == "QCVN 54"
    assert family("BM-LAB-01") == "BM-LAB-01"


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


def test_rules_count_by_their_days_and_change_with_a_reason(people):
    method_facts.make_method(people)
    rule = add_plan_rule(
        people.quality_manager, code="pr-1", regulation="QC PT 1:2020", conditions=one("radio", "has", "wifi24"), reason_vi="Có Wi-Fi",
        in_force_from=date(2026, 7, 1))
    assert (rule.code, rule.regulation) == ("PR-1", "QC PT 1")
    assert [r.code for r in plan_rules_on(date(2026, 7, 1))] == ["PR-1"] and not plan_rules_on(date(2026, 6, 30))
    change_plan_rule(people.quality_manager, rule, reason="thông tư mới", in_force_to=date(2026, 12, 31))
    assert plan_rules_on(date(2026, 12, 30)) and not plan_rules_on(date(2026, 12, 31))  # the first day it no longer counts
    with pytest.raises(FieldRefused) as caught:
        change_plan_rule(people.quality_manager, rule, reason=" ", effect="exempt")
    assert caught.value.field == "reason"
    assert [e.code for e in editions_of(["QC PT 1", "QCVN 999"])["QC PT 1"]] == ["QC PT 1:2020"]


@pytest.mark.parametrize(("facts", "field"), [
    ({"code": "có dấu"}, "code"), ({"regulation": "QCVN 999"}, "regulation"), ({"effect": "maybe"}, "effect"),
    ({"conditions": []}, "conditions"), ({"reason_vi": " "}, "reason_vi"),
    ({"in_force_from": date(2026, 2, 1), "in_force_to": date(2026, 1, 1)}, "in_force_to"),
    ({"in_force_from": date(2026, 2, 1), "in_force_to": date(2026, 2, 1)}, "in_force_to"),
])
def test_bad_rules_are_refused_naming_the_field(people, facts, field):
    method_facts.make_method(people)
    good = {"code": "PR-1", "regulation": "QC PT 1", "conditions": one("radio", "has", "wifi24"), "reason_vi": "Có Wi-Fi"}
    with pytest.raises(FieldRefused) as caught:
        add_plan_rule(people.reviewer, **{**good, **facts})
    assert caught.value.field == field
    with pytest.raises(NotAllowed):
        add_plan_rule(people.technician, **good)


def test_the_starter_rules_can_all_be_asked(people):
    data = json.loads((Path(__file__).parents[2] / "lab_app/demo/plan_rules.json").read_text(encoding="utf-8"))
    codes = [entry["code"] for entry in data["rules"]]
    assert len(codes) == len(set(codes))
    for entry in data["rules"]:
        checked = check_conditions(entry["conditions"])
        assert all(c["property"] in BY_KEY for c in checked) and entry["reason_en"], entry["code"]
    assert load_plan_rules(people.quality_manager, data) == 0, "no regulation of theirs was entered"
