"""The database: base class, column types that refuse silent loss, and how transactions begin.

SQLite runs in WAL with full durability; a writing transaction begins IMMEDIATE, a reading one may not
write at all (`query_only`, `READ ONLY`): no GET changes the main database, by construction.
"""
from __future__ import annotations

import json
import time
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Dialect, Engine, Integer, MetaData, String, Text, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import DateTime, TypeDecorator

from lab_app.core import clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

writing: ContextVar[bool] = ContextVar("writing", default=False)


class Base(DeclarativeBase):
    """Parent of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "autoflush": True})


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Refuses naive times on the way in, answers aware UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time offered to the database")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class DecimalText(TypeDecorator[Decimal]):
    """A number kept with its written digits (`20.0` stays `20.0`). Never compared or summed in SQL."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"{value!r} is not a Decimal")
        if not value.is_finite():
            raise ValueError("a number that is not finite has no place here")
        return format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        try:
            return Decimal(value)
        except InvalidOperation as error:
            raise ValueError(f"{value!r} in a number column") from error


#: Made once: `json.dumps` builds an encoder at each call.
_write_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
#: Most small structures are empty; each reader gets one of its own.
_EMPTY: dict[str, type[Any]] = {"{}": dict, "[]": list}


class JsonText(TypeDecorator[Any]):
    """Small structured data (answers, conditions, frozen rules) as canonical-order JSON text, the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _write_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        made = _EMPTY.get(value)
        return made() if made is not None else json.loads(value)


class Record(Base):
    """A row with an integer key and optimistic locking: two people editing, the second is told (409)."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Kept(Base):
    """A row that is written once and then stands (events, readings, entries): no version counter."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)


def stamp() -> Mapped[datetime]:
    """A `recorded_at` column: the server's clock at insert, never typed by a person."""
    return mapped_column(UtcDateTime, nullable=False, default=clock.now)


def on_connect(connection: Any, record: ConnectionPoolEntry) -> None:
    """Prepare a SQLite connection; other databases pass by."""
    if type(connection).__module__.split(".")[0] != "sqlite3":
        return
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def on_begin(connection: Connection) -> None:
    """Begin as the present work needs it: immediate for writers, refusing writes for readers.

    It runs before every request's first statement, so what cannot fail is said to the driver itself: a statement through the
    whole of SQLAlchemy costs several times the word it sends. BEGIN IMMEDIATE may wait and be refused: SQLAlchemy says it.
    """
    name = connection.dialect.name
    if name == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        read_only = not writing.get()
        # Said only where it changes: SQLite throws every prepared statement of the connection away at this word, and preparing a
        # public page's one statement again costs thirty times its answer.
        kept = connection.connection.info
        if kept.get("read_only") is not read_only:
            raw.execute(f"PRAGMA query_only={int(read_only)}")
            kept["read_only"] = read_only
        if read_only:
            raw.execute("BEGIN")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif name == "postgresql":
        # The driver says it in its own BEGIN: no round trip of its own.
        connection.connection.dbapi_connection.read_only = not writing.get()  # type: ignore[union-attr]


#: A connection that has rested longer is asked whether it still stands before it is used. One that was in use a moment ago is not:
#: the question would be a round trip on every page.
RESTED_SECONDS = 5.0


def on_checkout(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ask a connection that has rested; one that is gone (the server was started anew) is replaced by the pool without a word."""
    used = record.info.get("used")
    if used is None or time.monotonic() - used < RESTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def on_checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
    """Remember when a connection was given back."""
    record.info["used"] = time.monotonic()


def prepare(engine: Engine) -> None:
    """Hang the transaction rules on an engine."""
    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "checkout", on_checkout)
        event.listen(engine, "checkin", on_checkin)


def begin_writing() -> None:
    """Start the writing transaction of this request or command; a reading one in progress ends first.

    Rows loaded before are read again inside the new transaction: decisions rest on what is true now.
    """
    if writing.get():
        return
    db.session.rollback()
    db.session.expire_all()  # after a commit there is no transaction whose rollback would do this
    writing.set(True)


def end_writing() -> None:
    """Back to reading; called by whoever committed or rolled back."""
    writing.set(False)


def today_column() -> Mapped[date]:
    """A date column defaulting to today in the laboratory's zone."""
    return mapped_column(nullable=False, default=clock.today)
