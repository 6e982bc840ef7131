"""What the plan shows: days left in words, months as bars, a month as a calendar, the table of an export, the days of a feed."""
from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from instruments import rules
from instruments.models import DueEntry
from instruments.queries.plan import MonthLoad, Upkeep
from lab_app.core.i18n import pick, show_date, show_decimal
from lab_app.core.ical import Day
from lab_app.core.workflow import State

MONTHS = 12


def what(kind: str) -> str:
    """A cycle's name, to stand alone."""
    name = str(rules.CYCLES.get(kind, kind))
    return name[:1].upper() + name[1:]


def left(entry: DueEntry, today: date) -> State:
    """How an entry stands on a day, in words."""
    days = (entry.due_on - today).days
    if days == 0:
        return State("over", gettext("Đến hạn hôm nay"), "bad")
    if days < 0:
        return State("over", ngettext("Quá hạn %(n)s ngày", "Quá hạn %(n)s ngày", -days, n=-days), "bad")
    word = ngettext("Còn %(n)s ngày", "Còn %(n)s ngày", days, n=days)
    if entry.extended:
        return State("extended", gettext("Gia hạn: còn %(n)s ngày", n=days), "warn")
    return State("send", word, "warn", "send") if entry.send_by <= today else State("good", word, "ok")


def every(months: int | None, days: int | None, limit: Decimal | None, unit: str, from_first_issue: bool = False) -> str:
    """An interval in words."""
    parts = []
    if months:
        parts.append(ngettext("%(n)s tháng", "%(n)s tháng", months, n=months))
    if days:
        parts.append(ngettext("%(n)s ngày", "%(n)s ngày", days, n=days))
    if limit is not None:
        parts.append(gettext("%(n)s %(unit)s", n=show_decimal(limit), unit=unit))
    text = gettext(" hoặc ").join(parts)
    return gettext("%(every)s từ lần dùng đầu", every=text) if from_first_issue else text


# ---- months ---------------------------------------------------------------------------------------------------------


def add(month: int, count: int) -> int:
    """A month so many months later (202611 + 2 = 202701)."""
    index = month // 100 * 12 + month % 100 - 1 + count
    return index // 12 * 100 + index % 12 + 1


def month_word(month: int) -> str:
    """11/2026."""
    return f"{month % 100:02d}/{month // 100}"


@dataclass(frozen=True)
class Bar:
    """One month on the picture (720 × 200) and in its table."""

    month: int
    word: str
    x: str
    y: str
    height: str
    middle: str
    load: MonthLoad
    href: str


def bars(loads: dict[int, MonthLoad], first: int) -> list[Bar]:
    """Twelve months from `first`, each as high as it has entries."""
    months = [add(first, n) for n in range(MONTHS)]
    most = max([loads[m].count for m in months if m in loads], default=0) or 1
    out = []
    for n, month in enumerate(months):
        load = loads.get(month) or MonthLoad(month, {}, 0, 0)
        height = Decimal(150) * load.count / most
        x = 20 + n * 58
        out.append(Bar(month, month_word(month), str(x), format((170 - height).quantize(Decimal("0.1")), "f"),
                       format(height.quantize(Decimal("0.1")), "f"), str(x + 22), load,
                       url_for("instruments.plan_months", month=f"{month // 100}-{month % 100:02d}")))
    return out


def hours(minutes: int) -> str:
    """Minutes as hours, with at most two places."""
    number = (Decimal(minutes) / 60).quantize(Decimal("0.01"))
    return show_decimal(number.normalize() if number != number.to_integral_value() else number.quantize(Decimal(1)))


@dataclass(frozen=True)
class Cell:
    """One day of the calendar; `count` entries, their kinds in words; outside the month nothing is counted."""

    day: date
    inside: bool
    count: int
    says: str
    href: str


