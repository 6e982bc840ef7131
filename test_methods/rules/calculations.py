"""Named steps of a calculation between the reading fields and the result: ordered by what they need, checked in their units.

A step is `{"key","formula","unit","label_vi","label_en"}`; its formula may use reading fields and other steps, in any order of
writing. The parameter's own formula then computes the result from fields and steps. Nothing here rounds (JCGM 100 7.2.6).
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lab_app.metrology.errors import UnitError
from lab_app.metrology.expression import Name
from lab_app.metrology.unit_check import check_units
from lab_app.metrology.units import find_unit
from test_methods.formula import Formula, FormulaError, Value, parse_formulas
from test_methods.rules.parameters import BadParameter

MAX_STEPS = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One step, parsed. `needs` are the steps it uses; `position` is where it was written (from 0)."""

    key: str
    formula: Formula
    unit: str
    label_vi: str
    label_en: str
    needs: frozenset[str]
    position: int


def ordered(fields: Sequence[Mapping[str, Any]], calculations: Sequence[Mapping[str, Any]], formula: str = "") -> tuple[Step, ...]:
    """The steps in an order in which each finds what it needs; steps that need nothing of each other stay as written.

    `BadParameter` names the cell at fault (`calculations-2-formula`): a missing, doubled or impossible key, a formula that is not
    one, an unknown name, units that do not fit, steps that need each other in a circle. `FormulaError` for the result's formula.
    """
    single = tuple(str(f.get("key") or "") for f in fields if not f.get("many"))
    many = tuple(str(f.get("key") or "") for f in fields if f.get("many"))
    units = tuple((str(f.get("key") or ""), str(f.get("unit") or "")) for f in fields)
    names = ("key", "formula", "unit", "label_vi", "label_en")
    return _ordered(single, many, units, tuple(tuple(str(c.get(n) or "").strip() for n in names) for c in calculations), formula)


def evaluate_steps(steps: Iterable[Step], values: Mapping[str, Value]) -> dict[str, Decimal]:
    """Step key → its value, from the readings (`values` as `Formula.evaluate` takes them). `FormulaError` names step and fault."""
    known: dict[str, Value] = dict(values)
    found: dict[str, Decimal] = {}
    for step in steps:
        try:
            found[step.key] = step.formula.evaluate(known)
        except FormulaError as error:
            raise FormulaError(error.code, error.detail or step.key, step.key) from error
        known[step.key] = found[step.key]
    return found


def evaluate(
    fields: Sequence[Mapping[str, Any]], calculations: Sequence[Mapping[str, Any]], formula: str, values: Mapping[str, Value],
) -> tuple[Decimal, ...]:
    """The results of a parameter from readings alone, through its steps. `FormulaError` where they give none."""
    steps = ordered(fields, calculations, formula)
    numbers = {**values, **evaluate_steps(steps, values)}
    return tuple(part.evaluate(numbers) for part in result_formulas(fields, steps, formula))


def result_formulas(fields: Sequence[Mapping[str, Any]], steps: Sequence[Step], formula: str) -> tuple[Formula, ...]:
    """The formulas of the result, over fields and steps."""
    single = [str(f["key"]) for f in fields if not f.get("many")]
    return parse_formulas(formula, [*single, *(s.key for s in steps)], [str(f["key"]) for f in fields if f.get("many")])


def check_units_of(fields: Sequence[Mapping[str, Any]], steps: Sequence[Step], formula: str, unit: str) -> None:
    """Every result of the formula bears `unit`, where units can be followed at all. `BadParameter` names unit or formula."""
    try:
        units = {str(f["key"]): find_unit(str(f.get("unit") or "")).symbol for f in fields}
    except UnitError as error:
        raise BadParameter("unit_unknown", "fields", error.detail) from error
    units |= {s.key: s.unit for s in steps}
    try:
        find_unit(unit)
    except UnitError as error:
        raise BadParameter("unit_unknown", "unit", unit) from error
    for part in result_formulas(fields, steps, formula):
        try:
            check_units(part.expression, units, unit)
        except UnitError as error:
            raise BadParameter("unit_mismatch", "formula", error.detail) from error


