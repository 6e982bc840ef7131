"""Electronic signatures: who, with which meaning, over exactly what; wrong tries; the loader's door; kept for ever."""
from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from lab_app.accounts import second_factor, sign_in
from lab_app.accounts.models import Person, Signature, SignInAttempt, UsedCode
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import AUTHORISED, REVIEWED, TESTED, Confirmation
from lab_app.core import audit, clock
from lab_app.core import db as database
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed
from lab_app.core.permissions import P
from tests.support.people_facts import make_people
from tests.support.signing import PASSWORD, confirmed, typed, with_password

SHOWN = {"act": "submit", "job": "CV-1", "results": [{"line": 1, "value": "19.2"}]}


@pytest.fixture
def people(app, frozen_clock):
    made = make_people()
    with_password(made.technician)
    db.session.commit()
    database.end_writing()
    return made


def confirm(person: Person, password: str = PASSWORD, code: str = "", **facts) -> Confirmation:
    described = {"meaning": TESTED, "shown_sha256": signatures.digest(SHOWN), **facts}
    return signatures.confirm(person, password, code, **described)


def sign(person: Person, given: Confirmation | None, shown=None, meaning: str = TESTED) -> Signature:
    authorize(person, P.RESULT_WRITE)
    return signatures.sign(person, given, meaning=meaning, subject=("test-job", 7), shown=shown or SHOWN)


def test_a_signature_says_who_when_how_and_over_what(people, frozen_clock):
    given = confirm(people.technician)
    frozen_clock.advance(seconds=3)
    row = sign(people.technician, given)
    assert (row.name, row.meaning, row.method, row.subject_kind, row.subject_id) == ("Lê Hữu Giả", "tested", "password", "test-job", 7)
    assert row.signed_at < clock.now() == row.recorded_at
    assert row.shown_sha256 == audit.digest(row.shown) and json.loads(row.shown)["job"] == "CV-1"
    entry = audit.history("test-job", 7)[0]
    assert (entry.subject_kind, entry.actor_name) == ("signature", "Lê Hữu Giả")
    assert PASSWORD not in entry.canonical and row.shown_sha256 in entry.canonical


@pytest.mark.parametrize("wrong, says", [
    ("nothing", "Chưa có chữ ký"), ("another person", "không phải của"), ("another meaning", "ý nghĩa khác"), ("old", "quá lâu"),
    ("to come", "quá lâu"), ("something else shown", "đã khác với những gì trang cho xem"),
])
def test_the_gate_refuses(people, frozen_clock, wrong, says):
    given: Confirmation | None = confirm(people.technician)
    shown = None
    if wrong == "nothing":
        given = None
    elif wrong == "another person":
        given = dataclasses.replace(given, person_id=people.reviewer.id)
    elif wrong == "another meaning":
        given = dataclasses.replace(given, meaning=REVIEWED)
    elif wrong == "old":
        frozen_clock.advance(minutes=6)
    elif wrong == "to come":
        frozen_clock.advance(minutes=-1)
    else:
        shown = {**SHOWN, "results": [{"line": 1, "value": "19.3"}]}
    with pytest.raises(GateRefused, match=says) as refused:
        sign(people.technician, given, shown)
    assert refused.value.stop.gate == "signed-by-person" and "7.8.1.1" in refused.value.stop.clauses
    assert db.session.scalars(select(Signature)).all() == []


@pytest.mark.parametrize("password", ["", "sai", PASSWORD.upper(), PASSWORD + " "])
def test_a_wrong_password_is_no_person(people, password):
    with pytest.raises(FieldRefused) as refused:
        confirm(people.technician, password)
    assert refused.value.field == "password"


def test_a_password_is_known_however_the_keyboard_composed_it(people):
    import unicodedata

    assert confirm(people.technician, unicodedata.normalize("NFD", PASSWORD)).method == "password"


def test_an_account_that_is_closed_signs_nothing(people):
    database.begin_writing()
    people.technician.active = False
    db.session.flush()
    with pytest.raises(NotAllowed):
        confirm(people.technician)


def test_the_database_keeps_signatures_as_they_are(people):
    sign(people.technician, confirm(people.technician))
    db.session.commit()
    database.end_writing()
    for statement in ("UPDATE signature SET name = 'x'", "DELETE FROM signature"):
        database.begin_writing()
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
        database.end_writing()


# ---- wrong tries -------------------------------------------------------------------------------------------


def failures() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(SignInAttempt).where(SignInAttempt.succeeded.is_(False))).all())


@pytest.fixture
def bench(app, frozen_clock):
    from tests.support.results_facts import make_bench

    made = make_bench()
    made.record_all()
    with_password(made.people.technician)
    with_password(made.people.second_technician)
    db.session.commit()
    database.end_writing()
    return made


def test_wrong_tries_make_the_person_wait_and_nobody_else(bench, client_as, frozen_clock):
    people, address = bench.people, f"/jobs/{bench.job.code}"
    client = client_as(people.technician)
    signed = typed(client, people.technician, address, f"{address}/submit")
    for count in range(signatures.PER_PERSON):
        answer = client.post(f"{address}/submit", data={**signed, "password": "sai"})
        assert answer.status_code == 422 and "Mật khẩu không đúng" in answer.get_data(as_text=True)
        assert failures() == count + 1, "a wrong try is kept although it was refused"
    waiting = client.post(f"{address}/submit", data=signed)
    assert waiting.status_code == 422 and "quá nhiều lần" in waiting.get_data(as_text=True)
    assert failures() == signatures.PER_PERSON, "nothing typed is looked at any more"
    db.session.rollback()
    assert db.session.get(type(bench.job), bench.job.id).status == "in_progress"
    # The neighbour signs, and the person's own door stays open: wrong signatures close no door and no address.
    assert not sign_in.too_many(people.technician.email, "127.0.0.1")
    other = client_as(people.second_technician)
    assert other.post(f"{address}/submit", data=typed(other, people.second_technician, address, f"{address}/submit")).status_code == 302
    frozen_clock.advance(minutes=16)
    assert not signatures.too_many(people.technician.id)


