"""A laboratory of a stated size in a database of its own, and the program running on it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from flask import Flask
from sqlalchemy import Engine, create_engine, make_url, text

import config
from bench import filling, foundation
from bench.paper import demonstration_snapshot
from bench.units import Size
from bench.visitor import Visitor

#: The moment it is in every laboratory of the measurements: the same rows, the same pages, in every run.
NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


#: So many addresses look papers up: each stays far under what one may ask in a minute.
CROWD = 2_000


class CannotSignIn(RuntimeError):
    """The measurements' own account was refused: nothing behind the sign-in can be measured."""


class Laboratory:
    """A database made by the migrations and filled, with the application on it. Use as a context manager.

    On SQLite the database is a file in `folder`; with a PostgreSQL server's URL it is a new database there, dropped at the end:
    the database that the URL itself names is never touched.
    """

    def __init__(self, folder: Path, units: int, server: str | None = None, instruments: int | None = None) -> None:
        self.name = f"bench_{os.getpid()}_{units}_{instruments or 0}"
        self._instruments = instruments
        self.folder = folder / self.name
        self.folder.mkdir(parents=True)
        self._server = server
        self._own: Flask | None = None
        self.url = self._new_database()
        self.settings = config.load(
            {"LAB_MODE": "local", "LAB_INSTANCE": str(self.folder), "DATABASE_URL": self.url, "PUBLIC_URL": "https://lab.example"}
        )
        self.size = self._make(units)

    # ---- making ------------------------------------------------------------------------------------------

    def _new_database(self) -> str:
        if self._server is None:
            return f"sqlite:///{self.folder / 'laboratory.db'}"
        self._on_server(f"CREATE DATABASE \"{self.name}\" TEMPLATE template0 ENCODING 'UTF8'")
        return make_url(self._server).set(database=self.name).render_as_string(hide_password=False)

    def _on_server(self, statement: str) -> None:
        engine = create_engine(self._server or "", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def _make(self, units: int) -> Size:
        def fill(hashed: str) -> Size:
            engine = self.plain_engine()
            size = filling.fill(engine, units, NOW, hashed, demonstration_snapshot(), self._instruments)
            engine.dispose()
            return size

        return self.schema_and(fill)

    def schema_and(self, fill: Callable[[str], Size]) -> Size:
        """Make the tables, then let `fill` lay rows, given the hash of everybody's password."""
        from flask_migrate import upgrade

        from lab_app.accounts.sign_in import password_hash
        from lab_app.core import clock

        clock.set_process_clock(NOW)
        with self.app.app_context():
            upgrade(directory=str(config.BASE / "migrations"))
            hashed = password_hash(foundation.PASSWORD)
        return fill(hashed)

    # ---- using -------------------------------------------------------------------------------------------

    @property
    def app(self) -> Flask:
        """The program on this laboratory, made when first asked for."""
        if self._own is None:
            from lab_app import create_app

            self._own = create_app(self.settings)
        return self._own

    @property
    def engine(self) -> Engine:
        """The program's own engine."""
        from lab_app.core.db import db

        with self.app.app_context():
            return db.engine

    def plain_engine(self) -> Engine:
        """An engine without anything of the program's, for floors and for filling."""
        return create_engine(config.load({"DATABASE_URL": self.url, "LAB_INSTANCE": str(self.folder)}).database_url)

    def visitor(self) -> Visitor:
        """The public: people without an account, each from an address of their own."""
        return Visitor(self.app, crowd=CROWD)

    def person(self) -> Visitor:
        """Somebody with every working role, signed in through the sign-in page."""
        visitor = Visitor(self.app)
        page = visitor.get("/sign-in")
        answer = visitor.post("/sign-in", {"csrf_token": page.token, "email": foundation.EMAIL, "password": foundation.PASSWORD})
        if answer.status != 302 or "/sign-in" in answer.header("Location"):
            raise CannotSignIn(f"sign-in answered {answer.status} {answer.header('Location')}")
        return visitor

    def close(self) -> None:
        """Let go of the database and remove it."""
        from lab_app.core.db import db

        if self._own is not None:
            with self._own.app_context():
                db.session.remove()
                for engine in db.engines.values():
                    engine.dispose()
        if self._server is not None:
            self._on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Laboratory:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
