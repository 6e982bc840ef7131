"""Work that leaves the database: a row queued in the business transaction, run by a worker, never lost.

The row is the record (state, lease, attempts, idempotency key); the worker only runs it. A worker that dies leaves a
lease that runs out, and another takes the job again: every handler must be safe to run twice.
"""
from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import Index, Integer, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.access import Actor, authorize
from lab_app.core.db import JsonText, Kept, UtcDateTime, db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
WAITS = timedelta(minutes=5)
Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}


class GiveUp(Exception):
    """A handler's word that trying again is wrong; the job fails at once and says why."""


class NotYet(Exception):
    """A handler's word that what its work waits for has not come: the job stays queued, no attempt is counted, and it is looked at again
    in `WAITS`."""


class QueuedJob(Kept):
    """One piece of work. `key` makes queueing the same work twice harmless."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_run_at", "state", "run_at"),)

    kind: Mapped[str] = mapped_column(String(60), nullable=False)
    key: Mapped[str] = mapped_column(String(160), nullable=False, unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    state: Mapped[str] = mapped_column(String(20), nullable=False, default="queued")
    attempts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, nullable=False, default="")


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Name the function that does jobs of this kind; it manages its own transactions."""

    def deco(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return deco


def queue(kind: str, key: str, payload: dict[str, Any], run_at: datetime | None = None) -> QueuedJob:
    """Queue work in the present transaction; the same key again answers the row that is there."""
    found = db.session.scalar(select(QueuedJob).where(QueuedJob.key == key))
    if found is not None:
        return found
    row = QueuedJob(kind=kind, key=key, payload=payload, run_at=run_at or clock.now())
    db.session.add(row)
    db.session.flush()
    return row


@contextmanager
def transaction() -> Iterator[None]:
    """A handler's own short writing transaction: committed at the end of the block, rolled back on any error.

    Refuses to begin while another writing transaction is open: what a job does must not be mixed with unfinished work.
    """
    if database.writing.get() and db.session().in_transaction():
        raise RuntimeError("a job's step begins only after the transaction that queued it is committed")
    database.end_writing()
    database.begin_writing()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        database.end_writing()


def _take() -> QueuedJob | None:
    """Lease the next due job in a transaction of its own."""
    database.begin_writing()
    try:
        now = clock.now()
        due = (QueuedJob.state == "queued") & (QueuedJob.run_at <= now)
        lost = (QueuedJob.state == "running") & (QueuedJob.leased_until < now)
        query = select(QueuedJob).where(due | lost).order_by(QueuedJob.run_at, QueuedJob.id).limit(1)
        row = db.session.scalar(query.with_for_update(skip_locked=True))
        if row is None:
            db.session.rollback()
            return None
        row.state, row.leased_until, row.attempts = "running", now + LEASE, row.attempts + 1
        db.session.commit()
        return row
    finally:
        database.end_writing()


def _wait(job_id: int, why: str) -> None:
    database.begin_writing()
    try:
        row = db.session.get_one(QueuedJob, job_id)
        row.state, row.leased_until, row.error, row.attempts = "queued", None, why, row.attempts - 1
        row.run_at = clock.now() + WAITS
        db.session.commit()
    finally:
        database.end_writing()


def _finish(job_id: int, error: str = "", final: bool = False) -> None:
    database.begin_writing()
    try:
        row = db.session.get_one(QueuedJob, job_id)
        row.error = error
        row.leased_until = None
        if not error:
            row.state, row.finished_at = "done", clock.now()
        elif final or row.attempts >= MAX_ATTEMPTS:
            row.state, row.finished_at = "failed", clock.now()
        else:
            row.state, row.run_at = "queued", clock.now() + timedelta(seconds=min(2**row.attempts * 5, 3600))
        db.session.commit()
    finally:
        database.end_writing()


def run_one() -> bool:
    """Run the next due job, if there is one; says whether there was."""
    row = _take()
    if row is None:
        return False
    job_id, kind, payload = row.id, row.kind, dict(row.payload)
    try:
        _handlers[kind](payload)
    except NotYet as reason:
        db.session.rollback()
        database.end_writing()
        _wait(job_id, str(reason)[-2000:])
        return True
    except Exception as error:  # a job's failure is recorded and tried again, whatever it was
        db.session.rollback()
        database.end_writing()
        log.error("job %s (%s) failed: %s", job_id, kind, error)
        _finish(job_id, "".join(traceback.format_exception_only(error))[-2000:], final=isinstance(error, GiveUp))
        return True
    _finish(job_id)
    return True


def run_due(limit: int = 100) -> int:
    """Run due jobs until none is left (or `limit`); returns how many ran."""
    count = 0
    while count < limit and run_one():
        count += 1
    return count


def run_key(key: str) -> None:
    """Finish one queued job within the present request, after its transaction was committed (single issues)."""
    row = db.session.scalar(select(QueuedJob).where(QueuedJob.key == key))
    if row is None or row.state == "done":
        return
    _handlers[row.kind](dict(row.payload))
    _finish(row.id)


def run_again(actor: Actor, row: QueuedJob) -> QueuedJob:
    """Queue a job that failed once more, with its attempts counted anew; refused for one that has not failed."""
    authorize(actor, P.LABORATORY_WRITE)
    if row.state != "failed":
        raise FieldRefused("job", gettext("Chỉ chạy lại việc đã hỏng."))
    row.state, row.attempts, row.error, row.run_at, row.finished_at = "queued", 0, "", clock.now(), None
    row.payload = {key: value for key, value in row.payload.items() if key != "handed"}
    db.session.flush()
    return row


def failed(limit: int = 50) -> list[QueuedJob]:
    """Jobs that were given up, newest first."""
    return list(db.session.scalars(
        select(QueuedJob).where(QueuedJob.state == "failed").order_by(QueuedJob.run_at.desc(), QueuedJob.id.desc()).limit(limit)))


def waiting() -> int:
    """How many jobs are due and not done."""
    return int(db.session.scalar(
        select(func.count()).select_from(QueuedJob).where(QueuedJob.state == "queued", QueuedJob.run_at <= clock.now())) or 0)
