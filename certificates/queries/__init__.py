"""Reads: the register's list, one report with its versions, what a paper would be made of, and the public answer.

The public answer is one Core statement by an indexed column: no objects, no identity map, the same cost for a paper that
exists and for one that does not.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload, undefer
from sqlalchemy.orm.attributes import set_committed_value

from certificates import workflow
from certificates.directory import CODE_ONLY
from certificates.models import (
    Exhibit,
    LogLeaf,
    Opinion,
    PaperSetup,
    Report,
    ReportFile,
    ReportLine,
    SigningCertificate,
    StatusChange,
)
from certificates.papers import CALIBRATION
from certificates.queries.setups import laboratory_with_setup, opinions_of, printed
from certificates.records import Held, Records, held_columns, records_of
from lab_app.accounts.models import Authorisation, Laboratory
from lab_app.accounts.queries import FACT_COLUMNS, authorisation
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.files import IMAGES, Attachment, StoredFile
from lab_app.quality.glass import queries as glass
from lab_app.quality.glass.models import BrokenGate
from lab_app.results.models import (
    JobLine,
    LineReview,
    OverrideAnswer,
    Reading,
    ReadingInstrument,
    TestJob,
    VerdictOverride,
)
from lab_app.results.queries.overrides import StandingOverride, standing_overrides
from lab_app.samples.models import (
    AgreedRule,
    ContractReview,
    DeviationAnswer,
    FirmwareChange,
    RequestItem,
    Sample,
    TestRequest,
)
from lab_app.samples.queries import accepted_review, item_file
from test_methods.models import DecisionRule, MethodParameter, MethodVersion, Requirement, ScopeEntry

# ---- the register ----------------------------------------------------------------------------------------


def reports() -> Select[Any]:
    """All reports, with what the list shows of them."""
    return select(Report).options(
        joinedload(Report.request).joinedload(TestRequest.customer), joinedload(Report.signatory)
    )


def report_by_code(code: str, whole: bool = False) -> Report | None:
    """The report with this public code; `whole` loads its snapshot too."""
    query = select(Report).where(Report.code == code).options(
        joinedload(Report.request).joinedload(TestRequest.customer), joinedload(Report.signatory), joinedload(Report.replaces),
        selectinload(Report.changes).joinedload(StatusChange.person),
    )
    if whole:
        query = query.options(undefer(Report.snapshot))
    return db.session.scalar(query)


def report_of(report_id: int) -> Report | None:
    """The report with its snapshot, for the steps of an issue."""
    return db.session.scalar(select(Report).where(Report.id == report_id).options(undefer(Report.snapshot)))


def versions(base_number: str) -> list[Report]:
    """All versions of one paper, the first one first."""
    return list(
        db.session.scalars(select(Report).where(Report.base_number == base_number).order_by(Report.sequence, Report.id))
    )


def reports_of(request_id: int) -> list[Report]:
    """Reports of one request, newest first."""
    return list(
        db.session.scalars(
            select(Report).where(Report.request_id == request_id).options(joinedload(Report.signatory)).order_by(Report.id.desc())
        )
    )


def stored_file(sha256: str | None) -> StoredFile | None:
    """The row of a report's file."""
    return db.session.get(StoredFile, sha256) if sha256 else None


def lines_on(report_id: int) -> list[tuple[ReportLine, JobLine, TestJob]]:
    """The lines of a report with their job line and job, in printed order."""
    return [(line, job_line, job) for line, job_line, job in db.session.execute(_lines_on(report_id))]


def _lines_on(report_id: int) -> Select[Any]:
    query: Any = (
        select(ReportLine, JobLine, TestJob)
        .join(JobLine, JobLine.id == ReportLine.job_line_id)
        .join(TestJob, TestJob.id == JobLine.job_id)
        .where(ReportLine.report_id == report_id)
        .order_by(ReportLine.position)
    )
    lines: Select[Any] = query
    return lines


def lines_shown(report: Report) -> tuple[list[tuple[ReportLine, JobLine, TestJob]], set[int]]:
    """The lines of a report as `lines_on` gives them, and the readings among them with an answer to an override that came after the
    paper's snapshot; one statement."""
    later = (
        select(VerdictOverride.id).join(VerdictOverride.answer)
        .where(VerdictOverride.reading_id == ReportLine.reading_id, OverrideAnswer.recorded_at > report.recorded_at))
    rows = db.session.execute(_lines_on(report.id).add_columns(exists(later))).all()
    return [(line, job_line, job) for line, job_line, job, _late in rows], {line.reading_id for line, _own, _job, late in rows if late}


