"""Environment as its pages show it: charts of any span, spans in words, exports."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from lab_app.core.i18n import show_datetime, show_decimal
from lab_app.core.plot import Band, Level, Plot, Point, Series, Tone
from lab_app.quality.environment import queries, rules
from lab_app.quality.environment.models import Channel, Excursion, RoomLimit
from lab_app.quality.environment.queries import Column as Read
from lab_app.quality.environment.workflow import DECISIONS, EXCURSION

SERIES_TONES: tuple[Tone, ...] = ("accent", "ok", "warn", "muted")


@dataclass(frozen=True)
class Course:
    """One quantity of a room over a span: the drawing, its extremes in words, how it was read, gaps found."""

    quantity: str
    word: str
    unit: str
    plot: Plot
    lowest: Decimal | None
    highest: Decimal | None
    read_as: str
    columns: int
    gaps: list[tuple[datetime, datetime]]
    names: list[str]
    limits: list[RoomLimit]


def limit_text(limit: RoomLimit | None) -> str:
    """`20 – 26 °C`, or one side of it."""
    if limit is None or (limit.low is None and limit.high is None):
        return gettext("không giới hạn")
    unit = rules.QUANTITIES[limit.quantity].unit
    if limit.low is None:
        return gettext("nhiều nhất %(high)s %(unit)s", high=show_decimal(limit.high), unit=unit)
    if limit.high is None:
        return gettext("ít nhất %(low)s %(unit)s", low=show_decimal(limit.low), unit=unit)
    return gettext("%(low)s – %(high)s %(unit)s", low=show_decimal(limit.low), high=show_decimal(limit.high), unit=unit)


def worst_text(row: Excursion) -> str:
    """The value furthest outside, with its unit."""
    unit, low, high = rules.QUANTITIES[row.quantity].unit, row.limit.low, row.limit.high
    over = row.highest - high if high is not None else Decimal(-1)
    under = low - row.lowest if low is not None else Decimal(-1)
    return f"{show_decimal(row.highest if over >= under else row.lowest)} {unit}"


def duration_text(begins: datetime, ends: datetime) -> str:
    """How long something lasted, in the two largest units."""
    minutes = max((ends - begins) // timedelta(minutes=1), 0)
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    if days:
        return gettext("%(d)s ngày %(h)s giờ", d=days, h=hours)
    return gettext("%(h)s giờ %(m)s phút", h=hours, m=left) if hours else gettext("%(m)s phút", m=left)


def read_as_text(step: int) -> str:
    """How a chart read its channel."""
    if step == 0:
        return gettext("mọi số đọc")
    return gettext("thấp nhất và cao nhất mỗi giờ") if step == rules.HOUR else gettext("thấp nhất và cao nhất mỗi ngày")


def courses(
    channels: Sequence[Channel], limits: Sequence[RoomLimit], begins: datetime, ends: datetime,
    doubts: Sequence[Excursion] = (),
) -> list[Course]:
    """A course for each quantity that a room's channels read; quantities without a reading in the span are left out."""
    out, read = [], queries.courses(channels, begins, ends)
    for quantity in rules.QUANTITIES:
        mine = [c for c in channels if c.quantity == quantity]
        course = _course(quantity, mine, read, [x for x in limits if x.quantity == quantity], begins, ends,
                         [d for d in doubts if d.quantity == quantity]) if mine else None
        if course is not None:
            out.append(course)
    return out


