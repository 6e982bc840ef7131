"""Verdicts: the rules of ILAC-G8, ETSI and CISPR, and what may never pass."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.decision import (
    DR_CISPR,
    DR_ETSI,
    DR_GB_U,
    DR_GB_U_BINARY,
    DR_SA,
    SEVERITY,
    STANDARD_RULES,
    DecisionRule,
    RuleKind,
    Verdict,
    decide,
    parse_rule,
)
from lab_app.metrology.errors import RuleError
from lab_app.metrology.limits import (
    Answer,
    LimitLine,
    ObservationLimit,
    Segment,
    abs_upper,
    lower,
    upper,
    within,
)

D = Decimal
V = Verdict
RULES = st.sampled_from(list(STANDARD_RULES.values()))
NUMBERS = st.decimals(min_value=-100, max_value=100, places=3)
POSITIVE = st.decimals(min_value="0.001", max_value=20, places=3)


@pytest.mark.parametrize(
    ("rule", "value", "verdict"),
    [
        (DR_SA, "53.0", V.PASS),
        (DR_SA, "54.0", V.PASS),
        (DR_SA, "54.01", V.FAIL),
        (DR_GB_U_BINARY, "53.0", V.FAIL),
        (DR_GB_U_BINARY, "51.0", V.PASS),
        (DR_GB_U, "50.9", V.PASS),
        (DR_GB_U, "53.0", V.CONDITIONAL_PASS),
        (DR_GB_U, "54.0", V.CONDITIONAL_PASS),
        (DR_GB_U, "54.1", V.CONDITIONAL_FAIL),
        (DR_GB_U, "57.0", V.CONDITIONAL_FAIL),
        (DR_GB_U, "57.1", V.FAIL),
        (DR_SA, "57.1", V.FAIL),
        (DR_GB_U_BINARY, "57.1", V.FAIL),
        (DR_ETSI, "57.1", V.FAIL),
        (DR_CISPR, "57.1", V.FAIL),
    ],
)
def test_workflow_q1_upper_limit_54_with_u_3(rule: DecisionRule, value: str, verdict: Verdict) -> None:
    decision = decide(rule, upper(D("54")), D(value), D("3.0"), D(4))
    assert decision.verdict is verdict
    if rule in (DR_GB_U, DR_GB_U_BINARY):
        assert decision.acceptance_limit == upper(D(51))
        assert decision.guard_band == 3


def test_probability_beside_the_verdict() -> None:
    on_limit = decide(DR_SA, upper(D(54)), D(54), D(3))
    assert on_limit.pfa == D("0.5")
    on_acceptance = decide(DR_GB_U, upper(D(54)), D(51), D(3))
    assert on_acceptance.pfa is not None
    assert abs(on_acceptance.pfa - D("0.0227501319")) < D("1e-9")
    assert decide(DR_SA, upper(D(54)), D(54)).pfa is None


def test_workflow_q3_cispr_adds_the_excess() -> None:
    direct = decide(DR_CISPR, upper(D(47)), D("43.8"), D("4.86"), D("6.3"))
    assert (direct.verdict, direct.margin, direct.guard_band) == (V.PASS, D("3.2"), D(0))
    assert direct.value_compared == D("43.8")
    excess = decide(DR_CISPR, upper(D(40)), D("39.5"), D("6.0"), D("5.2"))
    assert (excess.verdict, excess.guard_band, excess.value_compared) == (V.FAIL, D("0.8"), D("40.3"))
    assert excess.margin == D("0.5")
    low = decide(DR_CISPR, lower(D(10)), D("10.5"), D("6.0"), D("5.2"))
    assert (low.verdict, low.value_compared) == (V.FAIL, D("9.7"))
    both = decide(DR_CISPR, abs_upper(D(10)), D("-9.5"), D("6.0"), D("5.2"))
    assert (both.verdict, both.value_compared) == (V.FAIL, D("10.3"))


def test_etsi_too_uncertain_is_not_a_fail() -> None:
    limit = upper(D(20))
    assert decide(DR_ETSI, limit, D("19.9"), D("1.5"), D("1.5")).verdict is V.PASS
    for value in ("19.9", "25", "-100"):
        decision = decide(DR_ETSI, limit, D(value), D("1.51"), D("1.5"))
        assert (decision.verdict, decision.reason) == (V.NO_STATEMENT, "uncertainty_above_maximum")


def test_multimeter_against_its_mpe_four_levels() -> None:
    mpe = abs_upper(D(550), "\u00b5V")
    verdicts = [decide(DR_GB_U, mpe, D(e), D("84.04")).verdict for e in (610, 120, 500, -610, -640)]
    assert verdicts == [
        V.CONDITIONAL_FAIL,
        V.PASS,
        V.CONDITIONAL_PASS,
        V.CONDITIONAL_FAIL,
        V.FAIL,
    ]


@pytest.mark.parametrize(
    ("rule", "limit", "value", "u", "u_max", "reason"),
    [
        (None, upper(D(20)), D(1), D(1), None, "no_rule"),
        (DR_SA, None, D(1), D(1), None, "no_limit"),
        (DR_SA, upper(D(20)), None, D(1), None, "no_value"),
        (DR_SA, upper(D(20)), [], D(1), None, "no_value"),
        (DR_SA, upper(D(20)), "", D(1), None, "no_value"),
        (DR_SA, upper(D(20)), D("NaN"), D(1), None, "bad_value"),
        (DR_SA, upper(D(20)), [D(1), D("Infinity")], D(1), None, "bad_value"),
        (DR_SA, upper(D(20)), 1.5, D(1), None, "bad_value"),
        (DR_SA, upper(D(20)), Answer.PASS, None, None, "bad_value"),
        (DR_SA, LimitLine((Segment(D(1), D(2), D(3), D(3)),)), D(1), None, None, "frequency_needed"),
        (DR_GB_U, upper(D(20)), D(1), None, None, "uncertainty_missing"),
        (DR_GB_U_BINARY, upper(D(20)), D(1), None, None, "uncertainty_missing"),
        (DR_ETSI, upper(D(20)), D(1), None, D(3), "uncertainty_missing"),
        (DR_CISPR, upper(D(20)), D(1), None, D(3), "uncertainty_missing"),
        (DR_ETSI, upper(D(20)), D(1), D(1), None, "maximum_uncertainty_missing"),
        (DR_CISPR, upper(D(20)), D(1), D(1), None, "maximum_uncertainty_missing"),
        (DR_CISPR, upper(D(20)), D(1), D(1), D("NaN"), "maximum_uncertainty_missing"),
        (DR_SA, upper(D(20)), D(1), D(0), None, "uncertainty_not_positive"),
        (DR_GB_U, upper(D(20)), D(1), D(-5), None, "uncertainty_not_positive"),
        (DR_GB_U, upper(D(20)), D(1), D("NaN"), None, "uncertainty_not_positive"),
        (DR_SA, ObservationLimit((Answer.PASS, Answer.FAIL)), Answer.NA, None, None, "answer_not_allowed"),
        (DR_SA, ObservationLimit(), "MAYBE", None, None, "answer_not_allowed"),
        (DR_SA, ObservationLimit(), D(1), None, None, "answer_not_allowed"),
    ],
)
def test_what_cannot_be_judged_is_not_evaluated(
    rule: Any, limit: Any, value: Any, u: Any, u_max: Any, reason: str
) -> None:
    decision = decide(rule, limit, value, u, u_max)
    assert (decision.verdict, decision.reason) == (V.NOT_EVALUATED, reason)


def test_observations() -> None:
    verdicts = [decide(DR_SA, ObservationLimit(), answer).verdict for answer in Answer]
    assert verdicts == [V.PASS, V.FAIL, V.NOT_APPLICABLE, V.NOT_TESTED]
    assert decide(None, ObservationLimit(), "FAIL").verdict is V.FAIL


def test_zero_is_a_value() -> None:
    assert decide(DR_SA, upper(D(0)), D(0)).verdict is V.PASS


def test_composite_value_takes_the_worst_part() -> None:
    band = within(D(2400), D("2483.5"))
    good = decide(DR_SA, band, [D("2403.12"), D("2480.87")])
    assert (good.verdict, good.margin, good.value_compared) == (V.PASS, D("2.63"), D("2480.87"))
    bad = decide(DR_SA, band, [D("2403.12"), D("2483.6")])
    assert (bad.verdict, bad.margin, bad.value_compared) == (V.FAIL, D("-0.1"), D("2483.6"))


def test_guard_band_wider_than_the_tolerance_accepts_nothing_and_says_so() -> None:
    limit = within(D(9), D(11))
    binary = decide(DR_GB_U_BINARY, limit, D(10), D("1.2"))
    assert (binary.verdict, binary.reason) == (V.FAIL, "empty_acceptance_zone")
    graded = decide(DR_GB_U, limit, D(10), D("1.2"))
    assert (graded.verdict, graded.acceptance_limit) == (V.CONDITIONAL_PASS, None)
    assert decide(DR_GB_U, limit, D(10), D("1.0")).verdict is V.PASS


def test_exclusive_limits_stay_exclusive_through_the_guard_band() -> None:
    limit = upper(D(10), inclusive=False)
    assert decide(DR_SA, limit, D(10)).verdict is V.FAIL
    assert decide(DR_GB_U, limit, D(9), D(1)).verdict is V.CONDITIONAL_PASS
    assert decide(DR_GB_U, limit, D(10), D(1)).verdict is V.CONDITIONAL_FAIL
    assert decide(DR_GB_U, limit, D(11), D(1)).verdict is V.FAIL


@given(RULES, NUMBERS, NUMBERS, NUMBERS, POSITIVE, POSITIVE, st.booleans())
def test_farther_out_is_never_better(
    rule: DecisionRule, limit: Decimal, a: Decimal, b: Decimal, u: Decimal, u_max: Decimal, closed: bool
) -> None:
    u_max = max(u, u_max) if rule.kind is RuleKind.SHARED_RISK_MAX_U else u_max
    for bound in (upper(limit, inclusive=closed), lower(limit, inclusive=closed)):
        first, second = (decide(rule, bound, value, u, u_max) for value in (a, b))
        assert first.margin is not None
        assert second.margin is not None
        if first.margin >= second.margin:
            assert SEVERITY.index(first.verdict) <= SEVERITY.index(second.verdict)


@given(RULES, NUMBERS, NUMBERS, POSITIVE, POSITIVE, POSITIVE)
def test_more_uncertainty_never_helps(
    rule: DecisionRule, limit: Decimal, value: Decimal, u: Decimal, more: Decimal, u_max: Decimal
) -> None:
    better = decide(rule, upper(limit), value, u, u_max)
    worse = decide(rule, upper(limit), value, u + more, u_max)
    if better.verdict is not V.PASS:
        assert worse.verdict is not V.PASS
    if worse.verdict is V.PASS:
        assert value <= limit


@given(RULES, NUMBERS, NUMBERS, POSITIVE, POSITIVE)
def test_a_pass_lies_inside_the_acceptance_limit(
    rule: DecisionRule, limit: Decimal, value: Decimal, u: Decimal, u_max: Decimal
) -> None:
    for bound in (upper(limit), lower(limit), abs_upper(abs(limit)), within(limit, limit + 5)):
        decision = decide(rule, bound, value, u, u_max)
        if decision.verdict is V.PASS:
            assert decision.acceptance_limit is not None
            assert decision.acceptance_limit.contains(value)
            assert decision.value_compared is not None
            assert bound.contains(decision.value_compared)
        json.dumps(decision.to_dict())


def test_rules_are_frozen_as_data() -> None:
    own = DecisionRule("DR-083", RuleKind.GUARDED_BINARY, 3, D("0.83"))
    for rule in (*STANDARD_RULES.values(), own, DecisionRule("X", RuleKind.CISPR, u_max=D("3.4"))):
        assert parse_rule(json.loads(json.dumps(rule.to_dict()))) == rule
    assert decide(own, upper(D(10)), D("9.17"), D(1)).guard_band == D("0.83")
    assert decide(
        parse_rule({"code": "X", "kind": "cispr", "u_max": "3.4"}), upper(D(10)), D(1), D(3)
    ).verdict


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": ""}, "code"),
        ({"kind": "lenient"}, "kind"),
        ({"kind": None}, "kind"),
        ({"version": 0}, "version"),
        ({"version": "2"}, "version"),
        ({"r": "-1"}, "r"),
        ({"r": 0.83}, "r"),
        ({"r": "x"}, "r"),
        ({"u_max": "0"}, "u_max"),
    ],
)
def test_a_rule_that_is_no_rule(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        parse_rule({"code": "DR", "kind": "simple", **change})
    assert refusal.value.field == field


TUR = DecisionRule("DR-TUR", RuleKind.GUARDED_TUR, factor="dobbert")


def test_a_guard_band_from_the_tur() -> None:
    rss = DecisionRule("DR-RSS", RuleKind.GUARDED_TUR, factor="rss")
    limit = within(D("-10"), D("10"))
    at_two = decide(rss, limit, D("8.6"), D(5))  # TUR 2: factor 0.8660
    assert at_two.guard_band is not None and abs(at_two.guard_band - D("1.33974596")) < D("1e-7")
    assert at_two.verdict is V.PASS
    assert decide(rss, limit, D("8.7"), D(5)).verdict is V.FAIL


@pytest.mark.parametrize("u", ["2.0", "1.0", "0.1"])
def test_above_a_tur_of_4_6_the_band_is_nought_and_never_widens(u: str) -> None:
    decision = decide(TUR, within(D("-10"), D("10")), D("10"), D(u))
    assert decision.guard_band == 0
    assert decision.verdict is V.PASS
    assert decide(TUR, within(D("-10"), D("10")), D("10.001"), D(u)).verdict is V.FAIL


def test_a_band_from_the_tur_of_an_absolute_limit() -> None:
    assert decide(TUR, abs_upper(D("10")), D("9.9"), D(5)).guard_band == decide(TUR, within(D("-10"), D("10")), D("9.9"), D(5)).guard_band


def test_a_one_sided_limit_has_no_tur() -> None:
    decision = decide(TUR, upper(D(10)), D(1), D(1))
    assert (decision.verdict, decision.reason) == (V.NOT_EVALUATED, "two_sided_limit_needed")


@pytest.mark.parametrize("factor", ["", "guess"])
def test_a_band_from_the_tur_names_its_formula(factor: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse_rule({"code": "X", "kind": "guarded_tur", "factor": factor})
    assert refused.value.field == "factor"


def test_a_rule_with_a_factor_reads_back_and_others_are_written_as_before() -> None:
    assert parse_rule(TUR.to_dict()) == TUR
    assert set(DR_SA.to_dict()) == {"code", "kind", "version", "r", "u_max"}
