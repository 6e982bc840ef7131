"""Shaping for the pages of the room: numbers, limits, verdicts and readings as a reader sees them."""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from lab_app.core.figures import figures
from lab_app.core.gates import Words
from lab_app.core.gauge import Gauge, margin_gauge
from lab_app.core.i18n import lang, pick, show_datetime, show_decimal
from lab_app.core.quantity import NO_BREAK_SPACE
from lab_app.core.workflow import State
from lab_app.metrology.limits import Bounds, parse_limit, printed_margin
from lab_app.metrology.notation import readable
from lab_app.metrology.rounding import round_significant, round_uncertainty
from lab_app.results.presenters.limits import gauge_of, limit_confirmed, limit_text, margin_tone, rule_text
from lab_app.results.presenters.words import (
    ANSWERS,
    SHORT_SOURCES,
    SOURCES,
    VERDICTS,
    decimal_of,
    field_label,
    number,
    reason_words,
    verdict,
    with_unit,
)


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
        if part.get("operator"):
            texts = [bounded(text, str(part["operator"])) for text in texts]
        out.append({
            "key": key, "label": labels.get(key, key), "typed": part.get("text", ""), "unit": unit,
            "text": with_unit("; ".join(texts), unit), "source": source, "source_word": SOURCES.get(source, source),
            "short": SHORT_SOURCES.get(source, ""), "origin": part.get("origin", ""),
        })
    return out


def bounded(text: str, operator: str) -> str:
    """A number with the operator before it: `< 10`."""
    return f"{operator}{NO_BREAK_SPACE}{text}" if operator and text else text


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
    return str(part.get("operator") or "") + "; ".join(str(v).replace(".", mark) for v in values or [] if v not in (None, ""))


def raw_line(raw: Mapping[str, Any] | None, fields: Sequence[Mapping[str, Any]] = ()) -> str:
    """All raw readings of a line in one sentence: `15,42 dBm · 3,0 dBi`."""
    return " · ".join(p["text"] for p in raw_parts(raw, fields) if p["text"])


@dataclass(frozen=True)
class Shown:
    """A result as cells of a page: texts without their units where the unit stands beside. `unconfirmed`: nobody compared the limit
    with its official text, so that a paper states no verdict."""

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
    remark: Words = ""
    unconfirmed: bool = False

    @property
    def limit_short(self) -> str:
        """The limit without the unit that the value already carries."""
        tail = NO_BREAK_SPACE + self.unit
        return self.limit.removesuffix(tail) if self.unit else self.limit


NOTHING = Shown("", "", "", "", "", "", "", margin_gauge(None), VERDICTS["NOT_EVALUATED"])


def _empty() -> Shown:
    return replace(NOTHING, gauge=gauge_of(None, None, "", None))