def _course(
    quantity: str, channels: Sequence[Channel], read: Mapping[int, tuple[int, list[Read]]], limits: list[RoomLimit],
    begins: datetime, ends: datetime, doubts: Sequence[Excursion],
) -> Course | None:
    known = rules.QUANTITIES[quantity]
    series: list[Series] = []
    lowest: Decimal | None = None
    highest: Decimal | None = None
    gaps: list[tuple[datetime, datetime]] = []
    step, count = 0, 0
    for number, channel in enumerate(channels):
        step, rows = read[channel.id]
        if not rows:
            continue
        lines, seen = _lines(channel, rows, step)
        gaps += seen
        tone = SERIES_TONES[number % len(SERIES_TONES)]
        series += [Series(points, f"{channel.logger.code} {channel.name}", "line" if len(points) > 1 else "points", tone)
                   for points in lines]
        count = max(count, sum(len(points) for points in lines))
        low, high = (rules.value_of(steps, channel.decimals) for steps in (min(r.low for r in rows), max(r.high for r in rows)))
        lowest = low if lowest is None else min(lowest, low)
        highest = high if highest is None else max(highest, high)
    if lowest is None or highest is None:
        return None
    plot = Plot(
        title=gettext("%(what)s từ %(low)s đến %(high)s %(unit)s, %(begins)s đến %(ends)s", what=known.word, low=show_decimal(lowest),
                      high=show_decimal(highest), unit=known.unit, begins=show_datetime(begins), ends=show_datetime(ends)),
        series=series, y_label=known.unit, x_kind="time", levels=_levels(limits, begins, ends),
        bands=[Band(lowest, highest, "muted", a, b) for a, b in gaps[:60]]
        + [Band(lowest, highest, "bad", max(d.doubtful_from, begins), min(d.ended_at or ends, ends)) for d in doubts],
        x_low=begins, x_high=ends, width=960, height=260)
    return Course(quantity, str(known.word), known.unit, plot, lowest, highest, read_as_text(step), count, gaps,
                  list(dict.fromkeys(f"{c.logger.code} {c.name}" for c in channels)), limits)


def _lines(channel: Channel, rows: Sequence[Read], step: int) -> tuple[list[list[Point]], list[tuple[datetime, datetime]]]:
    """Points of a channel, the lowest and the highest of each column, broken where it was silent longer than allowed; and the breaks."""
    bound = max(channel.logger.most_gap_minutes * 60, 2 * step)
    lines: list[list[Point]] = [[]]
    breaks = []
    before: Read | None = None
    for one in rows:
        if before is not None and one.first - before.last > bound:
            breaks.append((rules.moment_of(before.last), rules.moment_of(one.first)))
            lines.append([])
        moment = rules.moment_of(one.first)
        lines[-1].append(Point(moment, rules.value_of(one.low, channel.decimals)))
        if one.high != one.low:
            lines[-1].append(Point(moment, rules.value_of(one.high, channel.decimals)))
        before = one
    return lines, breaks


def _levels(limits: list[RoomLimit], begins: datetime, ends: datetime) -> list[Level]:
    """The limits that counted at the end of a span, and those before within it, each value once."""
    found: dict[Decimal, Level] = {}
    counted = [x for x in (rules.limit_at(limits, ends), rules.limit_at(limits, begins)) if x is not None]
    for limit in counted:
        if limit.low is not None:
            found.setdefault(limit.low, Level(limit.low, gettext("giới hạn dưới %(v)s", v=show_decimal(limit.low))))
        if limit.high is not None:
            found.setdefault(limit.high, Level(limit.high, gettext("giới hạn trên %(v)s", v=show_decimal(limit.high))))
    return list(found.values())


def spans() -> dict[str, tuple[str, timedelta | None]]:
    """Spans that a chart offers by a click."""
    return {
        "day": (gettext("24 giờ"), timedelta(days=1)), "week": (gettext("7 ngày"), timedelta(days=7)),
        "month": (gettext("30 ngày"), timedelta(days=30)), "year": (gettext("1 năm"), timedelta(days=365)),
        "all": (gettext("Tất cả"), None),
    }


def excursion_table(rows: Sequence[Excursion]) -> tuple[list[Any], list[list[Any]]]:
    """Heads and rows of excursions for export."""
    heads = [gettext("Mã"), gettext("Phòng"), gettext("Đại lượng"), gettext("Giới hạn"), gettext("Lần cuối còn trong giới hạn"),
             gettext("Bắt đầu vượt"), gettext("Về trong giới hạn"), gettext("Thấp nhất"), gettext("Cao nhất"), gettext("Trạng thái"),
             gettext("Quyết định"), gettext("Đánh giá"), gettext("Số kết quả liên quan")]
    return heads, [
        [r.code, r.room.code, str(rules.QUANTITIES[r.quantity].word), limit_text(r.limit), r.last_good_at, r.began_at, r.ended_at, r.lowest,
         r.highest, str(EXCURSION.state(r.status).word), str(DECISIONS.get(r.decision, "")), r.assessment, r.results_touched]
        for r in rows]
