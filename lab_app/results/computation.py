"""From typed raw readings to value, uncertainty, limit and verdict: pure, one path for the live preview and the record.

Nothing here knows a database: it takes the method's fields, formula and budget as data and answers everything that is frozen
with the reading (7.5.1), so that the work can be repeated from the record alone.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lab_app.core.quantity import NotANumber, normalise_unit, parse_decimal
from lab_app.metrology.censoring import (
    OPERATORS,
    TURNED,
    Censored,
    WorkingRange,
    censor,
    decide_bound,
    direction,
    parse_range,
)
from lab_app.metrology.decision import Decision, DecisionRule, Verdict, decide, parse_rule
from lab_app.metrology.distributions import type_a
from lab_app.metrology.errors import LimitError, MetrologyError
from lab_app.metrology.limits import (
    Bounds,
    Limit,
    LimitLine,
    Mask,
    ObservationLimit,
    chosen,
    parse_limit,
    resolve,
)
from lab_app.metrology.units import convert, find_unit
from test_methods.formula import Formula, FormulaError, parse_formulas
from test_methods.rules.budgets import table_of

#: Fields whose key begins so give what a limit over frequency, or a mask, is asked at.
FREQUENCY = "frequency"
REFERENCE, BANDWIDTH, REFERENCE_LEVEL = "reference_frequency", "bandwidth", "reference_level"
#: Limits that stand on conditions which the line does not state: recorded, not judged.
UNCHOSEN = frozenset({"condition_missing", "no_row", "several_rows"})
LEFT_OUT = ("NA", "NT")
OBSERVED = {"PASS": Verdict.PASS, "FAIL": Verdict.FAIL, "NA": Verdict.NOT_APPLICABLE, "NT": Verdict.NOT_TESTED}


class EntryRefused(ValueError):
    """A typed value that cannot be taken: the field's key, a code, and what was typed. Forms put it into words."""

    def __init__(self, key: str, code: str, text: str = "") -> None:
        super().__init__(f"{key}: {code}")
        self.key, self.code, self.text = key, code, text


