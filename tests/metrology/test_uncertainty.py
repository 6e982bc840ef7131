"""First-order uncertainty: published examples, bare GTC as the oracle, every refusal by field, every warning."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from GTC import core, type_a
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.budget import Budget, Component, Warned
from lab_app.metrology.coverage import Coverage, DofRule, coverage_factor, effective_dof, truncated
from lab_app.metrology.distributions import Distribution
from lab_app.metrology.errors import BudgetError, MetrologyError
from lab_app.metrology.quantities import ComplexInput, Input, parse_input, readings_together
from lab_app.metrology.uncertainty import ComplexEvaluation, Evaluation, evaluate, evaluate_together

D = Decimal
RECTANGULAR, U_SHAPE = Distribution.RECTANGULAR, Distribution.U_SHAPE
H1 = (
    Input.standard("ls", D(50_000_623), D(25), D(18)),
    Input.standard("d", D(215), D("9.7"), D("25.6")),
    Input.bounded("dalpha", D(0), D("1e-6"), RECTANGULAR, D(50)),
    Input.bounded("dtheta", D(0), D("0.05"), RECTANGULAR, D(2)),
    Input.bounded("alpha_s", D("11.5e-6"), D("2e-6"), RECTANGULAR),
    Input.standard("theta", D("-0.1"), D("0.41")),
)
H1_MODEL = "ls + d - ls*(dalpha*theta + alpha_s*dtheta)"
H2 = {
    "V": ["5.007", "4.994", "5.005", "4.990", "4.999"],
    "I": ["0.019663", "0.019639", "0.019640", "0.019685", "0.019678"],
    "phi": ["1.0456", "1.0438", "1.0468", "1.0428", "1.0433"],
}


def close(got: Decimal | None, expected: float, rel: float = 1e-9) -> bool:
    return got is not None and abs(float(got) - expected) <= rel * max(1e-300, abs(expected))


def test_gum_h1_with_both_rules_for_degrees_of_freedom() -> None:
    """JCGM 100 H.1: u = 32 nm, ν_eff = 16.7, t99(16) = 2.92."""
    cut = evaluate(H1_MODEL, H1, coverage=Coverage(p=D("0.99")))
    assert (cut.y, round(cut.u), int(cut.nu_eff or 0)) == (D(50_000_838), 32, 16)
    assert close(cut.k, 2.920781622, 1e-9)
    real = evaluate(H1_MODEL, H1, coverage=Coverage(p=D("0.99"), rule=DofRule.REAL))
    assert real.u == cut.u
    assert real.k < cut.k
    assert close(evaluate(H1_MODEL, H1, coverage=Coverage(k=D(3))).U, 3 * float(cut.u))


def test_lines_keep_what_has_no_influence_and_say_so() -> None:
    result = evaluate(H1_MODEL, H1)
    assert [line.name for line in result.lines] == [quantity.name for quantity in H1]
    still = {name for code, name in result.warnings if code is Warned.STATIONARY}
    assert still == {"alpha_s", "theta"}
    assert sum((line.index_percent for line in result.lines), D(0)) == pytest.approx(D(100), abs=D("1e-8"))
    slopes = {line.name: line.sensitivity for line in result.lines}
    assert (slopes["ls"], slopes["alpha_s"]) == (D(1), D(0))
    assert close(slopes["dtheta"], -575.0071645)


def test_gum_h2_readings_taken_together() -> None:
    """JCGM 100 H.2: R = 127.732(71), X = 219.847(295), Z = 254.260(236), r(R,X) = -0.588, r(R,Z) = -0.485, r(X,Z) = 0.993."""
    inputs, pairs = readings_together({name: [D(v) for v in column] for name, column in H2.items()})
    joint = evaluate_together({"R": "V/I*cos(phi)", "X": "V/I*sin(phi)", "Z": "V/I"}, inputs, pairs)
    printed = {"R": ("127.732", "0.071"), "X": ("219.847", "0.296"), "Z": ("254.260", "0.236")}
    for name, (y, u) in printed.items():
        result = joint.results[name]
        assert isinstance(result, Evaluation)
        assert (f"{result.y:.3f}", f"{result.u:.3f}", result.nu_eff) == (y, u, D(4))
        assert (Warned.CORRELATED_DOF, "") in result.warnings
    assert f"{joint.correlation('R', 'X'):.3f}" == "-0.588"
    assert f"{joint.correlation('Z', 'R'):.3f}" == "-0.485"
    assert f"{joint.correlation('X', 'Z'):.3f}" == "0.993"
    volts, amps, _ = type_a.multi_estimate_real([[float(v) for v in column] for column in H2.values()])
    assert close(joint.results["Z"].u, (volts / amps).u, 1e-9)  # type: ignore[union-attr]


def test_a_quantity_the_model_does_not_use_is_not_stationary() -> None:
    result = evaluate("a", [Input.standard("a", D(1), D("0.1")), Input.standard("b", D(1), D("0.1"))])
    assert result.warnings == ()
    assert result.lines[1].contribution == 0


def test_first_order_is_blind_at_a_turning_point() -> None:
    result = evaluate("x**2", [Input.standard("x", D(0), D(1))])
    assert (result.u, result.U, result.nu_eff) == (0, 0, None)
    assert set(result.warnings) == {(Warned.STATIONARY, "x"), (Warned.ZERO, "")}
    flat = evaluate("sin(x)", [Input.standard("x", D("1.5707963267948966"), D("0.1"))])
    assert (Warned.STATIONARY, "x") in flat.warnings


def test_a_large_u_shaped_contribution_is_pointed_out() -> None:
    parts = [Input.bounded("mismatch", D(0), D("0.17"), U_SHAPE), Input.standard("rest", D(0), D("0.05"))]
    assert (Warned.U_SHAPED, "mismatch") in evaluate("mismatch + rest", parts).warnings
    assert evaluate("mismatch/10 + rest", parts).warnings == ()


def test_one_rectangle_dominates() -> None:
    parts = [Input.bounded("resolution", D(0), D("0.5"), RECTANGULAR), Input.standard("rest", D(0), D("0.05"))]
    assert (Warned.DOMINANT, "resolution") in evaluate("resolution + rest", parts).warnings


def test_correlated_quantities_of_unequal_degrees_of_freedom_err_on_the_safe_side() -> None:
    parts = [Input.standard("a", D(1), D("0.1"), D(5)), Input.standard("b", D(1), D("0.1")), Input.standard("c", D(1), D("0.1"))]
    result = evaluate("a + b + c", parts, [("a", "b", D("0.5"))])
    assert result.nu_eff == 5
    assert (Warned.CORRELATED_DOF, "") in result.warnings
    assert close(result.u, 0.2)
    # A correlation of zero changes nothing.
    plain = evaluate("a + b + c", parts)
    same = evaluate("a + b + c", parts, [("a", "b", D(0))])
    assert (plain.u, plain.nu_eff, same.warnings) == (same.u, same.nu_eff, ())


def test_complex_quantities() -> None:
    """A reflection coefficient: magnitude to first order, and the product with its covariance, against bare GTC."""
    gamma = ComplexInput("g", D("0.3"), D("0.4"), D("0.01"), D("0.02"), D("0.5"), D(8))
    covariance = (1e-4, 1e-4, 1e-4, 4e-4)
    bare = core.ucomplex(0.3 + 0.4j, covariance, 8)
    size = evaluate("mag(g)", [gamma])
    assert close(size.y, 0.5)
    assert close(size.u, core.magnitude(bare).u)
    assert close(size.lines[0].contribution, core.magnitude(bare).u)
    assert close(size.nu_eff, core.magnitude(bare).df, 1e-6)
    other = Input.standard("k", D(2), D("0.1"))
    product = evaluate_together({"p": "g*k"}, [gamma, other]).results["p"]
    assert isinstance(product, ComplexEvaluation)
    expected = bare * core.ureal(2, 0.1)
    assert close(product.u_re, expected.u.real)
    assert close(product.u_im, expected.u.imag)
    assert close(product.r, expected.r)
    with pytest.raises(BudgetError) as refusal:
        evaluate("g*k", [gamma, other])
    assert refusal.value.code == "complex_result"


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("1/(x-x)", "division_by_zero"),
        ("x/0", "division_by_zero"),
        ("sqrt(x - 5)", "domain"),
        ("(x - 5)**0.5", "domain"),
        ("log(x - 1)", "domain"),
        ("exp(x*1e300)", "overflow"),
        ("x*1e300*1e300", "overflow"),
        ("real(x) + atan2(x, 1", "syntax"),
        ("__import__('os')", "character"),
    ],
)
def test_models_without_a_value_are_refused(model: str, code: str) -> None:
    with pytest.raises(MetrologyError) as refusal:
        evaluate(model, [Input.standard("x", D(1), D("0.1"))])
    assert (refusal.value.code, refusal.value.field) == (code, "model")


GOOD = {"x": "1", "distribution": "normal", "u": "0.1"}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"distribution": None}, "missing", "distribution"),
        ({"distribution": ""}, "missing", "distribution"),
        ({"distribution": "poisson"}, "unknown", "distribution"),
        ({"x": None}, "missing", "x"),
        ({"x": "NaN"}, "not_finite", "x"),
        ({"x": "Infinity"}, "not_finite", "x"),
        ({"x": 0.1}, "not_a_decimal", "x"),
        ({"x": True}, "not_a_decimal", "x"),
        ({"x": "ten"}, "not_a_decimal", "x"),
        ({"u": None}, "missing", "u"),
        ({"u": "-1"}, "negative", "u"),
        ({"u": "NaN"}, "not_finite", "u"),
        ({"U": "1"}, "missing", "k"),
        ({"U": "1", "k": "0"}, "not_positive", "k"),
        ({"U": "NaN", "k": "2"}, "not_finite", "U"),
        ({"dof": "0"}, "below_one", "dof"),
        ({"dof": "0.5"}, "below_one", "dof"),
        ({"dof": "NaN"}, "below_one", "dof"),
        ({"distribution": "rectangular"}, "missing", "half_width"),
        ({"distribution": "rectangular", "half_width": "-1"}, "negative", "half_width"),
        ({"distribution": "rectangular", "half_width": "NaN"}, "not_finite", "half_width"),
        ({"distribution": "trapezoidal", "half_width": "1"}, "missing", "beta"),
        ({"distribution": "trapezoidal", "half_width": "1", "beta": "1.5"}, "outside", "beta"),
    ],
)
def test_quantities_that_are_refused(changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(BudgetError) as refusal:
        parse_input("q", {**GOOD, **changes})
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_quantities_that_are_read() -> None:
    assert parse_input("q", {**GOOD, "U": "0.2", "k": "2"}).u == D("0.1")
    trapezoid = parse_input("q", {"x": "0", "distribution": "trapezoid", "half_width": "1", "beta": "1"})
    assert trapezoid.u == parse_input("q", {"x": "0", "distribution": "rectangular", "half_width": "1"}).u


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("a", "b", D("1.1"))], "outside"),
        ([("a", "b", D("NaN"))], "not_a_decimal"),
        ([("a", "b", 0.5)], "not_a_decimal"),
        ([("a", "z", D("0.5"))], "unknown_name"),
        ([("a", "a", D("0.5"))], "same_name"),
        ([("a", "b", D("0.5")), ("b", "a", D("0.5"))], "duplicate"),
        ([("a", "b")], "three_parts"),
        (["abc"], "three_parts"),
        ([("a", "b", D("0.9")), ("b", "c", D("0.9")), ("a", "c", D("-0.9"))], "not_positive_semidefinite"),
        ([("a", "b", D(1)), ("b", "c", D(1)), ("a", "c", D("0.9"))], "not_positive_semidefinite"),
    ],
)
def test_correlations_that_are_refused(pairs: Any, code: str) -> None:
    inputs = [Input.standard(name, D(1), D("0.1")) for name in "abc"]
    with pytest.raises(BudgetError) as refusal:
        evaluate("a + b + c", inputs, pairs)
    assert (refusal.value.code, refusal.value.field) == (code, "correlations")


def test_full_correlation_is_allowed() -> None:
    inputs = [Input.standard(name, D(1), D("0.1")) for name in "abc"]
    pairs = [("a", "b", D(1)), ("b", "c", D(1)), ("a", "c", D(1))]
    assert close(evaluate("a + b + c", inputs, pairs).u, 0.3)
    assert evaluate("a - b", inputs, pairs).u < D("1e-8")


def test_quantities_as_a_whole() -> None:
    one = Input.standard("a", D(1), D("0.1"))
    for inputs, code in (([], "empty"), ([one, one], "duplicate")):
        with pytest.raises(BudgetError) as refusal:
            evaluate("1" if not inputs else "a", inputs)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("series", "code"),
    [({"a": []}, "empty"), ({"a": [D(1)]}, "too_few"), ({"a": [D(1), D("NaN")]}, "not_finite"),
     ({"a": [D(1), D(2)], "b": [D(1), D(2), D(3)]}, "unequal")],
)  # fmt: skip
def test_readings_that_are_refused(series: dict[str, list[Decimal]], code: str) -> None:
    with pytest.raises(MetrologyError) as refusal:
        readings_together(series)
    assert (refusal.value.code, refusal.value.field) == (code, "readings")


def test_the_guard_before_cutting_off() -> None:
    """JCGM 100 G.4.1: contributions of 0.25, 0.57 and 0.82 % from 10, 5 and 15 readings have ν_eff = 19, not 18."""
    nu = effective_dof([(D("0.25"), D(9)), (D("0.57"), D(4)), (D("0.82"), D(14))])
    assert nu is not None
    assert f"{nu:.4f}" == "18.9987"
    assert truncated(nu) == 19
    assert [truncated(D(text)) for text in ("16.7519", "18.99", "1.0", "7.9951")] == [16, 18, 1, 8]
    with pytest.raises(BudgetError):
        truncated(D("0.9"))


def test_coverage_options() -> None:
    assert Coverage().factor(D(3)) == 2
    assert coverage_factor(D("0.95")) == coverage_factor(D("0.95"), None, DofRule.REAL)
    assert coverage_factor(D("0.95"), D("16.75")) == coverage_factor(D("0.95"), D(16), DofRule.REAL)
    for bad in ({"k": D(0)}, {"k": D("NaN")}, {"p": D(1)}, {"p": D(0)}, {"p": D("NaN")}, {"rule": "nearest"}):
        with pytest.raises(BudgetError):
            Coverage(**bad)  # type: ignore[arg-type]


U = st.decimals(min_value=D("0.001"), max_value=D(100), places=3)


@given(st.lists(st.tuples(U, st.integers(1, 60)), min_size=1, max_size=6))
def test_a_sum_agrees_with_the_budget_of_given_sensitivities(rows: list[tuple[Decimal, int]]) -> None:
    """The two doors of the application, a typed model and a table of components, give one number."""
    inputs = [Input.standard(f"x{i}", D(i), u, D(nu)) for i, (u, nu) in enumerate(rows)]
    coverage = Coverage(p=D("0.95"))
    typed = evaluate(" + ".join(q.name for q in inputs), inputs, coverage=coverage)
    table = Budget(
        tuple(Component(q.name, q.u, Distribution.NORMAL, D(1), dof=q.dof) for q in inputs), coverage=coverage
    ).evaluate()
    assert close(typed.u, float(table.u_c))
    assert close(typed.nu_eff, float(table.nu_eff or 0), 1e-8)
    assert min(nu for _, nu in rows) * (1 - 1e-9) <= float(typed.nu_eff or 0) <= sum(nu for _, nu in rows) * (1 + 1e-9)


@given(U, U, st.decimals(-1, 1, places=2))
def test_correlation_in_both_doors(a: Decimal, b: Decimal, r: Decimal) -> None:
    inputs = [Input.standard("a", D(0), a), Input.standard("b", D(0), b)]
    typed = evaluate("3*a - 2*b", inputs, [("a", "b", r)])
    expected = float(9 * a * a + 4 * b * b - 12 * a * b * r) ** 0.5
    assert float(typed.u) == pytest.approx(expected, rel=1e-7, abs=1e-6)
    if expected > 1e-3:
        table = Budget(
            (Component("a", a, Distribution.NORMAL, D(1), D(3)), Component("b", b, Distribution.NORMAL, D(1), D(-2))),
            correlations=(("a", "b", r),),
        ).evaluate()
        assert float(table.u_c) == pytest.approx(expected, rel=1e-9)


def test_the_application_starts_without_the_heavy_libraries() -> None:
    """GTC, SciPy and NumPy cost half a second and 60 MB: only an evaluation pays."""
    code = (
        "import sys; import lab_app.metrology.uncertainty, lab_app.metrology.montecarlo, lab_app.metrology.budget, "
        "lab_app.metrology.decision, lab_app.metrology.global_risk, lab_app.validation.command; "
        "sys.exit(' '.join({'GTC', 'numpy', 'scipy'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
