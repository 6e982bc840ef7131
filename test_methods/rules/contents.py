"""What else a version says besides its parameters: equipment that must stand ready, the checklist, ranges; pure checks and a comparison."""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from lab_app.metrology.censoring import parse_range
from lab_app.metrology.errors import MetrologyError, UnitError
from lab_app.metrology.units import convert, find_unit
from test_methods.rules.parameters import BadParameter

MAX_EQUIPMENT = 40


MAX_STEPS = 60


MAX_REPLICATES = 100


#: What a copied version takes over from the one before, and what two versions are compared by.
VERSION_CONTENT = ("equipment", "conditioning_minutes", "conditioning", "steps", "document_code", "document_issue", "document_title")


PARAMETER_CONTENT = (
    "requirement_id", "position", "code", "name_vi", "name_en", "kind", "fields", "formula", "unit", "places", "budget_id",
    "u_exempt_reason", "u_max", "inherent_rule", "default_rule", "need", "conditions", "calculations", "replicates", "operators",
    "working_range", "trace_rule",
)


_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def check_equipment(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Equipment that a version needs, as it is kept; BadParameter names the cell: no kind, a range turned round, an unknown unit."""
    if len(rows) > MAX_EQUIPMENT:
        raise BadParameter("too_many", "equipment", str(MAX_EQUIPMENT))
    out = []
    for at, row in enumerate(rows):
        kind, unit = str(row.get("kind") or "").strip(), str(row.get("unit") or "").strip()
        if not kind:
            raise BadParameter("missing", f"equipment-{at}-kind")
        low, high = (_number(row.get(end), f"equipment-{at}-{end}") for end in ("low", "high"))
        if low is not None and high is not None and low > high:
            raise BadParameter("span", f"equipment-{at}-low", f"{low} > {high}")
        if low is not None or high is not None or unit:
            unit = _unit(unit, f"equipment-{at}-unit")
        count = row.get("count") or 1
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 999:
            raise BadParameter("count", f"equipment-{at}-count", str(count)[:20])
        out.append({
            "kind": kind[:120], "quantity": str(row.get("quantity") or "").strip()[:60],
            "low": None if low is None else format(low, "f"), "high": None if high is None else format(high, "f"),
            "unit": unit, "count": count, "note": str(row.get("note") or "").strip()[:300],
        })
    return out


def check_steps(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The checklist as it is kept: each step with a key of its own (given where none was typed) and its Vietnamese text."""
    if len(rows) > MAX_STEPS:
        raise BadParameter("too_many", "steps", str(MAX_STEPS))
    taken = {str(row.get("key") or "").strip() for row in rows}
    out: list[dict[str, str]] = []
    for at, row in enumerate(rows):
        key, vi, en = (str(row.get(name) or "").strip() for name in ("key", "vi", "en"))
        if not vi:
            raise BadParameter("missing", f"steps-{at}-vi")
        if not key:
            key = next(k for n in range(at + 1, at + MAX_STEPS * 2) if (k := f"b{n}") not in taken)
            taken.add(key)
        if not _KEY.fullmatch(key):
            raise BadParameter("bad_key", f"steps-{at}-key", key[:40])
        if any(step["key"] == key for step in out):
            raise BadParameter("duplicate", f"steps-{at}-key", key)
        out.append({"key": key, "vi": vi[:400], "en": en[:400]})
    return out


def check_working_range(data: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """The working range as it is kept, in a unit of the result's quantity; {} for none. BadParameter names what is wrong."""
    low, high = (_number(data.get(end), f"working_{end}") for end in ("low", "high"))
    if low is None and high is None:
        return {}
    given = _unit(str(data.get("unit") or unit), "working_unit")
    kept = {"low": None if low is None else format(low, "f"), "high": None if high is None else format(high, "f"),
            "unit": given, "manual": data.get("manual") is True}
    try:
        parse_range(kept)
    except MetrologyError as error:
        raise BadParameter("span", "working_low", error.detail) from error
    try:
        convert(Decimal(1), given, unit)
    except UnitError as error:
        raise BadParameter("unit_mismatch", "working_unit", f"{given} | {unit}") from error
    return kept


def check_replicates(replicates: int, operators: bool, fields: Sequence[Mapping[str, Any]]) -> None:
    """Replicates need a measured field that takes several values; operators one that takes a single value."""
    if not 0 <= replicates <= MAX_REPLICATES:
        raise BadParameter("replicates", "replicates", str(replicates))
    measured = [f for f in fields if f.get("source", "measured") == "measured"]
    if replicates > 1 and not any(f.get("many") for f in measured):
        raise BadParameter("replicates_field", "replicates", str(replicates))
    if operators and all(f.get("many") for f in measured):
        raise BadParameter("operators_field", "operators")


def changes(old: Mapping[str, Any], new: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """The names whose content differs between two records given as mappings."""
    return [name for name in names if old.get(name) != new.get(name)]


def _number(raw: Any, field: str) -> Decimal | None:
    if raw in (None, ""):
        return None
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        raise BadParameter("number", field, str(raw)[:40]) from None
    if not number.is_finite():
        raise BadParameter("number", field, str(raw)[:40])
    return number


def _unit(text: str, field: str) -> str:
    if not text:
        raise BadParameter("missing", field)
    try:
        return find_unit(text).symbol
    except UnitError as error:
        raise BadParameter("unit_unknown", field, text[:40]) from error
