"""Questions about departures from a method and about the checklist of jobs (7.2.1.7)."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.i18n import pick
from lab_app.results.models import JobDeviation, JobStep, TestJob
from lab_app.results.workflow.deviations import DeviationFact


def deviations_of(job_ids: Iterable[int], withdrawn: bool = False) -> dict[int, list[JobDeviation]]:
    """Job id → its deviations, oldest first, with who raised and who authorised each; those withdrawn only where asked for.

    One statement; for pages, the review and the report (a report prints every standing one, 7.8.2.1 n).
    """
    query = (
        select(JobDeviation).where(JobDeviation.job_id.in_(list(job_ids)))
        .options(joinedload(JobDeviation.raised_by).lazyload(Person.roles), joinedload(JobDeviation.authorised_by).lazyload(Person.roles))
        .order_by(JobDeviation.recorded_at, JobDeviation.id)
    )
    if not withdrawn:
        query = query.where(JobDeviation.withdrawn_at.is_(None))
    out: dict[int, list[JobDeviation]] = {}
    for row in db.session.scalars(query):
        out.setdefault(row.job_id, []).append(row)
    return out


def missing_parts(row: JobDeviation, at: datetime | None = None, known_at: datetime | None = None) -> tuple[str, ...]:
    """The parts of a deviation that are not there; at a moment, those that were not there then, as known at another."""
    there = {
        "documented": bool(row.documented.strip()), "justified": bool(row.justification.strip()),
        "authorised": row.authorised_at is not None and (at is None or row.authorised_at <= at),
        "accepted": row.customer_accepted_on is not None and (at is None or row.customer_accepted_on <= clock.local(at).date())
        and (known_at is None or (row.customer_recorded_at is not None and row.customer_recorded_at <= known_at)),
    }
    return tuple(part for part, done in there.items() if not done)


def standing_deviations(job_id: int) -> list[JobDeviation]:
    """The deviations of one job that were not withdrawn."""
    return deviations_of([job_id]).get(job_id, [])


def deviation_facts(
    rows: Iterable[JobDeviation], at: datetime | None = None, known_at: datetime | None = None
) -> tuple[DeviationFact, ...]:
    """Deviations as the gate looks at them."""
    return tuple(DeviationFact(row.what, missing_parts(row, at, known_at)) for row in rows)


def steps_of(job_ids: Iterable[int]) -> dict[int, dict[str, JobStep]]:
    """Job id → key of a step → its answer; one statement."""
    out: dict[int, dict[str, JobStep]] = defaultdict(dict)
    for row in db.session.scalars(
            select(JobStep).where(JobStep.job_id.in_(list(job_ids))).options(joinedload(JobStep.done_by).lazyload(Person.roles))):
        out[row.job_id][row.key] = row
    return out


def open_steps(job: TestJob) -> tuple[str, ...]:
    """Texts of the checklist's steps that nobody has answered on a job; no statement where the method has no checklist."""
    steps = job.method_version.steps
    if not steps:
        return ()
    answered = steps_of([job.id]).get(job.id, {})
    return tuple(pick(step["vi"], step.get("en", "")) for step in steps if step["key"] not in answered)
