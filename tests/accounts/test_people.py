"""Pages of people: list, record, forms, authorisations; bad input is refused in place and nothing is half-saved."""
from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from sqlalchemy import select

from lab_app.accounts import queries, services
from lab_app.accounts.models import Authorisation, Person
from lab_app.core import audit, search
from lab_app.core import db as database
from lab_app.core.db import db
from tests.support.people_facts import CAST, authorise, make_person

NEW = {"code": "N20", "full_name": "Đặng Thị Hương", "email": "huong@lab.example", "roles": ["technician"]}


def keep() -> None:
    db.session.commit()
    database.end_writing()


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def password_in(answer) -> str:
    return re.search(r"<code data-once>([^<]+)</code>", text_of(answer)).group(1)


# ---- the list ------------------------------------------------------------------------------------------------


def test_the_list_sorts_by_given_name_and_searches_without_accents(people, client_as):
    client = client_as(people.administrator)
    names = re.findall(r'<td class="w">([^<]+)<small>', text_of(client.get("/people")))
    assert names == sorted(names, key=search.given_name_key)
    assert names != sorted(names)
    found = re.findall(r'<td class="w">([^<]+)<small>', text_of(client.get("/people?q=huu gia")))
    assert found == ["Lê Hữu Giả"]


def test_the_list_filters_by_role_and_state_and_exports_what_is_shown(people, client_as):
    services.set_active(people.administrator, people.second_technician, False, "nghỉ việc")
    keep()
    client = client_as(people.administrator)
    shown = text_of(client.get("/people?role=technician&state=active"))
    assert "Lê Hữu Giả" in shown
    assert "Phạm Thu Tưởng" not in shown
    csv = text_of(client.get("/people?role=technician&state=closed&export=csv"))
    assert "Phạm Thu Tưởng" in csv
    assert "Lê Hữu Giả" not in csv
    assert client.get("/people?export=xlsx").data[:2] == b"PK"


def test_the_list_costs_the_same_however_long(people, client_as, statements):
    for n in range(40):
        person = make_person(f"X{n:02d}", f"Người Thứ {n}", "technician", "reviewer")
        authorise(people.signatory, person, "*", "test")
    keep()
    with statements() as seen:
        answer = client_as(people.administrator).get("/people")
    assert answer.status_code == 200
    assert len(seen) <= 12, str(seen)
    repeated = {s: n for s, n in seen.repeated().items() if n > 2}
    assert repeated == {}


def test_who_may_not_see_people_is_refused(people, client_as):
    assert client_as(people.sales).get("/people").status_code == 403
    assert client_as(people.technician).get("/people/new").status_code == 403
    assert client_as(people.auditor).post(f"/people/{people.technician.code}/active").status_code == 403


# ---- a new account --------------------------------------------------------------------------------------------


def test_a_new_person_gets_a_random_password_shown_once(people, client_as, monkeypatch):
    from lab_app.accounts import sign_in

    real, hashing_held = sign_in.password_hash, []
    monkeypatch.setattr(sign_in, "password_hash", lambda plain: hashing_held.append(database.writing.get()) or real(plain))
    client = client_as(people.administrator)
    answer = client.post("/people/new", data=NEW)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    password = password_in(answer)
    assert len(password) >= 16
    assert hashing_held == [False]  # a hash takes long: never inside the writing transaction
    person = queries.person_by_code("N20")
    assert password not in person.password
    assert person.role_names == ["technician"]
    assert password not in text_of(client.get("/people/N20"))
    assert password not in audit.history("person", person.id)[0].canonical
    # And it opens the door.
    visitor = client.application.test_client()
    entered = visitor.post("/sign-in", data={"email": "huong@lab.example", "password": password})
    assert entered.status_code == 302
    assert visitor.get("/me").location.startswith("/undertaking")  # and nothing further before the undertaking (4.2.4)
    assert visitor.get("/undertaking").status_code == 200


