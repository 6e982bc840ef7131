"""Fills a migrated database with a laboratory of a stated size, by plain inserts of many rows at a time.

One unit is one request with everything that follows it: item, contract review, sample, custody, job, lines, readings, reviews,
report, the audit entries of these and their search entries: about thirty rows. The newest units are still open, in each phase of
the work; one of twenty reports was amended. The same size gives the same rows, always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, text

from bench import foundation, registers, traces, units
from bench.units import Size
from certificates.models import Report, ReportLine, StatusChange
from instruments.models import (
    Calibration,
    CalibrationPoint,
    Cycle,
    CycleEvent,
    DueEntry,
    Instrument,
    InstrumentState,
)
from lab_app.core.audit import AuditEntry
from lab_app.core.files import StoredFile
from lab_app.core.numbering import Counter
from lab_app.core.search import SearchEntry
from lab_app.results.models import JobLine, LineReview, Reading, ReadingInstrument, TestJob
from lab_app.samples.models import (
    AgreedRule,
    ContractReview,
    CustodyEvent,
    Customer,
    RequestedTest,
    RequestItem,
    Sample,
    TestRequest,
)

BATCH = 5_000
WHOLE = 400  # so many reports carry a frozen text of real length

# ---- all of them -------------------------------------------------------------------------------------------

Maker = Callable[[Size, int], Any]


def _plan(size: Size, snapshot: str) -> list[tuple[type, int, Maker]]:
    lines = size.units * foundation.PARAMETERS

    def reports(s: Size, i: int) -> Iterator[dict[str, Any]]:
        # The whole frozen text on the newest ones, which a list meets first, and about the middle, where single pages are
        # asked for; elsewhere it would be disk and nothing else.
        whole = i > s.units - WHOLE or abs(i - s.units // 2) <= WHOLE // 2
        return traces.reports(s, i, snapshot if whole else "{}")

    return [
        (Customer, size.customers, registers.customer),
        (Instrument, size.instruments, registers.instrument),
        (InstrumentState, size.instruments, registers.state),
        (Calibration, 2 * size.instruments, registers.calibration),
        (CalibrationPoint, 2 * registers.POINTS * size.instruments, registers.point),
        (Cycle, size.instruments, registers.cycle),
        (CycleEvent, size.instruments, registers.cycle_event),
        (DueEntry, size.instruments, registers.due_entries),
        (TestRequest, size.units, units.request),
        (RequestItem, size.units, units.item),
        (RequestedTest, size.units, units.requested_test),
        (ContractReview, size.units, units.review),
        (AgreedRule, size.units, units.agreed),
        (Sample, size.units, units.sample),
        (CustodyEvent, 2 * size.units, units.custody),
        (TestJob, size.units, units.job),
        (JobLine, lines, units.line),
        (Reading, lines, units.reading),
        (ReadingInstrument, lines, units.reading_instrument),
        (LineReview, lines, units.line_review),
        (StoredFile, size.units, traces.files),
        (Report, size.units, reports),
        (ReportLine, lines, traces.report_line),
        (StatusChange, size.units, traces.changes),
        (AuditEntry, size.units, traces.entries),
        (AuditEntry, 1, traces.long_history),
        (SearchEntry, size.customers, traces.search_customers),
        (SearchEntry, size.instruments, traces.search_instruments),
        (SearchEntry, size.units, traces.search_entries),
    ]


def _rows(size: Size, count: int, maker: Maker) -> Iterator[dict[str, Any]]:
    for i in range(1, count + 1):
        made = maker(size, i)
        if made is None:
            continue
        if isinstance(made, dict):
            yield made
        else:
            yield from made


def fill(
    engine: Engine, wanted: int, now: datetime, password_hash: str, snapshot: str, instruments: int | None = None,
) -> Size:
    """Lay the foundation and `wanted` units into a migrated, empty database; answers the laboratory's size."""
    size = Size(wanted, now, instruments)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA synchronous=OFF")  # this connection, while filling
        foundation.lay(connection, now, password_hash)
        for model, count, maker in _plan(size, snapshot):
            table: Table = model.__table__  # type: ignore[attr-defined]
            found = _rows(size, count, maker)
            while batch := list(islice(found, BATCH)):
                connection.execute(insert(table), batch)
        _counters(connection, size)
    if engine.dialect.name == "postgresql":
        settle(engine)
    else:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return size


def _counters(connection: Connection, size: Size) -> None:
    years = {size.at(i).year for i in (1, size.units)} | {size.now.year}
    rows = [{"series": f"{prefix}/{year}", "value": size.units} for prefix in ("YC", "XX", "PKQ") for year in years]
    connection.execute(insert(Counter.__table__), rows)
    connection.execute(insert(Counter.__table__), [{"series": "customer", "value": size.customers}])


def settle(engine: Engine) -> None:
    """PostgreSQL: series go on after the last row, and the planner knows the tables (its own daemon would do this in time)."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in Report.metadata.sorted_tables:
            if "id" in table.c and table.c.id.type.python_type is int:
                following = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {following}, false)"))
        connection.execute(text("VACUUM ANALYZE"))
