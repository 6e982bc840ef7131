"""Limits as pictures: lines over frequency, masks over the offset, every curve of a table (`core.plot`)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from lab_app.core.plot import Mark, Plot, Point, Series, Tone
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import LimitLine, LimitTable, Mask, Segment, parse_limit
from lab_app.metrology.masks import BANDWIDTHS
from test_methods.limit_words import limit_lines, when_words

TONES: tuple[Tone, ...] = ("bad", "accent", "warn", "ok", "muted")
#: Curves of one picture; a table with more says so in words alone.
MOST_CURVES = 6
#: Points of a piece that does not run straight on the axis it is drawn on.
BEND = 16


def limit_plot(data: Mapping[str, Any] | None) -> Plot | None:
    """The picture of a limit; `None` for one that is a number or an observation, or cannot be read."""
    if not data:
        return None
    try:
        limit = parse_limit(data)
    except MetrologyError:
        return None
    if isinstance(limit, LimitLine):
        return _lines([("", limit)])
    if isinstance(limit, Mask):
        return _masks([("", limit)])
    if isinstance(limit, LimitTable):
        named = [(when_words(row.when), row.limit) for row in limit.rows][:MOST_CURVES]
        lines = [(name, found) for name, found in named if isinstance(found, LimitLine)]
        masks = [(name, found) for name, found in named if isinstance(found, Mask)]
        return _lines(lines) if lines else _masks(masks) if masks else None
    return None


def _lines(curves: Sequence[tuple[str, LimitLine]]) -> Plot:
    first = curves[0][1]
    log = all(line.scale.value == "log" for _, line in curves) and first.segments[-1].f2 > 4 * first.segments[0].f1
    series = [s for n, (name, line) in enumerate(curves) for s in _runs(line.segments, name, TONES[n % len(TONES)], bend=log != (
        line.scale.value == "log"), log=line.scale.value == "log")]
    return Plot(
        title=gettext("Đường giới hạn theo tần số"), series=series, y_label=first.unit,
        x_label=gettext("tần số, %(unit)s", unit=first.f_unit), x_kind="log" if log else "number", **_room(series),
    )


def _masks(curves: Sequence[tuple[str, Mask]]) -> Plot:
    first = curves[0][1]
    unit = gettext("bội số băng thông") if first.offset_unit == BANDWIDTHS else first.offset_unit
    series = []
    for n, (name, mask) in enumerate(curves):
        tone = TONES[n % len(TONES)]
        series += _runs(mask.segments, name, tone, bend=mask.scale.value == "log", log=True)
        if mask.one_sided:
            mirrored = [Segment(-s.f2, -s.f1, s.l2, s.l1) for s in reversed(mask.segments)]
            series += _runs(mirrored, name, tone, bend=False, log=False)
    word = gettext("băng tần") if first.edges is not None else gettext("gốc")
    return Plot(
        title=gettext("Mặt nạ theo độ lệch"), series=series, y_label=first.unit, x_label=gettext("độ lệch, %(unit)s", unit=unit),
        marks=(Mark(Decimal(0), word),), **_room(series),
    )


def _room(series: Iterable[Series]) -> dict[str, Any]:
    """Room above and below a curve that is flat, so that it is seen as a line of a picture and not as its edge."""
    values = [p.y for s in series for p in s.points]
    low, high = min(values), max(values)
    span = max(high - low, Decimal(10))
    return {"y_low": low - span / 5, "y_high": high + span / 5}


def _runs(segments: Iterable[Segment], name: str, tone: Tone, *, bend: bool, log: bool) -> list[Series]:
    """Pieces as joined lines: a step is a vertical, a gap begins another line."""
    runs: list[list[Point]] = []
    end: Decimal | None = None
    for s in segments:
        points = [Point(x, y) for x, y in _bent(s, log)] if bend and s.l1 != s.l2 else [Point(s.f1, s.l1), Point(s.f2, s.l2)]
        if runs and s.f1 == end:
            runs[-1] += points
        else:
            runs.append(points)
        end = s.f2
    return [Series(run, label=name, style="line", tone=tone) for run in runs]


def _bent(s: Segment, log: bool) -> Iterable[tuple[Decimal, Decimal]]:
    for k in range(BEND + 1):
        share = Decimal(k) / BEND
        x = s.f1 * (s.f2 / s.f1) ** share if log and s.f1 > 0 else s.f1 + (s.f2 - s.f1) * share
        yield x, s.l1 + (s.l2 - s.l1) * share


@dataclass(frozen=True)
class TableRow:
    """A row of a table by conditions in words; `tone` is the colour of its curve in the picture, empty where it has none."""

    when: str
    limit: str
    tone: str = ""


def table_rows(data: Mapping[str, Any] | None) -> list[TableRow]:
    """The rows of a table by conditions, for a real table on the page; [] for other limits."""
    if not data or data.get("type") != "table":
        return []
    limit = parse_limit(data)
    assert isinstance(limit, LimitTable)
    out, drawn = [], 0
    kind = next((type(row.limit) for row in limit.rows if isinstance(row.limit, LimitLine)), Mask)
    for n, row in enumerate(limit.rows):
        tone = ""
        if n < MOST_CURVES and isinstance(row.limit, kind):
            tone, drawn = TONES[drawn % len(TONES)], drawn + 1
        out.append(TableRow(when_words(row.when), "; ".join(limit_lines(row.limit.to_dict())), tone))
    return out
