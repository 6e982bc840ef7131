"""Quality objectives: a figure, a target, an owner, a plan (8.2.1, ISO 9001 6.2)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, Kept, Record, UtcDateTime


@audited("objective")
class Objective(Record):
    """What the laboratory wants to reach between two days: the figure `kpi` over `window` months as good as `target`.

    `status`: running, ended. Ended, it keeps its conclusion."""

    __tablename__ = "objective"
    __table_args__ = (Index("ix_objective_status", "status", "id"),)

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    why: Mapped[str] = mapped_column(Text, nullable=False, default="")
    kpi: Mapped[str] = mapped_column(String(60), nullable=False)
    target: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    window: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    from_on: Mapped[date] = mapped_column(nullable=False)
    to_on: Mapped[date] = mapped_column(nullable=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    resources: Mapped[str] = mapped_column(Text, nullable=False, default="")
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="running")
    conclusion: Mapped[str] = mapped_column(Text, nullable=False, default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    set_by: Mapped[Person] = relationship(foreign_keys=[set_by_id])
    steps: Mapped[list[ObjectiveStep]] = relationship(back_populates="objective", order_by="ObjectiveStep.due_on")
    answers: Mapped[list[ObjectiveAnswer]] = relationship(back_populates="objective", order_by="ObjectiveAnswer.month.desc()")


@audited("objective-step", code=lambda _row: "", parent=("objective", "objective_id"))
class ObjectiveStep(Record):
    """A step of the plan: what, who, until when; done with what shows it."""

    __tablename__ = "objective_step"
    __table_args__ = (Index("ix_objective_step_objective", "objective_id"),)

    objective_id: Mapped[int] = mapped_column(ForeignKey("objective.id"), nullable=False)
    what: Mapped[str] = mapped_column(String(300), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    due_on: Mapped[date] = mapped_column(nullable=False)
    done_on: Mapped[date | None] = mapped_column()
    shown_by: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    objective: Mapped[Objective] = relationship(back_populates="steps")
    person: Mapped[Person] = relationship()


@audited("objective-answer", code=lambda row: f"{row.month:%Y-%m}", parent=("objective", "objective_id"))
class ObjectiveAnswer(Kept):
    """Why a month missed its target and what is done about it; the figure as it stood when this was said."""

    __tablename__ = "objective_answer"
    __table_args__ = (UniqueConstraint("objective_id", "month", name="uq_objective_answer_month"),)

    objective_id: Mapped[int] = mapped_column(ForeignKey("objective.id"), nullable=False)
    month: Mapped[date] = mapped_column(nullable=False)
    value: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    target: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    why: Mapped[str] = mapped_column(Text, nullable=False)
    action: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    objective: Mapped[Objective] = relationship(back_populates="answers")
    person: Mapped[Person] = relationship()
