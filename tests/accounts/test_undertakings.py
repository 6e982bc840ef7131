"""The undertaking before anything else (4.2.4): the page, the service and a crafted request; paper; a new text."""
from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import select

from lab_app.accounts import services as people_services
from lab_app.accounts.interests import queries, services
from lab_app.accounts.interests.models import Undertaking, UndertakingText
from lab_app.accounts.models import Person, Signature
from lab_app.core import db as database
from lab_app.core import inbox
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.files import put_bytes
from lab_app.core.gates import GateHit
from lab_app.core.inbox import Ask
from tests.support.people_facts import SETTER, make_people
from tests.support.signing import PASSWORD, confirmed, typed, with_password

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
TEXT = "Tôi giữ bí mật mọi điều biết được khi làm việc cho phòng thử nghiệm. " * 5


@pytest.fixture
def people(app, frozen_clock):
    return make_people()


def keep():
    db.session.commit()
    database.end_writing()


@pytest.fixture
def newcomer(people):
    row = people_services.add_person(SETTER, code="N30", full_name="Nguyễn Thị Học Việc", email="n30@lab.example", password_hash=None,
                                     roles=["technician", "quality_manager"])
    keep()
    return row


def again(person):
    return db.session.get_one(Person, person.id)


def test_a_page_leads_to_the_undertaking_and_signing_it_opens_the_account(newcomer, client_as):
    client = client_as(newcomer)
    met = client.get("/quality?x=1")
    assert met.status_code == 302 and met.location == "/undertaking?next=/quality?x%3D1"
    page = client.get(met.location)
    assert page.status_code == 200
    body = page.get_data(as_text=True)
    assert "Ký cam kết và vào hệ thống" in body and "Tôi giữ bí mật mọi thông tin" in body
    assert "/people" not in body and 'role="search"' not in body  # nothing of the house is seen from its door
    signed = client.post(met.location, data=typed(client, newcomer, met.location))
    assert signed.status_code == 302 and signed.location == "/quality?x=1"
    assert client.get("/quality").status_code == 200
    row = db.session.scalars(select(Undertaking)).one()
    assert (row.way, row.edition, row.person_id, row.given_on) == ("signed", 0, newcomer.id, date(2026, 11, 16))
    signature = db.session.scalars(select(Signature).where(Signature.subject_kind == "undertaking")).one()
    assert signature.meaning == "undertaken" and signature.subject_id == row.id and signature.method == "password"
    assert queries.current_text().sha256 in signature.shown


def test_the_words_are_in_the_readers_language(newcomer, client_as):
    client = client_as(newcomer)
    client.post("/language", data={"lang": "en", "next": "/undertaking"})
    assert again(newcomer).language == "en"
    assert "I keep secret all information" in client.get("/undertaking").get_data(as_text=True)


def test_a_crafted_request_is_refused_by_the_gate_and_leaves_a_hit(newcomer, client_as):
    client = client_as(newcomer)
    answer = client.post("/people/N30/active", data={"active": "0", "reason": "x"})
    assert answer.status_code == 422 and "4.2.4" in answer.get_data(as_text=True)
    data = client.get("/quality", headers={"Accept": "application/json"})
    assert data.status_code == 422 and data.json["gate"] == "undertaking-filed" and data.json["clauses"] == ["4.2.4"]
    assert {hit.gate for hit in db.session.scalars(select(GateHit))} == {"undertaking-filed"}


def test_every_service_refuses_whoever_calls_it(newcomer):
    with pytest.raises(GateRefused) as caught:
        services.report_pressure(newcomer, nature="time", happened_on=date(2026, 11, 16), from_whom="ai đó", what="x")
    assert caught.value.stop.gate == "undertaking-filed"


