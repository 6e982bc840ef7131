"""Confidential information that the law obliged the laboratory to give away, and that the customer was told (4.2.2)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core.audit import audited
from lab_app.core.db import Record, UtcDateTime, stamp


@audited("disclosure")
class Disclosure(Record):
    """A demand of an authority and what became of it. `status`: asked, given, refused, closed.

    `basis` is the law (number, article) that obliges or authorises; `demand` names the authority's paper. `subject_*` is the record asked
    for, when it is one. `told_on` with `told_how`: the customer was told what was given; or `forbidden_by` names the rule that
    forbids telling.
    """

    __tablename__ = "disclosure"
    __table_args__ = (Index("ix_disclosure_status", "status", "id"), Index("ix_disclosure_subject", "subject_kind", "subject_id"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    authority: Mapped[str] = mapped_column(String(300), nullable=False)
    demand: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    basis: Mapped[str] = mapped_column(Text, nullable=False)
    asked_on: Mapped[date] = mapped_column(nullable=False)
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    customer: Mapped[str] = mapped_column(String(300), nullable=False)
    wanted: Mapped[str] = mapped_column(Text, nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="asked")
    given: Mapped[str] = mapped_column(Text, nullable=False, default="")
    given_on: Mapped[date | None] = mapped_column()
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refused_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    told_on: Mapped[date | None] = mapped_column()
    told_how: Mapped[str] = mapped_column(Text, nullable=False, default="")
    forbidden_by: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = stamp()

    given_by: Mapped[Person | None] = relationship(foreign_keys=[given_by_id])
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
