"""Kinds of uncertainty: budgets, simulations, readings, lines, degrees of freedom, against other programs and closed formulas."""

from __future__ import annotations

import math
import re
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from GTC import reporting, type_a
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lab_app.validation.runner import Status
from tests.validation.solving import near, outcome, passes, solve


def normal(x: float, u: float, **more: Any) -> dict[str, Any]:
    return {"x": x, "dist": "normal", "u": u, **more}


def first_order(function: Any, x: dict[str, float], u: dict[str, float], r: dict[tuple[str, str], float] | None = None) -> float:
    """The law of propagation with slopes by central differences: no library, no symbols."""
    slopes = {}
    for name, value in x.items():
        step = max(abs(value), u[name], 1e-6) * 1e-6
        slopes[name] = (function(**{**x, name: value + step}) - function(**{**x, name: value - step})) / (2 * step)
    total = sum((slopes[name] * u[name]) ** 2 for name in x)
    for (a, b), value in (r or {}).items():
        total += 2 * value * slopes[a] * u[a] * slopes[b] * u[b]
    return math.sqrt(total)


# One model for every function of the grammar, each with the same formula written for Python's own mathematics.
FORMULAS = {
    "sqrt(a*b) + c": lambda a, b, c: math.sqrt(a * b) + c,
    "a*exp(-b/c)": lambda a, b, c: a * math.exp(-b / c),
    "log(a) - log10(b)*c": lambda a, b, c: math.log(a) - math.log10(b) * c,
    "a*sin(b) + c*cos(b)": lambda a, b, c: a * math.sin(b) + c * math.cos(b),
    "tan(a/10) + asin(b/10) - acos(c/10)": lambda a, b, c: math.tan(a / 10) + math.asin(b / 10) - math.acos(c / 10),
    "atan2(a, b)*c": lambda a, b, c: math.atan2(a, b) * c,
    "abs(a - 2*b) / abs(-c)": lambda a, b, c: abs(a - 2 * b) / abs(-c),
    "a**2*b**-1.5 + c**0.5": lambda a, b, c: a**2 * b**-1.5 + c**0.5,
    "a**b - b**(c/2)": lambda a, b, c: a**b - b ** (c / 2),
    "20*log10(a/b) + c": lambda a, b, c: 20 * math.log10(a / b) + c,
    "10**(a/20)*1e-6 - b*2.": lambda a, b, c: 10 ** (a / 20) * 1e-6 - b * 2.0,
    "(a + b - c)/(a*b)*-1 + +c": lambda a, b, c: (a + b - c) / (a * b) * -1 + +c,
    "sinh(a/5)+cosh(b/5)+tanh(c/5)": lambda a, b, c: math.sinh(a / 5) + math.cosh(b / 5) + math.tanh(c / 5),
    "pi*a**2/4 - degrees(b)*radians(c)": lambda a, b, c: math.pi * a**2 / 4 - math.degrees(b) * math.radians(c),
}


@pytest.mark.parametrize("model", FORMULAS)
def test_every_function_of_a_model_under_any_names(model: str) -> None:
    x, u = {"a": 3.1, "b": 2.3, "c": 4.7}, {"a": 0.02, "b": 0.03, "c": 0.015}
    renamed = {"a": "V_in", "b": "theta2", "c": "delta_T"}
    text = model
    for short, long in renamed.items():
        text = "".join(long if part == short else part for part in re.split(r"\b", text))
    found = solve("uncertainty_budget", {"model": text, "quantities": {renamed[n]: normal(x[n], u[n]) for n in x}})
    assert near(found["y"], FORMULAS[model](**x), share=1e-12)
    assert near(found["u"], first_order(FORMULAS[model], x, u), share=1e-6)
    assert near(found["U"], 2 * first_order(FORMULAS[model], x, u), share=1e-6)


