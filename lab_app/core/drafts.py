"""Text still being typed: kept per person so that a reload loses nothing. Not a record, not audited, swept."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core.db import Base, JsonText, UtcDateTime, db

MAX_BYTES = 200_000


class Draft(Base):
    """What one person has typed into one form (`key`) so far."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(Integer, nullable=False)
    key: Mapped[str] = mapped_column(String(120), nullable=False)
    body: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, index=True, default=clock.now)


def save(person_id: int, key: str, body: dict[str, Any]) -> Draft:
    """Keep what was typed, replacing the draft before it."""
    row = load_row(person_id, key)
    if row is None:
        row = Draft(person_id=person_id, key=key)
        db.session.add(row)
    row.body, row.saved_at = body, clock.now()
    db.session.flush()
    return row


def load_row(person_id: int, key: str) -> Draft | None:
    """The draft, or none."""
    return db.session.scalar(select(Draft).where(Draft.person_id == person_id, Draft.key == key))


def load(person_id: int | None, key: str) -> dict[str, Any]:
    """What was typed, empty when nothing was."""
    row = load_row(person_id, key) if person_id is not None else None
    return dict(row.body) if row else {}


def drop(person_id: int | None, key: str) -> None:
    """The text became a record (or was given up)."""
    db.session.execute(delete(Draft).where(Draft.person_id == person_id, Draft.key == key))


def drop_all(person_id: int | None, keys: Sequence[str]) -> None:
    """Several texts became records at once."""
    if keys:
        db.session.execute(delete(Draft).where(Draft.person_id == person_id, Draft.key.in_(keys)))


def sweep(older_than: timedelta = timedelta(days=30)) -> None:
    """Forget drafts nobody came back to."""
    db.session.execute(delete(Draft).where(Draft.saved_at < clock.now() - older_than))
