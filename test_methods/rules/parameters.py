"""Pure rules of the room: which version was in force as known when, environment of a line, what a parameter may be."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab_app.metrology.limits import Bounds, Limit, LimitLine, parse_limit
from test_methods.formula import parse_formulas

#: The field in which a line against a limit over frequency finds its frequency, in MHz.
FREQUENCY_FIELD = "frequency_mhz"


SOURCES = frozenset({"measured", "customer", "factor", "setting"})


KINDS = frozenset({"number", "observation"})


TEST, CALIBRATION = "test", "calibration"


METHOD_KINDS = (TEST, CALIBRATION)


#: Keys of the reading fields that every calibrated quantity has: what the standard realises, what the item shows.
CALIBRATION_FIELDS = frozenset({"reference", "indicated"})


class BadParameter(ValueError):
    """A part of a method parameter that cannot be: `code` says why, `field` which, `detail` with what."""

    def __init__(self, code: str, field: str, detail: str = "") -> None:
        super().__init__(f"{field}: {code} {detail}".strip())
        self.code, self.field, self.detail = code, field, detail


def check_fields(fields: Sequence[Mapping[str, Any]]) -> None:
    """Reading fields have a key each (once), a label, a known source. BadParameter names the one at fault."""
    seen: set[str] = set()
    for field in fields:
        key = str(field.get("key") or "")
        if not key or key in seen:
            raise BadParameter("duplicate" if key else "missing", "fields", key)
        seen.add(key)
        if not str(field.get("label_vi") or "").strip():
            raise BadParameter("label", "fields", key)
        if field.get("source", "measured") not in SOURCES:
            raise BadParameter("source", "fields", key)


def check_formula(fields: Sequence[Mapping[str, Any]], formula: str, limit: Mapping[str, Any]) -> None:
    """The formula reads over exactly these fields; a limit over frequency has its frequency field.

    FormulaError from the formula itself; BadParameter for the rest.
    """
    single = [str(f["key"]) for f in fields if not f.get("many")]
    many = [str(f["key"]) for f in fields if f.get("many")]
    parts = parse_formulas(formula, single, many)
    found = parse_limit(limit) if limit else None
    if isinstance(found, LimitLine) and FREQUENCY_FIELD not in single:
        raise BadParameter("frequency", "fields", FREQUENCY_FIELD)
    if isinstance(found, LimitLine) and len(parts) > 1:
        raise BadParameter("composite", "formula")


def limit_unit(limit: Limit | None) -> str:
    """The unit a limit is stated in; empty for an observation or none."""
    return limit.unit if isinstance(limit, (Bounds, LimitLine)) else ""
