"""Notices of one's own, and the administrator's page of scheduled work."""
from __future__ import annotations

from datetime import date

from sqlalchemy import select

from lab_app.core import db as database
from lab_app.core import jobs, notices
from lab_app.core.db import db
from lab_app.core.jobs import QueuedJob
from lab_app.core.notices import Notice


def given(person, n: int) -> None:
    database.begin_writing()
    for i in range(n):
        notices.give(person.id, f"{person.id}-{i}", "due", "%(code)s đến hạn ngày %(on)s",
                     {"code": f"EQ-{i:03d}", "on": notices.day(date(2026, 12, 1))}, "/instruments")
    db.session.commit()
    database.end_writing()


def test_the_bell_counts_and_costs_no_statement(people, client_as, statements):
    client = client_as(people.technician)
    with statements() as before:
        assert b'class="bell"' in client.get("/notices").data
    given(people.technician, 120)
    given(people.reviewer, 1)
    with statements() as after:
        answer = client.get("/notices")
    words = answer.get_data(as_text=True)
    assert "<b>99+</b>" in words and "EQ-119 đến hạn ngày 01/12/2026" in words
    assert len(after) <= len(before) + 1 <= 6 and not after.repeated()


def test_opening_marks_it_read_and_leads_on(people, client_as):
    given(people.technician, 2)
    given(people.reviewer, 1)
    client = client_as(people.technician)
    mine, foreign = (
        db.session.scalars(select(Notice).where(Notice.person_id == p.id)).first() for p in (people.technician, people.reviewer))
    answer = client.post(f"/notices/{mine.id}/open")
    assert answer.status_code == 302 and answer.headers["Location"].endswith("/instruments")
    assert client.post(f"/notices/{foreign.id}/open").status_code == 404
    assert "<b>1</b>" in client.get("/notices").get_data(as_text=True)
    client.post("/notices/read")
    assert notices.unread(people.technician.id) == 0 and notices.unread(people.reviewer.id) == 1


def test_scheduled_work_is_seen_and_run_again(people, client_as, monkeypatch):
    database.begin_writing()
    row = jobs.queue("housekeeping", "housekeeping:2026-11-16T08+0700", {"slot": "x"})
    row.state, row.error = "failed", "hết chỗ trên đĩa"
    db.session.commit()
    database.end_writing()
    assert client_as(people.technician).get("/system/work").status_code == 403
    auditor = client_as(people.auditor)
    assert "hết chỗ trên đĩa" in auditor.get("/system/work").get_data(as_text=True)
    assert auditor.post(f"/system/work/{row.id}/again").status_code == 403
    admin = client_as(people.administrator)
    assert admin.post(f"/system/work/{row.id}/again").status_code == 302
    assert db.session.get(QueuedJob, row.id).state == "queued"
    assert admin.post(f"/system/work/{row.id}/again").status_code == 302, "a second click is told, not done"
    assert "Chỉ chạy lại việc đã hỏng" in admin.get("/system/work").get_data(as_text=True)
