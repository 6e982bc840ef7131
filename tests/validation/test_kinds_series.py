"""Kinds of records over time: intervals, due dates, control charts, Westgard rules, proficiency, against independent programs."""

from __future__ import annotations

import calendar
import math
import statistics
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from lab_app.validation.runner import Status
from tests.validation.solving import near, outcome, passes, solve

# --- intervals ------------------------------------------------------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(
    st.integers(1, 60), st.integers(0, 60), st.sampled_from([0.8, 0.9, 0.95]), st.sampled_from([90, 365, 730]), st.sampled_from([0.5, 0.8])
)
def test_interval_tests_against_the_binomial_distribution(n: int, good: int, target: float, days: int, confidence: float) -> None:
    assume(good <= n)
    found = solve(
        "calibration_interval",
        {"in_tolerance": good, "n": n, "target_reliability": target, "interval_days": days, "confidence": confidence, "max_change": 2},
    )
    observed = good / n
    if abs(observed - target) < 1e-12:
        q = 0.0
    elif good in (0, n):
        q = 1 - stats.binom.pmf(good, n, target)
    elif observed < target:
        q = max(0.0, 1 - 2 * stats.binom.cdf(good, n, target))
    else:
        q = max(0.0, 1 - 2 * stats.binom.sf(good - 1, n, target))
    assert near(found["rejection_confidence"], q, within=1e-9)
    if 0 < good < n:
        assert near(found["R_low"], stats.beta.ppf((1 - confidence) / 2, good, n - good + 1), within=1e-9)
        assert near(found["R_high"], stats.beta.ppf((1 + confidence) / 2, good + 1, n - good), within=1e-9)
    factor = 10 ** ((observed - target) * q) if observed < target else 10 ** min(0.30103, (observed - target) / max(1e-12, 1 - q))
    calculated = min(max(days * factor, days / 2, 14), days * 2, 1826)
    changed = q > confidence and abs(calculated - days) >= 5
    assert abs(float(found["interval"]) - (calculated if changed else days)) <= 0.5 + 1e-6


@settings(max_examples=60, deadline=None)
@given(st.integers(500, 999), st.integers(500, 999), st.integers(30, 2000))
def test_exponential_reliability_is_not_cut_unless_asked(observed: int, target: int, days: int) -> None:
    inputs = {"observed_reliability": observed / 1000, "target_reliability": target / 1000, "interval_days": days}
    expected = days * math.log(target / 1000) / math.log(observed / 1000)
    assert near(solve("calibration_interval", inputs)["interval"], expected, share=1e-9)
    cut = solve("calibration_interval", {**inputs, "max_change": 1.5})["interval"]
    assert near(cut, min(max(expected, days / 1.5), days * 1.5), share=1e-9)


def drifting(t: list[float], d: list[float], order: int, u0: float) -> tuple[np.ndarray[Any, Any], float, Any, Any]:
    x = np.array(t)[:, None] ** np.arange(1, order + 1)
    b = np.linalg.solve(x.T @ x, x.T @ np.array(d))
    s2 = float(((np.array(d) - x @ b) ** 2).sum()) / (len(t) - order)
    covariance = s2 * np.linalg.inv(x.T @ x)

    def u(at: float) -> float:
        row = at ** np.arange(1, order + 1)
        return math.sqrt(u0**2 + s2 + row @ covariance @ row)

    def change(at: float) -> float:
        return float(at ** np.arange(1, order + 1) @ b)

    return b, math.sqrt(s2), u, change


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("y0", "limits"), [(10.03, [9, 11]), (10.03, [None, 11]), (10.03, [11]), (10.03, [9.2, None]), (9.9, [8.5, 10.9])])
def test_drift_against_normal_equations_and_a_root_finder(order: int, y0: float, limits: list[float | None]) -> None:
    t, d = [55.0, 92.0, 130.0, 180.0, 240.0, 301.0, 366.0], [0.06, 0.05, 0.19, 0.18, 0.31, 0.33, 0.52]
    if limits[0] == 9.2:
        d = [-x for x in d]
    inputs = {"dt_days": t, "delta": d, "u0": 0.08, "y0": y0, "order": order, "u_target": 0.13, "limits": limits, "confidence": 0.95}
    found = solve("calibration_interval", inputs)
    b, s, u, change = drifting(t, d, order, 0.08)
    for power, value in enumerate(b, 1):
        assert near(found[f"b{power}"], value, share=1e-7)
    assert near(found["s_yx"], s, share=1e-9)
    low, high = (None, limits[0]) if len(limits) == 1 else limits
    two = low is not None and high is not None
    k = stats.t.ppf(0.975 if two else 0.95, len(t) - order)
    horizon = np.linspace(0.0, 3660, 36_601)

    def first(f: Any) -> float | None:
        signs = [f(x) > 0 for x in horizon]
        if not any(signs):
            return None
        i = signs.index(True)
        return 0.0 if i == 0 else float(optimize.brentq(f, horizon[i - 1], horizon[i]))

    def over(x: float) -> float:
        y, reach = y0 + change(x), k * u(x)
        return max(-1e9 if high is None else y + reach - high, -1e9 if low is None else low - y + reach)

    assert near(found["interval_reliability"], first(over), within=1e-3)
    assert near(found["interval_u_target"], first(lambda x: u(x) - 0.13), within=1e-3)


