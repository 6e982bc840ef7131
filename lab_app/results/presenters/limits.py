"""Shaping for the pages of the room: numbers, limits, verdicts and readings as a reader sees them."""
from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Words
from lab_app.core.gauge import Gauge, margin_gauge
from lab_app.core.i18n import show_decimal
from lab_app.core.quantity import NO_BREAK_SPACE
from lab_app.metrology.limits import Bounds, ObservationLimit, parse_limit
from lab_app.metrology.rounding import places_of
from lab_app.results.presenters.words import ANSWERS, decimal_of, number, with_unit
from test_methods.limit_words import limit_short


def _end(value: Decimal | None, places: int | None) -> str:
    """A limit as written; an interpolated one with no more decimals than asked for."""
    long = value is not None and places is not None and places_of(value) > places
    return show_decimal(value, places if long else None)


def bounds_text(limit: Bounds, places: int | None = None) -> str:
    """`≤ 20`, `2 400 … 2 483,5`, `|x| ≤ 5`: without the unit."""
    def _bound(sign: str, value: Decimal | None) -> str:
        return f"{sign}{NO_BREAK_SPACE}{_end(value, places)}"

    upper = "≤" if limit.high_inclusive else "<"
    if limit.absolute:
        return _bound(f"|x|{NO_BREAK_SPACE}{upper}", limit.high)
    if limit.low is None:
        return _bound(upper, limit.high)
    if limit.high is None:
        return _bound("≥" if limit.low_inclusive else ">", limit.low)
    low = _end(limit.low, places) if limit.low_inclusive else _bound(">", limit.low)
    high = _end(limit.high, places) if limit.high_inclusive else _bound("<", limit.high)
    return f"{low}{NO_BREAK_SPACE}… {high}"


def limit_text(data: Mapping[str, Any] | None, unit: bool = True, places: int | None = None) -> str:
    """A limit kept as data, for the reader; empty when there is none. `places` shortens an interpolated one."""
    if not data:
        return ""
    limit = parse_limit(data)
    if not isinstance(limit, Bounds):
        return limit_short(data)
    text = bounds_text(limit, places)
    return with_unit(text, limit.unit) if unit else text


def limit_confirmed(line: Any) -> bool:
    """Whether somebody compared the line's limit with its official text: when it was planned, or since, the limit unchanged. A line
    without a limit has nothing to confirm."""
    requirement = line.parameter.requirement
    return not line.limit or line.limit_confirmed or (requirement.confirmed_on is not None and requirement.limit == line.limit)


def answers_of(data: Mapping[str, Any] | None) -> list[tuple[str, Words]]:
    """The answers a person may choose from, for an observation."""
    limit = parse_limit(data) if data else None
    return [(a.value, ANSWERS[a.value]) for a in limit.answers] if isinstance(limit, ObservationLimit) else []


def left_out() -> list[tuple[str, Words]]:
    """Why a numerical line may stay without a number; the reason goes into the note."""
    return [(code, ANSWERS[code]) for code in ("NA", "NT")]


def margin_label(margin: Decimal | None, unit: str, failed: bool, places: int = 2) -> str:
    """The gauge's sentence for screen readers."""
    if margin is None:
        return gettext("Chưa có giá trị để so với giới hạn")
    shown = with_unit(show_decimal(margin, places), unit)
    if margin < 0:
        return gettext("Dư địa %(margin)s: vượt giới hạn", margin=shown)
    if failed:
        return gettext("Dư địa %(margin)s: chưa đủ theo quy tắc ra quyết định", margin=shown)
    return gettext("Dư địa %(margin)s so với giới hạn", margin=shown)


def gauge_of(
    margin: Decimal | None, u: Decimal | None, unit: str, verdict_code: str | None, places: int = 2, guard_band: Decimal | None = None
) -> Gauge:
    """The margin gauge of a result, with the guard band that the rule takes off the limit."""
    failed = (verdict_code or "").upper() in {"FAIL", "CONDITIONAL_FAIL"}
    return margin_gauge(margin, u, failed=failed, label=margin_label(margin, unit, failed, places), guard_band=guard_band)


def margin_tone(margin: Decimal | None, u: Decimal | None, verdict_code: str | None) -> str:
    """Tone of the margin's figure, as the gauge draws it."""
    tone = gauge_of(margin, u, "", verdict_code).tone
    return tone if tone in {"bad", "warn"} else ""


#: Kinds of rule that compare U with a maximum.
COMPARES_U = ("shared_risk_max_u", "cispr")


RULES: dict[str, Words] = {
    "simple": _l("so trực tiếp với giới hạn, không xét U"),
    "guarded_binary": _l("dải bảo vệ, hai mức"),
    "guarded_nonbinary": _l("dải bảo vệ, bốn mức"),
    "shared_risk_max_u": _l("so trực tiếp khi U không lớn hơn mức lớn nhất của tiêu chuẩn"),
    "cispr": _l("cộng phần U vượt mức CISPR rồi so"),
    "guarded_tur": _l("dải bảo vệ tính từ TUR, hai mức"),
}


def rule_text(rule: Mapping[str, Any] | None, u_max: Any = None) -> str:
    """A frozen decision rule in a few words, with the maximum U it compares with."""
    if not rule:
        return ""
    words = str(RULES.get(str(rule.get("kind")), ""))
    top = decimal_of(u_max if u_max is not None else rule.get("u_max")) if rule.get("kind") in COMPARES_U else None
    return gettext("%(rule)s; U ≤ %(top)s", rule=words, top=number(top)) if top is not None else words
