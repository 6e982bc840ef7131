"""Work that comes back every day or hour: a row in `job` under the key of its day or hour, so that no run is done twice.

Any number of workers may look (`queue_due`): the key lets one of them queue a slot. A worker that was down does the latest slot when
it is back, not all that were missed. huey only wakes the worker up (`ticking`); what was done, what failed and what comes next is read
from `job`.
"""
from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from huey import MemoryHuey, crontab
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from lab_app.core import clock, jobs
from lab_app.core.db import db
from lab_app.core.jobs import QueuedJob

log = logging.getLogger(__name__)
Every = Literal["day", "hour"]
#: Runs that were done are kept so long; what failed stays.
KEPT = timedelta(days=60)


@dataclass(frozen=True)
class Scheduled:
    """One kind of work: its name is the kind of its jobs, `title` what people call it; daily at `hour:minute` of the laboratory."""

    name: str
    title: Any
    every: Every = "day"
    hour: int = 6
    minute: int = 0

    def latest(self, now: datetime) -> datetime:
        """The slot that began last, at or before `now`."""
        here = clock.local(now)
        if self.every == "hour":
            slot = here.replace(minute=self.minute, second=0, microsecond=0)
            return slot if slot <= here else slot - timedelta(hours=1)
        slot = here.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return slot if slot <= here else slot - timedelta(days=1)

    def following(self, now: datetime) -> datetime:
        """The slot after that."""
        return self.latest(now) + (timedelta(hours=1) if self.every == "hour" else timedelta(days=1))

    def key(self, slot: datetime) -> str:
        """The job's key of a slot: sorts by time within the kind."""
        return f"{self.name}:{slot.strftime('%Y-%m-%d' if self.every == 'day' else '%Y-%m-%dT%H%z')}"


_known: dict[str, Scheduled] = {}


def scheduled(
    name: str, title: Any, every: Every = "day", hour: int = 6, minute: int = 0,
) -> Callable[[jobs.Handler], jobs.Handler]:
    """Register a function as work that comes back; its payload names the `slot` (ISO). It manages its own transactions."""

    def deco(function: jobs.Handler) -> jobs.Handler:
        _known[name] = Scheduled(name, title, every, hour, minute)
        return jobs.handler(name)(function)

    return deco


def known() -> list[Scheduled]:
    """Everything that comes back, by name."""
    return [_known[name] for name in sorted(_known)]


def queue_due() -> int:
    """Queue the latest slot of everything that comes back, where it is not queued yet; answers how many were."""
    count, now = 0, clock.now()
    for work in known():
        slot = work.latest(now)
        key = work.key(slot)
        queued = select(QueuedJob.id).where(QueuedJob.key == key)
        if db.session.scalar(queued) is not None:
            continue
        try:
            with jobs.transaction():
                # Not `jobs.queue`, which answers a row that is there already: the key is unique, and of two workers one is refused.
                db.session.add(QueuedJob(kind=work.name, key=key, payload={"slot": slot.isoformat()}, run_at=now))
            count += 1
        except IntegrityError:  # another worker was first, between the look and the commit
            log.info("%s is queued by another worker", key)
    db.session.rollback()
    return count


def forget_old() -> int:
    """Drop the rows of scheduled work done longer ago than `KEPT`; inside the caller's transaction."""
    kinds = [work.name for work in known()]
    old = db.session.scalars(
        select(QueuedJob).where(QueuedJob.state == "done", QueuedJob.kind.in_(kinds), QueuedJob.run_at < clock.now() - KEPT)
        .limit(1000)).all()
    for row in old:
        db.session.delete(row)
    return len(old)


@dataclass(frozen=True)
class Standing:
    """Scheduled work as the administrator sees it: its newest run and when the next one is."""

    work: Scheduled
    last: QueuedJob | None
    following: datetime


def standings() -> list[Standing]:
    """How each kind of scheduled work stands; one statement, found by the keys."""
    works = known()
    newest = [
        select(func.max(QueuedJob.key)).where(QueuedJob.key >= f"{work.name}:", QueuedJob.key < f"{work.name};").scalar_subquery()
        for work in works
    ]
    rows = db.session.scalars(select(QueuedJob).where(or_(*(QueuedJob.key == key for key in newest)))).all() if works else []
    by_kind = {row.kind: row for row in rows}
    now = clock.now()
    return [Standing(work, by_kind.get(work.name), work.following(now)) for work in works]


@contextmanager
def ticking(look: Callable[[], Any]) -> Iterator[None]:
    """Within the block huey calls `look` every minute in a thread of its own. Nothing is kept in huey: it only keeps the time."""
    clockwork = MemoryHuey("laboratory", utc=True)
    clockwork.periodic_task(crontab(minute="*"))(look)
    consumer = clockwork.create_consumer(workers=1, periodic=True, initial_delay=0.1, max_delay=1.0, check_worker_health=False)
    consumer._set_signal_handlers = lambda: None  # the worker's own process decides when it stops
    consumer.start()
    try:
        yield
    finally:
        consumer.stop(graceful=True)
