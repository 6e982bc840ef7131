"""What waits for a person, across all rooms: a constant number of statements, whatever the size of the laboratory."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, load_only

from certificates import workflow as report_states
from certificates.delivery.workflow import WAITING
from certificates.models import Delivery, Report
from certificates.queries import deliveries
from instruments.models import DueEntry, Instrument
from lab_app.accounts.models import Authorisation, Person
from lab_app.accounts.queries import authorisations_of
from lab_app.core import clock, notices
from lab_app.core.db import db
from lab_app.core.i18n import show_date
from lab_app.core.inbox import Ask, of
from lab_app.core.permissions import P
from lab_app.core.search import Found
from lab_app.home import asked
from lab_app.metrology.periods import add_working_days
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.samples.models import DeviationAnswer, RequestItem, Sample, TestRequest
from test_methods.models import Method, MethodVersion, Regulation

SHOWN = 12


@dataclass(frozen=True)
class Work:
    """One thing to do: what, where (endpoint and its arguments, or the address itself), until when."""

    code: str
    title: str
    note: str
    place: tuple[str, dict[str, str]]
    due: date | None
    button: str
    link: str = ""


#: A thing that waits, by its day; its words are made only when it is shown.
Waiting = tuple[date | None, Callable[[], Work]]


@dataclass
class MyWork:
    """The home page of one person: late, soon, waiting, with their true counts."""

    late: list[Work] = field(default_factory=list)
    soon: list[Work] = field(default_factory=list)
    waiting: list[Work] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    authorisations: list[Authorisation] = field(default_factory=list)
    environment: list[EnvironmentRecord] = field(default_factory=list)
    due_instruments: list[tuple[Instrument, date]] = field(default_factory=list)


def _job_work(job: TestJob, recorded: dict[int, tuple[int, int]]) -> Work:
    done, total = recorded.get(job.id, (0, 0))
    title = gettext("%(method)s · %(item)s %(model)s", method=job.method_version.method.regulation.code,
                    item=job.sample.item.name, model=job.sample.item.model)
    progress = gettext("%(sample)s · %(done)s trên %(total)s chỉ tiêu đã ghi",
                       sample=job.sample.code, done=done, total=total)
    if job.status == "returned":
        progress = gettext("%(sample)s · người soát xét trả lại", sample=job.sample.code)
    if job.status == "returned":
        button = gettext("Mở và sửa")
    else:
        button = gettext("Tiếp tục đo") if done else gettext("Bắt đầu")
    return Work(job.code, title, progress, ("results.bench", {"code": job.code}), job.due_on, button)


#: A job as a line of work shows it: names and codes, none of what is kept beside them.
_JOB = (
    load_only(TestJob.code, TestJob.status, TestJob.due_on, TestJob.assignee_id),
    joinedload(TestJob.sample).load_only(Sample.code).joinedload(Sample.item).load_only(RequestItem.name, RequestItem.model),
    joinedload(TestJob.method_version).load_only(MethodVersion.number).joinedload(MethodVersion.method).load_only(Method.code)
    .joinedload(Method.regulation).load_only(Regulation.code),
)


def _jobs(person: Person) -> list[Waiting]:
    if not person.can(P.RESULT_WRITE):
        return []
    jobs = list(
        db.session.scalars(
            select(TestJob)
            .where(TestJob.assignee_id == person.id, TestJob.status.in_(("planned", "in_progress", "returned")))
            .options(*_JOB)
            .order_by(TestJob.due_key, TestJob.id)
            .limit(60)
        )
    )
    progress = _progress(jobs)
    return [(job.due_on, partial(_job_work, job, progress)) for job in jobs]


def _progress(jobs: list[TestJob]) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        select(JobLine.job_id, JobLine.status, func.count())
        .where(JobLine.job_id.in_([j.id for j in jobs]), JobLine.status != "cancelled")
        .group_by(JobLine.job_id, JobLine.status)
    )
    out: dict[int, tuple[int, int]] = {}
    for job_id, status, n in rows:
        done, total = out.get(job_id, (0, 0))
        out[job_id] = (done + (0 if status == "planned" else n), total + n)
    return out


def _review_work(job: TestJob) -> Work:
    return Work(
        job.code,
        gettext("Soát xét %(method)s · %(item)s", method=job.method_version.method.regulation.code, item=job.sample.item.name),
        gettext("mẫu %(sample)s · đã nộp, chờ người khác soát xét", sample=job.sample.code),
        ("results.review", {"code": job.code}), job.due_on, gettext("Soát xét"),
    )


def _reviews(person: Person) -> list[Waiting]:
    if not person.can(P.RESULT_REVIEW):
        return []
    jobs = db.session.scalars(
        select(TestJob).where(TestJob.status == "submitted").options(*_JOB).order_by(TestJob.due_key, TestJob.id).limit(40)
    )
    return [(job.due_on, partial(_review_work, job)) for job in jobs if job.assignee_id != person.id]


def _request_work(row: TestRequest) -> Work:
    review = row.status == "in_review"
    return Work(
        row.number,
        gettext("Xem xét yêu cầu của %(customer)s", customer=row.customer.name) if review
        else gettext("Hoàn tất yêu cầu của %(customer)s", customer=row.customer.name),
        gettext("yêu cầu ngày %(day)s", day=show_date(row.requested_on)),
        ("samples.review_page", {"number": row.number}) if review else ("samples.request_page", {"number": row.number}),
        row.due_on, gettext("Xem xét") if review else gettext("Mở"),
    )


def _requests(person: Person) -> list[Waiting]:
    wanted = []
    if person.can(P.REQUEST_REVIEW):
        wanted += ["in_review"]
    if person.can(P.REQUEST_REGISTER):
        wanted += ["draft"]
    if not wanted:
        return []
    rows = db.session.scalars(
        select(TestRequest).where(TestRequest.status.in_(wanted)).order_by(TestRequest.id).limit(40)
    )
    return [(row.due_on, partial(_request_work, row)) for row in rows]


def _expected_work(row: TestRequest) -> Work:
    return Work(row.number, gettext("Chờ mẫu của %(customer)s", customer=row.customer.name), gettext("yêu cầu đã được chấp nhận"),
                ("samples.receive", {"number": row.number}), row.due_on, gettext("Nhận mẫu"))


def _deviating_work(sample: Sample) -> Work:
    return Work(sample.code, gettext("Hỏi khách hàng về sai lệch của mẫu %(item)s", item=sample.item.name), sample.deviation[:160],
                ("samples.sample_page", {"code": sample.code}), None, gettext("Ghi trả lời"))


#: Accepted and not yet reported: the few that are open, whatever the number of those that are done.
_OPEN = (TestRequest.status == "accepted", TestRequest.reported_on.is_(None))


def _reception(person: Person) -> list[Waiting]:
    if not person.can(P.SAMPLE_RECEIVE):
        return []
    expected = db.session.scalars(
        select(TestRequest)
        .where(*_OPEN, ~select(Sample.id).where(Sample.request_id == TestRequest.id).exists())
        .order_by(TestRequest.id)
        .limit(20)
    )
    deviating = db.session.scalars(
        select(Sample)
        .where(Sample.deviation != "", Sample.status.in_(("received", "stored")),
               ~select(DeviationAnswer.id).where(DeviationAnswer.sample_id == Sample.id).exists())
        .order_by(Sample.id)
        .limit(20)
    )
    return [
        *((row.due_on, partial(_expected_work, row)) for row in expected),
        *((None, partial(_deviating_work, sample)) for sample in deviating),
    ]


def _report_work(row: TestRequest) -> Work:
    return Work(row.number, gettext("Ký và phát hành phiếu cho %(customer)s", customer=row.customer.name),
                gettext("mọi kết quả đã được soát xét"), ("certificates.prepare", {"number": row.number}), row.due_on, gettext("Mở"))


def _reports(person: Person) -> list[Waiting]:
    if not person.can(P.REPORT_ISSUE):
        return []
    open_job = select(TestJob.id).where(
        TestJob.request_id == TestRequest.id, TestJob.status.not_in(("reviewed", "cancelled"))
    )
    any_job = select(TestJob.id).where(TestJob.request_id == TestRequest.id)
    has_report = select(Report.id).where(Report.request_id == TestRequest.id, Report.status.not_in(("void",)))
    rows = db.session.scalars(
        select(TestRequest)
        .where(*_OPEN, any_job.exists(), ~open_job.exists(), ~has_report.exists())
        .order_by(TestRequest.due_on, TestRequest.id)
        .limit(40)
    )
    return [(row.due_on, partial(_report_work, row)) for row in rows]


def _undelivered_work(row: Report) -> Work:
    return Work(row.number, gettext("Giao phiếu cho %(customer)s", customer=row.request.customer.name),
                gettext("ban hành %(day)s", day=show_date(row.issued_on)), ("certificates.deliver", {"code": row.code}), None,
                gettext("Giao"))


def _untold_work(row: Delivery) -> Work:
    state = str(report_states.REPORT.state(row.change.to_status).word) if row.change else ""
    return Work(row.report.number, gettext("Báo cho %(customer)s: %(state)s", customer=row.report.request.customer.name, state=state),
                gettext("đổi tình trạng %(day)s", day=show_date(row.recorded_at)), ("certificates.deliver_by_hand", {"id": str(row.id)}),
                None, gettext("Báo"))


def _deliveries(person: Person) -> list[Waiting]:
    """Papers that the customer does not have, and changes of status that the customer was not told of."""
    if not person.can(P.REPORT_DELIVER):
        return []
    papers = db.session.scalars(deliveries.undelivered().order_by(Report.issued_on, Report.id).limit(20))
    changes = db.session.scalars(deliveries.untold().where(Delivery.status == WAITING).order_by(Delivery.id).limit(20))
    return [*((None, partial(_untold_work, row)) for row in changes), *((None, partial(_undelivered_work, row)) for row in papers)]


def _ask_work(row: Ask) -> Work:
    return Work(row.code or "–", notices.says(row.message, row.values), "", ("home.inbox", {}), row.due_on, gettext(row.button), row.link)


def _asks(person: Person) -> list[Waiting]:
    """What services asked of this person, by name or by role; the list behind it shows all of them."""
    rows = db.session.scalars(of(person.id, asked.granted(person)).limit(60))
    return [(row.due_on, partial(_ask_work, row)) for row in rows]


def _instruments(person: Person, soon: date) -> list[tuple[Instrument, date]]:
    if not person.can(P.INSTRUMENT_READ):
        return []
    rows = db.session.execute(
        select(Instrument, DueEntry.due_on).join(DueEntry, DueEntry.instrument_id == Instrument.id)
        .where(DueEntry.kind == "calibration", DueEntry.due_on <= soon, Instrument.state.not_in(("registered", "retired")))
        .order_by(DueEntry.due_on, DueEntry.id).limit(6)
    )
    return [(instrument, due) for instrument, due in rows]


def my_work(person: Person) -> MyWork:
    """Everything that waits for this person, sorted into late, due within two working days, and the rest."""
    today = clock.today()
    soon = add_working_days(today, 2)
    sorted_in: dict[str, list[Callable[[], Work]]] = {"late": [], "soon": [], "waiting": []}
    for day, make in (*_asks(person), *_jobs(person), *_reviews(person), *_requests(person), *_reception(person), *_reports(person),
                      *_deliveries(person)):
        sorted_in["waiting" if day is None or day > soon else "late" if day < today else "soon"].append(make)
    found = MyWork(counts={name: len(these) for name, these in sorted_in.items()})
    found.late, found.soon, found.waiting = ([make() for make in these[:SHOWN]] for these in sorted_in.values())
    found.authorisations = [
        a for a in authorisations_of(person.id) if a.valid_from <= today <= a.valid_to and not a.withdrawn_from
    ]
    if person.can(P.RESULT_WRITE):
        found.environment = list(db.session.scalars(
            select(EnvironmentRecord).where(EnvironmentRecord.from_at >= clock.at_local(today))
            .order_by(EnvironmentRecord.from_at.desc()).limit(3)
        ))
    found.due_instruments = _instruments(person, today + timedelta(days=30))
    return found


def recorded_this_week(person_id: int) -> Any:
    """SQL: how many readings a person recorded since Monday; asked with the page's frame."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    return (
        select(func.count()).select_from(Reading)
        .where(Reading.person_id == person_id, Reading.recorded_at >= clock.at_local(monday)).scalar_subquery()
    )


def only_open_job(found: Found, person: Any) -> TestJob | None:
    """The one job on a scanned item that waits for this technician; none when there is no such job or several."""
    if found.kind != "sample" or not person.can(P.RESULT_WRITE):
        return None
    jobs = list(db.session.scalars(
        select(TestJob).where(
            TestJob.sample_id == found.subject_id, TestJob.assignee_id == person.id,
            TestJob.status.in_(("planned", "in_progress", "returned")),
        ).limit(2)
    ))
    return jobs[0] if len(jobs) == 1 else None
