"""Corrective action (8.7): its stages, its analysis of the cause, its steps with evidence, the checks of its effect."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime
from lab_app.quality.models import Nonconformity


@audited("corrective-action")
class CorrectiveAction(Record):
    """One corrective action. `status` is the stage it waits in, in a fixed order: react, consequences, cause, actions, carrying_out,
    effectiveness, closed.

    `source_*`: the record it came from (kind, id, code; may be none). `whys`: answers in order, `fishbone`: class of cause → causes.
    `risks_answer`, `documents_answer`: whether risks and the management system were changed, with what (8.7.1 e, f).
    `check_from`: the first day on which the effect may be judged, `check_due` the day it is due; `criterion`: by what.
    """

    __tablename__ = "corrective_action"
    __table_args__ = (
        Index("ix_corrective_action_status", "status", "id"), Index("ix_corrective_action_source", "source_kind", "source_id"),
        Index("ix_corrective_action_opened", "opened_on"), Index("ix_corrective_action_owner", "owner_id", "status"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    source_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    source_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    source_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="react")
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    opened_on: Mapped[date] = mapped_column(nullable=False)
    due_on: Mapped[date | None] = mapped_column()
    reaction: Mapped[str] = mapped_column(Text, nullable=False, default="")
    consequences: Mapped[str] = mapped_column(Text, nullable=False, default="")
    similar: Mapped[str] = mapped_column(Text, nullable=False, default="")
    whys: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    fishbone: Mapped[dict[str, list[str]]] = mapped_column(JsonText, nullable=False, default=dict)
    cause: Mapped[str] = mapped_column(Text, nullable=False, default="")
    cause_class: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    criterion: Mapped[str] = mapped_column(Text, nullable=False, default="")
    check_from: Mapped[date | None] = mapped_column()
    check_due: Mapped[date | None] = mapped_column()
    risks_answer: Mapped[str] = mapped_column(Text, nullable=False, default="")
    documents_answer: Mapped[str] = mapped_column(Text, nullable=False, default="")
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    opened_by: Mapped[Person | None] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    steps: Mapped[list[CorrectiveStep]] = relationship(back_populates="corrective", order_by="CorrectiveStep.id")
    checks: Mapped[list[EffectCheck]] = relationship(back_populates="corrective", order_by="EffectCheck.id")


@audited("corrective-step", code=lambda row: "", parent=("corrective-action", "corrective_id"))
class CorrectiveStep(Record):
    """One thing to do: what, who, by when; done with its evidence, or dropped with a reason. `done_by_id`: who said that it was done."""

    __tablename__ = "corrective_step"
    __table_args__ = (
        Index("ix_corrective_step_corrective", "corrective_id", "id"), Index("ix_corrective_step_owner", "owner_id", "done_on"),
    )

    corrective_id: Mapped[int] = mapped_column(ForeignKey("corrective_action.id"), nullable=False)
    what: Mapped[str] = mapped_column(Text, nullable=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    due_on: Mapped[date] = mapped_column(nullable=False)
    done_on: Mapped[date | None] = mapped_column()
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    evidence: Mapped[str] = mapped_column(Text, nullable=False, default="")
    dropped_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    round: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    corrective: Mapped[CorrectiveAction] = relationship(back_populates="steps")
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])


@audited("effect-check", code=lambda row: "", parent=("corrective-action", "corrective_id"))
class EffectCheck(Kept):
    """A check whether the actions worked: what was looked at, the finding, by whom; not effective sends it back to the cause."""

    __tablename__ = "effect_check"
    __table_args__ = (Index("ix_effect_check_corrective", "corrective_id", "id"),)

    corrective_id: Mapped[int] = mapped_column(ForeignKey("corrective_action.id"), nullable=False)
    effective: Mapped[bool] = mapped_column(Boolean, nullable=False)
    looked_at: Mapped[str] = mapped_column(Text, nullable=False)
    finding: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    corrective: Mapped[CorrectiveAction] = relationship(back_populates="checks")
    person: Mapped[Person] = relationship()


@audited("corrective-link", code=lambda row: "", parent=("nonconformity", "nonconformity_id"))
class CorrectiveLink(Kept):
    """That a corrective action answers nonconforming work: one action may answer several."""

    __tablename__ = "corrective_link"
    __table_args__ = (Index("uq_corrective_link", "nonconformity_id", "corrective_id", unique=True),
                      Index("ix_corrective_link_corrective", "corrective_id"))

    corrective_id: Mapped[int] = mapped_column(ForeignKey("corrective_action.id"), nullable=False)
    nonconformity_id: Mapped[int] = mapped_column(ForeignKey("nonconformity.id"), nullable=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    corrective: Mapped[CorrectiveAction] = relationship()
    nonconformity: Mapped[Nonconformity] = relationship()