def test_the_fit_alone_and_one_criterion_alone() -> None:
    inputs = {"dt_days": [30, 60, 90, 120], "delta": [0.1, 0.22, 0.28, 0.41]}
    fit = solve("calibration_interval", inputs)
    b, s, u, _ = drifting([30, 60, 90, 120], [0.1, 0.22, 0.28, 0.41], 1, 0.0)
    assert near(fit["b1"], b[0], share=1e-9) and near(fit["s_yx"], s, share=1e-9)
    target = solve("calibration_interval", {**inputs, "u_target": 0.05, "u0": 0})
    assert near(target["interval_u_target"], optimize.brentq(lambda x: u(x) - 0.05, 1, 5000), within=1e-3)


# --- due dates --------------------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(1, 120)), min_size=1, max_size=5))
def test_months_are_clipped_to_the_end_of_the_month(rows: list[tuple[date, int]]) -> None:
    found = solve("due_date", {"rows": [{"calibrated": day.isoformat(), "months": months} for day, months in rows]})["due"]
    for (day, months), text in zip(rows, found, strict=True):
        year, month = day.year, day.month
        for _ in range(months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        assert text == f"{year:04d}-{month:02d}-{min(day.day, calendar.monthrange(year, month)[1]):02d}"


@pytest.mark.parametrize(
    "row", [{"calibrated": "2024-02-30", "months": 1}, {"calibrated": "2024-02-01", "months": 0}, {"calibrated": "hôm qua", "months": 1}]
)
def test_dates_that_do_not_exist(tmp_path: Path, row: dict[str, Any]) -> None:
    assert outcome(tmp_path, "due_date", {"rows": [row]}, {"due": ["2024-03-01"]}).status is Status.FAILED


# --- control charts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", range(2, 11))
def test_constants_against_the_studentized_range(n: int) -> None:
    """d2 and d3 from scipy's distribution of the range with infinite degrees of freedom, by sums over its tail."""
    found = solve("control_chart", {"n": n})
    w = np.linspace(0, 12, 2401)
    tail = np.array(
        [
            1 - n * np.trapezoid(stats.norm.pdf(x := np.linspace(-9, 9, 721)) * (stats.norm.cdf(x + v) - stats.norm.cdf(x)) ** (n - 1), x)
            for v in w
        ]
    )
    d2 = np.trapezoid(tail, w)
    d3 = math.sqrt(2 * np.trapezoid(w * tail, w) - d2**2)
    c4 = math.sqrt(2 / (n - 1)) * math.gamma(n / 2) / math.gamma((n - 1) / 2)
    expected = {
        "d2": d2, "d3": d3, "c4": c4, "A2": 3 / d2 / math.sqrt(n), "A3": 3 / c4 / math.sqrt(n),
        "B3": max(0, 1 - 3 * math.sqrt(1 - c4**2) / c4), "B4": 1 + 3 * math.sqrt(1 - c4**2) / c4,
        "D3": max(0, 1 - 3 * d3 / d2), "D4": 1 + 3 * d3 / d2,
    }  # fmt: skip
    for name, value in expected.items():
        assert near(found[name], value, within=2e-5), name


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-500, 500), min_size=2, max_size=30), st.sampled_from([2, 2.5, 3]), st.integers(1, 40))
def test_individuals_and_moving_ranges(raw: list[int], width: float, first: int) -> None:
    values = [v / 10 for v in raw]
    found = solve("control_chart", {"chart": "I-MR", "values": values, "sigma_limits": width, "first_index": first})
    ranges = statistics.fmean(abs(b - a) for a, b in zip(values, values[1:], strict=False))
    center, sigma = statistics.fmean(values), ranges * math.sqrt(math.pi) / 2
    assert near(found["MR_bar"], ranges, within=1e-9) and near(found["center"], center, within=1e-9)
    assert near(found["LCL"], center - width * sigma, within=1e-7) and near(found["UCL"], center + width * sigma, within=1e-7)
    outside = [i for i, v in enumerate(values) if abs(v - center) > width * sigma + 1e-9]
    assert found["out_of_control"] == [first + i for i in outside] and near(found["out_of_control_values"], [values[i] for i in outside])


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 8), st.integers(2, 15), st.integers(0, 10**6))
def test_means_and_ranges_of_subgroups(n: int, groups: int, seed: int) -> None:
    samples = np.random.default_rng(seed).normal(10, 1, (groups, n)).round(3)
    found = solve("control_chart", {"chart": "xbar-R", "samples": samples.tolist()})
    k = solve("control_chart", {"n": n})
    mean, spread = float(samples.mean()), float(np.ptp(samples, axis=1).mean())
    assert near(found["xbar_center"], mean, within=1e-9) and near(found["R_center"], spread, within=1e-9)
    assert near(found["xbar_UCL"], mean + float(k["A2"]) * spread, within=1e-8) and near(
        found["xbar_LCL"], mean - float(k["A2"]) * spread, within=1e-8
    )
    assert near(found["R_UCL"], float(k["D4"]) * spread, within=1e-8) and near(found["R_LCL"], float(k["D3"]) * spread, within=1e-8)


