"""An installation of the program for tests: migrated once, then put back to a kept state for every test.

One application a database kind and test process; its database is a copy of a template, which takes a thousandth of a second
(SQLite) or some hundredths (PostgreSQL) to make again. The templates are shared by all processes of a run.
"""
from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable
from contextvars import copy_context
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from flask import Flask, has_app_context
from flask.globals import _cv_app
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, event

import config
from tests.support import signing_key
from tests.support.folders import ROOT
from tests.support.shelf import alone, shelf

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from lab_app.accounts.models import Person
    from tests.support.postgres import PostgresServer

SECRET = "the-key-of-the-tests-and-of-nothing-else"
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
_serial = count(1)


class Client(FlaskClient):
    """A test client that meets the application as a browser does.

    It sends the form token a page would carry (`csrf=False` leaves it out). A request has a context and a session of
    its own: what the test wrote is committed before it, and afterwards the test reads anew.
    """

    def open(self, *args: Any, csrf: bool = True, **kw: Any) -> TestResponse:  # type: ignore[override]
        from lab_app.core import db as database

        inside = has_app_context()
        if inside:
            if database.writing.get():
                database.db.session.commit()
                database.end_writing()
            database.db.session.rollback()
        try:
            return copy_context().run(self._open_outside, *args, csrf=csrf, **kw)
        finally:
            if inside:
                database.db.session.rollback()
                database.db.session.expire_all()  # without a transaction in progress a rollback forgets nothing

    def _open_outside(self, *args: Any, csrf: bool, **kw: Any) -> TestResponse:
        # Flask reuses an application context that is already there, and with it `g`: one request's signed-in
        # person would be the next one's. Within this copied context there is none.
        _cv_app.set(None)  # type: ignore[arg-type]
        if csrf and str(kw.get("method", "GET")).upper() not in SAFE:
            headers = dict(kw.pop("headers", None) or {})
            headers.setdefault("X-CSRFToken", self.form_token())
            kw["headers"] = headers
        return super().open(*args, **kw)

    def form_token(self) -> str:
        """A token that belongs to this client's session."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "a" * 40)
        return str(URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw))

    def sign_in(self, person: Person) -> Client:
        """Be this person from now on, without the cost of a password's hash; the sign-in page has tests of its own."""
        with self.session_transaction() as session:
            session.clear()
            session.update({"_user_id": person.get_id(), "_fresh": True})
        return self


def settings(instance: Path, database_url: str, **changes: str) -> config.Settings:
    """Settings of a test installation in `instance`; `changes` are environment variables."""
    return config.load(
        {
            "LAB_MODE": "test", "LAB_INSTANCE": str(instance), "DATABASE_URL": database_url,
            "SECRET_KEY": SECRET, "SECURITY_PASSWORD_SALT": SECRET, "PUBLIC_URL": "https://lab.example",
            "REGISTER_KEY": SECRET, "SIGNING_KEY_PASSWORD": signing_key.PASSWORD, **changes,
        }
    )


