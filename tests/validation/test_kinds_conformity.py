"""Kinds of conformity: risks, decisions, guard bands, ratios and rounding, against scipy, closed formulas and hand arithmetic."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from lab_app.validation.runner import Status
from tests.validation.solving import near, outcome, passes, solve

THOUSANDTHS = st.integers(-5000, 5000).map(lambda n: n / 1000)


@settings(max_examples=60, deadline=None)
@given(THOUSANDTHS, st.integers(1, 3000), THOUSANDTHS | st.none(), st.integers(1, 4000) | st.none())
def test_specific_risk_with_both_limits_or_one(y: float, u: int, low: float | None, span: int | None) -> None:
    assume(low is not None or span is not None)
    high = None if span is None else round((low or 0) + span / 1000, 3)
    limits = {key: value for key, value in (("TL", low), ("TU", high)) if value is not None}
    found = solve("conformity_specific_risk", {"y": y, "u": u / 1000, **limits})
    spread = stats.norm(y, u / 1000)
    above, below = (0.0 if high is None else spread.sf(high)), (0.0 if low is None else spread.cdf(low))
    assert near(found["risk_above"], above, within=1e-11) and near(found["risk_below"], below, within=1e-11)
    assert near(found["p_nc"], above + below, within=1e-11) and near(found["p_c"], 1 - above - below, within=1e-11)
    distances = [d for d in (None if high is None else high - y, None if low is None else y - low) if d is not None]
    assert near(found["cpk"], min(distances) / (3 * u / 1000), within=1e-9, share=1e-11)


def test_a_limit_given_as_nothing_is_no_limit() -> None:
    one = solve("conformity_specific_risk", {"y": 1, "u": 1, "TU": 2, "TL": None})
    assert one["risk_below"] == 0 and near(one["p_c"], stats.norm.cdf(1), within=1e-11)


def by_quadrature(TL: float, TU: float, AL: float, AU: float, mean: float, s: float, u: float) -> tuple[float, float, float]:
    """Consumer's and producer's risk and the share accepted, by scipy's adaptive quadrature."""

    def density(x: float) -> float:
        return float(stats.norm.pdf(x, mean, s))

    def taken(x: float) -> float:
        return float(stats.norm.cdf(AU, x, u) - stats.norm.cdf(AL, x, u))

    def over(a: float, b: float, f: Any) -> float:
        a, b = max(a, mean - 12 * s), min(b, mean + 12 * s)
        edges = sorted({a, b, *(p for e in (AL, AU, mean) for p in (e - 6 * u, e, e + 6 * u) if a < p < b)})
        return sum(integrate.quad(f, x, y, epsabs=1e-13, limit=200)[0] for x, y in zip(edges, edges[1:], strict=False))

    pfa = over(-1e9, TL, lambda x: density(x) * taken(x)) + over(TU, 1e9, lambda x: density(x) * taken(x))
    pfr = over(TL, TU, lambda x: density(x) * (1 - taken(x)))
    return pfa, pfr, over(-1e9, 1e9, lambda x: density(x) * taken(x))


@pytest.mark.parametrize(
    ("mean", "s", "u", "TL", "TU", "AL", "AU"),
    [
        (1500, 0.12, 0.04, 1499.8, 1500.2, 1499.82, 1500.18),
        (0, 1, 0.25, -2, 2, -1.5, 1.5),
        (0.3, 0.5, 0.4, -1, 1, -1, 1),
        (10, 2, 0.1, 8, 11, 8.2, 10.7),
        (-3, 0.7, 0.2, -4, -2.5, -4.1, -2.4),
    ],
)
def test_global_risk(mean: float, s: float, u: float, TL: float, TU: float, AL: float, AU: float) -> None:
    found = solve("conformity_global_risk", {"process_mean": mean, "s_process": s, "u_m": u, "TL": TL, "TU": TU, "AL": AL, "AU": AU})
    pfa, pfr, taken = by_quadrature(TL, TU, AL, AU, mean, s, u)
    assert near(found["PFA"], pfa, within=1e-9) and near(found["PFR"], pfr, within=1e-9)
    assert near(found["UFAR_percent"], 100 * pfa, within=1e-7) and near(found["CFAR_percent"], 100 * pfa / taken, within=1e-7)
    assert near(found["p_conform"], stats.norm.cdf(TU, mean, s) - stats.norm.cdf(TL, mean, s), within=1e-10)
    without = solve("conformity_global_risk", {"process_mean": mean, "s_process": s, "sigma_process_over_u": s / u, "TL": TL, "TU": TU})
    assert near(without["PFA"], by_quadrature(TL, TU, TL, TU, mean, s, u)[0], within=1e-9)


