"""Traces of a job as a reader sees them: words for reasons and sources, the data a picture is drawn from, the picture without script."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.i18n import pick, show_decimal
from lab_app.core.plot import Mark, Plot, Point, Series
from lab_app.core.quantity import MINUS, NO_BREAK_SPACE, round_half
from lab_app.metrology.trace_judging import Levels, drawn_columns
from lab_app.results.models import TraceUse
from lab_app.results.presenters.words import verdict
from lab_app.results.queries.traces import is_wide, mega, pieces_of

#: Columns of a picture: most that a wide screen shows; and of the one without script.
COLUMNS, STILL_COLUMNS = 1600, 480
WHY: dict[str, Any] = {
    "prescan": _l("quét sơ bộ: chưa kết luận"),
    "detector_differs": _l("không xét: bộ tách sóng khác với giới hạn"),
    "detector_unknown": _l("không xét: đường đo không nêu bộ tách sóng; hãy chọn"),
    "unit_differs": _l("không xét: đơn vị khác với giới hạn"),
    "not_covered": _l("không xét: đường đo nằm ngoài khoảng của giới hạn"),
    "not_a_line": _l("không xét được trên đường đo"),
}
REASONS: dict[str, Any] = {
    "": _l("giữ"), "harmonic": _l("giữ: hài"), "below_offset": _l("xa giới hạn hơn mức chênh"), "too_near": _l("gần một đỉnh lớn hơn"),
    "beyond_number": _l("vượt số điểm tối đa"), "ambient": _l("nhiễu nền"), "no_limit": _l("ngoài khoảng của giới hạn"),
}
DETECTORS: dict[str, Any] = {"QP": _l("tựa đỉnh (QP)"), "AV": _l("trung bình (AV)"), "PK": _l("đỉnh (PK)")}


@dataclass(frozen=True)
class Row:
    """One limit line in words."""

    name: str
    detector: str
    says: Any
    tone: str
    margin: str
    at: str
    level: str
    limit: str
    notes: tuple[str, ...] = ()


def rows(lines: Iterable[Mapping[str, Any]], unit: str) -> list[Row]:
    """What a trace says of each limit line."""
    out = []
    for line in lines:
        worst = (line["worst"] or [None])[0]
        state = verdict(line["verdict"] or None)
        says, tone = (WHY.get(line["why"], line["why"]), "info" if line["why"] == "prescan" else "hold") if line["why"] else (
            state.word, state.tone)
        notes = [gettext("không có giới hạn: %(spans)s", spans=spans_text(line["gaps"]))] if line["gaps"] else []
        if line["unmeasured"]:
            notes.append(gettext("không quét: %(spans)s", spans=spans_text(line["unmeasured"])))
        if not line["confirmed"]:
            notes.append(gettext("giới hạn chưa xác nhận"))
        places = int(line.get("places", 2))
        out.append(Row(
            pick(line["name_vi"], line["name_en"]), str(DETECTORS.get(line["detector"], line["detector"])), says, tone,
            decibels(line["margin"], places) if worst else "", frequency(worst["f"]) if worst else "",
            level(worst["level"], unit, places) if worst else "", level(worst["limit"], unit, places) if worst else "", tuple(notes)))
    return out


def decibels(text: str | None, places: int = 2) -> str:
    """A margin with its sign."""
    if text is None:
        return ""
    value = round_half(Decimal(text), places)
    shown = show_decimal(value, places)
    return f"{'' if value < 0 or shown.startswith(MINUS) else '+'}{shown}{NO_BREAK_SPACE}dB"


def level(text: str | None, unit: str, places: int = 2) -> str:
    """A level at its places."""
    return "" if text is None else f"{show_decimal(round_half(Decimal(text), places), places)}{NO_BREAK_SPACE}{unit}"


def frequency(hertz: str | Decimal) -> str:
    """Hz as MHz for the reader."""
    return f"{show_decimal(Decimal(mega(Decimal(hertz))))}{NO_BREAK_SPACE}MHz"


def spans_text(spans: Sequence[Sequence[str]]) -> str:
    """Spans in Hz as MHz; the first few."""
    shown = "; ".join(f"{show_decimal(Decimal(mega(Decimal(a))))}–{frequency(b)}" for a, b in spans[:5])
    return shown + ("; …" if len(spans) > 5 else "")


def factor_text(row: Mapping[str, Any]) -> str:
    """Where a correction's numbers come from."""
    if row["source"] == "set":
        told = f"{row['instrument']} · {row['set']}"
        return f"{told} · {row['certificate']}" if row.get("certificate") else told
    value = f"{show_decimal(Decimal(row['value']))}{NO_BREAK_SPACE}{row['unit']}" if row.get("value") is not None else gettext(
        "bảng %(n)s điểm", n=len(row.get("points") or []))
    return f"{value} · {row['says']}" if row.get("says") else gettext("%(value)s, cố định trong phương pháp", value=value)


def rule_facts(rule: Mapping[str, Any]) -> str:
    """A rule of reduction in one line."""
    parts = [gettext("cách giới hạn không quá %(db)s dB", db=show_decimal(Decimal(rule["offset_db"]))),
             gettext("tối đa %(n)s điểm", n=rule["most"])]
    if Decimal(str(rule.get("window") or 0)):
        parts.append(gettext("cách nhau %(w)s %(unit)s", w=show_decimal(Decimal(str(rule["window"]))), unit=rule.get("window_unit", "MHz")))
    for window in rule.get("ambient") or []:
        parts.append(gettext("nền %(a)s–%(b)s %(unit)s", a=show_decimal(Decimal(window["low"])), b=show_decimal(Decimal(window["high"])),
                             unit=window.get("unit", "MHz")))
    return "; ".join(parts)


