"""From typed raw readings to value, uncertainty, limit and verdict: pure, one path for the live preview and the record.

Nothing here knows a database: it takes the method's fields, formula and budget as data and answers everything that is frozen
with the reading (7.5.1), so that the work can be repeated from the record alone.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lab_app.core.quantity import NotANumber, normalise_unit, parse_decimal
from lab_app.metrology.decision import Decision, Verdict, decide, parse_rule
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import Bounds, Limit, LimitLine, ObservationLimit, parse_limit
from lab_app.metrology.units import convert, find_unit
from test_methods.formula import FormulaError, parse_formulas

FREQUENCY = "frequency"
LEFT_OUT = ("NA", "NT")
OBSERVED = {"PASS": Verdict.PASS, "FAIL": Verdict.FAIL, "NA": Verdict.NOT_APPLICABLE, "NT": Verdict.NOT_TESTED}


class EntryRefused(ValueError):
    """A typed value that cannot be taken: the field's key, a code, and what was typed. Forms put it into words."""

    def __init__(self, key: str, code: str, text: str = "") -> None:
        super().__init__(f"{key}: {code}")
        self.key, self.code, self.text = key, code, text


@dataclass(frozen=True)
class Spec:
    """A method parameter as data: what is read, how the result follows, with which uncertainty."""

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


@dataclass(frozen=True)
class Raw:
    """One raw reading: as typed, as understood. `origin` names where a value that nobody typed came from."""

    key: str
    text: str
    values: tuple[Decimal, ...]
    unit: str
    source: str
    many: bool = False
    origin: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the reading."""
        numbers = [format(v, "f") for v in self.values]
        body: dict[str, Any] = {"text": self.text, "unit": self.unit, "source": self.source}
        if self.origin:
            body["origin"] = self.origin
        return body | ({"values": numbers} if self.many else {"value": numbers[0]})


@dataclass(frozen=True)
class Outcome:
    """The result of one line. `values` has several parts for a composite result (two band edges)."""

    values: tuple[Decimal, ...]
    value: Decimal | None
    unit: str
    u: Decimal | None
    k: Decimal | None
    limit: Limit | None
    decision: Decision
    frozen: dict[str, Any] = field(default_factory=dict)

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
    fields: Iterable[Mapping[str, Any]], texts: Mapping[str, str], locale: str, defaults: Mapping[str, tuple[Decimal, str]]
) -> tuple[dict[str, Raw], dict[str, EntryRefused]]:
    """Read what was typed. `defaults`: key → (value, where from) for fields left empty (supplied by the customer, a factor).

    Answers the readings understood and, per key, what could not be read: `missing`, `operator`, or a code of `NotANumber`.
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
                refused[key] = EntryRefused(key, "missing")
            continue
        values = []
        for piece in pieces:
            if piece[0] in "<>≤≥":
                refused[key] = EntryRefused(key, "operator", piece)
                break
            try:
                values.append(parse_decimal(piece, locale))
            except NotANumber as error:
                refused[key] = EntryRefused(key, error.code, error.text)
                break
        else:
            understood[key] = Raw(key, text, tuple(values), unit, source, many)
    return understood, refused


def _frequency(spec: Spec, raw: Mapping[str, Raw], line: LimitLine) -> Decimal | None:
    for f in spec.fields:
        key = str(f["key"])
        if key.startswith(FREQUENCY) and key in raw:
            return convert(raw[key].values[0], raw[key].unit or line.f_unit, line.f_unit)
    return None


def resolved_limit(spec: Spec, raw: Mapping[str, Raw], limit: Limit | None) -> Limit | None:
    """The limit at the reading's frequency, where it is a line over frequency; another limit as it is."""
    if isinstance(limit, LimitLine):
        f = _frequency(spec, raw, limit)
        return limit if f is None else limit.limit_at(f)
    return limit


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
    keys = [str(f["key"]) for f in spec.fields]
    lists = [str(f["key"]) for f in spec.fields if f.get("many")]
    try:
        formulas = parse_formulas(spec.formula, keys, lists)
        values = tuple(
            f.evaluate({k: list(r.values) if r.many else r.values[0] for k, r in raw.items()}) for f in formulas
        )
    except FormulaError as error:
        raise EntryRefused("", f"formula_{error.code}", error.detail) from error
    try:
        at = resolved_limit(spec, raw, limit)
        if isinstance(at, Bounds):
            at = _in_unit(at, spec.unit)
    except MetrologyError as error:
        raise EntryRefused(next((k for k in keys if k.startswith(FREQUENCY)), ""), error.code, str(error)) from error
    u = expanded(spec, values)
    decision = decide(rule, at, list(values) if len(values) > 1 else values[0], u, spec.u_max,
                      spec.k if spec.k is not None else Decimal(2))
    return Outcome(values, _telling(at, values), spec.unit, u, spec.k, at, decision, _frozen(spec, values, at, rule_data, decision))


def _in_unit(limit: Bounds, unit: str) -> Bounds:
    """The limit in the unit of the result, so that margin, U and limit stand in one unit."""
    if not unit or not limit.unit or normalise_unit(unit) == limit.unit:
        return limit
    low, high = (None if v is None else convert(v, limit.unit, unit) for v in (limit.low, limit.high))
    return Bounds(low, high, limit.low_inclusive, limit.high_inclusive, limit.absolute, unit)


def expanded(spec: Spec, values: Sequence[Decimal]) -> Decimal | None:
    """U in the unit of the result. A budget in % of a linear result is a share of the value's magnitude (none of a value of zero);
    decibels belong to levels. `EntryRefused("", "u_unit")` where the budget does not fit the result."""
    if spec.u is None or not spec.u_unit or not spec.unit:
        return spec.u
    try:
        unit, given = find_unit(spec.unit), find_unit(spec.u_unit)
        if unit == given or (unit.is_level and given.symbol == "dB"):
            return spec.u
        if given.symbol == "%" and not unit.is_level:
            share = max((abs(v) for v in values), default=Decimal(0)) * spec.u / 100
            return share or None
        return convert(spec.u, spec.u_unit, spec.unit)
    except MetrologyError as error:
        raise EntryRefused("", "u_unit", f"{spec.u_unit} | {spec.unit}") from error


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
