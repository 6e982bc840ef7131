"""Uncertainty by range: the workflow cases of uncertainty and rounding, named after their numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.errors import BudgetError
from lab_app.metrology.notation import Notation, scientific
from lab_app.metrology.rounding import report_pair
from lab_app.metrology.uncertainty_table import (
    Row,
    UncertaintyTable,
    below_cmc,
    parse_table,
    stated_uncertainty,
)

D = Decimal
RANGES = parse_table(
    {
        "unit": "V",
        "rows": [
            {"low": "0", "high": "5", "U": "0.0015"},
            {"low": "5", "high": "10", "U": "0.02"},
            {"low": "10", "high": "20", "U": "0.4"},
        ],
    }
)
PERCENT = UncertaintyTable(
    (Row(D(-10), D(0), percent=D(1)), Row(D(5), D(10), percent=D(1)), Row(D(10), D(20), percent=D(5))), "V"
)


@pytest.mark.parametrize(("value", "U"), [("1", "0.0015"), ("5.1", "0.02"), ("20", "0.4"), ("0", "0.0015")])
def test_case_1_a_row_of_the_table(value: str, U: str) -> None:
    assert RANGES.of(D(value)) == D(U)


@pytest.mark.parametrize("value", ["100", "20.0001", "-0.1"])
def test_case_1_outside_there_is_none_which_is_not_zero(value: str) -> None:
    assert RANGES.of(D(value)) is None


def test_case_2_at_a_shared_border_the_row_that_starts_there() -> None:
    assert (RANGES.of(D(5)), RANGES.of(D(10))) == (D("0.02"), D("0.4"))


@pytest.mark.parametrize(
    ("value", "typed", "one_digit", "two_digits"),
    [
        ("2.3452", None, "2.345", "2.3452"),
        ("5.3452", None, "5.35", "5.345"),
        ("10.3452", None, "10.3", "10.35"),
        ("2.3452", "0.06", "2.35", "2.345"),
        ("2.3452", "0.7", "2.3", "2.35"),
    ],
)
def test_case_4_the_places_come_from_U(value: str, typed: str | None, one_digit: str, two_digits: str) -> None:
    U = stated_uncertainty(D(value), RANGES, typed=None if typed is None else D(typed))
    assert U is not None
    assert str(report_pair(D(value), U, 1).y) == one_digit
    assert str(report_pair(D(value), U, 2).y) == two_digits


def test_case_6_percent_of_the_value() -> None:
    assert (PERCENT.of(D(7)), PERCENT.of(D(15)), PERCENT.of(D(10))) == (D("0.07"), D("0.75"), D("0.5"))
    small = UncertaintyTable((Row(D(0), D(1), percent=D("5.3")),), "V").of(D("0.3"))
    assert small == D("0.0159")
    assert (str(report_pair(D("0.3"), small, 1).U), str(report_pair(D("0.3"), small).U)) == ("0.02", "0.016")


def test_case_8_beyond_a_detection_limit_there_is_no_uncertainty() -> None:
    limits: dict[str, Any] = {"lower_detection": D(0), "upper_detection": D(21)}
    assert stated_uncertainty(D("25.3452"), RANGES, typed=D("0.2"), **limits) is None
    assert stated_uncertainty(D(21), RANGES, typed=D("0.2"), **limits) == D("0.2")
    assert stated_uncertainty(D(-1), RANGES, typed=D("0.2"), **limits) is None
    assert stated_uncertainty(D(0), RANGES, **limits) == D("0.0015")


def test_case_9_a_negative_value_has_a_positive_uncertainty() -> None:
    assert PERCENT.of(D(-7)) == D("0.07")


@pytest.mark.parametrize("unit", ["dBm", "dBµV/m", "dB"])
def test_case_9_no_percentage_of_a_level(unit: str) -> None:
    with pytest.raises(BudgetError) as refusal:
        UncertaintyTable((Row(D(0), D(1), percent=D(1)),), unit)
    assert (refusal.value.code, refusal.value.field) == ("percent_of_level", "percent")


def test_case_10_five_notations() -> None:
    assert [scientific(D("2e-8"), notation) for notation in Notation] == [
        "2e-08", "2x10^-8", "2×10⁻⁸", "2·10^-8", "2·10⁻⁸",
    ]  # fmt: skip


ROW = {"low": "0", "high": "5", "U": "0.1"}


@pytest.mark.parametrize(
    ("rows", "code", "field"),
    [
        ([], "empty", "rows"),
        (None, "missing", "rows"),
        ([1], "missing", "rows"),
        ([{**ROW, "low": None}], "missing", "low"),
        ([{**ROW, "high": 5.0}], "not_a_decimal", "high"),
        ([{**ROW, "U": "x"}], "not_a_decimal", "U"),
        ([{**ROW, "U": None}], "one_of_two", "U"),
        ([{**ROW, "percent": "1"}], "one_of_two", "U"),
        ([{**ROW, "U": "0"}], "not_positive", "U"),
        ([{**ROW, "U": "NaN"}], "not_finite", "rows"),
        ([{**ROW, "low": "5"}], "not_rising", "rows"),
        ([ROW, {**ROW, "low": "4", "high": "9"}], "not_rising", "rows"),
    ],
)
def test_tables_that_are_refused(rows: Any, code: str, field: str) -> None:
    with pytest.raises(BudgetError) as refusal:
        parse_table({"rows": rows, "unit": "V"})
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize("typed", ["0", "-1", "NaN"])
def test_a_typed_uncertainty_is_positive(typed: str) -> None:
    with pytest.raises(BudgetError):
        stated_uncertainty(D(1), RANGES, typed=D(typed))


@given(st.decimals(-5, 25, places=2))
def test_a_value_has_one_row_or_none(value: Decimal) -> None:
    found = [row for row in RANGES.rows if row.low <= value < row.high or value == row.high == RANGES.rows[-1].high]
    assert len(found) <= 1
    assert RANGES.of(value) == (found[0].of(value) if found else None)
    assert parse_table(RANGES.to_dict()) == RANGES


def test_no_calibration_below_the_scope() -> None:
    assert below_cmc(D("0.9"), D(1))
    assert not below_cmc(D(1), D("1.0"))
    assert not below_cmc(D("0.001"), None)
    with pytest.raises(BudgetError):
        below_cmc(D(0), D(1))
