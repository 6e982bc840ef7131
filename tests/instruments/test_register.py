"""Entries of the register: what each kind must say, one entry a thing, firmware as dated acts, and their pages."""
from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest

from instruments import queries, services
from instruments.models import SystemMember
from instruments.rules import Entry, faults
from lab_app.core import audit, clock
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

TODAY = date(2026, 11, 16)
DESCRIBED = {"kind": "instrument", "name_vi": "Máy phân tích phổ", "maker": "Sóng Giả", "type": "SA-9", "serial": "S9",
             "ownership": "own", "room_id": "", "calibration_required": "y", "check_interval_days": "0"}
SYSTEM = {"kind": "system", "maker": "", "type": "", "serial": "", "ranges": [], "calibration_required": False,
          "no_calibration_reason": "từng thành phần được hiệu chuẩn"}
PNG = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc"
       b"\xf8\xff\xff?\x00\x05\xfe\x02\xfeA\xe2!\xbc\x00\x00\x00\x00IEND\xaeB`\x82")


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def steward(people, client_as):
    return client_as(people.quality_manager)


def said(**changes) -> list[str]:
    """Fields that the rules refuse of an otherwise good entry."""
    good = {"kind": "instrument", "maker": "Sóng Giả", "type": "SA-9", "serial": "S9"}
    return [field for field, _says in faults(Entry(**{**good, **changes}), TODAY)]


@pytest.mark.parametrize(("changes", "refused"), [
    ({}, []), ({"maker": " "}, ["maker"]), ({"type": "", "serial": ""}, ["type", "serial"]), ({"kind": "chair"}, ["kind"]),
    ({"kind": "system", "maker": "", "type": "", "serial": ""}, []), ({"kind": "facility", "maker": "", "type": "", "serial": ""}, []),
    ({"kind": "software", "serial": ""}, []), ({"kind": "software", "maker": ""}, ["maker"]),
    ({"ownership": "rented"}, ["owner"]), ({"ownership": "rented", "owner": "Viện"}, []), ({"ownership": "stolen"}, ["ownership"]),
    ({"acquired_on": TODAY + timedelta(days=1)}, ["acquired_on"]), ({"first_issued_on": TODAY + timedelta(days=1)}, ["first_issued_on"]),
    ({"acquired_on": date(2026, 5, 1), "first_issued_on": date(2026, 4, 30)}, ["first_issued_on"]),
    ({"acquired_on": date(2026, 5, 1), "first_issued_on": date(2026, 5, 1)}, []),
    ({"acquired_on": date(2026, 5, 1), "expires_on": date(2026, 5, 1)}, ["expires_on"]), ({"expires_on": date(2020, 1, 1)}, []),
    ({"kind": "reference_material"}, ["expires_on"]), ({"kind": "reference_material", "expires_on": date(2027, 1, 1)}, []),
    ({"kind": "reference_material", "acceptance": "bền, không có hạn: ±5 %"}, []),
    ({"resource": "TCPIP0::192.0.2.7::inst0::INSTR"}, []), ({"resource": "GPIB0::18::INSTR"}, []),
    ({"resource": "192.0.2.7"}, ["resource"]), ({"resource": "TCPIP0::"}, ["resource"]),
])
def test_what_an_entry_must_say(changes, refused):
    assert said(**changes) == refused


def test_one_thing_stands_once_in_the_register(people):
    by = people.quality_manager
    first = equipment.register(by, people.site, "EQ-101", serial="Sn1")
    for twin in ({"serial": "Sn1"}, {"serial": "SN1", "maker": "SÓNG GIẢ", "type": "sa-1"}):
        if twin["serial"] == "SN1":
            first.serial = "SN1"
            db.session.flush()
        with pytest.raises(FieldRefused) as refused:
            equipment.register(by, people.site, "EQ-102", **twin)
        assert refused.value.field == "serial" and "EQ-101" in str(refused.value.message)
    other = equipment.register(by, people.site, "EQ-102", serial="Sn2")
    with pytest.raises(FieldRefused) as refused:
        services.change_instrument(by, other, reason="nhầm", serial="SN1")
    assert refused.value.field == "serial"
    db.session.rollback()


def test_an_entry_keeps_what_was_said_and_its_changes(people):
    by = people.quality_manager
    row = equipment.register(by, people.site, kind="instrument", pool="Máy phổ", ownership="rented", owner="Viện X",
                             acquired_on=date(2026, 1, 2), resource="GPIB0::18::INSTR", identity="SONG GIA,SA-1")
    services.change_instrument(by, row, reason="mua lại", ownership="own", owner="")
    entry = audit.history("instrument", row.id)[0]
    assert (row.ownership, row.pool, entry.reason) == ("own", "Máy phổ", "mua lại") and queries.pools() == ["Máy phổ"]
    for changes in ({"firmware": "2.0"}, {"state": "in_service"}, {"code": "EQ-9"}, {"unusable_from": date.max}):
        with pytest.raises(FieldRefused):
            services.change_instrument(by, row, reason="x", **changes)


