"""Workflow cases that speak of numbers: uncertainty, rounding, detection limits, limits, controls, units, decisions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from lab_app.core import clock
from lab_app.metrology.censoring import WorkingRange, censor, decide_bound
from lab_app.metrology.control_rules import Standing, Statistics, judge_last
from lab_app.metrology.coverage import Coverage, DofRule
from lab_app.metrology.decision import DR_CISPR, DR_GB_U, DR_GB_U_BINARY, DR_SA, Verdict, decide
from lab_app.metrology.distributions import Distribution
from lab_app.metrology.errors import BudgetError, UnitError
from lab_app.metrology.limits import upper, within
from lab_app.metrology.notation import Notation, scientific
from lab_app.metrology.proficiency import Class, ProficiencyError, algorithm_a, z_score
from lab_app.metrology.quantities import Input
from lab_app.metrology.rounding import report_pair, round_uncertainty
from lab_app.metrology.uncertainty import evaluate
from lab_app.metrology.uncertainty_table import Row, UncertaintyTable, parse_table, stated_uncertainty
from lab_app.metrology.units import convert, dbm_to_mw, dbm_to_w, level_to_linear, linear_to_level, mw_to_dbm
from lab_app.results.computation import EntryRefused, Outcome, Spec, compute, understand
from lab_app.results.validity import rules as validity

D = Decimal
R = UncertaintyTable((Row(D(0), D(5), D("0.0015")), Row(D(5), D(10), D("0.02")), Row(D(10), D(20), D("0.4"))), "mV")


# ---- uncertainty and rounding ------------------------------------------------------------------------------


@pytest.mark.parametrize(("result", "U"), [("1", "0.0015"), ("5.1", "0.02"), ("20", "0.4"), ("100", None)])
def test_case_01_uncertainty_by_range(result: str, U: str | None) -> None:
    """1. Result 1 gives U 0.0015, 5.1 gives 0.02, 20 on the upper border 0.4; 100 outside gives none, not zero."""
    assert R.of(D(result)) == (None if U is None else D(U))


def test_case_02_a_shared_border() -> None:
    """2. Result 5 stands on the border of two ranges: the row that *starts* at the value applies, 0.02."""
    assert R.of(D(5)) == D("0.02")
    assert R.of(D(10)) == D("0.4")


@pytest.mark.parametrize(
    ("value", "U", "one", "two"),
    [
        ("2.3452", "0.0015", "2.345", "2.3452"),
        ("5.3452", "0.02", "5.35", "5.345"),
        ("10.3452", "0.4", "10.3", "10.35"),
        ("2.3452", "0.06", "2.35", "2.345"),
        ("2.3452", "0.7", "2.3", "2.35"),
    ],
)
def test_case_04_precision_from_the_uncertainty(value: str, U: str, one: str, two: str) -> None:
    """4. One digit of U: 2.345, 5.35, 10.3, by hand 2.35 and 2.3; with the default of two: 2.3452, 5.345, 10.35. The raw value is kept."""
    raw = D(value)
    assert str(report_pair(raw, D(U), 1).y) == one
    assert str(report_pair(raw, D(U)).y) == two
    assert str(raw) == value


def test_case_06_uncertainty_in_percent() -> None:
    """6. 1 % of 7 is 0.07; 5 % of 15 is 0.75; 5.3 % of 0.3 is 0.0159, shown 0.016 (with one digit 0.02)."""
    table = UncertaintyTable((Row(D(5), D(10), percent=D(1)), Row(D(10), D(20), percent=D(5))), "mV")
    assert (table.of(D(7)), table.of(D(15))) == (D("0.07"), D("0.75"))
    small = UncertaintyTable((Row(D(0), D(1), percent=D("5.3")),), "mV").of(D("0.3"))
    assert small == D("0.0159")
    assert (str(round_uncertainty(small)), str(round_uncertainty(small, 1))) == ("0.016", "0.02")


@pytest.mark.parametrize(
    ("value", "typed", "U"),
    [("25.3452", "0.3", None), ("25.3452", None, None), ("21", "0.3", "0.3"), ("-1", "0.3", None), ("0", "0.3", "0.3"),
     ("0", None, "0.0015")],
)
def test_case_08_no_uncertainty_beyond_the_detection_limits(value: str, typed: str | None, U: str | None) -> None:
    """8. Above UDL 21 none even if typed by hand; exactly 21 is not above; below LDL 0 none; exactly 0 is allowed."""
    found = stated_uncertainty(D(value), R, typed=None if typed is None else D(typed), lower_detection=D(0), upper_detection=D(21))
    assert found == (None if U is None else D(U))


def test_case_09_percent_of_a_negative_result() -> None:
    """9*. A negative result in a percent row has a positive U; for quantities in dB percent rows are forbidden."""
    assert UncertaintyTable((Row(D(-10), D(10), percent=D(2)),), "mV").of(D(-5)) == D("0.1")
    with pytest.raises(BudgetError) as refused:
        parse_table({"unit": "dBm", "rows": [{"low": "-10", "high": "10", "percent": "2"}]})
    assert (refused.value.code, refused.value.field) == ("percent_of_level", "percent")


def test_case_10_five_notations() -> None:
    """10. U of 2e-8 in five notations; with two digits the second one is written."""
    written = [scientific(D("2E-8"), notation, "en") for notation in Notation]
    assert written == ["2e-08", "2x10^-8", "2×10⁻⁸", "2·10^-8", "2·10⁻⁸"]
    assert scientific(round_uncertainty(D("0.0000000204")), Notation.E, "en") == "2.0e-08"


# ---- detection limits (LDL 10, UDL 20) ---------------------------------------------------------------------

MEASURED = {"key": "level", "unit": "mV", "source": "measured"}
RANGE = {"low": "10", "high": "20", "unit": "mV"}


def typed(text: str, *, selector: bool, manual: bool = False) -> Outcome:
    """The result of a line with a working range from 10 to 20 mV, read with or without operators."""
    spec = Spec("P", "number", [MEASURED], "level", "mV", 2, D("0.5"), D(2), "mV", operators=selector, working={**RANGE, "manual": manual})
    raw, refused = understand(spec.fields, {"level": text}, "en", {}, 0, spec.operators)
    if refused:
        raise next(iter(refused.values()))
    return compute(spec, {"type": "upper", "limit": "15", "unit": "mV"}, DR_SA.to_dict(), raw)


def test_case_11_beyond_the_limits_without_an_operator() -> None:
    """11. 5 stays 5 as read and stands as < 10; 15 is a value; 25 stands as > 20. Beyond the range no U is stated (case 8)."""
    low, inside, high = (typed(text, selector=False) for text in ("5", "15", "25"))
    assert (low.operator, low.value, low.u) == ("<", D(10), None)
    assert (inside.operator, inside.value, inside.u) == ("", D(15), D("0.5"))
    assert (high.operator, high.value, high.u) == (">", D(20), None)
    assert low.frozen["calculated"] == ["5"] and (low.frozen["below"], high.frozen["above"]) == (True, True)
    assert [x.verdict for x in (low, inside, high)] == [Verdict.PASS, Verdict.PASS, Verdict.FAIL]


@pytest.mark.parametrize(("text", "value", "operator"), [("<5", "10", "<"), ("<15", "10", "<"), (">15", "20", ">"), (">25", "20", ">")])
def test_case_13_operators_by_the_range(text: str, value: str, operator: str) -> None:
    """13. Operators allowed, bounds not by hand: <5 and <15 both stand as < 10; >15 and >25 as > 20."""
    found = typed(text, selector=True)
    assert (found.value, found.operator) == (D(value), operator)


@pytest.mark.parametrize(("text", "value", "operator"), [("<15", "15", "<"), (">15", "15", ">"), ("15", "15", "")])
def test_case_14_operators_by_hand(text: str, value: str, operator: str) -> None:
    """14. Operators allowed, bounds by hand: <15 stands as < 15, >15 as > 15."""
    found = typed(text, selector=True, manual=True)
    assert (found.value, found.operator) == (D(value), operator)


def test_case_13_an_operator_where_none_is_allowed_is_refused() -> None:
    """The project's choice: "<5" is refused unless the parameter allows operators, never silently dropped."""
    with pytest.raises(EntryRefused) as refused:
        typed("<5", selector=False)
    assert (refused.value.key, refused.value.code) == ("level", "operator")