@pytest.mark.parametrize(
    ("quantity", "u"),
    [
        ({"x": 5, "u": 0.3}, 0.3),
        ({"x": 5, "dist": "normal", "u": 0.3}, 0.3),
        ({"x": 5, "U": 0.6, "k": 2}, 0.3),
        ({"x": 5, "dist": "normal", "U": 0.6}, 0.3),
        ({"x": 5, "U": 0.69, "k": 2.3, "nu": 12}, 0.3),
        ({"x": 5, "dist": "rectangular", "half_width": 0.3}, 0.3 / math.sqrt(3)),
        ({"x": 5, "dist": "triangular", "half_width": 0.3}, 0.3 / math.sqrt(6)),
        ({"x": 5, "dist": "arcsine", "half_width": 0.3}, 0.3 / math.sqrt(2)),
        ({"x": 5, "dist": "rectangular", "u": 0.3}, 0.3),
        ({"x": 5, "dist": "arcsine", "U": 0.6, "k": 2, "nu": None}, 0.3),
        ({"x": 5}, 0.0),
    ],
)
def test_every_way_to_state_an_uncertainty(quantity: dict[str, Any], u: float) -> None:
    found = solve("uncertainty_budget", {"model": "2*q + w", "quantities": {"q": quantity, "w": normal(1, 0.4)}})
    assert near(found["u"], math.hypot(2 * u, 0.4), share=1e-11)
    assert near(found["contributions"]["q"], 2 * u, within=1e-11)
    assert near(found["index_percent"]["w"], 100 * 0.16 / (4 * u * u + 0.16), share=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.1, 9), st.integers(2, 60) | st.none()), min_size=1, max_size=12),
    st.sampled_from([0.68, 0.9, 0.95, 0.99]),
)
def test_any_number_of_quantities_and_their_degrees_of_freedom(parts: list[tuple[float, int | None]], p: float) -> None:
    quantities = {f"q{i}": normal(i, round(u, 6), **({} if nu is None else {"nu": nu})) for i, (u, nu) in enumerate(parts)}
    found = solve("uncertainty_budget", {"model": "+".join(quantities), "quantities": quantities, "p": p})
    squares = [round(u, 6) ** 2 for u, _ in parts]
    limited = sum(s * s / nu for s, (_, nu) in zip(squares, parts, strict=True) if nu is not None)
    assert near(found["u"], math.sqrt(sum(squares)), share=1e-10)
    if not limited:
        assert found["nu_eff"] is None
        assert near(found["k_nu_real"], stats.norm.ppf((1 + p) / 2), share=1e-8)
        return
    nu = sum(squares) ** 2 / limited
    assert near(found["nu_eff"], nu, share=1e-9)
    assert near(found["k_nu_real"], stats.t.ppf((1 + p) / 2, nu), share=1e-8)
    assert near(found["U_nu_real"], stats.t.ppf((1 + p) / 2, nu) * math.sqrt(sum(squares)), share=1e-8)
    assert near(found["k_nu_truncated"], stats.t.ppf((1 + p) / 2, math.floor(round(nu, 2))), share=1e-8)


def test_correlations_of_any_number_of_quantities_against_a_matrix() -> None:
    """Five quantities, all pairs correlated: u from the whole covariance matrix by NumPy."""
    rng = np.random.default_rng(3)
    root = rng.normal(size=(5, 8))
    covariance = root @ root.T
    u = np.sqrt(np.diag(covariance))
    r = covariance / np.outer(u, u)
    names = ["P_1", "G", "L", "att", "m"]
    slopes = np.array([1.0, 2.0, -1.0, 0.5, -3.0])
    found = solve(
        "uncertainty_budget",
        {
            "model": "P_1 + 2*G - L + att/2 - 3*m",
            "quantities": {name: normal(i, float(u[i])) for i, name in enumerate(names)},
            "correlations": [[a, b, float(r[i, j])] for i, a in enumerate(names) for j, b in enumerate(names) if i < j],
        },
    )
    assert near(found["u"], math.sqrt(slopes @ covariance @ slopes), share=1e-9)