def reports_resting_on(reading_ids: Iterable[int]) -> list[Report]:
    """Papers on which these readings stand; for recalls."""
    return list(
        db.session.scalars(
            select(Report)
            .join(ReportLine, ReportLine.report_id == Report.id)
            .where(ReportLine.reading_id.in_(list(reading_ids)))
            .distinct()
            .order_by(Report.id)
        )
    )


def overridden_since(report: Report, readings: Iterable[int]) -> list[StandingOverride]:
    """Of these readings (of `lines_shown`) the confirmed verdicts that came after the paper's snapshot and that it therefore does not
    print (7.8.8); one statement, none without readings."""
    return [found for found in standing_overrides(readings).values() if found.confirmed_at > report.recorded_at]


def broken_on(report_id: int) -> list[BrokenGate]:
    """Gates that were broken in an emergency for a result that stands on the paper (7.10); one statement."""
    on = select(ReportLine.reading_id).where(ReportLine.report_id == report_id)
    return list(db.session.scalars(glass.broken_gates().where(BrokenGate.id.in_(glass.concerned_by(on))).order_by(BrokenGate.id)))


def reports_concerned(broken: BrokenGate) -> list[Report]:
    """Papers that print a result recorded past a gate."""
    return reports_resting_on(one.subject_id for one in broken.subjects if one.kind == "reading" and one.concerned)


# ---- what a paper is made of -------------------------------------------------------------------------------


@dataclass
class Material:
    """Every row a paper is made of, read in a constant number of statements.

    `setup`: how papers of the kind are set on the day they are made. `opinions`: those the paper prints. `simplified`: whether the
    paper is to be a simplified one.
    """

    laboratory: Laboratory | None
    request: TestRequest
    review: ContractReview | None
    rules: list[AgreedRule]
    lines: list[JobLine]
    samples: list[Sample]
    firmware: dict[int, list[FirmwareChange]]
    rule_rows: dict[str, DecisionRule]
    scope: list[ScopeEntry]
    photos: dict[tuple[str, int], list[Attachment]]
    subcontracted: dict[tuple[int, int], str] = field(default_factory=dict)
    records: Records = field(default_factory=Records)
    setup: PaperSetup | None = None
    opinions: list[Opinion] = field(default_factory=list)
    simplified: bool = False

    @property
    def methods(self) -> list[str]:
        """Codes of the methods on the paper, in printed order."""
        return list(dict.fromkeys(line.job.method_version.method.code for line in self.lines))


def _lines(request_id: int) -> tuple[list[JobLine], Held]:
    """The lines of a request with all that is printed of them, and which further records there are about any of them."""
    query = (
        select(JobLine, *held_columns())
        .join(TestJob, TestJob.id == JobLine.job_id)
        .where(TestJob.request_id == request_id, JobLine.status != "cancelled", TestJob.status != "cancelled")
        .options(
            joinedload(JobLine.job).joinedload(TestJob.site),
            joinedload(JobLine.job).joinedload(TestJob.method_version).joinedload(MethodVersion.method),
            joinedload(JobLine.parameter).joinedload(MethodParameter.requirement).joinedload(Requirement.regulation),
            # One reading and one review a line are the rule, so both join the lines' own statement.
            joinedload(JobLine.readings).options(
                joinedload(Reading.person), joinedload(Reading.environment),
                selectinload(Reading.instruments).options(
                    joinedload(ReadingInstrument.instrument), joinedload(ReadingInstrument.calibration)
                ),
            ),
            joinedload(JobLine.reviews).joinedload(LineReview.reviewer),
        )
    )
    found = list(db.session.execute(query).unique())
    rows = [row[0] for row in found]
    rows.sort(key=lambda line: (line.job.id, line.position, line.id))
    return rows, Held(*(any(row[n] for row in found) for n in range(1, 1 + len(held_columns()))))


def approved(line: JobLine) -> LineReview | None:
    """The review that approved the line's present reading; `None` while nobody did or when it was sent back since."""
    if not line.reviews or line.reading is None:
        return None
    last = line.reviews[-1]
    if last.reading_id != line.reading.id or last.decision != "approved":
        return None
    return last if line.status == "reviewed" else None


def _chosen(lines: Sequence[JobLine], kind: str) -> list[JobLine]:
    """Lines a paper of this kind carries: all for a final one; those of finished jobs for a partial one; the approved ones
    for a preliminary one."""
    if kind == workflow.FINAL:
        return list(lines)
    ready = [line for line in lines if approved(line) is not None]
    if kind == workflow.PRELIMINARY:
        return ready
    unfinished = {line.job_id for line in lines} & {line.job_id for line in lines if approved(line) is None}
    return [line for line in ready if line.job_id not in unfinished]


