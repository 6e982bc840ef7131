"""What else the records hold about the results of a paper: traces, overrides, deviations, sampling, conditioning."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.glass import queries as glass
from lab_app.quality.glass.models import BrokenGate, BrokenGateSubject
from lab_app.results.models import (
    JobConditioning,
    JobDeviation,
    JobLine,
    TestJob,
    TraceUse,
    VerdictOverride,
)
from lab_app.results.queries.conditioning import conditionings
from lab_app.results.queries.overrides import (
    StandingOverride,
    standing_overrides,
    waiting_readings,
)
from lab_app.results.queries.traces import trace_uses
from lab_app.samples.models import FirmwareChange, Sample, SamplingRecord
from lab_app.samples.queries.sampling import sampling_records


@dataclass(frozen=True)
class Held:
    """Of which kinds there is anything at all; asked in the statement of the lines, so that what is not there costs nothing."""

    deviations: bool = False
    overrides: bool = False
    traces: bool = False
    broken: bool = False
    firmware: bool = False


def held_columns() -> tuple[ColumnElement[bool], ...]:
    """The answers of `Held` for a job line and its job, as columns of a statement over both."""
    return (
        exists().where(JobDeviation.job_id == TestJob.id).correlate(TestJob),
        exists().where(VerdictOverride.line_id == JobLine.id).correlate(JobLine),
        exists().where(TraceUse.job_id == TestJob.id).correlate(TestJob),
        exists().where(BrokenGateSubject.kind == "job-line", BrokenGateSubject.subject_id == JobLine.id).correlate(JobLine),
        exists().where(FirmwareChange.sample_id == TestJob.sample_id).correlate(TestJob),
    )


@dataclass(frozen=True)
class Records:
    """`overrides` by reading, `waiting` readings with a proposed override that nobody answered, `deviations` by job, `conditionings`
    by job, `sampling` by sample; the traces in order; the gates that were `broken` with the readings recorded past each."""

    overrides: dict[int, StandingOverride] = field(default_factory=dict)
    deviations: dict[int, list[JobDeviation]] = field(default_factory=dict)
    conditionings: dict[int, list[JobConditioning]] = field(default_factory=dict)
    sampling: dict[int, SamplingRecord] = field(default_factory=dict)
    traces: list[TraceUse] = field(default_factory=list)
    broken: list[tuple[BrokenGate, list[int]]] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)


def records_of(lines: Sequence[JobLine], samples: Sequence[Sample], held: Held) -> Records:
    """The records that stand behind some lines and items."""
    jobs = {line.job_id: line.job for line in lines}
    conditioned = [ident for ident, job in jobs.items() if job.method_version.conditioning_minutes]
    taken = [sample.id for sample in samples if sample.sampled_by == "laboratory"]
    readings = [line.reading.id for line in lines if line.reading is not None]
    return Records(
        overrides=standing_overrides(readings) if held.overrides else {}, waiting=waiting_readings(readings) if held.overrides else set(),
        deviations=_deviations(jobs) if held.deviations else {}, conditionings=conditionings(conditioned) if conditioned else {},
        sampling=sampling_records(taken) if taken else {}, traces=trace_uses(jobs, withdrawn=False) if held.traces else [],
        broken=_broken(readings) if held.broken else [])


def _broken(readings: Sequence[int]) -> list[tuple[BrokenGate, list[int]]]:
    rows = glass.concerning({"reading": readings})
    past, here = glass.readings(rows), set(readings)
    return [(row, [ident for ident in past.get(row.id, []) if ident in here]) for row in rows]


def _deviations(jobs: Collection[int]) -> dict[int, list[JobDeviation]]:
    found: dict[int, list[JobDeviation]] = {}
    for row in db.session.scalars(
        select(JobDeviation).where(JobDeviation.job_id.in_(jobs), JobDeviation.withdrawn_at.is_(None))
        .options(joinedload(JobDeviation.authorised_by).lazyload(Person.roles)).order_by(JobDeviation.job_id, JobDeviation.id)
    ):
        found.setdefault(row.job_id, []).append(row)
    return found
