"""What is due: the list, its counts, months and days; and everything about one instrument's cycles. SQL that stays small at any size."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import joinedload

from instruments.models import CalendarFeed, Cycle, CycleEvent, DueEntry, Extension, Instrument, UseReading
from lab_app.accounts.models import Person
from lab_app.core.db import db

#: Counts beside the quick filters go no further: a chip says "999+".
COUNTED = 999


def _named(person: Any) -> Any:
    return joinedload(person).lazyload(Person.roles)


def due_entries() -> Select[Any]:
    """SQL: due entries with their instrument, its room, and who is responsible."""
    return select(DueEntry).options(
        joinedload(DueEntry.instrument).joinedload(Instrument.room), _named(DueEntry.responsible))


def capped(*conditions: Any) -> Any:
    """SQL: how many due entries meet the conditions, counted no further than `COUNTED` + 1."""
    some = select(literal(1).label("one")).select_from(DueEntry).where(*conditions).limit(COUNTED + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def over(today: date) -> list[Any]:
    """SQL: due and past."""
    return [DueEntry.due_on <= today]


def to_send(today: date) -> list[Any]:
    """SQL: within the lead time, not yet due."""
    return [DueEntry.send_by <= today, DueEntry.due_on > today]


def within(today: date, until: date) -> list[Any]:
    """SQL: due after today, up to a day."""
    return [DueEntry.due_on > today, DueEntry.due_on <= until]


def plan_counts(conditions: dict[str, list[Any]]) -> dict[str, int]:
    """How many entries each set of conditions holds, all in one statement, each capped."""
    row = db.session.execute(select(*(capped(*some).label(name) for name, some in conditions.items()))).one()
    return dict(row._mapping)


@dataclass(frozen=True)
class MonthLoad:
    """What falls into one month: entries by kind, đồng and minutes of work where cycles state them."""

    month: int
    kinds: dict[str, int]
    cost_vnd: int
    work_minutes: int

    @property
    def count(self) -> int:
        """All entries of the month."""
        return sum(self.kinds.values())


def workload(first: int, last: int, *conditions: Any) -> dict[int, MonthLoad]:
    """Months (as 202611) from one to another that hold entries, added up in SQL over an index."""
    rows = db.session.execute(
        select(DueEntry.month, DueEntry.kind, func.count(), func.sum(DueEntry.cost_vnd), func.sum(DueEntry.work_minutes))
        .where(DueEntry.month >= first, DueEntry.month <= last, *conditions).group_by(DueEntry.month, DueEntry.kind))
    found: dict[int, MonthLoad] = {}
    for month, kind, count, cost, minutes in rows:
        before = found.get(month) or MonthLoad(month, {}, 0, 0)
        found[month] = MonthLoad(month, {**before.kinds, kind: count}, before.cost_vnd + int(cost or 0),
                                 before.work_minutes + int(minutes or 0))
    return found


def days_of(month: int) -> dict[date, dict[str, int]]:
    """Day → kind → how many entries, within one month."""
    found: dict[date, dict[str, int]] = {}
    rows = db.session.execute(
        select(DueEntry.due_on, DueEntry.kind, func.count()).where(DueEntry.month == month).group_by(DueEntry.due_on, DueEntry.kind))
    for day, kind, count in rows:
        found.setdefault(day, {})[kind] = count
    return found


# ---- one instrument ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Upkeep:
    """Everything recorded about the cycles of one instrument, latest first."""

    cycles: list[Cycle]
    events: list[CycleEvent]
    extensions: list[Extension]
    uses: list[UseReading]
    dues: dict[str, DueEntry]


def upkeep_rows(instrument_id: int) -> Upkeep:
    """Cycles, events, extensions, counters and due entries of an instrument: five statements."""
    return Upkeep(
        list(db.session.scalars(
            select(Cycle).where(Cycle.instrument_id == instrument_id).options(_named(Cycle.responsible), _named(Cycle.person))
            .order_by(Cycle.effective_from.desc(), Cycle.recorded_at.desc(), Cycle.id.desc()))),
        list(db.session.scalars(
            select(CycleEvent).where(CycleEvent.instrument_id == instrument_id).options(_named(CycleEvent.person))
            .order_by(CycleEvent.done_on.desc(), CycleEvent.id.desc()).limit(100))),
        list(db.session.scalars(
            select(Extension).where(Extension.instrument_id == instrument_id).options(_named(Extension.person))
            .order_by(Extension.id.desc()).limit(50))),
        list(db.session.scalars(
            select(UseReading).where(UseReading.instrument_id == instrument_id).options(_named(UseReading.person))
            .order_by(UseReading.read_on.desc(), UseReading.id.desc()).limit(50))),
        {e.kind: e for e in db.session.scalars(select(DueEntry).where(DueEntry.instrument_id == instrument_id))},
    )


# ---- calendars ---------------------------------------------------------------------------------------------------

#: A calendar holds what falls into this span around today, and at most so many entries.
BEHIND, AHEAD, FEED_LIMIT = timedelta(days=31), timedelta(days=400), 2_000


def feeds_of(person_id: int) -> list[CalendarFeed]:
    """A person's calendar addresses, newest first."""
    return list(db.session.scalars(
        select(CalendarFeed).where(CalendarFeed.person_id == person_id).order_by(CalendarFeed.id.desc()).limit(50)))


def feed_by_hash(digest: str) -> CalendarFeed | None:
    """The calendar address with this hash that stands, of a person whose account is open."""
    return db.session.scalar(
        select(CalendarFeed).join(CalendarFeed.person).where(
            CalendarFeed.token_sha256 == digest, CalendarFeed.revoked_at.is_(None), Person.active.is_(True))
        .options(joinedload(CalendarFeed.person)))


def feed_entries(feed: CalendarFeed, today: date) -> list[DueEntry]:
    """What a calendar address shows: entries around today, of its person alone where it says so."""
    query = select(DueEntry).options(joinedload(DueEntry.instrument)).where(
        DueEntry.due_on >= today - BEHIND, DueEntry.due_on <= today + AHEAD)
    if feed.only_mine:
        query = query.where(DueEntry.responsible_id == feed.person_id)
    return list(db.session.scalars(query.order_by(DueEntry.due_on, DueEntry.id).limit(FEED_LIMIT)))