def test_wrong_tries_at_the_door_do_not_keep_a_person_from_signing(bench, client, client_as):
    people = bench.people
    for _ in range(sign_in.PER_ACCOUNT + 1):
        client.post("/sign-in", data={"email": people.technician.email, "password": "sai"})
    assert sign_in.too_many(people.technician.email, "203.0.113.9")
    mine, address = client_as(people.technician), f"/jobs/{bench.job.code}"
    assert mine.post(f"{address}/submit", data=typed(mine, people.technician, address, f"{address}/submit")).status_code == 302


@pytest.mark.parametrize("crafted", [
    {}, {"password": PASSWORD}, {"password": PASSWORD, "shown": "0" * 64}, {"shown": "kept"}, {"password": "", "shown": "kept"},
    {"password": PASSWORD, "shown": "x" * 5000}, {"confirmed": "1", "method": "password", "person_id": "1", "shown": "kept"},
])
def test_a_crafted_submission_is_refused(bench, client_as, crafted):
    client, address = client_as(bench.people.technician), f"/jobs/{bench.job.code}"
    signed = typed(client, bench.people.technician, address, f"{address}/submit")
    data = {name: signed["shown"] if value == "kept" else value for name, value in crafted.items()}
    answer = client.post(f"{address}/submit", data=data, follow_redirects=True)
    assert answer.status_code in (200, 422)
    db.session.rollback()
    assert db.session.scalars(select(Signature)).all() == []
    assert db.session.get(type(bench.job), bench.job.id).status == "in_progress"


def test_what_changed_since_the_page_was_opened_is_not_signed(bench, client_as):
    from lab_app.results import services

    client, address = client_as(bench.people.technician), f"/jobs/{bench.job.code}"
    signed = typed(client, bench.people.technician, address, f"{address}/submit")
    services.correct_reading(bench.people.technician, bench.line(), bench.entry("15.6"), "đọc nhầm số cuối")
    answer = client.post(f"{address}/submit", data=signed, follow_redirects=True)
    assert "đã khác với những gì trang cho xem" in answer.get_data(as_text=True)
    assert client.post(f"{address}/submit", data=typed(client, bench.people.technician, address, f"{address}/submit")).status_code == 302


# ---- the loader's door ---------------------------------------------------------------------------------------


def test_the_loaders_door_is_shut_in_an_installation(people, app, monkeypatch):
    clock.set_process_clock(None)
    kept = app.config["LAB"]
    assert confirmed(people.technician).method == "loader"
    monkeypatch.setitem(app.config, "LAB", dataclasses.replace(kept, mode="production"))
    with pytest.raises(NotAllowed):
        signatures.told(people.technician)
    monkeypatch.setitem(app.config, "LAB", dataclasses.replace(kept, mode="local"))
    with pytest.raises(NotAllowed):
        signatures.told(people.technician)
    with clock.at(clock.now() - timedelta(days=3)):
        assert signatures.told(people.technician).method == "loader"
        with app.test_request_context("/"), pytest.raises(NotAllowed):
            signatures.told(people.technician)


# ---- the second factor -----------------------------------------------------------------------------------------


@pytest.fixture
def two_steps(people):
    database.begin_writing()
    people.technician.tf_primary_method = "authenticator"
    people.technician.tf_totp_secret = second_factor.codes().generate_totp_secret()
    db.session.commit()
    database.end_writing()
    return people


def code_now(person: Person) -> str:
    return second_factor.codes()._totp.from_source(person.tf_totp_secret).generate(clock.now()).token


def test_an_account_with_a_second_step_signs_with_both(two_steps, frozen_clock):
    person = two_steps.technician
    for code in ("", "000000", "12345", "không"):
        with pytest.raises(FieldRefused) as refused:
            confirm(person, code=code)
        assert refused.value.field == "code"
    with pytest.raises(FieldRefused) as refused:
        confirm(person, "sai", code=code_now(person))
    assert refused.value.field == "password"
    code = code_now(person)
    row = sign(person, confirm(person, code=f"{code[:3]} {code[3:]}"))
    assert row.method == "password+totp" and db.session.scalars(select(UsedCode)).one().person_id == person.id
    with pytest.raises(FieldRefused, match="đã dùng"):
        confirm(person, code=code)
    frozen_clock.advance(seconds=31)
    assert confirm(person, code=code_now(person)).code_counter


def test_two_requests_with_one_code_sign_once(two_steps):
    from sqlalchemy.exc import IntegrityError

    person = two_steps.technician
    first = second = confirm(person, code=code_now(person))
    sign(person, first)
    with pytest.raises(IntegrityError):
        sign(person, second)


def test_the_secret_stands_encrypted(two_steps):
    stored = json.loads(two_steps.technician.tf_totp_secret)
    assert "enckey" in stored and "key" not in stored
    assert AUTHORISED != TESTED