def test_later_subgroups_are_judged_by_the_limits_given_and_keep_their_numbers(tmp_path: Path) -> None:
    inputs = {"samples": [[1, 3], [5, 5], [0, 0], [2, 2]], "xbar_LCL": 1, "xbar_UCL": 4, "first_index": 26}
    assert passes(tmp_path, "control_chart", inputs, {"out_of_control": [27, 28], "out_of_control_values": [5, 0]})
    assert passes(tmp_path, "control_chart", {**inputs, "first_index": 1}, {"out_of_control": [2, 3]})
    odd = outcome(tmp_path, "control_chart", {**inputs, "chart": "p"}, {"out_of_control": []})
    assert "samples do not make a chart p" in odd.reason


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.sampled_from([2, 3]))
def test_counts(counts: list[int], width: int) -> None:
    found = solve("control_chart", {"chart": "c", "counts": counts, "sigma_limits": width})
    mean = statistics.fmean(counts)
    low, high = max(0.0, mean - width * math.sqrt(mean)), mean + width * math.sqrt(mean)
    assert near(found["center"], mean, within=1e-9) and near(found["LCL"], low, within=1e-9) and near(found["UCL"], high, within=1e-9)
    assert found["out_of_control"] == [i for i, c in enumerate(counts, 1) if not low - 1e-9 <= c <= high + 1e-9]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(-60, 60), min_size=2, max_size=25), st.sampled_from([0.1, 0.2, 0.4, 1]), st.sampled_from([2.7, 3]), st.booleans()
)
def test_weighted_means(raw: list[int], weight: float, width: float, stated: bool) -> None:
    values = [50 + v / 10 for v in raw]
    assume(stated or len(set(values)) > 1)
    inputs: dict[str, Any] = {"values": values, "lambda": weight, "L": width}
    ranges = [abs(b - a) for a, b in zip(values, values[1:], strict=False)]
    target, sigma = (50.5, 1.7) if stated else (statistics.fmean(values), statistics.fmean(ranges) * math.sqrt(math.pi) / 2)
    found = solve("control_chart", inputs | ({"target": target, "sigma": sigma} if stated else {}))
    z, points, outside = target, [], []
    for i, value in enumerate(values, 1):
        z = weight * value + (1 - weight) * z
        points.append(z)
        if abs(z - target) > width * sigma * math.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * i))) + 1e-8:
            outside.append(i)
    assert near([found[f"ewma_{i}"] for i in range(1, len(values) + 1)], points, within=1e-7) and near(
        found["ewma_last"], points[-1], within=1e-7
    )
    reach = width * sigma * math.sqrt(weight / (2 - weight))
    assert near(found["LCL"], target - reach, within=1e-7) and near(found["UCL"], target + reach, within=1e-7)
    assert found["out_of_control"] == outside


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-40, 40), min_size=1, max_size=30),
    st.sampled_from([0.25, 0.5, 1]),
    st.sampled_from([4, 4.77, 5]),
    st.sampled_from([None, 0.8, 2]),
)
def test_cumulative_sums(raw: list[int], k: float, h: float, sigma: float | None) -> None:
    values = [325 + v / 10 for v in raw]
    found = solve("control_chart", {"values": values, "target": 325, "k": k, "h": h, **({} if sigma is None else {"sigma": sigma})})
    high = low = least = 0.0
    signal = False
    for value in values:
        z = (value - 325) / (sigma or 1)
        high, low = max(0.0, high + z - k), min(0.0, low + z + k)
        least = min(least, low)
        signal = signal or max(high, -low) > h + 1e-9
    assert near(found["pos_last"], high, within=1e-8) and near(found["neg_min"], least, within=1e-8)
    assert found["signal"] is signal


