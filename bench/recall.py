"""The recall of one instrument among many readings: `python -m bench.recall [--rows N] [--touched N]`.

A small laboratory is filled as for every measurement; its readings are then multiplied inside the database, ten to a report, the
doubted instrument on evenly scattered reports. Measured: the counts, the first page of lines with all that stands beside them, and the
whole page as a person asks for it. On PostgreSQL when `DATABASE_URL` names a server, else on SQLite.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    case,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    text,
)

from bench import filling, traces, units
from bench.laboratory import NOW, Laboratory
from bench.visitor import statements
from certificates.models import Recall, Report, ReportLine
from certificates.recall import touched
from lab_app.core.db import db
from lab_app.quality.models import Nonconformity
from lab_app.results.models import JobLine, Reading, ReadingInstrument, TestJob
from lab_app.samples.models import RequestItem, Sample, TestRequest

ROOT = Path(__file__).resolve().parents[1]
SMALL = 400  # units of the laboratory that is multiplied
A_REPORT = 10  # readings on a report
FIRST = 1_000_000  # ids of multiplied rows begin after this
BOUND = 0.300  # seconds at the 95th percentile
DOUBTED = 1  # id of the instrument
DAYS = 365
TURNS = 30
CODE, PAGE = "RS-2026-001", 25

Changed = Callable[[Any], Mapping[str, Any]]


def _series(connection: Connection, count: int) -> Any:
    """The numbers 1 to `count` as a selectable with one column, n."""
    if connection.dialect.name == "postgresql":
        return func.generate_series(1, count).table_valued(column("n", Integer)).render_derived()
    first = select(literal(1).label("n")).cte("numbers", recursive=True)
    return first.union_all(select((first.c.n + 1).label("n")).where(first.c.n < count))


def _at(connection: Connection, n: Any, step: float) -> ColumnElement[Any]:
    """The moment `n · step` seconds after a year ago, written as the column keeps moments."""
    begun = NOW - timedelta(days=DAYS)
    if connection.dialect.name == "postgresql":
        return literal(begun) + n * text(f"interval '{step} seconds'")  # type: ignore[no-any-return]
    later = literal("+").op("||")(cast(n * step, Integer)).op("||")(" seconds")
    return func.strftime("%Y-%m-%d %H:%M:%S.000000", begun.strftime("%Y-%m-%d %H:%M:%S"), later)


def _multiply(connection: Connection, model: Any, row: Mapping[str, Any] | None, count: int, changed: Changed) -> None:
    """`count` copies of a row, with the columns of `changed(n)` worked out from n."""
    assert row is not None, model
    table: Table = model.__table__
    numbers = _series(connection, count)
    values = {**row, **changed(numbers.c.n)}

    def cell(name: str, value: Any) -> ColumnElement[Any]:
        if isinstance(value, ColumnElement):
            return value
        kind = table.c[name].type
        # PostgreSQL wants to know what an empty value is; SQLite would make a number of a date.
        return cast(literal(value, kind), kind) if connection.dialect.name == "postgresql" else literal(value, kind)

    cells = [cell(name, value) for name, value in values.items()]
    connection.execute(insert(table).from_select(list(values), select(*cells).select_from(numbers)))


def _words(start: str, n: Any) -> ColumnElement[Any]:
    return literal(start).op("||")(cast(n, String))


def multiply(engine: Engine, size: units.Size, rows: int, wanted: int) -> None:
    """`rows` readings more with their lines and reports, `wanted` of them made with the doubted instrument; and its recall."""
    reports, every, step = rows // A_REPORT, max(rows // wanted, 1), DAYS * 86400 / rows
    template = next(i for i in range(SMALL // 4, SMALL) if size.phase(i) == units.DONE and not size.amended(i))
    line = template * 2
    number_of = {Report: ("number", "base_number", "code"), Sample: ("code",), TestJob: ("code",), TestRequest: ("number",)}

    def group(n: Any) -> Any:
        return (n - 1) // A_REPORT + 1

    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            connection.exec_driver_sql("PRAGMA cache_size=-400000")
        for model, row, links in (
            (TestRequest, units.request(size, template), {}),
            (RequestItem, units.item(size, template), {"request_id": 0}),
            (Sample, units.sample(size, template), {"request_id": 0, "item_id": 0}),
            (TestJob, units.job(size, template), {"request_id": 0, "sample_id": 0}),
            (Report, next(iter(traces.reports(size, template, "{}"))), {"request_id": 0}),
        ):
            _multiply(connection, model, row, reports, lambda n, m=model, to=links: {  # type: ignore[misc]
                "id": FIRST + n, **{name: FIRST + n for name in to}, **{name: _words(f"B{name[0]}-", n) for name in number_of.get(m, ())},
                **({"customer_id": 1 + n % size.customers} if m is TestRequest else {}),
            })
        _multiply(connection, JobLine, units.line(size, line), rows, lambda n: {
            "id": FIRST + n, "job_id": FIRST + group(n), "position": n % A_REPORT + 1})
        _multiply(connection, Reading, units.reading(size, line), rows, lambda n: {
            "id": FIRST + n, "line_id": FIRST + n, "measured_at": _at(connection, n, step), "recorded_at": _at(connection, n, step)})
        _multiply(connection, ReadingInstrument, units.reading_instrument(size, line), rows, lambda n: {
            "id": FIRST + n, "reading_id": FIRST + n, "measured_at": _at(connection, n, step),
            "instrument_id": case((group(n) % every == 0, DOUBTED), else_=2 + group(n) % (size.instruments - 1))})
        _multiply(connection, ReportLine, traces.report_line(size, line), rows, lambda n: {
            "id": FIRST + n, "report_id": FIRST + group(n), "position": n % A_REPORT + 1, "job_line_id": FIRST + n,
            "reading_id": FIRST + n})
        _recall(connection)
    if engine.dialect.name == "postgresql":
        filling.settle(engine)
    else:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _recall(connection: Connection) -> None:
    """Nonconforming work and the recall of a year of the doubted instrument."""
    connection.execute(insert(Nonconformity), [{
        "id": 1, "version": 1, "code": "NCW-2026-001", "source": "check_failed", "subject_kind": "instrument", "subject_id": DOUBTED,
        "subject_code": f"EQ-{DOUBTED:06d}", "title": "Kiểm tra giữa kỳ không đạt", "description": "", "found_on": NOW.date(),
        "status": "open", "action": "", "significance": "", "acceptability": "", "customer_told": "", "resumption": "",
        "recorded_at": NOW,
    }])
    connection.execute(insert(Recall), [{
        "id": 1, "version": 1, "code": CODE, "instrument_id": DOUBTED, "nonconformity_id": 1, "cause": "check",
        "since": NOW - timedelta(days=DAYS + 1), "until": NOW, "depth": 3, "error": None, "error_unit": "", "note": "", "counts": {},
        "status": "open", "conclusion": "", "recorded_at": NOW,
    }])


# ---- measuring ----------------------------------------------------------------------------------------------------


def _percentile(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _timed(act: Callable[[], Any], turns: int, clock: Callable[[], float]) -> list[float]:
    act()
    times = []
    for _ in range(turns):
        begun = clock()
        act()
        times.append(clock() - begun)
    return times


def _first_page() -> list[Any]:
    recall = db.session.get_one(Recall, 1)
    query = touched.lines(touched.scope_of(recall)).order_by(ReadingInstrument.measured_at, ReadingInstrument.id).limit(PAGE + 1)
    shown = list(db.session.scalars(query))
    touched.details([used.reading_id for used in shown], recall.id)
    db.session.rollback()
    return shown


def _counts() -> touched.Counts:
    recall = db.session.get_one(Recall, 1)
    found = touched.counts(touched.scope_of(recall), recall.id)
    db.session.rollback()
    return found


def measure(laboratory: Laboratory, wanted: int, turns: int) -> dict[str, dict[str, float]]:
    """What was measured → median and 95th percentile in milliseconds, by the clock of `bench.rounds`: this thread's time where all the
    work is done in this process, time on the wall against a server. Refuses an answer that is not the right one."""
    clock = thread_time if laboratory.engine.dialect.name == "sqlite" else perf_counter
    with laboratory.app.app_context():
        found = _counts()
        assert found.readings >= wanted and found.reports >= wanted // A_REPORT, found
        assert len(_first_page()) == PAGE + 1
        cases: dict[str, list[float]] = {"counts": _timed(_counts, turns, clock), "first page of lines": _timed(_first_page, turns, clock)}
        db.session.remove()
    person, path = laboratory.person(), f"/recalls/{CODE}"
    with statements(laboratory.engine) as asked:
        answer = person.get(path)
    assert answer.status == 200, answer.status
    print(f"{found.readings:,} readings on {found.reports:,} reports of {found.enterprises:,} enterprises; {len(asked)} statements a page")
    cases["the whole page"] = _timed(lambda: person.get(path), turns, clock)
    return {name: {"median": _percentile(t, 0.5) * 1000, "p95": _percentile(t, 0.95) * 1000} for name, t in cases.items()}


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 when counts and first page each answer within the bound."""
    parser = argparse.ArgumentParser(prog="python -m bench.recall", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="readings in the laboratory")
    parser.add_argument("--touched", type=int, default=50_000, help="of them made with the doubted instrument")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench-recall.json")
    given = parser.parse_args(arguments)
    url = os.environ.get("DATABASE_URL", "")
    server = url if url.startswith(("postgresql", "postgres:")) else None
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Laboratory(Path(folder), SMALL, server) as laboratory:
        begun = perf_counter()
        engine = laboratory.plain_engine()
        multiply(engine, laboratory.size, given.rows, given.touched)
        engine.dispose()
        print(f"{given.rows:,} readings made in {perf_counter() - begun:.0f} s")
        results = measure(laboratory, given.touched, given.turns)
    for name, times in results.items():
        print(f"{name:<22} median {times['median']:7.1f} ms   p95 {times['p95']:7.1f} ms")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    told = {"rows": given.rows, "touched": given.touched, "database": "PostgreSQL" if server else "SQLite", "results": results}
    given.out.write_text(json.dumps(told, indent=1), encoding="utf-8")
    return 0 if max(results[name]["p95"] for name in ("counts", "first page of lines")) <= BOUND * 1000 else 1


if __name__ == "__main__":
    sys.exit(main())
