"""Anybody reports an event in one field; an owner says what it is (7.10.1)."""
from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lab_app.core import db as database
from lab_app.core import inbox
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality import subjects
from lab_app.quality.events import services
from lab_app.quality.events.models import Event
from lab_app.quality.models import Nonconformity


def commit():
    db.session.commit()
    database.end_writing()


def asked(person):
    return [ask.key for ask in db.session.scalars(inbox.of(person.id, {str(p) for p in P if person.can(p)})) if ask.kind == "event"]


def test_anybody_reports_and_the_quality_manager_is_asked(people):
    for person in (people.technician, people.reception, people.sales):
        row = services.report_event(person, " Cửa phòng không khít \n thấy lúc 9 giờ ", subject=("room", 1, "P-RF"))
        assert row.status == "reported" and row.reported_by_id == person.id and services.title_of(row) == "Cửa phòng không khít"
        assert f"event/{row.id}/settle" in asked(people.quality_manager) and asked(person) == []
    assert row.code == "SV-2026-0003"


@pytest.mark.parametrize(("words", "more", "field"), [
    ("  \n ", {}, "words"), ("thấy", {"happened_on": date(2026, 11, 17)}, "happened_on")])
def test_an_empty_report_and_a_day_to_come_are_refused(people, words, more, field):
    with pytest.raises(FieldRefused) as caught:
        services.report_event(people.technician, words, **more)
    assert caught.value.field == field and db.session.scalar(select(Event)) is None


def test_it_becomes_nonconforming_work_about_its_subject(people):
    row = services.report_event(people.technician, "Nhiệt độ 31 °C", subject=("room", 1, "P-RF"))
    with pytest.raises(NotAllowed):
        services.settle_event(people.technician, row, outcome="nonconformity")
    services.take_event(people.quality_manager, row, people.quality_manager)
    assert row.status == "taken" and asked(people.quality_manager) == [f"event/{row.id}/settle"]
    services.settle_event(people.quality_manager, row, outcome="nonconformity", title="Phòng RF nóng", risk_class="low", area="environment")
    work = db.session.scalars(select(Nonconformity)).one()
    assert (work.title, work.source, work.subject_kind, work.subject_code, work.risk_class) == (
        "Phòng RF nóng", "event", "room", "P-RF", "low")
    assert (row.status, row.outcome_kind, row.outcome_id, row.outcome_code) == ("settled", "nonconformity", work.id, work.code)
    assert asked(people.quality_manager) == [] and work.found_on == date(2026, 11, 16)
    with pytest.raises(Refused):
        services.settle_event(people.quality_manager, row, outcome="nothing", reason="nhầm")


@pytest.mark.parametrize(("wanted", "field"), [
    ({"outcome": "ghost"}, "outcome"), ({"outcome": "nothing"}, "reason"), ({"outcome": "nonconformity", "code": "NCW-1999-001"}, "code"),
    ({"outcome": "nonconformity", "risk_class": "huge"}, "risk_class")])
def test_what_cannot_be_settled_leaves_the_event_open(people, wanted, field):
    row = services.report_event(people.technician, "Thấy lạ")
    with pytest.raises(FieldRefused) as caught:
        services.settle_event(people.quality_manager, row, **wanted)
    assert caught.value.field == field
    db.session.rollback()
    assert db.session.scalar(select(Nonconformity)) is None


def test_it_is_tied_to_a_record_that_stands_already_or_to_nothing_with_a_reason(people):
    work = quality.open_nonconformity(
        people.quality_manager, source="other", subject_kind="", subject_id=0, subject_code="", title="x", description="",
        found_on=date(2026, 11, 12))
    first, second = (services.report_event(people.technician, f"việc {n}") for n in range(2))
    services.settle_event(people.quality_manager, first, outcome="nonconformity", code=work.code)
    services.settle_event(people.quality_manager, second, outcome="nothing", reason="đèn báo lọc bụi")
    assert first.outcome_id == work.id and db.session.scalars(select(Nonconformity)).all() == [work]
    assert second.status == "settled" and second.outcome_code == "" and second.outcome_reason == "đèn báo lọc bụi"