def test_several_models_of_any_names_and_the_correlation_of_their_results() -> None:
    quantities = {"F": normal(10, 0.2), "A": normal(4, 0.1), "d": normal(2, 0.05)}
    models = {"S": "F/A", "W": "F*d", "Q": "A*d**2", "T": "S_0 + A"}
    found = solve("uncertainty_budget", {"models": models, "quantities": {**quantities, "S_0": normal(0, 0.1)}})
    functions = {
        "S": lambda F, A, d, S_0: F / A, "W": lambda F, A, d, S_0: F * d,
        "Q": lambda F, A, d, S_0: A * d**2, "T": lambda F, A, d, S_0: S_0 + A,
    }  # fmt: skip
    x = {"F": 10.0, "A": 4.0, "d": 2.0, "S_0": 0.0}
    u = {"F": 0.2, "A": 0.1, "d": 0.05, "S_0": 0.1}
    slopes = {
        name: np.array([(f(**{**x, q: x[q] + 1e-6}) - f(**{**x, q: x[q] - 1e-6})) / 2e-6 * u[q] for q in x])
        for name, f in functions.items()
    }
    for name, row in slopes.items():
        assert near(found[f"u_{name}"], float(np.linalg.norm(row)), share=1e-8)
        assert near(found[name], functions[name](**x), share=1e-12) and found[f"y_{name}"] == found[name]
        for other, column in slopes.items():
            if other != name:
                share = float(row @ column / np.linalg.norm(row) / np.linalg.norm(column))
                assert near(found[f"r_{name}{other}"], share, within=1e-8)


def test_readings_taken_together_under_other_names() -> None:
    """Impedance from simultaneous readings (H.2), other names and numbers, against the covariance of the means by NumPy."""
    rng = np.random.default_rng(11)
    common = rng.normal(size=7)
    u = 5 + 0.01 * rng.normal(size=7) + 0.01 * common
    i = 0.02 + 1e-5 * rng.normal(size=7) - 1e-5 * common
    data = {"U_ac": [round(float(v), 6) for v in u], "I_ac": [round(float(v), 9) for v in i]}
    found = solve("uncertainty_budget", {"data": data, "models": {"Z": "U_ac/I_ac", "P": "U_ac*I_ac"}, "quantities": {"off": normal(0, 0)}})
    covariance = np.cov(np.array([data["U_ac"], data["I_ac"]])) / 7
    mean = np.mean(data["U_ac"]), np.mean(data["I_ac"])
    slopes = {"Z": np.array([1 / mean[1], -mean[0] / mean[1] ** 2]), "P": np.array([mean[1], mean[0]])}
    for name, row in slopes.items():
        assert near(found[f"u_{name}"], math.sqrt(row @ covariance @ row), share=1e-9)
    across = slopes["Z"] @ covariance @ slopes["P"]
    assert near(
        found["r_ZP"], across / math.sqrt((slopes["Z"] @ covariance @ slopes["Z"]) * (slopes["P"] @ covariance @ slopes["P"])), within=1e-8
    )
    alone = solve("uncertainty_budget", {"data": data, "model": "U_ac/I_ac", "p": 0.95})
    a, b = type_a.multi_estimate_real([data["U_ac"], data["I_ac"]])
    assert near(alone["u"], (a / b).u, share=1e-9) and near(alone["nu_eff"], (a / b).df, share=1e-9)
    assert near(alone["U_nu_real"], reporting.k_factor((a / b).df, 95) * (a / b).u, share=1e-8)


def test_readings_with_quantities_that_were_not_read() -> None:
    data = {"f_0": [2440.001, 2440.003, 2440.002, 2440.004]}
    found = solve(
        "uncertainty_budget", {"data": data, "quantities": {"ref": {"x": 0.001, "U": 0.002, "k": 2}}, "model": "f_0 - ref", "k": 2}
    )
    u = math.hypot(statistics.stdev(data["f_0"]) / 2, 0.001)
    assert near(found["u"], u, share=1e-10) and near(found["U"], 2 * u, share=1e-10)
    assert near(found["nu_eff"], u**4 / ((statistics.stdev(data["f_0"]) / 2) ** 4 / 3), share=1e-9)


