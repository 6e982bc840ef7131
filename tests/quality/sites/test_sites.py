"""Validations of sites with two time axes, what methods need, access to rooms, their pages (6.3.4)."""
from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lab_app.core import clock, inbox
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.quality import services as quality
from lab_app.quality.sites import queries, services
from lab_app.quality.sites.models import RoomAccess, SiteNeed, SiteValidation
from tests.support.people_facts import SETTER, make_people
from tests.support.places_facts import report, validate_site
from tests.support.results_facts import day, make_bench


@pytest.fixture
def bench(app, writing, frozen_clock):
    return make_bench()


@pytest.fixture
def room(bench):
    return bench.room


def need(bench, kind="nsa", on=2):
    with clock.at(day(on)):
        return services.need_site(bench.people.quality_manager, bench.tested.method.code, kind, "CISPR 32, mục 6")


def why(bench, room, at=None, known_at=None):
    at = at or clock.now()
    return [f.why for f in queries.site_faults(bench.tested.method.code, room and room.id, clock.local(at).date(), known_at or clock.now())]


@pytest.mark.both_databases
def test_a_site_is_good_on_a_day_as_known_then(bench, room):
    assert why(bench, room) == [], "the method needs nothing"
    need(bench)
    assert why(bench, room) == ["none"] and why(bench, None) == ["room"]
    row = validate_site(bench.people, room, on=date(2026, 3, 2), months=12, recorded_on=date(2026, 11, 10))
    assert why(bench, room) == [] and row.valid_until == date(2027, 3, 2)
    assert why(bench, room, day(9), day(9)) == ["none"], "filed a day later: nobody knew it"
    assert why(bench, room, day(9)) == [], "as known now"
    assert why(bench, room, clock.at_local(date(2027, 3, 1), 9)) == []
    assert why(bench, room, clock.at_local(date(2027, 3, 2), 9)) == ["overdue"]
    services.withdraw_validation(bench.people.quality_manager, row, from_on=date(2026, 11, 5), reason="thay tấm hấp thụ")
    assert why(bench, room) == ["withdrawn"]
    assert why(bench, room, day(12), day(12)) == [], "nobody knew then that it would be withdrawn"
    assert why(bench, room, day(4)) == [], "before the change of the room it stays good"


def test_the_last_one_done_decides(bench, room):
    need(bench)
    validate_site(bench.people, room, on=date(2026, 1, 5))
    validate_site(bench.people, room, on=date(2026, 6, 1), result="fail")
    assert why(bench, room) == ["failed"]
    assert [a.kind for a in db.session.scalars(inbox.of(bench.people.quality_manager.id, {"quality:write"}))].count("site-validation") == 1
    validate_site(bench.people, room, on=date(2026, 7, 1), result="limited", restriction="chỉ dưới 1 GHz")
    assert why(bench, room) == []


def test_a_need_may_be_of_some_parameters_only(bench, room):
    with clock.at(day(2)):
        services.need_site(bench.people.quality_manager, bench.tested.method.code, "nsa", "x", parameters="RE-, P-09")
    code = bench.tested.method.code
    assert queries.kinds_needed(code, clock.today(), clock.now(), "RE-QP") == ["nsa"]
    assert queries.kinds_needed(code, clock.today(), clock.now(), "P-01") == []
    assert bench.record().revision == 1


def test_a_reading_is_made_where_the_site_is_good(bench, room):
    need(bench)
    validate_site(bench.people, room)
    assert bench.record().environment.room_id == room.id


@pytest.mark.parametrize("change,field", [
    ({"kind": "x"}, "kind"), ({"result": "x"}, "result"), ({"standard": " "}, "standard"), ({"performed_by": ""}, "performed_by"),
    ({"performed_on": date(2026, 11, 17)}, "performed_on"), ({"cycle_months": 0}, "cycle_months"), ({"cycle_months": 61}, "cycle_months"),
    ({"result": "limited"}, "restriction"), ({"upload": None}, "file"),
])
def test_a_validation_refuses(bench, room, change, field):
    facts = {"kind": "nsa", "standard": "CISPR", "performed_on": date(2026, 11, 2), "performed_by": "x", "result": "pass",
             "cycle_months": 12, "upload": report(), **change}
    with pytest.raises(FieldRefused) as caught:
        services.record_validation(bench.people.quality_manager, room, **facts)
    assert caught.value.field == field


def test_needs_refuse_and_end(bench, room):
    manager = bench.people.quality_manager
    row = need(bench)
    for code, kind, basis, begins, field in (
        ("NO-SUCH", "nsa", "x", None, "method_code"), (bench.tested.method.code, "nsa", "x", None, "kind"),
        (bench.tested.method.code, "svswr", "", None, "basis"), (bench.tested.method.code, "svswr", "x", date(2026, 1, 1), "valid_from"),
    ):
        with pytest.raises(FieldRefused) as caught:
            services.need_site(manager, code, kind, basis, begins)
        assert caught.value.field == field
    services.end_need(manager, row, "đo bằng phương pháp khác")
    assert why(bench, room) == ["none"], "to the end of the day"
    assert why(bench, room, clock.now() + timedelta(days=1)) == []
    with pytest.raises(Refused):
        services.end_need(manager, row, "lần nữa")


