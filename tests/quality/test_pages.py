"""Pages of the room: overview, clause map, refusals kept, rooms and environment records with their corrections."""
from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select, text

from lab_app.accounts import services as accounts
from lab_app.core import audit, clock, gates, search
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.quality import queries, services, trail
from lab_app.quality.models import EnvironmentRecord
from tests.support.people_facts import SETTER

RECORD = {"from_at": "16/11/2026 08:00", "to_at": "16/11/2026 08:55", "t_low": "22,4", "t_high": "23,1", "rh_low": "51",
          "rh_high": "54,5", "sensor_code": "EQ-009", "note": ""}


def keep() -> None:
    db.session.commit()
    database.end_writing()


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def record(people):
    """`record(hours_ago=2, …)`: a record of room P-RF by the technician, committed."""

    def make(hours_ago: int = 2, **facts) -> EnvironmentRecord:
        given = {"t_low": D("22.4"), "t_high": D("23.1"), "rh_low": D("51"), "rh_high": D("54.5"), "sensor_code": "EQ-009"} | facts
        at = clock.now() - timedelta(hours=hours_ago)
        row = services.record_environment(
            people.technician, queries.room_by_code("P-RF"), from_at=at, to_at=at + timedelta(minutes=50), **given)
        keep()
        return row

    return make


# ---- overview and map ------------------------------------------------------------------------------------------------


def test_the_overview_counts_what_the_rooms_registered_in_few_statements(people, client_as, record, statements):
    record()
    client = client_as(people.quality_manager)
    client.get("/quality")
    with statements() as seen:
        shown = text_of(client.get("/quality"))
    assert len(seen) <= 15, str(seen)
    assert "Người chưa ký cam kết bảo mật" in shown
    assert 'href="/quality/clauses#c-6-3"' in shown
    assert re.search(r'cell cell--ok" href="/quality/clauses#c-6-3"', shown)
    assert re.search(r'class="cell" href="/quality/clauses#c-8-8"', shown)  # nothing speaks of internal audits: not evaluated


def test_the_map_shows_gates_records_and_refusals_of_every_clause(people, client_as, record, statements):
    record()
    client = client_as(people.auditor)
    with statements() as seen:
        shown = text_of(client.get("/quality/clauses"))
    assert len(seen) <= 15, str(seen)
    for gate in gates.registry.values():
        assert str(gate.title) in shown.replace("&#39;", "'").replace("&#34;", '"'), gate.name
    for clause in re.findall(r'id="(c-[0-9-]+)"', shown):
        assert f'href="#{clause}"' in shown
    assert "chưa phải ngăn lần nào" in shown


def test_every_link_of_the_map_and_the_overview_opens(people, client_as):
    client = client_as(people.quality_manager)
    for page in ("/quality", "/quality/clauses"):
        shown = text_of(client.get(page))
        for href in sorted(set(re.findall(r'<main.*', shown, re.DOTALL)[0].split('href="')[1:])):
            address = href.split('"')[0].replace("&amp;", "&")
            if address.startswith("/") and "." not in address:
                assert client.get(address).status_code == 200, address


def test_every_gate_names_a_clause_of_the_map():
    from lab_app.quality.clauses import all_clauses, belongs

    lost = [g.name for g in gates.registry.values()
            if not any(belongs(c, cell.number) for c in g.clauses for cell in all_clauses())]
    assert lost == []


def test_refusals_are_listed_with_who_and_what_and_filtered_by_gate(people, client_as):
    database.begin_writing()
    for name, who in (("instrument-fit", "Lê Hữu Giả"), ("person-authorised", "Phạm Thu Tưởng")):
        db.session.add(gates.GateHit(gate=name, clauses="6.4.6", actor_name=who, door="POST x", says=f"=Không được: {name}"))
    keep()
    client = client_as(people.quality_manager)
    shown = text_of(client.get("/quality/stops?gate=instrument-fit"))
    assert "Lê Hữu Giả" in shown
    assert "Phạm Thu Tưởng" not in shown
    csv = text_of(client.get("/quality/stops?export=csv"))
    assert "'=Không được" in csv  # no spreadsheet runs it
    assert client_as(people.sales).get("/quality/stops").status_code == 403


# ---- the trail's state ------------------------------------------------------------------------------------------------


def test_the_trail_says_what_waits_and_for_how_long(people, frozen_clock, client_as):
    audit.seal(db.engine)
    accounts.set_language(people.technician, "en")
    keep()
    fresh = trail.state()
    assert fresh.unsealed > 0
    assert fresh.tone == "ok"  # written a moment ago: the sealer has a minute
    frozen_clock.advance(minutes=5)
    assert trail.state().tone == "warn"
    assert "Niêm phong chậm" in text_of(client_as(people.quality_manager).get("/quality"))
    audit.seal(db.engine)
    db.session.rollback()
    sealed = trail.state()
    assert (sealed.unsealed, sealed.tone, sealed.broken) == (0, "ok", 0)
    assert sealed.checked > 10
    assert sealed.head == audit.verify(db.engine).head