def _load_answers(samples: list[Sample]) -> None:
    """The customers' answers about items that deviate; the others have none to read."""
    found: dict[int, list[DeviationAnswer]] = {sample.id: [] for sample in samples}
    deviating = [sample.id for sample in samples if sample.deviation]
    if deviating:
        for answer in db.session.scalars(
            select(DeviationAnswer).where(DeviationAnswer.sample_id.in_(deviating)).order_by(DeviationAnswer.id)
        ):
            found[answer.sample_id].append(answer)
    for sample in samples:
        set_committed_value(sample, "answers", found[sample.id])


def material(request: TestRequest, kind: str, simplified: bool = False) -> Material:
    """Read everything a paper of this request and kind is made of, by the setting of papers that holds today.

    `simplified`: of a report; a calibration certificate leaves nothing out (7.8.4), so that none is marked as if it did.
    """
    every, held = _lines(request.id)
    lines = _chosen(every, kind)
    review = accepted_review(request.id, with_rules=True)
    rules = list(review.rules) if review else []
    laboratory, setup = laboratory_with_setup(request.kind, clock.today())
    samples = sorted({line.job.sample for line in lines}, key=lambda sample: sample.id)
    sample_ids = [sample.id for sample in samples]
    _load_answers(samples)
    firmware: dict[int, list[FirmwareChange]] = {}
    for change in db.session.scalars(
        select(FirmwareChange).where(FirmwareChange.sample_id.in_(sample_ids))
        .order_by(FirmwareChange.changed_at, FirmwareChange.id)
    ) if held.firmware else ():
        firmware.setdefault(change.sample_id, []).append(change)
    for sample in samples:
        set_committed_value(sample, "firmware_changes", firmware.get(sample.id, []))
    photos: dict[tuple[str, int], list[Attachment]] = {}
    for photo in db.session.scalars(
        select(Attachment)
        .where(or_(
            and_(Attachment.subject_kind == "sample", Attachment.subject_id.in_(sample_ids), Attachment.purpose == "photo"),
            and_(Attachment.subject_kind == item_file.SUBJECT, Attachment.purpose == item_file.SETUP,
                 Attachment.subject_id.in_({sample.item_id for sample in samples}))))
        .order_by(Attachment.id)
    ):
        if photo.file.media_type in IMAGES:
            photos.setdefault((photo.subject_kind, photo.subject_id), []).append(photo)
    methods = {line.job.method_version.method.code for line in lines}
    scope = list(db.session.scalars(select(ScopeEntry).where(ScopeEntry.method_code.in_(methods)).order_by(ScopeEntry.id)))
    items = list(db.session.scalars(
        select(RequestItem).where(RequestItem.request_id == request.id).options(joinedload(RequestItem.tests))
        .order_by(RequestItem.id)
    ).unique())
    set_committed_value(request, "items", items)
    outside = {(test.item_id, test.method_id): test.subcontracted for item in items for test in item.tests if test.subcontracted}
    return Material(
        laboratory=laboratory, request=request, review=review, rules=rules, lines=lines, samples=samples, firmware=firmware,
        rule_rows={rule.code: rule for rule in db.session.scalars(select(DecisionRule))}, scope=scope, photos=photos,
        subcontracted=outside, records=records_of(lines, samples, held), setup=setup,
        opinions=printed(opinions_of(request.id), sorted(methods)), simplified=simplified and request.kind != CALIBRATION,
    )


def not_authorised(person_id: int | None, methods: Iterable[str], on: date, known_at: datetime) -> list[str]:
    """Methods that this person may not release on that day, as known at that moment (6.2.6)."""
    wanted = list(dict.fromkeys(methods))
    if person_id is None:
        return wanted
    return [code for code in wanted if authorisation(person_id, "authorise", code, on, known_at) is None]


def ground_of_signing(person_id: int, methods: Iterable[str], on: date, known_at: datetime) -> Authorisation | None:
    """The authorisation a person signs by: the one for the first method of the paper."""
    for code in methods:
        found = authorisation(person_id, "authorise", code, on, known_at)
        if found is not None:
            return found
    return None


def issued_before(rows: Sequence[Report], kind: str, reading_ids: set[int]) -> Report | None:
    """Of a request's reports the standing one that already carries these results: a final one, or one of this kind with the
    same readings. After a final paper nothing preliminary or partial follows."""
    standing = [row for row in rows if row.status in workflow.STANDING]
    for row in standing:
        if row.kind == workflow.FINAL:
            return row
    same = [row for row in standing if row.kind == kind and kind != workflow.FINAL]
    if not same:
        return None
    carried: dict[int, set[int]] = {}
    for report_id, reading_id in db.session.execute(
        select(ReportLine.report_id, ReportLine.reading_id).where(ReportLine.report_id.in_([row.id for row in same]))
    ):
        carried.setdefault(report_id, set()).add(reading_id)
    return next((row for row in same if carried.get(row.id, set()) >= reading_ids), None)


