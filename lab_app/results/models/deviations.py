"""Deviations from a method on a job (7.2.1.7) and the steps of its checklist."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Record, UtcDateTime
from lab_app.results.models.jobs import TestJob


@audited("job-deviation", code=lambda row: row.job.code if row.job else "", parent=("test-job", "job_id"))
class JobDeviation(Record):
    """A departure from the method on one job, with its four parts: documented, justified, authorised, accepted (7.2.1.7).

    `what`: from which step or requirement of the method; `documented`: how it was done instead; `justification`: the technical
    reason. `customer_*`: who of the customer accepted, when and by what evidence. `withdrawn_*`: not used after all.
    """

    __tablename__ = "job_deviation"
    __table_args__ = (Index("ix_job_deviation_job", "job_id"),)

    job_id: Mapped[int] = mapped_column(ForeignKey("test_job.id"), nullable=False)
    what: Mapped[str] = mapped_column(Text, nullable=False)
    documented: Mapped[str] = mapped_column(Text, nullable=False, default="")
    justification: Mapped[str] = mapped_column(Text, nullable=False, default="")
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    authorised_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    authorised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    customer_accepted_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    customer_accepted_on: Mapped[date | None] = mapped_column()
    customer_evidence: Mapped[str] = mapped_column(Text, nullable=False, default="")
    customer_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    job: Mapped[TestJob] = relationship()
    raised_by: Mapped[Person] = relationship(foreign_keys=[raised_by_id])
    authorised_by: Mapped[Person | None] = relationship(foreign_keys=[authorised_by_id])


@audited("job-step", code=lambda row: row.key, parent=("test-job", "job_id"))
class JobStep(Record):
    """One step of the method's checklist answered on a job: `done`, or `not_applicable` with the reason in `note`."""

    __tablename__ = "job_step"
    __table_args__ = (UniqueConstraint("job_id", "key"),)

    job_id: Mapped[int] = mapped_column(ForeignKey("test_job.id"), nullable=False)
    key: Mapped[str] = mapped_column(String(60), nullable=False)
    answer: Mapped[str] = mapped_column(String(20), nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    job: Mapped[TestJob] = relationship()
    done_by: Mapped[Person] = relationship()
