"""The second factor: given by oneself, asked at the door and at a signature, taken away; no code twice."""
from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from lab_app.accounts import second_factor
from lab_app.accounts.models import Person, SignInAttempt
from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.db import db
from tests.support.people_facts import make_people
from tests.support.signing import PASSWORD, with_password


@pytest.fixture
def people(app, frozen_clock):
    made = make_people()
    with_password(made.signatory)
    with_password(made.technician)
    db.session.commit()
    database.end_writing()
    return made


def now(person: Person) -> Person:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Person).where(Person.code == person.code)).one()


def code_of(secret: str) -> str:
    return second_factor.codes()._totp.from_source(secret).generate(clock.now()).token


def shown(client) -> tuple[str, str]:
    """The sealed secret of the page, and the code a phone that scanned it would show."""
    body = client.get("/me/second-factor").get_data(as_text=True)
    sealed = re.search(r'name="sealed"[^>]* value="([^"]+)"', body)[1]
    key = re.search(r'<p class="hash" translate="no">([A-Z2-7 -]+)</p>', body)[1]
    from passlib.totp import TOTP

    return sealed, TOTP(key.replace("-", "").replace(" ", ""), format="base32").generate(clock.now()).token


def enrol(client, **changed) -> int:
    sealed, code = shown(client)
    return client.post("/me/second-factor", data={"password": PASSWORD, "code": code, "sealed": sealed, **changed}).status_code


def test_a_person_gives_the_account_a_second_factor(people, client_as, frozen_clock):
    client = client_as(people.signatory)
    assert enrol(client, password="sai") == 422
    assert enrol(client, code="000000") == 422
    assert enrol(client, sealed="made-up") == 422
    other, _code = shown(client_as(people.technician))
    assert enrol(client, sealed=other) == 422, "a symbol that another person was shown"
    assert now(people.signatory).tf_totp_secret is None
    assert enrol(client) == 302
    kept = now(people.signatory)
    assert kept.tf_primary_method == "authenticator" and "enckey" in kept.tf_totp_secret
    assert "đã có bước thứ hai" in client.get("/me/second-factor").get_data(as_text=True)
    sealed, code = shown(client_as(people.technician))
    again = {"password": PASSWORD, "code": code, "sealed": sealed}
    assert client.post("/me/second-factor", data=again).status_code == 422, "an account that has one gets no other"
    assert "Bỏ bước thứ hai" in client.get("/me").get_data(as_text=True)


def test_the_door_asks_for_the_code_and_takes_none_twice(people, client, client_as, app, frozen_clock):
    assert enrol(client_as(people.signatory)) == 302
    secret = now(people.signatory).tf_totp_secret
    frozen_clock.advance(minutes=2)
    door = {"email": people.signatory.email, "password": PASSWORD}
    assert "Gõ lại mật khẩu cùng mã" in client.post("/sign-in", data=door).get_data(as_text=True)
    assert client.get("/me").status_code == 302, "the password alone opens nothing"
    assert client.post("/sign-in", data={**door, "code": "000000"}).status_code == 200
    assert client.post("/sign-in", data={**door, "password": "sai", "code": code_of(secret)}).status_code == 200
    code = code_of(secret)
    assert client.post("/sign-in", data={**door, "code": code}).status_code == 302
    assert client.get("/me").status_code == 200
    second = app.test_client()
    assert second.post("/sign-in", data={**door, "code": code}).status_code == 200, "a code that was looked over a shoulder"
    tries = db.session.scalars(select(SignInAttempt)).all()
    assert [one.succeeded for one in tries] == [False, False, False, True, False]


def test_it_is_taken_away_by_oneself_or_by_an_administrator_with_a_reason(people, client_as, frozen_clock):
    client, administrator = client_as(people.signatory), client_as(people.administrator)
    address = f"/people/{people.signatory.code}/second-factor/remove"
    assert enrol(client) == 302
    assert client_as(people.technician).post(address, data={"reason": "x"}).status_code == 403
    administrator.post(address, data={"reason": " "})
    assert now(people.signatory).tf_totp_secret
    administrator.post(address, data={"reason": "mất điện thoại"})
    assert now(people.signatory).tf_totp_secret is None
    assert "mất điện thoại" in administrator.get(f"/people/{people.signatory.code}").get_data(as_text=True)
    frozen_clock.advance(minutes=2)
    assert enrol(client) == 302
    frozen_clock.advance(minutes=2)
    client.post("/me/second-factor/remove", data={"password": PASSWORD, "code": "000000"})
    assert now(people.signatory).tf_totp_secret
    client.post("/me/second-factor/remove", data={"password": PASSWORD, "code": code_of(now(people.signatory).tf_totp_secret)})
    assert now(people.signatory).tf_totp_secret is None


def test_two_who_type_one_code_at_once_open_one_session(people, client, client_as, app, frozen_clock, monkeypatch):
    """Both looked for used codes before either was written: the second is refused by the row itself."""
    assert enrol(client_as(people.signatory)) == 302
    secret = now(people.signatory).tf_totp_secret
    frozen_clock.advance(minutes=2)
    counter = second_factor.codes().matched(code_of(secret), secret, None)
    monkeypatch.setattr(second_factor, "counter_of", lambda _person, _typed: counter)
    door = {"email": people.signatory.email, "password": PASSWORD, "code": code_of(secret)}
    assert client.post("/sign-in", data=door).status_code == 302
    second = app.test_client()
    assert second.post("/sign-in", data=door).status_code == 200
    assert second.get("/me").status_code == 302, "no session was opened"
    tries = db.session.scalars(select(SignInAttempt)).all()
    assert [one.succeeded for one in tries] == [True, False]


def test_an_open_session_of_an_administrator_takes_nothing_from_its_owner(people, client_as, frozen_clock):
    """The administrator's door is for other people's accounts: one's own asks for both factors, one's own password for the old one."""
    with_password(people.administrator)
    db.session.commit()
    database.end_writing()
    client, code = client_as(people.administrator), people.administrator.code
    assert enrol(client) == 302
    kept = now(people.administrator).password
    assert client.post(f"/people/{code}/second-factor/remove", data={"reason": "mất điện thoại"}).status_code == 302
    assert now(people.administrator).tf_totp_secret
    assert client.post(f"/people/{code}/password", data={"reason": "quên"}).status_code == 422
    assert now(people.administrator).password == kept
    assert f"/people/{code}/password" not in client.get(f"/people/{code}").get_data(as_text=True)