def test_two_readings_of_three_quantities_are_wholly_correlated() -> None:
    data = {"a": [1.0, 1.2], "b": [2.0, 1.9], "c": [3.0, 3.4]}
    found = solve("uncertainty_budget", {"data": data, "model": "a + b + c"})
    assert near(found["u"], abs(0.2 - 0.1 + 0.4) / 2, share=1e-9)


@pytest.mark.parametrize(
    ("inputs", "y", "U"),
    [
        ({"model": "a", "quantities": {"a": normal(10.05762, 0.0135)}, "k": 2}, "10.058", "0.027"),
        ({"model": "a", "quantities": {"a": normal(1234.4, 6.1)}, "k": 2}, "1234", "12"),
        ({"model": "a", "quantities": {"a": normal(99.996, 0.0498)}, "k": 2}, "100.00", "0.10"),
        ({"model": "a", "quantities": {"a": normal(-0.0004, 0.61)}, "k": 2}, "0.0", "1.2"),
        ({"model": "a", "quantities": {"a": normal(45678, 617)}, "k": 2}, "45700", "1200"),
    ],
)
def test_the_pair_as_printed(tmp_path: Path, inputs: dict[str, Any], y: str, U: str) -> None:
    assert passes(tmp_path, "uncertainty_budget", inputs, {"y_reported": y, "U_reported": U})
    assert passes(tmp_path, "uncertainty_budget", inputs, {"y_reported": float(y), "U_reported": float(U)})


def test_each_output_of_a_budget_alone(tmp_path: Path) -> None:
    inputs = {"model": "a*b", "quantities": {"a": normal(2, 0.1, nu=4), "b": normal(3, 0.1, nu=9)}, "p": 0.95}
    u = math.hypot(0.3, 0.2)
    nu = u**4 / (0.3**4 / 4 + 0.2**4 / 9)
    expected = {
        "y": 6, "u": u, "nu_eff": nu, "k_nu_real": stats.t.ppf(0.975, nu), "k_nu_truncated": stats.t.ppf(0.975, int(nu)),
        "U_nu_real": stats.t.ppf(0.975, nu) * u, "U_nu_truncated": stats.t.ppf(0.975, int(nu)) * u,
        "U": stats.t.ppf(0.975, int(nu)) * u, "contributions": {"a": 0.3, "b": 0.2}, "index_percent": {"b": 400 / 13},
    }  # fmt: skip
    for name, value in expected.items():
        assert passes(tmp_path, "uncertainty_budget", inputs, {name: value}, {"rel": 1e-8}), name


def test_a_difference_that_cancels_is_no_crash(tmp_path: Path) -> None:
    inputs = {"model": "a - a", "quantities": {"a": normal(5, 0.1)}}
    assert passes(tmp_path, "uncertainty_budget", inputs, {"y": 0, "u": 0, "nu_eff": None}, {"abs": 1e-12})


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"model": "a + z", "quantities": {"a": normal(1, 1)}}, "unknown_name: model: z"),
        ({"model": "a", "quantities": {"a": {"x": 1, "dist": "gamma", "u": 1}}}, "unknown: distribution: a"),
        ({"model": "a", "quantities": {"a": {"dist": "normal", "u": 1}}}, "input missing: x"),
        ({"model": "a/(a-1)", "quantities": {"a": normal(1, 1)}}, "division_by_zero: model"),
        ({"model": "sqrt(a)", "quantities": {"a": normal(-1, 1)}}, "domain: model"),
        ({"model": "__import__('os').system('true')", "quantities": {"a": normal(1, 1)}}, "character: model"),
        ({"model": "a**10**9", "quantities": {"a": normal(1, 1)}}, "exponent: model"),
        ({"model": "(" * 200 + "a" + ")" * 200, "quantities": {"a": normal(1, 1)}}, "too_deep: model"),
        (
            {"model": "a+b", "quantities": {"a": normal(1, 1), "b": normal(1, 1)}, "correlations": [["a", "b", 1.5]]},
            "outside: correlations",
        ),
        ({"model": "a", "quantities": {"a": {"x": 1, "u": -1}}}, "negative: u: a"),
        ({"model": "a", "quantities": {}}, "unknown_name: model"),
        ({"model": "a", "quantities": {"a": normal(1, 1)}, "k": 0}, "not_positive: k"),
        ({"quantities": {"a": normal(1, 1)}}, "input missing: model"),
        ({"model": 5, "quantities": {"a": normal(1, 1)}}, "form of the kind"),
        ({"model": "a", "quantities": [1]}, "form of the kind"),
        ({"model": "a", "data": {"a": []}}, "empty: readings"),
        ({"model": "a+b", "data": {"a": [1, 2], "b": [1, 2, 3]}}, "unequal: readings"),
    ],
)
def test_budgets_that_cannot_be_computed_say_why(tmp_path: Path, inputs: dict[str, Any], reason: str) -> None:
    found = outcome(tmp_path, "uncertainty_budget", inputs, {"u": 1})
    assert (found.status, reason in found.reason) == (Status.FAILED, True), found.reason


