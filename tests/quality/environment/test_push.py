"""A logger sends by itself: token, clock, the same message twice, what is wrong row by row (6.3.3, 7.11)."""
from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import func, select

from lab_app.core import clock, rates
from lab_app.core.db import db
from lab_app.core.inbox import Ask
from lab_app.quality.environment import services
from lab_app.quality.environment.models import Excursion, Intake, LoggedReading
from tests.support.people_facts import SETTER
from tests.support.results_facts import day


def row(at, value="23.4", channel="T"):
    return {"channel": channel, "at": at.isoformat(), "value": value}


@pytest.fixture
def send(watched, client):
    def _send(*rows, token=watched.token, **more):
        body = more.pop("body", json.dumps({"readings": list(rows), **more}))
        return client.post(f"/api/environment/{token}", data=body, content_type="application/json", csrf=False)

    return _send


def stored():
    return db.session.scalar(select(func.count()).select_from(LoggedReading))


def test_a_message_is_taken_once_however_often_it_is_sent(send, watched):
    rows = [row(day(16, 8)), row(day(16, 8), "51.5", "RH"), row(day(16, 8, 10), 24)]
    first = send(*rows, sent_at=clock.now().isoformat())
    assert first.status_code == 200 and first.json == {"taken": 3, "known": 0, "refused": []}
    assert send(*rows).json == {"taken": 0, "known": 3, "refused": []}
    assert stored() == 3 and db.session.scalar(select(func.count()).select_from(Intake)) == 1, "one intake a day"


def test_excursions_are_found_while_pushing(send):
    send(row(day(16, 8)), row(day(16, 8, 10), "31"))
    found = db.session.scalars(select(Excursion)).one()
    assert found.status == "lasting" and found.highest == 31


@pytest.mark.parametrize("bad,word", [
    (lambda: row(day(16, 9, 30)), "tương lai"), (lambda: row(day(1)), "không dùng vào lúc đó"),
    (lambda: row(day(16, 8), "999"), "ngoài khoảng"),
    (lambda: row(day(16, 8), "23.4567"), "thập phân"), (lambda: row(day(16, 8), "23,4"), "không phải là số"),
    (lambda: row(day(16, 8), "NaN"), "không phải là số"), (lambda: row(day(16, 8), None), "không phải là số"),
    (lambda: {**row(day(16, 8)), "at": "0001-01-01T00:00:00+14:00"}, "múi giờ"),
    (lambda: {**row(day(16, 8)), "at": "9999-12-31T23:59:59-12:00"}, "múi giờ"),
    (lambda: row(day(16, 8), "23.40000000000000001"), "thập phân"), (lambda: row(day(16, 8), "1E-99999"), "thập phân"),
    (lambda: row(day(16, 8), "1E+99999"), "ngoài khoảng"), (lambda: row(day(16, 8), "-1E-9999"), "thập phân"),
    (lambda: row(day(16, 8), "1_0"), "không phải là số"), (lambda: row(day(16, 8), channel="X"), "không có kênh"),
    (lambda: {"channel": "T", "at": "2026-11-16T08:00:00", "value": "1"}, "múi giờ"), (lambda: "x", "channel"),
])
def test_a_bad_row_is_refused_by_itself(send, bad, word):
    answer = send(row(day(16, 7)), bad())
    assert answer.status_code == 200 and answer.json["taken"] == 1
    [refused] = answer.json["refused"]
    assert refused["row"] == 1 and word in refused["says"]
    only = send(bad())
    assert only.status_code == 422 and stored() == 1


def test_what_stands_is_never_overwritten(send):
    send(row(day(16, 8), "23.4"))
    answer = send(row(day(16, 8), "19.0"))
    assert answer.status_code == 422 and "23.40" in answer.json["refused"][0]["says"]
    twice = send(row(day(16, 8, 30), "1"), row(day(16, 8, 30), "2"))
    assert twice.json["taken"] == 1 and len(twice.json["refused"]) == 1


@pytest.mark.parametrize("body,status", [
    ('{"readings": [{"value": 1E99999999999999999999}]}', 400),
    ("{", 400), ("[]", 400), ('{"readings": {}}', 400), ('{"readings": []}', 400), ("[" * 100_000, 400),
    (json.dumps({"readings": [0] * 5001}), 413), ("x" * 1_000_001, 413),
])
def test_what_is_no_message_is_refused_as_a_whole(send, body, status):
    assert send(body=body).status_code == status and stored() == 0


def test_a_clock_that_is_wrong_refuses_the_message_and_somebody_is_asked(send, watched):
    answer = send(row(day(16, 8)), sent_at=(clock.now() - timedelta(minutes=7)).isoformat())
    assert answer.status_code == 422 and "7" in answer.json["title"] and stored() == 0
    key = f"environment-logger/{watched.logger.id}/clock"
    assert db.session.scalars(select(Ask).where(Ask.key == key)).one().settled_at is None
    assert send(row(day(16, 8)), sent_at="nonsense").status_code == 400
    assert send(row(day(16, 8)), sent_at=clock.now().isoformat()).status_code == 200
    db.session.expire_all()
    assert db.session.scalar(select(Ask.settled_at).where(Ask.key == key)) is not None


def test_a_token_that_is_revoked_stops_at_once_and_a_new_one_replaces_it(send, watched, writing):
    assert send(row(day(16, 8)), token="no-such-token").status_code == 401
    new = services.give_token(SETTER, watched.logger)
    assert watched.token not in (watched.logger.token_sha256 or "") and new not in (watched.logger.token_sha256 or "")
    db.session.commit()
    assert send(row(day(16, 8))).status_code == 401, "the one before"
    assert send(row(day(16, 8)), token=new).status_code == 200
    from lab_app.core.db import begin_writing

    begin_writing()
    services.revoke_token(SETTER, db.session.merge(watched.logger), "lộ mã")
    db.session.commit()
    assert send(row(day(16, 8, 10)), token=new).status_code == 401


def test_who_tries_tokens_is_stopped(send, monkeypatch):
    counters = FixedWindowRateLimiter(MemoryStorage())
    monkeypatch.setattr(rates, "limiter", SimpleNamespace(enabled=True, limiter=counters))
    answers = {send(row(day(16, 8)), token=f"guess-{n}").status_code for n in range(25)}
    assert answers == {401, 429}
    assert send(row(day(16, 8))).status_code == 429, "the address waits, whatever it sends"