class Installation:
    """Application and database of one kind (`sqlite`, `postgresql`).

    `reset(state)` puts back a state: `empty` (migrated, no row), `demo` (the demonstration loaded) or one with a `make` of its own.
    A state is made once in a run of the tests, whichever process asks first, and copied from then on.
    """

    #: The one that was put back last: what a test of this process works with.
    current: ClassVar[Installation | None] = None

    def __init__(self, kind: str, folder: Path, postgres: PostgresServer | None = None) -> None:
        from lab_app import create_app

        self.kind = kind
        number = next(_serial)
        self.folder = folder / f"{kind}-{number}"
        self.instance = self.folder / "instance"
        self.instance.mkdir(parents=True)
        self._postgres = postgres
        self._name = f"lab_{number}"
        if postgres is not None:
            url = postgres.create(self._name)
        else:
            url = f"sqlite:///{self.instance / 'laboratory.db'}"
        self.settings = settings(self.instance, url)
        signing_key.install(self.settings)
        self.app: Flask = create_app(self.settings)
        self.app.test_client_class = Client
        #: The state the database is in; `None` once something was written to it.
        self.state: str | None = None
        #: Whether worlds may come from copies (tests.support.worlds); not where a test patches the program.
        self.copies_worlds = True
        with self.app.app_context():
            event.listen(database_engine(), "before_cursor_execute", self._note_writing)

    # ---- states ------------------------------------------------------------------------------------------

    def reset(self, state: str = "empty", make: Callable[[], object] | None = None) -> Flask:
        """The application on a fresh copy of that state; made the first time it is asked for."""
        Installation.current = self
        makers: dict[str, Callable[[], object]] = {"empty": self._make_schema, "demo": self._load_demo}
        if not self.is_kept(state):
            with alone(f"{self.kind}-{state}"):
                if not self.is_kept(state):
                    if state != "empty":
                        self.reset("empty")
                    with self.app.app_context():
                        (make or makers[state])()
                    self.keep(state)
        self.restore(state)
        return self.app

    def _make_schema(self) -> None:
        migrate_up()
        missing = differences()
        if missing:  # tests/migrations fails on this; the other tests go on with the models as they are written
            warnings.warn(f"schema made from the models: migrations lack {len(missing)} changes", stacklevel=2)
            remake_from_models()

    def _load_demo(self) -> None:
        from lab_app.core import clock
        from lab_app.demo import load

        stands = clock._process_set
        clock.set_process_clock(None)  # whichever test asks first, the demonstration is told today
        try:
            load.load(if_empty=False)
        finally:
            clock.set_process_clock(stands)

    def close(self) -> None:
        """Let go of every connection."""
        from lab_app.core.db import db, end_writing

        with self.app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
        end_writing()

    def _note_writing(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if self.state is not None and statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
            self.state = None

    # ---- keeping -----------------------------------------------------------------------------------------

    def _place(self, state: str, what: str) -> Path:
        folder = shelf() / self.kind
        folder.mkdir(exist_ok=True)
        return folder / f"{state}.{what}"

    def is_kept(self, state: str) -> bool:
        """Whether a copy of this state stands."""
        return self._place(state, "kept").exists()

    def keep(self, state: str, note: bytes = b"") -> None:
        """Keep what is committed now under this name, with a note; every connection is let go of."""
        self.close()
        if self._postgres is not None:
            self._postgres.create(f"kept_{state}", template=self._name)
        else:
            checkpoint(self.instance / "laboratory.db")
            shutil.copy(self.instance / "laboratory.db", self._place(state, "db"))
        if (self.instance / "files").exists():
            shutil.copytree(self.instance / "files", self._place(state, "files"), dirs_exist_ok=True)
        complete = self._place(state, "unfinished")
        complete.write_bytes(note)
        complete.rename(self._place(state, "kept"))
        self.state = state

    def restore(self, state: str) -> bytes:
        """Put a kept state in place; answers its note."""
        self.close()
        if self._postgres is not None:
            self._postgres.create(self._name, template=f"kept_{state}")
        else:
            for stale in self.instance.glob("laboratory.db*"):
                stale.unlink()
            shutil.copy(self._place(state, "db"), self.instance / "laboratory.db")
        shutil.rmtree(self.instance / "files", ignore_errors=True)
        if self._place(state, "files").exists():
            shutil.copytree(self._place(state, "files"), self.instance / "files")
        self.state = state
        return self._place(state, "kept").read_bytes()


def database_engine() -> Engine:
    """The engine of the application in whose context this is asked."""
    from lab_app.core.db import db

    return db.engine


def checkpoint(database: Path) -> None:
    """Bring a SQLite file's write-ahead log into the file itself, so that the file alone can be copied."""
    import sqlite3

    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


# ---- schema (inside an application context) -------------------------------------------------------------


def migrate_up(revision: str = "head") -> None:
    """Run the migrations up to a revision."""
    from flask_migrate import upgrade

    upgrade(directory=str(ROOT / "migrations"), revision=revision)


def migrate_down(revision: str = "base") -> None:
    """Run the migrations back to a revision."""
    from flask_migrate import downgrade

    downgrade(directory=str(ROOT / "migrations"), revision=revision)


def differences() -> list[Any]:
    """What an automatic migration would still change: empty when the migrated schema equals the models."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from lab_app.core.db import db

    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _ours, "target_metadata": db.metadata}
        )
        found = compare_metadata(context, db.metadata)
        connection.rollback()
    return found


def _ours(thing: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
    """The full-text index keeps tables of its own, and an index over an expression cannot be compared."""
    if kind == "table" and name and name.startswith(("search_fts", "sqlite_")):
        return False
    return not (kind == "index" and name == "ix_search_entry_tsv")


def remake_from_models() -> None:
    """Drop what is there and make every table from the models, with the kernel's triggers and indexes."""
    from lab_app.core import audit, search
    from lab_app.core import db as database

    migrate_down("base")
    engine = database.db.engine
    token = database.writing.set(True)
    try:
        database.db.metadata.create_all(engine)
        sqlite = engine.dialect.name == "sqlite"
        statements = (
            [*audit.TRIGGERS_SQLITE, *search.SQLITE_DDL] if sqlite
            else [*audit.TRIGGERS_POSTGRESQL, *search.POSTGRESQL_DDL]
        )
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(re.sub("%", "%%", statement) if not sqlite else statement)
    finally:
        database.writing.reset(token)