def test_case_14_a_bound_is_judged_only_where_it_decides() -> None:
    """Detection limits carry a unit (-95 dBm prints as -95 dBm); a bound on the wrong side of a limit is no verdict."""
    assert censor(D(-100), "", WorkingRange(low=D(-95), unit="dBm")).value == D(-95)
    limit = upper(D(-90), "dBm")
    assert decide_bound(DR_SA, limit, D(-95), "<").verdict is Verdict.PASS
    assert decide_bound(DR_SA, limit, D(-95), ">").verdict is Verdict.NOT_EVALUATED
    assert decide_bound(DR_SA, limit, D(-85), ">").verdict is Verdict.FAIL


# ---- specification -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "inside", "shoulder"),
    [("-5", True, True), ("5", True, True), ("2", True, True), ("5.2", False, True), ("5.5", False, True), ("-5.5", False, True),
     ("5.6", False, False), ("10", False, False)],
)  # fmt: skip
def test_case_15_closed_limits_and_their_shoulder(value: str, inside: bool, shoulder: bool) -> None:
    """15. -5, 5 and 2 in; 5.2 and 5.5 out but in the shoulder; 5.6 and 10 out and beyond. Ours: the shoulder is the guard band's."""
    limit = within(D(-5), D(5))
    assert (limit.contains(D(value)), limit.widened(D("0.5")).contains(D(value))) == (inside, shoulder)
    verdict = decide(DR_GB_U, limit, D(value), D("0.5")).verdict
    accepted = verdict in (Verdict.PASS, Verdict.CONDITIONAL_PASS)
    assert (accepted, verdict is not Verdict.FAIL) == (inside, shoulder)


