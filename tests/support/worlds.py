"""Worlds that tests stand on (people, a method in force, a job at the bench, an issued paper): told by services once, then copied.

`@kept` on a builder keeps the database as its telling left it, for every later call with the same arguments at the same frozen
moment on the same beginning: the empty database or another kept world. What the builder answers (rows, or a structure with rows)
is remembered by the rows' keys. The builder simply runs on a database that a test has written to, without a frozen clock, and in a
test that patches the program; a gate switched off or a listener more makes another world.

A world is told twice before it is kept: one that a single test wants is not worth a copy. Either way it stands committed.
"""
from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState

from tests.support.installation import Installation
from tests.support.shelf import alone, shelf

A = ParamSpec("A")
R = TypeVar("R")


class NotKept(Exception):
    """An argument or an answer that cannot be told by keys and plain values."""


def kept(build: Callable[A, R]) -> Callable[A, R]:
    """The builder's world, told again only where no copy of it stands."""

    @wraps(build)
    def world(*args: A.args, **facts: A.kwargs) -> R:
        from lab_app.core.db import db

        here = Installation.current
        if here is None or current_app != here.app or db.session.new or db.session.dirty:
            return build(*args, **facts)
        name = _name(here, build, args, facts)
        if name is None:
            return build(*args, **facts)
        if here.is_kept(name):
            return _put_back(here, name)
        made = build(*args, **facts)
        _stand(here, name, made)
        return made

    return world


def _name(here: Installation, build: Callable[..., Any], args: tuple[Any, ...], facts: dict[str, Any]) -> str | None:
    from lab_app.core import clock, events, gates

    if here.state is None or not here.copies_worlds or (clock._process_set is None and clock._set.get() is None):
        return None
    listening = sorted((name, len(signal.receivers)) for name, signal in events._signals.items())
    try:
        told = (build.__module__, build.__qualname__, _shape(args), _shape(facts), clock.now().isoformat(), here.state,
                sorted(gates._process_off), listening)
    except NotKept:
        return None
    return f"{build.__name__}_{hashlib.sha256(repr(told).encode()).hexdigest()[:20]}"


def _shape(value: Any) -> Any:
    """What an argument says, the same in every process."""
    if value is None or isinstance(value, (str, int, float, bool, bytes, date, datetime, timedelta, Decimal, Enum)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return [_shape(v) for v in value]
    if isinstance(value, dict):
        return sorted((repr(k), _shape(v)) for k, v in value.items())
    row = inspect(value, raiseerr=False)
    if isinstance(row, InstanceState):
        if row.identity is None:
            raise NotKept
        return (type(value).__name__, row.identity)
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, [(f.name, _shape(getattr(value, f.name))) for f in fields(value)])
    raise NotKept(type(value))


class _Rows(pickle.Pickler):
    """Rows by their keys, all else as it is."""

    def persistent_id(self, value: Any) -> Any:
        row = inspect(value, raiseerr=False) if hasattr(type(value), "__mapper__") else None
        if not isinstance(row, InstanceState):
            return None
        if row.identity is None:
            raise NotKept(value)
        return (type(value), row.identity)


class _Found(pickle.Unpickler):
    def persistent_load(self, key: Any) -> Any:
        from lab_app.core.db import db

        return db.session.get_one(*key)


def _stand(here: Installation, name: str, made: Any) -> None:
    """Commit what was told; keep it when it was told before, or leave a mark that it was."""
    from lab_app.core import db as database

    database.db.session.flush()
    left = (database.writing.get(), database.db.session().info.get("actor"))
    note = io.BytesIO()
    pickle.dump(left, note)
    try:
        _Rows(note).dump(made)
    except (NotKept, pickle.PicklingError, TypeError, AttributeError):
        return
    _settle()
    mark = shelf() / here.kind / f"{name}.told"
    if mark.exists():
        with alone(f"{here.kind}-{name}"):
            if not here.is_kept(name):
                here.keep(name, note.getvalue())
    mark.touch()
    here.state = name
    _resume(*left)


def _put_back(here: Installation, name: str) -> Any:
    _settle()
    note = io.BytesIO(here.restore(name))
    _resume(*pickle.load(note))
    return _Found(note).load()


def _settle() -> None:
    """Commit, and let go of the connection; rows that a test holds are read again when it looks at them."""
    from lab_app.core import db as database

    database.db.session.commit()
    database.end_writing()
    database.db.session.expire_all()


def _resume(writing: bool, actor: Any) -> None:
    """The caller's transaction writes, in the name of who acted last, as the telling left it."""
    from lab_app.core import db as database

    if writing:
        database.begin_writing()
        if actor is not None:
            database.db.session().info["actor"] = actor
