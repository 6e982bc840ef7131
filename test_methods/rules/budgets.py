"""Uncertainty budgets as data: read, checked row by row, evaluated (7.6). Pure.

A budget is a table of components, a typed model of input quantities, or U stated by range; `lab_app.metrology` does the
arithmetic. A refusal is a `BadBudget`, which names the part, the row and the field at fault.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from lab_app.metrology import uncertainty
from lab_app.metrology.budget import Budget, Warned, parse_budget
from lab_app.metrology.correlation import Pair, checked_pairs
from lab_app.metrology.coverage import Coverage, DofRule, fixed_probability
from lab_app.metrology.distributions import Distribution, exact_divisor, type_a
from lab_app.metrology.errors import MetrologyError, UnitError
from lab_app.metrology.linear_model import linear_model
from lab_app.metrology.model import parse_model
from lab_app.metrology.quantities import AnyInput, ComplexInput, Input
from lab_app.metrology.rf import mismatch, polar
from lab_app.metrology.rounding import round_significant
from lab_app.metrology.uncertainty_table import UncertaintyTable, parse_table
from lab_app.metrology.unit_check import check_units
from lab_app.metrology.units import find_unit

COMPONENTS, MODEL, TABLE = "components", "model", "table"
KINDS = (COMPONENTS, MODEL, TABLE)
READINGS = "readings"
#: How a quantity of a model is given: a standard uncertainty; a certificate's U and k; a half-width with its distribution; readings;
#: a complex number by its parts or by magnitude and phase; a mismatch of two magnitudes with unknown phases.
BOUNDED = ("rectangular", "triangular", "u-shape", "trapezoidal")
GIVEN = ("standard", "expanded", *BOUNDED, READINGS, "complex", "polar", "mismatch")
NORMAL_GIVEN = frozenset({"standard", "expanded", READINGS})
MOST_ROWS = 60
MOST_READINGS = 500


class BadBudget(ValueError):
    """A budget that is refused: `part` (components, inputs, ranges, correlations, model, coverage, unit), `row` counted from 0
    (None: the part as a whole), `field` of the row, a `code` as the metrology's errors have, `detail` with what."""

    def __init__(self, part: str, code: str, field: str = "", row: int | None = None, detail: str = "") -> None:
        super().__init__(": ".join(str(p) for p in (part, row, field, code, detail) if p not in ("", None)))
        self.part, self.code, self.field, self.row, self.detail = part, code, field, row, detail


@dataclass(frozen=True)
class BudgetData:
    """A budget as it is kept: every number a string, rows as mappings; `k` where no coverage is stated."""

    unit: str
    kind: str = COMPONENTS
    components: Sequence[Mapping[str, Any]] = ()
    model: str = ""
    inputs: Sequence[Mapping[str, Any]] = ()
    correlations: Sequence[Sequence[Any]] = ()
    coverage: Mapping[str, Any] = field(default_factory=dict)
    ranges: Sequence[Mapping[str, Any]] = ()
    k: Decimal = Decimal(2)


@dataclass(frozen=True)
class Line:
    """One line of an evaluated budget, for a table: `given` how it was evaluated, `stated` the number given (U, half-width, s),
    `u` its standard uncertainty, `contribution` |c|u in the unit of the result, `share` of u_c squared in percent."""

    name: str
    meaning: str
    given: str
    unit: str
    estimate: Decimal | None
    stated: Decimal | None
    divisor: Decimal | None
    u: Decimal
    sensitivity: Decimal | None
    contribution: Decimal
    dof: Decimal | None
    share: Decimal
    imaginary: Decimal | None = None
    u_imaginary: Decimal | None = None


@dataclass(frozen=True)
class Evaluated:
    """What a budget gives, 12 significant digits. Of a table by range: u_c, k and U of its largest row, no lines."""

    y: Decimal | None
    u_c: Decimal
    k: Decimal
    U: Decimal
    nu_eff: Decimal | None
    lines: tuple[Line, ...]
    warnings: tuple[tuple[str, str], ...]
    coverage: Coverage


