"""Named steps of a calculation: order, circles, units, and what is refused by the cell at fault."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from test_methods.formula import FormulaError
from test_methods.rules import BadParameter
from test_methods.rules.calculations import (
    check_units_of,
    computed,
    evaluate,
    evaluate_steps,
    fingerprint,
    ordered,
)

FIELDS = [
    {"key": "reading", "unit": "dBm"}, {"key": "loss", "unit": "dB"}, {"key": "gain", "unit": "dBi"},
    {"key": "offset", "unit": "kHz", "many": True}, {"key": "channel", "unit": "MHz"},
]


def step(key: str, formula: str, unit: str = "dBm", label: str = "bước") -> dict[str, str]:
    return {"key": key, "formula": formula, "unit": unit, "label_vi": label, "label_en": ""}


def refusal(*rows: dict[str, str], formula: str = "reading", fields: list[dict[str, Any]] | None = None) -> tuple[str, str, str]:
    with pytest.raises(BadParameter) as error:
        ordered(fields or FIELDS, rows, formula)
    return error.value.code, error.value.field, error.value.detail


def test_steps_stand_in_the_order_of_their_needs() -> None:
    rows = [step("eirp", "at_port + gain"), step("at_port", "reading + loss"), step("apart", "abs(loss)", "dB")]
    steps = ordered(FIELDS, rows, "eirp")
    assert [s.key for s in steps] == ["at_port", "eirp", "apart"]
    assert [s.position for s in steps] == [1, 0, 2]
    assert steps[1].needs == {"at_port"}


def test_values_come_through_the_steps() -> None:
    rows = [step("eirp", "at_port + gain"), step("at_port", "reading + loss")]
    values = {"reading": Decimal("11.5"), "loss": Decimal("0.25"), "gain": Decimal("3")}
    assert evaluate_steps(ordered(FIELDS, rows), values) == {"at_port": Decimal("11.75"), "eirp": Decimal("14.75")}
    assert evaluate(FIELDS, rows, "eirp; at_port", values) == (Decimal("14.75"), Decimal("11.75"))
    assert evaluate(FIELDS, [], "reading + loss", values) == (Decimal("11.75"),)


def test_a_list_field_goes_through_a_step() -> None:
    values = {"offset": (Decimal("3"), Decimal("-7")), "channel": Decimal("5180")}
    rows = [step("worst_kHz", "worst(offset)", "kHz")]
    assert evaluate(FIELDS, rows, "worst_kHz * 1000 / channel", values)[0].quantize(Decimal("0.0001")) == Decimal("-1.3514")


@pytest.mark.parametrize(("rows", "expected"), [
    ([step("a", "b"), step("b", "c"), step("c", "a")], ("cycle", "calculations-0-formula", "a → b → c → a")),
    ([step("z", "a"), step("a", "b"), step("b", "a")], ("cycle", "calculations-1-formula", "a → b → a")),
    ([step("a", "a + 1")], ("cycle", "calculations-0-formula", "a → a")),
    ([step("a", "reading"), step("a", "reading")], ("duplicate", "calculations-1-key", "a")),
    ([step("reading", "loss", "dB")], ("duplicate", "calculations-0-key", "reading")),
    ([step("", "reading")], ("missing", "calculations-0-key", "")),
    ([step("max", "reading")], ("bad_key", "calculations-0-key", "max")),
    ([step("tên", "reading")], ("bad_key", "calculations-0-key", "tên")),
    ([step("a", "reading", label="")], ("label", "calculations-0-label_vi", "a")),
    ([step("a", "")], ("formula_empty", "calculations-0-formula", "")),
    ([step("a", "other + 1")], ("formula_unknown_name", "calculations-0-formula", "other")),
    ([step("a", "offset")], ("formula_list_field", "calculations-0-formula", "offset")),
    ([step("a", "__import__('os')")], ("formula_character", "calculations-0-formula", "'os')")),
    ([step("a", "reading.real")], ("formula_character", "calculations-0-formula", ".real")),
    ([step("a", "reading ** 1000000000")], ("formula_not_allowed", "calculations-0-formula", "BinOp")),
    ([step("a", "1e1000000000")], ("formula_number", "calculations-0-formula", "1e1000000000")),
    ([step("a", "nan")], ("formula_unknown_name", "calculations-0-formula", "nan")),
    ([step("a", "(" * 40 + "1" + ")" * 40)], ("formula_too_deep", "calculations-0-formula", "")),
    ([step("a", "reading", "furlong")], ("unit_unknown", "calculations-0-unit", "furlong")),
    ([step("a", "reading + loss", "mW")], ("unit_mismatch", "calculations-0-unit", "dBm | mW")),
    ([step("a", "reading + reading")], ("unit_mismatch", "calculations-0-unit", "dBm | dBm")),
    ([step("a", "offset_sum", "Hz"), step("offset_sum", "max(offset)", "kHz")],
     ("unit_mismatch", "calculations-0-unit", "kHz | Hz")),
    ([step(f"s{n}", "reading") for n in range(31)], ("too_many", "calculations", "30")),
])
def test_what_cannot_be_names_its_cell(rows: list[dict[str, str]], expected: tuple[str, str, str]) -> None:
    assert refusal(*rows) == expected


def test_the_results_formula_is_refused_by_itself() -> None:
    with pytest.raises(FormulaError) as error:
        ordered(FIELDS, [], "nothing + 1")
    assert (error.value.code, error.value.detail) == ("unknown_name", "nothing")


def test_the_result_bears_the_unit_of_the_parameter() -> None:
    steps = ordered(FIELDS, [step("eirp", "reading + gain")])
    check_units_of(FIELDS, steps, "eirp", "dBm")
    check_units_of(FIELDS, (), "worst(offset) * 1000 / channel", "ppm")
    for formula, unit, where in (("eirp", "mW", "formula"), ("worst(offset) * 100 / channel", "ppm", "formula"), ("eirp", "x", "unit")):
        with pytest.raises(BadParameter) as error:
            check_units_of(FIELDS, steps, formula, unit)
        assert error.value.field == where


@pytest.mark.parametrize(("formula", "values", "code", "detail"), [
    ("reading / loss", {"reading": Decimal(1), "loss": Decimal(0)}, "division_by_zero", "a"),
    ("log10(loss)", {"loss": Decimal(-1)}, "domain", "log10"),
    ("reading * 1e30 * 1e30", {"reading": Decimal(10)}, "overflow", "a"),
    ("reading + loss", {"reading": Decimal("NaN"), "loss": Decimal(1)}, "bad_value", "reading"),
    ("reading + loss", {"reading": Decimal(1)}, "missing_value", "loss"),
    ("max(offset)", {"offset": ()}, "empty_list", "offset"),
])
def test_a_step_that_gives_no_number_says_which(formula: str, values: dict[str, Any], code: str, detail: str) -> None:
    plain = [{**f, "unit": ""} for f in FIELDS]
    with pytest.raises(FormulaError) as error:
        evaluate_steps(ordered(plain, [step("a", formula, "")]), values)
    assert (error.value.code, error.value.detail, error.value.field) == (code, detail, "a")


def test_only_a_single_field_is_not_computed() -> None:
    assert not computed(FIELDS, [], "reading")
    assert not computed(FIELDS, [], "reading; loss")
    assert computed(FIELDS, [], "max(offset)") and computed(FIELDS, [], "reading + loss") and computed(FIELDS, [], "-reading")
    assert computed(FIELDS, [step("a", "reading")], "a")


def test_a_changed_formula_changes_the_fingerprint() -> None:
    parameter = {"fields": FIELDS, "calculations": [step("a", "reading")], "formula": "a", "unit": "dBm"}
    vector = {"inputs": {"reading": "1"}, "expected": ["1"], "tolerance": Decimal("0.01")}
    first = fingerprint(parameter, vector)
    assert first == fingerprint({**parameter, "fields": [{**f, "label_vi": "khác"} for f in FIELDS]}, vector)
    for changed in ({"formula": "a + 0"}, {"unit": "dBW"}, {"calculations": [step("a", "reading + 0")]}):
        assert fingerprint({**parameter, **changed}, vector) != first
    assert fingerprint(parameter, {**vector, "expected": ["2"]}) != first