# --- Monte Carlo ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dist", "by"), [("normal", "u"), ("rectangular", "u"), ("rectangular", "half_width")])
def test_simulated_sums_against_the_central_moments(dist: str, by: str) -> None:
    size = 0.5 * math.sqrt(3) if by == "half_width" else 0.5
    quantities = {name: {"dist": dist, "x": 1, by: size} for name in ("alpha", "beta", "gamma")}
    found = solve("monte_carlo", {"model": "alpha + 2*beta - gamma", "quantities": quantities, "p": 0.9, "trials": 400_000})
    assert near(found["mean"], 2, within=0.01) and near(found["u"], 0.5 * math.sqrt(6), share=0.01)
    assert near(found["gum_y"], 2, within=1e-9) and near(found["gum_u"], 0.5 * math.sqrt(6), share=1e-9)
    width = float(found["high90"] - found["low90"])
    assert found["low"] == found["low90"] and near(width, 2 * 1.6449 * 0.5 * math.sqrt(6), share=0.03)
    assert found["shortest_high"] - found["shortest_low"] <= found["high90"] - found["low90"]


def test_simulated_square_at_zero_is_chi_square_and_first_order_says_nothing() -> None:
    found = solve("monte_carlo", {"model": "X**2", "quantities": {"X": {"dist": "normal", "x": 0, "u": 1}}, "p": 0.95, "trials": 600_000})
    assert near(found["mean"], 1, within=0.01) and near(found["u"], math.sqrt(2), within=0.02)
    assert near(found["gum_u"], 0, within=1e-12) and near(found["gum_y"], 0)
    assert near(found["low95"], stats.chi2.ppf(0.025, 1), within=2e-4) and near(found["high95"], stats.chi2.ppf(0.975, 1), within=0.06)
    assert near(found["shortest_low"], 0, within=1e-4) and near(found["shortest_high"], stats.chi2.ppf(0.95, 1), within=0.05)


def test_a_root_at_zero_is_simulated_though_the_first_order_has_no_answer(tmp_path: Path) -> None:
    quantities = {name: {"dist": "normal", "x": 0, "u": 1} for name in ("re", "im")}
    inputs = {"model": "sqrt(re**2 + im**2)", "quantities": quantities, "trials": 300_000}
    rayleigh = stats.rayleigh
    assert passes(tmp_path, "monte_carlo", inputs, {"mean": rayleigh.mean(), "u": rayleigh.std()}, {"abs": 0.01})
    assert outcome(tmp_path, "monte_carlo", inputs, {"gum_u": 0}).status is Status.FAILED


