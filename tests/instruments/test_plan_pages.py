"""Pages of the plan: one instrument's, the whole register's, months, calendars; statements, bad input, rights."""
from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from instruments import services
from instruments.models import CalendarFeed, Cycle, CycleEvent, DueEntry, Extension, Instrument, UseReading
from lab_app.accounts.queries import laboratory
from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.db import db
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

START = date(2026, 1, 8)


def commit() -> None:
    db.session.commit()
    database.end_writing()


def words(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def people(app, frozen_clock, writing):
    return make_people()


@pytest.fixture
def row(people) -> Instrument:
    """Calibrated until 08/01/2027, maintained yearly since 08/01/2026; it is 16/11/2026."""
    made = equipment.fit_instrument(people.quality_manager, people.site, "EQ-101")
    with clock.at(clock.at_local(START, 12)):
        services.set_cycle(
            people.quality_manager, made, kind="maintenance", effective_from=START, interval_months=12, use_limit=Decimal(500),
            use_unit="giờ", lead_days=60, responsible=people.technician, cost=Decimal(2_500_000), work_hours=Decimal("1.5"),
            reason="theo nhà sản xuất")
        services.record_cycle_event(people.technician, made, kind="maintenance", done_on=START, passed=True, counter=Decimal(100))
    commit()
    return made


def many(people, count: int) -> None:
    for n in range(count):
        made = equipment.register(people.quality_manager, people.site, f"EQ-5{n:02d}")
        with clock.at(clock.at_local(START, 9)):
            services.set_cycle(people.quality_manager, made, kind="electrical_safety", effective_from=START, interval_months=6,
                               responsible=people.technician if n % 2 else None, reason="an toàn")
    commit()


# ---- one instrument ----------------------------------------------------------------------------------------------


def test_the_instruments_plan(people, row, client_as, statements):
    with statements() as seen:
        answer = client_as(people.quality_manager).get("/instruments/EQ-101/plan")
    text = words(answer)
    assert answer.status_code == 200 and len(seen) <= 15 + 2, "the sign-in itself costs two"  # client_as opens a session first
    for said in ("Bảo trì", "12 tháng hoặc 500 giờ", "07/01/2027", "đến hạn 08/01/2027", "09/11/2026", "Còn 53 ngày", "đã dùng 0 / 500 giờ",
                 people.technician.name, "Gia hạn"):
        assert said in text, said
    with statements() as seen:
        words(client_as(people.auditor).get("/instruments/EQ-101/plan"))
    assert not seen.repeated()


def test_set_a_cycle_by_form_and_refusals_hang_on_their_fields(people, row, client_as):
    client = client_as(people.quality_manager)
    good = {"kind": "electrical_safety", "effective_from": "16/11/2026", "interval_months": "12", "lead_days": "30", "early_days": "0",
            "blocks": "y", "active": "y", "cost": "1.500.000", "reason": "TCVN 7303"}
    for wrong, says in (
        ({"interval_months": "0"}, "interval_months"), ({"interval_months": "200"}, "interval_months"),
        ({"interval_days": "30"}, "interval_days"),
        ({"lead_days": "400"}, "lead_days"), ({"effective_from": "31/02/2026"}, "effective_from"), ({"reason": ""}, "reason"),
        ({"effective_from": "01/01/2020"}, "effective_from"), ({"use_limit": "5"}, "use_unit"), ({"kind": "nothing"}, "kind"),
    ):
        answer = client.post("/instruments/EQ-101/plan/cycle", data=good | wrong)
        assert answer.status_code == 422 and f'href="#{says}"' in words(answer), wrong
    assert client.post("/instruments/EQ-101/plan/cycle", data=good).status_code == 302
    made = db.session.scalars(select(Cycle).where(Cycle.kind == "electrical_safety")).one()
    assert (made.interval_months, made.cost, made.blocks) == (12, Decimal(1_500_000), True)
    assert "Chưa làm lần nào" in words(client.get("/instruments/EQ-101/plan"))
    assert 'value="12"' in words(client.get("/instruments/EQ-101/plan/cycle?kind=electrical_safety"))


def test_record_what_was_done(people, row, client_as):
    client = client_as(people.technician)
    tomorrow = {"kind": "maintenance", "done_on": "17/11/2026", "passed": "1"}
    assert client.post("/instruments/EQ-101/plan/done", data=tomorrow).status_code == 422
    assert client.post("/instruments/EQ-101/plan/done", data={"kind": "maintenance", "done_on": "15/11/2026"}).status_code == 422
    answer = client.post("/instruments/EQ-101/plan/done", data={"kind": "maintenance", "done_on": "15/11/2026", "passed": "1"})
    assert answer.status_code == 422 and 'href="#counter"' in words(answer), "the cycle counts hours"
    answer = client.post("/instruments/EQ-101/plan/done", data={
        "kind": "maintenance", "done_on": "15/11/2026", "passed": "1", "counter": "320", "by_whom": "Hãng"})
    assert answer.status_code == 302
    assert db.session.scalars(select(CycleEvent).order_by(CycleEvent.id.desc())).first().due_on == date(2027, 11, 15)


def test_extend_before_the_day_only(people, row, client_as, frozen_clock):
    client = client_as(people.quality_manager)
    good = {"kind": "calibration", "until": "08/02/2027", "reason": "lùi lịch", "evidence": "kiểm tra đạt"}
    assert client.post("/instruments/EQ-101/plan/extend", data=good | {"evidence": ""}).status_code == 422
    assert client.post("/instruments/EQ-101/plan/extend", data=good | {"until": "01/12/2027"}).status_code == 422
    assert client.post("/instruments/EQ-101/plan/extend", data=good | {"file": (BytesIO(b"%PDF-1.4\n%%EOF"), "x.pdf")}).status_code == 302
    assert db.session.scalars(select(Extension)).one().until == date(2027, 2, 8)
    frozen_clock.set(clock.at_local(date(2027, 2, 8), 8))
    late = client_as(people.quality_manager).post("/instruments/EQ-101/plan/extend", data=good | {"until": "01/03/2027"})
    assert late.status_code == 422 and "6.4.6" in words(late) and "đã đến hạn ngày 08/02/2027" in words(late)
    text = words(client_as(people.quality_manager).get("/instruments/EQ-101/plan"))
    assert 'aria-disabled="true"' in text and "why-extension-before-due" in text


def test_counters_by_form(people, row, client_as):
    client = client_as(people.technician)
    assert client.post("/instruments/EQ-101/plan/use", data={"read_on": "15/11/2026", "counter": "90", "unit": "giờ"}).status_code == 422
    assert client.post("/instruments/EQ-101/plan/use", data={"read_on": "15/11/2026", "counter": "1.234", "unit": "giờ"}).status_code == 422
    assert client.post("/instruments/EQ-101/plan/use", data={"read_on": "15/11/2026", "counter": "480,5", "unit": "giờ"}).status_code == 302
    assert db.session.scalars(select(UseReading).order_by(UseReading.id.desc())).first().counter == Decimal("480.5")


def test_first_issue_by_form(people, row, client_as):
    client = client_as(people.technician)
    assert client.post("/instruments/EQ-101/plan/first-issue", data={"first_issued_on": "17/11/2026"}).status_code == 422
    assert client.post("/instruments/EQ-101/plan/first-issue", data={"first_issued_on": "16/11/2026"}).status_code == 302
    assert db.session.get(Instrument, row.id).first_issued_on == date(2026, 11, 16)


def test_rights(people, row, client_as):
    technician, auditor = client_as(people.technician), client_as(people.auditor)
    assert technician.get("/instruments/EQ-101/plan/cycle").status_code == 403
    assert technician.get("/instruments/EQ-101/plan/extend").status_code == 403
    assert auditor.get("/instruments/EQ-101/plan").status_code == 200
    assert auditor.get("/instruments/EQ-101/plan/done").status_code == 403
    assert client_as(people.quality_manager).get("/instruments/plan/rules").status_code == 403
    assert client_as(people.technician).get("/instruments/EQ-999/plan").status_code == 404


# ---- the register -----------------------------------------------------------------------------------------------


def test_the_list_filters_counts_and_costs_the_same_filled(people, row, client_as, statements):
    client = client_as(people.quality_manager)
    with statements() as few:
        client.get("/instruments/plan")
    many(people, 40)
    client = client_as(people.quality_manager)
    with statements() as full:
        answer = client.get("/instruments/plan")
    assert answer.status_code == 200 and len(full) <= 12 and len(full) <= len(few) + 1 and not full.repeated()
    text = words(answer)
    assert text.count("<tr><th scope=\"row\"") == 25 and "Quá hạn" in text
    maintained = words(client.get("/instruments/plan?kind=maintenance"))
    assert "EQ-101" in maintained and "EQ-500" not in maintained
    mine = words(client.get(f"/instruments/plan?who={people.technician.id}&kind=electrical_safety"))
    assert "EQ-501" in mine and "EQ-500" not in mine
    assert "EQ-500" in words(client.get("/instruments/plan?who=none&kind=electrical_safety"))
    assert "EQ-101" in words(client.get("/instruments/plan?due=3&kind=calibration"))
    assert "EQ-101" not in words(client.get("/instruments/plan?due=over&kind=maintenance"))
    assert "EQ-101" in words(client.get("/instruments/plan?due=send&kind=maintenance"))
    that_day = words(client.get("/instruments/plan?day=2027-01-08"))
    assert "EQ-101" in that_day and "EQ-500" not in that_day
    assert "EQ-507" in words(client.get("/instruments/plan?q=EQ-507")) and "EQ-508" not in words(client.get("/instruments/plan?q=EQ-507"))
    assert client.get("/instruments/plan?day=2026-99-99&due=nonsense&who=abc").status_code == 200
    deeper = re.search(r'href="(/instruments/plan\?after=[^"]+)"', text)
    assert deeper and client.get(deeper.group(1).replace("&amp;", "&")).status_code == 200


def test_export(people, row, client_as):
    client = client_as(people.quality_manager)
    lines = client.get("/instruments/plan?export=csv&kind=maintenance").get_data().decode("utf-8-sig").splitlines()
    assert lines[1].startswith("EQ-101,") and ",2026-11-09,2027-01-08,2027-01-07," in lines[1] and lines[1].endswith(",2500000,1.50")
    sheet = load_workbook(BytesIO(client.get("/instruments/plan?export=xlsx").get_data())).active
    assert {r[0].value for r in sheet.iter_rows(min_row=2)} == {"EQ-101"}


def test_months_and_their_calendar(people, row, client_as, statements):
    many(people, 10)
    client = client_as(people.quality_manager)
    client.get("/instruments/plan/months")
    with statements() as seen:
        answer = client.get("/instruments/plan/months?month=2027-01")
    text = words(answer)
    assert answer.status_code == 200 and len(seen) <= 8
    assert "2.500.000" in text and "1,5" in text and "/instruments/plan?day=2027-01-08" in text and "Bảo trì 1" in text
    for odd in ("2027-13", "0001-01", "9999-12", "x"):
        assert client.get(f"/instruments/plan/months?month={odd}").status_code == 200
    assert sum(int(n) for n in re.findall(r'data-l="Số việc" class="num">([\d\u202f]+)', text)) == db.session.query(DueEntry).filter(
        DueEntry.due_on > clock.today()).count()


def test_rules_of_the_plan(people, row, client_as):
    admin = client_as(people.administrator)
    assert admin.get("/instruments/plan/rules").status_code == 200
    data = {"soon_days": "10", "escalate_days": "5", "end_of_month_validity": "y", "reason": "QT-12"}
    assert admin.post("/instruments/plan/rules", data=data | {"soon_days": "0"}).status_code == 422
    assert admin.post("/instruments/plan/rules", data=data | {"reason": ""}).status_code == 422
    assert admin.post("/instruments/plan/rules", data=data).status_code == 302
    assert services.plan_rules() == services.PlanRules(True, 10, 5) and laboratory().settings["short_name"] == "Mẫu"


# ---- calendars -----------------------------------------------------------------------------------------------------


def test_a_calendar_address_is_shown_once_and_can_be_revoked(people, row, client_as, client):
    mine = client_as(people.technician)
    answer = mine.post("/instruments/plan/calendars", data={"only_mine": "y"})
    token = re.search(r"/calendar/([\w-]+)\.ics", words(answer)).group(1)
    assert token not in words(mine.get("/instruments/plan/calendars"))
    feed = db.session.scalars(select(CalendarFeed)).one()
    assert token not in feed.token_sha256 and len(feed.token_sha256) == 64
    got = client.get(f"/calendar/{token}.ics")
    text = words(got)
    assert got.status_code == 200 and got.mimetype == "text/calendar" and text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert "DTSTART;VALUE=DATE:20270108" in text and "SUMMARY:Đến hạn bảo trì: EQ-101" in text and "SUMMARY:Gửi bảo trì" in text
    assert "hiệu chuẩn" not in text, "only mine: the calibration is nobody's in particular"
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")) and "Set-Cookie" not in got.headers
    again = client.get(f"/calendar/{token}.ics", headers={"If-None-Match": got.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    assert client_as(people.reviewer).post(f"/instruments/plan/calendars/{feed.id}/revoke").status_code == 302
    assert client.get(f"/calendar/{token}.ics").status_code == 200, "another's address is not revoked"
    assert mine.post(f"/instruments/plan/calendars/{feed.id}/revoke").status_code == 302
    assert client.get(f"/calendar/{token}.ics").status_code == 404
    assert client.get("/calendar/nothing.ics").status_code == 404 and client.get(f"/calendar/{'x' * 500}.ics").status_code == 404


def test_all_of_it_and_no_more_than_a_few_addresses(people, row, client_as, client):
    mine = client_as(people.technician)
    answer = mine.post("/instruments/plan/calendars", data={"do": "1"})
    token = re.search(r"/calendar/([\w-]+)\.ics", words(answer)).group(1)
    assert "hiệu chuẩn: EQ-101" in words(client.get(f"/calendar/{token}.ics")).replace("\r\n ", "")
    for _ in range(4):
        assert mine.post("/instruments/plan/calendars", data={"do": "1"}).status_code == 200
    assert mine.post("/instruments/plan/calendars", data={"do": "1"}).status_code == 422


def test_a_closed_account_has_no_calendar(people, row, client_as, client):
    answer = client_as(people.technician).post("/instruments/plan/calendars", data={"do": "1"})
    token = re.search(r"/calendar/([\w-]+)\.ics", words(answer)).group(1)
    from lab_app.accounts import services as accounts

    accounts.set_active(people.administrator, people.technician, False, "nghỉ việc")
    commit()
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_due_rows_stay_within_their_dates(people, row):
    entry = db.session.scalars(select(DueEntry).where(DueEntry.kind == "maintenance")).one()
    assert entry.month == 202701 and entry.work_minutes == 90 and entry.due_on - entry.send_by == timedelta(days=60)


def test_calendars_are_asked_for_so_often_and_no_more(app):
    import config
    from lab_app import create_app
    from lab_app.core import gates, rates

    here = app.config["LAB"]
    eager = create_app(config.load({
        "LAB_MODE": "local", "LAB_INSTANCE": str(here.instance), "DATABASE_URL": here.database_url, "WEB_WORKERS": "10",
        "SECRET_KEY": "x" * 40, "SECURITY_PASSWORD_SALT": "y" * 40,
    }))
    try:
        assert rates.limiter.enabled
        visitor = eager.test_client()
        assert [visitor.get("/calendar/nothing.ics").status_code for _ in range(5)] == [404, 404, 404, 429, 429]
    finally:
        rates.limiter.enabled = False
        gates.configure(testing=True)
