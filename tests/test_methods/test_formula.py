"""The formula grammar: what it computes, and that nothing else gets through."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from test_methods.formula import MAX_DEPTH, Formula, FormulaError, parse_formulas

D = Decimal
FIELDS = ("a", "b", "reading", "af", "cable", "preamp", "channel_mhz")
LISTS = ("per", "offset_khz")


def parse(text: str) -> Formula:
    return Formula.parse(text, FIELDS, LISTS)


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        (
            "reading + af + cable - preamp",
            {"reading": "54.1", "af": "33.2", "cable": "9.9", "preamp": "40"},
            "57.2",
        ),
        ("0.1 + 0.2", {}, "0.3"),
        ("a - b - 1", {"a": "5", "b": "2"}, "2"),
        ("a - (b - 1)", {"a": "5", "b": "2"}, "4"),
        ("2 + 3 * 4", {}, "14"),
        ("-a * -2", {"a": "3"}, "6"),
        ("+a", {"a": "3"}, "3"),
        ("a / b / 2", {"a": "8", "b": "2"}, "2"),
        ("1.50e-3 * 2", {}, "0.003"),
        (".5 + a", {"a": "1"}, "1.5"),
        ("max(per)", {"per": ["1.2", "0.9"]}, "1.2"),
        ("min(per, a, 0.5)", {"per": ["1.2", "0.9"], "a": "3"}, "0.5"),
        ("mean(per)", {"per": ["1", "2", "6"]}, "3"),
        ("worst(offset_khz)", {"offset_khz": ["12.1", "-21.8", "18.4"]}, "-21.8"),
        ("worst(offset_khz)", {"offset_khz": ["-3", "3"]}, "-3"),
        ("abs(a)", {"a": "-3"}, "3"),
        ("log10(1000)", {}, "3"),
        ("sqrt(a)", {"a": "2"}, "1.414213562373095048801688724"),
        ("1 / 3", {}, "0.3333333333333333333333333333"),
        ("max(per)", {"per": "7"}, "7"),
        ("  a\t", {"a": "1"}, "1"),
    ],
)
def test_computes(text: str, values: dict[str, Any], result: str) -> None:
    bound = {
        name: [D(part) for part in value] if isinstance(value, list) else D(value)
        for name, value in values.items()
    }
    formula = parse(text)
    assert formula.evaluate(bound) == D(result)
    assert formula.names == frozenset(values)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("1" + "+1" * 200, "too_long"),
        ("__import__('os')", "character"),
        ("a.real", "character"),
        ("a[0]", "character"),
        ("'x'", "character"),
        ("a == b", "character"),
        ("a := 1", "character"),
        ("lambda: 1", "character"),
        ("a; b", "character"),
        ("a # b", "character"),
        ("\\", "character"),
        ("a\nb", "character"),
        ("\u0661", "character"),
        ("x\u00b2", "character"),
        ("a\x00", "character"),
        ("1_000", "character"),
        ("0x10", "character"),
        ("1j", "character"),
        ("5.", "character"),
        ("1or 2", "character"),
        ("__import__(os)", "unknown_function"),
        ("eval(a)", "unknown_function"),
        ("round(a)", "unknown_function"),
        ("max(max)(a)", "unknown_function"),
        ("(max)(a)(b)", "unknown_function"),
        ("a(b)", "unknown_function"),
        ("os", "unknown_name"),
        ("max", "unknown_name"),
        ("True", "not_allowed"),
        ("None", "not_allowed"),
        ("a ** b", "not_allowed"),
        ("10**10**10", "not_allowed"),
        ("a // b", "not_allowed"),
        ("not a", "not_allowed"),
        ("a or b", "not_allowed"),
        ("a if b else 1", "not_allowed"),
        ("a in b", "not_allowed"),
        ("(a, b)", "not_allowed"),
        ("()", "not_allowed"),
        ("max(*per)", "not_allowed"),
        ("max(a for a in per)", "not_allowed"),
        ("max(a, (a, b))", "not_allowed"),
        ("max()", "arguments"),
        ("abs(a, b)", "arguments"),
        ("sqrt()", "arguments"),
        ("per", "list_field"),
        ("per + 1", "list_field"),
        ("abs(per)", "list_field"),
        ("max(-per)", "list_field"),
        ("max(per + 1)", "list_field"),
        ("a b", "syntax"),
        ("a +", "syntax"),
        ("(a", "syntax"),
        ("a)", "syntax"),
        ("007", "syntax"),
        ("import os", "syntax"),
        ("1e31", "number"),
        ("1e1000000000", "number"),
        ("1e-99", "number"),
        ("9" * 31, "number"),
        ("(" * 21 + "a" + ")" * 21, "too_deep"),
        ("-" * 250 + "a", "too_deep"),
        ("+" * 250 + "a", "too_deep"),
        ("(1+" * 21 + "1" + ")" * 21, "too_deep"),
        ("1+(" * 19 + "abs(abs(1))" + ")" * 19, "too_deep"),
    ],
)
def test_refused_when_parsed(text: str, code: str) -> None:
    with pytest.raises(FormulaError) as refusal:
        parse(text)
    assert refusal.value.code == code


def test_depth_allowed() -> None:
    assert parse("(1+" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1)).evaluate({}) == MAX_DEPTH


def test_a_long_sum_is_not_deep() -> None:
    assert parse("1" + "+1" * 140).evaluate({}) == 141
    assert parse("256" + "/2" * 8 + "*3" * 2).evaluate({}) == 9


@pytest.mark.parametrize(
    ("text", "values", "code", "detail"),
    [
        ("a + b", {"a": D(1)}, "missing_value", "b"),
        ("a", {"a": None}, "missing_value", "a"),
        ("a", {"a": 1.5}, "bad_value", "a"),
        ("a", {"a": 1}, "bad_value", "a"),
        ("a", {"a": "1"}, "bad_value", "a"),
        ("a", {"a": D("NaN")}, "bad_value", "a"),
        ("a", {"a": D("sNaN")}, "bad_value", "a"),
        ("a", {"a": D("Infinity")}, "bad_value", "a"),
        ("a", {"a": [D(1)]}, "bad_value", "a"),
        ("max(per)", {"per": []}, "empty_list", "per"),
        ("max(per)", {"per": [D(1), 2.0]}, "bad_value", "per"),
        ("max(per)", {"per": [D(1)] * 1001}, "bad_value", "per"),
        ("1 / a", {"a": D(0)}, "division_by_zero", ""),
        ("a / a", {"a": D("0.0")}, "division_by_zero", ""),
        ("1 / (a - a)", {"a": D("7.1")}, "division_by_zero", ""),
        ("log10(a)", {"a": D(0)}, "domain", "log10"),
        ("log10(a)", {"a": D(-1)}, "domain", "log10"),
        ("sqrt(a)", {"a": D(-1)}, "domain", "sqrt"),
        ("a * 1e30 * 1e30", {"a": D(1)}, "overflow", ""),
        ("a * a", {"a": D("1E+999999")}, "overflow", ""),
        ("a", {"a": D("1E-999999")}, "overflow", ""),
    ],
)
def test_refused_when_computed(text: str, values: dict[str, Any], code: str, detail: str) -> None:
    with pytest.raises(FormulaError) as refusal:
        parse(text).evaluate(values)
    assert (refusal.value.code, refusal.value.detail) == (code, detail)


@pytest.mark.parametrize("name", ["max", "lambda", "None", "a b", "1a", "\u00e1", "", "x" * 41, "_a"])
def test_field_names_are_plain(name: str) -> None:
    with pytest.raises(FormulaError) as refusal:
        Formula.parse("1", [name])
    assert refusal.value.code == "bad_field"


def test_the_parts_of_a_composite_result() -> None:
    low, high = parse_formulas("f_low; f_high - 1", ["f_low", "f_high"])
    values = {"f_low": D("2403.12"), "f_high": D("2481.87")}
    assert [low.evaluate(values), high.evaluate(values)] == [D("2403.12"), D("2480.87")]
    for text in ("a;", ";", "1;" * 9 + "1"):
        with pytest.raises(FormulaError):
            parse_formulas(text, FIELDS)


PIECES = st.lists(
    st.sampled_from(
        ["a", "b", "per", "max", "min", "mean", "worst", "abs", "log10", "sqrt", "__import__", "lambda", "if",
         "(", ")", "((", "))", ",", "+", "-", "*", "**", "/", "//", " ", "1", "0", "0.5", "1e30", "9e999", "'os'",
         ".", "[", "]", ":", "=", "%", "@", "\n", "\t", "\u00e9", "await", "for", "in", "not", "True"]
    ),
    max_size=60,
).map("".join)  # fmt: skip
READINGS = st.one_of(
    st.none(),
    st.floats(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.lists(st.decimals(allow_nan=True), max_size=4),
)


@given(PIECES | st.text(max_size=400), READINGS, READINGS, READINGS)
@example("__import__('os').system('true')", None, None, None)
@example("(" * 400, None, None, None)
@example("-" * 299 + "1", None, None, None)
@example("10**10**10", None, None, None)
@example("9" * 300, None, None, None)
@example("max(" * 20 + "1" + ")" * 20, None, None, None)
def test_nothing_but_a_finite_number_or_a_formula_error(text: str, a: Any, b: Any, per: Any) -> None:
    try:
        result = Formula.parse(text, ["a", "b"], ["per"]).evaluate({"a": a, "b": b, "per": per})
    except FormulaError as refusal:
        assert refusal.code
        return
    assert isinstance(result, Decimal)
    assert result.is_finite()


NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=3)


@given(NUMBERS, NUMBERS, st.lists(NUMBERS, min_size=1, max_size=5))
def test_agrees_with_plain_arithmetic(a: Decimal, b: Decimal, per: list[Decimal]) -> None:
    formula = Formula.parse("(a - b) * 2 + max(per) - min(per) / 4 + abs(a)", ["a", "b"], ["per"])
    expected = (a - b) * 2 + max(per) - min(per) / 4 + abs(a)
    assert formula.evaluate({"a": a, "b": b, "per": per}) == expected
