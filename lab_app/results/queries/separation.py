"""Duties that met in one person at the bench in the last year: for the report of segregation (4.1.1, 4.1.4)."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, false, func, or_, select

from lab_app.accounts.interests.models import Interest
from lab_app.accounts.interests.separation import Met, Watch, offer
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.results.models import JobLine, LineReview, Reading, TestJob
from lab_app.samples.models import Customer, TestRequest

LOOKED_BACK = timedelta(days=365)


def measured_and_reviewed() -> Any:
    """Reviews by somebody who recorded a reading of the line: gate *reviewer-is-another* lets none come about."""
    own = select(Reading.id).where(Reading.line_id == LineReview.line_id, Reading.person_id == LineReview.reviewer_id)
    return (
        select(LineReview.id, LineReview.recorded_at.label("at"), Person.full_name, TestJob.code)
        .join(Person, Person.id == LineReview.reviewer_id).join(JobLine, JobLine.id == LineReview.line_id)
        .join(TestJob, TestJob.id == JobLine.job_id)
        .where(LineReview.recorded_at >= clock.now() - LOOKED_BACK, own.exists())
    )


def measured_with_an_interest() -> Any:
    """Readings of a customer's item by somebody who had an interest in that customer on the day, as known now: an interest that was
    declared only afterwards is found here, and those results are looked at again."""
    since = clock.now() - LOOKED_BACK
    held = []
    for row in db.session.scalars(select(Interest).where(Interest.party_code != "")):
        until = Reading.measured_at < clock.at_local(row.ended_on) if row.ended_on is not None else Reading.measured_at >= since
        held.append(and_(Reading.person_id == row.person_id, Customer.code == row.party_code,
                         Reading.measured_at >= max(since, clock.at_local(row.since)), until))
    return (
        select(Reading.id, Reading.measured_at.label("at"), Person.full_name, TestJob.code)
        .join(JobLine, JobLine.id == Reading.line_id).join(TestJob, TestJob.id == JobLine.job_id)
        .join(TestRequest, TestRequest.id == TestJob.request_id).join(Customer, Customer.id == TestRequest.customer_id)
        .join(Person, Person.id == Reading.person_id).where(or_(false(), *held))
    )


def _counted(found: Callable[[], Any]) -> Select[Any]:
    return select(func.count()).select_from(found().subquery())


def _rows(found: Callable[[], Any], what: Any, limit: int) -> Sequence[Met]:
    rows = found().subquery()
    newest = db.session.execute(select(rows).order_by(rows.c.at.desc(), rows.c.id.desc()).limit(limit))
    return [Met(row.at, row.full_name, what, row.code, "results.bench", {"code": row.code}) for row in newest]


def register() -> None:
    """Name what the report of segregation asks this room."""
    for key, title, clause, found, what in (
        ("measured-and-reviewed", _l("Soát xét kết quả do chính mình đo"), "7.8.1.1", measured_and_reviewed, _l("đo và soát xét")),
        ("measured-with-interest", _l("Đo mẫu của khách hàng mình có lợi ích, theo điều biết hôm nay"), "4.1.4", measured_with_an_interest,
         _l("có lợi ích với khách hàng")),
    ):
        offer(Watch(key, title, clause, partial(_counted, found), partial(_rows, found, what)))
