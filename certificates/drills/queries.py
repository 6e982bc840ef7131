"""Questions about drills, and what a drill asks of the copy."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from certificates.drills import workflow
from certificates.models import DrillCustomer, Recall, RecallDrill
from certificates.recall import touched
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.samples.models import Customer, Sample, TestRequest


def drills() -> Select[Any]:
    """All drills with what a row shows."""
    return select(RecallDrill).options(joinedload(RecallDrill.instrument), joinedload(RecallDrill.planned_by).lazyload(Person.roles))


def drill(code: str) -> RecallDrill | None:
    """The drill with this code, with its enterprises and their people."""
    return db.session.scalar(drills().where(RecallDrill.code == code).options(
        joinedload(RecallDrill.filed_by).lazyload(Person.roles),
        selectinload(RecallDrill.customers).joinedload(DrillCustomer.taken_by).lazyload(Person.roles)))


def running() -> RecallDrill | None:
    """The drill whose copy stands; one at a time."""
    return db.session.scalar(drills().where(RecallDrill.status.in_(workflow.WITH_COPY)).order_by(RecallDrill.id.desc()).limit(1))


def filed(limit: int = 20) -> list[RecallDrill]:
    """The drills that were filed, newest first."""
    return list(db.session.scalars(
        drills().where(RecallDrill.status == workflow.FILED).order_by(RecallDrill.filed_at.desc()).limit(limit)))


def last_filed_on() -> date | None:
    """The day the newest drill was filed."""
    at = db.session.scalar(select(func.max(RecallDrill.filed_at)).where(RecallDrill.status == workflow.FILED))
    return clock.local(at).date() if at is not None else None


# ---- asked of the copy -----------------------------------------------------------------------------------


@dataclass
class Found:
    """One enterprise of the list: how many of its readings were touched, and the numbers of its papers that print any."""

    code: str
    name: str
    contact: str
    readings: int
    reports: list[str] = field(default_factory=list)


def _touched(recall: Recall) -> Any:
    return touched.reading_ids(touched.scope_of(recall)).subquery("t")


def enterprises(recall: Recall) -> list[Found]:
    """Every enterprise of which a reading was touched, by code; three statements whatever their number."""
    t = _touched(recall)
    rows = db.session.execute(
        select(Customer, func.count()).select_from(t).join(Reading, Reading.id == t.c.reading_id)
        .join(JobLine, JobLine.id == Reading.line_id).join(TestJob, TestJob.id == JobLine.job_id)
        .join(Sample, Sample.id == TestJob.sample_id).join(TestRequest, TestRequest.id == Sample.request_id)
        .join(Customer, Customer.id == TestRequest.customer_id).group_by(Customer.id).order_by(Customer.code))
    found = {
        customer.id: Found(customer.code, customer.name, " · ".join(
            part for part in (customer.contact, customer.phone, customer.email) if part), count)
        for customer, count in rows}
    for paper in touched.affected_reports(touched.scope_of(recall)):
        if paper.customer.id in found:
            found[paper.customer.id].reports.append(paper.report.number)
    return list(found.values())


def readings_of(recall: Recall, customer_code: str) -> list[int]:
    """Ids of the touched readings of one enterprise."""
    t = _touched(recall)
    return list(db.session.scalars(
        select(t.c.reading_id).join(Reading, Reading.id == t.c.reading_id).join(JobLine, JobLine.id == Reading.line_id)
        .join(TestJob, TestJob.id == JobLine.job_id).join(Sample, Sample.id == TestJob.sample_id)
        .join(TestRequest, TestRequest.id == Sample.request_id).join(Customer, Customer.id == TestRequest.customer_id)
        .where(Customer.code == customer_code).order_by(t.c.reading_id)))