def contradiction(row: Mapping[str, Any], unit: str) -> str:
    """Where two detectors contradict each other."""
    return gettext("Tại %(f)s: %(lower)s %(low)s cao hơn %(upper)s %(high)s.", f=frequency(row["f"]), lower=row["lower"],
                   low=level(row["lower_level"], unit), upper=row["upper"], high=level(row["upper_level"], unit))


# ---- pictures -------------------------------------------------------------------------------------------


def picture(levels: Levels, lines: Sequence[Mapping[str, Any]], peaks: Sequence[Mapping[str, Any]], low: Decimal | None,
            high: Decimal | None, columns: int = COLUMNS) -> dict[str, Any]:
    """The data of a picture for a span (Hz): whole numbers, Hz and hundredths of the unit. Nothing is drawn where nothing lies."""
    first, last = levels.span
    start, end = max(low or first, first), min(high or last, last)
    if end <= start:
        start, end = first, last
    wide = is_wide(start, end)
    frequency_, least, most = drawn_columns(levels, start, end, max(50, min(columns, 4000)), wide)
    return {
        "unit": levels.unit, "low": _hz(start), "high": _hz(end), "first": _hz(first), "last": _hz(last), "log": wide,
        "points": len(levels), "f": frequency_, "lo": least, "hi": most,
        "limits": [{"name": line["detector"] or line["parameter"], "detector": line["detector"], **_whole(pieces_of(line["limit"]))}
                   for line in lines if line["why"] in ("", "prescan", "detector_differs", "detector_unknown")],
        "peaks": [{"n": n, "f": _hz(Decimal(p["f"])), "l": _cent(p["level"]), "kept": p["kept"], "t": _said(p, levels.unit)}
                  for n, p in enumerate(peaks, 1)],
    }


def _said(peak: Mapping[str, Any], unit: str) -> str:
    parts = (frequency(peak["f"]), level(peak["level"], unit), decibels(peak["margin"]))
    return f"{', '.join(p for p in parts if p)}: {REASONS.get(peak['reason'], peak['reason'])}"


def _hz(value: Decimal) -> int:
    return int(value.to_integral_value())


def _cent(text: Any) -> int:
    return int((Decimal(str(text)) * 100).to_integral_value())


def _whole(drawn: Mapping[str, Any]) -> dict[str, Any]:
    return {"log": drawn["x"] == "log", "levels": [_cent(v) for v in drawn["levels"]], "pieces": [
        [_hz(Decimal(a) * 1_000_000), _hz(Decimal(b) * 1_000_000), _cent(c), _cent(d)] for a, b, c, d in drawn["pieces"]]}


def still(levels: Levels, lines: Sequence[Mapping[str, Any]], peaks: Sequence[Mapping[str, Any]], title: str) -> Plot:
    """The whole trace as a picture that needs no script: lowest and highest per column, limits, numbered peaks."""
    data = picture(levels, lines, peaks, None, None, STILL_COLUMNS)
    joined: list[Point] = []
    for f, low, high in zip(data["f"], data["lo"], data["hi"], strict=True):
        x = _mega(f)
        joined += [Point(x, _level(high))] if low == high else [Point(x, _level(low)), Point(x, _level(high))]
    series = [Series(joined, style="line" if len(joined) > 1 else "points")]
    for limit in data["limits"]:
        for a, b, c, d in limit["pieces"]:
            start, end = max(a, data["low"]), min(b, data["high"])
            if start < end:
                series.append(Series([Point(_mega(f), _level(v)) for f, v in _straight(start, end, (a, b, c, d), limit["log"])],
                                     limit["name"], "line", "bad"))
        series += [Series([Point(_mega(data["low"]), _level(v)), Point(_mega(data["high"]), _level(v))], limit["name"], "line", "bad")
                   for v in limit["levels"]]
    return Plot(title, series, y_label=levels.unit, x_label="MHz", x_kind="log" if data["log"] else "number", width=960, height=360,
                marks=[Mark(_mega(p["f"]), str(p["n"]), "muted") for p in data["peaks"] if p["kept"]])


def _straight(start: int, end: int, piece: tuple[int, int, int, int], logarithmic: bool) -> list[tuple[int, int]]:
    """Points of a piece of a limit line between two frequencies: a curve where its axis is not the picture's, else its ends."""
    a, b, c, d = piece
    steps = 1 if c == d else 16
    out = []
    for n in range(steps + 1):
        f = Decimal(start) + (Decimal(end) - start) * n / steps
        share = (f / a).ln() / (Decimal(b) / a).ln() if logarithmic else (f - a) / (b - a)
        out.append((_hz(f), _hz(c + (d - c) * share)))
    return out


def _mega(hertz: int) -> Decimal:
    return Decimal(mega(Decimal(hertz)))


def _level(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100


def told(use: TraceUse) -> list[tuple[str, Any]]:
    """The facts of a use."""
    how = use.correction
    facts: list[tuple[str, Any]] = [
        (gettext("Điều kiện"), use.conditions), (gettext("Bộ tách sóng"), str(DETECTORS.get(how["detector"], how["detector"])) + (
            f" · {gettext('do người nhập nêu')}" if how.get("detector_stated") else "")),
        (gettext("Đơn vị"), how["unit"]), (gettext("Số điểm"), show_decimal(Decimal(how["points"])))]
    for row in use.factors:
        facts.append((f"{pick(row['label_vi'], row['label_en'])} ({'+' if row['sign'] > 0 else MINUS})", factor_text(row)))
    return facts
