"""Uncertainty budgets: published numbers, and every refusal by field."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.budget import Budget, Component, Distribution, Warned, parse_budget
from lab_app.metrology.coverage import Coverage, DofRule
from lab_app.metrology.errors import BudgetError

D = Decimal


def close(got: Decimal, expected: str, tolerance: str) -> bool:
    return abs(got - D(expected)) <= D(tolerance)


def test_ea_4_02_s2_calibration_of_a_weight() -> None:
    """EA-4/02 M:2022 S2, as evaluated by GUM Workbench: u = 0.0291465 g, U = 0.058 g."""
    rectangular = Distribution.RECTANGULAR
    result = Budget(
        (
            Component("m_S", D("0.045"), Distribution.NORMAL, D(2)),
            Component("dm_D", D("0.015"), rectangular),
            Component("dm", D("0.0142"), Distribution.NORMAL, D(1)),
            Component("dm_C", D("0.01"), rectangular),
            Component("dB", D("0.01"), rectangular),
        ),
        unit="g",
    ).evaluate()
    assert close(result.u_c, "0.0291465", "2e-6")
    assert close(result.U, "0.058293", "2e-6")
    assert result.nu_eff is None
    shares = [line.index_percent for line in result.lines]
    published = ("59.6", "8.8", "23.7", "3.9", "3.9")
    assert all(close(share, text, "0.06") for share, text in zip(shares, published, strict=True))
    assert close(sum(shares, D(0)), "100", "1e-8")


def test_gum_h1_end_gauge() -> None:
    """JCGM 100:2008 H.1 by its contributions (workflow case G1): u_c 31.66 nm, nu_eff 16.75."""
    length = D(50_000_623)
    result = Budget(
        (
            Component("ls", D(25), Distribution.NORMAL, D(1), dof=D(18)),
            Component("d0", D("5.8"), Distribution.NORMAL, D(1), dof=D(24)),
            Component("d1", D("3.9"), Distribution.NORMAL, D(1), dof=D(5)),
            Component("d2", D("6.7"), Distribution.NORMAL, D(1), dof=D(8)),
            Component("dalpha", D("1e-6"), Distribution.RECTANGULAR, None, length * D("-0.1"), D(50)),
            Component("dtheta", D("0.05"), Distribution.RECTANGULAR, None, -length * D("11.5e-6"), D(2)),
            Component("alpha_s", D("2e-6"), Distribution.RECTANGULAR, None, D(0)),
        ),
        unit="nm",
    ).evaluate()
    assert close(result.u_c, "31.6639", "0.0005")
    assert result.nu_eff is not None
    assert close(result.nu_eff, "16.75186", "0.0005")
    assert result.lines[-1].contribution == 0  # a line of zero sensitivity stays in the table


def test_a_printed_divisor_gives_the_exact_one() -> None:
    printed = Component("x", D("0.5"), Distribution.RECTANGULAR, D("1.7321"))
    assert printed.standard == Component("x", D("0.5"), Distribution.RECTANGULAR).standard
    assert close(printed.standard, "0.288675134594812882254574390251", "1e-30")


ROW: dict[str, Any] = {"source": "cable", "value": "0.2", "distribution": "normal", "divisor": "2"}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"distribution": None}, "missing", "distribution"),
        ({"distribution": "bimodal"}, "unknown", "distribution"),
        ({"divisor": None}, "missing", "divisor"),
        ({"divisor": "0"}, "not_positive", "divisor"),
        ({"distribution": "rectangular", "divisor": "2"}, "divisor_contradicts_distribution", "divisor"),
        ({"distribution": "U-shape", "divisor": "1.7321"}, "divisor_contradicts_distribution", "divisor"),
        ({"distribution": "U-shape", "divisor": "NaN"}, "divisor_contradicts_distribution", "divisor"),
        ({"value": None}, "missing", "value"),
        ({"value": 0.2}, "not_a_decimal", "value"),
        ({"value": "x"}, "not_a_decimal", "value"),
        ({"value": "-0.1"}, "negative", "value"),
        ({"value": "Infinity"}, "not_finite", "value"),
        ({"c_i": "NaN"}, "not_finite", "sensitivity"),
        ({"dof": "0"}, "not_positive", "dof"),
        ({"value": "0"}, "zero", "components"),
    ],
)
def test_refusals_name_the_field(change: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(BudgetError) as refusal:
        parse_budget({"components": [{**ROW, **change}]}).evaluate()
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize("data", [{}, {"components": []}, {"components": [ROW], "k": "0"}])
def test_an_empty_budget_is_no_budget(data: dict[str, Any]) -> None:
    with pytest.raises(BudgetError):
        parse_budget(data)


COMPONENTS = st.builds(
    Component,
    st.just("x"),
    st.decimals(min_value="0.001", max_value=100, places=3),
    st.just(Distribution.NORMAL),
    st.sampled_from([D(1), D(2), D("1.96")]),
    st.sampled_from([D(1), D(-1), D("0.5")]),
    st.sampled_from([None, D(3), D(9)]),
) | st.builds(
    Component,
    st.just("y"),
    st.decimals(min_value="0.001", max_value=100, places=3),
    st.sampled_from([Distribution.RECTANGULAR, Distribution.TRIANGULAR, Distribution.U_SHAPE]),
)


@given(st.lists(COMPONENTS, min_size=1, max_size=8), st.sampled_from([D(1), D(2), D(3)]))
def test_combination(components: list[Component], k: Decimal) -> None:
    budget = Budget(tuple(components), k, "dB")
    assert parse_budget(json.loads(json.dumps(budget.to_dict()))) == budget
    result = budget.evaluate()
    largest = max(line.contribution for line in result.lines)
    total = sum((line.contribution for line in result.lines), D(0))
    slack = 1 + D("1e-10")
    assert largest <= result.u_c * slack <= total * slack * slack
    assert close(result.U / k, str(result.u_c), str(result.u_c * D("1e-10")))
    finite = [component.dof for component in components if component.dof is not None]
    assert (result.nu_eff is None) is (not finite)
    if result.nu_eff is not None:
        assert result.nu_eff * slack >= min(finite)


def test_correlated_sources() -> None:
    """JCGM 100 F.1.2.3 (ten resistors of one calibration): full correlation adds linearly; Welch-Satterthwaite warns."""
    components = tuple(Component(f"R{i}", D("0.1"), Distribution.NORMAL, D(1), dof=D(9)) for i in range(3))
    pairs = tuple((a, b, D(1)) for a, b in (("R0", "R1"), ("R1", "R2"), ("R0", "R2")))
    tied = Budget(components, correlations=pairs).evaluate()
    assert close(tied.u_c, "0.3", "1e-11")
    assert tied.nu_eff == 9
    assert (Warned.CORRELATED_DOF, "") in tied.warnings
    opposed = Budget(components[:2], correlations=(("R0", "R1", D("-0.5")),)).evaluate()
    assert close(opposed.u_c, "0.1", "1e-11")


def test_sources_that_cancel_are_no_measurement() -> None:
    components = (
        Component("a", D("0.1"), Distribution.NORMAL, D(1)),
        Component("b", D("0.1"), Distribution.NORMAL, D(1), D(-1)),
    )
    with pytest.raises(BudgetError) as refusal:
        Budget(components, correlations=(("a", "b", D(1)),)).evaluate()
    assert refusal.value.code == "zero"


@pytest.mark.parametrize(("rule", "k"), [(DofRule.TRUNCATED, "2.92078162235"), (DofRule.REAL, "2.90354761547")])
def test_the_option_for_k_is_part_of_the_budget(rule: DofRule, k: str) -> None:
    """JCGM 100 H.1 by contributions: t99 at ν_eff cut off to 16, and at 16.75."""
    rows = (("25", 18), ("5.8", 24), ("3.9", 5), ("6.7", 8), ("2.8867873148", 50), ("16.599027060", 2))
    components = tuple(
        Component(str(i), D(u), Distribution.NORMAL, D(1), dof=D(nu)) for i, (u, nu) in enumerate(rows)
    )
    budget = Budget(components, coverage=Coverage(p=D("0.99"), rule=rule))
    result = budget.evaluate()
    assert close(result.k, k, "1e-7")
    assert close(result.U, str(result.k * result.u_c), "1e-8")
    assert parse_budget(json.loads(json.dumps(budget.to_dict()))) == budget


def test_warnings_of_a_table() -> None:
    still = Component("still", D(1), Distribution.NORMAL, D(1), D(0))
    mismatch = Component("mismatch", D("0.2"), Distribution.U_SHAPE)
    rest = Component("rest", D("0.05"), Distribution.NORMAL, D(1))
    found = Budget((still, mismatch, rest)).evaluate().warnings
    assert set(found) == {(Warned.STATIONARY, "still"), (Warned.U_SHAPED, "mismatch")}
    assert Budget((rest, rest)).evaluate().warnings == ()


def test_a_trapezoid() -> None:
    data = {"components": [{"source": "t", "value": "1", "distribution": "trapezoidal", "beta": "0.5"}]}
    budget = parse_budget(data)
    assert close(budget.evaluate().u_c, "0.456435464588", "1e-11")
    assert parse_budget(budget.to_dict()) == budget
    with pytest.raises(BudgetError) as refusal:
        parse_budget({"components": [{"source": "t", "value": "1", "distribution": "trapezoidal"}]}).evaluate()
    assert refusal.value.field == "beta"


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({"correlations": [["a", "b", "2"]]}, "correlations"),
        ({"correlations": [["a", "c", "0.5"]]}, "correlations"),
        ({"correlations": "ab"}, "correlations"),
        ({"correlations": [["a", "b", "x"]]}, "correlations"),
        ({"coverage_option": {"p": "1.5"}}, "p"),
        ({"coverage_option": {"p": "0.95", "dof_rule": "guess"}}, "dof_rule"),
        ({"coverage_option": "95 %"}, "coverage_option"),
    ],
)
def test_options_that_are_refused(extra: dict[str, Any], field: str) -> None:
    rows = [{**ROW, "source": "a"}, {**ROW, "source": "b"}]
    with pytest.raises(BudgetError) as refusal:
        parse_budget({"components": rows, **extra})
    assert refusal.value.field == field


def test_correlated_sources_have_names_of_their_own() -> None:
    rows = [{**ROW, "source": "a"}, {**ROW, "source": "a"}, {**ROW, "source": "b"}]
    with pytest.raises(BudgetError) as refusal:
        parse_budget({"components": rows, "correlations": [["a", "b", "0.5"]]})
    assert (refusal.value.code, refusal.value.field) == ("duplicate", "source")