# ---- duplicates and controls -----------------------------------------------------------------------------------


def test_case_20_duplicate_variation() -> None:
    """20. 10 % of 50 allows 45.0 to 55.0: 47 in, 42 out; without an original undecided, and 58 out when it gets 50; text must be equal."""
    ten = D(10)
    assert validity.allowed(D(50), ten) == (45, 55)
    assert [validity.compare("percent", "50", second, ten).verdict for second in ("47", "45.0", "55.0", "42", "58")] == [
        "within", "within", "within", "outside", "outside"]  # fmt: skip
    assert validity.compare("percent", "", "58", ten).verdict == "undecided"
    assert [validity.compare("equal", "đạt", second).verdict for second in ("đạt", "không đạt")] == ["within", "outside"]


@pytest.mark.parametrize(
    ("value", "standing"),
    [("116", "rejected"), ("84", "rejected"), ("115.00", "in_control"), ("85.00", "in_control"), ("114.99", "in_control")],
)
def test_case_50_westgard_1_3s(value: str, standing: str) -> None:
    """50. Mean 100, SD 5: 116 and 84 reject; exactly 3 SD and 114.99 do not; without statistics it is not evaluated, never a pass."""
    assert judge_last([D(value)], Statistics(D(100), D(5)), ["1_3s"]).standing is Standing(standing)
    assert judge_last([D(value)], None, ["1_3s"]).standing is Standing.NOT_EVALUATED


@pytest.mark.parametrize(
    ("values", "standing"),
    [(("112", "111"), "rejected"), (("112", "88"), "in_control"), (("108", "112"), "in_control"), (("110", "110"), "in_control"),
     (("112",), "not_evaluated")],
)  # fmt: skip
def test_case_51_westgard_2_2s(values: tuple[str, ...], standing: str) -> None:
    """51. 112, 111 reject; 112, 88 and 108, 112 do not; 110, 110 are exactly 2 SD and do not; one point is not evaluated."""
    assert judge_last([D(value) for value in values], Statistics(D(100), D(5)), ["2_2s"]).standing is Standing(standing)


def test_case_55_scores_statistics_and_alerts() -> None:
    """55. |z| <= 2 is acceptable; fewer than 5 participants give no statistics; alerts at 72, 24 and 4 hours.

    That nothing is edited after the deadline is a rule of the services (tests/results/test_proficiency.py).
    """
    assert [z_score(D(x), D(10), D(1)).classified for x in ("12", "8", "12.001", "13")] == [
        Class.SATISFACTORY, Class.SATISFACTORY, Class.QUESTIONABLE, Class.UNSATISFACTORY]  # fmt: skip
    with pytest.raises(ProficiencyError):
        algorithm_a([D(1), D(2), D(3), D(4)], least=5)
    with pytest.raises(ProficiencyError):
        validity.consensus([D(1), D(2), D(3), D(4)])
    now = clock.now()
    told = [validity.alert_due(now + timedelta(hours=hours), now) for hours in (100, 72, 48, 24, 10, 4, 1, 0)]
    assert told == [None, 72, 72, 24, 24, 4, 4, None]


# ---- the guide's example, units ------------------------------------------------------------------------------------