def computed(fields: Sequence[Mapping[str, Any]], calculations: Sequence[Mapping[str, Any]], formula: str) -> bool:
    """Whether a result is worked out at all: more than one field read off as it is. Those need test vectors (7.11.6)."""
    if calculations:
        return True
    parts = result_formulas(fields, (), formula)
    return any(not isinstance(part.expression.root, Name) for part in parts)


def fingerprint(parameter: Mapping[str, Any], vector: Mapping[str, Any]) -> str:
    """What a run of a vector stands on: fields, steps, formula, unit, inputs, expectation. A change of any makes the run stale."""
    told = {
        "fields": [{n: f.get(n) for n in ("key", "unit", "many", "fixed")} for f in parameter["fields"]],
        "calculations": [{n: c.get(n) for n in ("key", "formula", "unit")} for c in parameter["calculations"]],
        "formula": parameter["formula"], "unit": parameter["unit"],
        "inputs": dict(vector["inputs"]), "expected": list(vector["expected"]), "tolerance": str(vector["tolerance"]),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


@lru_cache(maxsize=512)
def _ordered(
    single: tuple[str, ...], many: tuple[str, ...], units: tuple[tuple[str, str], ...], rows: tuple[tuple[str, ...], ...], formula: str,
) -> tuple[Step, ...]:
    if len(rows) > MAX_STEPS:
        raise BadParameter("too_many", "calculations", str(MAX_STEPS))
    keys = [row[0] for row in rows]
    taken = {*single, *many}
    for at, key in enumerate(keys):
        if not key:
            raise BadParameter("missing", _cell(at, "key"))
        if key in taken:
            raise BadParameter("duplicate", _cell(at, "key"), key)
        taken.add(key)
        if not rows[at][3]:
            raise BadParameter("label", _cell(at, "label_vi"), key)
        _known_key(at, key)
    steps = tuple(_step(at, row, [*single, *keys], many, frozenset(keys)) for at, row in enumerate(rows))
    sorted_steps = _sorted(steps)
    _check_step_units(sorted_steps, dict(units))
    if formula:
        parse_formulas(formula, [*single, *keys], many)
    return sorted_steps


def _cell(at: int, name: str) -> str:
    return f"calculations-{at}-{name}"


def _known_key(at: int, key: str) -> None:
    try:
        Formula.parse("0", [key])
    except FormulaError as error:
        raise BadParameter("bad_key", _cell(at, "key"), key[:40]) from error


def _step(at: int, row: tuple[str, ...], names: Sequence[str], many: tuple[str, ...], keys: frozenset[str]) -> Step:
    key, text, unit, label_vi, label_en = row
    try:
        formula = Formula.parse(text, names, many)
    except FormulaError as error:
        raise BadParameter(f"formula_{error.code}", _cell(at, "formula"), error.detail) from error
    try:
        symbol = find_unit(unit).symbol
    except UnitError as error:
        raise BadParameter("unit_unknown", _cell(at, "unit"), unit[:40]) from error
    return Step(key, formula, symbol, label_vi, label_en, formula.names & keys, at)


def _sorted(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    done: list[Step] = []
    have: set[str] = set()
    left = list(steps)
    while left:
        ready = next((s for s in left if s.needs <= have), None)
        if ready is None:
            circle = _circle(left)
            raise BadParameter("cycle", _cell(next(s.position for s in left if s.key == circle[0]), "formula"), " → ".join(circle))
        left.remove(ready)
        have.add(ready.key)
        done.append(ready)
    return tuple(done)


def _circle(left: Sequence[Step]) -> list[str]:
    """One circle among steps that all wait for another: follow the first need until a step comes again."""
    by_key = {s.key: s for s in left}
    path = [left[0].key]
    while True:
        need = min(k for k in by_key[path[-1]].needs if k in by_key)
        if need in path:
            return [*path[path.index(need):], need]
        path.append(need)


def _check_step_units(steps: Iterable[Step], field_units: dict[str, str]) -> None:
    known: dict[str, str] = {}
    for key, unit in field_units.items():
        try:
            known[key] = find_unit(unit).symbol
        except UnitError as error:
            raise BadParameter("unit_unknown", "fields", unit[:40]) from error
    for step in steps:
        try:
            check_units(step.formula.expression, known, step.unit)
        except UnitError as error:
            raise BadParameter("unit_mismatch", _cell(step.position, "unit"), error.detail) from error
        known[step.key] = step.unit