@pytest.mark.parametrize(("wrong", "says"), [
    ({"code": ""}, "Cần điền mục này."),
    ({"code": "a b/c"}, "Chỉ dùng chữ A–Z"),
    ({"code": "N" * 21}, "Tối đa 20 ký tự."),
    ({"full_name": "   "}, "Cần điền mục này."),
    ({"full_name": "Đ" * 201}, "Tối đa 200 ký tự."),
    ({"email": "không phải thư"}, "Địa chỉ thư điện tử không đúng dạng."),
    ({"email": "N08@LAB.example"}, "Đã có tài khoản với thư điện tử này."),
    ({"code": "n08"}, "Mã nhân viên này đã dùng."),
    ({"roles": []}, "Chọn ít nhất một mục."),
    ({"roles": ["root"]}, "Lựa chọn không có trong danh sách."),
])
def test_a_refused_person_keeps_what_was_typed(people, client_as, wrong, says):
    before = db.session.scalars(select(Person.id)).all()
    answer = client_as(people.administrator).post("/people/new", data={**NEW, **wrong})
    assert answer.status_code == 422
    shown = text_of(answer)
    assert says in shown
    for name in {"full_name", "email"} - set(wrong):
        assert f'value="{NEW[name]}"' in shown
    assert db.session.scalars(select(Person.id)).all() == before


def test_names_are_kept_composed(people, client_as):
    client_as(people.administrator).post("/people/new", data={**NEW, "full_name": unicodedata.normalize("NFD", NEW["full_name"])})
    assert queries.person_by_code("N20").full_name == NEW["full_name"]


# ---- the record -------------------------------------------------------------------------------------------------


def test_the_record_shows_who_did_what_and_why(people, client_as, statements):
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    keep()
    client = client_as(people.administrator)
    with statements() as seen:
        shown = text_of(client.get("/people/N04"))
    assert len(seen) <= 15, str(seen)
    assert "QCVN 54" in shown
    assert "Nguyễn Văn Ví" in shown  # who authorised
    assert client.get("/people/N99").status_code == 404


def test_the_record_costs_the_same_with_many_authorisations(people, client_as, statements):
    for n in range(30):
        authorise(people.signatory, people.technician, f"QCVN {n}", "test", "review")
    keep()
    with statements() as seen:
        client_as(people.administrator).get("/people/N04")
    assert len(seen) <= 15, str(seen)


def test_edit_then_a_stale_page_is_told(people, client_as):
    client = client_as(people.administrator)
    version = people.technician.version
    facts = {"full_name": "Lê Hữu Giả", "email": "n04@lab.example", "title_vi": "Thử nghiệm viên RF", "version": version}
    assert client.post("/people/N04/edit", data=facts).status_code == 302
    again = client.post("/people/N04/edit", data={**facts, "title_vi": "Trưởng nhóm"})
    assert again.status_code == 409
    assert "Trưởng nhóm" in text_of(again)  # the second person's text is kept
    assert "Thử nghiệm viên RF" in text_of(again)  # and what the first changed is shown
    assert queries.person_by_code("N04").title_vi == "Thử nghiệm viên RF"


def test_an_address_of_another_account_is_refused(people, client_as):
    answer = client_as(people.administrator).post(
        "/people/N04/edit", data={"full_name": "Lê Hữu Giả", "email": "n05@lab.example", "version": people.technician.version})
    assert answer.status_code == 422
    assert "Đã có tài khoản" in text_of(answer)


# ---- roles of a person --------------------------------------------------------------------------------------------


def test_roles_change_with_a_reason_and_end_open_sessions(people, client_as):
    theirs = client_as(people.technician)
    assert theirs.get("/me").status_code == 200
    admin = client_as(people.administrator)
    form = {"roles": ["technician", "reviewer"], "version": people.technician.version}
    assert admin.post("/people/N04/roles", data=form).status_code == 422
    assert admin.post("/people/N04/roles", data={**form, "reason": "bổ nhiệm"}).status_code == 302
    entry = audit.history("person", people.technician.id)[0]
    assert entry.reason == "bổ nhiệm"
    assert entry.actor_name == "Mai Hệ Thống"
    assert '"reviewer"' in entry.canonical
    assert theirs.get("/me").status_code == 302  # signed out
    shown = text_of(admin.get("/people/N04"))
    assert "Thử nghiệm viên</del>" in shown.replace("\n", "")
    assert "Người soát xét, Thử nghiệm viên" in shown


