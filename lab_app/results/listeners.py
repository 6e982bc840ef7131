"""News from other rooms that plan or change work here; each runs in the sender's transaction."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import clock, events, inbox
from lab_app.core.db import db
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality import hanging
from lab_app.quality.models import Nonconformity
from lab_app.results.models import TestJob
from lab_app.results.queries.interested import jobs_concerned
from lab_app.results.services.planning import drop_unwanted, plan, replan_rules
from lab_app.results.validity.queries import stops_of_nonconformity
from lab_app.samples.models import Sample


def _received(_sender: Any, sample: Any, **_: Any) -> None:
    plan(sample)


def _accepted(_sender: Any, request: Any, **_: Any) -> None:
    """A request accepted (again) after items came: plan what is missing, drop what is no longer wanted, freeze rules on lines
    without a reading."""
    here = Sample.status.in_(("received", "in_use", "stored"))
    for sample in db.session.scalars(select(Sample).where(Sample.request_id == request.id, here)).all():
        plan(sample)
    jobs = db.session.scalars(select(TestJob).where(TestJob.request_id == request.id)).all()
    drop_unwanted(jobs)
    replan_rules(jobs)


def _interest_declared(_sender: Any, interest: Any, **_: Any) -> None:
    """Work in hand of somebody who now has an interest in its customer is to be given to another person (4.1.4)."""
    for job in jobs_concerned(interest):
        inbox.ask(f"reassign/{job.id}", "reassign", N_("Giao việc cho người khác: %(person)s có lợi ích với %(party)s"),
                  {"person": interest.person.full_name, "party": interest.party_name}, permission=P.JOB_ASSIGN,
                  not_person_id=interest.person_id, code=job.code, link=f"/jobs/{job.code}/assign", button=N_("Giao việc"),
                  due_on=clock.today())


def _stopped(row: Nonconformity) -> list[str]:
    """Parameters that nonconforming work stopped and nobody has released: it is not closed before."""
    return [gettext("%(code)s: chỉ tiêu %(parameter)s còn dừng", code=stop.code, parameter=stop.parameter_code)
            for stop in stops_of_nonconformity(row.id) if stop.released_at is None]


def connect() -> None:
    """Listen; connecting twice is harmless."""
    events.sample_received.connect(_received)
    events.request_accepted.connect(_accepted)
    events.interest_declared.connect(_interest_declared)
    hanging.register("parameter-stops", _stopped)
