"""How connections are given out and how reading transactions begin: what a page may not write, what a restarted server costs."""
from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, DisconnectionError

from certificates import queries
from lab_app.core import db as database
from lab_app.core.db import db

both = pytest.mark.both_databases


def on_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


@both
def test_a_reading_transaction_writes_nothing_and_the_next_one_may(app):
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE role SET title_vi = 'x'"))
    db.session.rollback()
    database.begin_writing()
    db.session.execute(text("UPDATE role SET title_vi = 'x'"))
    db.session.rollback()
    database.end_writing()
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE role SET title_vi = 'x'"))


@both
def test_a_rested_connection_that_is_gone_is_replaced(app, monkeypatch):
    """The server was started anew, or a firewall cut the line: the next page is answered, by a new connection."""
    if not on_postgresql():
        pytest.skip("a file has no line that is cut")
    monkeypatch.setattr(database, "RESTED_SECONDS", 0.0)
    with db.engine.connect() as other:
        with db.engine.connect() as one:
            before = one.execute(text("SELECT pg_backend_pid()")).scalar()
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": before})
    with db.engine.connect() as again:
        assert again.execute(text("SELECT pg_backend_pid()")).scalar() != before


def test_a_connection_used_a_moment_ago_is_not_asked(monkeypatch):
    """The question would be a round trip on every page."""
    asked = []

    class Line:
        def execute(self, words):
            asked.append(words)
            raise OSError("gone")

    class Place:
        def __init__(self):
            self.info = {}

    place = Place()
    database.on_checkout(Line(), place, None)
    database.on_checkin(None, place)
    database.on_checkout(Line(), place, None)
    assert asked == []
    place.info["used"] -= database.RESTED_SECONDS
    with pytest.raises(DisconnectionError):
        database.on_checkout(Line(), place, None)
    assert asked == ["SELECT 1"]


@both
def test_the_public_question_keeps_its_statement_prepared(app):
    """Outside a transaction, on PostgreSQL; and the connection goes back to the pool as the others are."""
    for _ in range(12):
        assert queries.public_by_number("PKQ-2026-9999-01") is None
    if on_postgresql():
        with db.engine.connect() as connection:
            prepared = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
        assert any("report.number" in statement for statement in prepared)
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE role SET title_vi = 'x'"))