def number(raw: object, part: str, name: str, row: int | None = None) -> Decimal | None:
    """A number of the JSON form; nothing for empty. `BadBudget`: not_a_decimal, not_finite."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise BadBudget(part, "not_a_decimal", name, row)
    try:
        value = Decimal(raw)
    except InvalidOperation:
        raise BadBudget(part, "not_a_decimal", name, row, str(raw)[:40]) from None
    if not value.is_finite():
        raise BadBudget(part, "not_finite", name, row)
    if value and abs(value.adjusted()) > 60:
        raise BadBudget(part, "exponent", name, row, str(raw)[:40])
    return value


def _needed(row: Mapping[str, Any], part: str, name: str, place: int) -> Decimal:
    value = number(row.get(name), part, name, place)
    if value is None:
        raise BadBudget(part, "missing", name, place)
    return value


def coverage_of(data: BudgetData) -> Coverage:
    """The coverage stated: a fixed k, or a probability with what becomes of ν_eff."""
    stated = data.coverage
    k, p = number(stated.get("k"), "coverage", "k"), number(stated.get("p"), "coverage", "p")
    try:
        return Coverage(data.k if k is None else k, p, stated.get("dof_rule") or DofRule.TRUNCATED)
    except MetrologyError as error:
        raise BadBudget("coverage", error.code, error.field, detail=error.detail) from error


def _readings(row: Mapping[str, Any], part: str, place: int) -> list[Decimal]:
    given = row.get(READINGS) or ()
    if not isinstance(given, (list, tuple)) or not given:
        raise BadBudget(part, "empty", READINGS, place)
    if len(given) > MOST_READINGS:
        raise BadBudget(part, "too_long", READINGS, place)
    found = [number(one, part, READINGS, place) for one in given]
    if any(one is None for one in found):
        raise BadBudget(part, "missing", READINGS, place)
    return [one for one in found if one is not None]


# ---- components ---------------------------------------------------------------------------------------------


def _component(row: Mapping[str, Any], place: int, unit: str) -> dict[str, Any]:
    """One component as it is kept: readings become s over √n, an untyped coefficient 1, and then its unit has to be that of U."""
    kept = {"source": str(row.get("source") or "").strip()}
    if not kept["source"]:
        raise BadBudget(COMPONENTS, "missing", "source", place)
    out: dict[str, Any] = dict(kept)
    for name in ("value", "divisor", "c_i", "dof", "beta"):
        value = number(row.get(name), COMPONENTS, name, place)
        if value is not None or name in ("value", "divisor"):
            out[name] = None if value is None else str(value)
    out["distribution"] = str(row.get("distribution") or "")
    kept_readings = bool(row.get(READINGS)) and out["distribution"] == "normal" and out["divisor"] == "1"
    if out["distribution"] == READINGS or kept_readings:
        try:
            found = type_a(_readings(row, COMPONENTS, place))
        except MetrologyError as error:
            raise BadBudget(COMPONENTS, error.code, READINGS, place, error.detail) from error
        out |= {"value": str(found.u_mean), "distribution": "normal", "divisor": "1", "dof": str(found.nu), "readings": list(row[READINGS])}
    _component_unit(row, out, place, unit)
    try:
        parse_budget({"components": [out]})
    except MetrologyError as error:
        raise BadBudget(COMPONENTS, error.code, error.field, place, error.detail) from error
    return out


def _component_unit(row: Mapping[str, Any], out: dict[str, Any], place: int, unit: str) -> None:
    """A component in another unit than U needs its coefficient typed: millivolts are never added to volts, % never to dB."""
    stated = str(row.get("unit") or "").strip()
    if stated:
        try:
            own, of_u = find_unit(stated), find_unit(unit)
        except UnitError as error:
            raise BadBudget(COMPONENTS, error.code, "unit", place, error.detail) from error
        if out.get("c_i") is None and own != of_u and not (of_u.is_level and own.symbol == "dB"):
            raise BadBudget(COMPONENTS, "unit_mismatch", "unit", place, f"{own.symbol} | {of_u.symbol}")
        out["unit"] = own.symbol
    out.setdefault("c_i", "1")


# ---- quantities of a model -----------------------------------------------------------------------------------


def quantity(row: Mapping[str, Any], place: int = 0) -> AnyInput:
    """An input quantity of a model from its JSON form: `name`, `given` (see `GIVEN`), `x`, `u` (u, U or half-width), and by kind
    `k`, `beta`, `readings`, `y` (imaginary part, phase in degrees, or the second magnitude), `v` (u of the imaginary part or of the
    phase), `r`, `dof`."""
    name, given = str(row.get("name") or ""), str(row.get("given") or "")
    if given not in GIVEN:
        raise BadBudget("inputs", "unknown" if given else "missing", "given", place)
    dof = number(row.get("dof"), "inputs", "dof", place)
    try:
        if given == READINGS:
            return Input.from_readings(name, _readings(row, "inputs", place), str(row.get("unit") or ""))
        if given in ("complex", "polar"):
            return _complex(name, row, given, place, dof)
        x = _needed(row, "inputs", "x", place)
        if given == "mismatch":
            width = mismatch(x, _needed(row, "inputs", "y", place)).u_first_order * Decimal(2).sqrt()
            return Input.bounded(name, Decimal(0), round_significant(width), Distribution.U_SHAPE, dof, unit="dB")
        u, unit = _needed(row, "inputs", "u", place), str(row.get("unit") or "")
        if given == "standard":
            return Input.standard(name, x, u, dof, unit)
        if given == "expanded":
            return Input.expanded(name, x, u, _needed(row, "inputs", "k", place), dof, unit)
        return Input.bounded(name, x, u, Distribution(given), dof, number(row.get("beta"), "inputs", "beta", place), unit)
    except MetrologyError as error:
        names = {"half_width": "u", "U": "u", "gamma_source": "x", "gamma_load": "y", "u_re": "u", "u_im": "v", "re": "x", "im": "y",
                 "magnitude": "x", "u_phase": "v"}
        raise BadBudget("inputs", error.code, names.get(error.field, error.field), place, error.detail) from error


def _complex(name: str, row: Mapping[str, Any], given: str, place: int, dof: Decimal | None) -> ComplexInput:
    x, y, u = (_needed(row, "inputs", part, place) for part in ("x", "y", "u"))
    v = number(row.get("v"), "inputs", "v", place)
    if given == "complex":
        r = number(row.get("r"), "inputs", "r", place)
        return ComplexInput(name, x, y, u, u if v is None else v, Decimal(0) if r is None else r, dof)
    return polar(name, x, y, u, v, dof)


def _kept_quantity(row: Mapping[str, Any], place: int) -> dict[str, Any]:
    out: dict[str, Any] = {"name": str(row.get("name") or "").strip(), "meaning": str(row.get("meaning") or "").strip(),
                           "unit": str(row.get("unit") or "").strip(), "given": str(row.get("given") or "")}
    if not out["name"]:
        raise BadBudget("inputs", "missing", "name", place)
    for name in ("x", "y", "u", "v", "k", "beta", "r", "dof"):
        value = number(row.get(name), "inputs", name, place)
        if value is not None:
            out[name] = str(value)
    if out["given"] == READINGS:
        out[READINGS] = [str(value) for value in _readings(row, "inputs", place)]
    if out["given"] == "mismatch":
        out["unit"] = "dB"
    if out["unit"]:
        try:
            out["unit"] = find_unit(out["unit"]).symbol
        except UnitError as error:
            raise BadBudget("inputs", error.code, "unit", place, error.detail) from error
    quantity(out, place)
    return out


def _check_model(data: BudgetData) -> None:
    """The model reads, uses only named quantities, and its units agree with each other and with that of U."""
    names = [str(row["name"]) for row in data.inputs]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise BadBudget("inputs", "duplicate", "name", place, name)
    try:
        model = parse_model(data.model, names)
    except MetrologyError as error:
        if error.code == "bad_field":
            place = next((p for p, name in enumerate(names) if name == error.detail), 0)
            raise BadBudget("inputs", error.code, "name", place, error.detail) from error
        raise BadBudget(MODEL, error.code, detail=error.detail) from error
    units = {str(row["name"]): str(row.get("unit") or "") for row in data.inputs}
    try:
        found = check_units(model.expression, units)
        of_u = find_unit(data.unit)
    except MetrologyError as error:
        raise BadBudget(MODEL, error.code, detail=error.detail) from error
    if found and found != of_u.symbol and not (find_unit(found).is_level and of_u.symbol == "dB"):
        raise BadBudget("unit", "unit_mismatch", detail=f"{found} | {of_u.symbol}")


# ---- the whole ----------------------------------------------------------------------------------------------


def checked(data: BudgetData) -> BudgetData:
    """The budget as it will be kept. `BadBudget` names part, row and field of what cannot be evaluated."""
    if data.kind not in KINDS:
        raise BadBudget("kind", "unknown")
    try:
        find_unit(data.unit)
    except UnitError as error:
        raise BadBudget("unit", error.code, detail=error.detail) from error
    coverage = coverage_of(data)
    if data.kind == TABLE:
        return replace(data, ranges=_kept_ranges(data), components=(), inputs=(), correlations=(), model="",
                       coverage={"k": str(coverage.k)}, k=coverage.k)
    rows = data.components if data.kind == COMPONENTS else data.inputs
    part = COMPONENTS if data.kind == COMPONENTS else "inputs"
    if not rows:
        raise BadBudget(part, "empty")
    if len(rows) > MOST_ROWS:
        raise BadBudget(part, "too_long")
    if data.kind == COMPONENTS:
        kept = replace(data, components=[_component(row, place, data.unit) for place, row in enumerate(rows)], model="", inputs=())
        names = [str(row["source"]) for row in kept.components]
    else:
        kept = replace(data, inputs=[_kept_quantity(row, place) for place, row in enumerate(rows)], components=())
        _check_model(kept)
        names = [str(row["name"]) for row in kept.inputs]
    pairs = _pairs(data.correlations, names)
    return replace(kept, correlations=[[a, b, str(r)] for a, b, r in pairs], coverage=coverage.to_dict(), k=coverage.k, ranges=())


def _pairs(given: Sequence[Sequence[Any]], names: Sequence[str]) -> tuple[Pair, ...]:
    if given and len(set(names)) != len(names):
        raise BadBudget("correlations", "duplicate", detail=next(n for n in names if list(names).count(n) > 1))
    for row, pair in enumerate(given):
        try:
            checked_pairs([pair], names)
        except MetrologyError as error:
            at = "r" if error.code in ("not_a_decimal", "outside") else "a"
            raise BadBudget("correlations", error.code, at, row, error.detail) from error
    try:
        return checked_pairs(given, names)
    except MetrologyError as error:
        raise BadBudget("correlations", error.code, detail=error.detail) from error


def _kept_ranges(data: BudgetData) -> list[dict[str, Any]]:
    rows = []
    for place, row in enumerate(data.ranges):
        kept = {name: number(row.get(name), "ranges", name, place) for name in ("low", "high", "U", "percent")}
        rows.append({name: str(value) for name, value in kept.items() if value is not None})
    try:
        return list(parse_table({"rows": rows, "unit": data.unit}).to_dict()["rows"])
    except MetrologyError as error:
        at = int(error.detail) - 1 if error.detail.isdigit() else None
        raise BadBudget("ranges", error.code, {"rows": "low"}.get(error.field, error.field), at) from error


def table_of(ranges: Sequence[Mapping[str, Any]], unit: str) -> UncertaintyTable:
    """The table of a budget that states U by range."""
    return parse_table({"rows": list(ranges), "unit": unit})


def linear_budget(data: BudgetData) -> Budget:
    """The metrology's budget of a table of components."""
    body: dict[str, Any] = {
        "components": list(data.components), "k": str(data.k), "unit": data.unit, "correlations": list(data.correlations)}
    if data.coverage.get("p"):
        body["coverage_option"] = dict(data.coverage)
    return parse_budget(body)


