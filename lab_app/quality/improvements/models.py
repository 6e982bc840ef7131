"""Improvements (8.6.1): 5S, Kaizen, suggestions, with figures before and after."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, Record, UtcDateTime


@audited("improvement")
class Improvement(Record):
    """One improvement. `kind`: 5s, kaizen, suggestion, project. `status`: proposed, doing, done, declined. `before` and `after` are
    the same `figure` in `unit`; `better` says which way is good. Photos hang on it as attachments (`before`, `after`)."""

    __tablename__ = "improvement"
    __table_args__ = (Index("ix_improvement_status", "status", "id"), Index("ix_improvement_source", "source_kind", "source_id"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    problem: Mapped[str] = mapped_column(Text, nullable=False)
    idea: Mapped[str] = mapped_column(Text, nullable=False, default="")
    source_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    source_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    source_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="proposed")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None] = mapped_column()
    decision: Mapped[str] = mapped_column(Text, nullable=False, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    figure: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    unit: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    better: Mapped[str] = mapped_column(String(10), nullable=False, default="low")
    before: Mapped[Decimal | None] = mapped_column(DecimalText)
    after: Mapped[Decimal | None] = mapped_column(DecimalText)
    benefit: Mapped[str] = mapped_column(Text, nullable=False, default="")
    saved: Mapped[Decimal | None] = mapped_column(DecimalText)
    done_on: Mapped[date | None] = mapped_column()
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    proposed_on: Mapped[date] = mapped_column(nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