def test_the_last_administrator_cannot_be_lost(people, client_as):
    admin = client_as(people.administrator)
    answer = admin.post("/people/N01/roles", data={
        "roles": ["auditor"], "reason": "thử", "version": people.administrator.version})
    assert answer.status_code == 422
    assert "quản trị viên cuối cùng" in text_of(answer)
    assert queries.person_by_code("N01").role_names == ["administrator"]


# ---- closing an account --------------------------------------------------------------------------------------------


def test_a_closed_account_loses_its_session_and_cannot_sign_in(people, client_as):
    from lab_app.accounts.sign_in import password_hash

    people.technician.password = password_hash("mật khẩu dài 1")
    services.set_password(people.administrator, people.technician, people.technician.password)
    keep()
    theirs = client_as(people.technician)
    assert theirs.get("/me").status_code == 200
    admin = client_as(people.administrator)
    assert admin.post("/people/N04/active", data={"active": "0"}).status_code == 422  # no reason
    answer = admin.post("/people/N04/active", data={"active": "0", "reason": "nghỉ việc", "version": people.technician.version})
    assert answer.status_code == 302
    assert theirs.get("/me").status_code == 302
    refused = admin.application.test_client().post("/sign-in", data={"email": "n04@lab.example", "password": "mật khẩu dài 1"})
    assert refused.status_code == 200
    assert "Tài khoản hoặc mật khẩu không đúng." in text_of(refused)
    assert "khóa" not in re.sub(r"<script.*?</script>", "", text_of(refused)).lower().replace("tạm khóa", "")
    admin.post("/people/N04/active", data={"active": "1", "reason": "trở lại"})
    assert queries.person_by_code("N04").active


def test_nobody_closes_the_own_account_and_a_refused_reason_stays(people, client_as):
    admin = client_as(people.administrator)
    answer = admin.post("/people/N01/active", data={"active": "0", "reason": "nhầm"})
    assert answer.status_code == 422
    too_long = admin.post("/people/N04/active", data={"active": "0", "reason": "x" * 1001})
    assert too_long.status_code == 422
    assert "x" * 1001 in text_of(too_long)
    assert queries.person_by_code("N01").active
    assert queries.person_by_code("N04").active


def test_a_new_password_ends_sessions_and_is_shown_once(people, client_as):
    theirs = client_as(people.technician)
    admin = client_as(people.administrator)
    assert admin.post("/people/N04/password", data={}).status_code == 422
    answer = admin.post("/people/N04/password", data={"reason": "quên mật khẩu"})
    password = password_in(answer)
    assert theirs.get("/me").status_code == 302
    assert audit.history("person", people.technician.id)[0].reason == "quên mật khẩu"
    entered = admin.application.test_client().post("/sign-in", data={"email": "n04@lab.example", "password": password})
    assert entered.status_code == 302


# ---- authorisations ------------------------------------------------------------------------------------------------

LEAVE = {"task": ["test"], "method_code": ["QCVN 54", "QCVN 65"], "valid_from": "16/11/2026", "valid_to": "15/11/2027",
         "basis": "đánh giá tay nghề 10/11/2026"}


@pytest.fixture
def methods(people):
    """Two methods known by code, as the room of methods makes them findable."""
    database.begin_writing()
    search.put("method", 1, "QCVN 54", "Thiết bị thu phát vô tuyến 2,4 GHz")
    search.put("method", 2, "QCVN 65", "Thiết bị truy nhập vô tuyến 5 GHz")
    keep()


def rows_of(person) -> list[Authorisation]:
    return queries.authorisations_of(person.id)


def test_the_signatory_authorises_several_methods_at_once(people, methods, client_as):
    client = client_as(people.signatory)
    assert "QCVN 65" in text_of(client.get("/people/N04/authorise"))
    assert client.post("/people/N04/authorise", data=LEAVE).status_code == 302
    assert {(r.task, r.method_code, r.valid_to) for r in rows_of(people.technician)} == {
        ("test", "QCVN 54", date(2027, 11, 15)), ("test", "QCVN 65", date(2027, 11, 15))}
    twice = client.post("/people/N04/authorise", data=LEAVE)
    assert twice.status_code == 422
    assert "trùng thời gian" in text_of(twice)
    assert len(rows_of(people.technician)) == 2