def evaluated(data: BudgetData) -> Evaluated:
    """Evaluate a budget that was `checked`. `BadBudget` where it has no value: nothing contributes, division by zero, overflow."""
    try:
        if data.kind == TABLE:
            return _by_range(data)
        return _components(data) if data.kind == COMPONENTS else _model(data)
    except MetrologyError as error:
        part = MODEL if data.kind == MODEL and error.field in ("", "model") else data.kind if data.kind == COMPONENTS else "inputs"
        raise BadBudget(part, error.code, detail=error.detail) from error


def _by_range(data: BudgetData) -> Evaluated:
    table, coverage = table_of(data.ranges, data.unit), coverage_of(data)
    largest = max(row.of(end) for row in table.rows for end in (row.low, row.high))
    return Evaluated(None, round_significant(largest / coverage.k), coverage.k, largest, None, (), (), coverage)


def _components(data: BudgetData) -> Evaluated:
    budget = linear_budget(data)
    result = budget.evaluate()
    lines = []
    for row, line in zip(data.components, result.lines, strict=True):
        c = line.component
        divisor = exact_divisor(c.distribution, c.beta)
        lines.append(Line(
            c.source, "", READINGS if row.get(READINGS) else c.distribution.value, str(row.get("unit") or data.unit), None, c.value,
            c.divisor if divisor is None else round_significant(divisor), line.u, c.sensitivity, line.contribution, c.dof,
            line.index_percent))
    return Evaluated(None, result.u_c, result.k, result.U, result.nu_eff, tuple(lines), _words(result.warnings), coverage_of(data))


