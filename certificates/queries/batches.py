"""Reads about batches: requests whose papers could be issued, a batch with its papers, numbers that were given up."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from certificates import workflow
from certificates.models import BatchItem, IssueBatch, Report, StatusChange
from lab_app.core.db import db
from lab_app.core.jobs import QueuedJob
from lab_app.results.models import TestJob
from lab_app.samples.models import Customer, TestRequest
from test_methods.models import Method, MethodVersion

#: States of a paper in a batch that are still to be worked on.
OPEN = ("waiting", "ready", "issuing")
JOB_KINDS = ("batch-check", "batch-issue", "batch-deliver")


def candidates() -> Select[TestRequest]:
    """Accepted requests whose every job is reviewed and whose final paper stands nowhere yet. The gates are asked for each later."""
    jobs = select(TestJob.id).where(TestJob.request_id == TestRequest.id)
    standing = select(Report.id).where(
        Report.request_id == TestRequest.id, Report.kind == workflow.FINAL, Report.status.in_(workflow.STANDING))
    return select(TestRequest).where(
        TestRequest.status == "accepted", TestRequest.reported_on.is_(None),
        jobs.where(TestJob.status == "reviewed").exists(), ~jobs.where(TestJob.status.not_in(("reviewed", "cancelled"))).exists(),
        ~standing.exists(),
    )


def methods_offered() -> list[tuple[str, str]]:
    """(code, code) of the methods of requests that could be chosen, for the filter."""
    chosen = candidates().with_only_columns(TestRequest.id).order_by(None).subquery()
    rows = db.session.scalars(
        select(Method.code).join(MethodVersion, MethodVersion.method_id == Method.id)
        .join(TestJob, TestJob.method_version_id == MethodVersion.id).where(TestJob.request_id.in_(select(chosen.c.id)))
        .distinct().order_by(Method.code).limit(200))
    return [(code, code) for code in rows]


def by_method(query: Select[TestRequest], code: str) -> Select[TestRequest]:
    """Requests with a job by this method."""
    return query.where(
        select(TestJob.id).join(MethodVersion, MethodVersion.id == TestJob.method_version_id)
        .join(Method, Method.id == MethodVersion.method_id)
        .where(TestJob.request_id == TestRequest.id, Method.code == code).exists())


def by_customer(query: Select[TestRequest], code: str) -> Select[TestRequest]:
    """Requests of this customer."""
    return query.where(TestRequest.customer.has(Customer.code == code))


def customers_offered() -> list[tuple[str, str]]:
    """(code, name) of the customers of requests that could be chosen, for the filter."""
    chosen = candidates().with_only_columns(TestRequest.customer_id).order_by(None).subquery()
    rows = db.session.execute(
        select(Customer.code, Customer.name).where(Customer.id.in_(select(chosen.c.customer_id))).order_by(Customer.name).limit(200))
    return [(code, name) for code, name in rows]


def batches() -> Select[IssueBatch]:
    """Every batch, with its signatory."""
    return select(IssueBatch).options(joinedload(IssueBatch.person))


def batch_by_code(code: str) -> IssueBatch | None:
    """The batch with this code."""
    return db.session.scalar(
        select(IssueBatch).where(IssueBatch.code == code).options(joinedload(IssueBatch.person), joinedload(IssueBatch.signature)))


def items(batch_id: int) -> Select[BatchItem]:
    """The papers of a batch with what a row shows."""
    return (
        select(BatchItem).where(BatchItem.batch_id == batch_id).join(BatchItem.request).join(TestRequest.customer)
        .options(contains_eager(BatchItem.request).contains_eager(TestRequest.customer), joinedload(BatchItem.report)))


def counts(batch_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Batch id → state → how many papers; one statement for a whole list."""
    found: dict[int, dict[str, int]] = {}
    rows = db.session.execute(
        select(BatchItem.batch_id, BatchItem.state, func.count()).where(BatchItem.batch_id.in_(list(batch_ids)))
        .group_by(BatchItem.batch_id, BatchItem.state))
    for batch_id, state, count in rows:
        found.setdefault(batch_id, {})[state] = count
    return found


def signed_items(batch_id: int) -> list[tuple[str, str]]:
    """(request number, hash of its draft) of the papers that wait for the signature, in order: what the signatory signs."""
    rows = db.session.execute(
        select(TestRequest.number, BatchItem.shown_sha256).join(BatchItem, BatchItem.request_id == TestRequest.id)
        .where(BatchItem.batch_id == batch_id, BatchItem.state == "ready").order_by(BatchItem.position, BatchItem.id))
    return [(number, sha256) for number, sha256 in rows]


def working(batch_id: int) -> QueuedJob | None:
    """The job that works, or will work, on this batch."""
    mine = [QueuedJob.key.startswith(f"{kind}:{batch_id}:", autoescape=True) for kind in JOB_KINDS]
    query = select(QueuedJob).where(QueuedJob.state.in_(("queued", "running")), mine[0] | mine[1] | mine[2])
    return db.session.scalar(query.order_by(QueuedJob.id.desc()).limit(1))


def void_numbers() -> Select[Report]:
    """Numbers that were taken and given up, with what the list shows."""
    return select(Report).where(Report.status == workflow.VOID).options(joinedload(Report.request), joinedload(Report.signatory))


def void_years() -> list[int]:
    """Years in which a number was given up, newest first."""
    days = db.session.execute(
        select(func.min(Report.issued_on), func.max(Report.issued_on)).where(Report.status == workflow.VOID)).one()
    return list(range(days[1].year, days[0].year - 1, -1)) if days[0] else []


def of_year(query: Select[Report], year: int) -> Select[Report]:
    """Papers that bear a day of this year."""
    return query.where(Report.issued_on >= date(year, 1, 1), Report.issued_on <= date(year, 12, 31))


def given_up(report_ids: Iterable[int]) -> dict[int, StatusChange]:
    """Report → the decision by which its number was given up; one statement for a whole list."""
    rows = db.session.scalars(
        select(StatusChange).where(StatusChange.report_id.in_(list(report_ids)), StatusChange.to_status == workflow.VOID)
        .options(joinedload(StatusChange.person)).order_by(StatusChange.id))
    return {row.report_id: row for row in rows}