def test_global_risk_of_one_limit_and_of_one_acceptance_limit() -> None:
    upper = solve("conformity_global_risk", {"process_mean": 0, "s_process": 1, "u_m": 0.3, "TU": 1.5, "AU": 1.2})
    assert near(upper["PFA"], by_quadrature(-99, 1.5, -99, 1.2, 0, 1, 0.3)[0], within=1e-9)
    lower = solve("conformity_global_risk", {"process_mean": 0, "s_process": 1, "u_m": 0.3, "TL": -1})
    assert near(lower["PFR"], by_quadrature(-1, 99, -1, 99, 0, 1, 0.3)[1], within=1e-9)
    mixed = solve("conformity_global_risk", {"process_mean": 0, "s_process": 1, "u_m": 0.3, "TL": -1, "TU": 1, "AU": 0.8})
    assert near(mixed["PFA"], by_quadrature(-1, 1, -1, 0.8, 0, 1, 0.3)[0], within=1e-9)


@pytest.mark.parametrize("share", [0.55, 0.7, 0.85, 0.9, 0.98])
@pytest.mark.parametrize("ratio", [1.5, 4, 10])
def test_risk_by_the_share_in_tolerance(share: float, ratio: float) -> None:
    inputs = {"in_tolerance_probability": share, "sigma_process_over_u": ratio, "TL": -1, "TU": 1}
    found = solve("conformity_global_risk", inputs)
    s = 1 / stats.norm.ppf((1 + share) / 2)
    pfa, pfr, taken = by_quadrature(-1, 1, -1, 1, 0, s, s / ratio)
    assert near(found["UFAR_percent"], 100 * pfa, within=1e-6) and near(found["CFAR_percent"], 100 * pfa / taken, within=1e-6)
    assert near(found["PFR"], pfr, within=1e-8) and near(found["p_conform"], share, within=1e-10)
    shifted = solve("conformity_global_risk", {**inputs, "TL": 4, "TU": 6, "process_mean": 5})
    assert near(shifted["UFAR_percent"], 100 * pfa, within=1e-6)


# --- decisions -------------------------------------------------------------------------------------------------------


def expected_decision(rule: str, y: Decimal, low: Decimal | None, high: Decimal | None, U: Decimal, most: Decimal) -> str:
    """The rules in plain words of ILAC-G8, ETSI and CISPR, limits inclusive."""

    def inside(w: Decimal) -> bool:
        return (low is None or y >= low + w) and (high is None or y <= high - w)

    if rule == "simple":
        return "pass" if inside(Decimal(0)) else "fail"
    if rule == "shared_risk_max_u":
        return "invalid_measurement" if most < U else "pass" if inside(Decimal(0)) else "fail"
    if rule == "cispr":
        return "pass" if inside(max(Decimal(0), U - most)) else "fail"
    if inside(U):
        return "pass"
    if rule == "guarded_binary":
        return "fail"
    return "conditional_pass" if inside(Decimal(0)) else "conditional_fail" if inside(-U) else "fail"


TENTHS = st.integers(-60, 60).map(lambda n: Decimal(n) / 10)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["simple", "guarded_binary", "guarded_nonbinary", "shared_risk_max_u", "cispr"]),
    TENTHS, TENTHS | st.none(), st.integers(1, 60).map(lambda n: Decimal(n) / 10) | st.none(),
    st.integers(1, 30).map(lambda n: Decimal(n) / 10), st.integers(1, 30).map(lambda n: Decimal(n) / 10),
)  # fmt: skip
def test_every_rule_on_every_side_of_every_limit(
    rule: str, y: Decimal, low: Decimal | None, span: Decimal | None, U: Decimal, most: Decimal
) -> None:
    assume(low is not None or span is not None)
    high = None if span is None else (low or Decimal(0)) + span
    inputs: dict[str, Any] = {"rule": rule, "y": y, "U": U}
    inputs |= {key: value for key, value in (("TL", low), ("TU", high)) if value is not None}
    inputs |= {"shared_risk_max_u": {"U_max": most}, "cispr": {"U_cispr": most}}.get(rule, {})
    assert solve("decision_rule", inputs)["decision"] == expected_decision(rule, y, low, high, U, most)


