"""What is next due, written beside the dated facts so that lists, reminders and calendars read it (6.4.7)."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select

from instruments import queries, rules, workflow
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


def cycles_now(ids: Iterable[int], on: date) -> dict[int, dict[str, Cycle]]:
    """The cycle of each kind that counts on a day, with who is responsible and what it costs, by instrument."""
    found: dict[int, dict[str, Cycle]] = defaultdict(dict)
    query = select(Cycle).where(Cycle.instrument_id.in_(list(ids)), Cycle.effective_from <= on)
    for row in db.session.scalars(query.order_by(Cycle.effective_from, Cycle.recorded_at, Cycle.id)):
        found[row.instrument_id][row.kind] = row
    return {ident: {kind: row for kind, row in kinds.items() if row.active} for ident, kinds in found.items()}


def refresh_many(rows: Sequence[Instrument]) -> None:
    """Repeat on many instruments at once what their facts say now: state, first day that is not covered, due entries. Flushes."""
    today, now = clock.today(), clock.now()
    facts = queries.facts_of(rows)
    there: dict[int, dict[str, DueEntry]] = defaultdict(dict)
    for entry in db.session.scalars(select(DueEntry).where(DueEntry.instrument_id.in_(list(facts)))):
        there[entry.instrument_id][entry.kind] = entry
    cycles = cycles_now([ident for ident, known in facts.items() if known.cycles], today)
    for row in rows:
        known = facts[row.id]
        found = rules.state_at(known, now, now)
        row.state = found.state if found else workflow.REGISTERED.code
        row.unusable_from = rules.usable_until(known, today, now)
        _write(row, known, there[row.id], cycles.get(row.id, {}))
    db.session.flush()


def write_dues(row: Instrument, facts: InstrumentFacts) -> None:
    """Make the due entries of an instrument say what its facts say now; a retired one has none. Flushes."""
    there = {e.kind: e for e in db.session.scalars(select(DueEntry).where(DueEntry.instrument_id == row.id))}
    _write(row, facts, there, cycles_now([row.id], clock.today()).get(row.id, {}) if facts.cycles else {})
    db.session.flush()


def _write(row: Instrument, facts: InstrumentFacts, there: dict[str, DueEntry], cycles: dict[str, Cycle]) -> None:
    today, now = clock.today(), clock.now()
    dues = {} if row.state == workflow.RETIRED.code else {d.kind: d for d in rules.next_dues(facts, today, now)}
    for kind, entry in there.items():
        if kind not in dues:
            db.session.delete(entry)
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
