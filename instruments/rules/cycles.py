"""Cycles of an instrument: what covers a day, until when, with extensions and use; pure (ISO/IEC 17025 6.4.7, 6.4.10).

A due date is the first day on which the instrument may *not* be used, from 00:00 at the laboratory; the day before it is the last
day of use. Calibrations and checks keep their due date with themselves; the other kinds with the event that was done. A cycle that
was shortened afterwards counts at once, but never before the day its decision took effect; one that was lengthened counts from the
next time on: what lengthens a term already running is an extension, decided before the due date.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from instruments.rules.facts import CalibrationFact, CheckFact, CycleFact, EventFact, InstrumentFacts
from instruments.rules.members import members_at
from instruments.rules.timeline import calibration_at, check_at, checks_required
from lab_app.core import clock
from lab_app.metrology.periods import add_months

CALIBRATION, CHECK, EXPIRY = "calibration", "check", "expiry"
#: Kinds whose doing is recorded as an event of the cycle itself.
OWN_KINDS = ("maintenance", "electrical_safety", "site_validation")
CYCLE_KINDS = (CALIBRATION, CHECK, *OWN_KINDS)
#: How many days before it is due something is to be sent or begun, where no cycle says so.
DEFAULT_LEAD = {CALIBRATION: 30, CHECK: 7, EXPIRY: 60}
LEAD = 30


@dataclass(frozen=True, slots=True)
class Cover:
    """What was last done in a cycle and how long it covers. `due_on`: without extensions; `until`: with them (`None`: no day)."""

    kind: str
    done_on: date
    passed: bool
    due_on: date | None
    until: date | None

    @property
    def extended(self) -> bool:
        """Whether a decision lets the instrument be used past its due date."""
        return self.due_on is not None and self.until is not None and self.until > self.due_on


@dataclass(frozen=True, slots=True)
class Due:
    """What is next due: `due_on` with extensions counted, `send_by` the lead time before it; `blocks` stops use from then on."""

    kind: str
    due_on: date
    send_by: date
    blocks: bool
    extended: bool = False


def cycle_at(facts: InstrumentFacts, kind: str, on: date, known_at: datetime) -> CycleFact | None:
    """The cycle of a kind that counted on a day, as known; `None` before the first and after one that ended it."""
    known = [c for c in facts.cycles if c.kind == kind and c.effective_from <= on and c.recorded_at <= known_at]
    found = max(known, key=lambda c: (c.effective_from, c.recorded_at, c.id), default=None)
    return found if found is not None and found.active else None


def event_at(facts: InstrumentFacts, kind: str, on: date, known_at: datetime) -> EventFact | None:
    """The latest event of a kind done by a day, as known."""
    known = [e for e in facts.cycle_events if e.kind == kind and e.done_on <= on and e.recorded_at <= known_at]
    return max(known, key=lambda e: (e.done_on, e.recorded_at, e.id), default=None)


def interval_end(start: date, cycle: CycleFact) -> date | None:
    """`start` plus the cycle's calendar interval, month ends clipped; `None` for a cycle by use alone."""
    if cycle.months:
        return add_months(start, cycle.months)
    return start + timedelta(days=cycle.days) if cycle.days else None


def _due(done_on: date, kept: date | None, cycle: CycleFact | None, first_issued_on: date | None) -> date | None:
    if cycle is None:
        return kept
    if cycle.from_first_issue:
        if first_issued_on is None:
            return None
        if first_issued_on >= done_on:
            return interval_end(first_issued_on, cycle)
    elif cycle.effective_from > done_on:
        shortened = interval_end(done_on, cycle)
        if shortened is not None:
            shortened = max(shortened, cycle.effective_from)
            return shortened if kept is None else min(kept, shortened)
    return kept


def _extended(facts: InstrumentFacts, kind: str, due_on: date, known_at: datetime) -> date:
    """`due_on` moved by the extensions that count: known, each decided before the day it moves (6.4.6)."""
    until = due_on
    for row in sorted(facts.extensions, key=lambda e: (e.due_on, e.recorded_at)):
        if (row.kind == kind and row.due_on == until and row.until > until and row.recorded_at <= known_at
                and clock.local(row.recorded_at).date() < row.due_on):
            until = row.until
    return until


def cover_at(facts: InstrumentFacts, kind: str, on: date, known_at: datetime) -> Cover | None:
    """What had last been done of a kind by a day, as known, and until when it covers; `None` when nothing was done."""
    found: CalibrationFact | CheckFact | EventFact | None
    if kind == CALIBRATION:
        found = calibration_at(facts, on, known_at)
    elif kind == CHECK:
        found = check_at(facts, on, known_at)
    else:
        found = event_at(facts, kind, on, known_at)
    if found is None:
        return None
    due_on = _due(found.done_on, found.due_on, cycle_at(facts, kind, on, known_at), facts.first_issued_on)
    until = None if due_on is None else _extended(facts, kind, due_on, known_at)
    return Cover(kind, found.done_on, found.passed, due_on, until)


def used_since(facts: InstrumentFacts, unit: str, since: date, on: date, known_at: datetime) -> Decimal | None:
    """How far a counter went between a day and a day, as known; `None` when it was not read by the first of them."""
    known = sorted(
        (u for u in facts.uses if u.unit == unit and u.read_on <= on and u.recorded_at <= known_at),
        key=lambda u: (u.read_on, u.recorded_at, u.id),
    )
    before = [u for u in known if u.read_on <= since]
    return known[-1].counter - before[-1].counter if before else None


