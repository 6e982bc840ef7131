"""Repeated readings, operators and working ranges through the whole computation; U by ranges; limits chosen by conditions."""
from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from lab_app.metrology.decision import DR_GB_U, DR_SA
from lab_app.results.computation import EntryRefused, Spec, compute, understand

D = Decimal
LEVEL = {"key": "reading", "unit": "dBm", "source": "measured"}
LOSS = {"key": "loss", "unit": "dB", "source": "factor"}
REPEATED = {"key": "reading", "unit": "dBm", "source": "measured", "many": True}
BOUND = Spec("P", "number", [LEVEL, LOSS], "reading + loss", "dBm", 2, u=D("0.5"), k=D(2), u_unit="dB", operators=True)
FIVE = Spec("P", "number", [REPEATED], "mean(reading)", "dBm", 2, u=D("0.5"), k=D(2), u_unit="dB", replicates=5)
UPPER = {"type": "upper", "limit": "20", "unit": "dBm"}


def worked(spec, texts, limit=UPPER, rule=DR_SA):
    raw, refused = understand(spec.fields, texts, "en", {}, spec.replicates, spec.operators)
    assert not refused, refused
    return compute(spec, limit, rule.to_dict(), raw)


def test_mean_and_s_of_replicates_are_computed_and_frozen():
    """JCGM 100 4.2: mean 10.2, s (n − 1) of 10.0 10.1 10.2 10.3 10.4 is √0.025, u of the mean s/√5."""
    found = worked(FIVE, {"reading": "10.0; 10.1; 10.2; 10.3; 10.4"})
    kept = found.frozen["replicates"]["reading"]
    assert found.value == D("10.2") and (kept["n"], kept["mean"], kept["nu"], kept["unit"]) == ("5", "10.2", "4", "dBm")
    assert abs(D(kept["s"]) - D("0.158113883008")) < D("1e-11") and abs(D(kept["u"]) - D("0.0707106781187")) < D("1e-11")


@pytest.mark.parametrize(("text", "code", "said"), [
    ("", "missing", "5"), (" ; ", "missing", "5"), ("10", "too_few", "1/5"), ("1;2;3;4", "too_few", "4/5"),
])
def test_too_few_replicates_name_the_field_and_how_many(text, code, said):
    raw, refused = understand(FIVE.fields, {"reading": text}, "en", {}, 5)
    assert not raw and (refused["reading"].code, refused["reading"].text) == (code, said)


def test_more_replicates_than_asked_for_are_taken():
    assert worked(FIVE, {"reading": "1;2;3;4;5;6"}).frozen["replicates"]["reading"]["n"] == "6"


def test_a_field_of_several_values_without_replicates_stays_as_it_was():
    spec = replace(FIVE, replicates=0, formula="worst(reading)")
    assert "replicates" not in worked(spec, {"reading": "1; -3"}).frozen


# ---- operators -------------------------------------------------------------------------------------------


def test_an_operator_is_refused_unless_the_parameter_allows_it():
    _raw, refused = understand(BOUND.fields, {"reading": "<5", "loss": "1"}, "en", {})
    assert refused["reading"].code == "operator"


@pytest.mark.parametrize("text", ["≤5", "<", "<<5", "< x"])
def test_what_is_no_bound_is_refused(text):
    _raw, refused = understand(BOUND.fields, {"reading": text, "loss": "1"}, "en", {}, 0, True)
    assert "reading" in refused


def test_an_operator_passes_through_the_formula_and_the_raw_text_stays():
    found = worked(BOUND, {"reading": "< 5", "loss": "3"})
    assert (found.value, found.operator, found.u, found.verdict) == (D(8), "<", None, "PASS")
    assert found.decision.margin == D(12) and found.frozen["below"] is True and found.frozen["calculated"] == ["8"]
    raw, _ = understand(BOUND.fields, {"reading": "<5", "loss": "1"}, "en", {}, 0, True)
    assert raw["reading"].as_json() == {"text": "<5", "value": "5", "unit": "dBm", "source": "measured", "operator": "<"}


def test_an_operator_is_turned_by_a_minus_and_refused_by_a_product():
    turned = replace(BOUND, formula="loss - reading")
    assert worked(turned, {"reading": "<5", "loss": "3"}).operator == ">"
    with pytest.raises(EntryRefused) as caught:
        worked(replace(BOUND, formula="reading * loss"), {"reading": "<5", "loss": "3"})
    assert (caught.value.key, caught.value.code) == ("reading", "operator_lost")


def test_two_bounds_against_each_other_are_refused():
    spec = replace(BOUND, fields=[LEVEL, {**LOSS, "source": "measured"}])
    with pytest.raises(EntryRefused):
        worked(spec, {"reading": "<5", "loss": ">3"})


# ---- working ranges --------------------------------------------------------------------------------------

