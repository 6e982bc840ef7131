"""Numbers as a report prints them: result, limit, uncertainty and margin of one reading. Pure.

Result and margin carry the decimals of the parameter; the limit the digits the regulation writes, or those of the parameter
where it was read off a line over frequency; U the digits of the record. A verdict is never taken here: it was taken on
unrounded values when the reading was recorded.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lab_app.core.figures import DEFAULT, Figures
from lab_app.core.quantity import canonical_decimal, round_half
from lab_app.metrology.limits import (
    Bounds,
    LimitLine,
    Mask,
    ObservationLimit,
    parse_limit,
    printed_margin,
)
from lab_app.metrology.rounding import places_of, round_uncertainty

Text = dict[str, str]

#: An uncertainty written with more significant digits than this is a computed one and is rounded for paper.
RECORDED_DIGITS = 3
USUAL_PLACES = 2
#: An uncertainty of a calibration has at most two significant digits (ILAC-P14).
CALIBRATION_DIGITS = 2

_ANSWERS: Mapping[str, Text] = {
    "PASS": {"vi": "Đạt", "en": "Pass"},
    "FAIL": {"vi": "Không đạt", "en": "Fail"},
    "NA": {"vi": "Không áp dụng", "en": "N.A."},
    "NT": {"vi": "Không thử", "en": "Not tested"},
}


@dataclass(frozen=True)
class Printed:
    """The numbers of one line as they stand on paper. `contradicts`: printed digits alone would suggest the other side."""

    result: dict[str, Any]
    limit: dict[str, Any] | None
    uncertainty: dict[str, str] | None
    margin: str | None
    guard_band: str | None
    contradicts: bool = False


def limit_of(data: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A limit of `metrology.limits` in the words of the snapshot; a limit over frequency must have been read off before."""
    if not data:
        return None
    found = parse_limit(data)
    if isinstance(found, ObservationLimit):
        return {"operator": "text", "text": dict(_ANSWERS["PASS"])}
    if isinstance(found, LimitLine):
        return {"operator": "text", "text": {"vi": "theo tần số", "en": "by frequency"}}
    if isinstance(found, Mask):
        return {"operator": "text", "text": {"vi": "theo mặt nạ phổ", "en": "by spectrum mask"}}
    if not isinstance(found, Bounds):
        return {"operator": "text", "text": {"vi": "theo điều kiện", "en": "by condition"}}
    return _bounds(found)


def _bounds(found: Bounds) -> dict[str, Any]:
    if found.kind == "range":
        assert found.low is not None and found.high is not None
        ends = {"low_open": not found.low_inclusive, "high_open": not found.high_inclusive}
        return {"operator": "within", "low": canonical_decimal(found.low), "high": canonical_decimal(found.high),
                **{name: True for name, is_open in ends.items() if is_open}}
    if found.kind == "lower":
        assert found.low is not None
        return {"operator": ">=" if found.low_inclusive else ">", "value": canonical_decimal(found.low)}
    assert found.high is not None
    if found.kind == "abs_upper":
        return {"operator": "abs<=" if found.high_inclusive else "abs<", "value": canonical_decimal(found.high)}
    return {"operator": "<=" if found.high_inclusive else "<", "value": canonical_decimal(found.high)}


def uncertainty_digits(u: Decimal) -> str:
    """U as recorded; a computed one with two decimals, fewer where that would be more than three significant digits, more where
    it would be fewer than two: 0.69, 3.62, 86.8, 0.064 (JCGM 100, 7.2.6)."""
    return canonical_decimal(round_half(u, uncertainty_places(u)))


def uncertainty_places(u: Decimal, significant: int | None = None) -> int:
    """Decimal places of a printed uncertainty; `significant`: so many significant digits whatever was recorded."""
    if significant is not None:
        return max(0, places_of(round_uncertainty(u, significant)))
    if len(u.normalize().as_tuple().digits) <= RECORDED_DIGITS:
        return max(0, places_of(u))
    return min(places_of(round_uncertainty(u, 3)), max(USUAL_PLACES, places_of(round_uncertainty(u, 2))))


def values_of(value: Decimal | None, computed: Mapping[str, Any]) -> list[Decimal]:
    """The values of a reading: one, or the parts of a composite one (two band edges) as the computation froze them."""
    parts = computed.get("values")
    if isinstance(parts, Sequence) and not isinstance(parts, str) and len(parts) > 1:
        return [Decimal(str(part)) for part in parts]
    return [] if value is None else [value]


def numbers(
    *, kind: str, places: int, value: Decimal | None, observation: str, u: Decimal | None, k: Decimal | None, unit: str,
    limit: Mapping[str, Any] | None, guard_band: Decimal | None, computed: Mapping[str, Any], exempt: str | None,
    judged: bool, read_off: bool = False, calibrated: bool = False, style: Figures = DEFAULT,
    operator: str = "",
) -> Printed:
    """The printed numbers of one reading. `exempt` is the key of the reason why there is no U; `judged` lets the margin print;
    `read_off`: the limit was interpolated at the reading's frequency. `calibrated`: U has two significant digits, and the result no
    digit finer than U (ILAC-P14). `style`: ties and digits of U as the laboratory sets them. `operator`: `<` or `>` before a
    result that is only a bound; it has no margin, since nobody knows how far beyond it lies."""
    if kind == "observation" or observation:
        return Printed({"text": dict(_ANSWERS.get(observation, {"vi": observation, "en": ""}))}, limit_of(limit), None, None, None)
    significant = min(style.u_digits or CALIBRATION_DIGITS, CALIBRATION_DIGITS) if calibrated else style.u_digits
    if calibrated and u is not None:
        places = min(places, uncertainty_places(u, significant))
    values = values_of(value, computed)
    digits = [canonical_decimal(round_half(each, places, style.ties)) for each in values]
    if len(digits) > 1:
        ordered = sorted(digits, key=Decimal)
        result: dict[str, Any] = {"low": ordered[0], "high": ordered[-1]}
    else:
        result = {"value": digits[0]} if digits else {}
        if operator and digits:
            result["operator"] = operator
    margin, contradicts = None, False
    found = parse_limit(limit) if limit else None
    paper = limit_of(limit)
    if isinstance(found, Bounds):
        shown_limit = found.rounded(places, style.ties) if read_off else found
        paper = _bounds(shown_limit)
        if judged and values and not operator:
            # A limit written finer than the parameter's decimals (2483,5 against 2476) keeps its digits in the margin too.
            finest = max([places, *(places_of(end) for end in (shown_limit.low, shown_limit.high) if end is not None)])
            shown = [round_half(each, places, style.ties) for each in values]
            margin = canonical_decimal(printed_margin(shown_limit, shown, finest, style.ties).margin)
            contradicts = printed_margin(found, values, places, style.ties).contradicts
    uncertainty: dict[str, str] | None = None
    if u is not None:
        written = canonical_decimal(round_half(u, uncertainty_places(u, significant), style.ties))
        uncertainty = {"value": written, "k": canonical_decimal(k) if k is not None else "2"}
        budget = computed.get("budget")
        other = str(budget.get("unit") or "") if isinstance(budget, Mapping) else ""
        if other and other != unit and not (other == "dB" and unit.startswith("dB")):
            uncertainty["unit"] = other
    elif exempt:
        uncertainty = {"exempt": exempt}
    band = None
    if judged and guard_band is not None and guard_band > 0:
        # w is a part or a multiple of U and is written as finely as U is.
        band = canonical_decimal(round_half(guard_band, uncertainty_places(u if u is not None else guard_band, significant)))
    return Printed(result, paper, uncertainty, margin, band, contradicts)
