"""Readings come in: kept once by (channel, second), extremes of their hours and days brought up to date, excursions looked for."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import case, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from lab_app.core import inbox
from lab_app.core.access import Actor
from lab_app.core.db import db
from lab_app.quality.environment import rules
from lab_app.quality.environment.models import Channel, Excursion, Extreme, Intake, LoggedReading
from lab_app.quality.environment.services.excursions import look

#: Rows of one statement: SQLite takes 32,766 values, four a row.
CHUNK = 2_000
T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """One reading on its way in: which row of the file or message it is, its channel, second and steps."""

    row: int
    channel: Channel
    at: int
    steps: int


@dataclass
class Taken:
    """What became of a batch: how many were new, how many stood already with the same value, which contradict what stands."""

    new: int = 0
    known: int = 0
    contradicting: list[tuple[Entry, int]] = field(default_factory=list)
    excursions: list[Excursion] = field(default_factory=list)


def pieces(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Items in lists of at most `size`."""
    run = iter(items)
    while piece := list(islice(run, size)):
        yield piece


def standing(entries: Sequence[Entry]) -> dict[tuple[int, int], int]:
    """(channel id, second) → steps, of the entries that stand already."""
    found: dict[tuple[int, int], int] = {}
    for piece in pieces(entries):
        keys = [(e.channel.id, e.at) for e in piece]
        rows = db.session.execute(
            select(LoggedReading.channel_id, LoggedReading.at, LoggedReading.value)
            .where(tuple_(LoggedReading.channel_id, LoggedReading.at).in_(keys)))
        found.update({(channel, at): value for channel, at, value in rows})
    return found


def take(actor: Actor, entries: Sequence[Entry], intake: Intake) -> Taken:
    """Keep readings that were understood, inside the caller's writing transaction; sent twice they are kept once.

    A second value for a second that has one is not taken: it comes back among `contradicting`. Excursions are looked for around what
    was new, also when it is older than what stands.
    """
    taken = Taken()
    new: list[Entry] = []
    made = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    for piece in pieces(entries):
        rows = [{"channel_id": e.channel.id, "at": e.at, "value": e.steps, "intake_id": intake.id} for e in piece]
        kept = db.session.execute(
            made(LoggedReading).values(rows).on_conflict_do_nothing(index_elements=["channel_id", "at"])
            .returning(LoggedReading.channel_id, LoggedReading.at))
        fresh = {(channel, at) for channel, at in kept}
        new += [e for e in piece if (e.channel.id, e.at) in fresh]
        old = [e for e in piece if (e.channel.id, e.at) not in fresh]
        before = standing(old) if old else {}
        for entry in old:
            stands = before[(entry.channel.id, entry.at)]
            if stands == entry.steps:
                taken.known += 1
            else:
                taken.contradicting.append((entry, stands))
    taken.new = len(new)
    _extremes(new)
    by_channel: dict[int, list[Entry]] = {}
    for entry in new:
        by_channel.setdefault(entry.channel.id, []).append(entry)
    for mine in by_channel.values():
        times = [e.at for e in mine]
        taken.excursions += look(actor, mine[0].channel, min(times), max(times))
    for logger_id in {e.channel.logger_id for e in new}:
        inbox.settle(f"environment-logger/{logger_id}/silent")
    return taken


def _extremes(entries: Sequence[Entry]) -> None:
    """Bring hours and days up to date."""
    found: dict[tuple[int, int, int], list[int]] = {}
    for entry in entries:
        for seconds in (rules.HOUR, rules.DAY):
            key = (entry.channel.id, seconds, entry.at - entry.at % seconds)
            known = found.get(key)
            if known is None:
                found[key] = [entry.steps, entry.steps, 1]
            else:
                known[0], known[1], known[2] = min(known[0], entry.steps), max(known[1], entry.steps), known[2] + 1
    made: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    for piece in pieces(sorted(found.items())):
        insert = made(Extreme).values([
            {"channel_id": channel, "seconds": seconds, "begins": begins, "low": low, "high": high, "count": count}
            for (channel, seconds, begins), (low, high, count) in piece])
        new = insert.excluded
        db.session.execute(insert.on_conflict_do_update(index_elements=["channel_id", "seconds", "begins"], set_={
            "low": case((new.low < Extreme.low, new.low), else_=Extreme.low),
            "high": case((new.high > Extreme.high, new.high), else_=Extreme.high), "count": Extreme.count + new.count}))