@pytest.mark.parametrize(("re", "r"), [(0.1, 0), (0.01, 0), (0.1, 0.9), (0.5, -0.6)])
def test_magnitude_and_phase_of_correlated_parts(re: float, r: float) -> None:
    model = {"mag": "sqrt(re**2+im**2)", "ph": "atan2(im,re)"}
    found = solve("monte_carlo", {"model": model, "re": re, "im": 0.02, "u_re": 0.01, "u_im": 0.01, "r": r, "trials": 400_000})
    rng = np.random.default_rng(5)
    x, y = rng.multivariate_normal([re, 0.02], [[1e-4, r * 1e-4], [r * 1e-4, 1e-4]], 400_000).T
    for name, sample in (("mag", np.hypot(x, y)), ("ph", np.arctan2(y, x))):
        assert near(found[name], sample.mean(), within=max(2e-4, 0.01 * sample.std())), name
        assert near(found[f"u_{name}"], sample.std(ddof=1), share=0.01), name


def test_two_correlated_quantities_by_r_alone() -> None:
    """JCGM 101 9.4.3: the sum of two squares of correlated quantities."""
    quantities = {name: {"dist": "normal", "x": x, "u": 0.005} for name, x in (("x1", 0.01), ("x2", 0))}
    found = solve("monte_carlo", {"model": "x1**2 + x2**2", "quantities": quantities, "r": 0.9, "trials": 400_000})
    covariance = 25e-6 * np.array([[1, 0.9], [0.9, 1]])
    x, y = np.random.default_rng(8).multivariate_normal([0.01, 0], covariance, 400_000).T
    assert near(found["u"], (x**2 + y**2).std(), share=0.02) and near(found["gum_u"], 2 * 0.01 * 0.005, share=1e-9)
    assert near(found["mean"], 1e-4 + 5e-5, share=0.02)


# --- readings, shapes, lines, variances, degrees of freedom ----------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(-1000, 1000, places=4), min_size=2, max_size=40))
def test_repeated_readings_against_the_statistics_module(readings: list[Any]) -> None:
    found = solve("type_a_b", {"data": readings})
    assert near(found["mean"], statistics.fmean(readings), within=1e-9)
    assert near(found["u_mean"], float(statistics.stdev(readings)) / math.sqrt(len(readings)), within=1e-9, share=1e-9)
    assert found["nu"] == len(readings) - 1


@settings(max_examples=30, deadline=None)
@given(st.floats(0.001, 100), st.integers(0, 10))
def test_every_shape_of_a_half_width(half_width: float, tenths: int) -> None:
    a, beta = round(half_width, 6), tenths / 10
    words = ["rectangular", "triangular", "arcsine", f"trapezoidal_beta_{beta}"]
    expected = [a / math.sqrt(3), a / math.sqrt(6), a / math.sqrt(2), a * math.sqrt((1 + beta**2) / 6)]
    assert near(solve("type_a_b", {"half_width": a, "distributions": words})["u"], expected, share=1e-10)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(-1000, 1000)), min_size=3, max_size=25, unique_by=lambda p: p[0]),
    st.integers(-50, 50), st.integers(-300, 300),
)  # fmt: skip
def test_lines_against_scipy(points: list[tuple[int, int]], t0: int, at: int) -> None:
    t, b = [p[0] / 4 for p in points], [p[1] / 100 for p in points]
    found = solve("regression_anova", {"t": t, "b": b, "t0": t0, "predict_at": at})
    line = stats.linregress(np.array(t) - t0, b)
    assert near(found["slope"], line.slope, within=1e-9, share=1e-9) and near(found["intercept"], line.intercept, within=1e-8, share=1e-9)
    assert near(found["u_slope"], line.stderr, within=1e-9, share=1e-7) and found["nu"] == len(points) - 2
    assert near(found["u_intercept"], line.intercept_stderr, within=1e-8, share=1e-7)
    assert near(found["prediction"], line.intercept + line.slope * (at - t0), within=1e-7, share=1e-8)
    design = np.vstack([np.ones(len(t)), np.array(t) - t0]).T
    residual = np.array(b) - design @ np.array([line.intercept, line.slope])
    covariance = np.linalg.inv(design.T @ design) * (residual @ residual) / (len(t) - 2)
    point = np.array([1, at - t0])
    assert near(found["u_prediction"], math.sqrt(max(0.0, point @ covariance @ point)), within=1e-7, share=1e-6)
    if covariance[0, 0] > 1e-18:
        assert near(found["r"], covariance[0, 1] / math.sqrt(covariance[0, 0] * covariance[1, 1]), within=1e-7)


