"""Bad input at every door of the arithmetic: each is a refusal with a code, naming the field at fault, and none takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from lab_app.metrology.budget import Budget, Component, parse_budget
from lab_app.metrology.control_charts import individuals, mean_range
from lab_app.metrology.control_rules import Statistics
from lab_app.metrology.coverage import Coverage
from lab_app.metrology.decision import DR_GB_U, DR_SA, Verdict, decide, parse_rule
from lab_app.metrology.distributions import Distribution, pooled, type_a
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.global_risk import Process, global_risk
from lab_app.metrology.interpolation import FactorTable
from lab_app.metrology.limits import parse_limit, resolve, upper, within
from lab_app.metrology.linear_model import linear_model
from lab_app.metrology.montecarlo import simulate
from lab_app.metrology.proficiency import algorithm_a, z_score
from lab_app.metrology.quantities import Input, parse_input, readings_together
from lab_app.metrology.regression import fit_line
from lab_app.metrology.risk import specific_risk, tur
from lab_app.metrology.traces import read
from lab_app.metrology.uncertainty import evaluate
from lab_app.metrology.uncertainty_table import parse_table
from lab_app.metrology.unit_check import check_units
from lab_app.metrology.units import convert
from test_methods.formula import parse_formulas

D = Decimal
A, B = Input.standard("a", D(1), D("0.1")), Input.standard("b", D(2), D("0.1"))
NORMAL = {"source": "one", "value": "1", "distribution": "normal", "divisor": "2", "c_i": "1"}
LINE = {"type": "line", "scale": "log", "f_unit": "MHz", "unit": "dBµV", "side": "upper"}
MASK = {"type": "mask", "reference": "carrier", "offset_unit": "MHz", "unit": "dBm", "segments": [["0", "10", "-10", "-20"]]}


def model(text: str, *quantities: Input, **more: Any) -> Callable[[], object]:
    """A model evaluated to first order."""
    return lambda: evaluate(text, list(quantities or (A, B)), **more)


def simulated(text: str, *quantities: Input, **more: Any) -> Callable[[], object]:
    """A model simulated."""
    return lambda: simulate(text, list(quantities or (A, B)), **{"trials": 1000, **more})


def formula(text: str, *lists: str, values: dict[str, Any] | None = None) -> Callable[[], object]:
    """A formula of a method, parsed, and evaluated where values are given."""

    def act() -> object:
        parsed = parse_formulas(text, ["a", "b"], lists)
        return [one.evaluate(values) for one in parsed] if values is not None else parsed

    return act


def budget(**changes: Any) -> Callable[[], object]:
    """A budget of one component, changed."""
    return lambda: parse_budget({"components": [{**NORMAL, **changes}]}).evaluate()


def correlated(*pairs: tuple[str, str, str]) -> Callable[[], object]:
    """A budget of three sources with these coefficients."""
    rows = [{**NORMAL, "source": name} for name in ("x", "y", "z")]
    return lambda: parse_budget({"components": rows, "correlations": [list(pair) for pair in pairs]}).evaluate()


def limit(**data: Any) -> Callable[[], object]:
    """A limit read from its data."""
    return lambda: parse_limit(data)


REFUSED: list[tuple[str, Callable[[], object], str, str]] = [
    # what is no expression
    ("import in a model", model("__import__('os').system('true')"), "character", "model"),
    ("import in a formula", formula("__import__('os')"), "character", ""),
    ("attribute in a model", model("a.__class__"), "character", "model"),
    ("lambda in a model", model("(lambda: a)()"), "character", "model"),
    ("a function nobody knows", model("eval(a)"), "unknown_function", "model"),
    ("deep nesting in a model", model("(" * 500 + "a" + ")" * 500), "too_deep", "model"),
    ("deep nesting of signs", model("-" * 500 + "a"), "too_deep", "model"),
    ("deep nesting of functions", model("sin(" * 60 + "a" + ")" * 60), "too_deep", "model"),
    ("deep nesting in a formula", formula("(" * 500 + "a" + ")" * 500), "too_long", ""),
    ("deep nesting in a short formula", formula("(" * 60 + "a" + ")" * 60), "too_deep", ""),
    ("a long model", model("a+" * 5000 + "a"), "too_long", "model"),
    # exponents
    ("a tower of powers", model("a**10**9"), "exponent", "model"),
    ("a written power of a billion", model("a**1000000000"), "exponent", "model"),
    ("a number of a billion digits", model("a*1e1000000000"), "number", "model"),
    ("the same in a formula", formula("a*1e1000000000"), "number", ""),
    ("a quantity as a power of a billion", model("b**a", Input.standard("a", D("1e9"), D(1)), B), "overflow", "model"),
    ("a value of a budget", budget(value="1E+1000000000"), "outside", "value"),
    ("a sensitivity of a budget", budget(c_i="1E+999999"), "outside", "sensitivity"),
    ("a divisor of a budget", budget(divisor="1E-999999"), "outside", "divisor"),
    ("an estimate beyond a double", lambda: Input.standard("a", D("1e309"), D(1)), "outside", "x"),
    ("an uncertainty beyond a double", lambda: Input.standard("a", D(1), D("1e400")), "outside", "u"),
    ("a limit", limit(type="upper", limit="1E+1000000000"), "not_finite", "limit"),
    # division by zero and what has no value
    ("division by zero", model("a/(b-2)"), "division_by_zero", "model"),
    ("division by zero, simulated", simulated("a/0"), "domain", "model"),
    ("division by zero in a formula", formula("a/b", values={"a": D(1), "b": D(0)}), "division_by_zero", ""),
    ("a root of a negative number", model("sqrt(a-b)"), "domain", "model"),
    ("a root of a negative number, simulated", simulated("sqrt(a-b)"), "domain", "model"),
    ("a logarithm of zero", model("log(b-2)"), "domain", "model"),
    # not a number
    ("NaN in a model", model("nan*a"), "unknown_name", "model"),
    ("NaN as an estimate", lambda: Input.standard("a", D("NaN"), D(1)), "not_finite", "x"),
    ("infinity as an uncertainty", lambda: Input.standard("a", D(1), D("Infinity")), "not_finite", "u"),
    ("NaN in a budget", budget(value="NaN"), "not_finite", "value"),
    ("NaN as a sensitivity", budget(c_i="NaN"), "not_finite", "sensitivity"),
    ("words in a budget", budget(value="nhiều"), "not_a_decimal", "value"),
    ("a float in a budget", budget(value=0.1), "not_a_decimal", "value"),
    ("NaN degrees of freedom", budget(dof="NaN"), "not_positive", "dof"),
    ("NaN in a limit", limit(type="upper", limit="NaN"), "not_finite", "high"),
    ("NaN on a limit line", limit(**LINE, segments=[["0.15", "NaN", "66", "56"]]), "not_finite", "segments"),
    ("NaN as a frequency", lambda: resolve(parse_limit({**LINE, "segments": [["1", "2", "3", "4"]]}), {}, D("NaN"), None),
     "not_finite", "frequency"),
    ("NaN in a factor table", lambda: FactorTable(((D(1), D("NaN")),)), "not_finite", "points"),
    ("NaN among readings", lambda: type_a([D(1), D("NaN")]), "not_finite", "readings"),
    ("NaN on a chart", lambda: individuals([D(1), D("NaN")]), "not_finite", "values"),
    ("NaN as a mean", lambda: Statistics(D("NaN"), D(1)), "not_finite", "mean"),
    ("NaN as a standard deviation", lambda: Statistics(D(1), D("NaN")), "not_positive", "sd"),
    ("NaN as a score", lambda: z_score(D("NaN"), D(1), D(1)), "not_finite", "x"),
    ("NaN on a line", lambda: fit_line([D(1), D(2), D("NaN")], [D(1), D(2), D(3)]), "not_finite", "x"),
    ("NaN as u of a risk", lambda: specific_risk(upper(D(1)), D(1), D("NaN")), "not_positive", "u"),
    ("NaN as a result of a risk", lambda: specific_risk(upper(D(1)), D("NaN"), D(1)), "not_finite", "y"),
    ("NaN as a process", lambda: Process(D("NaN"), D(1)), "not_finite", "process_mean"),
    ("a process beyond a double", lambda: global_risk(upper(D(1)), Process(D(0), D("1e400")), D(1)), "outside", "s_process"),
    ("NaN as U of a ratio", lambda: tur(D(0), D(1), D("NaN")), "not_positive", "U"),
    ("NaN as a limit of a ratio", lambda: tur(D(0), D("NaN"), D(1)), "not_finite", "high"),
    ("NaN as a value to convert", lambda: convert(D("NaN"), "mV", "V"), "not_finite", "value"),
    ("NaN as a coverage factor", lambda: Coverage(k=D("NaN")), "not_positive", "k"),
    ("NaN as a probability", lambda: Coverage(p=D("NaN")), "outside", "p"),
    ("NaN as the ratio of a guard band", lambda: parse_rule({"code": "R", "kind": "simple", "r": "NaN"}), "negative", "r"),
    # correlations
    ("a coefficient above one", correlated(("x", "y", "1.2")), "outside", "correlations"),
    ("a matrix that is not positive semidefinite", correlated(("x", "y", "0.9"), ("y", "z", "0.9"), ("x", "z", "-0.9")),
     "not_positive_semidefinite", "correlations"),
    ("the same in a model", model("a+b", A, B, Input.standard("c", D(1), D(1)), correlations=[
        ("a", "b", D("0.9")), ("b", "c", D("0.9")), ("a", "c", D("-0.9"))]), "not_positive_semidefinite", "correlations"),
    ("the same simulated", simulated("a+b", A, B, Input.standard("c", D(1), D(1)), correlations=[
        ("a", "b", D("0.9")), ("b", "c", D("0.9")), ("a", "c", D("-0.9"))]), "not_positive_semidefinite", "correlations"),
    ("a correlation with nobody", correlated(("x", "w", "0.5")), "unknown_name", "correlations"),
    ("a correlation with itself", correlated(("x", "x", "1")), "same_name", "correlations"),
    ("a correlation twice", correlated(("x", "y", "0.5"), ("y", "x", "0.5")), "duplicate", "correlations"),
    ("a coefficient that is no number", correlated(("x", "y", "NaN")), "not_a_decimal", "correlations"),
    # components
    ("a component without a distribution", budget(distribution=""), "missing", "distribution"),
    ("a component with an unknown one", budget(distribution="gamma"), "unknown", "distribution"),
    ("a quantity without a distribution", lambda: parse_input("a", {"x": "1", "u": "1"}), "missing", "distribution"),
    ("a normal component without its divisor", budget(divisor=None), "missing", "divisor"),
    ("a component without a value", budget(value=None), "missing", "value"),
    ("a negative value", budget(value="-1"), "negative", "value"),
    ("a divisor of zero", budget(divisor="0"), "not_positive", "divisor"),
    ("a trapezoid without its top", budget(distribution="trapezoidal", divisor=None), "missing", "beta"),
    ("a budget without components", lambda: parse_budget({"components": []}), "empty", "components"),
    ("a budget that is no list", lambda: parse_budget({"components": "x"}), "missing", "components"),
    ("a component that is no row", lambda: parse_budget({"components": ["x"]}), "missing", "components"),
    ("a budget of nothing but zero", lambda: Budget((Component("x", D(0), Distribution.RECTANGULAR),)).evaluate(), "zero", "components"),
    ("zero, tried as a model", lambda: linear_model(Budget((Component("x", D(1), Distribution.NORMAL, D(1), dof=D("0.5")),))),
     "below_one", "dof"),
    ("a table without rows", lambda: parse_table({"unit": "mV", "rows": []}), "empty", "rows"),
    ("a percentage of a level", lambda: parse_table({"unit": "dBm", "rows": [{"low": "0", "high": "1", "percent": "5"}]}),
     "percent_of_level", "percent"),
    # limits
    ("falling frequencies within a segment", limit(**LINE, segments=[["0.5", "0.15", "56", "66"]]), "frequencies_not_rising", "segments"),
    ("falling frequencies of segments", limit(**LINE, segments=[["1", "2", "3", "3"], ["0.5", "1", "4", "4"]]),
     "frequencies_not_rising", "segments"),
    ("a logarithm of no frequency", limit(**LINE, segments=[["0", "30", "56", "66"]]), "not_positive", "segments"),
    ("a line without segments", limit(**LINE, segments=[]), "missing", "segments"),
    ("a segment of three numbers", limit(**LINE, segments=[["1", "2", "3"]]), "four_numbers", "segments"),
    ("a frequency beyond the line", lambda: resolve(parse_limit({**LINE, "segments": [["1", "2", "3", "4"]]}), {}, D(3), None),
     "outside", "frequency"),
    ("a line without a frequency", lambda: resolve(parse_limit({**LINE, "segments": [["1", "2", "3", "4"]]}), {}, None, None),
     "missing", "frequency"),
    ("a mask that says no reference", limit(**{**MASK, "reference": ""}), "missing", "reference"),
    ("a mask of an unknown reference", limit(**{**MASK, "reference": "moon"}), "unknown", "reference"),
    ("a mask asked without its reference", lambda: resolve(parse_limit(MASK), {}, D(2412), None), "missing", "reference"),
    ("a mask with falling offsets", limit(**{**MASK, "segments": [["10", "0", "-20", "-10"]]}), "frequencies_not_rising", "segments"),
    ("a range with its ends exchanged", limit(type="range", low="5", high="-5"), "empty_range", "low"),
    ("an open range of one point", limit(type="range", low="5", high="5", low_inclusive=False), "empty_range", "low"),
    ("a limit that is a float", limit(type="upper", limit=20.0), "not_a_decimal", "limit"),
    ("a limit of an unknown kind", limit(type="cloud"), "unknown", "type"),
    ("factors with falling frequencies", lambda: FactorTable(((D(2), D(1)), (D(1), D(1)))), "frequencies_not_rising", "points"),
    ("no factor outside its table", lambda: FactorTable(((D(1), D(1)), (D(2), D(1)))).at(D(3)), "outside", "frequency"),
    # units
    ("a voltage for a frequency", lambda: convert(D(1), "MHz", "mV"), "different_quantity", "unit"),
    ("a level for a power", lambda: convert(D(1), "dBm", "mW"), "log_linear", "unit"),
    ("a unit that is none", lambda: convert(D(1), "furlong", "m"), "unknown_unit", ""),
    ("millivolts added to volts", lambda: check_units(parse_formulas("a + b", ["a", "b"])[0].expression, {"a": "mV", "b": "V"}),
     "unit_mismatch", ""),
    # nothing at all
    ("no readings", lambda: type_a([]), "empty", "readings"),
    ("one reading", lambda: type_a([D(1)]), "too_few", "readings"),
    ("a series without readings", lambda: readings_together({"a": []}), "empty", "readings"),
    ("no replicates in a formula", formula("mean(a)", "a", values={"a": []}), "empty_list", ""),
    ("no series to pool", lambda: pooled([]), "empty", "deviations"),
    ("no points on a chart", lambda: individuals([]), "too_few", "values"),
    ("no subgroups", lambda: mean_range([]), "too_few", "samples"),
    ("subgroups of nothing", lambda: mean_range([[], []]), "too_few", "samples"),
    ("no participants", lambda: algorithm_a([]), "too_few", "x"),
    ("no points of a line", lambda: fit_line([], []), "empty", "x"),
    ("no quantities", lambda: evaluate("1", []), "empty", "quantities"),
    ("no model", model(""), "empty", "model"),
    ("no trace", lambda: read(b""), "no_data", ""),
    ("no rule", lambda: parse_rule({}), "missing", "code"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "code", "field"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused_with_its_field(act: Callable[[], object], code: str, field: str) -> None:
    started = time.monotonic()
    with pytest.raises(MetrologyError) as refused:
        act()
    assert (refused.value.code, refused.value.field if field else "") == (code, field), str(refused.value)
    assert time.monotonic() - started < 2, "a refusal is quick"


@pytest.mark.parametrize(
    ("value", "U", "reason"),
    [(None, "1", "no_value"), ([], "1", "no_value"), ("NaN", "1", "bad_value"), (D("NaN"), "1", "bad_value"),
     (D(1), None, "uncertainty_missing"), (D(1), "0", "uncertainty_not_positive"), (D(1), "NaN", "uncertainty_not_positive")],
)  # fmt: skip
def test_what_cannot_be_judged_is_never_a_pass(value: Any, U: str | None, reason: str) -> None:
    decision = decide(DR_GB_U, within(D(0), D(5)), value, None if U is None else D(U))
    assert (decision.verdict, decision.reason) == (Verdict.NOT_EVALUATED, reason)
    assert decide(DR_SA, None, D(1), D(1)).reason == "no_limit" and decide(None, within(D(0), D(5)), D(1)).reason == "no_rule"
