"""Pages of items: reception, deviations, custody, firmware."""
from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import func, select

from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.samples import services
from lab_app.samples.models import CustodyEvent, Sample
from tests.samples.page_facts import again
from tests.samples.test_services import PNG
from tests.support import samples_facts as samples

# ---- items -----------------------------------------------------------------------------------------------


def reception_form(row, **changes):
    typed = {
        "item": row.items[0].id, "received_at": "16/11/2026 08:30", "brought_by": "Ông Đặng", "serial": "SER-1", "hardware": "B1",
        "firmware": "1.0.3", "condition": "nguyên vẹn", "accessories": "nguồn 12 V", "deviation": "", "storage": "K1-03",
        "storage_conditions": "15–30 °C", **{f"ok-{k}": "yes" for k in ("intact", "complete", "matches", "documents", "safe")},
    }
    return {k: v for k, v in {**typed, **changes}.items() if v is not None}


def test_an_item_is_received_with_its_photos(people, made, desk):
    row = samples.accepted_request(people, made.method)
    typed = {**reception_form(row), "photos": [(BytesIO(PNG), "mặt trước.png"), (BytesIO(PNG), "sau.png")]}
    answer = desk.post(f"/requests/{row.number}/receive", data=typed, content_type="multipart/form-data")
    got = db.session.scalars(select(Sample)).one()
    assert answer.status_code == 302 and answer.location.endswith(f"/samples/{got.code}")
    assert clock.local(got.received_at).strftime("%d/%m/%Y %H:%M") == "16/11/2026 08:30"
    assert len(files.attachments("sample", got.id, "photo")) == 2
    page = desk.get(f"/samples/{got.code}").text
    assert "2 ảnh" in page and "K1-03" in page and "Ông Đặng" in page and "nguồn 12 V" in page


@pytest.mark.parametrize(("field", "value"), [
    ("received_at", ""), ("received_at", "16/11/2026"), ("received_at", "16/11/2026 09:01"), ("received_at", "01/11/2026 08:00"),
    ("ok-safe", None), ("ok-safe", "perhaps"), ("condition", " "), ("condition", "x" * 2001), ("storage", ""), ("serial", "x" * 121),
    ("item", "999"), ("deviation", None),
])
def test_a_reception_form_keeps_what_was_typed_beside_the_refusal(people, made, desk, field, value):
    row = samples.accepted_request(people, made.method)
    changes = {field: value, "hardware": "B1-đặc biệt"}
    if field == "deviation":
        changes["ok-intact"] = "no"
    answer = desk.post(f"/requests/{row.number}/receive", data=reception_form(row, **changes))
    assert answer.status_code == 422 and db.session.scalar(select(func.count()).select_from(Sample)) == 0
    assert "B1-đặc biệt" in answer.text and (f'id="{field}-e"' in answer.text or field == "item")


@pytest.mark.parametrize(("name", "data"), [
    ("mau.png", b""), ("mau.png", b"%PDF-1.4 not a picture"), ("mau.pdf", PNG), ("mau.png", b"MZ\x00\x01"),
])
def test_a_photo_that_is_none_is_refused_and_nothing_is_half_saved(people, made, desk, name, data):
    row = samples.accepted_request(people, made.method)
    answer = desk.post(f"/requests/{row.number}/receive", data={**reception_form(row), "photos": [(BytesIO(data), name)]},
                       content_type="multipart/form-data")
    assert answer.status_code == 422 and 'id="photos-e"' in answer.text and db.session.scalar(select(func.count()).select_from(Sample)) == 0


def test_a_deviating_item_waits_and_the_customers_answer_is_recorded(people, made, desk):
    row = samples.accepted_request(people, made.method)
    cracked = {"ok-intact": "no", "why-intact": "nứt vỏ", "deviation": "Nứt vỏ"}
    desk.post(f"/requests/{row.number}/receive", data=reception_form(row, **cracked))
    got = db.session.scalars(select(Sample)).one()
    page = desk.get(f"/samples/{got.code}").text
    assert "Chờ khách hàng trả lời" in page and "7.4.3" in page
    said = {"decision": "proceed", "answered_by": "Ông Đặng", "answered_on": "16/11/2026", "text": "Cứ thử"}
    for field, value in (("decision", ""), ("decision", "x"), ("answered_by", ""), ("answered_on", "17/11/2026"), ("text", " ")):
        assert desk.post(f"/samples/{got.code}/answer", data={**said, field: value}).status_code == 422, field
    desk.post(f"/samples/{got.code}/answer", data=said)
    assert "Vẫn thử" in desk.get(f"/samples/{got.code}").text