def test_a_line_without_an_origin_or_a_prediction() -> None:
    found = solve("regression_anova", {"t": [1, 2, 3, 4], "b": [2.1, 3.9, 6.2, 7.8]})
    line = stats.linregress([1, 2, 3, 4], [2.1, 3.9, 6.2, 7.8])
    assert near(found["intercept"], line.intercept, share=1e-10) and near(found["slope"], line.slope, share=1e-10)


def test_variances_of_days_against_readings_made_to_measure() -> None:
    """The daily means and deviations of made-up readings give scipy's F of the readings themselves."""
    rng = np.random.default_rng(2)
    days = [10 + 50e-6 * rng.normal() + 80e-6 * rng.normal(size=6) for _ in range(8)]
    found = solve(
        "regression_anova",
        {"daily_mean_V": [float(d.mean()) for d in days], "daily_s_uV": [float(d.std(ddof=1) * 1e6) for d in days], "n_per_day": 6},
    )
    means = np.array([d.mean() for d in days])
    assert near(found["F"], stats.f_oneway(*days).statistic, share=1e-6) and found["nu"] == 7
    assert near(found["mean"], means.mean(), share=1e-12) and near(found["u_mean_uV"], means.std(ddof=1) / math.sqrt(8) * 1e6, share=1e-6)
    assert near(found["s_between_uV"], means.std(ddof=1) * 1e6, share=1e-6)
    assert near(found["s_within_uV"], math.sqrt(np.mean([d.var(ddof=1) for d in days])) * 1e6, share=1e-6)
    assert near(found["F_crit_95"], stats.f.ppf(0.95, 7, 40), share=1e-8) and near(
        found["F_crit_97_5"], stats.f.ppf(0.975, 7, 40), share=1e-8
    )


def test_coverage_factors_of_every_row() -> None:
    rows = [(0.5, 3), (0.6827, 2.5), (0.9, 1), (0.95, 16.75), (0.9545, 50), (0.99, 100), (0.9973, 7), (0.95, None), (0.95, 1e6)]
    found = solve("degrees_of_freedom", {"rows": [{"p": p, "nu": nu} for p, nu in rows] + [{"p": 0.9}]})
    expected = [stats.norm.ppf((1 + p) / 2) if nu is None else stats.t.ppf((1 + p) / 2, nu) for p, nu in [*rows, (0.9, None)]]
    assert near(found["t"], expected, share=1e-9)


def test_degrees_of_freedom_of_the_guide_are_nineteen() -> None:
    """JCGM 100 G.4.1, relative 0.25 %, 0.57 %, 0.82 % from 10, 5 and 15 readings: 18.9987 stands for 19."""
    components = [{"u": u, "nu": nu} for u, nu in ((0.25, 9), (0.57, 4), (0.82, 14))]
    found = solve("degrees_of_freedom", {"components": components, "p": 0.95})
    assert near(found["nu_eff"], 18.9987, within=5e-5) and near(found["u"], 1.03, within=0.005)
    assert near(found["k_nu_truncated"], stats.t.ppf(0.975, 19), share=1e-9)
    assert near(found["U_nu_truncated"], stats.t.ppf(0.975, 19) * math.sqrt(0.25**2 + 0.57**2 + 0.82**2), share=1e-9)
    none = solve("degrees_of_freedom", {"components": [{"u": 3}, {"u": 4, "nu": None}]})
    assert none["nu_eff"] is None and near(none["u"], 5) and near(none["k_nu_truncated"], 1.959963985, share=1e-9)