#: Verdicts that say on which side of the limit a result lies.
JUDGED = frozenset({"PASS", "CONDITIONAL_PASS", "CONDITIONAL_FAIL", "FAIL"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


#: U with more written digits than this is a computed one and is shown with two significant digits.
WRITTEN_DIGITS = 3


def uncertainty_text(u: Decimal | None) -> str:
    """U as it stands in the budget; a computed one with two significant digits."""
    if u is None:
        return ""
    style = figures()
    if style.u_digits is not None:
        return written(round_uncertainty(u, style.u_digits, style.ties) if u > 0 else u)
    return written(u if len(u.normalize().as_tuple().digits) <= WRITTEN_DIGITS else round_uncertainty(u, mode=style.ties))


def written(value: Decimal) -> str:
    """A number with all its digits; one too small or too coarse to be written out by the laboratory's power of ten, where it has one."""
    notation = figures().notation
    return readable(value, notation, lang()) if notation else show_decimal(value)


def formula_text(formula: str, raw: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> str:
    """The formula with its numbers: `−33,4 dBm + 4,2 dB`. Names of functions stay."""
    texts = {p["key"]: p["text"] for p in raw_parts(raw, fields) if p["text"]}
    return _NAME.sub(lambda m: texts.get(m[0], m[0]), formula.replace("*", "×").replace(" - ", " − ")) if texts else ""


def shown_number(
    *, values: Sequence[Decimal], value: Decimal | None, unit: str, places: int, u: Decimal | None, k: Decimal | None, u_unit: str,
    limit: Mapping[str, Any] | None, margin: Decimal | None, verdict_code: str, why: str, formula: str, operator: str = "",
    guard_band: Decimal | None = None,
) -> Shown:
    """A numerical result as cells; one that is only known to lie below or above a bound with its operator."""
    judged, digits = verdict(verdict_code), max(places, 2)
    if operator:
        shown_value = bounded(number(value), operator)  # the bound as the method states it, not rounded to the result's places
    else:
        shown_value = f"{NO_BREAK_SPACE}… ".join(number(v, places) for v in values) if len(values) > 1 else number(value, places)
    return Shown(
        value=shown_value, unit=unit, u=uncertainty_text(u), k=show_decimal(k), limit=limit_text(limit, places=digits),
        margin=number(margin, digits) if margin is not None else "", margin_tone=margin_tone(margin, u, verdict_code),
        gauge=gauge_of(margin, u, u_unit or unit, verdict_code, digits, guard_band),
        verdict=judged, why=reason_words(why), formula=f"= {formula}" if formula else "", u_unit=u_unit or unit,
        remark=rounding_remark(limit, values, places, verdict_code),
    )


def rounding_remark(limit: Mapping[str, Any] | None, values: Sequence[Decimal], places: int, verdict_code: str) -> Words:
    """What to say where the rounded figures would lie on the other side of the limit than the result does, as the paper says it too;
    empty elsewhere."""
    if not limit or not values or verdict_code.upper() not in JUDGED:
        return ""
    found = parse_limit(limit)
    if not isinstance(found, Bounds) or not printed_margin(found, list(values), places, figures().ties).contradicts:
        return ""
    return gettext("kết luận dựa trên giá trị chưa làm tròn: %(values)s",
                   values="; ".join(show_decimal(round_significant(v, 12)) for v in values))


def shown_answer(answer: str, limit: Mapping[str, Any] | None, verdict_code: str, why: str = "") -> Shown:
    """An observation as cells: the answer stands where a number would."""
    return replace(_empty(), value=str(ANSWERS.get(answer, "")), limit=limit_text(limit), verdict=verdict(verdict_code),
                   why=reason_words(why))


def shown_reading(line: Any, reading: Any) -> Shown:
    """A recorded reading as cells, from what was frozen with it; an empty result for none."""
    return replace(_reading(line, reading), unconfirmed=not limit_confirmed(line))


def _reading(line: Any, reading: Any) -> Shown:
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
        margin=reading.margin, verdict_code=reading.verdict, why=decision.get("reason", ""), operator=reading.operator,
        formula=formula_text(str(frozen.get("formula") or ""), reading.raw, line.parameter.fields), guard_band=reading.guard_band,
    )


def shown_outcome(line: Any, outcome: Any, raw: Mapping[str, Any], observation: str = "") -> Shown:
    """What an entry would give, as cells; an empty result while there is none."""
    found = _reading(line, None) if outcome is None else _outcome(line, outcome, raw, observation)
    return replace(found, unconfirmed=not limit_confirmed(line))


def _outcome(line: Any, outcome: Any, raw: Mapping[str, Any], observation: str) -> Shown:
    decision = outcome.decision
    limit = outcome.limit.to_dict() if outcome.limit is not None else line.limit
    if line.parameter.kind == "observation":
        return shown_answer(observation, limit, outcome.verdict.value, decision.reason)
    frozen = outcome.frozen
    return shown_number(
        values=outcome.values, value=outcome.value, unit=outcome.unit, places=line.parameter.places, u=outcome.u, k=outcome.k,
        u_unit=str((frozen.get("budget") or {}).get("unit") or ""), limit=limit, margin=decision.margin,
        verdict_code=outcome.verdict.value, why=decision.reason, operator=outcome.operator, guard_band=decision.guard_band,
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
    for key, found in (frozen.get("replicates") or {}).items():
        name = next((field_label(f) for f in line.parameter.fields if f["key"] == key), key)
        out.append((gettext("%(name)s: trung bình của %(n)s lần", name=name, n=found.get("n")),
                    with_unit(number(decimal_of(found.get("mean"))), found.get("unit", "")), replicate_text(found)))
    for step in frozen.get("steps") or []:
        out.append((pick(step.get("label_vi"), step.get("label_en")) or str(step.get("key")),
                    with_unit(number(decimal_of(step.get("value"))), step.get("unit", "")), str(step.get("formula") or "")))
    if shown.formula:
        out.append((gettext("Công thức"), str(frozen.get("formula")), ""))
        out.append((gettext("Thay số"), f"{shown.formula} = {with_unit(shown.value, shown.unit)}", ""))
    if reading.operator:
        out.append((gettext("Khoảng làm việc"), shown.value, range_text(frozen.get("working_range"))))
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


def replicate_text(found: Mapping[str, Any]) -> str:
    """What repeated readings say beside their mean: s (n − 1) and the standard uncertainty of the mean (type A)."""
    def short(key: str) -> str:
        value = decimal_of(found.get(key))
        return number(round_uncertainty(value, 3) if value else value)

    return gettext("s = %(s)s, u (loại A) = %(u)s %(unit)s", s=short("s"), u=short("u"), unit=found.get("unit", "")).strip()


def range_text(working: Mapping[str, Any] | None) -> str:
    """A working range in a few words; that nothing is stated about uncertainty beyond it."""
    low, high = (decimal_of((working or {}).get(key)) for key in ("low", "high"))
    ends = [gettext("từ %(low)s", low=number(low)) if low is not None else "",
            gettext("đến %(high)s", high=number(high)) if high is not None else ""]
    text = with_unit(" ".join(e for e in ends if e), str((working or {}).get("unit") or ""))
    return gettext("khoảng làm việc %(range)s; ngoài khoảng không nêu U", range=text) if text else gettext("không nêu U cho giá trị chặn")


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
