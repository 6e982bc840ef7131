"""From typed text to verdict, without a database: what is understood, what is refused, in which unit U stands."""
from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.core.quantity import format_decimal
from lab_app.metrology.decision import DR_CISPR, DR_ETSI, DR_SA
from lab_app.results.computation import EntryRefused, Spec, compute, expanded, understand
from lab_app.results.inputs import stated_frequency

POWER = Spec(
    code="P", kind="number", formula="reading + loss", unit="dBm", places=2, u=Decimal("0.69"), k=Decimal(2), u_unit="dB",
    fields=({"key": "reading", "unit": "dBm"}, {"key": "loss", "unit": "dB", "source": "factor"}), u_max=Decimal("1.5"),
)
UPPER = {"type": "upper", "limit": "20", "unit": "dBm"}
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-99999"), max_value=Decimal("99999"), places=3)


def worked(texts, spec=POWER, limit=UPPER, rule=DR_SA, locale="vi", defaults=None):
    raw, refused = understand(spec.fields, texts, locale, defaults or {})
    assert not refused, refused
    return compute(spec, limit, rule.to_dict(), raw)


# ---- what is understood ----------------------------------------------------------------------------------


def test_the_typed_text_is_kept_beside_the_number():
    raw, refused = understand(POWER.fields, {"reading": " -33,40 ", "loss": "4.2"}, "vi", {})
    assert not refused
    assert raw["reading"].as_json() == {"text": " -33,40 ", "value": "-33.40", "unit": "dBm", "source": "measured"}
    assert raw["loss"].values == (Decimal("4.2"),) and raw["loss"].source == "factor"


@pytest.mark.parametrize(("text", "code"), [
    ("<5", "operator"), (">5", "operator"), ("≤ 5", "operator"), ("1.234", "ambiguous"), ("1 234", "grouping"), ("abc", "characters"),
    ("nan", "not_finite"), ("1e99", "exponent"), ("", "missing"), ("   ", "missing"),
])
def test_a_text_that_is_not_one_number_is_refused_by_its_field(text, code):
    raw, refused = understand(POWER.fields, {"reading": text, "loss": "0"}, "vi", {})
    assert refused["reading"].code == code
    assert set(raw) == {"loss"}, "the other field is understood all the same"


def test_zero_is_a_reading():
    assert worked({"reading": "0", "loss": "0"}).value == 0


@given(values=st.lists(NUMBERS, min_size=1, max_size=20), locale=st.sampled_from(["vi", "en"]), mark=st.sampled_from(["; ", "\n", ";"]))
def test_several_values_are_read_as_they_were_written(values, locale, mark):
    field = {"key": "per", "unit": "%", "many": True}
    texts = [format_decimal(v + Decimal("0.0001"), locale) for v in values]  # four decimals: never taken for a thousand
    raw, refused = understand([field], {"per": mark.join(texts)}, locale, {})
    assert not refused
    assert raw["per"].values == tuple(v + Decimal("0.0001") for v in values)
    assert len(raw["per"].as_json()["values"]) == len(values)


def test_one_bad_value_among_several_is_named():
    raw, refused = understand([{"key": "per", "many": True}], {"per": "1,2; <0,4; 0,9"}, "vi", {})
    assert refused["per"].code == "operator" and refused["per"].text == "<0,4" and not raw


def test_a_fixed_value_is_the_methods_and_cannot_be_typed_over():
    raw, _ = understand([{"key": "nominal", "fixed": "80", "source": "setting"}], {"nominal": "40"}, "vi", {})
    assert raw["nominal"].values == (Decimal(80),)


def test_a_value_nobody_typed_says_where_it_came_from():
    raw, refused = understand(POWER.fields, {"reading": "1"}, "vi", {"loss": (Decimal("0.12"), "LN-16/2026-01")})
    assert not refused
    assert raw["loss"].as_json() == {"text": "", "origin": "LN-16/2026-01", "value": "0.12", "unit": "dB", "source": "factor"}


# ---- value, U, limit, verdict ----------------------------------------------------------------------------


def test_value_margin_and_verdict_are_not_rounded():
    found = worked({"reading": "19,5", "loss": "0,499999"}, rule=DR_ETSI)
    assert (found.value, found.verdict.value, found.decision.margin) == (Decimal("19.999999"), "PASS", Decimal("0.000001"))
    assert found.frozen["formula"] == "reading + loss" and found.frozen["rule"]["code"] == "DR-ETSI"
    assert found.frozen["values"] == ["19.999999"] and found.frozen["limit"]["limit"] == "20"


def test_more_uncertainty_than_the_standard_allows_is_no_statement_and_no_failure():
    found = worked({"reading": "25", "loss": "0"}, replace(POWER, u=Decimal("1.6")), rule=DR_ETSI)
    assert found.verdict.value == "NO_STATEMENT"


LINE = {
    "type": "line", "side": "upper", "scale": "log", "f_unit": "MHz", "unit": "dBµV", "segments": [["0.15", "0.5", "66", "56"]],
}
CONDUCTED = Spec(
    code="CE", kind="number", formula="reading + vdf", unit="dBµV", places=1, u=Decimal("3.62"), k=Decimal(2), u_unit="dB",
    u_max=Decimal("3.4"), fields=(
        {"key": "frequency_mhz", "unit": "MHz", "source": "setting"}, {"key": "reading", "unit": "dBµV"},
        {"key": "vdf", "unit": "dB", "source": "factor"}),
)


def test_the_limit_is_taken_at_the_frequency_of_the_reading():
    found = worked({"frequency_mhz": "0,198", "reading": "52,7", "vdf": "0,12"}, CONDUCTED, LINE, DR_CISPR)
    assert round(found.limit.high, 1) == Decimal("63.7")
    assert found.decision.guard_band == Decimal("0.22")
    assert round(found.decision.margin, 2) == Decimal("10.87")


