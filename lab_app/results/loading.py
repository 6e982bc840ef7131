"""Loads jobs and lines for the pages of the room: a constant number of statements, however many lines a job has."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from instruments.models import Instrument, InstrumentRange, SystemMember, Trace
from instruments.rules import MeasurementNeed
from lab_app.accounts.models import Person
from lab_app.accounts.queries import authorised_people
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.errors import NotFound
from lab_app.core.files import Attachment
from lab_app.core.i18n import pick
from lab_app.core.permissions import P
from lab_app.results.models import JobLine, LineReview, Reading, ReadingInstrument, ReadingTrace, TestJob
from lab_app.samples.models import Sample
from lab_app.samples.queries.interests import interested_among


def _job_options() -> list[Any]:
    return [
        joinedload(TestJob.sample).joinedload(Sample.request), joinedload(TestJob.assignee),
        joinedload(TestJob.method_version),
    ]


def job_or_404(code: str) -> TestJob:
    """The job with its item, request, method version and assignee; the 404 page when there is none."""
    changed = joinedload(TestJob.sample).joinedload(Sample.firmware_changes)
    job = db.session.scalars(select(TestJob).where(TestJob.code == code).options(*_job_options(), changed)).unique().one_or_none()
    if job is None:
        raise NotFound(gettext("Không có việc thử mang mã này."))
    return job


def jobs_where(condition: ColumnElement[bool]) -> list[TestJob]:
    """Jobs that meet a condition with what a row shows, oldest first."""
    return list(db.session.scalars(
        select(TestJob).where(condition).options(joinedload(TestJob.assignee)).order_by(TestJob.id).limit(200)))


def progress(jobs: Iterable[TestJob]) -> dict[int, tuple[int, int]]:
    """Job id → (lines with a record, all lines); one statement for a whole list."""
    rows = db.session.execute(
        select(JobLine.job_id, func.count().filter(JobLine.status != "planned"), func.count())
        .where(JobLine.job_id.in_([job.id for job in jobs]), JobLine.status != "cancelled").group_by(JobLine.job_id))
    return {job_id: (done, every) for job_id, done, every in rows}


def line_or_404(ident: int) -> JobLine:
    """One line with its job; the 404 page when there is none."""
    line = db.session.scalar(
        select(JobLine).where(JobLine.id == ident).options(
            joinedload(JobLine.job).options(
                joinedload(TestJob.sample).joinedload(Sample.request), joinedload(TestJob.assignee)))
    )
    if line is None:
        raise NotFound(gettext("Không có chỉ tiêu này."))
    return line


def _reading_options(with_instruments: bool) -> Any:
    if not with_instruments:  # the grid of the bench: one statement for lines and readings
        return joinedload(JobLine.readings)
    return selectinload(JobLine.readings).options(joinedload(Reading.person), joinedload(Reading.environment), _instruments())


def _instruments() -> Any:
    return selectinload(Reading.instruments).options(
        joinedload(ReadingInstrument.instrument), joinedload(ReadingInstrument.calibration),
        joinedload(ReadingInstrument.factor_set))


def lines_of(job: TestJob, *, with_instruments: bool = False, with_reviews: bool = False) -> list[JobLine]:
    """A job's lines with all their readings; instruments and reviews when asked. Retests of the same job are linked."""
    options = [_reading_options(with_instruments)]
    if with_reviews:
        options.append(selectinload(JobLine.reviews).joinedload(LineReview.reviewer))
    lines = list(db.session.scalars(
        select(JobLine).where(JobLine.job_id == job.id).order_by(JobLine.position, JobLine.id).options(*options)).unique())
    link_retests(lines)
    for line in lines:
        set_committed_value(line, "job", job)
    return lines


def next_open_line(line: JobLine) -> JobLine | None:
    """The next line of the job without a record, after this one and else from the top."""
    still_open = list(db.session.scalars(
        select(JobLine).where(JobLine.job_id == line.job_id, JobLine.status == "planned", JobLine.id != line.id)
        .order_by(JobLine.position, JobLine.id)))
    after = [other for other in still_open if (other.position, other.id) > (line.position, line.id)]
    return next(iter(after or still_open), None)


def candidates(need: MeasurementNeed | None, site_id: int) -> list[Instrument]:
    """Instruments of a site that measure a needed quantity, or one that may stand beside it, and measuring systems with a part that
    does; without a need the whole register."""
    query = select(Instrument).where(Instrument.site_id == site_id, Instrument.state != "retired")
    if need is not None:
        quantities = {need.quantity, *(part.quantity for part in need.beside)}
        measuring = select(InstrumentRange.instrument_id).where(InstrumentRange.quantity.in_(quantities))
        holding = select(SystemMember.system_id).where(SystemMember.member_id.in_(measuring))
        query = query.where(Instrument.id.in_(measuring) | Instrument.id.in_(holding))
    return list(db.session.scalars(query.order_by(Instrument.code).limit(120)))