def test_a_changed_entry_shows_as_a_broken_link(people, client_as):
    accounts.set_active(SETTER, people.technician, False, "theo đề nghị của bà Lê")
    keep()
    audit.seal(db.engine)
    database.begin_writing()
    db.session.execute(text("DROP TRIGGER audit_entry_no_update"))
    db.session.execute(text("UPDATE audit_entry SET canonical = replace(canonical, 'Lê', 'Lệ') WHERE id = "
                            "(SELECT max(id) FROM audit_entry WHERE canonical LIKE '%Lê%')"))
    keep()
    found = trail.state()
    assert found.tone == "bad"
    assert found.broken > 0
    shown = text_of(client_as(people.quality_manager).get("/quality"))
    assert f"đứt ở mắt xích {found.broken}" in shown


def test_only_the_newest_links_are_recomputed(people, statements, monkeypatch):
    audit.seal(db.engine)
    db.session.rollback()
    monkeypatch.setattr(trail, "TAIL", 5)
    with statements() as seen:
        found = trail.state()
    assert (found.checked, found.broken) == (5, 0)
    assert len(seen) == 2


# ---- rooms ---------------------------------------------------------------------------------------------------------------


def test_rooms_list_search_and_cost(people, client_as, record, statements):
    for n in range(30):
        services.add_room(SETTER, f"P{n:02d}", f"Phòng thứ {n}", "", people.site)
    services.add_room(SETTER, "BBC3", "Buồng bán câm 3 m", "3 m chamber", people.site)
    keep()
    record()
    client = client_as(people.technician)
    assert "BBC3" in text_of(client.get("/rooms?q=buong ban cam"))
    assert "P-RF" not in text_of(client.get("/rooms?q=buong ban cam"))
    with statements() as seen:
        shown = text_of(client.get("/rooms?sort=code&dir=desc"))
    assert len(seen) <= 12, str(seen)
    assert shown.index(">P29<") < shown.index(">P28<")


@pytest.mark.parametrize(("wrong", "says"), [
    ({"code": ""}, "Cần điền mục này."), ({"code": "P RF/1"}, "Chỉ dùng chữ A–Z"), ({"code": "p-rf"}, "Mã phòng này đã dùng."),
    ({"code": "P" * 21}, "Tối đa 20 ký tự."), ({"name_vi": " "}, "Cần điền mục này."),
    ({"name_vi": "P" * 201}, "Tối đa 200 ký tự."),
    ({"site": "CS9"}, "Lựa chọn không có trong danh sách."), ({"site": ""}, "Lựa chọn không có trong danh sách."),
])
def test_a_refused_room_leaves_nothing(people, client_as, wrong, says):
    form = {"code": "p-emc", "name_vi": unicodedata.normalize("NFD", "Phòng tương thích"), "site": "CS1"}
    client = client_as(people.administrator)
    answer = client.post("/rooms/new", data={**form, **wrong})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert [r.code for r in queries.rooms()] == ["P-RF"]
    assert client.post("/rooms/new", data=form).status_code == 302
    assert queries.room_by_code("P-EMC").name_vi == "Phòng tương thích"
    assert client_as(people.technician).get("/rooms/new").status_code == 403


# ---- environment records ----------------------------------------------------------------------------------------------------


def test_a_technician_records_the_environment(people, client_as):
    client = client_as(people.technician)
    answer = client.post("/rooms/P-RF/environment", data={**RECORD, "t_low": "22.4", "supply": "230"})  # one mark is clear
    assert answer.status_code == 302
    row = db.session.scalars(select(EnvironmentRecord)).one()
    assert (row.t_low, row.t_high, row.rh_low, row.rh_high) == (D("22.4"), D("23.1"), D("51"), D("54.5"))
    assert row.extra == {"supply_V": "230"}
    assert row.from_at == clock.at_local(clock.today(), 8)
    shown = text_of(client.get(answer.headers["Location"]))
    assert "22,4 – 23,1 °C" in shown
    assert "Lê Hữu Giả" in shown
    assert "EQ-009" in shown
    assert search.by_code(row.code)[0].kind == "environment"
    room = text_of(client.get("/rooms/P-RF"))
    assert row.code in room
    assert "<rect class=\"span\"" in room
    assert "EQ-009" in text_of(client.get("/rooms/P-RF/environment"))  # suggested next time


