"""Risks and opportunities (8.5), those to impartiality among them (4.1.4, 4.1.5)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime


@audited("risk", ignore=("score",))
class Risk(Record):
    """A risk or an opportunity. `likelihood` and `consequence` 1 to 5 as judged now before treatment; `score` is their product, for
    lists. `residual_*`: what the effect check found. `status`: open, planned, approved, effective, closed.

    `effect_on` is the day on which the effect is looked at; it stands with every treatment (8.5.2). `source_*`: the record that
    brought it up."""

    __tablename__ = "risk"
    __table_args__ = (
        Index("ix_risk_status", "status", "id"), Index("ix_risk_score", "score", "id"), Index("ix_risk_topic", "topic", "status"),
        Index("ix_risk_source", "source_kind", "source_id"), Index("ix_risk_effect", "status", "effect_on"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="risk")
    topic: Mapped[str] = mapped_column(String(30), nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    source_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    source_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    source_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    found_on: Mapped[date] = mapped_column(nullable=False)
    likelihood: Mapped[int] = mapped_column(Integer, nullable=False)
    consequence: Mapped[int] = mapped_column(Integer, nullable=False)
    score: Mapped[int] = mapped_column(Integer, nullable=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="open")
    answer: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    treatment: Mapped[str] = mapped_column(Text, nullable=False, default="")
    due_on: Mapped[date | None] = mapped_column()
    effect_on: Mapped[date | None] = mapped_column()
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    residual_likelihood: Mapped[int | None] = mapped_column(Integer)
    residual_consequence: Mapped[int | None] = mapped_column(Integer)
    effect: Mapped[str] = mapped_column(Text, nullable=False, default="")
    effect_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    effect_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    effect_by: Mapped[Person | None] = relationship(foreign_keys=[effect_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])


@audited("impartiality-review")
class ImpartialityReview(Kept):
    """One look for risks to impartiality (4.1.4): for each question what was found, and what follows."""

    __tablename__ = "impartiality_review"
    __table_args__ = (Index("ix_impartiality_review_done", "done_on"),)

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    done_on: Mapped[date] = mapped_column(nullable=False)
    answers: Mapped[dict[str, str]] = mapped_column(JsonText, nullable=False, default=dict)
    conclusion: Mapped[str] = mapped_column(Text, nullable=False)
    next_on: Mapped[date] = mapped_column(nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()
