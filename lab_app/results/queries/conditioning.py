"""Questions about conditioning (7.4.4)."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.results.models import JobConditioning, TestJob
from lab_app.results.workflow.conditioning import ConditioningFact


def conditionings(job_ids: Iterable[int]) -> dict[int, list[JobConditioning]]:
    """Job id → its conditionings, oldest first, with who and in what; for pages and the paper; one statement."""
    out: dict[int, list[JobConditioning]] = {}
    for row in db.session.scalars(
        select(JobConditioning).where(JobConditioning.job_id.in_(list(job_ids)))
        .options(joinedload(JobConditioning.started_by).lazyload(Person.roles),
                 joinedload(JobConditioning.ended_by).lazyload(Person.roles), joinedload(JobConditioning.instrument))
        .order_by(JobConditioning.started_at, JobConditioning.id)
    ):
        out.setdefault(row.job_id, []).append(row)
    return out


def conditioning_facts(job: TestJob, known_at: datetime) -> tuple[ConditioningFact, ...]:
    """What of a job's conditionings was known at a moment; no statement where the method asks for none."""
    if not job.method_version.conditioning_minutes:
        return ()
    rows = db.session.execute(
        select(JobConditioning.started_at, JobConditioning.ended_at, JobConditioning.ended_recorded_at, JobConditioning.interrupted)
        .where(JobConditioning.job_id == job.id, JobConditioning.recorded_at <= known_at)
        .order_by(JobConditioning.started_at, JobConditioning.id))
    return tuple(
        ConditioningFact(r.started_at, *((r.ended_at, bool(r.interrupted)) if _known(r.ended_recorded_at, known_at) else (None, False)))
        for r in rows)


def _known(recorded_at: datetime | None, known_at: datetime) -> bool:
    return recorded_at is not None and recorded_at <= known_at


def running(job_id: int) -> JobConditioning | None:
    """The conditioning of a job that nobody ended."""
    return db.session.scalar(
        select(JobConditioning).where(JobConditioning.job_id == job_id, JobConditioning.ended_at.is_(None))
        .order_by(JobConditioning.id.desc()).limit(1))


def ready_at(row: JobConditioning) -> datetime:
    """When a conditioning will have lasted as long as the method asks."""
    return row.started_at + timedelta(minutes=row.minutes)