@dataclass(frozen=True)
class Spec:
    """A method parameter as data: what is read, how the result follows, with which uncertainty. `ranges`: of a budget that states U by
    range of the value, in its unit; `working`: the working range; `conditions`: those of the line, which choose a row of a table."""

    code: str
    kind: str
    fields: Sequence[Mapping[str, Any]]
    formula: str
    unit: str
    places: int
    u: Decimal | None = None
    k: Decimal | None = None
    u_unit: str = ""
    u_max: Decimal | None = None
    budget: Mapping[str, Any] | None = None
    u_exempt_reason: str = ""
    calculations: Sequence[Mapping[str, Any]] = ()
    replicates: int = 0
    operators: bool = False
    working: Mapping[str, Any] | None = None
    conditions: str = ""
    ranges: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Raw:
    """One raw reading: as typed, as understood. `origin` names where a value that nobody typed came from; `operator` (`<`, `>`) stands
    where only a bound was read."""

    key: str
    text: str
    values: tuple[Decimal, ...]
    unit: str
    source: str
    many: bool = False
    origin: str = ""
    operator: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the reading."""
        numbers = [format(v, "f") for v in self.values]
        body: dict[str, Any] = {"text": self.text, "unit": self.unit, "source": self.source}
        if self.operator:
            body["operator"] = self.operator
        if self.origin:
            body["origin"] = self.origin
        return body | ({"values": numbers} if self.many else {"value": numbers[0]})


@dataclass(frozen=True)
class Outcome:
    """The result of one line. `values` has several parts for a composite result (two band edges). With an `operator` the result is only
    known to lie below (`<`) or above (`>`) `value`, and no uncertainty is stated for it."""

    values: tuple[Decimal, ...]
    value: Decimal | None
    unit: str
    u: Decimal | None
    k: Decimal | None
    limit: Limit | None
    decision: Decision
    frozen: dict[str, Any] = field(default_factory=dict)
    operator: str = ""

    @property
    def verdict(self) -> Verdict:
        """The verdict as the rule gave it."""
        return self.decision.verdict


def split(text: str, many: bool) -> list[str]:
    """Typed pieces of a field: several values are parted by semicolons or line ends."""
    if not many:
        return [text.strip()] if text.strip() else []
    return [p.strip() for p in text.replace("\n", ";").split(";") if p.strip()]


def understand(
    fields: Iterable[Mapping[str, Any]], texts: Mapping[str, str], locale: str, defaults: Mapping[str, tuple[Decimal, str]],
    replicates: int = 0, operators: bool = False,
) -> tuple[dict[str, Raw], dict[str, EntryRefused]]:
    """Read what was typed. `defaults`: key → (value, where from) for fields left empty (supplied by the customer, a factor).
    `replicates`: how many values a measured field of several needs; `operators`: whether `<` and `>` may stand before one value.

    Answers the readings understood and, per key, what could not be read: `missing`, `too_few`, `operator`, or a code of `NotANumber`.
    """
    understood: dict[str, Raw] = {}
    refused: dict[str, EntryRefused] = {}
    for f in fields:
        key, many, unit = str(f["key"]), bool(f.get("many")), str(f.get("unit") or "")
        source = str(f.get("source") or "measured")
        fixed = f.get("fixed")
        if fixed not in (None, ""):
            understood[key] = Raw(key, str(fixed), (Decimal(str(fixed)),), unit, source, many)
            continue
        text = texts.get(key, "")
        pieces = split(text, many)
        if not pieces:
            if key in defaults:
                value, origin = defaults[key]
                understood[key] = Raw(key, "", (value,), unit, source, many, origin)
            else:
                refused[key] = EntryRefused(key, "missing", str(replicates) if many and replicates > 1 else "")
            continue
        try:
            operator, values = _read(key, pieces, locale, operators and not many and source == "measured")
        except EntryRefused as error:
            refused[key] = error
            continue
        if many and source == "measured" and len(values) < replicates:
            refused[key] = EntryRefused(key, "too_few", f"{len(values)}/{replicates}")
            continue
        understood[key] = Raw(key, text, values, unit, source, many, operator=operator)
    return understood, refused


def _read(key: str, pieces: Sequence[str], locale: str, operators: bool) -> tuple[str, tuple[Decimal, ...]]:
    operator, values = "", []
    for piece in pieces:
        if piece[0] in "<>≤≥":
            if not operators or piece[0] not in OPERATORS:
                raise EntryRefused(key, "operator", piece)
            operator, piece = piece[0], piece[1:].strip()
        try:
            values.append(parse_decimal(piece, locale))
        except NotANumber as error:
            raise EntryRefused(key, error.code, error.text) from error
    return operator, tuple(values)


# ---- the limit ---------------------------------------------------------------------------------------------


def _given(spec: Spec, raw: Mapping[str, Raw], start: str, unit: str) -> Decimal | None:
    """The value of the first field whose key begins so, in a unit."""
    for f in spec.fields:
        key = str(f["key"])
        if key.startswith(start) and key in raw:
            return convert(raw[key].values[0], raw[key].unit or unit, unit)
    return None


def resolved_limit(spec: Spec, raw: Mapping[str, Raw], limit: Limit | None) -> Limit | None:
    """The bounds that decide at the reading's point: a table's row by the line's conditions, a line over frequency or a mask at the
    frequency read. A limit that is asked over frequency without one stays as it is. Raises `LimitError`."""
    if limit is None or isinstance(limit, (Bounds, ObservationLimit)):
        return limit
    conditions = {"": spec.conditions}
    at = chosen(limit, conditions)
    if not isinstance(at, (LimitLine, Mask)):
        return at
    f = _given(spec, raw, FREQUENCY, at.f_unit)
    if f is None:
        return at
    if isinstance(at, LimitLine):
        return resolve(at, None, f)
    level = _given(spec, raw, REFERENCE_LEVEL, at.level_unit) if at.level_unit else None
    return resolve(at, None, f, _given(spec, raw, REFERENCE, at.f_unit), bandwidth=_given(spec, raw, BANDWIDTH, at.f_unit), level=level)


@lru_cache(maxsize=512)
def _formulas(text: str, keys: tuple[str, ...], lists: tuple[str, ...]) -> tuple[Formula, ...]:
    return parse_formulas(text, keys, lists)


def compute(
    spec: Spec, limit_data: Mapping[str, Any], rule_data: Mapping[str, Any] | None, raw: Mapping[str, Raw], observation: str = ""
) -> Outcome:
    """Value, U, limit and verdict of one line. `observation` NA or NT stands for "not applicable", "not tested" in any line.

    Raises `EntryRefused` naming a field when the formula or the limit cannot be evaluated (division by zero, a frequency beyond
    the limit line's ends, an answer that is not allowed).
    """
    limit = parse_limit(limit_data) if limit_data else None
    rule = parse_rule(rule_data) if rule_data else None
    if spec.kind == "observation":
        return _observe(spec, limit, observation, rule_data)
    if observation:
        return _left_out(spec, limit, observation, rule_data)
    values, steps, operator = _values(spec, raw)
    at, why = _limit_here(spec, raw, limit)
    censored = _censored(spec, values, operator)
    u = None if censored is not None and censored.operator else expanded(spec, values)
    k = spec.k if u is not None or spec.u is None else None
    decision = _decide(spec, rule, at, why, values, censored, u)
    shown = values if censored is None else (censored.value,)
    outcome = Outcome(shown, _telling(at, shown), spec.unit, u, k, at, decision,
                      _frozen(spec, shown, at, rule_data, decision), censored.operator if censored is not None else "")
    outcome.frozen.update(_worked_out(spec, raw, values, steps, censored))
    return outcome


def _values(spec: Spec, raw: Mapping[str, Raw]) -> tuple[tuple[Decimal, ...], dict[str, Decimal], str]:
    """The result (its parts), the named steps on the way, and the operator that the readings pass on to it."""
    keys = tuple(str(f["key"]) for f in spec.fields)
    lists = tuple(str(f["key"]) for f in spec.fields if f.get("many"))
    numbers: dict[str, Any] = {k: list(r.values) if r.many else r.values[0] for k, r in raw.items()}
    bounded = {key: r.operator for key, r in raw.items() if r.operator}
    steps: dict[str, Decimal] = {}
    try:
        if spec.calculations:
            from test_methods.rules.calculations import evaluate_steps, ordered

            if bounded:
                raise EntryRefused(next(iter(bounded)), "operator_lost")
            steps = evaluate_steps(ordered(spec.fields, spec.calculations, spec.formula), numbers)
            keys, numbers = (*keys, *steps), numbers | steps
        formulas = _formulas(spec.formula, keys, lists)
        values = tuple(f.evaluate(numbers) for f in formulas)
    except FormulaError as error:
        raise EntryRefused("", f"formula_{error.code}", error.detail) from error
    return values, steps, _passed_on(formulas, bounded)


def _passed_on(formulas: Sequence[Formula], bounded: Mapping[str, str]) -> str:
    """Which operator stands before the result. `EntryRefused` where the formula does not keep the direction of a bound."""
    found = set()
    for key, operator in bounded.items():
        along = direction(formulas[0].expression.root, key) if len(formulas) == 1 else None
        if along is None:
            raise EntryRefused(key, "operator_lost")
        if along:
            found.add(operator if along > 0 else TURNED[operator])
    if len(found) > 1:
        raise EntryRefused(next(iter(bounded)), "operator_lost")
    return found.pop() if found else ""


def _limit_here(spec: Spec, raw: Mapping[str, Raw], limit: Limit | None) -> tuple[Limit | None, str]:
    """The limit at this reading in the unit of the result, or the limit as it is with why none can be chosen."""
    try:
        at = resolved_limit(spec, raw, limit)
        return (_in_unit(at, spec.unit) if isinstance(at, Bounds) else at), ""
    except LimitError as error:
        if error.code in UNCHOSEN:
            return limit, error.code
        raise _at_frequency(spec, error) from error
    except MetrologyError as error:
        raise _at_frequency(spec, error) from error


def _at_frequency(spec: Spec, error: MetrologyError) -> EntryRefused:
    starts = {"reference": REFERENCE, "bandwidth": BANDWIDTH, "reference_level": REFERENCE_LEVEL}
    start = starts.get(error.field, FREQUENCY)
    return EntryRefused(next((str(f["key"]) for f in spec.fields if str(f["key"]).startswith(start)), ""), error.code, str(error))


def working_range(spec: Spec) -> WorkingRange | None:
    """The parameter's working range in the unit of the result; None where it has none."""
    try:
        found = parse_range(spec.working)
        return found.in_unit(spec.unit) if found is not None else None
    except MetrologyError as error:
        raise EntryRefused("", "working_range", str(error)) from error


def _censored(spec: Spec, values: Sequence[Decimal], operator: str) -> Censored | None:
    """A single result against the working range; None where neither a range nor an operator has to do with it."""
    working = working_range(spec)
    if len(values) != 1 or (working is None and not operator):
        return None
    return censor(values[0], operator, working)


def _decide(
    spec: Spec, rule: DecisionRule | None, at: Limit | None, why: str, values: tuple[Decimal, ...], censored: Censored | None,
    u: Decimal | None,
) -> Decision:
    if why:
        return Decision(Verdict.NOT_EVALUATED, reason=why, rule=rule.code if rule else "")
    if isinstance(at, (LimitLine, Mask)):
        return Decision(Verdict.NOT_EVALUATED, reason="frequency_needed", rule=rule.code if rule else "")
    if censored is not None and censored.operator and isinstance(at, Bounds):
        return decide_bound(rule, at, censored.value, censored.operator)
    working = working_range(spec) if len(values) > 1 else None
    if working is not None and any(censor(v, "", working).operator for v in values):
        return Decision(Verdict.NOT_EVALUATED, reason="outside_working_range", rule=rule.code if rule else "")
    return decide(rule, at, list(values) if len(values) > 1 else values[0], u, spec.u_max,
                  spec.k if spec.k is not None else Decimal(2))


def replicated(spec: Spec, raw: Mapping[str, Raw]) -> dict[str, dict[str, str]]:
    """Mean, s (n - 1) and the type A uncertainty of the mean (JCGM 100 4.2) of every measured field of several values, where the
    parameter asks for replicates."""
    if spec.replicates < 2:
        return {}
    out = {}
    for key, one in raw.items():
        if one.many and one.source == "measured" and len(one.values) > 1:
            found = type_a(one.values)
            out[key] = {"n": str(len(one.values)), "mean": format(found.mean, "f"), "s": format(found.s, "f"),
                        "u": format(found.u_mean, "f"), "nu": str(found.nu), "unit": one.unit}
    return out


def _worked_out(
    spec: Spec, raw: Mapping[str, Raw], values: Sequence[Decimal], steps: Mapping[str, Decimal], censored: Censored | None
) -> dict[str, Any]:
    """What else is frozen with the result, each only where there is such a thing."""
    out: dict[str, Any] = {}
    if steps:
        told = ("key", "formula", "unit", "label_vi", "label_en")
        out["steps"] = [{**{n: str(c.get(n) or "") for n in told}, "value": format(steps[str(c["key"])], "f")}
                        for c in spec.calculations if str(c["key"]) in steps]
    found = replicated(spec, raw)
    if found:
        out["replicates"] = found
    if censored is not None:
        working = working_range(spec)
        out["working_range"] = working.to_dict() if working is not None else None
        if censored.operator:
            out |= {"operator": censored.operator, "below": censored.below, "above": censored.above,
                    "calculated": [format(v, "f") for v in values]}
    return out


def _in_unit(limit: Bounds, unit: str) -> Bounds:
    """The limit in the unit of the result, so that margin, U and limit stand in one unit."""
    if not unit or not limit.unit or normalise_unit(unit) == limit.unit:
        return limit
    low, high = (None if v is None else convert(v, limit.unit, unit) for v in (limit.low, limit.high))
    return Bounds(low, high, limit.low_inclusive, limit.high_inclusive, limit.absolute, unit)


def expanded(spec: Spec, values: Sequence[Decimal]) -> Decimal | None:
    """U in the unit of the result. A budget in % of a linear result is a share of the value's magnitude (none of a value of zero);
    decibels belong to levels; U by range is that of the range the value lies in, none outside all of them.
    `EntryRefused("", "u_unit")` where the budget does not fit the result."""
    if spec.u is None or not spec.u_unit or not spec.unit:
        return spec.u
    try:
        unit, given = find_unit(spec.unit), find_unit(spec.u_unit)
        same = unit == given or (unit.is_level and given.symbol == "dB")
        if spec.ranges:
            return _by_range(spec, values, same)
        if same:
            return spec.u
        if given.symbol == "%" and not unit.is_level:
            share = max((abs(v) for v in values), default=Decimal(0)) * spec.u / 100
            return share or None
        return convert(spec.u, spec.u_unit, spec.unit)
    except MetrologyError as error:
        raise EntryRefused("", "u_unit", f"{spec.u_unit} | {spec.unit}") from error


def _by_range(spec: Spec, values: Sequence[Decimal], same: bool) -> Decimal | None:
    """The largest U of the values, each from the row it lies in; the ends of the rows stand in the unit of U where that is a unit of
    the value, in the value's own where U is in decibels."""
    table = table_of(spec.ranges, spec.u_unit)
    found = [table.of(v if same else convert(v, spec.unit, spec.u_unit)) for v in values]
    if not found or any(u is None for u in found):
        return None
    largest = max(u for u in found if u is not None)
    return largest if same else convert(largest, spec.u_unit, spec.unit)


def _left_out(spec: Spec, limit: Limit | None, observation: str, rule_data: Mapping[str, Any] | None) -> Outcome:
    """A numerical line that was not applicable or not tested: no value, no margin, the reason stands in the note."""
    if observation not in LEFT_OUT:
        raise EntryRefused("observation", "answer_not_allowed", observation)
    decision = Decision(OBSERVED[observation])
    return Outcome((), None, spec.unit, None, None, limit, decision, _frozen(spec, (), limit, rule_data, decision))


def _telling(limit: Limit | None, values: tuple[Decimal, ...]) -> Decimal:
    """Of a composite result the part nearest to (or furthest beyond) its limit; a single value is itself."""
    if len(values) == 1 or not isinstance(limit, Bounds):
        return values[0]
    return min(values, key=limit.margin)


def _observe(spec: Spec, limit: Limit | None, observation: str, rule_data: Mapping[str, Any] | None) -> Outcome:
    allowed = limit if isinstance(limit, ObservationLimit) else None
    if observation not in OBSERVED:
        raise EntryRefused("observation", "missing")
    decision = decide(None, allowed, observation)
    if decision.reason == "answer_not_allowed":
        raise EntryRefused("observation", "answer_not_allowed", observation)
    return Outcome((), None, "", None, None, allowed, decision, _frozen(spec, (), allowed, rule_data, decision))


def _frozen(
    spec: Spec, values: tuple[Decimal, ...], limit: Limit | None, rule_data: Mapping[str, Any] | None, decision: Decision
) -> dict[str, Any]:
    return {
        "parameter": spec.code, "kind": spec.kind, "formula": spec.formula, "places": spec.places,
        "values": [format(v, "f") for v in values], "budget": dict(spec.budget) if spec.budget else None,
        "u_exempt_reason": spec.u_exempt_reason, "u_max": None if spec.u_max is None else format(spec.u_max, "f"),
        "rule": dict(rule_data) if rule_data else None, "limit": limit.to_dict() if limit is not None else None,
        "decision": decision.to_dict(),
    }