RANGE = {"low": "10", "high": "20", "unit": "dBm", "manual": False}


@pytest.mark.parametrize(("typed", "value", "operator", "verdict"), [
    ("5", "10", "<", "PASS"), ("15", "15", "", "PASS"), ("25", "20", ">", "FAIL"), ("10", "10", "", "PASS"), ("20", "20", "", "PASS"),
])
def test_cases_8_and_11_beyond_the_range_the_end_stands_without_u(typed, value, operator, verdict):
    """Workflow cases 8 and 11: raw kept, shown `< 10` or `> 20`, U none; the ends themselves keep theirs."""
    spec = replace(BOUND, operators=False, working=RANGE)
    found = worked(spec, {"reading": typed, "loss": "0"})
    assert (found.value, found.operator, found.verdict) == (D(value), operator, verdict)
    assert (found.u is None) == bool(operator) and found.frozen["working_range"]["low"] == "10"


@pytest.mark.parametrize(("typed", "manual", "value", "operator"), [
    ("<5", False, "10", "<"), ("<15", False, "10", "<"), (">15", False, "20", ">"), (">25", False, "20", ">"),
    ("<15", True, "15", "<"), (">15", True, "15", ">"),
])
def test_cases_13_and_14_a_selected_operator_with_and_without_manual(typed, manual, value, operator):
    found = worked(replace(BOUND, working={**RANGE, "manual": manual}), {"reading": typed, "loss": "0"})
    assert (found.value, found.operator) == (D(value), operator)


def test_a_bound_that_cannot_be_judged_says_why():
    found = worked(replace(BOUND, working=RANGE), {"reading": "<5", "loss": "0"}, {"type": "upper", "limit": "9", "unit": "dBm"})
    assert (found.verdict, found.decision.reason) == ("NOT_EVALUATED", "bound_beyond_limit")
    guarded = worked(replace(BOUND, working=RANGE), {"reading": "<5", "loss": "0"}, rule=DR_GB_U)
    assert (guarded.verdict, guarded.decision.reason) == ("NOT_EVALUATED", "uncertainty_missing")


def test_a_working_range_in_another_quantity_is_refused():
    with pytest.raises(EntryRefused) as caught:
        worked(replace(BOUND, working={**RANGE, "unit": "MHz"}), {"reading": "5", "loss": "0"})
    assert caught.value.code == "working_range"


# ---- U by ranges, limits by conditions, steps ------------------------------------------------------------

RANGES = [{"low": "0", "high": "5", "U": "0.0015"}, {"low": "5", "high": "10", "U": "0.02"}, {"low": "10", "high": "20", "U": "0.4"}]
METRE = Spec("L", "number", [{"key": "reading", "unit": "m"}], "reading", "m", 4, u=D("0.4"), k=D(2), u_unit="m", ranges=RANGES)


@pytest.mark.parametrize(("value", "u"), [("1", "0.0015"), ("5", "0.02"), ("5.1", "0.02"), ("20", "0.4"), ("100", None)])
def test_case_1_u_follows_the_range_of_the_value_and_is_none_outside(value, u):
    """Workflow cases 1 and 2: the row that starts at the shared border counts; outside the ranges none, not nought."""
    found = worked(METRE, {"reading": value}, {"type": "upper", "limit": "200", "unit": "m"})
    assert found.u == (None if u is None else D(u))


TABLE = {"type": "table", "rows": [
    {"when": {"class": "A"}, "limit": {"type": "upper", "limit": "40", "unit": "dBm"}},
    {"when": {"class": "B"}, "limit": {"type": "upper", "limit": "30", "unit": "dBm"}},
]}


def test_a_tables_row_is_chosen_by_the_lines_conditions():
    found = worked(replace(BOUND, conditions="class: B; 2412 MHz"), {"reading": "31", "loss": "0"}, TABLE)
    assert found.verdict == "FAIL" and found.limit.high == 30


def test_conditions_that_choose_no_row_leave_the_result_unjudged_with_the_reason():
    found = worked(BOUND, {"reading": "31", "loss": "0"}, TABLE)
    assert found.verdict == "NOT_EVALUATED" and found.decision.reason == "condition_missing" and found.value == 31
    assert found.frozen["limit"]["type"] == "table"


def test_named_steps_are_computed_in_order_and_frozen():
    spec = replace(BOUND, operators=False, formula="eirp + 2", calculations=[
        {"key": "eirp", "formula": "path + reading", "unit": "dBm", "label_vi": "EIRP", "label_en": "EIRP"},
        {"key": "path", "formula": "loss * 1", "unit": "dB", "label_vi": "suy hao", "label_en": "loss"}])
    found = worked(spec, {"reading": "10", "loss": "3"})
    assert found.value == 15 and {s["key"]: s["value"] for s in found.frozen["steps"]} == {"eirp": "13", "path": "3"}