@pytest.mark.parametrize(("change", "says"), [
    ({"password": "sai"}, "Mật khẩu không đúng; chưa ký."),
    ({"password": ""}, "Gõ lại mật khẩu của bạn để ký."),
    ({"shown": "0" * 64}, "hồ sơ đã khác với những gì trang cho xem"),
    ({"shown": ""}, "hồ sơ đã khác với những gì trang cho xem"),
])
def test_a_wrong_signature_opens_nothing(newcomer, client_as, change, says):
    client = client_as(newcomer)
    answer = client.post("/undertaking", data={**typed(client, newcomer, "/undertaking"), **change})
    assert answer.status_code == 422 and says in answer.get_data(as_text=True)
    assert again(newcomer).undertaking_on is None and client.get("/me").status_code == 302
    assert db.session.scalar(select(Undertaking.id)) is None


def test_a_redirect_leads_nowhere_else(newcomer, client_as):
    client = client_as(newcomer)
    facts = typed(client, newcomer, "/undertaking")
    assert client.post("/undertaking?next=https://elsewhere.example/", data=facts).location == "/"


def test_signing_asks_three_things_of_the_database_and_a_page_of_a_known_person_nothing(people, client_as, statements):
    client = client_as(people.technician)
    client.get("/me")
    with statements() as seen:
        client.get("/me")
    assert not [one for one in seen if "undertaking" in str(one).lower().replace("undertaking_on", "").replace("undertaking_until", "")]


# ---- paper -------------------------------------------------------------------------------------------------------


