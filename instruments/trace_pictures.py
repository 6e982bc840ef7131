"""A trace as a reader sees it: the plot with its lowest and highest per column, the peaks, the facts, in MHz."""
from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext

from instruments.models import Trace
from lab_app.core.i18n import lang, show_decimal
from lab_app.core.plot import Mark, Plot, Point, Series
from lab_app.core.quantity import NO_BREAK_SPACE
from lab_app.metrology import trace_windows
from lab_app.metrology.traces import Trace as Points

COLUMNS, PEAKS = 640, 10
MEGA = Decimal(1_000_000)
#: A span of more than this many times its beginning is drawn over the logarithm of frequency.
WIDE = 50
FORMATS = {
    "keysight": "Keysight", "agilent-n9340b": "Agilent N9340B", "agilent-e4411b": "Agilent E4411B", "tektronix": "Tektronix",
    "rohde-schwarz-dat": "Rohde & Schwarz", "scpi": "SCPI",
}


@dataclass
class Picture:
    """A span of a trace: the plot, its highest peaks (frequency, level), and where to look next (MHz, as typed)."""

    plot: Plot
    peaks: list[tuple[str, str]] = field(default_factory=list)
    low: str = ""
    high: str = ""
    closer: tuple[str, str] | None = None
    wider: tuple[str, str] | None = None
    count: int = 0


def mega(hertz: Decimal) -> Decimal:
    """A frequency in Hz as MHz, without idle zeros."""
    return plain(hertz / MEGA)


def plain(value: Decimal) -> Decimal:
    """A number without idle zeros and without an exponent."""
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def frequency_text(hertz: Decimal) -> str:
    """A frequency for the reader."""
    return f"{show_decimal(mega(hertz))}{NO_BREAK_SPACE}MHz"


def level_text(level: Decimal, unit: str) -> str:
    """A level for the reader, with two decimals: what is below is no measurement; the file keeps every digit."""
    return f"{show_decimal(level, 2)}{NO_BREAK_SPACE}{unit}"


def draw(points: Points, unit: str, title: str, marks: tuple[tuple[Decimal, str], ...] = ()) -> Plot:
    """The plot of a span: the envelope, so that no peak is lost however many points there are."""
    outline = trace_windows.outline(points, COLUMNS)
    joined = []
    for f, low, high in outline:
        x = mega(f)
        joined += [Point(x, low), Point(x, high)] if low != high else [Point(x, high)]
    first, last = outline[0][0], outline[-1][0]
    return Plot(
        title, [Series(joined, style="line" if len(joined) > 1 else "points")], y_label=unit, x_label="MHz",
        x_kind="log" if first > 0 and last > first * WIDE else "number",
        marks=[Mark(mega(f), word, "accent") for f, word in marks],
    )


def picture(trace: Trace, points: Points, low: Decimal | None, high: Decimal | None) -> Picture:
    """A span (Hz) of a trace. Raises `TraceError` when no point lies in it."""
    shown = trace_windows.window(points, low, high)
    first, last = (p.frequency for p in trace_windows.ends(shown))
    whole_low, whole_high = (p.frequency for p in trace_windows.ends(points))
    peaks = trace_windows.peaks(shown, PEAKS)
    title = gettext("%(name)s, %(low)s đến %(high)s", name=trace.name, low=frequency_text(first), high=frequency_text(last))
    plot = draw(shown, trace.unit, title)
    top, quarter = peaks[0].frequency, (last - first) / 4
    closer = (typed(max(top - quarter, whole_low)), typed(min(top + quarter, whole_high))) if len(shown) > 8 else None
    wider = None
    if len(shown) < len(points):
        wider = (typed(max(first - 2 * quarter, whole_low)), typed(min(last + 2 * quarter, whole_high)))
    return Picture(plot, [(frequency_text(p.frequency), level_text(p.level, trace.unit)) for p in peaks],
                   typed(first), typed(last), closer, wider, len(shown))


def typed(hertz: Decimal) -> str:
    """A frequency in Hz as MHz for a field or an address, with the reader's decimal mark; `hertz_of` reads both."""
    text = format(mega(hertz), "f")
    return text.replace(".", ",") if lang() == "vi" else text


def hertz_of(text: str) -> Decimal | None:
    """MHz typed or in an address as Hz; none for what is no number."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value * MEGA if value.is_finite() and 0 <= value < Decimal(10) ** 9 else None


def span_text(trace: Trace) -> str:
    """The frequencies a trace covers."""
    low, high = Decimal(trace.facts.get("f_low") or 0), Decimal(trace.facts.get("f_high") or 0)
    if not high:
        return ""
    return frequency_text(low) if low == high else f"{show_decimal(mega(low))}–{frequency_text(high)}"


def peak_text(trace: Trace) -> str:
    """The highest point of a trace."""
    if not trace.facts.get("peak"):
        return ""
    level, at = level_text(Decimal(trace.facts["peak"]), trace.unit), Decimal(trace.facts.get("peak_f") or 0)
    return gettext("%(level)s tại %(f)s", level=level, f=frequency_text(at)) if at else level


def format_text(trace: Trace) -> str:
    """How the file was read."""
    return FORMATS.get(trace.format, gettext("theo cột"))


def told(trace: Trace) -> list[tuple[str, Any]]:
    """The facts of a trace, for its page."""
    rbw = Decimal(trace.facts["rbw"]) if trace.facts.get("rbw") else None
    rows: list[tuple[str, Any]] = [
        (gettext("Khoảng tần số"), span_text(trace)), (gettext("Số điểm"), trace.points), (gettext("Đỉnh cao nhất"), peak_text(trace)),
        (gettext("Bộ tách sóng"), trace.detector),
        (gettext("Độ rộng băng phân giải"), f"{show_decimal(rbw / 1000)}{NO_BREAK_SPACE}kHz" if rbw else ""),
        (gettext("Đọc theo"), format_text(trace)),
    ]
    if trace.source == "scpi":
        rows += [("*IDN?", trace.identity), ("SYST:ERR?", trace.system_error)]
    elif trace.facts.get("model") or trace.facts.get("serial"):
        rows.append((gettext("Đầu tệp ghi"), " · ".join(x for x in (trace.facts.get("model"), trace.facts.get("serial")) if x)))
    return rows
