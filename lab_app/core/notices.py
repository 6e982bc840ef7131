"""Notices to a person inside the program: one line, a link, read or not; the same key is never given twice."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import Index, Integer, Select, String, func, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core.access import Actor, SystemActor
from lab_app.core.db import Base, JsonText, UtcDateTime, begin_writing, db
from lab_app.core.i18n import show_date

#: The bell counts no further.
COUNTED = 99


class Notice(Base):
    """One notice. `message` is a msgid with `values` put in when shown, so that each reader has it in their language.

    The kernel knows no people: `person_id` is the key of one. `key` makes giving the same notice twice harmless.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_person_read", "person_id", "read_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(Integer, nullable=False)
    key: Mapped[str] = mapped_column(String(160), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(40), nullable=False)
    message: Mapped[str] = mapped_column(String(300), nullable=False)
    values: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    link: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def N_(message: str) -> str:
    """Mark a message for the catalogue; it is translated when it is shown."""
    return message


def day(value: date) -> dict[str, str]:
    """A date among the values of a notice: shown in the reader's way."""
    return {"day": value.isoformat()}


def words(message: str) -> dict[str, str]:
    """A word of ours among the values of a notice: shown in the reader's language."""
    return {"say": message}


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "day" in value:
            return show_date(date.fromisoformat(value["day"]))
        word: str = value["say"]
        return gettext(word)
    return value


def says(message: str, values: Mapping[str, Any]) -> str:
    """A message with its values, in the present reader's language."""
    shown = {key: _shown(value) for key, value in values.items()}
    return gettext(message) % shown if shown else gettext(message)


def give(person_id: int, key: str, kind: str, message: str, values: Mapping[str, Any] | None = None, link: str = "") -> bool:
    """Give a person a notice in the present transaction; the same key again gives nothing and answers False."""
    if db.session.scalar(select(Notice.id).where(Notice.key == key)) is not None:
        return False
    db.session.add(Notice(person_id=person_id, key=key, kind=kind, message=message, values=dict(values or {}), link=link))
    db.session.flush()
    return True


def unread_count(person_id: int) -> Select[Any]:
    """SQL: how many notices a person has not read, counted no further than `COUNTED` + 1."""
    some = select(literal(1).label("one")).where(Notice.person_id == person_id, Notice.read_at.is_(None)).limit(COUNTED + 1)
    return select(func.count()).select_from(some.subquery())


def unread(person_id: int) -> int:
    """How many notices a person has not read, at most `COUNTED` + 1."""
    return int(db.session.scalar(unread_count(person_id)) or 0)


def of_person(person_id: int) -> Select[Any]:
    """SQL: the notices of a person."""
    return select(Notice).where(Notice.person_id == person_id)


def mark_read(actor: Actor, ids: Iterable[int] | None = None) -> int:
    """Mark one's own notices read: those named, or all; answers how many were not."""
    if actor.id is None or isinstance(actor, SystemActor):
        return 0
    begin_writing()
    query = of_person(actor.id).where(Notice.read_at.is_(None))
    if ids is not None:
        query = query.where(Notice.id.in_(list(ids)))
    found = list(db.session.scalars(query.limit(5000)))
    for row in found:
        row.read_at = clock.now()
    db.session.flush()
    return len(found)
