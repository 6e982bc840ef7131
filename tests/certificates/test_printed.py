"""Numbers on paper: digits of result, limit, U, margin and guard band, and when the printed ones would contradict."""
from __future__ import annotations

from decimal import Decimal as D

import pytest

from certificates import printed, rules
from certificates.printed import uncertainty_digits


@pytest.mark.parametrize(("u", "shown"), [
    ("0.69", "0.69"), ("0.686779925935", "0.69"), ("3.62284418655", "3.62"), ("4.86346926929", "4.86"), ("0.127932273749", "0.13"),
    ("86.77992", "86.8"), ("0.0639661368747", "0.064"), ("3.4", "3.4"), ("1234.567", "1230"), ("0.0996", "0.0996"),
])
def test_u_as_recorded_or_with_sensible_digits(u, shown):
    assert uncertainty_digits(D(u)) == shown


def numbers(**changes):
    facts = {
        "kind": "number", "places": 2, "value": D("18.42"), "observation": "", "u": None, "k": None, "unit": "dBm",
        "limit": {"type": "upper", "limit": "20", "inclusive": True, "unit": "dBm"}, "guard_band": None, "computed": {},
        "exempt": None, "judged": True,
    }
    return printed.numbers(**{**facts, **changes})


def test_result_and_margin_carry_the_parameters_decimals_the_limit_its_own():
    shown = numbers(value=D("18.4150001"))
    assert (shown.result, shown.limit, shown.margin) == ({"value": "18.42"}, {"operator": "<=", "value": "20"}, "1.58")


def test_a_guard_band_is_written_as_finely_as_u():
    assert numbers(u=D("3.62284418655"), guard_band=D("0.22284418655")).guard_band == "0.22"
    assert numbers(guard_band=D(0)).guard_band is None


def test_a_limit_read_off_a_line_over_frequency_carries_the_parameters_decimals():
    limit = {"type": "upper", "limit": "63.6940364799", "unit": "dBµV"}
    shown = numbers(places=1, value=D("52.8"), limit=limit, read_off=True)
    assert (shown.limit["value"], shown.margin) == ("63.7", "10.9")


def test_two_edges_print_as_low_and_high_against_a_range():
    shown = numbers(
        places=1, value=D("2483.2"), computed={"values": ["2401.84", "2483.2"]}, unit="MHz",
        limit={"type": "range", "low": "2400", "high": "2483.5", "unit": "MHz"},
    )
    assert shown.result == {"low": "2401.8", "high": "2483.2"}
    assert shown.limit == {"operator": "within", "low": "2400", "high": "2483.5"} and shown.margin == "0.3"


def test_a_verdict_that_the_printed_digits_would_contradict_is_pointed_out():
    assert numbers(places=0, value=D("20.4")).contradicts
    assert not numbers(places=1, value=D("20.4")).contradicts


def test_no_margin_without_a_statement():
    assert numbers(judged=False).margin is None


def test_a_percentage_of_u_keeps_its_unit_decibels_need_none():
    assert numbers(u=D("0.99"), k=D(2), unit="MHz", computed={"budget": {"unit": "%"}}).uncertainty["unit"] == "%"
    assert "unit" not in numbers(u=D("0.69"), k=D(2), computed={"budget": {"unit": "dB"}}).uncertainty


@pytest.mark.parametrize(("limit", "operator"), [
    ({"type": "lower", "limit": "-10", "inclusive": False}, ">"), ({"type": "abs_upper", "limit": "20"}, "abs<="),
    ({"type": "observation", "answers": ["PASS"]}, "text"),
])
def test_limits_keep_their_operator(limit, operator):
    assert printed.limit_of(limit)["operator"] == operator


def test_a_result_that_is_only_a_bound_keeps_its_sign_and_has_no_margin():
    shown = numbers(value=D("10"), places=0, operator="<")
    assert (shown.result, shown.margin, shown.contradicts) == ({"value": "10", "operator": "<"}, None, False)
    assert numbers(value=D("40.25"), places=1, operator=">").result == {"value": "40.3", "operator": ">"}
    assert "operator" not in numbers().result


@pytest.mark.parametrize(("ends", "flags"), [
    ({}, {}), ({"low_inclusive": False}, {"low_open": True}), ({"high_inclusive": False}, {"high_open": True}),
    ({"low_inclusive": False, "high_inclusive": False}, {"low_open": True, "high_open": True}),
])
def test_open_ends_of_a_range_are_said(ends, flags):
    limit = {"type": "range", "low": "5", "high": "10", "unit": "MHz", **ends}
    assert printed.limit_of(limit) == {"operator": "within", "low": "5", "high": "10", **flags}
    assert numbers(value=D("5"), places=0, limit=limit).limit == {"operator": "within", "low": "5", "high": "10", **flags}


@pytest.mark.parametrize(("title", "basis", "lines"), [
    ("Giám đốc", "", ["GIÁM ĐỐC"]),
    ("Phó giám đốc", "", ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]),
    ("Trưởng phòng thử nghiệm", "", ["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG THỬ NGHIỆM"]),
    ("Trưởng phòng thử nghiệm", "TUQ số 12/UQ-MX", ["TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG THỬ NGHIỆM"]),
    ("", "", ["GIÁM ĐỐC"]),
])
def test_offices_over_a_signature(title, basis, lines):
    assert rules.office_lines(title, basis) == lines


def test_the_number_of_a_written_authorisation():
    assert rules.authority_of("TUQ số 12/UQ-MX") == "12/UQ-MX" and rules.authority_of("đã đánh giá tay nghề") is None


@pytest.mark.parametrize(("verdict", "facts", "printed_as"), [
    ("PASS", {}, "pass"), ("FAIL", {"ruled": False}, "no_statement"), ("PASS", {"confirmed": False}, "no_statement"),
    ("PASS", {"wanted": False}, None), ("NOT_TESTED", {}, "no_statement"), ("NOT_APPLICABLE", {}, "not_applicable"),
])
def test_verdicts_print_only_where_they_may(verdict, facts, printed_as):
    code, why = rules.printed_verdict(verdict, "", "", **{"wanted": True, "ruled": True, "confirmed": True, **facts})
    assert code == printed_as
    assert (why is not None) == (printed_as in ("no_statement", "not_applicable"))
