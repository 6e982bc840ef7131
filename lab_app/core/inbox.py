"""What the laboratory asks of people: to sign, read, review, release, answer. One list, filled and emptied by the services themselves.

A service that needs a person asks (`ask`) in its own transaction and settles (`settle`) when it is done; whoever shows the list reads
one table, however many rooms ask. The same key is one thing asked: asked again, it is changed, and opened again when it was settled.
The kernel knows no people: `person_id` is the key of one, `permission` addresses everybody who carries it but `not_person_id` (who
wrote a thing does not approve it). Reminders and escalation are `accounts.reminders`' business.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Integer, Select, String, and_, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core.db import Base, JsonText, UtcDateTime, db
from lab_app.core.notices import N_
from lab_app.core.permissions import P

OPEN = N_("Mở")
#: So much of a record's code is shown; the link leads to the record itself.
CODE_SHOWN = 60


class Ask(Base):
    """One thing asked of a person or of everybody with a permission. `message` and `button` are msgids; `code` names the record."""

    __tablename__ = "ask"
    __table_args__ = (
        Index("ix_ask_person_open", "person_id", "settled_at", "due_on"),
        Index("ix_ask_permission_open", "permission", "settled_at", "due_on"),
        Index("ix_ask_open_due", "settled_at", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(40), nullable=False)
    person_id: Mapped[int | None] = mapped_column(Integer)
    permission: Mapped[str | None] = mapped_column(String(40))
    not_person_id: Mapped[int | None] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(CODE_SHOWN), nullable=False, default="")
    message: Mapped[str] = mapped_column(String(300), nullable=False)
    values: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    link: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    button: Mapped[str] = mapped_column(String(60), nullable=False, default=OPEN)
    due_on: Mapped[date | None] = mapped_column()
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_on: Mapped[date | None] = mapped_column()
    escalated: Mapped[int] = mapped_column(Integer, nullable=False, default=0)


def ask(
    key: str, kind: str, message: str, values: Mapping[str, Any] | None = None, *, person_id: int | None = None,
    permission: P | None = None, not_person_id: int | None = None, code: str = "", link: str = "", button: str = OPEN,
    due_on: date | None = None,
) -> Ask:
    """Ask, in the present transaction. `key` is `kind/subject/what[/person]`; `values` are put into `message` as for notices
    (`notices.day`, `notices.words`). Exactly one of `person_id` and `permission` says who (ValueError otherwise)."""
    if (person_id is None) == (permission is None):
        raise ValueError("either a person or a permission is asked")
    row = db.session.scalar(select(Ask).where(Ask.key == key))
    if row is None:
        row = Ask(key=key)
        db.session.add(row)
    elif row.settled_at is not None or row.due_on != due_on:
        row.asked_at, row.settled_at, row.reminded_on, row.escalated = clock.now(), None, None, 0
    row.kind, row.message, row.values, row.code, row.link, row.button = kind, message, dict(values or {}), code[:CODE_SHOWN], link, button
    row.person_id, row.permission, row.not_person_id = person_id, permission.value if permission else None, not_person_id
    row.due_on = due_on
    db.session.flush()
    return row


def settle(*keys: str) -> int:
    """What was asked under these keys is done, or no longer wanted; answers how many were open."""
    return _settle(Ask.key.in_(keys))


def settle_under(prefix: str) -> int:
    """The same for every key below a prefix such as `document/12/` (a record closed, withdrawn)."""
    return _settle(func.substr(Ask.key, 1, len(prefix)) == prefix)  # no order of letters is asked: each database has its own


def _settle(which: Any) -> int:
    rows = list(db.session.scalars(select(Ask).where(which, Ask.settled_at.is_(None))))
    for row in rows:
        row.settled_at = clock.now()
    db.session.flush()
    return len(rows)


def of(person_id: int, permissions: Iterable[str]) -> Select[Any]:
    """SQL: what is open for a person who carries these permissions, the earliest due day first, without a day last."""
    mine = or_(
        Ask.person_id == person_id,
        and_(Ask.permission.in_(sorted(permissions)), or_(Ask.not_person_id.is_(None), Ask.not_person_id != person_id)),
    )
    return select(Ask).where(Ask.settled_at.is_(None), mine).order_by(Ask.due_on.is_(None), Ask.due_on, Ask.id)