def test_simple_acceptance_needs_no_uncertainty(tmp_path: Path) -> None:
    assert passes(tmp_path, "decision_rule", {"rule": "simple", "y": 9.5, "TL": 9.5}, {"decision": "pass"})
    found = outcome(tmp_path, "decision_rule", {"rule": "guarded_binary", "y": 9.5, "TL": 9.5}, {"decision": "pass"})
    assert found.status is Status.FAILED and found.comparisons[0].got == "uncertainty_missing"
    odd = outcome(tmp_path, "decision_rule", {"rule": "coin", "y": 9.5, "TL": 9.5}, {"decision": "pass"})
    assert odd.status is Status.FAILED and "unknown: kind: coin" in odd.reason


# --- guard bands and ratios -------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(100, 2000).map(lambda n: n / 100))
def test_guard_factors_of_any_ratio_are_capped(ratio: float) -> None:
    found = solve("guard_band", {"TUR": ratio})
    m = 1.04 - math.exp(0.38 * math.log(ratio) - 0.54)
    expected = {"rss": math.sqrt(1 - 1 / ratio**2), "test95": 1 - 1 / ratio, "rp10": 1.25 - 1 / ratio, "dobbert": 1 - m / ratio}
    for name, factor in expected.items():
        assert near(found[name], min(1.0, max(0.0, factor)), within=1e-10), name


def test_worst_case_of_any_guard_band_and_coverage_factor() -> None:
    r = [0, 0.25, 0.5, 0.83, 1, 1.5, 2]
    for k in (1, 2, 2.58):
        assert near(solve("guard_band", {"r": r, "k": k})["PFA"], [stats.norm.sf(k * x) for x in r], within=1e-11)
    assert near(solve("guard_band", {"r": [0.5]})["PFA"], [stats.norm.sf(1)], within=1e-11)


@pytest.mark.parametrize(("limit", "u", "p"), [(50, 0.03, 0.95), (100, 0.02, 0.99), (80, 0.015, 0.999), (120, 0.01, 0.9)])
def test_limits_of_enforcement(limit: float, u: float, p: float) -> None:
    found = solve("guard_band", {"limit": limit, "u_rel": u, "p_required": p})
    expected = limit / (1 - stats.norm.ppf(p) * u)
    assert near(found["acceptance_limit"], expected, share=1e-10) and found["rounded"] == math.ceil(expected)


@settings(max_examples=60, deadline=None)
@given(st.integers(-10_000, 10_000), st.integers(1, 10_000), st.integers(1, 500))
def test_uncertainty_ratios(low: int, span: int, U: int) -> None:
    found = solve("tur", {"TL": Decimal(low) / 1000, "TU": Decimal(low + span) / 1000, "U95": Decimal(U) / 1000})
    ratio = Decimal(span) / (2 * U)
    assert near(found["TUR"], ratio, share=1e-11)
    assert found["TUR_1dp"] == ratio.quantize(Decimal("0.1"), ROUND_HALF_UP)


# --- rounding --------------------------------------------------------------------------------------------------------

DECIMALS = st.decimals(Decimal("-99999"), Decimal(99999), places=5)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(DECIMALS, st.integers(0, 4)), min_size=1, max_size=6))
def test_both_rules_to_places(rows: list[tuple[Decimal, int]]) -> None:
    found = solve("rounding", {"rows": [{"x": str(x), "decimals": places} for x, places in rows]})
    for name, mode in (("rule_A_half_even", ROUND_HALF_EVEN), ("rule_B_half_up", ROUND_HALF_UP)):
        expected = [x.quantize(Decimal(1).scaleb(-places), mode) for x, places in rows]
        assert [Decimal(text) for text in found[name]] == expected
        assert [len(text.partition(".")[2]) for text in found[name]] == [places for _, places in rows]
        assert not any(text.startswith("-") and Decimal(text) == 0 for text in found[name])


