"""The risk behind one verdict: which wrong decision is possible, how likely, and what is said without U."""
from decimal import Decimal as D

import pytest

from lab_app.metrology.decision import Verdict
from lab_app.metrology.limits import abs_upper, lower, upper, within
from lab_app.results import presenters, risk
from lab_app.results.computation import Spec, compute, understand
from lab_app.results.risk import risk_of

FIELDS = [{"key": "reading", "label_vi": "Mức", "unit": "dBm"}]


def outcome(text, *, u="3.0", rule=None, limit=None, formula="reading"):
    spec = Spec("P", "number", FIELDS, formula, "dBm", 1, u=D(u) if u else None, k=D(2), u_unit="dB" if u else "")
    raw, refused = understand(FIELDS, {"reading": text}, "en", {})
    assert not refused
    return compute(spec, limit or {"type": "upper", "limit": "54", "unit": "dBm"}, rule or {"code": "DR-SA", "kind": "simple"}, raw)


def test_on_the_limit_a_simple_acceptance_is_wrong_every_second_time():
    shown = risk.specific(outcome("54.0"))
    assert shown.kind == risk.PFA
    assert shown.wrong == D("0.5")


def test_an_accepted_value_two_standard_uncertainties_below_the_limit():
    shown = risk.specific(outcome("51.0"))
    assert shown.kind == "pfa"
    assert float(shown.wrong) == pytest.approx(0.02275, rel=1e-3)
    assert shown.tur is None, "a one-sided limit has no span"


def test_a_rejected_value_has_the_risk_of_a_false_rejection():
    shown = risk.specific(outcome("57.1"))
    assert shown.kind == "pfr"
    assert float(shown.wrong) == pytest.approx(0.01937, rel=1e-3)


def test_without_uncertainty_no_risk_is_stated_and_that_is_said(app):
    shown = risk.specific(outcome("53.0", u=None))
    assert shown.wrong is None and shown.why == "no_uncertainty"
    with app.test_request_context():
        assert presenters.risk_text(shown) == "Không có U nên không tính được rủi ro"


def test_a_guarded_rule_shows_its_guard_band():
    shown = risk.specific(outcome("50.9", rule={"code": "DR-GB-U2", "kind": "guarded_binary", "r": "1"}))
    assert shown.guard_band == D("3.0")


def test_a_range_counts_both_tails_and_has_a_tur():
    shown = risk_of(within(D("12.5"), D("16.3")), [D("13.6")], D("3.6"), D(2), Verdict.PASS)
    assert float(shown.conforming) == pytest.approx(0.6626, abs=5e-5)
    assert float(shown.tur) == pytest.approx(3.8 / 7.2)


def test_an_absolute_limit_has_two_ends():
    shown = risk_of(abs_upper(D(5)), [D(0)], D(5), D(2), Verdict.PASS)
    assert float(shown.wrong) == pytest.approx(2 * 0.0227501, rel=1e-4)
    assert shown.tur == D(1)


def test_of_a_composite_result_the_part_nearest_the_limit_counts():
    two = risk_of(lower(D(2400)), [D(2401), D(2450)], D(2), D(2), Verdict.PASS)
    assert two.wrong == risk_of(lower(D(2400)), [D(2401)], D(2), D(2), Verdict.PASS).wrong


def test_no_decision_no_wrong_decision():
    shown = risk_of(upper(D(54)), [D(53)], D(3), D(2), Verdict.NO_STATEMENT)
    assert shown.kind == "" and shown.wrong is None and shown.conforming is not None


def test_an_observation_has_no_risk():
    spec = Spec("P", "observation", [], "", "", 0)
    assert risk.specific(compute(spec, {"type": "observation", "answers": ["PASS", "FAIL"]}, None, {}, "PASS")) is None


@pytest.mark.parametrize(("share", "words"), [
    ("0.5", "50\u00a0%"), ("0.0227501319", "2,3\u00a0%"), ("0.000001", "<\u00a00,01\u00a0%"), ("0.99999", ">\u00a099,99\u00a0%"),
    ("0.6626", "66,3\u00a0%"),
])
def test_probabilities_as_a_reader_sees_them(app, share, words):
    with app.test_request_context():
        assert presenters.percent(D(share)) == words


def test_where_rounded_figures_seem_to_contradict_the_verdict_the_page_says_so(app):
    """20.04 against 20 fails, although both print as 20,0; 19.96 passes and nothing needs to be said."""
    limit = {"type": "upper", "limit": "20", "unit": "dBm"}
    with app.test_request_context():
        said = presenters.shown_number(
            values=[D("20.04")], value=D("20.04"), unit="dBm", places=1, u=None, k=None, u_unit="", limit=limit, margin=D("-0.04"),
            verdict_code="FAIL", why="", formula="")
        assert said.value == "20,0" and "20,04" in str(said.remark)
        assert presenters.shown_number(
            values=[D("19.96")], value=D("19.96"), unit="dBm", places=1, u=None, k=None, u_unit="", limit=limit, margin=D("0.04"),
            verdict_code="PASS", why="", formula="").remark == ""
