"""Jobs, their lines, raw readings with what was computed from them, reviews (7.5, 7.8.1)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, UtcDateTime
from lab_app.results.models.jobs import JobLine


@audited("line-review", code=lambda row: row.decision, parent=("job-line", "line_id"))
class LineReview(Kept):
    """A reviewer's decision on one line: approved, or returned with a reason. Names the reading that was seen."""

    __tablename__ = "line_review"

    line_id: Mapped[int] = mapped_column(ForeignKey("job_line.id"), nullable=False, index=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), nullable=False)
    decision: Mapped[str] = mapped_column(String(20), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    line: Mapped[JobLine] = relationship(back_populates="reviews")
    reviewer: Mapped[Person] = relationship()