@pytest.mark.parametrize(
    ("row", "even", "up"),
    [
        ({"x": "1225.1", "resolution": "10"}, "1230", "1230"),
        ({"x": "1225", "resolution": "10"}, "1220", "1230"),
        ({"x": "1235", "resolution": "10"}, "1240", "1240"),
        ({"x": "12.25", "resolution": "0.5"}, "12.0", "12.5"),
        ({"x": "0.125", "resolution": "0.05"}, "0.10", "0.15"),
        ({"x": "-12.35", "resolution": "0.1"}, "-12.4", "-12.4"),
        ({"x": "-12.25", "resolution": "0.1"}, "-12.2", "-12.3"),
        ({"x": "7.5", "resolution": "5"}, "10", "10"),
        ({"x": "12.345", "digits": 3}, "12.3", "12.3"),
        ({"x": "12.35", "digits": 3}, "12.4", "12.4"),
        ({"x": "12250", "digits": 3}, "12200", "12300"),
        ({"x": "2.5"}, "2", "3"),
        ({"x": 0.5, "decimals": 0}, "0", "1"),
    ],
)
def test_both_rules_to_a_resolution_or_to_digits(tmp_path: Path, row: dict[str, Any], even: str, up: str) -> None:
    assert passes(tmp_path, "rounding", {"rows": [row]}, {"rule_A_half_even": [even], "rule_B_half_up": [up]})
    assert passes(tmp_path, "rounding", {"rows": [row]}, {"rule_B_half_up": [up]})


@settings(max_examples=150, deadline=None)
@given(st.decimals(Decimal("0.00001"), Decimal(99999), places=5), st.integers(1, 3), st.sampled_from(["up", "nearest"]))
def test_uncertainties_to_digits(u: Decimal, digits: int, mode: str) -> None:
    (text,) = solve("rounding", {"rows": [{"u": str(u), "digits": digits, "mode": mode}]})["u"]
    place = Decimal(1).scaleb(u.adjusted() - digits + 1)
    expected = u.quantize(place, ROUND_CEILING if mode == "up" else ROUND_HALF_UP)
    if expected.adjusted() > u.adjusted():
        expected = u.quantize(place.scaleb(1), ROUND_CEILING if mode == "up" else ROUND_HALF_UP)
    assert text == format(expected, "f")
    assert Decimal(text) >= u or mode == "nearest"


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"y": "10.05762", "u": "0.027"}, {"y": "10.058", "u": "0.027"}),
        ({"y": "10.05762", "u": "0.027", "digits": 1}, {"y": "10.06", "u": "0.03"}),
        ({"y": "2.3452", "u": "0.0015", "digits": 2}, {"y": "2.3452", "u": "0.0015"}),
        ({"y": 5.3452, "u": 0.02, "digits": 1}, {"y": "5.35", "u": "0.02"}),
        ({"y": "50000838", "u": "91.93758"}, {"y": "50000838", "u": "92"}),
        ({"y": "50000838", "u": "919.3758"}, {"y": "50000840", "u": "920"}),
        ({"y": "0.1", "u": "0.0996"}, {"y": "0.10", "u": "0.10"}),
        ({"u": "0.0996"}, {"u": "0.10"}),
        ({"u": "10.47", "mode": "up"}, {"u": "11"}),
        ({"u": 28.05, "digits": 3}, {"u": "28.1"}),
        ({"rows": [{"u": "0.0015"}, {"u": "28.05", "digits": 1}]}, {"u": ["0.0015", "30"]}),
    ],
)
def test_a_value_beside_its_uncertainty(tmp_path: Path, inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    assert passes(tmp_path, "rounding", inputs, expected)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"rows": [{"u": "1", "mode": "down"}]}, "unknown mode of rounding: down"),
        ({"u": "0"}, "positive"),
        ({"u": "-1"}, "positive"),
        ({"rows": [{"x": "1", "resolution": "0"}]}, "positive"),
        ({"u": "NaN"}, "positive"),
        ({}, "input missing: u"),
    ],
)
def test_rounding_that_is_refused(tmp_path: Path, inputs: dict[str, Any], reason: str) -> None:
    name = "rule_A_half_even" if "resolution" in str(inputs) else "u"
    found = outcome(tmp_path, "rounding", inputs, {name: ["1"]})
    assert (found.status, reason in found.reason) == (Status.FAILED, True), found.reason