def required_kinds(facts: InstrumentFacts, on: date, known_at: datetime) -> Iterator[tuple[str, CycleFact | None]]:
    """Kinds that were planned on a day with their cycle (`None` where only the register's own interval plans it)."""
    if facts.calibration_required:
        yield CALIBRATION, cycle_at(facts, CALIBRATION, on, known_at)
    if checks_planned(facts, on, known_at):
        yield CHECK, cycle_at(facts, CHECK, on, known_at)
    for kind in OWN_KINDS:
        cycle = cycle_at(facts, kind, on, known_at)
        if cycle is not None:
            yield kind, cycle


def checks_planned(facts: InstrumentFacts, on: date, known_at: datetime) -> bool:
    """Whether intermediate checks were planned on a day: by the cycle that counted then, else by the register's own interval."""
    decided = any(c.kind == CHECK and c.effective_from <= on and c.recorded_at <= known_at for c in facts.cycles)
    return cycle_at(facts, CHECK, on, known_at) is not None if decided else checks_required(facts, on)


def lead_days(kind: str, cycle: CycleFact | None) -> int:
    """Days before the due date by which something is to be sent."""
    return cycle.lead_days if cycle is not None else DEFAULT_LEAD.get(kind, LEAD)


def _next(kind: str, cycle: CycleFact | None, facts: InstrumentFacts, on: date, known_at: datetime) -> Due | None:
    cover = cover_at(facts, kind, on, known_at)
    if cover is None:  # never done: due since it was planned
        entered = clock.local(facts.recorded_at).date()
        day: date | None = max(cycle.effective_from, entered) if cycle is not None else facts.checks_from if kind == CHECK else entered
        day = day or entered
    else:
        day = cover.until if cover.passed else cover.done_on
    if day is None:
        return None
    blocks = cycle is None or cycle.blocks or kind in (CALIBRATION, CHECK)
    return Due(kind, day, _before(day, lead_days(kind, cycle)), blocks, bool(cover and cover.passed and cover.extended))


def _before(day: date, days: int) -> date:
    return day - timedelta(days=days) if day.toordinal() > days else day


def next_dues(facts: InstrumentFacts, on: date, known_at: datetime) -> list[Due]:
    """What is next due of every planned kind on a day, as known; what was never done or failed is due since then."""
    found = [due for kind, cycle in required_kinds(facts, on, known_at) if (due := _next(kind, cycle, facts, on, known_at))]
    if facts.expires_on is not None:
        found.append(Due(EXPIRY, facts.expires_on, _before(facts.expires_on, DEFAULT_LEAD[EXPIRY]), True))
    return found


def is_extended(facts: InstrumentFacts, on: date, known_at: datetime) -> bool:
    """Whether only a decided extension covers the day in some cycle."""
    for kind, _cycle in required_kinds(facts, on, known_at):
        cover = cover_at(facts, kind, on, known_at)
        if cover is not None and cover.extended and cover.due_on is not None and on >= cover.due_on:
            return True
    return False


def is_due_soon(facts: InstrumentFacts, on: date, known_at: datetime) -> bool:
    """Whether the day lies within the lead time of something that will stop use."""
    return any(due.blocks and due.send_by <= on < due.due_on for due in next_dues(facts, on, known_at))


def usable_until(facts: InstrumentFacts, on: date, known_at: datetime) -> date:
    """The first day, from `on`, on which some cycle no longer covers or the item expires; `date.max` when nothing is due.

    `date.min` when what is required is not there or failed. A measuring system lasts as long as its shortest part.
    """
    ends = [facts.expires_on or date.max]
    for kind, cycle in required_kinds(facts, on, known_at):
        if kind in OWN_KINDS and cycle is not None and not cycle.blocks:
            continue
        cover = cover_at(facts, kind, on, known_at)
        if cover is None or not cover.passed:
            ends.append(date.min)
        elif cover.until is not None:
            ends.append(cover.until)
        elif kind == CHECK or (cycle is not None and cycle.from_first_issue):
            ends.append(date.min)
        ends += _use_ends(facts, kind, on, known_at)
    parts = members_at(facts, known_at, known_at)
    ends += [usable_until(part.facts, on, known_at) for part in parts]
    if facts.kind == "system" and not parts:
        ends.append(date.min)
    return min(ends)


def _use_ends(facts: InstrumentFacts, kind: str, on: date, known_at: datetime) -> list[date]:
    use = use_at(facts, kind, on, known_at)
    return [date.min] if use is not None and not use.within else []


@dataclass(frozen=True, slots=True)
class Use:
    """How much of what a cycle allows was used since it was last done; `used` is `None` when the counter was not read then."""

    kind: str
    limit: Decimal
    unit: str
    used: Decimal | None

    @property
    def within(self) -> bool:
        """Whether use may go on."""
        return self.used is not None and self.used < self.limit


def use_at(facts: InstrumentFacts, kind: str, on: date, known_at: datetime) -> Use | None:
    """Use since a kind was last done and passed; `None` where the cycle sets no limit or nothing was done yet."""
    cycle = cycle_at(facts, kind, on, known_at)
    if cycle is None or cycle.use_limit is None:
        return None
    cover = cover_at(facts, kind, on, known_at)
    if cover is None or not cover.passed:
        return None
    return Use(kind, cycle.use_limit, cycle.use_unit, used_since(facts, cycle.use_unit, cover.done_on, on, known_at))
