"""A copy of the laboratory's data that a drill may write into, and the program standing on it.

The copy is a database of its own: on SQLite a file beside the data (made by the database's own backup, while others write), on
PostgreSQL a schema that the copy's connections alone look at. The services run on it unchanged, with the copy's address, a folder of its
own and no mail server: whatever they do there, they do to the copy. No drill can reach the live records.
"""
from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, current_app
from sqlalchemy import text

from lab_app.core import db as database
from lab_app.core import i18n, jobs
from lab_app.core.db import Base, db, writing

if TYPE_CHECKING:
    import config

#: What a drill never asks: left empty in a copy within PostgreSQL. (A file is copied whole: the database's backup knows no tables.)
LEFT_EMPTY = frozenset({
    "audit_entry", "audit_seal", "gate_hit", "job", "draft", "notice", "ask", "sign_in_attempt", "used_code", "log_leaf", "log_node",
    "alembic_version"})


@dataclass(frozen=True)
class Made:
    """What making a copy took."""

    milliseconds: int
    size: int


def folder_of(code: str) -> Path:
    """The folder of a drill's copy."""
    settings: config.Settings = current_app.config["LAB"]
    return settings.instance / "drills" / code


def _schema(code: str) -> str:
    return "drill_" + "".join(c if c.isalnum() else "_" for c in code.lower())


def make(code: str) -> Made:
    """Make the copy of what is committed now; one that is there from before is replaced. Takes no writing transaction: others work on."""
    began = time.monotonic()
    remove(code)
    folder = folder_of(code)
    folder.mkdir(parents=True)
    if db.engine.dialect.name == "sqlite":
        size = _copy_file(folder / "copy.sqlite")
    else:
        size = _copy_schema(_schema(code))
    return Made(round((time.monotonic() - began) * 1000), size)


def _copy_file(target: Path) -> int:
    source = db.engine.raw_connection()
    try:
        with closing(sqlite3.connect(target)) as out:
            source.driver_connection.backup(out)  # type: ignore[union-attr]
    finally:
        source.close()
    return target.stat().st_size


def _copy_schema(schema: str) -> int:
    """Tables with their indexes and rows, each with a sequence of its own, so that no number is taken from the live ones."""
    token = writing.set(True)
    try:
        with db.engine.begin() as connection:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            connection.execute(text(f'CREATE SCHEMA "{schema}"'))
            for name, table in sorted(Base.metadata.tables.items()):
                here, live = f'"{schema}"."{name}"', f'public."{name}"'
                connection.execute(text(f"CREATE TABLE {here} (LIKE {live} INCLUDING DEFAULTS INCLUDING INDEXES)"))
                if name not in LEFT_EMPTY:
                    connection.execute(text(f"INSERT INTO {here} SELECT * FROM {live}"))
                if "id" in table.c and connection.execute(
                        text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": live}).scalar() is not None:
                    sequence = f'"{schema}"."{name}_id_seq"'
                    connection.execute(text(f"CREATE SEQUENCE {sequence}"))
                    connection.execute(text(f"ALTER TABLE {here} ALTER COLUMN id SET DEFAULT nextval('{sequence}')"))
                    connection.execute(text(f"SELECT setval('{sequence}', coalesce(max(id), 0) + 1) FROM {here}"))
            size = connection.execute(text(
                "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = :schema AND c.relkind = 'r'"), {"schema": schema}).scalar()
            return int(size or 0)
    finally:
        writing.reset(token)


def exists(code: str) -> bool:
    """Whether the copy stands on this machine."""
    return folder_of(code).exists()


def remove(code: str) -> None:
    """Take the copy away: rows, files, the program on it."""
    with _lock:
        app = _apps.pop(code, None)
    if app is not None:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    shutil.rmtree(folder_of(code), ignore_errors=True)
    if db.engine.dialect.name == "postgresql":
        token = writing.set(True)
        try:
            with db.engine.begin() as connection:
                connection.execute(text(f'DROP SCHEMA IF EXISTS "{_schema(code)}" CASCADE'))
        finally:
            writing.reset(token)


_apps: dict[str, Flask] = {}
_lock = Lock()


def _address(settings: config.Settings, code: str) -> str:
    if db.engine.dialect.name == "sqlite":
        return f"sqlite:///{folder_of(code) / 'copy.sqlite'}"
    joiner = "&" if "?" in settings.database_url else "?"
    return f"{settings.database_url}{joiner}options={quote('-csearch_path=' + _schema(code))}"


def _program(code: str) -> Flask:
    """The services' ground on the copy: settings, database, languages; no page of it can be opened. Made once a process."""
    with _lock:
        if code not in _apps:
            settings: config.Settings = current_app.config["LAB"]
            there = replace(settings, database_url=_address(settings, code), instance=folder_of(code), smtp_host="", scpi_backend="")
            app = Flask("lab_app", instance_path=str(there.instance))
            app.config.update(dict(current_app.config), LAB=there, SQLALCHEMY_DATABASE_URI=there.database_url,
                              SQLALCHEMY_ENGINE_OPTIONS={}, FILES_DIR=str(there.instance / "files"))
            db.init_app(app)
            with app.app_context():
                database.prepare(db.engine)
            i18n.init_app(app)
            _apps[code] = app
        return _apps[code]


@contextmanager
def inside(code: str) -> Iterator[None]:
    """Everything in the block is done on the copy: its session, its files, its transactions. Committed at the end, undone on an error;
    the transaction of the caller is not touched."""
    app, said = _program(code), i18n.lang()
    with app.app_context(), i18n.speaking(said):  # on the copy nobody is signed in who could be asked
        token = writing.set(False)
        try:
            with jobs.transaction():
                yield
        finally:
            db.session.remove()
            writing.reset(token)
