"""Rooms watched by loggers: `python -m bench.environment [--readings N] [--results N]`.

A small laboratory is filled as for every measurement; results are multiplied inside the database as for the recall, all measured in one
room, and twenty channels of that room get a reading a minute each. Measured: charts of a day, a month, a year and of all readings, what
an excursion touched, the gate's question, a message of ten readings; each beside the same on a thousandth of the readings. On
PostgreSQL when `DATABASE_URL` names a server, else on SQLite.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from sqlalchemy import Connection, Engine, Integer, case, cast, column, func, insert, literal, select, update

from bench import filling, recall
from bench.laboratory import NOW, Laboratory
from bench.rounds import Timed, ratio, run
from bench.visitor import statements
from instruments.models import Instrument
from lab_app.core.db import db
from lab_app.quality.environment import queries, rules
from lab_app.quality.environment.models import (
    Channel,
    Excursion,
    Extreme,
    Intake,
    LoggedReading,
    Logger,
    RoomLimit,
)
from lab_app.quality.models import EnvironmentRecord, Room
from lab_app.results.models import Reading
from lab_app.results.queries import excursions

ROOT = Path(__file__).resolve().parents[1]
CHANNELS, MINUTE = 20, 60
BOUND = 0.300  # seconds at the 95th percentile: what an excursion touched
GROWTH = 1.5  # times the cost on a thousandth of the readings
TURNS = 15
ROOM, TOKEN = 1, "bench-token-of-the-first-logger"
#: How long the excursions last of which the touched results are asked.
SPANS = {"3 hours": timedelta(hours=3), "3 days": timedelta(days=3), "30 days": timedelta(days=30)}


def _rows(each: int) -> datetime:
    """When the first reading of every channel was made: the last one is made now."""
    return NOW - timedelta(minutes=each)


def fill(engine: Engine, readings: int) -> None:
    """Twenty channels in one room, a reading a minute each up to now, with the extremes of their hours and days; three excursions."""
    each = readings // CHANNELS
    first = _rows(each)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            connection.exec_driver_sql("PRAGMA cache_size=-400000")
        code = connection.scalar(select(Instrument.code).order_by(Instrument.id).limit(1))
        connection.execute(insert(Logger), [{
            "id": n, "version": 1, "code": f"LOG-{n:02d}", "name": f"Bộ ghi {n}", "instrument_code": code, "interval_minutes": 1,
            "most_gap_minutes": 60, "note": "", "recorded_at": first, "token_made_at": first,
            "token_sha256": hashlib.sha256(f"{TOKEN if n == 1 else n}".encode()).hexdigest()} for n in range(1, CHANNELS // 2 + 1)])
        connection.execute(insert(Channel), [{
            "id": n, "version": 1, "logger_id": (n + 1) // 2, "room_id": ROOM, "name": "T" if n % 2 else "RH",
            "quantity": "temperature" if n % 2 else "humidity", "decimals": 2, "from_at": first, "end_reason": "", "recorded_at": first}
            for n in range(1, CHANNELS + 1)])
        connection.execute(update(Room).where(Room.id == ROOM).values(watched=True))
        connection.execute(insert(Intake), [{"id": 1, "logger_id": 1, "way": "file", "filename": "", "sha256": "", "recorded_at": first}])
        connection.execute(insert(RoomLimit), [{
            "id": 1, "room_id": ROOM, "quantity": "temperature", "low": Decimal(15), "high": Decimal(35), "basis": "bench",
            "from_at": first, "person_id": 1, "recorded_at": first}])
        _readings(connection, each, rules.seconds_of(first))
        for seconds in (rules.HOUR, rules.DAY):
            begins = LoggedReading.at - LoggedReading.at % seconds
            connection.execute(insert(Extreme).from_select(
                ["channel_id", "seconds", "begins", "low", "high", "count"],
                select(LoggedReading.channel_id, literal(seconds), begins, func.min(LoggedReading.value), func.max(LoggedReading.value),
                       func.count()).group_by(LoggedReading.channel_id, begins)))
        connection.execute(insert(Excursion), [{
            "id": n, "version": 1, "code": f"VGH-2026-{n:03d}", "room_id": ROOM, "quantity": "temperature", "channel_id": 1, "limit_id": 1,
            "last_good_at": NOW - timedelta(days=60), "began_at": NOW - timedelta(days=60) + timedelta(minutes=1),
            "last_outside_at": NOW - timedelta(days=60) + span, "ended_at": NOW - timedelta(days=60) + span, "lowest": Decimal(36),
            "highest": Decimal(37), "status": "over", "decision": "", "assessment": "", "recorded_at": NOW - timedelta(days=1)}
            for n, span in enumerate(SPANS.values(), 1)])
    if engine.dialect.name == "postgresql":
        filling.settle(engine)
    else:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _readings(connection: Connection, each: int, first: int) -> None:
    """A daily wave with noise, the same in every run: whole numbers worked out in the database."""
    numbers: Any = (
        func.generate_series(1, each).table_valued(column("n", Integer)).render_derived()
        if connection.dialect.name == "postgresql" else recall._series(connection, each))
    n = numbers.c.n
    for channel in range(1, CHANNELS + 1):
        hour = n % 1440
        wave = case((hour < 720, hour), else_=1440 - hour) * 300 / 720
        value = cast(2100 + wave + (n % 97 * 7919 + channel * 104729) % 97, Integer) if channel % 2 else cast(
            4500 + wave * 2 + (n % 211 * 6007 + channel * 99991) % 211, Integer)
        connection.execute(insert(LoggedReading).from_select(
            ["channel_id", "at", "value", "intake_id"],
            select(literal(channel), first + n * MINUTE, value, literal(1)).select_from(numbers)))


# ---- measuring ----------------------------------------------------------------------------------------------------


@dataclass
class Case:
    """One measurement on both laboratories."""

    name: str
    large: Timed
    small: Timed
    statements: int = 0


def _inside(laboratory: Laboratory, act: Callable[[], Any]) -> Callable[[], Any]:
    def asked() -> Any:
        with laboratory.app.app_context():
            try:
                return act()
            finally:
                db.session.rollback()
                db.session.remove()

    return asked


def _touched(span: timedelta) -> list[Reading]:
    """The first page of what an excursion touched, and how many there are."""
    begins = NOW - timedelta(days=60)
    excursions.touched_count(ROOM, begins, begins + span)
    query = excursions.shown(excursions.touched(ROOM, begins, begins + span)).order_by(Reading.measured_at, Reading.id).limit(21)
    return list(db.session.scalars(query).unique())


def _gate() -> queries.Logged:
    record = EnvironmentRecord(room_id=ROOM, sensor_code="none")
    return queries.logged_at(record, NOW - timedelta(hours=5), {"temperature": (Decimal(15), Decimal(35)), "humidity": None}, NOW)


class Feed:
    """A logger that sends ten new readings with every call."""

    def __init__(self, laboratory: Laboratory, number: int) -> None:
        self._client, self._number, self._calls = laboratory.app.test_client(), number, 0

    def send(self) -> int:
        """Send; the readings lie between those that stand, so that excursions are looked for on both sides."""
        tens, second = divmod(self._calls, 59)  # never on a whole minute, where a reading stands, and every call on moments of its own
        at = NOW - timedelta(hours=3, minutes=10 * tens) + timedelta(seconds=second + 1)
        self._calls += 1
        rows = [{"channel": "T", "at": (at + timedelta(minutes=k)).isoformat(), "value": f"2{k % 5}.0"} for k in range(10)]
        address = f"10.{self._number}.{self._calls // 50}.1"  # no limit of one address is met
        answer = self._client.post(f"/api/environment/{TOKEN}", json={"readings": rows}, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 200 and answer.json["taken"] == 10, answer.data
        return answer.status_code


def cases_of(large: Laboratory, small: Laboratory, clock: Callable[[], float]) -> list[Case]:
    """Everything that is measured, on both laboratories; each answer is looked at once before."""
    people, feeds = [lab.person() for lab in (large, small)], [Feed(lab, number) for number, lab in enumerate((large, small))]
    made = []

    def add(name: str, acts: list[Callable[[], Any]]) -> None:
        with statements(large.engine) as asked:
            acts[0]()
        made.append(Case(name, Timed(name, acts[0], clock), Timed(f"{name}, small", acts[1], clock), len(asked)))

    for span in ("day", "month", "year", "all"):
        path = f"/rooms/RF/course?span={span}"
        assert "<polyline" in people[0].get(path).body.decode(), span
        add(f"chart of {span}", [lambda p=p, path=path: p.get(path) for p in people])  # type: ignore[misc]
    for word, length in SPANS.items():
        add(f"touched by an excursion of {word}", [_inside(lab, lambda length=length: _touched(length)) for lab in (large, small)])
    add("page of an excursion of 3 days", [lambda p=p: p.get("/quality/environment/excursions/VGH-2026-002") for p in people])  # type: ignore[misc]
    add("what loggers say at a reading", [_inside(lab, _gate) for lab in (large, small)])
    add("a message of ten readings", [feed.send for feed in feeds])
    return made


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 when what an excursion touched is answered within the bound and no chart grows beyond `GROWTH`."""
    parser = argparse.ArgumentParser(prog="python -m bench.environment", description=__doc__)
    parser.add_argument("--readings", type=int, default=10_000_000)
    parser.add_argument("--results", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench-environment.json")
    given = parser.parse_args(arguments)
    url = os.environ.get("DATABASE_URL", "")
    server = url if url.startswith(("postgresql", "postgres:")) else None
    clock = perf_counter if server else thread_time
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        both = []
        for units, share in ((recall.SMALL, 1), (recall.SMALL + 1, 1000)):
            lab = stack.enter_context(Laboratory(Path(folder), units, server))
            begun, engine = perf_counter(), lab.plain_engine()
            results = max(given.results // share, 100)
            recall.multiply(engine, lab.size, results, max(results // 20, 1))
            fill(engine, max(given.readings // share, CHANNELS * 2000))
            engine.dispose()
            print(f"{max(given.readings // share, CHANNELS * 2000):,} readings, {results:,} results made in {perf_counter() - begun:.0f} s",
                  flush=True)
            both.append(lab)
        found = cases_of(both[0], both[1], clock)
        run([t for one in found for t in (one.large, one.small)], given.turns, 0.2)
        told, missed = {}, []
        for one in found:
            calls = sorted(t for times in one.large.rounds for t in times)
            p95, growth = calls[min(len(calls) - 1, int(len(calls) * 0.95))], ratio(one.large, one.small)
            told[one.name] = {"median": one.large.seconds * 1000, "p95": p95 * 1000, "growth": growth, "statements": one.statements}
            print(f"{one.name:<38} median {one.large.seconds * 1000:7.1f} ms   p95 {p95 * 1000:7.1f} ms   {growth:5.2f} times the small"
                  f"   {one.statements} statements")
            if one.name.startswith("touched") and p95 > BOUND:
                missed.append(one.name)
            if one.name in ("chart of day", "what loggers say at a reading", "a message of ten readings") and growth > GROWTH:
                missed.append(one.name)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps({"readings": given.readings, "results": given.results,
                                     "database": "PostgreSQL" if server else "SQLite", "cases": told}, indent=1), encoding="utf-8")
    if missed:
        print("missed: " + "; ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
