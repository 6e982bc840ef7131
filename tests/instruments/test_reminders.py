"""Reminders: the right stage to the right person, once, also after a worker was killed; the daily run brings due entries up to date."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from instruments import services
from instruments.models import DueEntry, Reminder
from instruments.services import reminders
from lab_app.accounts.interests import services as interests
from lab_app.core import clock, jobs, mail, notices, schedule
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.notices import Notice
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people
from tests.support.signing import confirmed

pytestmark = pytest.mark.both_databases
DONE = date(2026, 1, 8)  # so due on 08/01/2027


@pytest.fixture
def people(app, frozen_clock, writing):
    return make_people()


def commit() -> None:
    db.session.commit()
    database.end_writing()


@pytest.fixture
def row(people):
    """Maintained until 08/01/2027, to be sent 60 days before; the technician is responsible."""
    made = equipment.register(people.quality_manager, people.site, calibration_required=False, no_calibration_reason="x")
    equipment.put_into_service(people.quality_manager, made, clock.at_local(date(2026, 1, 6), 9))
    with clock.at(clock.at_local(DONE, 12)):
        services.set_cycle(people.quality_manager, made, kind="maintenance", effective_from=DONE, interval_months=12, lead_days=60,
                           responsible=people.technician, reason="x")
        services.record_cycle_event(people.technician, made, kind="maintenance", done_on=DONE, passed=True)
    commit()
    return made


def told(person) -> list[str]:
    rows = db.session.scalars(select(Notice).where(Notice.person_id == person.id).order_by(Notice.id))
    return [notices.says(n.message, n.values) for n in rows]


def on(day: date) -> int:
    with clock.at(clock.at_local(day, 6)):
        return services.remind()


def test_each_stage_once_and_then_the_quality_manager(people, row):
    me, manager = people.technician, people.quality_manager
    assert on(date(2026, 11, 8)) == 0
    assert on(date(2026, 11, 9)) == 1 and on(date(2026, 11, 10)) == 0 and on(date(2026, 12, 24)) == 0
    assert on(date(2026, 12, 25)) == 1 and on(date(2027, 1, 7)) == 0
    assert on(date(2027, 1, 8)) == 1 and on(date(2027, 1, 14)) == 0
    assert told(manager) == []
    assert on(date(2027, 1, 15)) == 1 and on(date(2027, 2, 20)) == 0
    assert told(me) == [
        "EQ-101 Máy phân tích phổ: cần gửi đi hoặc bắt đầu bảo trì; đến hạn ngày 08/01/2027.",
        "EQ-101 Máy phân tích phổ: sắp đến hạn bảo trì, ngày 08/01/2027.",
        "EQ-101 Máy phân tích phổ: đã quá hạn bảo trì từ ngày 08/01/2027, không được dùng.",
    ]
    assert told(manager) == ["EQ-101 Máy phân tích phổ: quá hạn bảo trì từ ngày 08/01/2027, vẫn chưa làm."]
    assert db.session.scalars(select(Notice.link)).first() == "/instruments/EQ-101/plan"


def test_late_to_the_first_look_only_the_present_stage_is_told(people, row):
    assert on(date(2027, 1, 10)) == 1 and len(told(people.technician)) == 1


def test_a_new_due_date_is_told_anew(people, row):
    on(date(2026, 11, 9))
    with clock.at(clock.at_local(date(2026, 12, 1), 9)):
        services.record_cycle_event(people.technician, row, kind="maintenance", done_on=date(2026, 12, 1), passed=True)
    commit()
    assert on(date(2027, 1, 10)) == 0 and on(date(2027, 10, 2)) == 1


def test_nobody_responsible_or_an_account_closed_goes_to_the_quality_manager(people, row):
    database.begin_writing()
    people.technician.active = False
    from lab_app.core import audit

    audit.acting(people.administrator)
    commit()
    assert on(date(2026, 11, 9)) == 1 and len(told(people.quality_manager)) == 1 and told(people.technician) == []


def test_what_is_away_or_out_of_service_is_not_told(people, row):
    with clock.at(clock.at_local(date(2026, 6, 1), 9)):
        services.set_state(people.technician, row, "out_of_service", clock.now(), reason="hỏng")
    commit()
    assert on(date(2027, 3, 1)) == 0


def test_a_worker_killed_in_between_says_nothing_twice(people, row, monkeypatch):
    spoken = notices.give

    def killed(*args, **kw):
        spoken(*args, **kw)
        raise KeyboardInterrupt

    monkeypatch.setattr(notices, "give", killed)
    with pytest.raises(KeyboardInterrupt):
        on(date(2026, 11, 9))
    monkeypatch.setattr(notices, "give", spoken)
    assert db.session.scalar(select(func.count()).select_from(Reminder)) == 0 and told(people.technician) == []
    assert on(date(2026, 11, 9)) == 1 and len(told(people.technician)) == 1


def test_the_daily_run_is_a_job_of_its_day(people, row, frozen_clock):
    frozen_clock.set(clock.at_local(date(2026, 11, 20), 6))
    interests.declare_year(people.technician, confirmed=confirmed(people.technician))  # so that the day asks them for nothing else
    commit()
    for _ in range(3):
        schedule.queue_due()
        jobs.run_due()
    assert len(told(people.technician)) == 1
    frozen_clock.set(clock.at_local(date(2026, 11, 21), 6))
    schedule.queue_due()
    jobs.run_due()
    assert len(told(people.technician)) == 1


def test_many_are_told_as_one_with_one_letter(people, app, monkeypatch):
    settings = replace(app.config["LAB"], smtp_host="mail.lab.example", smtp_from="lab@lab.example", mode="local")
    monkeypatch.setitem(app.config, "LAB", settings)
    sent: list = []
    monkeypatch.setattr(mail, "hand_over", lambda _settings, made: sent.append(made))
    by = people.quality_manager
    people.technician.language = "en"
    for n in range(30):
        made = equipment.register(by, people.site, f"EQ-6{n:02d}", calibration_required=False, no_calibration_reason="x")
        equipment.put_into_service(by, made, clock.at_local(date(2026, 1, 6), 9))
        with clock.at(clock.at_local(DONE, 9)):
            services.set_cycle(by, made, kind="electrical_safety", effective_from=DONE, interval_months=12, reason="x",
                               responsible=people.technician, blocks=False)
    commit()
    monkeypatch.setattr(reminders, "PORTION", 8)
    assert on(date(2026, 1, 9)) == 30
    assert db.session.scalar(select(func.count()).select_from(Reminder)) == 30
    assert len(told(people.technician)) == 30, "eight in a portion are told one by one"
    with clock.at(clock.at_local(date(2026, 1, 9), 7)):
        jobs.run_due()
    assert len(sent) == 4 and sent[0]["To"] == people.technician.email
    assert sum(m.get_content().count("EQ-6") for m in sent) == 30 and "09/01/2026" in sent[0].get_content()


def test_more_than_a_few_become_one_notice(people, app, monkeypatch):
    by = people.quality_manager
    for n in range(25):
        made = equipment.register(by, people.site, f"EQ-7{n:02d}", calibration_required=False, no_calibration_reason="x")
        equipment.put_into_service(by, made, clock.at_local(date(2026, 1, 6), 9))
        with clock.at(clock.at_local(DONE, 9)):
            services.set_cycle(by, made, kind="electrical_safety", effective_from=DONE, interval_months=12, reason="x",
                               responsible=people.technician)
    commit()
    assert on(date(2026, 1, 9)) == 25
    assert len(told(people.technician)) == reminders.EACH + 1
    assert told(people.technician)[-1] == "Còn 5 mục khác đến hạn hoặc quá hạn; xem kế hoạch thiết bị."


def test_due_entries_are_brought_up_to_date(people, row, monkeypatch):
    with clock.at(clock.at_local(date(2026, 2, 1), 9)):
        services.set_cycle(people.quality_manager, row, kind="electrical_safety", effective_from=date(2026, 6, 1), interval_months=12,
                           reason="từ tháng sáu")
    bare = equipment.register(people.quality_manager, people.site, "EQ-800")
    db.session.execute(delete(DueEntry).where(DueEntry.instrument_id == bare.id))
    commit()
    assert db.session.scalar(select(func.count()).select_from(DueEntry)) == 1
    with clock.at(clock.at_local(date(2026, 6, 1), 6)):
        assert services.bring_up_to_date() == 2
    found = {(e.instrument_id, e.kind): e.due_on for e in db.session.scalars(select(DueEntry))}
    assert found[row.id, "electrical_safety"] == date(2026, 6, 1) and (bare.id, "calibration") in found
    assert row.unusable_from == date.min and timedelta(0) < found[row.id, "maintenance"] - DONE
