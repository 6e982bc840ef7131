"""Notices to a person inside the program: one line, a link, read or not; the same key is never given twice."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core.db import Base, JsonText, UtcDateTime


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
