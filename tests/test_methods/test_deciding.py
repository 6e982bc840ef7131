"""Decision rules as objects: every kind end to end, what each makes of a limit, entered once, retired, never changed."""
from __future__ import annotations

from decimal import Decimal as D

import pytest

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.metrology.decision import STANDARD_RULES, DecisionRule, RuleKind, Verdict, parse_rule
from lab_app.metrology.limits import upper, within
from test_methods import deciding, queries, services
from test_methods.models import DecisionRule as Kept
from test_methods.models import MethodParameter
from test_methods.rules.deciding import stated_risk, zones
from tests.support import method_facts as facts
from tests.support.people_facts import make_people

V = Verdict
LIMIT = upper(D(54))


def spans(rule, limit=LIMIT, U="3.0", top=None):
    return [(z.low, z.high, z.verdict) for z in zones(rule, limit, D(U), D(top) if top else None)]


def test_simple_acceptance_has_two_zones():
    assert spans(STANDARD_RULES["DR-SA"]) == [(None, D(54), V.PASS), (D(54), None, V.FAIL)]


def test_a_binary_band_moves_the_border_inwards():
    assert spans(STANDARD_RULES["DR-GB-U2"]) == [(None, D("51.0"), V.PASS), (D("51.0"), None, V.FAIL)]


def test_four_zones_of_the_non_binary_rule():
    assert [v for *_ends, v in spans(STANDARD_RULES["DR-GB-U"])] == [V.PASS, V.CONDITIONAL_PASS, V.CONDITIONAL_FAIL, V.FAIL]


def test_a_range_has_its_zones_on_both_sides():
    found = spans(STANDARD_RULES["DR-GB-U"], within(D(0), D(10)), "1")
    assert [v for *_ends, v in found] == [
        V.FAIL, V.CONDITIONAL_FAIL, V.CONDITIONAL_PASS, V.PASS, V.CONDITIONAL_PASS, V.CONDITIONAL_FAIL, V.FAIL]


def test_too_large_an_uncertainty_states_nothing_anywhere():
    assert spans(STANDARD_RULES["DR-ETSI"], U="7", top="6") == [(None, None, V.NO_STATEMENT)]
    assert spans(STANDARD_RULES["DR-ETSI"], U="6", top="6") == [(None, D(54), V.PASS), (D(54), None, V.FAIL)]


def test_the_cispr_rule_takes_off_the_excess_alone():
    assert spans(STANDARD_RULES["DR-CISPR"], U="4.4", top="3.4") == [(None, D("53.0"), V.PASS), (D("53.0"), None, V.FAIL)]
    assert spans(STANDARD_RULES["DR-CISPR"], U="3.4", top="3.4") == [(None, D("54.0"), V.PASS), (D("54.0"), None, V.FAIL)]


def test_a_rule_without_its_maximum_judges_nothing():
    assert [v for *_ends, v in spans(STANDARD_RULES["DR-CISPR"])] == [V.NOT_EVALUATED]


def test_an_empty_acceptance_zone_has_no_passing_value():
    assert V.PASS not in [v for *_ends, v in spans(STANDARD_RULES["DR-GB-U"], within(D(0), D(4)), "3")]


@pytest.mark.parametrize(("code", "pfa", "pfr"), [
    ("DR-SA", 0.5, 0.5), ("DR-ETSI", 0.5, 0.5), ("DR-CISPR", 0.5, 0.5), ("DR-GB-U2", 0.02275, 0.97725), ("DR-GB-U", 0.5, 0.5),
])
def test_the_risk_statement_is_computed(code, pfa, pfr):
    found = stated_risk(STANDARD_RULES[code])
    assert float(found[0]) == pytest.approx(pfa, abs=1e-5) and float(found[1]) == pytest.approx(pfr, abs=1e-5)


@pytest.mark.parametrize(("r", "pfa"), [("0.5", 0.159), ("0.83", 0.0485), ("1", 0.0228), ("1.5", 0.00135)])
def test_the_risk_of_a_guard_band_follows_r(r, pfa):
    found = stated_risk(DecisionRule("X", RuleKind.GUARDED_BINARY, r=D(r)))
    assert float(found[0]) == pytest.approx(pfa, rel=0.01)


