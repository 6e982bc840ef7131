"""Questions about worksheets: a constant number of statements, however many rows one has."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from instruments.models import Instrument
from lab_app.accounts.models import Person
from lab_app.core.asked import answered
from lab_app.core.db import db
from lab_app.quality.models import EnvironmentRecord
from lab_app.quality.queries import environment_covering
from lab_app.results.models import JobLine, Reading, TestJob, Worksheet, WorksheetLine
from lab_app.results.queries.deviations import deviations_of, standing_deviations
from lab_app.results.queries.held import held_together
from lab_app.results.validity.models import Comparison, ControlChart, ControlValue
from lab_app.samples.models import Sample, TestRequest
from lab_app.samples.queries import accepted_review, accepted_reviews, firmware_at, firmwares_at
from test_methods.models import Method, MethodParameter, MethodVersion

#: So many rows a worksheet takes at most.
MOST_ROWS = 500


def worksheet_by_code(code: str) -> Worksheet | None:
    """The worksheet of this code with its method version and who made it."""
    return db.session.scalar(
        select(Worksheet).where(Worksheet.code == code).options(joinedload(Worksheet.person).lazyload(Person.roles)))


def worksheets() -> Select[Any]:
    """All worksheets with what a row of the list shows."""
    return select(Worksheet).options(joinedload(Worksheet.person).lazyload(Person.roles))


def counts_of(worksheet_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Worksheet id → (rows done, all rows); one statement for a whole list."""
    undone = (WorksheetLine.kind == "line") & (JobLine.status == "planned") | (
        (WorksheetLine.kind != "line") & WorksheetLine.value_id.is_(None) & WorksheetLine.comparison_id.is_(None))
    rows = db.session.execute(
        select(WorksheetLine.worksheet_id, func.count().filter(~undone), func.count())
        .outerjoin(JobLine, JobLine.id == WorksheetLine.line_id)
        .where(WorksheetLine.worksheet_id.in_(worksheet_ids), WorksheetLine.removed_at.is_(None))
        .group_by(WorksheetLine.worksheet_id))
    return {ident: (done, every) for ident, done, every in rows}


@dataclass
class SheetRows:
    """The rows of a worksheet with everything they stand on in memory."""

    rows: list[WorksheetLine]
    parameters: dict[int, MethodParameter]
    kept: list[Any]

    @property
    def lines(self) -> list[JobLine]:
        """The lines of jobs among the rows, duplicates left out."""
        return [row.line for row in self.rows if row.kind == "line" and row.line is not None]


def rows_of(sheet: Worksheet) -> SheetRows:
    """A worksheet's rows in order, their lines with job, item, request, parameter and readings: seven statements for any number."""
    rows = list(db.session.scalars(
        select(WorksheetLine).where(WorksheetLine.worksheet_id == sheet.id, WorksheetLine.removed_at.is_(None))
        .order_by(WorksheetLine.position, WorksheetLine.id)))
    lines, kept, parameters = load_lines({row.line_id for row in rows if row.line_id is not None}, [sheet.method_version_id])
    for row in rows:
        if row.line_id is not None:
            set_committed_value(row, "line", lines.get(row.line_id))
    _load_controls(rows)
    return SheetRows(rows, parameters, kept)


def load_lines(
    line_ids: Iterable[int], version_ids: Iterable[int]
) -> tuple[dict[int, JobLine], list[Any], dict[int, MethodParameter]]:
    """Lines by id with job, item, request, parameter and readings in memory, each read by one statement of its own: rows that two
    hundred lines share are read once, not two hundred times. The middle part keeps them alive."""
    wanted = list(line_ids)
    versions = {ident: db.session.get(MethodVersion, ident) for ident in version_ids}  # as a rule in memory already
    parameters = {p.id: p for p in db.session.scalars(
        select(MethodParameter).where(MethodParameter.method_version_id.in_(list(versions))))}
    lines = {line.id: line for line in db.session.scalars(
        select(JobLine).where(JobLine.id.in_(wanted)).options(lazyload(JobLine.parameter)))}
    jobs = {job.id: job for job in db.session.scalars(
        select(TestJob).where(TestJob.id.in_({line.job_id for line in lines.values()}))
        .options(lazyload(TestJob.sample), lazyload(TestJob.method_version)))}
    samples = {s.id: s for s in db.session.scalars(select(Sample).where(Sample.id.in_({j.sample_id for j in jobs.values()})))}
    requests = {r.id: r for r in db.session.scalars(
        select(TestRequest).where(TestRequest.id.in_({j.request_id for j in jobs.values()})).options(lazyload(TestRequest.customer)))}
    readings: dict[int, list[Reading]] = {}
    for reading in db.session.scalars(
        select(Reading).where(Reading.line_id.in_(wanted)).order_by(Reading.line_id, Reading.revision)
    ):
        readings.setdefault(reading.line_id, []).append(reading)
    for line in lines.values():
        set_committed_value(line, "job", jobs[line.job_id])
        set_committed_value(line, "readings", readings.get(line.id, []))
        if line.parameter_id in parameters:
            set_committed_value(line, "parameter", parameters[line.parameter_id])
    for job in jobs.values():
        set_committed_value(job, "sample", samples[job.sample_id])
        if versions.get(job.method_version_id) is not None:
            set_committed_value(job, "method_version", versions[job.method_version_id])
    for sample in samples.values():
        set_committed_value(sample, "request", requests[sample.request_id])
    return lines, [versions, jobs, samples, requests], parameters