@pytest.mark.parametrize(("wrong", "says"), [
    ({"from_at": ""}, "Cần điền mục này."),
    ({"from_at": "16/11/2026"}, "không phải thời điểm dạng"),
    ({"from_at": "16/11/2026 09:30", "to_at": "16/11/2026 09:40"}, "Thời điểm này ở tương lai."),
    ({"to_at": "16/11/2026 07:59"}, "Kết thúc trước lúc bắt đầu."),
    ({"from_at": "01/09/2026 08:00"}, "Dài hơn 31 ngày"),
    ({"t_low": "1.234"}, "có thể đọc thành hai số"),
    ({"t_low": "224"}, "ngoài khoảng có thể xảy ra"),
    ({"t_low": "hai mươi"}, "không phải là số"),
    ({"t_low": "23,2"}, "Giá trị cao nhất nhỏ hơn giá trị thấp nhất."),
    ({"rh_high": "101"}, "ngoài khoảng có thể xảy ra"),
    ({"rh_low": "-1"}, "ngoài khoảng có thể xảy ra"),
    ({"supply": "2300"}, "ngoài khoảng có thể xảy ra"),
    ({"t_low": "", "t_high": "", "rh_low": "", "rh_high": ""}, "Cần ít nhất nhiệt độ hoặc độ ẩm."),
    ({"sensor_code": " "}, "Cần điền mục này."),
    ({"sensor_code": "E" * 41}, "Tối đa 40 ký tự."),
    ({"note": "x" * 2001}, "Tối đa 2000 ký tự."),
])
def test_bad_environment_is_refused_in_place(people, client_as, wrong, says):
    answer = client_as(people.technician).post("/rooms/P-RF/environment", data={**RECORD, **wrong})
    shown = text_of(answer)
    assert answer.status_code == 422
    assert says in shown
    if "note" not in wrong and "sensor_code" not in wrong:
        assert 'value="EQ-009"' in shown  # what was typed stays
    assert db.session.scalars(select(EnvironmentRecord)).all() == []


def test_who_may_not_record_is_refused(people, client_as):
    assert client_as(people.auditor).get("/rooms/P-RF/environment").status_code == 403
    assert client_as(people.reception).post("/rooms/P-RF/environment", data=RECORD).status_code == 403
    assert client_as(people.technician).get("/rooms/P-XX").status_code == 404
    assert client_as(people.technician).get("/environment/MT000").status_code == 404


def test_a_correction_is_a_new_record_beside_the_old_one(people, client_as, record):
    row = record()
    client = client_as(people.technician)
    shown = text_of(client.get(f"/environment/{row.code}/correct"))
    assert 'value="22,4"' in shown
    form = {**RECORD, "t_high": "24,1", "rh_low": "", "rh_high": ""}
    without = client.post(f"/environment/{row.code}/correct", data=form)
    assert without.status_code == 422
    assert 'value="24,1"' in text_of(without)
    answer = client.post(f"/environment/{row.code}/correct", data={**form, "reason": "đọc nhầm cột trên máy"})
    assert answer.status_code == 302
    old, new = db.session.scalars(select(EnvironmentRecord).order_by(EnvironmentRecord.id)).all()
    assert (old.t_high, new.t_high, new.rh_low) == (D("23.1"), D("24.1"), None)
    assert (new.replaces_id, new.reason) == (old.id, "đọc nhầm cột trên máy")
    page = text_of(client.get(f"/environment/{old.code}"))
    assert "Đã được sửa" in page
    assert new.code in page
    assert f"/environment/{old.code}/correct" not in page
    again = client.post(f"/environment/{old.code}/correct", data={**form, "reason": "lần nữa"})
    assert again.status_code == 422
    assert "đã được sửa rồi" in text_of(again)
    room = text_of(client.get("/rooms/P-RF"))
    assert room.count('<rect class="span"') == 1  # temperature of the new one; neither shows humidity of the replaced one
    assert "22,4" in room  # the old one stays in the table
    entry = audit.history("environment", new.id)[0]
    assert entry.reason == "đọc nhầm cột trên máy"


def test_a_room_with_many_records_costs_the_same_and_pages(people, client_as, record, statements):
    for n in range(60):
        record(hours_ago=3 * n + 2)
    client = client_as(people.technician)
    client.get("/rooms/P-RF")
    with statements() as seen:
        shown = text_of(client.get("/rooms/P-RF"))
    assert len(seen) <= 15, str(seen)
    following = re.search(r'rel="next" href="([^"]+)"', shown).group(1).replace("&amp;", "&")
    second = text_of(client.get(following))
    first_codes = set(re.findall(r'href="/environment/([^"]+)"', shown))
    second_codes = set(re.findall(r'href="/environment/([^"]+)"', second))
    assert len(first_codes) == len(second_codes) == 25
    assert not first_codes & second_codes
    csv = text_of(client.get("/rooms/P-RF?export=csv"))
    assert len(csv.strip().splitlines()) == 61
    assert "22.4" in csv  # machine form


def test_one_record_costs_little(people, client_as, record, statements):
    row = record()
    with statements() as seen:
        assert client_as(people.auditor).get(f"/environment/{row.code}").status_code == 200
    assert len(seen) <= 12, str(seen)
