"""How migrations meet the database: every room's tables, batch mode for SQLite, one transaction."""
from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

from lab_app.core.db import Base, writing

#: Tables and triggers that the search index makes for itself on SQLite.
OWN = ("search_fts", "sqlite_")


def include(thing: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
    """Leave the full-text index's own tables and the expression index alone."""
    if kind == "table" and name and name.startswith(OWN):
        return False
    return not (kind == "index" and name == "ix_search_entry_tsv")


def render(kind: str, thing: Any, _context: Any) -> Any:
    """Write our column types as the plain types they are stored as: a migration outlives the code of its day."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


engine = current_app.extensions["migrate"].db.engine
token = writing.set(True)
try:
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:  # a table that is made anew is dropped first: references to it are checked at the end, not then
            raw.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, include_object=include,
            render_item=render, compare_type=True, transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"rows that point nowhere: {broken[:5]}")
        connection.commit()
        if sqlite:
            raw.execute("PRAGMA foreign_keys=ON")
finally:
    writing.reset(token)