def plainly_open(line: JobLine, on: date) -> bool:
    """Whether nothing on the records already loaded speaks against measuring: then the gates need not be asked one by one.

    It spares the bench's page statements and decides nothing: the service asks every gate when the reading is recorded.
    """
    job = line.job
    sample, version, wants = job.sample, job.method_version, job.sample.request.wants_statement
    return (
        sample.request.status == "accepted" and sample.status not in ("returned", "disposed") and not sample.deviation
        and version.status == "approved" and version.effective_from is not None and version.effective_from <= on
        and (version.effective_to is None or version.effective_to > on)
        and (line.rule is not None or line.parameter.kind == "observation" or not wants) and not version.conditioning_minutes
    )


def superseded(job: TestJob, on: date) -> bool:
    """Whether the job's version has come to its end by a day, by its own record."""
    version = job.method_version
    return version.status != "approved" or (version.effective_to is not None and version.effective_to <= on)


def instruments_by_id(idents: Iterable[int]) -> list[Instrument]:
    """The chosen instruments, in the order of their codes; unknown ones fall out."""
    wanted = list(idents)
    return list(db.session.scalars(select(Instrument).where(Instrument.id.in_(wanted)).order_by(Instrument.code))) if wanted else []


@dataclass(frozen=True)
class Assignable:
    """Somebody who measures. `why` says why the job cannot be given to them; empty when it can."""

    id: int
    name: str
    title: str
    why: str = ""


def assignable(job: TestJob) -> list[Assignable]:
    """People who write results, by given name, with the reason for those without an authorisation for the method today."""
    code, today, now = job.method_version.method.code, clock.today(), clock.now()
    able = {p.id for p in authorised_people("test", code, today, now, job.method_version_id)}
    out = []
    people = [person for person in db.session.scalars(
        select(Person).where(Person.active.is_(True)).options(selectinload(Person.roles)).order_by(Person.sort_name))
        if person.can(P.RESULT_WRITE)]
    interested = interested_among(people, job.sample.request, today, now)
    for person in people:
        why = "" if person.id in able else gettext("chưa được trao quyền thử %(method)s hôm nay (6.2.6)", method=code)
        if not why and person.id in interested:
            why = gettext("có lợi ích đã khai với %(party)s (4.1.4)", party=interested[person.id][0].party)
        out.append(Assignable(person.id, person.full_name, pick(person.title_vi, person.title_en), why))
    return sorted(out, key=lambda p: bool(p.why))


def link_retests(lines: Iterable[JobLine]) -> None:
    """Join lines and their retests in memory: both stand in the same job."""
    rows = {line.id: line for line in lines}
    retests = {line.retest_of_id: line for line in rows.values() if line.retest_of_id}
    for ident, line in rows.items():
        set_committed_value(line, "retested_by", retests.get(ident))
        if line.retest_of_id is None or line.retest_of_id in rows:
            set_committed_value(line, "retest_of", rows.get(line.retest_of_id) if line.retest_of_id else None)


def instruments_of(reading: Reading) -> list[ReadingInstrument]:
    """What one reading was made with, with the calibration and factors that counted; set on the reading too."""
    used = list(db.session.scalars(
        select(ReadingInstrument).where(ReadingInstrument.reading_id == reading.id).order_by(ReadingInstrument.id).options(
            joinedload(ReadingInstrument.instrument), joinedload(ReadingInstrument.calibration),
            joinedload(ReadingInstrument.factor_set))))
    set_committed_value(reading, "instruments", used)
    return used


def line_story(ident: int) -> JobLine:
    """One line with everything that belongs to its story."""
    line = db.session.scalar(
        select(JobLine).where(JobLine.id == ident).options(
            joinedload(JobLine.job).options(*_job_options()), _reading_options(with_instruments=True),
            selectinload(JobLine.reviews).joinedload(LineReview.reviewer),
            joinedload(JobLine.retest_of), joinedload(JobLine.retested_by)))
    if line is None:
        raise NotFound(gettext("Không có chỉ tiêu này."))
    return line


def traces_of(reading: Reading) -> list[ReadingTrace]:
    """The files and captures that values of a reading were taken from, with their instruments; no statement when there is none."""
    if not any("trace" in part for part in reading.raw.values() if isinstance(part, dict)):
        return []
    return list(db.session.scalars(
        select(ReadingTrace).where(ReadingTrace.reading_id == reading.id).order_by(ReadingTrace.id)
        .options(joinedload(ReadingTrace.trace).joinedload(Trace.instrument))))


def table_of(reading: Reading) -> Attachment | None:
    """The table of readings that a value came in, as it is kept with the job; no statement when there is none."""
    hashes = {part.get("sha256") for part in reading.raw.values() if isinstance(part, dict) and "trace" not in part} - {None}
    if not hashes:
        return None
    return db.session.scalar(select(Attachment).where(
        Attachment.subject_kind == "test-job", Attachment.subject_id == reading.line.job_id, Attachment.sha256.in_(hashes)).limit(1))
