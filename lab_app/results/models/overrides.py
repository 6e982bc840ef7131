"""A verdict that a person set in place of the computed one, and what a second person said to it (7.8.6.1, 7.5.2)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, UtcDateTime
from lab_app.results.models.jobs import JobLine
from lab_app.results.models.readings import Reading

CONFIRMED, DECLINED, WITHDRAWN = "confirmed", "declined", "withdrawn"


@audited("verdict-override", code="verdict", parent=("job-line", "line_id"))
class VerdictOverride(Kept):
    """Somebody proposes that one reading be called otherwise than the rule computed. The reading keeps its own verdict (`computed`).

    It counts from the moment a second authorised person confirms it, and falls when the reading is corrected: it speaks of that
    revision alone.
    """

    __tablename__ = "verdict_override"
    __table_args__ = (Index("ix_verdict_override_reading", "reading_id", "id"),)

    line_id: Mapped[int] = mapped_column(ForeignKey("job_line.id"), nullable=False, index=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), nullable=False)
    computed: Mapped[str] = mapped_column(String(30), nullable=False)
    verdict: Mapped[str] = mapped_column(String(30), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    line: Mapped[JobLine] = relationship()
    reading: Mapped[Reading] = relationship()
    proposed_by: Mapped[Person] = relationship()
    answer: Mapped[OverrideAnswer | None] = relationship(back_populates="override", uselist=False)


@audited("override-answer", code="answer", parent=("verdict-override", "override_id"))
class OverrideAnswer(Kept):
    """What became of a proposal: confirmed by a second person, declined, or withdrawn (by its author, or because the reading was
    corrected). One for each proposal."""

    __tablename__ = "override_answer"

    override_id: Mapped[int] = mapped_column(ForeignKey("verdict_override.id"), nullable=False, unique=True)
    answer: Mapped[str] = mapped_column(String(20), nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    override: Mapped[VerdictOverride] = relationship(back_populates="answer")
    by: Mapped[Person] = relationship()