@pytest.mark.parametrize(("wrong", "says"), [
    ({"valid_to": "15/11/2026"}, "Ngày kết thúc trước ngày bắt đầu."),
    ({"valid_to": "15/11/2036"}, "Dài hơn 5 năm"),
    ({"valid_from": "2026-13-01"}, "không phải ngày dạng"),
    ({"valid_from": ""}, "Cần điền mục này."),
    ({"basis": ""}, "Cần điền mục này."),
    ({"basis": "x" * 2001}, "Tối đa 2000 ký tự."),
    ({"task": []}, "Chọn ít nhất một mục."),
    ({"task": ["fly"]}, "Lựa chọn không có trong danh sách."),
    ({"method_code": ["QCVN 999"]}, "Lựa chọn không có trong danh sách."),
])
def test_a_refused_authorisation_leaves_nothing(people, methods, client_as, wrong, says):
    answer = client_as(people.signatory).post("/people/N04/authorise", data={**LEAVE, **wrong})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert rows_of(people.technician) == []


def test_only_who_may_authorise_does(people, methods, client_as):
    assert client_as(people.administrator).post("/people/N04/authorise", data=LEAVE).status_code == 403
    assert client_as(people.technician).post("/people/N04/authorise", data=LEAVE).status_code == 403


def test_a_withdrawal_keeps_what_was_known_before(people, client_as, frozen_clock):
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    keep()
    row = rows_of(people.technician)[0]
    client = client_as(people.signatory)
    frozen_clock.advance(days=10)
    form = {"from_day": "20/11/2026", "reason": "không đạt thử nghiệm thành thạo", "version": row.version}
    assert client.post(f"/authorisations/{row.id}/withdraw", data={**form, "reason": " "}).status_code == 422
    assert client.post(f"/authorisations/{row.id}/withdraw", data={**form, "from_day": "01/01/2027"}).status_code == 422
    assert client.post(f"/authorisations/{row.id}/withdraw", data=form).status_code == 302
    assert client.post(f"/authorisations/{row.id}/withdraw", data={**form, "version": ""}).status_code == 422  # already withdrawn
    # On 21 November, as known now: withdrawn. As known on that day: nobody had withdrawn it yet.
    shown = text_of(client.get("/people/N04?at=21/11/2026"))
    assert "Đã thu lại" in shown
    assert "theo hiểu biết ngày đó: Còn hiệu lực" in shown
    assert "1 dòng khác với những gì biết vào ngày đó" in shown
    same = text_of(client.get("/people/N04?at=18/11/2026"))
    assert "theo hiểu biết ngày đó" not in same
    assert client.get("/people/N04?at=hôm qua").status_code == 200
    assert "không phải ngày dạng" in text_of(client.get("/people/N04?at=hôm qua"))


def test_authorisations_are_in_the_history_of_the_person(people, client_as):
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    keep()
    shown = text_of(client_as(people.quality_manager).get(f"/history/person/{people.technician.id}"))
    assert "Trao quyền" in shown
    assert "QCVN 54" in shown


def test_evidence_and_figures_follow_the_records(people, statements):
    from lab_app.core import evidence, indicators

    authorise(people.signatory, people.technician, "QCVN 54", "test", valid_to=date(2026, 12, 1))
    keep()
    counts = {(e.clause, e.endpoint): n for e, n in evidence.with_counts(evidence.for_clause("6.2"))}
    assert counts["6.2.6", "accounts.people"] == 1
    figures = {s.indicator.key: s for s in indicators.shown()}
    assert (figures["authorisations-ending"].count, figures["authorisations-ending"].tone) == (1, "warn")
    assert figures["people-without-undertaking"].count == 0
    authorise(people.signatory, people.technician, "QCVN 54", "test", valid_from=date(2026, 12, 2), valid_to=date(2027, 12, 1))
    keep()
    with statements() as seen:
        figures = {s.indicator.key: s for s in indicators.shown()}
    assert figures["authorisations-ending"].count == 0  # continued by the next one
    assert len(seen) <= 3, str(seen)
    database.begin_writing()
    for person in (getattr(people, name) for name in CAST):
        person.undertaking_on = None
    audit.acting(people.administrator)
    keep()
    assert {s.indicator.key: s for s in indicators.shown()}["people-without-undertaking"].count == 9
