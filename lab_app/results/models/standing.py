"""Whether a result still stands after the item was changed (7.4, 7.8.1.2)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, UtcDateTime
from lab_app.results.models.jobs import JobLine
from lab_app.samples.models import FirmwareChange, ItemFileRevision


@audited("standing-decision", code=lambda row: row.decision, parent=("job-line", "line_id"))
class StandingDecision(Kept):
    """A reading taken before a change of the item: it stands, for a technical reason, or the line is measured again.

    Names the reading that was seen, and the change: of firmware, or of the item's file. `decision`: stands, repeat; a repeat names
    the line it made (`retest_id`).
    """

    __tablename__ = "standing_decision"
    __table_args__ = (Index("ix_standing_decision_line", "line_id", "id"),)

    line_id: Mapped[int] = mapped_column(ForeignKey("job_line.id"), nullable=False)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), nullable=False)
    firmware_change_id: Mapped[int | None] = mapped_column(ForeignKey("firmware_change.id"), index=True)
    file_revision_id: Mapped[int | None] = mapped_column(ForeignKey("item_file_revision.id"), index=True)
    decision: Mapped[str] = mapped_column(String(20), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    retest_id: Mapped[int | None] = mapped_column(ForeignKey("job_line.id"))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    line: Mapped[JobLine] = relationship(foreign_keys=[line_id])
    firmware_change: Mapped[FirmwareChange | None] = relationship()
    file_revision: Mapped[ItemFileRevision | None] = relationship()
    decided_by: Mapped[Person] = relationship()
