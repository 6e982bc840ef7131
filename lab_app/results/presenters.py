"""Shaping for the pages of the room: numbers, limits, verdicts and readings as a reader sees them.

Nothing is decided or computed here; what a page shows was computed when the reading was recorded (or by
`results.preview` while it is typed).
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from lab_app.core import clock
from lab_app.core.gates import Words
from lab_app.core.gauge import Gauge, margin_gauge
from lab_app.core.i18n import lang, pick, show_date, show_datetime, show_decimal, show_time
from lab_app.core.quantity import NO_BREAK_SPACE
from lab_app.core.workflow import State
from lab_app.metrology.limits import Bounds, LimitLine, ObservationLimit, parse_limit
from lab_app.metrology.periods import valid_through
from lab_app.metrology.rounding import places_of, round_uncertainty

#: A due date this many days ahead counts as soon.
SOON_DAYS = 3

#: A verdict as a badge: hold is "not judged", never a pass.
VERDICTS: dict[str, State] = {
    "PASS": State("PASS", _l("Đạt"), "ok"),
    "CONDITIONAL_PASS": State("CONDITIONAL_PASS", _l("Đạt có điều kiện"), "warn"),
    "CONDITIONAL_FAIL": State("CONDITIONAL_FAIL", _l("Không đạt có điều kiện"), "bad"),
    "FAIL": State("FAIL", _l("Không đạt"), "bad"),
    "NOT_APPLICABLE": State("NOT_APPLICABLE", _l("Không áp dụng"), "hold"),
    "NOT_TESTED": State("NOT_TESTED", _l("Không thử"), "hold"),
    "NO_STATEMENT": State("NO_STATEMENT", _l("Không tuyên bố"), "warn", "exclamation-triangle-fill"),
    "NOT_EVALUATED": State("NOT_EVALUATED", _l("Chưa đánh giá"), "hold"),
}
ANSWERS: dict[str, Words] = {
    "PASS": _l("Đạt"), "FAIL": _l("Không đạt"), "NA": _l("Không áp dụng"), "NT": _l("Không thử"),
}
#: Why there is no verdict, or what to know beside one (`metrology.decision.Decision.reason`).
REASONS: dict[str, Words] = {
    "no_limit": _l("chưa có giới hạn"),
    "no_value": _l("chưa có giá trị"),
    "no_rule": _l("chưa có quy tắc ra quyết định được thỏa thuận (7.1.3)"),
    "bad_value": _l("giá trị không đọc được"),
    "answer_not_allowed": _l("câu trả lời không thuộc các câu được phép"),
    "frequency_needed": _l("giới hạn đổi theo tần số: cần tần số của số đọc"),
    "uncertainty_missing": _l("quy tắc cần độ không đảm bảo đo mà phương pháp chưa có"),
    "uncertainty_not_positive": _l("độ không đảm bảo đo không dương"),
    "maximum_uncertainty_missing": _l("quy tắc cần độ không đảm bảo đo lớn nhất của tiêu chuẩn"),
    "uncertainty_above_maximum": _l("U lớn hơn mức lớn nhất của tiêu chuẩn: phép đo không dùng để kết luận được"),
    "empty_acceptance_zone": _l("dải bảo vệ rộng hơn giới hạn: không giá trị nào được chấp nhận"),
}
SOURCES: dict[str, Words] = {
    "measured": _l("đo"), "customer": _l("khách hàng cung cấp"), "factor": _l("hệ số hiệu chính"), "setting": _l("thiết lập"),
    "file": _l("từ tệp"), "scpi": _l("từ thiết bị"),
}
#: The same in the narrow cells of a grid.
SHORT_SOURCES: dict[str, Words] = {"customer": _l("khách hàng"), "file": _l("từ tệp"), "scpi": _l("từ thiết bị")}


def verdict(code: str | None) -> State:
    """The badge of a verdict; an unknown code reads as not evaluated."""
    return VERDICTS.get((code or "").upper(), VERDICTS["NOT_EVALUATED"])


def reason_words(code: str | None) -> Words:
    """Why there is no verdict, in words; empty when there is nothing to say."""
    return REASONS.get(code or "", "")


def decimal_of(text: Any) -> Decimal | None:
    """A number kept as text in a frozen record."""
    if text is None or text == "":
        return None
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None


def number(value: Decimal | None, places: int | None = None) -> str:
    """A measured number for the reader."""
    return show_decimal(value, places)


def with_unit(text: str, unit: str) -> str:
    """A number and its unit on one line."""
    return f"{text}{NO_BREAK_SPACE}{unit}" if text and unit else text


def formula_of(frozen: Mapping[str, Any]) -> str:
    """What was computed, in a history: the formula; the whole of it stands on the result's own page."""
    return str(frozen.get("formula") or "") or gettext("quan sát")


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
    return f"{_end(limit.low, places)}{NO_BREAK_SPACE}… {_end(limit.high, places)}"