def test_the_administrator_files_a_paper_and_the_account_opens(people, newcomer, client_as):
    admin = client_as(people.administrator)
    data = {"given_on": "14/11/2026", "scan": (io.BytesIO(PDF), "cam-ket.pdf"), "note": "ký trước mặt trưởng phòng"}
    answer = admin.post("/people/N30/undertaking", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
    assert again(newcomer).undertaking_on == date(2026, 11, 14)
    row = db.session.scalars(select(Undertaking)).one()
    assert row.way == "paper" and row.filed_by_id == people.administrator.id
    assert admin.get(f"/undertakings/{row.id}/scan").data == PDF
    assert client_as(newcomer).get("/me").status_code == 200
    assert "bản quét" in admin.get("/people/N30/interests").get_data(as_text=True)


@pytest.mark.parametrize(("data", "says"), [
    ({"given_on": "17/11/2026", "scan": (PDF, "a.pdf")}, "Ngày này ở tương lai."),
    ({"given_on": "31/02/2026", "scan": (PDF, "a.pdf")}, "không phải ngày dạng dd/mm/yyyy"),
    ({"given_on": "", "scan": (PDF, "a.pdf")}, "Cần điền mục này."),
    ({"given_on": "14/11/2026"}, "Cần điền mục này."),
    ({"given_on": "14/11/2026", "scan": (b"<script>alert(1)</script>", "a.html")}, "Loại tệp này không được nhận ở đây."),
    ({"given_on": "14/11/2026", "scan": (PDF, "a.png")}, "không khớp với đuôi"),
])
def test_a_paper_that_is_none_is_refused(people, newcomer, client_as, data, says):
    sent = {name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for name, value in data.items()}
    answer = client_as(people.administrator).post("/people/N30/undertaking", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422 and says in answer.get_data(as_text=True)
    assert again(newcomer).undertaking_on is None


def test_nobody_files_an_own_paper_and_only_who_keeps_people_files_one(people, newcomer):
    upload = put_bytes(PDF, "a.pdf")
    with pytest.raises(Refused, match="Cam kết của chính mình"):
        services.file_undertaking(people.administrator, people.administrator, upload, date(2026, 11, 14))
    with pytest.raises(NotAllowed):
        services.file_undertaking(people.technician, newcomer, upload, date(2026, 11, 14))


# ---- a new text ----------------------------------------------------------------------------------------------------


def test_a_new_text_is_asked_for_and_shuts_the_door_after_its_day(people, client_as, frozen_clock):
    services.write_text(people.administrator, text_vi=TEXT, text_en="I keep secret. " * 20, change="thêm dữ liệu cá nhân",
                        sign_by=date(2026, 11, 30))
    keep()
    person = again(people.technician)
    assert person.undertaking_until == date(2026, 11, 30)
    asked = db.session.scalars(inbox.of(person.id, [])).all()
    assert [(one.kind, one.link, one.due_on) for one in asked if one.kind == "undertaking"] == [
        ("undertaking", "/undertaking", date(2026, 11, 30))]
    client = client_as(people.technician)
    assert client.get("/me").status_code == 200
    frozen_clock.advance(days=15)
    assert client_as(people.technician).get("/me").location.startswith("/undertaking")
    page = "/undertaking"
    client = client_as(people.technician)
    assert "bản cũ hết hiệu lực" not in client.get(page).get_data(as_text=True)
    assert client.post(page, data=typed(client, people.technician, page)).status_code == 302
    row = db.session.scalars(select(Undertaking)).one()
    assert row.edition == 1 and again(people.technician).undertaking_until is None
    assert db.session.scalar(select(Ask).where(Ask.key == f"undertaking/{people.technician.id}")).settled_at is not None


def test_who_signs_while_the_text_changes_signs_nothing(people, newcomer, client_as):
    client = client_as(newcomer)
    facts = typed(client, newcomer, "/undertaking")
    services.write_text(people.administrator, text_vi=TEXT, text_en="I keep secret. " * 20, change="viết lại")
    keep()
    answer = client.post("/undertaking", data=facts)
    assert answer.status_code == 422 and "Đọc lại trang vừa mở lại" in answer.get_data(as_text=True)
    assert TEXT.strip() in answer.get_data(as_text=True)  # the new text is what is shown now


@pytest.mark.parametrize(("facts", "field"), [
    ({"text_vi": "ngắn"}, "text_vi"), ({"text_en": "short"}, "text_en"), ({"change": "  "}, "change"),
    ({"sign_by": date(2026, 11, 15)}, "sign_by"),
])
def test_a_text_that_is_none_is_refused(people, facts, field):
    described = {"text_vi": TEXT, "text_en": "I keep secret. " * 20, "change": "viết lại", **facts}
    with pytest.raises(FieldRefused) as caught:
        services.write_text(people.administrator, **described)
    assert caught.value.field == field


def test_a_text_without_a_change_and_by_somebody_else_is_refused(people):
    now = queries.current_text()
    with pytest.raises(FieldRefused, match="giống hệt"):
        services.write_text(people.administrator, text_vi=now.vi, text_en=now.en, change="không đổi gì")
    with pytest.raises(NotAllowed):
        services.write_text(people.quality_manager, text_vi=TEXT, text_en="I keep secret. " * 20, change="viết lại")


def test_texts_and_undertakings_are_written_once(people):
    services.write_text(people.administrator, text_vi=TEXT, text_en="I keep secret. " * 20, change="viết lại")
    services.sign_undertaking(people.technician, confirmed=confirmed(people.technician))
    keep()
    for model, column in ((UndertakingText, "change"), (Undertaking, "note")):
        database.begin_writing()
        row = db.session.scalars(select(model)).one()
        setattr(row, column, "khác")
        with pytest.raises(Exception, match="append-only"):
            db.session.flush()
        db.session.rollback()
        database.end_writing()


def test_a_colleagues_signature_is_none(people, newcomer):
    with pytest.raises(GateRefused) as caught:
        services.sign_undertaking(newcomer, confirmed=confirmed(people.technician))
    assert caught.value.stop.gate == "signed-by-person"


def test_the_password_page_stays_open_at_the_door(newcomer, client_as):
    with_password(newcomer)
    keep()
    client = client_as(newcomer)
    assert client.get("/change-password").status_code == 200
    assert client.post("/sign-out").status_code == 302
    assert PASSWORD
