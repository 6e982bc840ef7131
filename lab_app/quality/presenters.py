"""Rows of the room as its pages show them."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import render_template
from flask_babel import gettext
from markupsafe import Markup

from lab_app.core.access import Actor
from lab_app.core.i18n import show_datetime, show_decimal
from lab_app.core.panels import panels_for
from lab_app.core.workflow import State
from lab_app.quality import chart
from lab_app.quality.models import EnvironmentRecord, Room, SupplierApproval

#: The chart looks back this many days from the newest record.
CHART_DAYS = 60


def span(low: Decimal | None, high: Decimal | None) -> str:
    """`22,4 – 23,1`; one value when both are the same or one is missing; empty when there is none."""
    known = [v for v in (low, high) if v is not None]
    if not known:
        return ""
    if len(known) == 1 or low == high:
        return show_decimal(known[0])
    return gettext("%(low)s – %(high)s", low=show_decimal(low), high=show_decimal(high))


def charts(rows: Sequence[EnvironmentRecord]) -> list[tuple[str, chart.Chart]]:
    """(caption, drawing) of temperature and humidity over the last records."""
    if rows:
        newest = max(r.to_at for r in rows)
        rows = [r for r in rows if (newest - r.to_at).days <= CHART_DAYS]
    out = []
    for caption, low_name, high_name, unit in (
        (gettext("Nhiệt độ"), "t_low", "t_high", "°C"), (gettext("Độ ẩm"), "rh_low", "rh_high", "%RH"),
    ):
        readings = []
        for r in rows:
            low, high = getattr(r, low_name), getattr(r, high_name)
            if low is None and high is None:
                continue
            label = gettext("%(code)s, %(at)s: %(span)s %(unit)s", code=r.code, at=show_datetime(r.from_at),
                            span=span(low, high), unit=unit)
            readings.append(chart.Reading(r.from_at, r.to_at, low if low is not None else high,
                                          high if high is not None else low, label))
        drawn = chart.draw(readings, unit)
        if drawn is not None:
            out.append((caption, drawn))
    return out


def environment_facts(typed: dict[str, Any], kept: dict[str, Any] | None = None) -> dict[str, Any]:
    """The form's fields as the service takes them; the supply voltage stands among the other quantities."""
    facts = dict(typed)
    supply = facts.pop("supply", None)
    extra = {k: v for k, v in (kept or {}).items() if k != "supply_V"}
    if supply is not None:
        extra["supply_V"] = format(supply, "f")
    return facts | {"extra": extra}


def environment_form(row: EnvironmentRecord) -> dict[str, Any]:
    """A record as the form's fields."""
    names = ("from_at", "to_at", "t_low", "t_high", "rh_low", "rh_high", "sensor_code", "note")
    supply = row.extra.get("supply_V")
    return {name: getattr(row, name) for name in names} | {"supply": Decimal(str(supply)) if supply else None}


def environment_table(rows: Sequence[EnvironmentRecord], room: Room) -> tuple[list[Any], list[list[Any]]]:
    """Heads and rows of a room's records for export."""
    heads = [gettext("Mã"), gettext("Phòng"), gettext("Từ lúc"), gettext("Đến lúc"), gettext("Nhiệt độ thấp nhất"),
             gettext("Nhiệt độ cao nhất"), gettext("Độ ẩm thấp nhất"), gettext("Độ ẩm cao nhất"), gettext("Thiết bị đo"),
             gettext("Người ghi"), gettext("Ghi lúc"), gettext("Ghi chú")]
    return heads, [
        [r.code, room.code, r.from_at, r.to_at, r.t_low, r.t_high, r.rh_low, r.rh_high, r.sensor_code, r.recorded_by.full_name,
         r.recorded_at, r.note]
        for r in rows
    ]


def approval_state(row: SupplierApproval, today: date) -> State:
    """An approval's word on a day: ended early, run out, not begun, in force."""
    if row.ended_on is not None and row.ended_on <= today:
        return State("ended", gettext("Đã kết thúc"), "bad")
    if row.until <= today:
        return State("over", gettext("Hết hiệu lực"), "hold")
    if row.valid_from > today:
        return State("to-come", gettext("Chưa bắt đầu"), "info")
    return State("current", gettext("Đang phê duyệt"), "ok")


def panels(kind: str, row: Any, actor: Actor) -> dict[str, list[Markup]]:
    """What rooms further up show on this record's page, drawn: `main` and `side`."""
    drawn = [(p.side, Markup(render_template(p.template, **p.context))) for p in panels_for(kind, row, actor)]
    return {"main": [html for side, html in drawn if not side], "side": [html for side, html in drawn if side]}
