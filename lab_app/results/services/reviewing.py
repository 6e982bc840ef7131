"""Submission, technical review by another authorised person, retest (7.8.1.1, 6.2.6, 7.7)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.competence.wording import why_not
from lab_app.accounts.queries import leave as leave_of
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import REVIEWED, TESTED, Confirmation
from lab_app.core import audit, clock, events, gates
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.results.models import JobLine, LineReview, TestJob
from lab_app.results.queries import signing
from lab_app.results.queries.deviations import deviation_facts, open_steps, standing_deviations
from lab_app.results.queries.excursions import doubts_of
from lab_app.results.queries.held import withheld
from lab_app.results.services.planning import refresh_status
from lab_app.results.services.worksheet_states import follow, refresh_worksheets
from lab_app.results.workflow import LINE, ReviewFacts, SubmissionFacts
from lab_app.samples.queries.interests import interests_in

SUBMISSION_GATES = ("job-complete", "steps-answered", "deviation-complete", "not-held", "excursion-assessed")
DECISIONS = {"approved": "approve", "returned": "return"}
RETESTABLE = ("submitted", "returned", "reviewed")


def submission_facts(job: TestJob, lines: Iterable[JobLine]) -> SubmissionFacts:
    """What the gate of submission looks at."""
    lines = list(lines)
    return SubmissionFacts(job.code, sum(1 for line in lines if line.status == "planned"), open_steps(job),
                           deviation_facts(standing_deviations(job.id)),
                           withheld([line for line in lines if line.status in ("recorded", "returned")]),
                           doubts_of([line for line in lines if line.status in ("recorded", "returned")]))


def submit_job(
    actor: Actor, job: TestJob, lines: Sequence[JobLine] | None = None, *, confirmed: Confirmation | None = None
) -> TestJob:
    """Hand recorded lines over to review, signed by who submits: all of the job, or only those named.

    Refuses open lines among them (7.5.1), and without the signature over the results as they are (`signing.submission`).
    """
    authorize(actor, P.RESULT_WRITE)
    chosen = [x for x in (lines if lines is not None else job.lines) if x.status != "cancelled"]
    facts = submission_facts(job, chosen)
    for name in SUBMISSION_GATES:
        gates.require(name, facts)
    moved = [x for x in chosen if x.status in ("recorded", "returned")]
    if not moved:
        raise Refused(gettext("Không có kết quả mới nào để nộp."))
    if any(_unanswered(x) for x in moved):
        raise Refused(gettext("Chỉ tiêu bị trả lại chưa được sửa hay thử lại."))
    signatures.sign(actor, confirmed, meaning=TESTED, subject=("test-job", job.id), shown=signing.submission(job, moved))
    for line in moved:
        LINE.move(line, "submit")
    db.session.flush()
    refresh_status(job)
    refresh_worksheets([line.id for line in moved])
    return job


def _unanswered(line: JobLine) -> bool:
    """Whether a returned line still shows the reading that was returned, and was not tested again either."""
    if line.status != "returned" or line.reading is None or not line.reviews or line.retested_by is not None:
        return False
    return line.reviews[-1].reading_id == line.reading.id


def review_facts(actor: Actor, line: JobLine, decision: str = "") -> ReviewFacts:
    """What the gates of review look at: whoever recorded any revision of the line may not review it."""
    code = line.job.method_version.method.code
    leave = leave_of(actor.id or 0, "review", code, clock.today(), clock.now(), line.job.method_version_id)
    return ReviewFacts(
        reviewer_id=actor.id, reviewer=actor.name, testers={r.person_id: r.person.full_name for r in line.readings},
        method_code=code,
        authorised=leave.row is not None, why_not=why_not(leave),
        job_code=line.job.code, deviations=deviation_facts(standing_deviations(line.job_id)) if decision == "approved" else (),
        holds=withheld([line]) if decision == "approved" else (),
        interests=interests_in(actor, line.job.sample.request, clock.today(), clock.now()),
    )


def review_line(
    actor: Actor, line: JobLine, decision: str, reason: str = "", *, confirmed: Confirmation | None = None
) -> LineReview:
    """Approve a submitted line, signed by the reviewer, or return it with a reason. The review names the reading that was seen.

    Returning asks for no signature: it lets nothing out of the laboratory.
    """
    authorize(actor, P.RESULT_REVIEW)
    _may_decide(actor, line, decision, reason)
    if decision == "approved":
        shown = signing.line_review(line.job, line)
        signatures.sign(actor, confirmed, meaning=REVIEWED, subject=("job-line", line.id), shown=shown)
    return _decide(actor, line, decision, reason)


def _may_decide(actor: Actor, line: JobLine, decision: str, reason: str) -> None:
    if decision not in DECISIONS:
        raise FieldRefused("decision", gettext("Lựa chọn không có trong danh sách."))
    if decision == "returned" and not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do trả lại."))
    facts = review_facts(actor, line, decision)
    for name in ("reviewer-is-another", "reviewer-authorised", "no-declared-interest", "deviation-complete", "not-held"):
        gates.require(name, facts)
    if line.reading is None:
        raise Refused(gettext("Chỉ tiêu này chưa có số đọc."))


def _decide(actor: Actor, line: JobLine, decision: str, reason: str) -> LineReview:
    assert line.reading is not None
    if reason.strip():
        audit.because(reason)
    LINE.move(line, DECISIONS[decision])
    row = LineReview(line_id=line.id, reading_id=line.reading.id, decision=decision, reason=reason.strip(), reviewer_id=actor.id)
    db.session.add(row)
    db.session.flush()
    db.session.expire(line, ["reviews"])
    job = line.job
    before = job.status
    refresh_status(job)
    refresh_worksheets([line.id])
    if job.status == "reviewed" and before != "reviewed":
        events.job_reviewed.send(review_line, job=job, actor=actor)
    return row


def review_job(
    actor: Actor, job: TestJob, decision: str, reason: str = "", *, confirmed: Confirmation | None = None
) -> list[LineReview]:
    """Decide every submitted line of a job at once; one signature approves them all."""
    authorize(actor, P.RESULT_REVIEW)
    lines = [line for line in job.lines if line.status == "submitted"]
    if not lines:
        raise Refused(gettext("Không có kết quả nào chờ soát xét trong việc này."))
    for line in lines:
        _may_decide(actor, line, decision, reason)
    if decision == "approved":
        shown = signing.job_review(job, lines)
        signatures.sign(actor, confirmed, meaning=REVIEWED, subject=("test-job", job.id), shown=shown)
    return [_decide(actor, line, decision, reason) for line in lines]


def retest(actor: Actor, line: JobLine, reason: str, conditions: str | None = None) -> JobLine:
    """Test a line again: a new empty line linked both ways; the first result keeps its state and stays readable for ever.

    Refused before the first result was submitted, without a reason, and for a line that was tested again already.
    """
    authorize(actor, P.RESULT_WRITE if actor.can(P.RESULT_WRITE) else P.RESULT_REVIEW)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do thử lại."))
    if line.reading is None or line.status not in RETESTABLE:
        raise Refused(gettext("Chỉ thử lại kết quả đã nộp soát xét; trước đó hãy sửa có lý do."))
    audit.because(reason)
    return repeat_line(line, reason, conditions)


def repeat_line(line: JobLine, reason: str, conditions: str | None = None) -> JobLine:
    """`retest` inside a use case that was authorised already. Refuses a line that was tested again."""
    if db.session.scalar(select(JobLine.id).where(JobLine.retest_of_id == line.id)) is not None:
        raise Refused(gettext("Chỉ tiêu này đã được thử lại; thử lại dòng mới nhất."))
    job = line.job
    row = JobLine(
        job_id=job.id, parameter_id=line.parameter_id, position=line.position, limit=dict(line.limit),
        conditions=(conditions or line.conditions).strip()[:400], limit_confirmed=line.limit_confirmed, rule_code=line.rule_code,
        rule=dict(line.rule) if line.rule else None, retest_of_id=line.id, retest_reason=reason.strip(),
        point=line.point, scale=line.scale, stage=line.stage,
    )
    db.session.add(row)
    db.session.flush()
    db.session.refresh(job, ["lines"])
    db.session.refresh(line, ["retested_by"])
    refresh_status(job)
    follow(line, row)
    return row