def test_a_scanned_item_is_taken_by_one_click(people, made, client_as):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    bench = client_as(people.technician)
    assert bench.get("/samples/scan").status_code == 200
    assert bench.get(f"/samples/scan?q={row.code.lower()}").location.endswith(f"/samples/{row.code}/move")
    missing = bench.get("/samples/scan?q=M26-9999-01")
    assert missing.status_code == 422 and "M26-9999-01" in missing.text
    bench.post(f"/samples/{row.code}/move", data={"mine": "1", "version": row.version})
    last = db.session.scalars(select(CustodyEvent).order_by(CustodyEvent.id.desc())).first()
    assert (last.kind, last.to_person_id, last.at) == ("taken", people.technician.id, clock.now()) and again(row).status == "in_use"


@pytest.mark.parametrize(("field", "changes"), [
    ("kind", {"kind": "lost"}), ("kind", {"kind": ""}), ("place", {"kind": "stored"}), ("to_person", {"kind": "handed_over"}),
    ("note", {"kind": "disposed"}), ("at", {"kind": "taken", "at": "17/11/2026 08:00"}), ("at", {"kind": "taken", "at": "hôm qua"}),
    ("at", {"kind": "taken", "at": "01/11/2026 08:00"}), ("to_person", {"kind": "taken", "to_person": "999"}),
    ("place", {"kind": "stored", "place": "x" * 201}),
])
def test_a_move_that_cannot_be_is_refused_beside_its_field(people, made, client_as, field, changes):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    typed = {"version": row.version, "to_text": "" if field == "to_person" else "chữ đã gõ", **changes}
    answer = client_as(people.technician).post(f"/samples/{row.code}/move", data=typed)
    assert answer.status_code == 422 and f'id="{field}' in answer.text and again(row).status == "received"


def test_two_people_move_one_item(people, made, client_as):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    seen = row.version
    services.move_sample(people.second_technician, row, kind="taken", at=clock.now(), to_person=people.second_technician)
    answer = client_as(people.technician).post(f"/samples/{row.code}/move", data={"mine": "1", "version": seen})
    assert answer.status_code == 409


def test_a_returned_item_is_closed_and_says_so(people, made, client_as):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    desk = client_as(people.reception)
    desk.post(f"/samples/{row.code}/move", data={"kind": "returned", "to_text": "Ông Đặng", "note": "TM-12", "version": row.version})
    page = desk.get(f"/samples/{row.code}/move").text
    assert again(row).status == "returned" and "Đã trả" in page and 'name="kind"' not in page
    assert "Bàn giao</a>" not in desk.get(f"/samples/{row.code}").text


def test_firmware_and_photos_are_added_later(people, made, client_as):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    bench = client_as(people.technician)
    typed = {"firmware": "1.0.4", "changed_at": "16/11/2026 08:00", "by": "khách hàng", "reason": "giảm phát xạ"}
    bad = [("firmware", ""), ("changed_at", "17/11/2026 08:00"), ("changed_at", "01/11/2026 08:00"), ("by", ""), ("reason", "")]
    for field, value in bad:
        assert bench.post(f"/samples/{row.code}/firmware", data={**typed, field: value}).status_code == 422, field
    bench.post(f"/samples/{row.code}/firmware", data=typed)
    assert bench.post(f"/samples/{row.code}/photos", data={"caption": "x"}).status_code == 422
    bench.post(f"/samples/{row.code}/photos", data={"photos": [(BytesIO(PNG), "a.png")], "caption": "nhãn máy"},
               content_type="multipart/form-data")
    page = bench.get(f"/samples/{row.code}").text
    assert "1.0.4" in page and "nhãn máy" in page