def test_the_page_that_was_open_is_remembered(people, app):
    with app.test_request_context("/"):
        assert subjects.of_page("/rooms/P-RF") == ("room", db.session.scalar(select(subjects.SearchEntry.subject_id).where(
            subjects.SearchEntry.code == "P-RF")), "P-RF")
        for strange in ("/rooms", "/nowhere/at/all", "/rooms/P-XX", "", "//evil.example/x"):
            assert subjects.of_page(strange) is None, strange


def test_pages_from_one_field_to_the_record(people, client_as):
    technician = client_as(people.technician)
    form = technician.get("/report-event?from=/rooms/P-RF").text
    assert "P-RF" in form and form.count("<textarea") == 1
    assert 'href="/report-event?from=' in technician.get("/").text
    assert technician.post("/report-event", data={"words": " "}).status_code == 422
    words = "<script>alert(1)</script> Cửa không khít"
    sent = technician.post("/report-event", data={"words": words, "came_from": "/rooms/P-RF"})
    assert sent.status_code == 302
    row = db.session.scalars(select(Event)).one()
    assert (row.subject_kind, row.subject_code) == ("room", "P-RF")
    shown = technician.get(f"/quality/events/{row.code}").text
    assert "<script>alert" not in shown and "&lt;script&gt;" in shown
    assert technician.post(f"/quality/events/{row.code}/settle", data={"outcome": "nothing", "reason": "x"}).status_code == 403
    assert client_as(people.sales).get(f"/quality/events/{row.code}").status_code == 403
    manager = client_as(people.quality_manager)
    address = f"/quality/events/{row.code}/settle"
    assert manager.post(address, data={"outcome": "nothing"}).status_code == 422
    wrong = manager.post(address, data={"outcome": "nonconformity", "subject_kind": "room", "subject_code": "P-XX"})
    assert wrong.status_code == 422 and "Không có hồ sơ nào mang mã này." in wrong.text
    good = {"outcome": "nonconformity", "title": "Cửa phòng RF không khít", "subject_kind": "room", "subject_code": "P-RF"}
    assert manager.post(address, data=good).status_code == 302
    work = db.session.scalars(select(Nonconformity)).one()
    assert work.code in manager.get(f"/quality/events/{row.code}").text and work.subject_code == "P-RF"


def test_the_list_filters_exports_and_costs_the_same(people, client_as, statements):
    for n in range(30):
        row = services.report_event(people.technician, f"Việc {n}")
        if n % 2:
            services.settle_event(people.quality_manager, row, outcome="nothing", reason="không sao")
    commit()
    reader = client_as(people.auditor)
    reader.get("/quality/events")
    with statements() as seen:
        page = reader.get("/quality/events")
    assert page.status_code == 200 and len(seen) <= 15 and not {s for s, n in seen.repeated().items() if n > 2}, str(seen)
    assert "Việc 29" in page.text and "Việc 28" not in reader.get("/quality/events?status=settled").text
    assert "Việc 28" in reader.get("/quality/events?status=unsettled").text
    assert "Việc 3" in reader.get("/quality/events?export=csv").get_data().decode("utf-8-sig")
    assert reader.get("/quality/events/SV-1999-0001").status_code == 404


def test_a_complaint_and_an_improvement_are_opened_by_their_own_services(people):
    for outcome, kind in (("complaint", "complaint"), ("improvement", "improvement")):
        row = services.report_event(people.technician, "Khách hàng nói phiếu khó đọc vì chữ nhỏ quá")
        services.settle_event(people.quality_manager, row, outcome=outcome)
        assert (row.outcome_kind, row.status) == (kind, "settled") and row.outcome_id and row.outcome_code
