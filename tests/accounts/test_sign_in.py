"""The door: one generic answer, a throttle that survives refusals and spares the hash, cookies, tokens, targets, sessions."""
from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from lab_app.accounts import services, sign_in
from lab_app.accounts.models import SignInAttempt
from lab_app.core import audit
from lab_app.core import db as database
from lab_app.core.db import db
from tests.support.people_facts import make_people

PASSWORD = "đường dài mới biết ngựa hay"
GENERIC = "Tài khoản hoặc mật khẩu không đúng."
THROTTLED = "Thử sai quá nhiều lần."


@pytest.fixture
def technician(app, frozen_clock):
    """The technician has a password; committed."""
    hashed = sign_in.password_hash(PASSWORD)
    made = make_people()
    services.set_password(made.administrator, made.technician, hashed)
    db.session.commit()
    database.end_writing()
    return made.technician


def enter(client, email="n04@lab.example", password=PASSWORD, target="", **kw):
    return client.post("/sign-in" + target, data={"email": email, "password": password}, **kw)


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def attempts(**conditions) -> int:
    return db.session.scalar(select(func.count()).select_from(SignInAttempt).filter_by(**conditions))


def test_the_right_password_opens_and_sign_out_closes(technician, client):
    assert client.get("/people").headers["Location"] == "/sign-in?next=/people"
    answer = enter(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/people").status_code == 200
    assert attempts(succeeded=True) == 1
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 302
    assert client.get("/people").status_code == 302


@pytest.mark.both_databases
def test_every_wrong_try_gets_the_same_answer_and_is_kept(technician, client, app):
    wrong = [text_of(enter(client, password="sai mật khẩu")), text_of(enter(client, email="khong.ai@lab.example")),
             text_of(enter(client, email="n05@lab.example"))]  # an account without a password
    for answer in wrong:
        assert GENERIC in answer
        assert PASSWORD not in answer
    bare = [re.sub(r'value="[^"]*"|content="[^"]*"', "", answer) for answer in wrong]
    assert bare[0] == bare[1] == bare[2]
    assert attempts(succeeded=False) == 3


def test_what_is_typed_stays_but_the_password(technician, client):
    shown = text_of(enter(client, password="sai mật khẩu"))
    assert 'value="n04@lab.example"' in shown
    assert "sai mật khẩu" not in shown
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize(("email", "password"), [
    ("", ""), ("n04@lab.example", ""), ("", PASSWORD), ("không phải thư", PASSWORD), ("x" * 5000 + "@lab.example", PASSWORD),
    ("n04@lab.example", "x" * 100_000), ("n04@lab.example\x00", PASSWORD), ("' or 1=1 --", "x"),
])
def test_bad_input_is_answered_in_words(technician, client, email, password):
    answer = enter(client, email, password)
    assert answer.status_code == 200
    assert "Chưa đăng nhập được" in text_of(answer)
    assert client.get("/people").status_code == 302


def test_eight_failures_close_the_account_for_a_quarter_of_an_hour(technician, client, frozen_clock, monkeypatch):
    for _ in range(sign_in.PER_ACCOUNT):
        assert GENERIC in text_of(enter(client, password="sai"))
    # A throttled try does not hash, even with the right password, in any spelling of the address, from anywhere.
    from flask_security import UserMixin

    def never(*_a):
        raise AssertionError("a throttled try reached the password")

    with monkeypatch.context() as patched:
        patched.setattr(UserMixin, "verify_and_update_password", never)
        for address in ("n04@lab.example", "N04@LAB.example", " n04@lab.example "):
            answer = enter(client, email=address, environ_base={"REMOTE_ADDR": "203.0.113.9"})
            assert THROTTLED in text_of(answer)
    assert client.get("/people").status_code == 302
    assert attempts() == sign_in.PER_ACCOUNT  # a throttled try does not lengthen the wait
    frozen_clock.advance(minutes=14)
    assert THROTTLED in text_of(enter(client))
    frozen_clock.advance(minutes=2)
    assert enter(client).status_code == 302


def test_an_unknown_account_is_throttled_alike(technician, client):
    for _ in range(sign_in.PER_ACCOUNT):
        enter(client, email="khong.ai@lab.example")
    assert THROTTLED in text_of(enter(client, email="khong.ai@lab.example"))
    assert enter(client).status_code == 302  # another account from the same address still opens


def test_forty_failures_close_the_address_even_between_successes(technician, client, frozen_clock):
    outside = {"REMOTE_ADDR": "203.0.113.9"}
    for n in range(sign_in.PER_ADDRESS):
        enter(client, email=f"thu{n}@lab.example", environ_base=outside)
        if n == 20:
            visitor = client.application.test_client()
            assert enter(visitor, environ_base=outside).status_code == 302  # a known account does not reopen the door
    assert THROTTLED in text_of(enter(client, environ_base=outside))
    assert enter(client, environ_base={"REMOTE_ADDR": "203.0.113.10"}).status_code == 302


def test_the_throttle_keeps_no_address_in_clear(technician, client):
    enter(client, password="sai")
    row = db.session.scalars(select(SignInAttempt)).one()
    assert "n04" not in row.account


def test_a_form_without_its_token_is_refused(technician, client):
    answer = enter(client, csrf=False)
    assert answer.status_code == 400
    assert client.get("/people").status_code == 302
    assert attempts() == 0


@pytest.mark.parametrize("target", [
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "http:evil.example", "javascript:alert(1)", "\\\\evil.example",
    "https:///evil.example", "///evil.example",
])
def test_sign_in_never_leads_elsewhere(technician, client, target):
    answer = client.post("/sign-in", query_string={"next": target}, data={"email": "n04@lab.example", "password": PASSWORD})
    assert not answer.headers.get("Location", "/").startswith(("http", "//", "\\", "/\\", "javascript"))
    hidden = client.application.test_client().post("/sign-in", data={
        "email": "n04@lab.example", "password": PASSWORD, "next": target})
    assert not hidden.headers.get("Location", "/").startswith(("http", "//", "\\", "/\\", "javascript"))


def test_sign_in_leads_back_to_the_page_asked_for(technician, client):
    answer = client.post("/sign-in?next=/people?q=a", data={"email": "n04@lab.example", "password": PASSWORD})
    assert answer.headers["Location"] == "/people?q=a"


def test_the_session_cookie_is_guarded(technician, client):
    cookie = next(c for c in enter(client).headers.getlist("Set-Cookie") if c.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain HTTP on this machine


def test_in_production_cookies_travel_by_https_only(tmp_path):
    import config
    from lab_app import create_app
    from lab_app.core import clock

    env = {"LAB_MODE": "production", "LAB_INSTANCE": str(tmp_path), "PUBLIC_URL": "https://lab.example",
           "SECRET_KEY": "k" * 40, "SECURITY_PASSWORD_SALT": "s" * 40}
    try:
        made = create_app(config.load(env))
        assert made.config["SESSION_COOKIE_SECURE"]
        assert made.config["REMEMBER_COOKIE_SECURE"]
        assert made.config["REMEMBER_COOKIE_HTTPONLY"]
    finally:  # the other tests go on in their own mode
        clock.configure("Asia/Ho_Chi_Minh", may_be_set=True)
        from lab_app.core import gates

        gates.configure(testing=True)


def test_nothing_private_is_cached(technician, client):
    enter(client)
    assert client.get("/me").headers["Cache-Control"] == "private, no-store"
    assert client.get("/sign-in").headers["Cache-Control"] == "private, no-store"


def test_vietnamese_passwords_match_however_they_are_typed(technician, client):
    import unicodedata

    assert enter(client, password=unicodedata.normalize("NFD", PASSWORD)).status_code == 302


# ---- changing one's own password ----------------------------------------------------------------------------


def change(client, **fields):
    form = {"password": PASSWORD, "new_password": "một câu khác hẳn", "new_password_confirm": "một câu khác hẳn"}
    return client.post("/change-password", data={**form, **fields})


@pytest.mark.both_databases
def test_changing_the_password_keeps_this_session_and_ends_the_others(technician, app):
    here, elsewhere = app.test_client(), app.test_client()
    enter(here)
    enter(elsewhere)
    assert change(here).status_code == 302
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302
    visitor = app.test_client()
    assert GENERIC in text_of(enter(visitor))
    assert enter(visitor, password="một câu khác hẳn").status_code == 302
    entry = audit.history("person", technician.id)[0]
    assert entry.actor_name == "Lê Hữu Giả"
    assert "argon2" not in entry.canonical


@pytest.mark.parametrize(("fields", "says"), [
    ({"password": "sai"}, GENERIC),
    ({"new_password": "ngắn", "new_password_confirm": "ngắn"}, "ít nhất 10 ký tự"),
    ({"new_password_confirm": "gõ nhầm mất rồi"}, "Hai mật khẩu không giống nhau."),
    ({"new_password": PASSWORD, "new_password_confirm": PASSWORD}, "Mật khẩu mới phải khác mật khẩu cũ."),
    ({"password": ""}, "Cần nhập mật khẩu."),
])
def test_a_refused_change_says_why_and_changes_nothing(technician, client, fields, says):
    enter(client)
    answer = change(client, **fields)
    assert says in text_of(answer)
    assert enter(client.application.test_client()).status_code == 302


# ---- language -------------------------------------------------------------------------------------------------


def test_language_is_kept_with_the_person_on_every_machine(technician, client):
    enter(client)
    assert 'lang="vi"' in text_of(client.get("/me"))
    assert client.post("/language", data={"lang": "en", "next": "/me"}).headers["Location"] == "/me"
    elsewhere = client.application.test_client()
    enter(elsewhere)
    assert '<html lang="en"' in text_of(elsewhere.get("/me"))
    client.post("/language", data={"lang": "klingon", "next": "https://evil.example/x"})
    assert '<html lang="en"' in text_of(client.get("/me"))
    away = client.post("/language", data={"lang": "vi", "next": "//evil.example"})
    assert not away.headers["Location"].startswith(("http", "//"))


def test_my_account_shows_my_authorisations(technician, client, statements):
    enter(client)
    with statements() as seen:
        shown = text_of(client.get("/me"))
    assert "Lê Hữu Giả" in shown
    assert len(seen) <= 8, str(seen)


def test_nobody_signs_in_by_a_token_in_a_header_or_an_address(technician, client):
    """The library can make such tokens; this program opens sessions at its door alone."""
    token = technician.get_auth_token()
    for answer in (client.get("/", headers={"Authentication-Token": token}), client.get(f"/?auth_token={token}")):
        assert answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