# ---- firmware -----------------------------------------------------------------------------------------


def codes(row, at=None, known_at=None):
    return [r.code for r in services.unfit_reasons(row, at or clock.now(), None, known_at or clock.now())]


def test_new_firmware_stops_use_until_it_was_verified(people):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site, firmware="1.0")
    assert codes(row) == []  # the instrument was verified with what it came with
    noon = clock.now() - timedelta(hours=4)
    services.record_firmware(by, row, "1.1", noon, reason="hãng sửa lỗi")
    assert codes(row) == ["firmware-unverified"] and row.firmware == "1.1"
    # as known then, a reading of that hour stood on the old version
    assert codes(row, noon + timedelta(hours=1), noon + timedelta(hours=1)) == []
    services.record_firmware(by, row, "1.1", clock.now(), reason="đã đo lại", verification="đo lại 3 điểm, lệch dưới 0,1 dB")
    assert codes(row) == [] and codes(row, noon + timedelta(hours=1)) == ["firmware-unverified"]
    assert [f.firmware for f in queries.firmware_history(row.id)] == ["1.1", "1.1", "1.0"]


def test_a_version_known_late_does_not_become_the_newest(people):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site)
    services.record_firmware(by, row, "2.0", clock.now() - timedelta(days=1), reason="mới", verification="đạt")
    services.record_firmware(by, row, "1.9", clock.now() - timedelta(days=30), reason="ghi bù", verification="đạt")
    assert row.firmware == "2.0"


@pytest.mark.parametrize(("firmware", "days", "reason", "field"), [
    ("", 0, "x", "firmware"), ("1" * 61, 0, "x", "firmware"), ("2.0", 1, "x", "effective_at"), ("2.0", -400, "x", "effective_at"),
    ("2.0", 0, " ", "reason"), ("1.0", 0, "x", "firmware"),
])
def test_what_firmware_acts_are_refused(people, firmware, days, reason, field):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site, firmware="1.0")
    with pytest.raises(FieldRefused) as refused:
        services.record_firmware(by, row, firmware, clock.now() + timedelta(days=days), reason=reason)
    assert refused.value.field == field
    with pytest.raises(NotAllowed):
        services.record_firmware(people.auditor, row, "3.0", clock.now(), reason="x")


# ---- pages ----------------------------------------------------------------------------------------------


def test_a_refused_entry_names_every_field_and_keeps_the_text(people, steward):
    typed = {**DESCRIBED, "maker": "", "ownership": "rented", "acquired_on": "01/01/2031", "expires_on": "32/01/2026",
             "resource": "192.0.2.7"}
    answer = steward.post("/instruments/new", data=typed)
    assert answer.status_code == 422 and 'value="192.0.2.7"' in answer.text and 'value="SA-9"' in answer.text
    for name in ("maker", "owner", "acquired_on", "expires_on", "resource"):
        assert f'id="{name}-e"' in answer.text, name
    assert steward.post("/instruments/new", data={**DESCRIBED, "kind": "chair"}).status_code == 422
    assert steward.post("/instruments/new", data={**DESCRIBED, "room_id": "9999"}).status_code == 422
    assert queries.by_code("EQ-001") is None


def test_a_stale_edit_is_told_so(people, steward):
    row = equipment.register(people.quality_manager, people.site)
    seen = row.version
    services.change_instrument(people.quality_manager, row, reason="x", location="Kho")
    answer = steward.post("/instruments/EQ-101/edit", data={**DESCRIBED, "reason": "y", "version": str(seen)})
    assert answer.status_code == 409
    db.session.expire_all()
    assert queries.by_code("EQ-101").location == "Kho"


def test_firmware_by_its_page_and_never_by_the_edit(people, steward, client_as):
    equipment.register(people.quality_manager, people.site, firmware="1.0")
    assert 'name="firmware"' not in steward.get("/instruments/EQ-101/edit").text
    typed = {"firmware": "1.1", "effective_at": "16/11/2026 08:00", "reason": "hãng sửa lỗi", "verification": "đo lại 3 điểm"}
    assert steward.post("/instruments/EQ-101/firmware", data=typed).status_code == 302
    db.session.expire_all()
    assert queries.by_code("EQ-101").firmware == "1.1" and "đo lại 3 điểm" in steward.get("/instruments/EQ-101/firmware").text
    assert steward.post("/instruments/EQ-101/firmware", data={**typed, "reason": ""}).status_code == 422
    auditor = client_as(people.auditor)
    assert auditor.get("/instruments/EQ-101/firmware").status_code == 200
    auditor.post("/instruments/EQ-101/firmware", data={**typed, "firmware": "9"})
    db.session.expire_all()
    assert queries.by_code("EQ-101").firmware == "1.1"