def test_what_ends_soon_is_asked_for_until_the_next_is_filed(bench, room):
    validate_site(bench.people, room, on=date(2025, 12, 20), months=12)
    assert services.ask_for_due() == 1
    asked = [a for a in db.session.scalars(inbox.of(bench.people.quality_manager.id, {"quality:write"})) if a.kind == "site-validation"]
    assert [a.due_on for a in asked] == [date(2026, 12, 20)]
    validate_site(bench.people, room, on=date(2026, 11, 12))
    assert services.ask_for_due() == 0
    db.session.expire_all()
    assert not [a for a in db.session.scalars(inbox.of(bench.people.quality_manager.id, {"quality:write"})) if a.kind == "site-validation"]


def test_access_is_a_period_that_does_not_overlap(bench, room):
    people = make_people()
    row = services.give_access(people.administrator, room, people.technician, valid_from=date(2026, 1, 1), until=date(2027, 1, 1),
                               purpose="đo phát xạ")
    assert queries.access_of(room.id, date(2026, 12, 31)) == [row] and queries.access_of(room.id, date(2027, 1, 1)) == []
    for first, last, field in ((date(2026, 6, 1), date(2027, 6, 1), "person"), (date(2027, 1, 1), date(2027, 1, 1), "until"),
                               (date(2027, 1, 1), date(2030, 1, 1), "until")):
        with pytest.raises(FieldRefused) as caught:
            services.give_access(people.administrator, room, people.technician, valid_from=first, until=last, purpose="x")
        assert caught.value.field == field
    services.end_access(people.administrator, row, "chuyển việc")
    assert queries.access_of(room.id, clock.today()) == []
    with pytest.raises(NotAllowed):
        services.give_access(people.technician, room, people.reviewer, valid_from=clock.today(), until=date(2027, 1, 1), purpose="x")


def test_the_pages(bench, room, client_as, statements):
    quality.add_room(SETTER, "SAC", "Buồng bán câm", "SAC", bench.people.site)
    for n in range(12):
        validate_site(bench.people, room, ("nsa", "svswr", "ambient")[n % 3], on=date(2026, 1 + n % 10, 3))
    need(bench)
    db.session.commit()
    database.end_writing()
    manager = client_as("quality_manager")
    manager.get("/")
    for address in ("/quality/sites/validations", "/quality/sites/validations?due=soon", "/quality/sites/validations/XNP-2026-001",
                    "/quality/sites/needs", f"/rooms/{room.code}"):
        with statements() as seen:
            shown = manager.get(address)
        assert shown.status_code == 200 and len(seen) <= 15 and not seen.repeated(), (address, len(seen))
    assert manager.get("/quality/sites/validations?export=csv").text.count("XNP-2026-") == 12
    new = "/quality/sites/validations/new"
    facts = {"room": "SAC", "kind": "nsa", "standard": "CISPR 16-1-4", "performed_on": "02/11/2026", "performed_by": "Viện Ví Dụ",
             "result": "pass", "cycle_months": "12"}
    without = manager.post(new, data=facts)
    assert without.status_code == 422 and "bằng chứng" in without.text
    with_file = facts | {"file": (io.BytesIO(b"bao cao xac nhan"), "nsa.txt")}
    made = manager.post(new, data=with_file, content_type="multipart/form-data")
    assert made.status_code == 302
    row = db.session.scalars(select(SiteValidation).order_by(SiteValidation.id.desc())).first()
    assert manager.get(f"/quality/sites/validations/{row.code}/files/9999").status_code == 404
    withdraw = f"/quality/sites/validations/{row.code}/withdraw"
    assert manager.post(withdraw, data={"from_on": "01/01/2030", "reason": "x"}).status_code == 422
    assert manager.post(withdraw, data={"from_on": "10/11/2026", "reason": "ẩm"}).status_code == 302
    assert manager.post("/quality/sites/needs", data={"method_code": "NO", "kind": "nsa", "basis": "x"}).status_code == 422
    auditor = client_as("auditor")
    assert auditor.get("/quality/sites/validations").status_code == 200 and auditor.get(new).status_code == 403
    forged = auditor.post("/quality/sites/needs", data={"method_code": bench.tested.method.code, "kind": "svswr", "basis": "x"})
    assert forged.status_code == 403 and db.session.scalar(select(SiteNeed.id).where(SiteNeed.kind == "svswr")) is None
    keeper, access = client_as("administrator"), f"/rooms/{room.code}/access/new"
    assert keeper.post(access, data={"person": "N99", "valid_from": "1/1/2026", "until": "1/1/2027", "purpose": "x"}).status_code == 422
    assert keeper.post(access, data={"person": "N04", "valid_from": "1/1/2026", "until": "1/1/2027", "purpose": "đo"}).status_code == 302
    ident = db.session.scalar(select(RoomAccess.id))
    assert "Lê Hữu Giả" in auditor.get(f"/rooms/{room.code}").text
    keeper.post(f"/rooms/{room.code}/access/{ident}/end", data={"reason": "thôi việc"})
    db.session.expire_all()
    assert db.session.get(RoomAccess, ident).ended_on == clock.today()
