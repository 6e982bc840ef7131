"""Jobs in hand of a person who declares an interest in their customer (4.1.4)."""
from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.accounts.interests.models import Interest
from lab_app.accounts.interests.queries import concerns, party_key
from lab_app.core.db import db
from lab_app.results.models import TestJob
from lab_app.samples.models import Sample, TestRequest
from lab_app.samples.queries.interests import names_of

IN_HAND = ("planned", "in_progress", "returned")


def jobs_concerned(interest: Interest) -> list[TestJob]:
    """The person's open jobs whose customer, maker or brand the interest is in."""
    request = joinedload(TestJob.sample).joinedload(Sample.request)
    jobs = db.session.scalars(
        select(TestJob).where(TestJob.assignee_id == interest.person_id, TestJob.status.in_(IN_HAND))
        .options(request.joinedload(TestRequest.customer), request.selectinload(TestRequest.items)).order_by(TestJob.id)).unique()
    return [
        job for job in jobs
        if concerns(interest, [job.sample.request.customer.code], [party_key(name) for name in names_of(job.sample.request)])
    ]