def _model(data: BudgetData) -> Evaluated:
    inputs = [quantity(row, place) for place, row in enumerate(data.inputs)]
    found = uncertainty.evaluate(data.model, inputs, _pairs_of(data), coverage_of(data))
    if not found.u:
        raise BadBudget(MODEL, "zero")
    lines = tuple(_line(row, one, line) for row, one, line in zip(data.inputs, inputs, found.lines, strict=True))
    return Evaluated(found.y, found.u, found.k, found.U, found.nu_eff, lines, _words(found.warnings), found.coverage)


def _line(row: Mapping[str, Any], one: AnyInput, line: uncertainty.Line) -> Line:
    given, stated, divisor = str(row["given"]), number(row.get("u"), "inputs", "u"), None
    if isinstance(one, ComplexInput):
        return Line(line.name, str(row.get("meaning") or ""), given, str(row.get("unit") or ""), one.re, stated, None, one.u_re, None,
                    line.contribution, line.dof, line.index_percent, one.im, one.u_im)
    if given == READINGS:
        found = type_a(_readings(row, "inputs", 0))
        stated, divisor = found.s, round_significant(Decimal(found.nu + 1).sqrt())
    elif given == "expanded":
        divisor = number(row.get("k"), "inputs", "k")
    elif one.half_width is not None:
        exact = exact_divisor(one.distribution, one.beta)
        stated, divisor = one.half_width, None if exact is None else round_significant(exact)
    else:
        divisor = Decimal(1)
    return Line(line.name, str(row.get("meaning") or ""), given, str(row.get("unit") or ""), one.x, stated, divisor, one.u,
                line.sensitivity, line.contribution, line.dof, line.index_percent)


