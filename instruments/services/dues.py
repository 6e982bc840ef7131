"""What is next due, written beside the dated facts so that lists, reminders and calendars read it (6.4.7)."""
from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select

from instruments import rules, workflow
from instruments.models import Cycle, DueEntry, Instrument
from instruments.rules import InstrumentFacts
from lab_app.core import clock
from lab_app.core.db import db

MINUTES = Decimal(60)


def month_of(day: date) -> int:
    """The month a day lies in, as one whole number that sorts: 202611."""
    return day.year * 100 + day.month


def _whole(number: Decimal | None, times: Decimal = Decimal(1)) -> int | None:
    return None if number is None else int((number * times).to_integral_value(rounding=ROUND_HALF_UP))


def cycles_now(instrument_id: int, on: date) -> dict[str, Cycle]:
    """The cycle of each kind that counts on a day, with who is responsible and what it costs."""
    found: dict[str, Cycle] = {}
    query = select(Cycle).where(Cycle.instrument_id == instrument_id, Cycle.effective_from <= on)
    for row in db.session.scalars(query.order_by(Cycle.effective_from, Cycle.recorded_at, Cycle.id)):
        found[row.kind] = row
    return {kind: row for kind, row in found.items() if row.active}


def write_dues(row: Instrument, facts: InstrumentFacts) -> None:
    """Make the due entries of an instrument say what its facts say now; a retired one has none. Flushes."""
    today, now = clock.today(), clock.now()
    dues = {} if row.state == workflow.RETIRED.code else {d.kind: d for d in rules.next_dues(facts, today, now)}
    there = {e.kind: e for e in db.session.scalars(select(DueEntry).where(DueEntry.instrument_id == row.id))}
    for kind, entry in there.items():
        if kind not in dues:
            db.session.delete(entry)
    cycles = cycles_now(row.id, today) if facts.cycles else {}
    for kind, due in dues.items():
        entry = there.get(kind) or DueEntry(instrument_id=row.id, kind=kind)
        cycle = cycles.get(kind)
        entry.due_on, entry.send_by, entry.month = due.due_on, due.send_by, month_of(due.due_on)
        entry.blocks, entry.extended, entry.site_id, entry.room_id = due.blocks, due.extended, row.site_id, row.room_id
        entry.responsible_id = cycle.responsible_id if cycle else None
        entry.cost_vnd = _whole(cycle.cost) if cycle else None
        entry.work_minutes = _whole(cycle.work_hours, MINUTES) if cycle else None
        if kind not in there:
            db.session.add(entry)
    db.session.flush()