def test_a_system_by_its_page(people, steward, client_as):
    by = people.quality_manager
    part = equipment.fit_instrument(by, people.site, "EQ-101")
    equipment.register(by, people.site, "EQ-200", name_vi="Hệ đo", **SYSTEM)
    typed = {"member": "eq-101", "role": "máy thu", "from_at": "16/11/2026 08:00", "reason": ""}
    assert steward.post("/instruments/EQ-200/system", data={**typed, "member": "EQ-999"}).status_code == 422
    assert steward.post("/instruments/EQ-200/system", data={**typed, "from_at": "01/01/2025 08:00"}).status_code == 422
    assert steward.post("/instruments/EQ-200/system", data=typed).status_code == 302
    page = steward.get("/instruments/EQ-200").text
    assert "EQ-101" in page and "máy thu" in page and "EQ-200" in steward.get("/instruments/EQ-101").text
    assert "Khi đó hệ đo chưa có thành phần nào" in steward.get("/instruments/EQ-200/system?at=01/06/2026 08:00").text
    member = db.session.query(SystemMember).one()
    place = f"/instruments/EQ-200/system/{member.id}/end"
    ended = {"until_at": "16/11/2026 08:30", "reason": "tháo ra", "version": str(member.version)}
    auditor = client_as(people.auditor)
    assert auditor.post(place, data=ended).status_code == 403
    # ids of other records and systems are no way in
    assert steward.get(f"/instruments/EQ-101/system/{member.id}/end").status_code == 404
    assert steward.get("/instruments/EQ-200/system/9999/end").status_code == 404 == steward.get("/instruments/EQ-101/system").status_code
    assert steward.post(place, data={**ended, "reason": ""}).status_code == 422
    assert steward.post(place, data={**ended, "version": "0"}).status_code == 409
    assert steward.post(place, data=ended).status_code == 302
    db.session.expire_all()
    assert part.id not in [m.member_id for m in queries.members_at([queries.by_code("EQ-200").id], clock.now(), clock.now()).popitem()[1]]


def test_a_systems_page_asks_no_more_with_more_parts(people, steward, statements):
    by = people.quality_manager
    system = equipment.register(by, people.site, "EQ-200", **SYSTEM)
    for n in range(3):
        services.add_member(by, system, equipment.fit_instrument(by, people.site, f"EQ-30{n}"), clock.now())
    steward.get("/instruments/EQ-200")
    with statements() as few:
        assert steward.get("/instruments/EQ-200").status_code == 200
    for n in range(8):
        services.add_member(by, system, equipment.fit_instrument(by, people.site, f"EQ-40{n}"), clock.now())
    with statements() as many:
        answer = steward.get("/instruments/EQ-200")
    assert len(many) == len(few) <= 15 and answer.text.count("EQ-40") >= 8, many
    with statements() as of_parts:
        steward.get("/instruments/EQ-200/system")
    assert len(of_parts) <= 15


def test_the_list_filters_by_kind_owner_and_pool(people, steward):
    by = people.quality_manager
    equipment.register(by, people.site, "EQ-101", pool="Máy phổ")
    equipment.register(by, people.site, "EQ-102", ownership="rented", owner="Viện X")
    equipment.register(by, people.site, "EQ-200", **SYSTEM)
    for query, code in (("kind=system", "EQ-200"), ("owner=rented", "EQ-102"), ("pool=Máy phổ", "EQ-101"), ("q=vien x", "EQ-102")):
        page = steward.get(f"/instruments?{query}").text.split("<tbody>")[1]
        assert [c for c in ("EQ-101", "EQ-102", "EQ-200") if c in page] == [code], query
    for nonsense in ("kind=zzz", "owner=%27", "pool=-1"):
        assert steward.get(f"/instruments?{nonsense}").status_code == 200


def test_photos_and_documents_hang_on_the_record(people, steward):
    equipment.register(people.quality_manager, people.site)
    for purpose, data, name, status in (("photo", PNG, "a.png", 302), ("document", b"ghi chep", "a.txt", 302),
                                        ("photo", b"ghi chep", "a.txt", 422), ("document", b"MZ\x90\x00\x03", "a.exe", 422)):
        sent = {"purpose": purpose, "caption": f"{purpose} {name}", "file": (BytesIO(data), name)}
        assert steward.post("/instruments/EQ-101/files", data=sent, content_type="multipart/form-data").status_code == status, name
    page = steward.get("/instruments/EQ-101").text
    assert "<img" in page.split("Tệp và ảnh")[-1] and "document a.txt" in page


def test_a_scanned_label_opens_the_record_with_its_live_status(people, steward):
    row = equipment.fit_instrument(people.quality_manager, people.site)
    assert steward.get("/search?q=EQ-101").location.endswith("/instruments/EQ-101")
    assert "Đang dùng" in steward.get("/instruments/EQ-101").text.split("</h1>")[1][:400]
    services.set_state(people.quality_manager, row, "out_of_service", clock.now(), reason="rơi")
    assert "Ngừng sử dụng" in steward.get("/instruments/EQ-101").text.split("</h1>")[1][:400]
