"""Departures from a method on a job (7.2.1.7), the checklist of its method, and the use of a version no longer in force (7.2.1.3)."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.queries import authorisation
from lab_app.core import audit, clock, gates
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.results.models import JobDeviation, JobStep, TestJob
from lab_app.results.workflow.deviations import ANSWERS, AuthoriseFacts

OVER = ("reviewed", "cancelled")


def raise_deviation(actor: Actor, job: TestJob, *, what: str, documented: str = "", justification: str = "") -> JobDeviation:
    """Record that a job departs from its method: from what, how instead, and the technical reason. Refused on a job that is over."""
    authorize(actor, P.RESULT_WRITE)
    person_id = person_of(actor)
    _still_open(job)
    if not what.strip():
        raise FieldRefused("what", gettext("Ghi sai khác với bước hay yêu cầu nào của phương pháp."))
    row = JobDeviation(
        job_id=job.id, job=job, what=what.strip(), documented=documented.strip(), justification=justification.strip(),
        raised_by_id=person_id)
    db.session.add(row)
    db.session.flush()
    return row


def complete_deviation(actor: Actor, row: JobDeviation, *, documented: str, justification: str) -> JobDeviation:
    """Fill in how it is done instead and why it is technically sound. Not after somebody authorised it: that was read by then."""
    authorize(actor, P.RESULT_WRITE)
    _standing(row)
    if row.authorised_at is not None:
        raise Refused(gettext("Sai khác đã được cho phép; rút nó và ghi sai khác mới nếu cách làm đổi."))
    for field, text in (("documented", documented), ("justification", justification)):
        if not text.strip():
            raise FieldRefused(field, gettext("Cần điền ô này."))
    row.documented, row.justification = documented.strip(), justification.strip()
    db.session.flush()
    return row


def authorise_facts(actor: Actor, row: JobDeviation) -> AuthoriseFacts:
    """What the gate of authorising looks at; also for a grey button."""
    code = row.job.method_version.method.code
    return AuthoriseFacts(
        row.job.code, code, row.raised_by_id, row.raised_by.name, actor.id, actor.name,
        actor.id is not None and authorisation(actor.id, "review", code, clock.today(), clock.now(), row.job.method_version_id) is not None)


def authorise_deviation(actor: Actor, row: JobDeviation) -> JobDeviation:
    """Allow a deviation that is documented and justified; by another person authorised for the method (gate *deviation-by-another*)."""
    authorize(actor, P.RESULT_REVIEW)
    _standing(row)
    if row.authorised_at is not None:
        raise Refused(gettext("Sai khác này đã được cho phép."))
    if not row.documented or not row.justification:
        raise Refused(gettext("Ghi cách làm thay thế và luận cứ kỹ thuật trước khi cho phép."))
    gates.require("deviation-by-another", authorise_facts(actor, row))
    row.authorised_by_id, row.authorised_at = actor.id, clock.now()
    db.session.flush()
    return row


def accept_deviation(actor: Actor, row: JobDeviation, *, accepted_by: str, accepted_on: date, evidence: str) -> JobDeviation:
    """Record that the customer accepts a deviation: who, on which day, by what evidence (a letter, a signed form)."""
    authorize(actor, P.RESULT_WRITE)
    _standing(row)
    if row.customer_accepted_on is not None:
        raise Refused(gettext("Khách hàng đã chấp nhận sai khác này."))
    for field, text in (("customer_accepted_by", accepted_by), ("customer_evidence", evidence)):
        if not text.strip():
            raise FieldRefused(field, gettext("Cần điền ô này."))
    if accepted_on > clock.today():
        raise FieldRefused("customer_accepted_on", gettext("Ngày này chưa đến."))
    row.customer_accepted_by, row.customer_accepted_on = accepted_by.strip(), accepted_on
    row.customer_evidence, row.customer_recorded_at = evidence.strip(), clock.now()
    db.session.flush()
    return row


def withdraw_deviation(actor: Actor, row: JobDeviation, reason: str) -> JobDeviation:
    """The job follows the method after all: the deviation no longer stands, and stays readable with the reason."""
    authorize(actor, P.RESULT_WRITE)
    _standing(row)
    _still_open(row.job)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    audit.because(reason)
    row.withdrawn_at, row.withdrawn_reason = clock.now(), reason.strip()
    db.session.flush()
    return row


def answer_step(actor: Actor, job: TestJob, key: str, answer: str = "done", note: str = "") -> JobStep:
    """Answer a step of the method's checklist: done, or not applicable with the reason. Who and when are kept; a change needs a reason."""
    authorize(actor, P.RESULT_WRITE)
    person_id = person_of(actor)
    _still_open(job)
    if key not in {step["key"] for step in job.method_version.steps}:
        raise FieldRefused("key", gettext("Phương pháp không có bước này."))
    if answer not in ANSWERS:
        raise FieldRefused("answer", gettext("Lựa chọn không có trong danh sách."))
    if answer == "not_applicable" and not note.strip():
        raise FieldRefused("note", gettext("Ghi vì sao bước này không áp dụng."))
    row = db.session.scalar(select(JobStep).where(JobStep.job_id == job.id, JobStep.key == key))
    if row is None:
        row = JobStep(job_id=job.id, job=job, key=key, answer=answer, note=note.strip(), done_by_id=person_id)
        db.session.add(row)
    elif (row.answer, row.note) != (answer, note.strip()):
        if not note.strip():
            raise FieldRefused("note", gettext("Đổi câu trả lời thì ghi lý do."))
        audit.because(note)
        row.answer, row.note, row.done_by_id, row.done_at = answer, note.strip(), person_id, clock.now()
    db.session.flush()
    return row


def justify_superseded(
    actor: Actor, job: TestJob, reason: str, told_to: str = "", told_on: date | None = None, told_how: str = "",
) -> TestJob:
    """Record why a version no longer in force may still be used, and that the customer was told: who, when, how (7.2.1.3, 7.1.2).

    A version taken out of use altogether cannot be justified.
    """
    authorize(actor, P.METHOD_WRITE)
    facts: dict[str, Any] = {"reason": reason.strip(), "told_to": told_to.strip(), "told_how": told_how.strip()}
    for field, text in facts.items():
        if not text:
            raise FieldRefused(field, gettext("Cần ghi lý do.") if field == "reason" else gettext(
                "Ghi ai của khách hàng đã được báo, ngày nào, bằng cách nào."))
    if told_on is None or told_on > clock.today():
        raise FieldRefused("told_on", gettext("Ghi ngày đã báo khách hàng, không ở tương lai."))
    if job.method_version.retired_from is not None and job.method_version.retired_from <= clock.today():
        raise Refused(gettext("Phiên bản này đã ngừng dùng; lập lại việc theo phiên bản hiện hành."))
    audit.because(reason)
    job.superseded_reason, job.superseded_told_to = facts["reason"], facts["told_to"]
    job.superseded_told_on, job.superseded_told_how = told_on, facts["told_how"]
    db.session.flush()
    return job


def _standing(row: JobDeviation) -> None:
    if row.withdrawn_at is not None:
        raise Refused(gettext("Sai khác này đã được rút."))


def _still_open(job: TestJob) -> None:
    if job.status in OVER:
        raise Refused(gettext("Việc này đã xong hoặc đã bỏ."))
