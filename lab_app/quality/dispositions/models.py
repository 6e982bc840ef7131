"""What nonconforming work touched, what was decided about each of it, and that the customers were told (7.10.1 c, d, e)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, UtcDateTime


@audited("affected-work", code="subject_code", parent=("nonconformity", "nonconformity_id"))
class AffectedWork(Kept):
    """One report, result, job or item named by a person as touched by nonconforming work; what the program finds is worked out anew."""

    __tablename__ = "affected_work"
    __table_args__ = (Index("uq_affected_work", "nonconformity_id", "subject_kind", "subject_id", unique=True),)

    nonconformity_id: Mapped[int] = mapped_column(ForeignKey("nonconformity.id"), nullable=False)
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False)
    why: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("disposition", code="subject_code", parent=("nonconformity", "nonconformity_id"))
class Disposition(Kept):
    """The decision about one touched thing: stands, retest, amend, withdraw, discard, with its reason; the latest counts."""

    __tablename__ = "disposition"
    __table_args__ = (Index("ix_disposition_subject", "nonconformity_id", "subject_kind", "subject_id", "id"),)

    nonconformity_id: Mapped[int] = mapped_column(ForeignKey("nonconformity.id"), nullable=False)
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False)
    decision: Mapped[str] = mapped_column(String(20), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("customer-notice", code="customer", parent=("nonconformity", "nonconformity_id"))
class CustomerNotice(Kept):
    """That a customer was told of nonconforming work (7.10.1 e): who there, how, on which day, about which papers, what they answered."""

    __tablename__ = "customer_notice"
    __table_args__ = (Index("ix_customer_notice_nonconformity", "nonconformity_id", "id"),)

    nonconformity_id: Mapped[int] = mapped_column(ForeignKey("nonconformity.id"), nullable=False)
    customer: Mapped[str] = mapped_column(String(200), nullable=False)
    told: Mapped[str] = mapped_column(String(200), nullable=False)
    how: Mapped[str] = mapped_column(String(20), nullable=False)
    told_on: Mapped[date] = mapped_column(nullable=False)
    papers: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    answer: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()
