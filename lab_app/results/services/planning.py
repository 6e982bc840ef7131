"""From a received item to jobs: one a requested method, pinned to the version in force; one line a planned condition."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.interests import queries as declarations
from lab_app.accounts.interests.workflow import DeclarationFacts, InterestFacts
from lab_app.accounts.models import Person
from lab_app.accounts.queries import authorisation
from lab_app.core import audit, clock, gates, inbox, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality.holds.facts import hold_facts
from lab_app.results.models import JobLine, TestJob
from lab_app.results.queries.held import subjects_of
from lab_app.results.rules import AS_FOUND, derived_status, stage_conditions
from lab_app.results.workflow import LINE
from lab_app.samples.models import AgreedRule, Sample
from lab_app.samples.queries import agreed_rules, requested_tests, rule_among
from lab_app.samples.queries.interests import interests_in
from test_methods.models import DecisionRule, MethodParameter, MethodVersion
from test_methods.queries import rule_by_code, version_in_force, versions_in_force
from test_methods.rules import CALIBRATION


def _rule_for(parameter: MethodParameter, method_id: int, agreed: list[AgreedRule]) -> tuple[str, dict[str, Any] | None]:
    if parameter.kind == "observation":
        return "", None
    if parameter.inherent_rule:
        inherent: DecisionRule | None = rule_by_code(parameter.inherent_rule)
        if inherent is not None:
            return inherent.code, dict(inherent.definition)
    found = rule_among(agreed, method_id, parameter.code)
    return (found.rule_code, dict(found.rule)) if found else ("", None)


def new_line(
    job: TestJob, parameter: MethodParameter, conditions: str, position: int, agreed: list[AgreedRule], **facts: Any
) -> JobLine:
    """A line with the limit, the rule and the parameter frozen on it; `facts` replace what follows from the parameter.

    A line of a calibration begins as found (7.8.4.1 d), its conditions naming the point and the stage.
    """
    code, rule = _rule_for(parameter, job.method_version.method_id, agreed)
    requirement = parameter.requirement
    if job.method_version.method.kind == CALIBRATION and "stage" not in facts:
        facts = {"point": conditions[:120], "stage": AS_FOUND, **facts}
        conditions = stage_conditions(facts["point"], AS_FOUND)
    described: dict[str, Any] = {
        "limit": dict(requirement.limit), "limit_confirmed": requirement.confirmed_on is not None, **facts,
    }
    row = JobLine(
        job_id=job.id, parameter_id=parameter.id, position=position, conditions=conditions, rule_code=code, rule=rule, **described)
    db.session.add(row)
    return row


def findable(job: TestJob) -> None:
    """Put a job where the search box finds it."""
    item = job.sample.item
    search.put("test-job", job.id, job.code, f"{job.method_version.method.regulation.code} · {item.name} {item.model}",
               job.sample.code, job.sample.serial)


def plan_jobs(actor: Actor, sample: Sample) -> list[TestJob]:
    """Plan the jobs of a received item (listener of `sample_received`): one a requested method that is tested in-house.

    A method without a version in force is planned when one is; jobs that exist already are not made twice.
    """
    authorize(actor, P.SAMPLE_RECEIVE)
    return plan(sample)


def plan(sample: Sample) -> list[TestJob]:
    """`plan_jobs` inside a use case that was authorised already (news from reception or review)."""
    tests = [t for t in requested_tests(sample.request_id) if t.item_id == sample.item_id and not t.subcontracted]
    current = versions_in_force(clock.today(), clock.now(), [t.method_id for t in tests])
    agreed = agreed_rules(sample.request_id)
    existing = {
        job.method_version.method_id
        for job in db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id, TestJob.status != "cancelled"))
    }
    jobs = []
    for test in tests:
        version = current.get(test.method_id)
        if version is None or test.method_id in existing:
            continue
        job = _new_job(sample, version)
        position = 0
        for parameter in version.parameters:
            for conditions in parameter.conditions or [""]:
                position += 1
                new_line(job, parameter, conditions, position, agreed)
        db.session.flush()
        findable(job)
        jobs.append(job)
    return jobs


def _new_job(sample: Sample, version: MethodVersion) -> TestJob:
    stem = sample.code.removeprefix("M").rsplit("-", 1)[0]
    job = TestJob(
        code=f"T{stem}-{numbering.next_value(f'job/{stem}'):02d}", sample_id=sample.id, request_id=sample.request_id,
        site_id=sample.request.site_id, method_version_id=version.id, due_on=sample.request.due_on,
    )
    db.session.add(job)
    db.session.flush()
    return job


def replan_job(actor: Actor, job: TestJob, reason: str) -> TestJob:
    """Carry the lines without a reading over to a new job by the version in force today (7.2.1.3); what was recorded stays where
    it is, by the version it was measured by. Refused while the job's version is in force, or when there is nothing to carry.

    A parameter keeps its conditions; one that the new version does not have falls out, a new one comes with its planned lines
    when nothing of the job was recorded yet.
    """
    authorize(actor, P.JOB_ASSIGN)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    method_id = job.method_version.method_id
    version = version_in_force(method_id, clock.today(), clock.now())
    if version is None:
        raise Refused(gettext("Phương pháp này chưa có phiên bản có hiệu lực hôm nay."))
    if version.id == job.method_version_id:
        raise Refused(gettext("Việc này đã theo phiên bản đang có hiệu lực."))
    waiting = [line for line in job.lines if line.status == "planned"]
    if not waiting:
        raise Refused(gettext("Không còn chỉ tiêu nào chưa đo để lập lại."))
    if any(line.retest_of_id for line in waiting):
        raise Refused(gettext("Lần thử lại đi cùng lần đầu; ghi lý do dùng phiên bản cũ thay vì lập lại việc."))
    audit.because(reason)
    whole = all(line.status in ("planned", "cancelled") for line in job.lines)
    agreed = agreed_rules(job.request_id)
    new = _new_job(job.sample, version)
    new.assignee_id, new.criterion, new.adjustment = job.assignee_id, job.criterion, job.adjustment
    old = {(line.parameter.code, line.conditions) for line in job.lines}
    position = 0
    for parameter in version.parameters:
        kept = [line for line in waiting if line.parameter.code == parameter.code]
        planned = parameter.conditions or [""]
        fresh = [c for c in planned if (parameter.code, c) not in old] if whole and not any(line.stage for line in kept) else []
        for line in kept:
            position += 1
            new_line(new, parameter, line.conditions, position, agreed, **_carried(line))
        for conditions in fresh:
            position += 1
            new_line(new, parameter, conditions, position, agreed)
    for line in waiting:
        LINE.move(line, "cancel")
    db.session.flush()
    findable(new)
    for changed in (job, new):
        db.session.refresh(changed, ["lines"])
        refresh_status(changed)
    return new


def _carried(line: JobLine) -> dict[str, Any]:
    """What a line of a calibration keeps of its own: its place on the scale and the permissible error of the item."""
    if not line.stage:
        return {}
    return {"point": line.point, "scale": line.scale, "stage": line.stage, "limit": dict(line.limit),
            "limit_confirmed": line.limit_confirmed}


def drop_unwanted(jobs: Iterable[TestJob]) -> None:
    """Take back jobs that nothing was recorded in, of a method that a review gave to another laboratory or took out (7.1.6)."""
    for job in jobs:
        wanted = {t.method_id for t in requested_tests(job.request_id) if t.item_id == job.sample.item_id and not t.subcontracted}
        if job.method_version.method_id in wanted or any(line.readings for line in job.lines):
            continue
        for line in job.lines:
            if line.status == "planned":
                LINE.move(line, "cancel")
        refresh_status(job)


def replan_rules(jobs: Iterable[TestJob]) -> None:
    """Freeze the rules and the due day of a later review on what has no reading yet (a request accepted after the item came)."""
    for job in jobs:
        if job.status not in ("reviewed", "cancelled"):
            job.due_on = job.sample.request.due_on
        agreed = agreed_rules(job.request_id)
        for line in job.lines:
            if line.status == "planned":
                line.rule_code, line.rule = _rule_for(line.parameter, job.method_version.method_id, agreed)
    db.session.flush()


def assign_job(actor: Actor, job: TestJob, person: Person | None) -> TestJob:
    """Give a job to a person authorised for its method today, or take it back (None)."""
    authorize(actor, P.JOB_ASSIGN)
    if person is not None:
        code = job.method_version.method.code
        if not person.active or authorisation(person.id, "test", code, clock.today(), clock.now(), job.method_version_id) is None:
            raise FieldRefused("person", gettext("%(person)s không có quyền thử %(method)s hôm nay (6.2.6).",
                                                 person=person.full_name, method=code))
    if person is not None:
        gates.require("not-held", hold_facts(subjects_of(job)))
        _impartial(job, person)
    job.assignee_id = person.id if person else None
    inbox.settle(f"reassign/{job.id}")
    db.session.flush()
    db.session.refresh(job, ["assignee"])
    return job


def _impartial(job: TestJob, person: Person) -> None:
    """Refuse a person with a declared interest in the job's parties and, where the laboratory decided so, one whose yearly
    declaration is overdue (4.1.4)."""
    today, now = clock.today(), clock.now()
    gates.require("no-declared-interest", InterestFacts(interests_in(person, job.sample.request, today, now)))
    if declarations.overdue_blocks():
        due = declarations.due_of(person)
        overdue = due if due is not None and due < today else None
        gates.require("declaration-current", DeclarationFacts(True, person.full_name, overdue))


def add_line(actor: Actor, job: TestJob, parameter: MethodParameter, conditions: str) -> JobLine:
    """A further condition of a parameter of the job's method version."""
    authorize(actor, P.RESULT_WRITE)
    if parameter.method_version_id != job.method_version_id:
        raise FieldRefused("parameter", gettext("Chỉ tiêu này không thuộc phiên bản phương pháp của việc."))
    if not conditions.strip():
        raise FieldRefused("conditions", gettext("Cần ghi điều kiện đo."))
    if job.status == "cancelled":
        raise Refused(gettext("Việc này đã bỏ."))
    lines = list(db.session.scalars(select(JobLine).where(JobLine.job_id == job.id)))
    row = new_line(job, parameter, conditions.strip()[:400], max((x.position for x in lines), default=0) + 1,
                agreed_rules(job.request_id))
    db.session.flush()
    db.session.refresh(job, ["lines"])
    refresh_status(job)
    return row


def refresh_status(job: TestJob) -> None:
    """The job's state follows from its lines."""
    job.status = derived_status([line.status for line in job.lines])
    db.session.flush()