def test_the_picture_marks_limit_zones_and_the_risk_taken(app):
    with app.test_request_context():
        found = deciding.shown(STANDARD_RULES["DR-GB-U"], LIMIT, D(3), None, D(53))
    assert found.guard_band == D(3) and found.tur is None
    assert [band.tone for band in found.picture.bands] == ["ok", "warn", "warn", "bad"]
    assert [mark.x for mark in found.picture.marks] == [D(54), D(53)]
    accepted = found.picture.series[0].points
    assert all(0 <= p.y <= 100 for s in found.picture.series for p in s.points)
    assert accepted[-1].y == pytest.approx(D("2.27501"), abs=D("0.001")), "the pass zone ends where its PFA is 2.3 %"


# ---- the register ----------------------------------------------------------------------------------------


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def author(people):
    return people.reviewer


def add(author, **facts):
    return services.add_rule(author, **{"code": "DR-NEW", "name_vi": "Quy tắc mới", "definition": {"kind": "simple"}, **facts})


@pytest.mark.parametrize("definition", [
    {"kind": "simple"}, {"kind": "guarded_binary", "r": "0.83"}, {"kind": "guarded_nonbinary", "r": "1"},
    {"kind": "shared_risk_max_u", "u_max": "6"}, {"kind": "cispr", "u_max": "3.4"}, {"kind": "guarded_tur", "factor": "rss"},
])
def test_a_rule_of_every_kind_is_kept_as_it_computes(author, definition):
    row = add(author, definition=definition)
    kept = parse_rule(row.definition)
    assert kept.kind == definition["kind"] and {k: str(getattr(kept, k)) for k in definition if k != "kind"} == {
        k: v for k, v in definition.items() if k != "kind"}
    assert row in queries.rules_offered()


@pytest.mark.parametrize(("facts_", "field"), [
    ({"code": "có dấu"}, "code"), ({"code": ""}, "code"), ({"name_vi": " "}, "name_vi"),
    ({"definition": {"kind": "guarded_binary", "r": "-1"}}, "r"), ({"definition": {"kind": "cispr", "u_max": "0"}}, "u_max"),
    ({"definition": {"kind": "guarded_tur"}}, "factor"), ({"definition": {"kind": "by_feeling"}}, "definition"),
    ({"definition": {"kind": "guarded_binary", "r": "NaN"}}, "r"),
])
def test_what_is_no_rule_is_refused_at_its_field(author, facts_, field):
    with pytest.raises(FieldRefused) as refused:
        add(author, **facts_)
    assert refused.value.field == field


def test_another_rule_is_another_code(author):
    add(author)
    with pytest.raises(FieldRefused) as refused:
        add(author, definition={"kind": "cispr", "u_max": "3"})
    assert refused.value.field == "code"
    assert not hasattr(services, "change_rule"), "a rule is never changed"


def test_a_rule_built_into_a_regulation_is_not_offered(author):
    row = add(author, inherent_in="QCVN 18:2022/BTTTT, 2.3")
    assert row not in queries.rules_offered() and row in queries.decision_rules()


def test_a_retired_rule_is_offered_no_more_and_stays(author):
    row = add(author)
    services.retire_rule(author, row, "thay bằng DR-GB-U")
    assert row not in queries.rules_offered() and queries.rule_by_code("DR-NEW") is row
    assert row.retired_on == clock.today()
    with pytest.raises(Refused):
        services.retire_rule(author, row, "lần nữa")


def test_a_rule_retires_with_a_reason_and_not_tomorrow(author):
    row = add(author)
    with pytest.raises(FieldRefused) as refused:
        services.retire_rule(author, row, "  ")
    assert refused.value.field == "reason"


def test_a_rule_that_a_method_in_force_brings_with_it_is_not_retired(people, author):
    made = facts.make_method(people)
    row = add(author, code="DR-QC", inherent_in="QCVN")
    parameter = db.session.query(MethodParameter).filter_by(method_version_id=made.version.id).first()
    parameter.inherent_rule = "DR-QC"
    db.session.flush()
    with pytest.raises(Refused) as refused:
        services.retire_rule(author, row, "không dùng")
    assert made.method.code in str(refused.value.message)