def weeks(month: int, days: dict[date, dict[str, int]]) -> list[list[Cell]]:
    """A month as weeks from Monday."""
    out = []
    for week in calendar.Calendar().monthdatescalendar(month // 100, month % 100):
        row = []
        for day in week:
            kinds = days.get(day, {})
            says = ", ".join(f"{what(kind)} {count}" for kind, count in sorted(kinds.items()))
            row.append(Cell(day, day.month == month % 100, sum(kinds.values()), says, url_for("instruments.plan", day=day.isoformat())))
        out.append(row)
    return out


# ---- export and feed -----------------------------------------------------------------------------------------------


def table(rows: Sequence[DueEntry], where: Any) -> tuple[list[Any], list[list[Any]]]:
    """The list as an export: heads and rows."""
    heads = [gettext("Mã"), gettext("Tên"), gettext("Nơi đặt"), gettext("Việc"), gettext("Gửi trước ngày"), gettext("Đến hạn"),
             gettext("Dùng đến hết"), gettext("Gia hạn"), gettext("Người chịu trách nhiệm"), gettext("Chi phí (đ)"), gettext("Công (h)")]
    return heads, [
        [r.instrument.code, pick(r.instrument.name_vi, r.instrument.name_en), where(r.instrument), what(r.kind), r.send_by, r.due_on,
         r.due_on - timedelta(days=1) if r.blocks else None, gettext("có") if r.extended else "",
         r.responsible.full_name if r.responsible else "", r.cost_vnd,
         None if r.work_minutes is None else (Decimal(r.work_minutes) / 60).quantize(Decimal("0.01"))]
        for r in rows
    ]


def feed_days(entries: Iterable[DueEntry], public_url: str) -> list[Day]:
    """Due dates as all-day events, and the day by which to send, each with the page of the instrument."""
    out = []
    host = public_url.split("//")[-1].split("/")[0] or "laboratory"
    for e in entries:
        item = f"{e.instrument.code} {pick(e.instrument.name_vi, e.instrument.name_en)}"
        url = f"{public_url}/instruments/{e.instrument.code}/plan"
        last = show_date(e.due_on - timedelta(days=1))
        out.append(Day(f"due-{e.instrument_id}-{e.kind}-{e.due_on:%Y%m%d}@{host}", e.due_on,
                       gettext("Đến hạn %(what)s: %(item)s", what=rules.CYCLES[e.kind], item=item),
                       gettext("Dùng được đến hết %(day)s.", day=last) if e.blocks else "", url))
        if e.send_by < e.due_on:
            out.append(Day(f"send-{e.instrument_id}-{e.kind}-{e.due_on:%Y%m%d}@{host}", e.send_by,
                           gettext("Gửi %(what)s: %(item)s", what=rules.CYCLES[e.kind], item=item),
                           gettext("Đến hạn %(day)s.", day=show_date(e.due_on)), url))
    return out


# ---- one instrument ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One planned kind on the instrument's plan: how often, last done, next due, how far used."""

    kind: str
    what: str
    every: str
    last: date | None
    passed: bool
    due_on: date | None
    valid_through: date | None
    send_by: date | None
    state: State
    use: rules.Use | None
    cycle: Any
    own: bool


def lines(facts: rules.InstrumentFacts, rows: Upkeep, today: date, known_at: Any) -> list[Line]:
    """Every planned kind, as it stands today."""
    out = []
    for kind, cycle in rules.required_kinds(facts, today, known_at):
        cover = rules.cover_at(facts, kind, today, known_at)
        entry, use = rows.dues.get(kind), rules.use_at(facts, kind, today, known_at)
        row = next((c for c in rows.cycles if cycle is not None and c.id == cycle.id), None)
        if cover is None:
            state = State("never", gettext("Chưa làm lần nào"), "bad")
        elif not cover.passed:
            state = State("failed", gettext("Không đạt"), "bad")
        elif use is not None and not use.within:
            state = State("used", gettext("Quá giới hạn sử dụng") if use.used is not None else gettext("Chưa đọc số đếm"), "bad")
        elif entry is not None:
            state = left(entry, today)
        else:
            state = State("free", gettext("Không có hạn theo lịch"), "hold")
        due = entry.due_on if entry is not None and cover is not None and cover.passed else None
        word = every(cycle.months, cycle.days, cycle.use_limit, cycle.use_unit, cycle.from_first_issue) if cycle is not None else (
            every(None, facts.check_interval_days, None, "") if kind == "check" else gettext("theo từng giấy chứng nhận"))
        out.append(Line(
            kind, what(kind), word, cover.done_on if cover else None, bool(cover and cover.passed), due,
            due - timedelta(days=1) if due else None, entry.send_by if entry is not None else None, state, use, row,
            kind in rules.OWN_KINDS))
    return out
