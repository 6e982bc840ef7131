"""The list of jobs: its columns, filters and quick chips. Everything happens in SQL; a page costs the same at any size."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.access import Actor
from lab_app.core.db import db
from lab_app.core.paging import Column, Filter, Page, everything, listing
from lab_app.core.permissions import P
from lab_app.results import workflow
from lab_app.results.models import TestJob
from lab_app.results.presenters import SOON_DAYS
from test_methods.models import Method, MethodVersion, Regulation

KIND = "test-job"
#: States in which somebody at the bench still has something to do.
AT_THE_BENCH = ("planned", "in_progress", "returned")
OPEN = (*AT_THE_BENCH, "submitted")
MINE, UNASSIGNED = "me", "none"


def is_technician(actor: Actor) -> bool:
    """Whether the list opens on the person's own work: who measures and does not hand out work."""
    return actor.can(P.RESULT_WRITE) and not actor.can(P.JOB_ASSIGN)


def columns() -> list[Column]:
    """The columns of the list."""
    return [
        Column("code", gettext("Việc, quy chuẩn"), TestJob.code),
        Column("sample", gettext("Mẫu")),
        Column("method", gettext("Phương pháp"), css="opt"),
        Column("assignee", gettext("Người thực hiện")),
        Column("due_key", gettext("Hạn"), TestJob.due_key),
        Column("status", gettext("Trạng thái"), TestJob.status),
    ]


def base() -> Select[Any]:
    """All jobs with what a row shows: one statement a page."""
    return select(TestJob).options(joinedload(TestJob.assignee))


def _assignee(actor: Actor) -> Any:
    def narrow(query: Select[Any], value: str) -> Select[Any]:
        if value == UNASSIGNED:
            return query.where(TestJob.assignee_id.is_(None))
        who = actor.id if value == MINE else int(value)
        return query.where(TestJob.assignee_id == who)

    return narrow


def _status(query: Select[Any], value: str) -> Select[Any]:
    return query.where(TestJob.status.in_(OPEN if value == "open" else (value,)))


def _regulation(query: Select[Any], value: str) -> Select[Any]:
    versions = select(MethodVersion.id).join(Method, MethodVersion.method_id == Method.id).where(
        Method.regulation_id == int(value))
    return query.where(TestJob.method_version_id.in_(versions))


def _due(query: Select[Any], value: str) -> Select[Any]:
    today = clock.today()
    query = query.where(TestJob.status.in_(OPEN))
    if value == "late":
        return query.where(TestJob.due_key < today)
    return query.where(TestJob.due_key >= today, TestJob.due_key <= today + timedelta(days=SOON_DAYS))


def filters(actor: Actor) -> list[Filter]:
    """What the list can be narrowed by."""
    people = db.session.execute(
        select(Person.id, Person.full_name).where(
            select(TestJob.id).where(TestJob.assignee_id == Person.id).exists()).order_by(Person.sort_name)).all()
    regulations = db.session.execute(
        select(Regulation.id, Regulation.code).where(Regulation.id.in_(select(Method.regulation_id).distinct()))
        .order_by(Regulation.code)).all()
    return [
        Filter("who", gettext("Người thực hiện"), [
            (MINE, gettext("Tôi")), (UNASSIGNED, gettext("Chưa giao")), *((str(ident), name) for ident, name in people),
        ], _assignee(actor)),
        Filter("status", gettext("Trạng thái"), [
            ("open", gettext("Chưa xong")), *((s.code, s.word) for s in workflow.JOB.states),
        ], _status),
        Filter("regulation", gettext("Quy chuẩn"), [(str(ident), code) for ident, code in regulations], _regulation),
        Filter("due", gettext("Hạn"), [("late", gettext("Trễ")), ("soon", gettext("Sắp đến hạn"))], _due),
    ]


def page(actor: Actor, chosen: Sequence[Filter]) -> Page:
    """One page of the list, soonest due first."""
    return listing(base(), TestJob, columns(), kind=KIND, filters=chosen, default_sort="due_key", default_direction="asc")


def counts(actor: Actor, today: date) -> dict[str, int]:
    """How many jobs each quick chip holds, in one statement."""
    at_bench, still_open = TestJob.status.in_(AT_THE_BENCH), TestJob.status.in_(OPEN)
    row = db.session.execute(select(
        func.count().filter(still_open, TestJob.assignee_id == actor.id),
        func.count().filter(still_open),
        func.count().filter(still_open, TestJob.due_key < today),
        func.count().filter(still_open, TestJob.due_key >= today, TestJob.due_key <= today + timedelta(days=SOON_DAYS)),
        func.count().filter(at_bench, TestJob.assignee_id.is_(None)),
        func.count().filter(TestJob.status == "submitted"),
    ).select_from(TestJob).where(still_open)).one()
    return dict(zip(("mine", "open", "late", "soon", "unassigned", "submitted"), row, strict=True))


def table(shown: Page, chosen: Sequence[Filter]) -> tuple[list[Any], list[list[Any]]]:
    """Heads and rows of the whole list as filtered, for export."""
    heads = [gettext("Mã việc"), gettext("Quy chuẩn"), gettext("Phương pháp"), gettext("Lần ban hành"), gettext("Mã mẫu"),
             gettext("Mẫu"), gettext("Kiểu"), gettext("Người thực hiện"), gettext("Hạn"), gettext("Trạng thái")]
    rows = []
    for job in everything(base(), TestJob, shown, columns(), chosen, KIND):
        version, item = job.method_version, job.sample.item
        rows.append([
            job.code, version.method.regulation.code, version.method.code, version.number, job.sample.code, item.name, item.model,
            job.assignee.full_name if job.assignee else "", job.due_on, str(workflow.JOB.state(job.status).word),
        ])
    return heads, rows
