"""Questions about jobs, lines and readings: a constant number of statements, however many lines a job has."""
from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.core.db import db
from lab_app.results.models import JobLine, TestJob
from lab_app.samples.models import Sample


def job_by_code(code: str) -> TestJob | None:
    """The job with this code."""
    return db.session.scalar(select(TestJob).where(TestJob.code == code))


def line_statuses(job_ids: Iterable[int]) -> dict[int, list[str]]:
    """Job id → where each of its lines stands; one statement for any number of jobs."""
    wanted = list(job_ids)
    found: dict[int, list[str]] = {ident: [] for ident in wanted}
    for ident, status in db.session.execute(select(JobLine.job_id, JobLine.status).where(JobLine.job_id.in_(wanted))):
        found[ident].append(status)
    return found


def jobs_of_request(request_id: int) -> list[TestJob]:
    """Jobs of a request with their lines' states."""
    return list(db.session.scalars(
        select(TestJob).where(TestJob.request_id == request_id).order_by(TestJob.id)
        .options(selectinload(TestJob.lines), joinedload(TestJob.assignee))
    ))


def jobs_of_sample(sample_id: int) -> list[TestJob]:
    """Jobs on an item with their lines' states."""
    return list(db.session.scalars(
        select(TestJob).where(TestJob.sample_id == sample_id).order_by(TestJob.id)
        .options(selectinload(TestJob.lines), joinedload(TestJob.assignee))
    ))


def in_house_jobs(instrument_id: int, limit: int) -> list[TestJob]:
    """Calibrations of an instrument of our own as jobs, newest first, with their request."""
    return list(db.session.scalars(
        select(TestJob).join(Sample, Sample.id == TestJob.sample_id).where(Sample.instrument_id == instrument_id)
        .options(joinedload(TestJob.sample).joinedload(Sample.request)).order_by(TestJob.id.desc()).limit(limit)))


def my_jobs(person_id: int) -> list[TestJob]:
    """Jobs given to a person that are not submitted, due first."""
    return list(db.session.scalars(
        select(TestJob)
        .where(TestJob.assignee_id == person_id, TestJob.status.in_(("planned", "in_progress", "returned")))
        .order_by(TestJob.due_key, TestJob.id)
    ))
