"""How a method version reduces the peaks of a trace to final points: stored as JSON with the parameter, read and checked here.

`{"offset_db": "10", "most": 6, "window": "1", "window_unit": "MHz", "excursion_db": "6", "ambient_db": "6",
"ambient": [{"low": "87.5", "high": "108", "unit": "MHz", "why": "phát thanh FM"}], "harmonic_of": "2412", "harmonics": 5}`;
`harmonic_of` in MHz. Empty: the method reduces nothing.
"""
from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.peak_reduction import PERCENT, AmbientWindow, ReductionRule
from lab_app.metrology.units import convert

WINDOW_UNITS: Final = ("kHz", "MHz", PERCENT)
FREQUENCY_UNITS: Final = ("Hz", "kHz", "MHz", "GHz")
MEGAHERTZ, HERTZ = "MHz", "Hz"
DEFAULTS: Final[Mapping[str, str]] = {"window": "0", "excursion_db": "6", "ambient_db": "6"}
KEYS: Final = ("offset_db", "most", "window", "window_unit", "excursion_db", "ambient_db", "ambient", "harmonic_of", "harmonics")


class BadTraceRule(ValueError):
    """What is wrong with a rule: the field, a code of the arithmetic, the row of `ambient` (from 1) where it is one."""

    def __init__(self, field: str, code: str, row: int = 0) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code, self.row = field, code, row


def _number(data: Mapping[str, Any], key: str, row: int = 0) -> Decimal:
    raw = data.get(key)
    if raw in (None, ""):
        raw = DEFAULTS.get(key)
    if raw is None:
        raise BadTraceRule(key, "missing", row)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise BadTraceRule(key, "not_a_decimal", row)
    try:
        number = Decimal(raw)
    except InvalidOperation:
        raise BadTraceRule(key, "not_a_decimal", row) from None
    if not number.is_finite():
        raise BadTraceRule(key, "not_finite", row)
    return number


def _whole(data: Mapping[str, Any], key: str) -> int:
    number = _number(data, key)
    if number != number.to_integral_value():
        raise BadTraceRule(key, "not_whole")
    return int(number)


def _ambient(rows: Any) -> tuple[AmbientWindow, ...]:
    if not isinstance(rows, (list, tuple)):
        raise BadTraceRule("ambient", "not_a_list")
    out = []
    for n, row in enumerate(rows, 1):
        if not isinstance(row, Mapping) or row.get("unit", MEGAHERTZ) not in FREQUENCY_UNITS:
            raise BadTraceRule("ambient", "unknown_unit", n)
        low, high = (convert(_number(row, key, n), row.get("unit", MEGAHERTZ), HERTZ) for key in ("low", "high"))
        try:
            out.append(AmbientWindow(low, high, str(row.get("why") or "")))
        except MetrologyError as error:
            raise BadTraceRule("ambient", error.code, n) from error
    return tuple(out)


def parse_trace_rule(data: Mapping[str, Any] | None) -> ReductionRule | None:
    """The rule that a stored JSON describes; none where the method has none.

    Raises `BadTraceRule` naming the field: `unknown` key, `missing`, `not_a_decimal`, `not_whole`, and codes of the arithmetic.
    """
    if not data:
        return None
    unknown = next((key for key in data if key not in KEYS), None)
    if unknown is not None:
        raise BadTraceRule(str(unknown)[:40], "unknown")
    unit = str(data.get("window_unit") or MEGAHERTZ)
    if unit not in WINDOW_UNITS:
        raise BadTraceRule("window_unit", "unknown_unit")
    carrier = None if data.get("harmonic_of") in (None, "") else convert(_number(data, "harmonic_of"), MEGAHERTZ, HERTZ)
    try:
        return ReductionRule(
            offset=_number(data, "offset_db"), most=_whole(data, "most"), window=_number(data, "window"), window_unit=unit,
            excursion=_number(data, "excursion_db"), ambient=_ambient(data.get("ambient") or []),
            ambient_above=_number(data, "ambient_db"), harmonic_of=carrier,
            harmonics=_whole(data, "harmonics") if data.get("harmonics") not in (None, "") else 0,
        )
    except MetrologyError as error:
        raise BadTraceRule({"offset": "offset_db", "excursion": "excursion_db", "ambient_above": "ambient_db"}.get(
            error.field, error.field), error.code) from error


def checked_trace_rule(data: Mapping[str, Any] | None) -> dict[str, Any]:
    """The JSON that is stored: only known keys, numbers as texts; {} where nothing is asked. Raises like `parse_trace_rule`."""
    kept = {key: value for key, value in (data or {}).items() if value not in (None, "", [])}
    if not kept:
        return {}
    rule = parse_trace_rule(kept)
    assert rule is not None
    out: dict[str, Any] = {
        "offset_db": format(rule.offset, "f"), "most": rule.most, "window": format(rule.window, "f"), "window_unit": rule.window_unit,
        "excursion_db": format(rule.excursion, "f"), "ambient_db": format(rule.ambient_above, "f"),
    }
    if rule.ambient:
        out["ambient"] = [
            {"low": format(_number(row, "low"), "f"), "high": format(_number(row, "high"), "f"), "unit": row.get("unit", MEGAHERTZ),
             "why": str(row.get("why") or "")[:80]} for row in kept["ambient"]]
    if rule.harmonic_of is not None:
        out |= {"harmonic_of": format(_number(kept, "harmonic_of"), "f"), "harmonics": rule.harmonics}
    return out
