"""What the laboratory has learned (ISO 9001 7.1.6)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Record, UtcDateTime


@audited("lesson")
class Lesson(Record):
    """One lesson: what happened, what was learned, where it applies. `source_*`: the record it came from. Set aside, it keeps why."""

    __tablename__ = "lesson"
    __table_args__ = (Index("ix_lesson_area", "area", "id"), Index("ix_lesson_source", "source_kind", "source_id"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    area: Mapped[str] = mapped_column(String(20), nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    happened: Mapped[str] = mapped_column(Text, nullable=False)
    learned: Mapped[str] = mapped_column(Text, nullable=False)
    applies_to: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    source_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    source_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    source_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    aside_on: Mapped[date | None] = mapped_column()
    aside_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()