def _pairs_of(data: BudgetData) -> tuple[Pair, ...]:
    return tuple((str(a), str(b), Decimal(str(r))) for a, b, r in data.correlations)


def _words(found: Iterable[tuple[Warned, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((warned.value, name) for warned, name in found)


#: Below so many degrees of freedom one line that dominates makes k depend on a handful of readings.
FEW_DOF = Decimal(10)
DOMINATES_PERCENT = Decimal(50)


def told_warnings(found: Evaluated) -> tuple[tuple[str, str], ...]:
    """The metrology's warnings, and the one a reader of the table needs beside them: few readings behind the largest part."""
    few = [("few_dof", line.name) for line in found.lines
           if line.dof is not None and line.dof < FEW_DOF and line.share >= DOMINATES_PERCENT]
    return (*found.warnings, *few)


@dataclass(frozen=True)
class Simulated:
    """What a simulation draws from: the model's text, its quantities and correlations, the coverage probability, and the first
    order it is held against."""

    model: str
    inputs: tuple[AnyInput, ...]
    correlations: tuple[Pair, ...]
    p: Decimal
    first: Evaluated


def simulation_of(data: BudgetData) -> Simulated:
    """A budget as a simulation takes it; a table of components becomes a sum about zero. A fixed k is held against the share that
    ±k covers of a normal distribution (95.45 % for k = 2), so that like is compared with like. `BadBudget` for U by range, and
    for correlated quantities that are not normal (JCGM 101 6.4.8)."""
    if data.kind == TABLE:
        raise BadBudget("ranges", "no_model")
    first = evaluated(data)
    p = first.coverage.p or fixed_probability(first.k)
    try:
        if data.kind == COMPONENTS:
            linear = linear_model(linear_budget(data))
            made = Simulated(linear.text, linear.inputs, linear.correlations, p, first)
        else:
            made = Simulated(data.model, tuple(quantity(row, n) for n, row in enumerate(data.inputs)), _pairs_of(data), p, first)
    except MetrologyError as error:
        raise BadBudget(data.kind if data.kind == COMPONENTS else "inputs", error.code, error.field, detail=error.detail) from error
    tied = {name for a, b, r in made.correlations if r for name in (a, b)}
    for one in made.inputs:
        if one.name in tied and isinstance(one, Input) and one.distribution is not Distribution.NORMAL:
            raise BadBudget("correlations", "correlation_needs_normal", detail=one.name)
    return made
