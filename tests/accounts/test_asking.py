"""What is asked of people: one list, by name or by role; named when new, before its day, when late; then it goes further up."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from lab_app.accounts.services import asking
from lab_app.core import clock, inbox, mail, notices, schedule
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.notices import N_, Notice
from lab_app.core.permissions import P
from tests.support.people_facts import make_people

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 16)
READ = N_("Đọc tài liệu %(code)s")


@pytest.fixture
def people(app, frozen_clock, writing):
    return make_people()


def settled(key: str, settle=inbox.settle) -> int:
    database.begin_writing()
    count = settle(key)
    commit()
    return count


def commit() -> None:
    db.session.commit()
    database.end_writing()


def asked(key: str = "document/1/read", **whom):
    database.begin_writing()
    row = inbox.ask(key, "read", READ, {"code": "QT-01"}, code="QT-01", link="/documents/QT-01", **whom)
    commit()
    return row


def on(day: date) -> int:
    with clock.at(clock.at_local(day, 6)):
        return asking.remind()


def told(person) -> list[str]:
    rows = db.session.scalars(select(Notice).where(Notice.person_id == person.id).order_by(Notice.id))
    return [notices.says(n.message, n.values) for n in rows]


def open_for(person) -> list[str]:
    return [a.key for a in db.session.scalars(inbox.of(person.id, {r for role in person.roles for r in role.granted}))]


def test_an_ask_is_seen_by_whom_it_was_put_to_until_it_is_settled(people):
    asked(person_id=people.technician.id)
    asked("document/1/approve", permission=P.DOCUMENT_APPROVE)
    assert open_for(people.technician) == ["document/1/read"]
    assert open_for(people.signatory) == ["document/1/approve"]
    assert settled("document/1/read") == 1 and settled("document/1/read") == 0
    assert open_for(people.technician) == []
    asked("document/12/read", person_id=people.technician.id)
    assert settled("document/1/", inbox.settle_under) == 1, "the approval, not document 12"
    assert open_for(people.technician) == ["document/12/read"]


def test_a_code_longer_than_the_list_shows_asks_all_the_same(people):
    database.begin_writing()
    row = inbox.ask("carry-over/1", "competence", READ, {"code": "x"}, permission=P.AUTHORISE_PERSON, code="M" * 80, link="/x")
    commit()
    assert row.code == "M" * 60


def test_who_wrote_it_is_not_asked_to_approve_it(people):
    asked("document/1/approve", permission=P.DOCUMENT_APPROVE, not_person_id=people.signatory.id)
    assert open_for(people.signatory) == []
    assert on(TODAY) == 0 and told(people.signatory) == []


def test_an_ask_is_put_to_somebody(people):
    with pytest.raises(ValueError, match="either"):
        inbox.ask("x/1/y", "read", READ)
    with pytest.raises(ValueError, match="either"):
        inbox.ask("x/1/y", "read", READ, person_id=people.technician.id, permission=P.DOCUMENT_APPROVE)


def test_new_then_soon_then_late_then_weekly_and_each_once(people):
    asked(person_id=people.technician.id, due_on=TODAY + timedelta(days=10))
    said = {day: on(TODAY + timedelta(days=day)) for day in (0, 1, 6, 7, 8, 10, 11, 12, 16, 18)}
    # day 18 is eight days late: said again to the technician (a week after day 11), and to the quality manager for the first time
    assert said == {0: 1, 1: 0, 6: 0, 7: 1, 8: 0, 10: 0, 11: 1, 12: 0, 16: 0, 18: 2}
    assert told(people.technician) == ["Đọc tài liệu QT-01"] * 4
    assert told(people.quality_manager) == ["Quá hạn từ ngày 26/11/2026, chưa ai làm: Đọc tài liệu QT-01"]


def test_what_stays_undone_goes_up_once_and_then_to_the_head(people):
    asked(person_id=people.technician.id, due_on=TODAY)
    on(TODAY)
    on(TODAY + timedelta(days=7))
    assert len(told(people.quality_manager)) == 1 and told(people.signatory) == []
    on(TODAY + timedelta(days=14))
    on(TODAY + timedelta(days=21))
    assert len(told(people.quality_manager)) == 1 and len(told(people.signatory)) == 1
    settled("document/1/read")
    assert on(TODAY + timedelta(days=28)) == 0


def test_asked_again_it_begins_anew(people):
    asked(person_id=people.technician.id, due_on=TODAY)
    on(TODAY + timedelta(days=22))
    settled("document/1/read")
    again = asked(person_id=people.technician.id, due_on=TODAY + timedelta(days=60))
    assert (again.settled_at, again.reminded_on, again.escalated) == (None, None, 0)
    assert db.session.scalar(select(func.count()).select_from(inbox.Ask).where(inbox.Ask.key == "document/1/read")) == 1


def test_one_letter_a_day_says_all_of_it(people, monkeypatch):
    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(mail, "configured", lambda: True)
    monkeypatch.setattr(mail, "queue", lambda to, subject, body, key, **_kw: sent.append((to, subject, body)) or True)
    asked(person_id=people.technician.id, due_on=TODAY)
    asked("document/2/read", person_id=people.technician.id)
    assert on(TODAY) == 2
    [(to, subject, body)] = sent
    assert (to, subject) == (people.technician.email, "2 việc chờ bạn")
    assert body.count("- Đọc tài liệu QT-01") == 2 and body.endswith("/inbox")


def test_a_crowd_of_asks_becomes_one_line(people):
    database.begin_writing()
    for number in range(25):
        inbox.ask(f"document/{number}/read", "read", READ, {"code": "QT-01"}, person_id=people.technician.id)
    commit()
    assert on(TODAY) == 25
    assert len(told(people.technician)) == 21 and told(people.technician)[-1].startswith("Còn 5 việc khác")


def test_a_closed_account_is_told_nothing_and_the_day_comes_by_itself(people):
    asked(person_id=people.technician.id)
    database.begin_writing()
    people.technician.active = False
    commit()
    assert on(TODAY) == 0
    assert "asks" in {work.name for work in schedule.known()}
