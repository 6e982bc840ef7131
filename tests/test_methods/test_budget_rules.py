"""Uncertainty budgets as data: what is read, what each refuses by its field, which one a reading takes."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest

from test_methods.rules.budgets import (
    BadBudget,
    BudgetData,
    checked,
    evaluated,
    simulation_of,
    told_warnings,
)
from test_methods.rules.choosing import chosen, holds

H1 = BudgetData(
    unit="nm", kind="model", model="ls + d - ls*(dalpha*theta + alpha_s*dtheta)", coverage={"p": "0.99", "dof_rule": "truncated"},
    inputs=[
        {"name": "ls", "given": "expanded", "x": "50000623", "u": "75", "k": "3", "dof": "18", "unit": "nm"},
        {"name": "d", "given": "standard", "x": "215", "u": "9.7", "dof": "25.6", "unit": "nm"},
        {"name": "dalpha", "given": "rectangular", "x": "0", "u": "1e-6", "dof": "50", "unit": "1/K"},
        {"name": "theta", "given": "standard", "x": "-0.1", "u": "0.41", "unit": "K"},
        {"name": "alpha_s", "given": "rectangular", "x": "11.5e-6", "u": "2e-6", "unit": "1/K"},
        {"name": "dtheta", "given": "rectangular", "x": "0", "u": "0.05", "dof": "2", "unit": "K"},
    ])


def row(**facts: Any) -> dict[str, Any]:
    return {"source": "a", "value": "0.3", "distribution": "rectangular", **facts}


def components(*rows: dict[str, Any], unit: str = "dB", **more: Any) -> BudgetData:
    return BudgetData(unit=unit, components=list(rows), **more)


def model(text: str, *inputs: dict[str, Any], unit: str = "V", **more: Any) -> BudgetData:
    given = inputs or ({"name": "x", "given": "standard", "x": "0", "u": "1", "unit": "V"},)
    return BudgetData(unit=unit, kind="model", model=text, inputs=list(given), **more)


def refused(data: BudgetData) -> BadBudget:
    with pytest.raises(BadBudget) as caught:
        evaluated(checked(data))
    return caught.value


def test_gum_h1_as_a_typed_model() -> None:
    """JCGM 100 H.1: 50 000 838 nm, u 32 nm, ν_eff 16, k 2.92 for 99 %; the lines without influence stay in the table."""
    found = evaluated(checked(H1))
    assert found.y == 50000838 and round(found.u_c, 2) == D("31.67") and round(found.k, 2) == D("2.92") and round(found.U, 1) == D("92.5")
    assert [line.name for line in found.lines if not line.contribution] == ["theta", "alpha_s"]
    assert ("stationary", "theta") in found.warnings
    real = evaluated(checked(BudgetData(**{**H1.__dict__, "coverage": {"p": "0.99", "dof_rule": "real"}})))
    assert real.k < found.k and round(real.U, 1) == D("91.9")
    fixed = evaluated(checked(BudgetData(**{**H1.__dict__, "coverage": {}})))
    assert fixed.k == 2 and round(fixed.U, 2) == round(2 * found.u_c, 2)


def test_a_table_of_components_with_readings_correlation_and_another_unit() -> None:
    data = checked(components(
        {"source": "lặp", "distribution": "readings", "readings": ["10.1", "10.3", "9.9", "10.1"]},
        row(source="khối chuẩn", value="1", distribution="normal", divisor="2", dof="9"),
        row(source="biên độ", value="1", distribution="rectangular", unit="%", c_i="0.0869"),
        correlations=[["khối chuẩn", "biên độ", "0.5"]]))
    assert data.components[0]["dof"] == "3" and data.components[0]["readings"] == ["10.1", "10.3", "9.9", "10.1"]
    found = evaluated(data)
    alone = evaluated(checked(components(*data.components)))
    assert found.u_c > alone.u_c and found.lines[0].given == "readings" and found.lines[2].unit == "%"
    assert ("correlated_dof", "") in found.warnings
    assert checked(data) == data, "what is kept reads back as itself"


def test_complex_quantities_of_a_mismatch_by_parts_by_angle_and_without_a_phase() -> None:
    text = "20*log10(mag(1 - S*G))"
    polar = {"name": "S", "given": "polar", "x": "0.1", "y": "90", "u": "0.01"}
    parts = {"name": "G", "given": "complex", "x": "0.2", "y": "0", "u": "0.01", "v": "0.01"}
    found = evaluated(checked(model(text, polar, parts, unit="dB")))
    # 1 - j0.02 has the magnitude 1.0002: 0.0017 dB.
    assert round(found.y or D(0), 4) == D("0.0017") and found.lines[0].imaginary == D("0.1")
    # Unknown phases: 8.686 · 0.2 · 0.3 dB wide, over √2 (U-shaped).
    unknown = evaluated(checked(model("M", {"name": "M", "given": "mismatch", "x": "0.2", "y": "0.3"}, unit="dB")))
    assert round(unknown.u_c, 4) == D("0.3685") and ("u_shaped", "M") in unknown.warnings


def test_uncertainty_by_range() -> None:
    rows = [{"low": "0", "high": "1", "U": "0.1"}, {"low": "1", "high": "10", "percent": "3"}]
    found = evaluated(checked(BudgetData(unit="V", kind="table", ranges=rows)))
    assert D("0.30") == found.U and found.u_c == D("0.15") and not found.lines
    with pytest.raises(BadBudget, match="no_model"):
        simulation_of(checked(BudgetData(unit="V", kind="table", ranges=rows)))


def test_few_readings_behind_the_largest_part_are_told() -> None:
    data = checked(components(
        {"source": "lặp", "distribution": "readings", "readings": ["1", "2", "3"]}, row(value="0.01", source="b")))
    assert ("few_dof", "lặp") in told_warnings(evaluated(data))


@pytest.mark.parametrize("data,part,place,field,code", [
    (components(row(distribution="")), "components", 0, "distribution", "missing"),
    (components(row(), row(source="b", distribution="bell")), "components", 1, "distribution", "unknown"),
    (components({"source": "a", "distribution": "readings", "readings": []}), "components", 0, "readings", "empty"),
    (components({"source": "a", "distribution": "readings", "readings": ["1"]}), "components", 0, "readings", "too_few"),
    (components(row(value="NaN")), "components", 0, "value", "not_finite"),
    (components(row(value="1e1000000000")), "components", 0, "value", "exponent"),
    (components(row(value="-1")), "components", 0, "value", "negative"),
    (components(row(value="")), "components", 0, "value", "missing"),
    (components(row(distribution="normal")), "components", 0, "divisor", "missing"),
    (components(row(distribution="normal", divisor="0")), "components", 0, "divisor", "not_positive"),
    (components(row(divisor="2")), "components", 0, "divisor", "divisor_contradicts_distribution"),
    (components(row(unit="%")), "components", 0, "unit", "unit_mismatch"),
    (components(row(unit="furlong")), "components", 0, "unit", "unknown_unit"),
    (components(row(source="")), "components", 0, "source", "missing"),
    (components(), "components", None, "", "empty"),
    (components(row(value="0")), "components", None, "", "zero"),
    (components(row(), unit="furlong"), "unit", None, "", "unknown_unit"),
    (components(row(), row(), correlations=[["a", "a", "1"]]), "correlations", None, "", "duplicate"),
    (components(row(), correlations=[["a", "z", "0.1"]]), "correlations", 0, "a", "unknown_name"),
    (components(row(), row(source="b"), correlations=[["a", "b", "1.2"]]), "correlations", 0, "r", "outside"),
    (components(row(), row(source="b"), row(source="c"), correlations=[["a", "b", "0.9"], ["b", "c", "0.9"], ["a", "c", "-0.9"]]),
     "correlations", None, "", "not_positive_semidefinite"),
    (components(row(), coverage={"p": "1.5"}), "coverage", None, "p", "outside"),
    (components(row(), k=D(0)), "coverage", None, "k", "not_positive"),
    (model("__import__('os')"), "model", None, "", "character"), (model("x.real"), "model", None, "", "character"),
    (model("10**1000000000"), "model", None, "", "exponent"), (model("x*1e999999999"), "model", None, "", "number"),
    (model("("*200 + "x" + ")"*200), "model", None, "", "too_deep"), (model("1/(x-x)"), "model", None, "", "division_by_zero"),
    (model("sqrt(x - 1)"), "model", None, "", "domain"), (model("x + y"), "model", None, "", "unknown_name"),
    (model("os.system(x)"), "model", None, "", "character"), (model("x", unit="mV"), "unit", None, "", "unit_mismatch"),
    (model("x + y", {"name": "x", "given": "standard", "x": "0", "u": "1", "unit": "V"},
           {"name": "y", "given": "standard", "x": "0", "u": "1", "unit": "mV"}), "model", None, "", "unit_mismatch"),
    (model("x", {"name": "x", "given": "", "x": "0", "u": "1"}), "inputs", 0, "given", "missing"),
    (model("x", {"name": "x", "given": "standard", "x": "NaN", "u": "1"}), "inputs", 0, "x", "not_finite"),
    (model("x", {"name": "x", "given": "expanded", "x": "1", "u": "1"}), "inputs", 0, "k", "missing"),
    (model("x", {"name": "x", "given": "readings", "readings": []}), "inputs", 0, "readings", "empty"),
    (model("x", {"name": "x", "given": "mismatch", "x": "1.2", "y": "0.1"}, unit="dB"), "inputs", 0, "x", "outside"),
    (model("x", {"name": "x", "given": "standard", "x": "1", "u": "1"}, {"name": "x", "given": "standard", "x": "1", "u": "1"}),
     "inputs", 1, "name", "duplicate"),
    (BudgetData(unit="dBm", kind="table", ranges=[{"low": "-30", "high": "0", "percent": "3"}]), "ranges", 0, "percent",
     "percent_of_level"),
    (BudgetData(unit="V", kind="table", ranges=[{"low": "0", "high": "1", "U": "1"}, {"low": "0.5", "high": "2", "U": "1"}]), "ranges",
     1, "low", "not_rising"),
    (BudgetData(unit="V", kind="table", ranges=[{"low": "0", "high": "1"}]), "ranges", 0, "U", "one_of_two"),
    (BudgetData(unit="V", kind="table"), "ranges", None, "low", "empty"),
], ids=lambda value: value if isinstance(value, str) else None)
def test_what_cannot_be_evaluated_is_refused_by_its_field(data, part, place, field, code) -> None:
    error = refused(data)
    assert (error.part, error.row, error.field, error.code) == (part, place, field, code), str(error)


def test_correlated_quantities_that_are_not_normal_are_evaluated_but_not_simulated() -> None:
    data = checked(components(row(), row(source="b"), correlations=[["a", "b", "0.5"]]))
    assert evaluated(data).u_c
    with pytest.raises(BadBudget, match="correlation_needs_normal"):
        simulation_of(data)


# ---- which budget a reading takes ----------------------------------------------------------------------------


@dataclass
class Choice:
    name: str
    instrument_id: int | None = None
    low: D | None = None
    high: D | None = None
    unit: str = ""
    valid_from: date = date(2026, 1, 1)
    valid_to: date | None = None
    recorded_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    ended_recorded_at: datetime | None = None


CHOICES = [
    Choice("all"), Choice("band", low=D(1), high=D(6), unit="GHz"), Choice("narrow", low=D(2400), high=D(2500), unit="MHz"),
    Choice("receiver", instrument_id=7), Choice("later", instrument_id=9, valid_from=date(2026, 6, 1)),
    Choice("over", instrument_id=8, valid_to=date(2026, 3, 1), ended_recorded_at=datetime(2026, 3, 5, tzinfo=UTC)),
]


@pytest.mark.parametrize("instruments,frequency,on,expected", [
    ([], None, date(2026, 5, 1), "all"), ([], (D(5), "GHz"), date(2026, 5, 1), "band"), ([], (D(2412), "MHz"), date(2026, 5, 1), "narrow"),
    ([], (D(2500), "MHz"), date(2026, 5, 1), "narrow"), ([7], (D(2412), "MHz"), date(2026, 5, 1), "receiver"),
    ([9], None, date(2026, 5, 1), "all"), ([9], None, date(2026, 6, 1), "later"), ([8], None, date(2026, 2, 28), "over"),
    ([8], None, date(2026, 3, 1), "all"), ([], None, date(2025, 12, 31), None),
])
def test_the_narrowest_choice_in_force_wins(instruments, frequency, on, expected) -> None:
    found = chosen(CHOICES, instruments, frequency, on, datetime(2027, 1, 1, tzinfo=UTC))
    assert (found.name if found else None) == expected


def test_a_choice_is_taken_as_it_was_known_then() -> None:
    early, later = datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    assert chosen(CHOICES, [], None, date(2026, 2, 1), early) is None
    found = chosen(CHOICES, [8], None, date(2026, 3, 2), later)
    assert found is not None and found.name == "over", "its end was written down two days after that"


def test_a_band_holds_its_ends_and_nothing_of_another_quantity() -> None:
    assert holds(None, None, "", None) and not holds(D(1), D(2), "GHz", None)
    assert holds(D(1), None, "GHz", (D(1000), "MHz")) and not holds(None, D(1), "GHz", (D(1001), "MHz"))
    assert not holds(D(1), D(2), "GHz", (D(1), "V"))