def limit_text(data: Mapping[str, Any] | None, unit: bool = True, places: int | None = None) -> str:
    """A limit kept as data, for the reader; empty when there is none. `places` shortens an interpolated one."""
    if not data:
        return ""
    limit = parse_limit(data)
    if isinstance(limit, ObservationLimit):
        return gettext("quan sát")
    if isinstance(limit, LimitLine):
        first, last = limit.segments[0], limit.segments[-1]
        sign = "≤" if limit.side == "upper" else "≥"
        values = sorted({v for s in limit.segments for v in (s.l1, s.l2)})
        span = show_decimal(values[0]) if len(values) == 1 else f"{show_decimal(values[0])} … {show_decimal(values[-1])}"
        text = gettext(
            "%(sign)s %(span)s theo tần số, %(low)s … %(high)s %(unit)s",
            sign=sign, span=with_unit(span, limit.unit if unit else ""), low=show_decimal(first.f1), high=show_decimal(last.f2),
            unit=limit.f_unit,
        )
        return text
    text = bounds_text(limit, places)
    return with_unit(text, limit.unit) if unit else text


def answers_of(data: Mapping[str, Any] | None) -> list[tuple[str, Words]]:
    """The answers a person may choose from, for an observation."""
    limit = parse_limit(data) if data else None
    return [(a.value, ANSWERS[a.value]) for a in limit.answers] if isinstance(limit, ObservationLimit) else []


def left_out() -> list[tuple[str, Words]]:
    """Why a numerical line may stay without a number; the reason goes into the note."""
    return [(code, ANSWERS[code]) for code in ("NA", "NT")]


def field_label(field: Mapping[str, Any]) -> str:
    """The name of a raw reading in the reader's language."""
    return pick(field.get("label_vi"), field.get("label_en")) or str(field.get("key", ""))


