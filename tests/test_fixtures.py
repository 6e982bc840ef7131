"""The fixtures keep their promises: a fresh database, requests that do not leak into one another, counted statements."""
from __future__ import annotations

from uuid import uuid4

import pytest
from flask import g, url_for
from sqlalchemy import select

from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.access import current_actor, public
from lab_app.core.db import begin_writing, db, end_writing
from tests.support.shelf import once
from tests.support.worlds import kept


def person(code: str) -> Person:
    row = Person(code=code, email=f"{code}@lab.example", full_name=f"Người {code}", sort_name=code, fs_uniquifier=code * 8)
    db.session.add(row)
    db.session.flush()
    return row


@pytest.mark.both_databases
@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_starts_with_an_empty_database(app, database_kind, turn):
    assert app.config["SQLALCHEMY_DATABASE_URI"].startswith(database_kind)
    assert db.session.scalars(select(Site)).all() == []
    begin_writing()
    db.session.add(Site(code="A", name_vi="Cơ sở A"))
    db.session.commit()
    end_writing()


@pytest.mark.both_databases
def test_a_reading_transaction_refuses_to_write(app):
    db.session.add(Site(code="A", name_vi="Cơ sở A"))
    with pytest.raises(Exception, match="(?i)read-?only"):
        db.session.flush()


def test_requests_of_two_people_do_not_mix(app, client_as, writing):
    one, other = person("one"), person("two")

    def who() -> str:
        return current_actor().name or "-"

    if "who" not in app.view_functions:  # the application lives as long as the test process
        app.view_functions["who"] = public(who)
        app.url_map.add(app.url_rule_class("/who", endpoint="who", methods={"GET"}))
    g.actor = "left by the test"
    assert client_as(one).get("/who").text == "Người one"
    assert client_as(other).get("/who").text == "Người two"
    assert app.test_client().get("/who").text == "-"


def test_a_form_token_is_sent_unless_left_out(app, client):
    with app.test_request_context():
        sign_in = url_for("security.login")
    assert client.post(sign_in, csrf=False).status_code == 400
    assert client.post(sign_in).status_code == 200


def test_statements_are_counted(app, statements):
    with statements() as seen:
        for _ in range(3):
            db.session.scalars(select(Site)).all()
    assert len(seen) == 3
    assert list(seen.repeated().values()) == [3]


def test_the_clock_stands(frozen_clock):
    assert clock.now() == clock.now()
    before = clock.now()
    frozen_clock.advance(minutes=5)
    assert (clock.now() - before).total_seconds() == 300
    assert clock.local(clock.now()).strftime("%d/%m/%Y %H:%M") == "16/11/2026 09:05"


@kept
def world_of(code: str) -> list[Person]:
    begin_writing()
    _told.append(code)
    return [person(code), person(code + code)]


_told: list[str] = []


@pytest.mark.both_databases
def test_a_world_is_told_twice_and_copied_from_then_on(installations, database_kind, frozen_clock):
    before = len(_told)
    for turn in range(4):
        app = installations(database_kind).reset()
        with app.app_context():
            one, two = world_of("w")
            two.full_name = f"{one.full_name} {turn}"  # what a test changes stays its own, and writing goes on
            db.session.commit()
            end_writing()
            assert [p.full_name for p in db.session.scalars(select(Person).order_by(Person.id))] == ["Người w", f"Người w {turn}"]
    assert _told[before:] in ([], ["w"], ["w", "w"]), "the other process of the run may have told it before"


def test_a_world_is_told_anew_on_other_ground(app, frozen_clock, writing):
    assert [p.code for p in world_of("v")] == ["v", "vv"]
    before = len(_told)
    person("x")
    assert world_of("u")[0].code == "u" and len(_told) == before + 1, "a written database is never replaced"
    frozen_clock.advance(days=1)
    assert db.session.scalars(select(Person.code).order_by(Person.id)).all() == ["v", "vv", "x", "u", "uu"]


def test_what_the_run_shares_is_made_once():
    made = []

    def make(to):
        made.append(to)
        to.write_text("made")

    name = f"once-{uuid4().hex}"
    assert {once(name, make).read_text() for _ in range(3)} == {"made"} and len(made) == 1
    with pytest.raises(ZeroDivisionError):
        once(name + "-broken", lambda to: 1 / 0)
    assert once(name + "-broken", make).read_text() == "made", "what failed is made again"
