"""Each kind of decision rule from the agreement to the record: agreed at review, frozen on the line, judged when measured, with its
risk. The acceptance cases Q1 and Q3 by the same services as the pages."""
from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from lab_app.core import clock
from lab_app.results import risk
from test_methods import services as methods
from tests.support import method_facts
from tests.support.method_facts import POWER_NEED, approve, field, prove
from tests.support.people_facts import make_people
from tests.support.results_facts import make_bench

pytestmark = pytest.mark.usefixtures("app", "writing", "frozen_clock")


def budget(people, code, expanded):
    return methods.add_budget(people.reviewer, code=code, quantity="Mức nhiễu", unit="dB", k=D(2), components=[
        {"source": "hiệu chuẩn", "value": expanded, "distribution": "normal", "divisor": "2", "c_i": "1"}])


def level(value, rule, *, u="3.0", limit=None, u_max=None, definition=None, inherent=False):
    """A level measured by a method whose limit is 54 dBm and whose U (k = 2) is 3.0 dB, under one rule; the reading."""
    people = make_people()
    method_facts.make_rules(people)
    if definition is not None:
        methods.add_rule(people.reviewer, code=rule, name_vi=rule, definition=definition, inherent_in="QC, 2.3" if inherent else "")
    with clock.at(clock.at_local(date(2026, 1, 5), 9)):
        regulation = methods.add_regulation(people.reviewer, code="QC EM:2020", title_vi="Quy chuẩn nhiễu", in_force_from=date(2020, 1, 1))
        requirement = methods.add_requirement(
            people.reviewer, regulation, code="P-01", name_vi="Mức nhiễu", unit="dBm", limit=limit or {"type": "upper", "limit": "54"})
        methods.confirm_limit(people.reviewer, requirement, "bản chính thức", date(2026, 1, 5))
        method = methods.add_method(people.reviewer, code="EM 1", title_vi="Đo nhiễu", regulation=regulation)
        version = methods.draft_version(people.reviewer, method, environment=method_facts.ROOM, change_note="Ban hành")
        power = methods.add_parameter(
            people.reviewer, version, requirement, fields=[field("reading"), field("loss", "dB", "factor")], formula="reading + loss",
            budget=budget(people, "UB-EM", u) if u else None, u_exempt_reason="" if u else "không xét U",
            u_max=D(u_max) if u_max else None, inherent_rule=rule if inherent else "", need=POWER_NEED, conditions=["2442 MHz"])
        prove(people.reviewer, version)
    approve(people, version)
    tested = method_facts.Tested(regulation, method, version, power.budget, power, power)
    bench = make_bench(tested=tested, rule="DR-SA" if inherent else rule)
    return bench.record(bench.line(), reading=format(D(value) - D("0.5"), "f"), note="")


@pytest.mark.parametrize(("rule", "value", "verdict"), [
    ("DR-SA", "53.0", "PASS"), ("DR-GB-U", "53.0", "CONDITIONAL_PASS"), ("DR-GB-U2", "53.0", "FAIL"), ("DR-GB-U", "50.9", "PASS"),
    ("DR-GB-U2", "50.9", "PASS"), ("DR-SA", "54.0", "PASS"), ("DR-SA", "57.1", "FAIL"), ("DR-GB-U", "57.1", "FAIL"),
    ("DR-GB-U2", "57.1", "FAIL"), ("DR-GB-U", "51.0", "PASS"),
])
def test_Q1_guarded_and_simple_rules(rule, value, verdict):
    reading = level(value, rule)
    assert (reading.value, reading.u, reading.verdict) == (D(value), D("3.0"), verdict)
    assert reading.line.rule_code == rule and reading.computed["rule"]["kind"]


def test_Q1_an_open_limit_does_not_pass_on_its_border():
    assert level("54.0", "DR-SA", limit={"type": "upper", "limit": "54", "inclusive": False}).verdict == "FAIL"


def test_Q1_simple_acceptance_on_the_border_is_a_risk_of_one_half():
    assert risk.of_reading(level("54.0", "DR-SA")).wrong == D("0.5")


@pytest.mark.parametrize(("u", "value", "verdict"), [("3.0", "54.0", "PASS"), ("4.4", "53.0", "PASS"), ("4.4", "53.1", "FAIL")])
def test_Q3_the_cispr_excess_is_added_to_the_level(u, value, verdict):
    reading = level(value, "DR-CISPR", u=u, u_max="3.4")
    assert reading.verdict == verdict
    assert D(reading.computed["decision"]["value_compared"]) == D(value) + max(D(0), D(u) - D("3.4"))


@pytest.mark.parametrize(("u", "verdict", "why"), [("6.0", "PASS", ""), ("6.1", "NO_STATEMENT", "uncertainty_above_maximum")])
def test_shared_risk_with_a_maximum_uncertainty(u, verdict, why):
    reading = level("53.0", "DR-ETSI", u=u, u_max="6.0")
    assert (reading.verdict, reading.computed["decision"]["reason"]) == (verdict, why)


def test_a_guard_band_of_part_of_u():
    reading = level("51.5", "DR-083", definition={"kind": "guarded_binary", "r": "0.83"})
    assert (reading.verdict, reading.guard_band) == ("PASS", D("2.490"))


@pytest.mark.parametrize(("u", "value", "verdict"), [("3.0", "53.9", "FAIL"), ("1.0", "54.0", "PASS")])
def test_a_guard_band_from_the_tur(u, value, verdict):
    """Tolerance ±14: with U = 3 the TUR is 4.7 and the RSS factor 0.977; with the managed-risk formula above 4.6 nothing is taken off."""
    formula = "rss" if u == "3.0" else "dobbert"
    reading = level(value, "DR-TUR", u=u, definition={"kind": "guarded_tur", "factor": formula},
                    limit={"type": "range", "low": "26", "high": "54"})
    assert reading.verdict == verdict and reading.guard_band >= 0


def test_a_rule_built_into_the_regulation_needs_no_agreement():
    reading = level("53.0", "DR-QC", definition={"kind": "guarded_binary"}, inherent=True)
    assert (reading.line.rule_code, reading.verdict) == ("DR-QC", "FAIL"), "not the simple rule agreed for the method"


def test_without_u_a_simple_rule_judges_and_states_no_risk():
    reading = level("53.0", "DR-SA", u=None)
    assert reading.verdict == "PASS" and risk.of_reading(reading).why == "no_uncertainty"


def test_a_rule_retired_later_stays_on_what_was_agreed():
    reading = level("53.0", "DR-GB-U")
    from test_methods.queries import rule_by_code

    methods.retire_rule(make_people().reviewer, rule_by_code("DR-GB-U"), "khách hàng không chọn nữa")
    assert reading.line.rule["kind"] == "guarded_nonbinary" and reading.verdict == "CONDITIONAL_PASS"
