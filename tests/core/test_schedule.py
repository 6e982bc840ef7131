"""Scheduled work runs once for its day or hour, whoever looks and however often; failures are told and can be run again."""
from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lab_app.core import clock, jobs, schedule
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed
from lab_app.core.jobs import QueuedJob
from lab_app.core.schedule import Scheduled
from tests.support.people_facts import make_people

pytestmark = pytest.mark.both_databases


@pytest.fixture
def work(monkeypatch):
    """One daily job at 06:00 and nothing else; what it did."""
    done: list[str] = []
    monkeypatch.setattr(schedule, "_known", {"look": Scheduled("look", "xem", "day", 6)})
    monkeypatch.setitem(jobs._handlers, "look", lambda payload: done.append(payload["slot"]))
    return done


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(QueuedJob).where(QueuedJob.kind == "look"))


def test_the_slot_is_the_laboratorys_day():
    daily, hourly = Scheduled("a", "", "day", 6, 30), Scheduled("b", "", "hour", minute=10)
    early, late = clock.at_local(date(2026, 11, 16), 6, 29), clock.at_local(date(2026, 11, 16), 6, 30)
    assert daily.key(daily.latest(early)) == "a:2026-11-15" and daily.key(daily.latest(late)) == "a:2026-11-16"
    assert daily.following(early) == daily.latest(late)
    assert hourly.latest(late).astimezone(UTC) == clock.at_local(date(2026, 11, 16), 6, 10)
    assert hourly.latest(clock.at_local(date(2026, 11, 16), 6, 9)).astimezone(UTC) == clock.at_local(date(2026, 11, 16), 5, 10)


def test_a_day_is_done_once_however_often_it_is_looked_at(app, frozen_clock, work):
    assert schedule.queue_due() == 1 and schedule.queue_due() == 0
    jobs.run_due()
    jobs.run_due()
    assert len(work) == 1 and rows() == 1
    frozen_clock.advance(hours=23)
    assert schedule.queue_due() == 1  # the next morning
    frozen_clock.advance(days=9)
    assert schedule.queue_due() == 1, "days that were missed are not caught up one by one"
    jobs.run_due()
    assert len(work) == 3


def test_two_workers_at_once_queue_one_row(app, frozen_clock, work):
    barrier, counted = threading.Barrier(4), []

    def look() -> None:
        with app.app_context():
            barrier.wait()
            counted.append(schedule.queue_due())
            db.session.remove()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(counted) == [0, 0, 0, 1] and rows() == 1


def test_a_killed_run_is_taken_up_again_after_its_lease(app, frozen_clock, work):
    schedule.queue_due()
    row = jobs._take()
    assert row is not None and row.state == "running"
    assert not jobs.run_one(), "while the lease runs nobody else takes it"
    frozen_clock.advance(minutes=6)
    assert jobs.run_due() == 1 and len(work) == 1


def test_failures_are_told_and_run_again_by_the_administrator(app, frozen_clock, work, monkeypatch):
    people = make_people()
    db.session.commit()
    database.end_writing()

    def gives_up(_payload):
        raise jobs.GiveUp("không có đường truyền")

    monkeypatch.setitem(jobs._handlers, "look", gives_up)
    schedule.queue_due()
    jobs.run_due()
    row = jobs.failed()[0]
    assert row.state == "failed" and "không có đường truyền" in row.error and row.attempts == 1
    assert schedule.standings()[0].last.id == row.id
    with pytest.raises(NotAllowed):
        jobs.run_again(people.technician, row)
    database.end_writing()
    jobs.run_again(people.administrator, row)
    db.session.commit()
    database.end_writing()
    monkeypatch.setitem(jobs._handlers, "look", lambda payload: work.append(payload["slot"]))
    jobs.run_due()
    assert len(work) == 1 and not jobs.failed()
    with pytest.raises(FieldRefused):
        jobs.run_again(people.administrator, row)


def test_old_rows_of_done_work_are_forgotten_and_failures_kept(app, frozen_clock, work):
    schedule.queue_due()
    jobs.run_due()
    frozen_clock.set(datetime(2027, 3, 1, tzinfo=UTC))
    with jobs.transaction():
        assert schedule.forget_old() == 1
    assert rows() == 0


def test_huey_keeps_the_time(app, monkeypatch):
    looked = threading.Event()
    monkeypatch.setattr(schedule, "crontab", lambda **_kw: lambda _moment: True)
    with schedule.ticking(looked.set):
        assert looked.wait(20), "the worker was never woken"
    assert timedelta(days=1) < schedule.KEPT
