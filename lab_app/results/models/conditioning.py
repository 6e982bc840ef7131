"""Conditioning of an item before its test, where the method asks for it (7.4.4)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models import Instrument
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Record, UtcDateTime
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.models.jobs import TestJob


@audited("job-conditioning", code=lambda _row: "", parent=("test-job", "job_id"))
class JobConditioning(Record):
    """One conditioning of a job's item: begun, and later ended; both ends have the time they happened and the time they were
    recorded. `minutes` is what the method version asked for when it began. `interrupted`: it was broken off and does not count.
    """

    __tablename__ = "job_conditioning"

    job_id: Mapped[int] = mapped_column(ForeignKey("test_job.id"), nullable=False, index=True)
    minutes: Mapped[int] = mapped_column(Integer, nullable=False)
    place: Mapped[str] = mapped_column(String(200), nullable=False)
    conditions: Mapped[str] = mapped_column(Text, nullable=False, default="")
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"))
    environment_id: Mapped[int | None] = mapped_column(ForeignKey("environment_record.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    interrupted: Mapped[str] = mapped_column(Text, nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    job: Mapped[TestJob] = relationship()
    instrument: Mapped[Instrument | None] = relationship()
    environment: Mapped[EnvironmentRecord | None] = relationship()
    started_by: Mapped[Person] = relationship(foreign_keys=[started_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
