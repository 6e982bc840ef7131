"""News from other rooms that plan or change work here; each runs in the sender's transaction."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lab_app.core import events
from lab_app.core.db import db
from lab_app.results.models import TestJob
from lab_app.results.services.planning import drop_unwanted, plan, replan_rules
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


def connect() -> None:
    """Listen; connecting twice is harmless."""
    events.sample_received.connect(_received)
    events.request_accepted.connect(_accepted)