# --- Westgard -----------------------------------------------------------------------------------------------------------------

RULES = ["1_2s", "1_3s", "2_2s", "4_1s", "8_x", "10_x"]


def tripped(z: list[Decimal], rule: str, i: int) -> bool:
    """One rule at one point, in plain words: so many in a row on one side of so many standard deviations."""
    n, _, reach = rule.partition("_")
    last = z[i + 1 - int(n) : i + 1] if i + 1 >= int(n) else []
    k = Decimal(0) if reach == "x" else Decimal(reach.rstrip("s"))
    return bool(last) and (all(v > k for v in last) or all(v < -k for v in last))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(-40, 40), min_size=1, max_size=30), st.lists(st.sampled_from(RULES), min_size=1, unique=True))
def test_events_of_one_control_by_any_set_of_rules(raw: list[int], rules: list[str]) -> None:
    values = [100 + v * 5 / 10 for v in raw]
    z = [Decimal(v) / 10 for v in raw]
    expected = [[i + 1, rule] for i in range(len(z)) for rule in rules if tripped(z, rule, i)]
    assert solve("westgard", {"mean": 100, "sd": 5, "values": values, "rules": rules})["events"] == expected


def test_without_rules_the_multirule_holds() -> None:
    found = solve("westgard", {"mean": 0, "sd": 1, "values": [2.5, 0.5, 0.1, 0.2, 0.1, 0.3, 0.1, 0.1, 0.2, 0.4, -3.5]})["events"]
    assert found == [[1, "1_2s"], [10, "10_x"], [11, "1_2s"], [11, "1_3s"]]


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=1, max_size=20), st.booleans(), st.booleans())
def test_two_levels_along_and_across(raw: list[tuple[int, int]], stated: bool, listed: bool) -> None:
    z = [[Decimal(row[level]) / 10 for row in raw] for level in (0, 1)]
    rules = ["1_3s", "2_2s", "4_1s", *(["R_4s", "2_2s_within_run"] if listed else [])]
    inputs: dict[str, Any] = {
        "level1": {"mean": 50, "sd": 2, "values": [50 + 2 * float(v) for v in z[0]]},
        "level2": {"mean": 200, "sd": 4, "values": [200 + 4 * float(v) for v in z[1]]},
        "rules": rules, **({"R_4s_definition": "|z1 - z2| > 4 within one run"} if stated else {}),
    }  # fmt: skip
    found = solve("westgard", inputs)
    for level, name in enumerate(("level1", "level2")):
        assert found[name] == [[i + 1, r] for i in range(len(raw)) for r in rules[:3] if tripped(z[level], r, i)]
    apart = [i for i, (a, b) in enumerate(zip(*z, strict=True), 1) if abs(a - b) > 4]
    both = [i for i, (a, b) in enumerate(zip(*z, strict=True), 1) if min(a, b) > 2 or max(a, b) < -2]
    assert found["R_4s_runs"] == apart and found["within_run_2_2s"] == both
    across = [[i, "R_4s"] for i in apart] + [[i, "2_2s_within_run"] for i in both] if listed else []
    assert sorted(found["events"]) == sorted(found["level1"] + found["level2"] + across)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"mean": 0, "sd": 0, "values": [1]}, "not_positive: sd"),
        ({"mean": 0, "values": [1]}, "input missing: sd"),
        ({"mean": 0, "sd": 1, "values": [1], "rules": ["3_bears"]}, "unknown: rule: 3_bears"),
        ({"level1": {"mean": 0, "sd": 1, "values": [1]}, "level2": {"mean": 0, "sd": 1, "values": [1, 2]}}, "different_lengths: controls"),
    ],
)
def test_controls_that_cannot_be_judged(tmp_path: Path, inputs: dict[str, Any], reason: str) -> None:
    found = outcome(tmp_path, "westgard", inputs, {"events": [[1, "1_3s"]]})
    assert (found.status, reason in found.reason) == (Status.FAILED, True), found.reason


