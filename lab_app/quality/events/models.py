"""What anybody saw that is not as it should be, in one field, and what became of it (7.10.1, 7.9.1, 8.6.1)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Record, UtcDateTime


@audited("quality-event")
class Event(Record):
    """One event as it was reported: `words`, with the record that was on the screen (`subject_*`, by kind, id and code; may be none).

    `status`: reported, taken, settled. Whoever settles it says what it is: `outcome` nonconformity, complaint, improvement, nothing;
    `outcome_code` names the record that was opened, `outcome_reason` why (required where nothing follows).
    """

    __tablename__ = "quality_event"
    __table_args__ = (Index("ix_quality_event_status", "status", "id"), Index("ix_quality_event_subject", "subject_kind", "subject_id"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    words: Mapped[str] = mapped_column(Text, nullable=False)
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    happened_on: Mapped[date | None] = mapped_column()
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="reported")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    outcome_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    outcome_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    outcome_code: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    outcome_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reported_by_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    reported_by: Mapped[Person | None] = relationship(foreign_keys=[reported_by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