def test_beyond_the_lines_ends_there_is_no_limit_to_guess():
    with pytest.raises(EntryRefused) as caught:
        worked({"frequency_mhz": "0,1", "reading": "1", "vdf": "0"}, CONDUCTED, LINE, DR_CISPR)
    assert caught.value.key == "frequency_mhz" and caught.value.code == "outside"


def test_a_frequency_in_another_unit_finds_the_same_limit():
    khz = replace(CONDUCTED, fields=({"key": "frequency_khz", "unit": "kHz"}, *CONDUCTED.fields[1:]))
    found = worked({"frequency_khz": "198", "reading": "52,7", "vdf": "0,12"}, khz, LINE, DR_CISPR)
    assert round(found.limit.high, 1) == Decimal("63.7")


def test_the_nearer_band_edge_tells():
    spec = Spec(code="B", kind="number", formula="low; high", unit="MHz", places=2,
                fields=({"key": "low", "unit": "MHz"}, {"key": "high", "unit": "MHz"}))
    limit = {"type": "range", "low": "2400", "high": "2483.5", "unit": "MHz"}
    found = worked({"low": "2403,12", "high": "2480,87"}, spec, limit)
    assert (found.value, found.decision.margin, found.verdict.value) == (Decimal("2480.87"), Decimal("2.63"), "PASS")
    assert found.frozen["values"] == ["2403.12", "2480.87"]


def test_a_limit_in_another_unit_is_carried_into_the_unit_of_the_result():
    spec = replace(POWER, formula="reading", unit="kHz", u=None, k=None, u_unit="", fields=({"key": "reading", "unit": "kHz"},))
    found = worked({"reading": "19500"}, spec, {"type": "upper", "limit": "20", "unit": "MHz"})
    assert found.decision.margin == 500 and found.limit.unit == "kHz" and found.limit.high == 20000


def test_a_division_by_zero_is_a_refusal_not_a_crash():
    spec = replace(POWER, formula="reading / loss", u=None, k=None)
    with pytest.raises(EntryRefused, match="formula_division_by_zero"):
        worked({"reading": "1", "loss": "0"}, spec)


@given(value=NUMBERS, percent=st.decimals(min_value=Decimal("0.1"), max_value=Decimal("50"), places=1))
def test_uncertainty_in_percent_is_positive_whatever_the_sign(value, percent):
    """Workflow case 9: a negative result in a % budget has a positive U; of zero there is none, not zero."""
    spec = replace(POWER, unit="mW", u=percent, u_unit="%")
    found = expanded(spec, (value,))
    if value == 0:
        assert found is None
    else:
        assert found == abs(value) * percent / 100 and found > 0


@pytest.mark.parametrize(("unit", "u_unit"), [("dBm", "%"), ("dBm", "MHz"), ("MHz", "dB"), ("dBm", "furlong")])
def test_a_budget_of_another_quantity_is_refused(unit, u_unit):
    with pytest.raises(EntryRefused) as caught:
        expanded(replace(POWER, unit=unit, u_unit=u_unit), (Decimal(1),))
    assert caught.value.code == "u_unit"


def test_a_budget_in_another_prefix_is_carried_over():
    assert expanded(replace(POWER, unit="kHz", u=Decimal("0.5"), u_unit="MHz"), (Decimal(1),)) == 500


# ---- answers ---------------------------------------------------------------------------------------------

LOOK = Spec(code="L", kind="observation", fields=(), formula="", unit="", places=0)
ANSWERS = {"type": "observation", "answers": ["PASS", "FAIL", "NA"]}


@pytest.mark.parametrize(("answer", "verdict"), [("PASS", "PASS"), ("FAIL", "FAIL"), ("NA", "NOT_APPLICABLE")])
def test_an_observation_is_its_answer(answer, verdict):
    assert compute(LOOK, ANSWERS, None, {}, answer).verdict.value == verdict


@pytest.mark.parametrize("answer", ["NT", "MAYBE", "", "pass"])
def test_an_answer_that_is_not_offered_is_refused(answer):
    with pytest.raises(EntryRefused) as caught:
        compute(LOOK, ANSWERS, None, {}, answer)
    assert caught.value.key == "observation"


@pytest.mark.parametrize(("answer", "verdict"), [("NT", "NOT_TESTED"), ("NA", "NOT_APPLICABLE")])
def test_a_numerical_line_may_be_left_out_and_has_no_value(answer, verdict):
    found = compute(POWER, UPPER, DR_SA.to_dict(), {}, answer)
    assert (found.verdict.value, found.value, found.u, found.decision.margin) == (verdict, None, None, None)


def test_a_numerical_line_does_not_pass_by_being_called_passed():
    with pytest.raises(EntryRefused):
        compute(POWER, UPPER, DR_SA.to_dict(), {}, "PASS")


@pytest.mark.parametrize(("conditions", "found"), [
    ("0.198 MHz, pha L1, 220 V/50 Hz", ("0.198", "MHz")), ("5\u202f320 MHz, có TPC", ("5320", "MHz")), ("125,0 MHz", ("125.0", "MHz")),
    ("2,4 GHz", ("2.4", "GHz")), ("HT20 2412 MHz và 2472 MHz", None), ("2382,2-2400 MHz", None), ("1 – 6 GHz", None),
    ("nhiễu CW -34 dBm tại 2380/2504/2300/2584 MHz", None), ("25 °C, 220 V/50 Hz", None), ("", None),
])
def test_the_one_frequency_a_condition_states(conditions, found):
    assert stated_frequency(conditions) == (found and (Decimal(found[0]), found[1]))