# --- proficiency -----------------------------------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(-500, 500), min_size=1, max_size=8), st.integers(1, 99), st.integers(1, 99), st.integers(1, 99))
def test_every_score_by_the_inputs_it_needs(raw: list[int], sigma: int, u_x: int, u_pt: int) -> None:
    x, s, a, b = [v / 10 for v in raw], sigma / 10, u_x / 10, u_pt / 10
    z = [v / s for v in x]
    assert near(solve("pt_scores", {"x": x, "x_pt": 0, "sigma_pt": s})["z"], z, within=1e-9)
    assert near(
        solve("pt_scores", {"x": x, "x_pt": 0, "sigma_pt": s, "u_x_pt": b})["z_prime"], [v / math.hypot(s, b) for v in x], within=1e-9
    )
    for shape in (a, [a] * len(x)):
        assert near(
            solve("pt_scores", {"x": x, "x_pt": 0, "u_x": shape, "u_x_pt": b})["zeta"], [v / math.hypot(a, b) for v in x], within=1e-9
        )
        found = solve("pt_scores", {"x": x, "x_pt": 0, "U_x": shape, "U_x_pt": b})
        assert near(found["En"], [v / math.hypot(a, b) for v in x], within=1e-9)
        squares = [Decimal(v) ** 2 <= Decimal(u_x) ** 2 + Decimal(u_pt) ** 2 for v in raw]
        assert found["class"] == ["satisfactory" if good else "unsatisfactory" for good in squares]
    classes = solve("pt_scores", {"z": [round(v, 3) for v in z]})["class"]
    words = [("satisfactory" if abs(v) <= 2 else "questionable" if abs(v) < 3 else "unsatisfactory") for v in (round(v, 3) for v in z)]
    assert classes == words


def test_borders_of_the_classes() -> None:
    words = ["satisfactory", "satisfactory", "questionable", "questionable", "unsatisfactory", "unsatisfactory"]
    assert solve("pt_scores", {"z": [2, -2, 2.001, -2.999, 3, -3]})["class"] == words
    assert solve("pt_scores", {"x": 5, "x_pt": 3, "sigma_pt": 1}) == {"z": [Decimal(2)], "class": ["satisfactory"]}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-300, 300), min_size=4, max_size=30), st.integers(-1000, 1000))
def test_robust_statistics_against_an_iteration_of_its_own(raw: list[int], shift: int) -> None:
    x = np.array([shift + v / 7 for v in raw]).round(6)
    start = float(np.median(x))
    s = 1.483 * float(np.median(np.abs(x - start)))
    assume(s > 0.5)
    found = solve("robust_algorithm_a", {"x": x.tolist()})
    assert near(found["start_x"], start, within=1e-9) and near(found["start_s"], s, within=1e-9)
    # The factor that makes the deviation of a normal distribution cut at ±1.5 unbiased, by quadrature.
    grid = np.linspace(-12, 12, 240_001)
    factor = 1 / math.sqrt(np.trapezoid(np.clip(grid, -1.5, 1.5) ** 2 * stats.norm.pdf(grid), grid))
    center = start
    for _ in range(5000):
        cut = np.clip(x, center - 1.5 * s, center + 1.5 * s)
        center, s = float(cut.mean()), factor * float(cut.std(ddof=1))
    assert near(found["x_star"], center, within=1e-6) and near(found["s_star"], s, within=1e-6)


def test_many_identical_results_have_no_robust_deviation() -> None:
    found = solve("robust_algorithm_a", {"x": [5, 5, 5, 5, 5]})
    assert near([found[n] for n in ("x_star", "s_star", "start_x", "start_s")], [5, 0, 5, 0])