def _load_controls(rows: Sequence[WorksheetLine]) -> None:
    """Charts with their values, and comparisons, of the control rows; no statement where there are none."""
    wanted: tuple[tuple[str, str, type[Any]], ...] = (
        ("chart_id", "chart", ControlChart), ("value_id", "value", ControlValue), ("comparison_id", "comparison", Comparison))
    for column, name, model in wanted:
        ids = {getattr(row, column) for row in rows} - {None}
        found = {x.id: x for x in db.session.scalars(select(model).where(model.id.in_(ids)))} if ids else {}
        for row in rows if found else ():
            set_committed_value(row, name, found.get(getattr(row, column)))


@dataclass(frozen=True)
class Wanted:
    """What lines a worksheet is to hold: of a method version, perhaps of one parameter, due up to a day, of one person."""

    version_id: int
    parameter_id: int | None = None
    due_until: date | None = None
    assignee_id: int | None = None
    unassigned: bool = False


def open_lines(wanted: Wanted, limit: int = MOST_ROWS) -> list[JobLine]:
    """Lines without a record that stand on no open worksheet, soonest due first."""
    busy = select(WorksheetLine.line_id).join(Worksheet, Worksheet.id == WorksheetLine.worksheet_id).where(
        WorksheetLine.line_id == JobLine.id, WorksheetLine.kind == "line", WorksheetLine.removed_at.is_(None), Worksheet.status == "open")
    query = (
        select(JobLine).join(TestJob, TestJob.id == JobLine.job_id)
        .where(TestJob.method_version_id == wanted.version_id, TestJob.status.in_(("planned", "in_progress", "returned")),
               JobLine.status == "planned", ~busy.exists())
    )
    if wanted.parameter_id is not None:
        query = query.where(JobLine.parameter_id == wanted.parameter_id)
    if wanted.due_until is not None:
        query = query.where(TestJob.due_key <= wanted.due_until)
    if wanted.unassigned:
        query = query.where(TestJob.assignee_id.is_(None))
    elif wanted.assignee_id is not None:
        query = query.where(TestJob.assignee_id == wanted.assignee_id)
    found = list(db.session.scalars(
        query.order_by(TestJob.due_key, TestJob.id, JobLine.position, JobLine.id).limit(limit).options(lazyload(JobLine.parameter))))
    lines, kept, parameters = load_lines([line.id for line in found], [wanted.version_id])
    for line in found:
        set_committed_value(line, "parameter", parameters.get(line.parameter_id) or line.parameter)
    return found


def versions_with_open_lines() -> list[tuple[MethodVersion, int]]:
    """Method versions that have lines without a record, with how many; by method code."""
    counted = (
        select(TestJob.method_version_id.label("version"), func.count().label("n")).join(JobLine, JobLine.job_id == TestJob.id)
        .where(TestJob.status.in_(("planned", "in_progress", "returned")), JobLine.status == "planned")
        .group_by(TestJob.method_version_id).subquery())
    rows = db.session.execute(
        select(MethodVersion, counted.c.n).join(counted, counted.c.version == MethodVersion.id)
        .join(Method, Method.id == MethodVersion.method_id).order_by(Method.code, MethodVersion.number))
    return [(version, n) for version, n in rows]


def taken_lines(line_ids: Iterable[int]) -> dict[int, str]:
    """Line id → the open worksheet it stands on already; one statement."""
    rows = db.session.execute(
        select(WorksheetLine.line_id, Worksheet.code).join(Worksheet, Worksheet.id == WorksheetLine.worksheet_id)
        .where(WorksheetLine.line_id.in_(list(line_ids)), WorksheetLine.kind == "line", WorksheetLine.removed_at.is_(None),
               Worksheet.status == "open"))
    return {line_id: code for line_id, code in rows if line_id is not None}


def charts_for(method_id: int, parameter_codes: Iterable[str]) -> list[ControlChart]:
    """Active control charts of these parameters, by code."""
    return list(db.session.scalars(
        select(ControlChart).where(ControlChart.method_id == method_id, ControlChart.parameter_code.in_(list(parameter_codes)),
                                   ControlChart.status == "active").order_by(ControlChart.code)))


def room_air(site_id: int, instruments: Sequence[Instrument], at: datetime) -> EnvironmentRecord | None:
    """The newest record that speaks for a moment, of the room of the instruments chosen; without one, of any room of the site."""
    covering = [row for row in environment_covering(None, at) if row.from_at <= at]
    rooms = {i.room_id for i in instruments if i.room_id is not None}
    own = [row for row in covering if row.room_id in rooms]
    return next(iter(own or ([] if rooms else [row for row in covering if row.room.site_id == site_id])), None)


def known_together(lines: Sequence[JobLine], at: datetime) -> None:
    """Put down what the gates ask of every request and item, read at once, for the batch that judges these lines."""
    requests = {line.job.request_id for line in lines}
    for request_id, review in accepted_reviews(requests, at).items():
        answered(accepted_review, (request_id, at), review)
    jobs = {line.job_id for line in lines}
    deviations = deviations_of(jobs)
    for job_id in jobs:
        answered(standing_deviations, (job_id,), deviations.get(job_id, []))
    samples = {line.job.sample_id: line.job.sample for line in lines}
    for sample_id, firmware in firmwares_at(samples.values(), at).items():
        answered(firmware_at, (samples[sample_id], at), firmware)
    held_together({line.job_id: line.job for line in lines}.values())
