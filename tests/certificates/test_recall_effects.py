"""What an instrument's error does to a result: judged again by the rule that was agreed, in exact decimals."""
from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.recall.effects import comparable_units, effect, error_in

SIMPLE = {"code": "DR-SA", "kind": "simple", "version": 1, "r": "1", "u_max": None}
GUARDED = {"code": "DR-GB-U2", "kind": "guarded_binary", "version": 1, "r": "1", "u_max": None}
CISPR = {"code": "DR-CISPR", "kind": "cispr", "version": 1, "r": "1", "u_max": "6.3"}
UPPER = {"type": "upper", "limit": "47", "inclusive": True, "unit": "dBµV/m"}
LOWER = {"type": "lower", "limit": "10", "inclusive": True, "unit": "MHz"}
D = Decimal


def judged(value, error="-1.6", error_unit="dB", *, unit="dBµV/m", limit=UPPER, rule=SIMPLE, verdict="PASS", u="2.0", u_max=None,
           values=()):
    return effect(
        None if error is None else D(error), error_unit, unit=unit, value=None if value is None else D(value),
        values=[D(v) for v in values], verdict=verdict, limit=limit, rule=rule, u=None if u is None else D(u),
        u_max=None if u_max is None else D(u_max), k=D(2))


def test_the_case_of_240_mhz_keeps_its_verdict_with_half_its_margin():
    found = judged("43.8", rule=CISPR, u="4.86", u_max="6.3")
    assert (found.code, found.corrected, found.corrected_verdict) == ("stays", D("45.4"), "PASS")


@pytest.mark.parametrize(("value", "code"), [("45.4", "stays"), ("45.5", "flips"), ("45.40000001", "flips")])
def test_the_bound_itself_belongs_to_an_inclusive_limit(value, code):
    assert judged(value).code == code


def test_a_guard_band_takes_its_part_before_the_error_does():
    # 47 − 2.0 = 45 is the acceptance limit: 43.4 with 1.6 added meets it, 43.5 does not, although both are far from the limit.
    assert judged("43.4", rule=GUARDED).code == "stays"
    assert judged("43.5", rule=GUARDED).code == "flips"


def test_a_failed_result_that_a_positive_error_may_have_failed_flips_too():
    found = judged("48.0", error="1.6", verdict="FAIL")
    assert (found.code, found.corrected, found.corrected_verdict, found.other_verdict) == ("flips", D("46.4"), "PASS", "FAIL")


def test_a_lower_limit_loses_when_the_instrument_read_high():
    found = judged("10.5", error="600", error_unit="kHz", unit="MHz", limit=LOWER)
    assert (found.error, found.corrected, found.corrected_verdict) == (D("0.6"), D("9.9"), "FAIL")


def test_of_a_composite_result_the_worst_part_decides():
    limit = {"type": "range", "low": "2400", "high": "2483.5", "low_inclusive": True, "high_inclusive": True, "unit": "MHz"}
    assert judged("2401", error="2", error_unit="MHz", unit="MHz", limit=limit, values=("2401", "2481")).code == "flips"
    assert judged("2401", error="0.5", error_unit="MHz", unit="MHz", limit=limit, values=("2401", "2481")).code == "stays"


@pytest.mark.parametrize(("kw", "code"), [
    ({"value": None}, "no_number"), ({"value": "40", "error": None}, "cannot_tell"),
    ({"value": "40", "error_unit": "%"}, "cannot_tell"), ({"value": "40", "error_unit": "MHz"}, "cannot_tell"),
    ({"value": "40", "limit": None}, "no_number"), ({"value": "40", "rule": None}, "no_number"),
    ({"value": "40", "error_unit": "furlong"}, "cannot_tell"),
])
def test_what_cannot_be_judged_is_never_said_to_stand(kw, code):
    value = kw.pop("value")
    assert judged(value, **kw).code == code


def test_a_difference_of_levels_is_decibels_whatever_the_level():
    assert error_in(D("-1.6"), "dBµV", "dBm") == D("-1.6")
    assert error_in(D("-1.6"), "dBµV", "V") is None
    assert error_in(D("5"), "mV", "V") == D("0.005")
    assert error_in(D("5"), "%", "V") is None
    assert {"dBµV/m", "dBm", "dB"} <= set(comparable_units("dB")) and "MHz" not in comparable_units("dB")


@given(value=st.decimals("20", "60", places=2), error=st.decimals("-5", "5", places=2))
def test_a_margin_larger_than_the_error_never_flips_and_a_smaller_one_always_does(value, error):
    margin = D(47) - value
    found = judged(str(value), error=str(error), verdict="PASS" if margin >= 0 else "FAIL")
    inside = abs(margin) > abs(error) or (margin >= 0 and margin == abs(error)) or error == 0
    assert found.code == ("stays" if inside else "flips")
