"""Several items of one request at the bench together: jobs of the same method version, their lines on one worksheet."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lab_app.core.db import db
from lab_app.results.models import JobLine, TestJob, Worksheet, WorksheetLine
from lab_app.results.queries import worksheets as queries
from lab_app.results.services import sheet_recording, worksheets
from lab_app.results.services.sheet_recording import RowOutcome, Shared, Typed
from tests.support.results_facts import MEASURED, Bench, day, make_bench, receive
from tests.support.signing import confirmed
from tests.support.worlds import kept


@dataclass
class Sheet:
    """A worksheet of the power lines of several jobs."""

    bench: Bench
    sheet: Worksheet

    @property
    def rows(self) -> list[WorksheetLine]:
        """Its rows as they stand now."""
        return queries.rows_of(self.sheet).rows

    def shared(self, **facts: Any) -> Shared:
        """The instrument, the environment and the moment of the bench."""
        described: dict[str, Any] = {"locale": "en", "instruments": [self.bench.instrument], "environment": self.bench.environment,
                                     "measured_at": MEASURED, **facts}
        return Shared(**described)

    def record(self, readings: dict[int, str], **facts: Any) -> list[RowOutcome]:
        """Type a level beside each row (by its place, from 0) and record them all."""
        rows = self.rows
        typed = {rows[n].id: level(text) for n, text in readings.items()}
        return sheet_recording.record_rows(self.bench.people.technician, self.sheet, typed, self.shared(**facts))

    def submit(self) -> None:
        """The technician hands the recorded rows over."""
        worksheets.submit_rows(self.bench.people.technician, self.sheet, confirmed=confirmed(self.bench.people.technician))


def level(text: str) -> Typed:
    """A power level with the usual path loss; a control row reads the level alone."""
    return Typed({"reading": text, "loss": "0.5", "value": text})


def power_lines(jobs: Sequence[TestJob]) -> list[JobLine]:
    """The first power line of each job."""
    rows = db.session.scalars(select(JobLine).where(JobLine.job_id.in_([j.id for j in jobs])).order_by(JobLine.id))
    found: dict[int, JobLine] = {}
    for line in rows:
        if line.parameter.code == "P-01":
            found.setdefault(line.job_id, line)
    return list(found.values())


@kept
def make_jobs(items: int = 3, bench: Bench | None = None, **facts: Any) -> tuple[Bench, list[TestJob]]:
    """So many items of one request, received one after another on Tuesday."""
    bench = bench or make_bench(request_facts={"quantity": items, **facts.pop("request_facts", {})}, **facts)
    for number in range(2, items + 1):
        receive(bench.people, bench.request, at=day(10, 9, min(number, 59)), serial=f"SN{number}")
    jobs = list(db.session.scalars(select(TestJob).where(TestJob.request_id == bench.request.id).order_by(TestJob.id)))
    return bench, jobs


def make_sheet(items: int = 3, **facts: Any) -> Sheet:
    """A worksheet of one power line of each item."""
    return sheet_of(*make_jobs(items, **facts))


@kept
def sheet_of(bench: Bench, jobs: Sequence[TestJob]) -> Sheet:
    """A worksheet of the first power line of these jobs."""
    return Sheet(bench, worksheets.open_worksheet(bench.people.technician, bench.tested.version, power_lines(jobs)))