# ---- the public answer -------------------------------------------------------------------------------------

# Put together once: building a statement of this size takes longer than the database needs to answer it.
_report, _change = Report.__table__, StatusChange.__table__
_asked = _report.alias("asked")
_lab = Laboratory.__table__
_present_lab = _lab.c.id == select(func.min(_lab.alias("first_laboratory").c.id)).scalar_subquery()


def _public(report: Any) -> ColumnElement[bool]:
    """Its status may be told. Spelt out: a list would be written into the statement anew at every look-up."""
    return or_(*(report.c.status == status for status in sorted(workflow.PUBLIC_STATES)))


#: Whether documents may be opened beside a version today, asked within the same statement.
_beside = Exhibit.__table__
_shown_beside = exists().where(
    _beside.c.report_id == _report.c.id, _beside.c.public_on <= bindparam("today"), _beside.c.taken_back_on.is_(None))
# Of the paper asked for its newest signed file with the certificate, and every hash that a true file of it may have.
_file, _signer, _every = ReportFile.__table__, SigningCertificate.__table__, ReportFile.__table__.alias("every_file")
_newest_file = _file.c.id == select(func.max(_every.c.id)).where(_every.c.report_id == _asked.c.id).scalar_subquery()
_hashes = select(func.aggregate_strings(_every.c.sha256, " ")).where(_every.c.report_id == _asked.c.id).scalar_subquery()
_VERSIONS: Select[Any] = (
    select(
        _report.c.id, _report.c.number, _report.c.base_number, _report.c.sequence, _report.c.code, _report.c.kind, _report.c.status,
        _report.c.decided_on, _report.c.issued_on, _report.c.valid_from, _report.c.expires_on, _report.c.status_at,
        _report.c.published, _report.c.file_sha256, _report.c.snapshot_hash,
        _report.c.replaces_id, _shown_beside.label("exhibited"), _change.c.to_status, _change.c.public_reason,
        _change.c.recorded_at.label("changed_at"), _file.c.level, _file.c.signed_at, _file.c.stamped_at, _signer.c.subject,
        _signer.c.fingerprint, _signer.c.self_made, _hashes.label("hashes"),
        *FACT_COLUMNS,
    )
    .select_from(
        _asked.join(_report, _report.c.base_number == _asked.c.base_number)
        .outerjoin(_change, _change.c.report_id == _report.c.id).outerjoin(_lab, _present_lab)
        .outerjoin(_file, _newest_file).outerjoin(_signer, _signer.c.id == _file.c.certificate_id)
    )
    .where(
        _asked.c.code == bindparam("code"), _public(_asked), _public(_report),
    )
    .order_by(_report.c.sequence, _report.c.id, _change.c.id)
)
_BY_NUMBER: Select[Any] = select(
    _report.c.number, _report.c.kind, _report.c.status, _report.c.decided_on, _report.c.issued_on, _report.c.valid_from,
    _report.c.expires_on, _report.c.status_at, _report.c.published, *FACT_COLUMNS
).select_from(_report.outerjoin(_lab, _present_lab)).where(_report.c.number == bindparam("number"), _public(_report))


def _publicly(statement: Select[Any], **values: Any) -> Sequence[Row[Any]]:
    """Ask on a plain connection: what was committed, without a session's objects.

    One statement sees one moment by itself: on PostgreSQL it goes without a transaction around it, which is three round trips less in
    number and keeps the statement prepared (the driver forgets what it prepared when a transaction is rolled back).
    """
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        return connection.execute(statement, values).all()


def public_versions(code: str) -> Sequence[Row[Any]]:
    """Every public version of the paper with this code, each joined with its public status changes, oldest first.

    Empty when the code is unknown or its paper was not issued: one answer for both. Every row also carries the laboratory's
    facts for the frame (`accounts.queries.facts_of`).
    """
    return _publicly(_VERSIONS, code=code, today=clock.today())


def newest_leaf(code: str) -> LogLeaf | None:
    """The last leaf of the log about the paper with this code, where the paper is public."""
    return db.session.scalar(
        select(LogLeaf).join(Report, LogLeaf.report_id == Report.id)
        .where(Report.code == code, Report.status.in_(workflow.PUBLIC_STATES)).order_by(LogLeaf.position.desc()).limit(1))


def public_by_number(number: str) -> Any:
    """Status and dates of the paper with this number, and the laboratory's facts; nothing else of it leaves by this door.

    `None` for a number that is unknown and for one whose customer wants it answered to holders of the code alone: one statement
    for either.
    """
    row = next(iter(_publicly(_BY_NUMBER, number=number)), None)
    return None if row is None or CODE_ONLY in row.published else row