def test_case_g1_end_gauge() -> None:
    """G1. JCGM 100 H.1: u_c 31.66377 nm, v_eff 16.752, from the inputs of the case (to first order: the α of the standard has no part)."""
    quantities = [
        Input.standard("d", D(215), D("5.8"), D(24)),
        Input.standard("d1", D(0), D("3.9"), D(5)),
        Input.standard("d2", D(0), D("6.7"), D(8)),
        Input.standard("ls", D(50_000_000), D(25), D(18)),
        Input.bounded("dalpha", D(0), D("1e-6"), Distribution.RECTANGULAR, D(50)),
        Input.bounded("dtheta", D(0), D("0.05"), Distribution.RECTANGULAR, D(2)),
    ]
    model = "ls + d + d1 + d2 - ls*(dalpha*(-0.1) + 11.5e-6*dtheta)"
    result = evaluate(model, quantities, coverage=Coverage(p=D("0.99"), rule=DofRule.TRUNCATED))
    assert abs(result.u - D("31.66377")) < D("5e-6")
    assert result.nu_eff is not None and abs(result.nu_eff - D("16.752")) < D("0.0005")
    assert abs(result.k - D("2.9208")) < D("5e-5")


def test_case_u_1_units() -> None:
    """U-1*. 0 dBm is 0.001 W is 1 mW both ways; contradictions are refused; out of [-1, 2] refused, the borders accepted.

    Ours states a magnitude once, so that nothing can contradict it: what is refused is a unit of another quantity, and a level
    taken for a linear number (or back) without saying so.
    """
    assert (dbm_to_w(D(0)), dbm_to_mw(D(0)), mw_to_dbm(D(1))) == (D("0.001"), D(1), D(0))
    assert level_to_linear(D(0), "dBm", "W") == D("0.001") and linear_to_level(D("0.001"), "W", "dBm") == 0
    assert level_to_linear(D(0), "dBm", "mW") == 1 and linear_to_level(D(1), "mW", "dBm") == 0
    assert convert(D("0.001"), "W", "mW") == 1 and convert(D(30), "dBm", "dBW") == 0
    for from_unit, to_unit in (("dBm", "mW"), ("dBm", "dBµV"), ("W", "V"), ("MHz", "dB")):
        with pytest.raises(UnitError):
            convert(D(1), from_unit, to_unit)
    allowed = within(D(-1), D(2), "dBm")
    assert [allowed.contains(D(value)) for value in ("-1", "2", "-1.01", "2.01")] == [True, True, False, False]


# ---- decision rules --------------------------------------------------------------------------------------------------


def test_case_q1_upper_limit_54() -> None:
    """Q1. 53.0 with U 3.0 against 54: simple acceptance passes; w = U leaves 51.0, so not a pass (non-binary: conditional); 50.9 passes;
    54.0 on the border passes by simple acceptance; 57.1 fails under every rule."""
    limit, U = upper(D(54)), D("3.0")
    assert decide(DR_SA, limit, D("53.0"), U).verdict is Verdict.PASS
    assert decide(DR_SA, limit, D("54.0"), U).verdict is Verdict.PASS
    assert decide(DR_SA, upper(D(54), inclusive=False), D("54.0"), U).verdict is Verdict.FAIL
    assert decide(DR_SA, limit, D("54.0"), U).pfa == D("0.5")
    guarded = decide(DR_GB_U, limit, D("53.0"), U)
    assert guarded.acceptance_limit is not None and guarded.acceptance_limit.high == D("51.0")
    assert guarded.verdict is Verdict.CONDITIONAL_PASS
    assert decide(DR_GB_U_BINARY, limit, D("53.0"), U).verdict is Verdict.FAIL
    for rule in (DR_GB_U, DR_GB_U_BINARY):
        assert decide(rule, limit, D("50.9"), U).verdict is Verdict.PASS
        assert decide(rule, limit, D("51.0"), U).verdict is Verdict.PASS
    for rule in (DR_SA, DR_GB_U, DR_GB_U_BINARY):
        assert decide(rule, limit, D("57.1"), U).verdict is Verdict.FAIL


def test_case_q3_cispr() -> None:
    """Q3. U_lab <= U_cispr: compare directly; else the excess is added to the level."""
    limit = upper(D(40))
    direct = decide(DR_CISPR, limit, D("39.9"), D("4.5"), D("5.2"))
    assert (direct.verdict, direct.value_compared) == (Verdict.PASS, D("39.9"))
    assert decide(DR_CISPR, limit, D("39.9"), D("5.2"), D("5.2")).verdict is Verdict.PASS
    added = decide(DR_CISPR, limit, D("39.5"), D("6.0"), D("5.2"))
    assert (added.verdict, added.value_compared) == (Verdict.FAIL, D("40.3"))
    assert decide(DR_CISPR, limit, D("39.2"), D("6.0"), D("5.2")).verdict is Verdict.PASS