# ---- its pages -------------------------------------------------------------------------------------------


@pytest.fixture
def rules(people):
    facts.make_method(people)
    return people


def test_the_list_and_a_page_of_each_standard_rule(rules, client_as, statements):
    reader = client_as(rules.auditor)
    listed = reader.get("/decision-rules")
    assert listed.status_code == 200
    for row in queries.decision_rules():
        with statements() as seen:
            shown = reader.get(f"/decision-rules/{row.code}")
        assert shown.status_code == 200 and len(seen) <= 15, row.code
        assert "<svg class=\"plot" in shown.text
        assert reader.get(f"/decision-rules/{row.code}?lang=en").status_code == 200
    assert reader.get("/decision-rules/DR-NONE").status_code == 404


def test_a_reader_sees_the_rule_at_an_own_limit(rules, client_as):
    text = client_as(rules.auditor).get("/decision-rules/DR-SA?high=54&U=3&y=53,0").text
    assert "Đạt" in text and "y = 53" in text


@pytest.mark.parametrize("query", [
    "U=3", "high=5&low=9&U=1", "high=54&U=-3", "high=54", "high=1.2.3&U=1", "high=54&U=abc", "high=1e999999&U=1"])
def test_an_example_that_is_none_says_why_and_shows_the_usual_one(rules, client_as, query):
    answer = client_as(rules.auditor).get(f"/decision-rules/DR-SA?{query}")
    assert answer.status_code == 200 and 'class="err"' in answer.text


@pytest.mark.parametrize(("kind", "typed"), [
    ("simple", {}), ("guarded_binary", {"r": "0,83"}), ("guarded_nonbinary", {"r": "1"}), ("shared_risk_max_u", {"u_max": "6"}),
    ("cispr", {"u_max": ""}), ("guarded_tur", {"factor": "dobbert"}),
    ("inherent", {"how": "cispr", "inherent_in": "CISPR 32, mục 11", "u_max": "3,4"}),
])
def test_a_form_for_each_kind(rules, client_as, kind, typed):
    author = client_as(rules.reviewer)
    assert author.get(f"/decision-rules/new?kind={kind}").status_code == 200
    answer = author.post(f"/decision-rules/new?kind={kind}", data={"code": "DR-X1", "name_vi": "Quy tắc thử", **typed})
    assert answer.status_code == 302, answer.text
    row = queries.rule_by_code("DR-X1")
    assert row.risk_vi and row.risk_en and row.risk_vi != row.risk_en, "the risk is computed in both languages"
    assert author.get("/decision-rules/DR-X1").status_code == 200


def test_a_form_keeps_what_was_typed_and_names_the_field(rules, client_as):
    author = client_as(rules.reviewer)
    answer = author.post("/decision-rules/new?kind=guarded_binary", data={"code": "DR-X2", "name_vi": "Thử", "r": "-1"})
    assert answer.status_code == 422 and "-1" in answer.text and 'id="r-e"' in answer.text
    assert author.post("/decision-rules/new?kind=guarded_tur", data={"code": "DR-X2", "name_vi": "Thử"}).status_code == 422
    assert author.get("/decision-rules/new?kind=magic").status_code == 404


def test_who_may_not_write_may_not_enter_or_retire(rules, client_as):
    auditor = client_as(rules.auditor)
    assert auditor.get("/decision-rules/new").status_code == 403
    assert auditor.post("/decision-rules/DR-SA/retire", data={"reason": "x"}).status_code == 403


def test_retired_by_its_page(rules, client_as):
    author = client_as(rules.reviewer)
    assert author.post("/decision-rules/DR-GB-U2/retire", data={"reason": " "}).status_code == 422
    assert author.post("/decision-rules/DR-GB-U2/retire", data={"reason": "không khách hàng nào chọn"}).status_code == 302
    db.session.expire_all()
    assert db.session.query(Kept).filter_by(code="DR-GB-U2").one().retired_on == clock.today()
    assert "không khách hàng nào chọn" in author.get("/decision-rules/DR-GB-U2").text