def raw_parts(raw: Mapping[str, Any] | None, fields: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Every raw reading with its label, number(s), unit and source, in the order of the method's fields."""
    labels = {f["key"]: field_label(f) for f in fields}
    order = [f["key"] for f in fields]
    keys = sorted(raw or {}, key=lambda key: (order.index(key) if key in order else len(order), key))
    out = []
    for key in keys:
        part = (raw or {})[key]
        if not isinstance(part, Mapping):
            part = {"value": part}
        values = part.get("values")
        texts = [show_decimal(decimal_of(v)) or str(v) for v in (values if values is not None else [part.get("value")])
                 if v is not None and v != ""]
        source = str(part.get("source") or "measured")
        unit = str(part.get("unit") or "")
        out.append({
            "key": key, "label": labels.get(key, key), "typed": part.get("text", ""), "unit": unit,
            "text": with_unit("; ".join(texts), unit), "source": source, "source_word": SOURCES.get(source, source),
            "short": SHORT_SOURCES.get(source, ""), "origin": part.get("origin", ""),
        })
    return out


def fixed_parts(fields: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Values that the method fixes: shown beside the fields, not typed."""
    fixed = {
        str(f["key"]): {"value": f["fixed"], "unit": f.get("unit"), "source": "setting"}
        for f in fields if f.get("fixed") not in (None, "")
    }
    return raw_parts(fixed, fields)


def typed_again(part: Mapping[str, Any] | None) -> str:
    """A raw reading as somebody would type it again in the reader's language; empty for none."""
    if not part:
        return ""
    values = part.get("values") if part.get("values") is not None else [part.get("value")]
    mark = "," if lang() == "vi" else "."
    return "; ".join(str(v).replace(".", mark) for v in values or [] if v not in (None, ""))


def raw_line(raw: Mapping[str, Any] | None, fields: Sequence[Mapping[str, Any]] = ()) -> str:
    """All raw readings of a line in one sentence: `15,42 dBm · 3,0 dBi`."""
    return " · ".join(p["text"] for p in raw_parts(raw, fields) if p["text"])


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


def gauge_of(margin: Decimal | None, u: Decimal | None, unit: str, verdict_code: str | None, places: int = 2) -> Gauge:
    """The margin gauge of a result."""
    failed = (verdict_code or "").upper() in {"FAIL", "CONDITIONAL_FAIL"}
    return margin_gauge(margin, u, failed=failed, label=margin_label(margin, unit, failed, places))


def margin_tone(margin: Decimal | None, u: Decimal | None, verdict_code: str | None) -> str:
    """Tone of the margin's figure, as the gauge draws it."""
    tone = gauge_of(margin, u, "", verdict_code).tone
    return tone if tone in {"bad", "warn"} else ""


def joined(words: Iterable[Any]) -> str:
    """Short pieces parted by middle dots; empty ones fall out."""
    return " · ".join(str(w) for w in words if w not in (None, ""))


def due(on: date | None, status: str, today: date) -> State | None:
    """How a due date stands: late, today, soon; nothing to say for one that is far off or for finished work."""
    if on is None or status in {"reviewed", "cancelled"}:
        return None
    days = (on - today).days
    if days < 0:
        return State("late", ngettext("Trễ %(n)s ngày", "Trễ %(n)s ngày", -days, n=-days), "bad")
    if days == 0:
        return State("today", gettext("Hạn hôm nay"), "warn", "clock")
    if days <= SOON_DAYS:
        return State("soon", ngettext("Còn %(n)s ngày", "Còn %(n)s ngày", days, n=days), "warn", "clock")
    return None


@dataclass(frozen=True)
class Shown:
    """A result as cells of a page: texts without their units where the unit stands beside."""

    value: str
    unit: str
    u: str
    k: str
    limit: str
    margin: str
    margin_tone: str
    gauge: Gauge
    verdict: State
    why: Words = ""
    formula: str = ""
    u_unit: str = ""

    @property
    def limit_short(self) -> str:
        """The limit without the unit that the value already carries."""
        tail = NO_BREAK_SPACE + self.unit
        return self.limit.removesuffix(tail) if self.unit else self.limit


NOTHING = Shown("", "", "", "", "", "", "", margin_gauge(None), VERDICTS["NOT_EVALUATED"])


def _empty() -> Shown:
    return replace(NOTHING, gauge=gauge_of(None, None, "", None))


def name(parameter: Any) -> str:
    """A parameter's name in the reader's language."""
    return pick(parameter.name_vi, parameter.name_en)


def line_title(line: Any) -> str:
    """A line in a few words: parameter and condition."""
    return ", ".join(p for p in (name(line.parameter), line.conditions) if p)


def moment(at: datetime) -> str:
    """Day, month and time, for cells where the year is plain."""
    return clock.local(at).strftime("%d/%m %H:%M")


def last_day(due_on: date) -> str:
    """The last day of use, as the label prints it."""
    return show_date(valid_through(due_on))


def span(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """`23,1 … 23,9 °C`, or one number when both ends agree; empty when nothing was read."""
    ends = [show_decimal(v) for v in (low, high) if v is not None]
    if not ends:
        return ""
    return with_unit(ends[0] if len(set(ends)) == 1 else f"{ends[0]} … {ends[-1]}", unit)


def environment_text(record: Any) -> str:
    """An environment record in one line: conditions, room, sensor, time."""
    if record is None:
        return ""
    start, end = clock.local(record.from_at), clock.local(record.to_at)
    ends = show_time(record.to_at) if start.date() == end.date() else f"{show_date(record.to_at)} {show_time(record.to_at)}"
    return joined([
        span(record.t_low, record.t_high, "°C"), span(record.rh_low, record.rh_high, "%RH"),
        *(with_unit(str(value), "V") if key == "supply_V" else f"{key}: {value}" for key, value in (record.extra or {}).items()),
        pick(record.room.name_vi, record.room.name_en), record.sensor_code,
        f"{show_date(record.from_at)} {show_time(record.from_at)} – {ends}",
    ])


# ---- results as cells ------------------------------------------------------------------------------------

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
#: U with more written digits than this is a computed one and is shown with two significant digits.
WRITTEN_DIGITS = 3


def uncertainty_text(u: Decimal | None) -> str:
    """U as it stands in the budget; a computed one with two significant digits."""
    if u is None:
        return ""
    return show_decimal(u if len(u.normalize().as_tuple().digits) <= WRITTEN_DIGITS else round_uncertainty(u))


def formula_text(formula: str, raw: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> str:
    """The formula with its numbers: `−33,4 dBm + 4,2 dB`. Names of functions stay."""
    texts = {p["key"]: p["text"] for p in raw_parts(raw, fields) if p["text"]}
    return _NAME.sub(lambda m: texts.get(m[0], m[0]), formula.replace("*", "×").replace(" - ", " − ")) if texts else ""


def shown_number(
    *, values: Sequence[Decimal], value: Decimal | None, unit: str, places: int, u: Decimal | None, k: Decimal | None, u_unit: str,
    limit: Mapping[str, Any] | None, margin: Decimal | None, verdict_code: str, why: str, formula: str,
) -> Shown:
    """A numerical result as cells."""
    judged, digits = verdict(verdict_code), max(places, 2)
    shown_value = f"{NO_BREAK_SPACE}… ".join(number(v, places) for v in values) if len(values) > 1 else number(value, places)
    return Shown(
        value=shown_value, unit=unit, u=uncertainty_text(u), k=show_decimal(k), limit=limit_text(limit, places=digits),
        margin=number(margin, digits) if margin is not None else "", margin_tone=margin_tone(margin, u, verdict_code),
        gauge=gauge_of(margin, u, u_unit or unit, verdict_code, digits),
        verdict=judged, why=reason_words(why), formula=f"= {formula}" if formula else "", u_unit=u_unit or unit,
    )


def shown_answer(answer: str, limit: Mapping[str, Any] | None, verdict_code: str, why: str = "") -> Shown:
    """An observation as cells: the answer stands where a number would."""
    return replace(_empty(), value=str(ANSWERS.get(answer, "")), limit=limit_text(limit), verdict=verdict(verdict_code),
                   why=reason_words(why))


def shown_reading(line: Any, reading: Any) -> Shown:
    """A recorded reading as cells, from what was frozen with it; an empty result for none."""
    if reading is None:
        return replace(_empty(), unit=line.parameter.unit, limit=limit_text(line.limit))
    frozen = reading.computed or {}
    decision = frozen.get("decision") or {}
    if reading.observation:
        return shown_answer(reading.observation, reading.limit_value or line.limit, reading.verdict, decision.get("reason", ""))
    parts = [d for d in (decimal_of(v) for v in frozen.get("values") or []) if d is not None]
    return shown_number(
        values=parts, value=reading.value, unit=reading.unit, places=int(frozen.get("places", line.parameter.places)), u=reading.u,
        k=reading.k, u_unit=str((frozen.get("budget") or {}).get("unit") or ""), limit=reading.limit_value or line.limit,
        margin=reading.margin, verdict_code=reading.verdict, why=decision.get("reason", ""),
        formula=formula_text(str(frozen.get("formula") or ""), reading.raw, line.parameter.fields),
    )


def shown_outcome(line: Any, outcome: Any, raw: Mapping[str, Any], observation: str = "") -> Shown:
    """What an entry would give, as cells; an empty result while there is none."""
    if outcome is None:
        return shown_reading(line, None)
    decision = outcome.decision
    limit = outcome.limit.to_dict() if outcome.limit is not None else line.limit
    if line.parameter.kind == "observation":
        return shown_answer(observation, limit, outcome.verdict.value, decision.reason)
    frozen = outcome.frozen
    return shown_number(
        values=outcome.values, value=outcome.value, unit=outcome.unit, places=line.parameter.places, u=outcome.u, k=outcome.k,
        u_unit=str((frozen.get("budget") or {}).get("unit") or ""), limit=limit, margin=decision.margin,
        verdict_code=outcome.verdict.value, why=decision.reason,
        formula=formula_text(line.parameter.formula, {key: r.as_json() for key, r in raw.items()}, line.parameter.fields),
    )


def steps(line: Any, reading: Any) -> list[tuple[Words, str, Words]]:
    """How a recorded result came about, step by step: (step, what, remark)."""
    frozen = reading.computed or {}
    decision, budget = frozen.get("decision") or {}, frozen.get("budget") or {}
    shown = shown_reading(line, reading)
    out: list[tuple[Words, str, Words]] = [
        (p["label"], p["text"] or str(p["typed"]), p["source_word"]) for p in raw_parts(reading.raw, line.parameter.fields)
    ]
    if reading.observation:
        out.append((gettext("Quan sát"), str(ANSWERS.get(reading.observation, reading.observation)), reading.note))
    if shown.formula:
        out.append((gettext("Công thức"), str(frozen.get("formula")), ""))
        out.append((gettext("Thay số"), f"{shown.formula} = {with_unit(shown.value, shown.unit)}", ""))
    u_c = decimal_of(budget.get("u_c"))
    if budget:
        out.append((
            gettext("Độ không đảm bảo đo"),
            gettext("u_c = %(uc)s, k = %(k)s, U = %(u)s %(unit)s", uc=number(round_uncertainty(u_c, 3) if u_c else u_c),
                    k=number(decimal_of(budget.get("k"))), u=shown.u, unit=budget.get("unit", "")),
            gettext("bảng %(code)s: %(quantity)s, %(n)s thành phần", code=budget.get("code", ""),
                    quantity=budget.get("quantity", ""), n=len(budget.get("components") or [])),
        ))
    elif frozen.get("u_exempt_reason"):
        out.append((gettext("Độ không đảm bảo đo"), gettext("không xét"), str(frozen["u_exempt_reason"])))
    if reading.limit_value or line.limit:
        over_frequency = (line.limit or {}).get("type") == "line"
        out.append((gettext("Giới hạn"), shown.limit, gettext("tại tần số của số đọc") if over_frequency else ""))
    if line.rule_code or frozen.get("rule"):
        out.append((gettext("Quy tắc ra quyết định"), line.rule_code, rule_text(frozen.get("rule"), frozen.get("u_max"))))
    band = decimal_of(decision.get("guard_band"))
    if band is not None and band > 0:
        out.append((gettext("Dải bảo vệ"), with_unit(number(band), shown.u_unit),
                    gettext("giá trị đem so: %(value)s", value=number(decimal_of(decision.get("value_compared"))))))
    if shown.margin:
        out.append((gettext("Dư địa"), with_unit(shown.margin, shown.u_unit), ""))
    out.append((gettext("Kết luận"), str(shown.verdict.word), shown.why))
    return out


#: Kinds of rule that compare U with a maximum.
COMPARES_U = ("shared_risk_max_u", "cispr")
RULES: dict[str, Words] = {
    "simple": _l("so trực tiếp với giới hạn, không xét U"),
    "guarded_binary": _l("dải bảo vệ, hai mức"),
    "guarded_nonbinary": _l("dải bảo vệ, bốn mức"),
    "shared_risk_max_u": _l("so trực tiếp khi U không lớn hơn mức lớn nhất của tiêu chuẩn"),
    "cispr": _l("cộng phần U vượt mức CISPR rồi so"),
}


def rule_text(rule: Mapping[str, Any] | None, u_max: Any = None) -> str:
    """A frozen decision rule in a few words, with the maximum U it compares with."""
    if not rule:
        return ""
    words = str(RULES.get(str(rule.get("kind")), ""))
    top = decimal_of(u_max if u_max is not None else rule.get("u_max")) if rule.get("kind") in COMPARES_U else None
    return gettext("%(rule)s; U ≤ %(top)s", rule=words, top=number(top)) if top is not None else words


def revision_changes(line: Any, before: Any, after: Any) -> list[tuple[Words, str, str]]:
    """What a revision changed against the one before it (None for the first): (label, old, new) in words."""
    fields = line.parameter.fields

    def facts(reading: Any) -> dict[str, tuple[Words, str]]:
        if reading is None:
            return {}
        found: dict[str, tuple[Words, str]] = {p["key"]: (p["label"], p["text"]) for p in raw_parts(reading.raw, fields)}
        shown = shown_reading(line, reading)
        found["observation"] = (gettext("Quan sát"), str(ANSWERS.get(reading.observation, "")))
        found["value"] = (gettext("Kết quả"), with_unit(shown.value, shown.unit) if not reading.observation else "")
        found["verdict"] = (gettext("Kết luận"), str(shown.verdict.word))
        found["measured"] = (gettext("Thời điểm đo"), show_datetime(reading.measured_at))
        found["firmware"] = (gettext("Firmware"), reading.firmware)
        found["instruments"] = (gettext("Thiết bị"), ", ".join(u.instrument.code for u in reading.instruments))
        found["environment"] = (gettext("Môi trường"), reading.environment.code if reading.environment else "")
        return found

    old, new = facts(before), facts(after)
    return [(label, old.get(key, ("", ""))[1], text) for key, (label, text) in new.items() if text != old.get(key, ("", ""))[1]]
