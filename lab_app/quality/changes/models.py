"""Planned changes: what they touch, who approved them, the steps, how they went (5.7 b, ISO 9001 6.3)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Record, UtcDateTime


@audited("planned-change")
class PlannedChange(Record):
    """A change of the management system that is planned. `impacts`: question → what the change does there. `status`: draft, assessed,
    approved, running, closed, declined. `source_*`: the record that brought it up."""

    __tablename__ = "planned_change"
    __table_args__ = (Index("ix_planned_change_status", "status", "id"), Index("ix_planned_change_source", "source_kind", "source_id"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    purpose: Mapped[str] = mapped_column(Text, nullable=False)
    planned_on: Mapped[date] = mapped_column(nullable=False)
    source_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    source_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    source_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    impacts: Mapped[dict[str, str]] = mapped_column(JsonText, nullable=False, default=dict)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="draft")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    decision: Mapped[str] = mapped_column(Text, nullable=False, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    began_on: Mapped[date | None] = mapped_column()
    outcome: Mapped[str] = mapped_column(Text, nullable=False, default="")
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    steps: Mapped[list[ChangeStep]] = relationship(back_populates="change", order_by="ChangeStep.due_on")


@audited("change-step", code=lambda _row: "", parent=("planned-change", "change_id"))
class ChangeStep(Record):
    """A step of a planned change: what, who, until when; done with what shows it."""

    __tablename__ = "change_step"
    __table_args__ = (Index("ix_change_step_change", "change_id"),)

    change_id: Mapped[int] = mapped_column(ForeignKey("planned_change.id"), nullable=False)
    what: Mapped[str] = mapped_column(String(300), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    due_on: Mapped[date] = mapped_column(nullable=False)
    done_on: Mapped[date | None] = mapped_column()
    shown_by: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    change: Mapped[PlannedChange] = relationship(back_populates="steps")
    person: Mapped[Person] = relationship()
