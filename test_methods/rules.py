"""Pure rules of the room: which version was in force as known when, environment of a line, what a parameter may be."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
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
#: What a method may be based on: a technical regulation, a standard, a published calibration document (ĐLVN), an own procedure.
REGULATION = "regulation"
DOCUMENT_KINDS = (REGULATION, "standard", "calibration_document", "procedure")
SCOPE_STATUSES = ("accredited", "designated", "registered")
_DAY = re.compile(r"(?:in force|hiệu lực|bắt buộc)[^0-9]{0,12}(\d{2})/(\d{2})/(\d{4})")
_REPLACED = re.compile(r"superseded by (\d+:\d{4})")


class BadParameter(ValueError):
    """A part of a method parameter that cannot be: `code` says why, `field` which, `detail` with what."""

    def __init__(self, code: str, field: str, detail: str = "") -> None:
        super().__init__(f"{field}: {code} {detail}".strip())
        self.code, self.field, self.detail = code, field, detail


# ---- versions on two time axes ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VersionFact:
    """When a version was approved, from and until when it is in force, and when its end became known."""

    id: int
    number: int
    approved_at: datetime | None
    effective_from: date | None
    effective_to: date | None = None
    ended_recorded_at: datetime | None = None


def in_force(versions: Iterable[VersionFact], on: date, known_at: datetime) -> VersionFact | None:
    """The version in force on a day as known at a moment (7.2.1.3): approved by then, begun by the day, its end not known.

    Of several the one that began last: a successor approved later does not change what was in force as known before.
    """
    standing = [
        v for v in versions
        if v.approved_at is not None and v.approved_at <= known_at and v.effective_from is not None and v.effective_from <= on
        and not (v.effective_to is not None and v.effective_to <= on
                 and v.ended_recorded_at is not None and v.ended_recorded_at <= known_at)
    ]
    return max(standing, key=lambda v: (v.effective_from or date.min, v.number), default=None)


def standing(version: VersionFact, on: date, current: VersionFact | None) -> str:
    """One word for a version on a day: draft, approved (to come), in_force, superseded."""
    if version.approved_at is None or version.effective_from is None:
        return "draft"
    if current is not None and current.id == version.id:
        return "in_force"
    return "approved" if version.effective_from > on else "superseded"


# ---- environment -----------------------------------------------------------------------------------------

Span = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class EnvironmentLimits:
    """Limits for one line: °C and %RH, `None` where a quantity does not matter; `not_critical` is the stated reason (6.3.2)."""

    temperature: Span | None = None
    humidity: Span | None = None
    not_critical: str = ""


def _span(raw: Any, field: str) -> Span | None:
    if raw in (None, "", []):
        return None
    try:
        low, high = (Decimal(str(part)) for part in raw)
    except (ValueError, TypeError, InvalidOperation):
        raise BadParameter("span", field, str(raw)) from None
    if not low.is_finite() or not high.is_finite() or low > high:
        raise BadParameter("span", field, str(raw))
    return low, high


def read_environment(data: Mapping[str, Any]) -> EnvironmentLimits:
    """Limits of one environment as a version keeps them. BadParameter when nothing is said or a span is turned round."""
    reason = str(data.get("not_critical") or "").strip()
    limits = EnvironmentLimits(_span(data.get("temperature"), "temperature"), _span(data.get("humidity"), "humidity"), reason)
    if not reason and limits.temperature is None and limits.humidity is None:
        raise BadParameter("missing", "environment")
    if limits.humidity is not None and not (limits.humidity[0] >= 0 and limits.humidity[1] <= 100):
        raise BadParameter("span", "humidity")
    return limits


def environment_for(environment: Mapping[str, Any], conditions: str) -> EnvironmentLimits:
    """The limits that hold for a line with these conditions.

    The first entry of `environment["conditions"]` whose `when` occurs in the line's conditions replaces the version's own
    limits (a climatic chamber at 0 °C is not the room at 15 to 35 °C).
    """
    for other in environment.get("conditions", ()):
        if str(other["when"]) in conditions:
            return read_environment(other)
    return read_environment(environment)


def check_environment(environment: Mapping[str, Any]) -> None:
    """BadParameter where a version's environment is not complete: 6.3.2 wants requirements written down, or why not."""
    read_environment(environment)
    for other in environment.get("conditions", ()):
        if not str(other.get("when") or "").strip():
            raise BadParameter("missing", "when")
        read_environment(other)


# ---- parameters ------------------------------------------------------------------------------------------


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


# ---- catalogue -------------------------------------------------------------------------------------------


def day_in_force(legal: str) -> date | None:
    """The first day named as in force in a legal note (`hiệu lực 01/07/2024`), `None` where none is named."""
    found = _DAY.search(legal)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else None


def successor(legal: str, code: str) -> str:
    """The edition a legal note says replaced this one, as a full code; empty when none is named."""
    found = _REPLACED.search(legal)
    return f"{code.split()[0]} {found[1]}/{code.rpartition('/')[2]}" if found else ""


def _text(number: Any) -> str:
    return format(Decimal(str(number)), "f")


def catalogue_limits(operator: str, limit: Any, unit: str) -> dict[str, dict[str, Any]]:
    """A catalogue's operator and limit as limits of `metrology.limits`: suffix of the requirement's code → limit.

    One entry with an empty suffix, or one for each detector (`QP`, `AV`, `PK`). What is a mask, a text or a table of cases stays an
    empty limit: somebody has to read the regulation and write it down.
    """
    plain = {"<=": "upper", "<": "upper", ">=": "lower", ">": "lower", "abs<=": "abs_upper"}
    if operator.startswith("no "):
        return {"": {"type": "observation", "answers": ["PASS", "FAIL", "NA", "NT"]}}
    if operator == "within" and isinstance(limit, (list, tuple)) and len(limit) == 2:
        return {"": {"type": "range", "low": _text(limit[0]), "high": _text(limit[1]), "low_inclusive": True,
                     "high_inclusive": True, "unit": unit}}
    if operator == "line" and isinstance(limit, dict) and len(limit) == 2:
        (f1, l1), (f2, l2) = sorted(limit.items(), key=lambda part: Decimal(part[0]))
        return {"": {"type": "line", "side": "upper", "inclusive": True, "scale": "log", "f_unit": "MHz", "unit": unit,
                     "segments": [[_text(f1), _text(f2), _text(l1), _text(l2)]]}}
    if operator in plain and isinstance(limit, dict) and set(limit) <= {"QP", "AV", "PK"}:
        return {detector: {"type": plain[operator], "limit": _text(value), "inclusive": operator[-1] == "=", "unit": unit}
                for detector, value in limit.items()}
    if operator in plain and isinstance(limit, (int, Decimal)) and not isinstance(limit, bool):
        return {"": {"type": plain[operator], "limit": _text(limit), "inclusive": operator[-1] == "=", "unit": unit}}
    return {"": {}}
