"""Recall: what a doubted instrument touched, and a person's decision on each of it (7.10, 7.8.8, 6.4.9)."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models import Instrument
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, Record, UtcDateTime
from lab_app.quality.models import Nonconformity
from lab_app.results.models import Reading
from lab_app.samples.models import Customer


@audited("recall")
class Recall(Record):
    """One search of what an instrument touched between the last good moment and the moment its fault was found.

    `since`/`until` bound `measured_at` (inclusive, exclusive). `cause`: calibration, check, damage, maintenance.
    `depth`: how many steps through our own reference standards are followed. `error` in `error_unit`: how far the instrument was
    off (indicated − reference), where known. `counts`: what was found when it was opened.
    `status`: open, closed.
    """

    __tablename__ = "recall"
    __table_args__ = (Index("ix_recall_instrument", "instrument_id", "id"), Index("ix_recall_status", "status", "id"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    nonconformity_id: Mapped[int] = mapped_column(ForeignKey("nonconformity.id"), nullable=False, index=True)
    cause: Mapped[str] = mapped_column(String(20), nullable=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    until: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    depth: Mapped[int] = mapped_column(Integer, nullable=False, default=3)
    error: Mapped[Decimal | None] = mapped_column(DecimalText)
    error_unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    counts: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="open")
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    conclusion: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    instrument: Mapped[Instrument] = relationship()
    nonconformity: Mapped[Nonconformity] = relationship()
    opened_by: Mapped[Person | None] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])


@audited("recall-decision", code=lambda row: row.decision, parent=("recall", "recall_id"))
class RecallDecision(Kept):
    """What a person decided on one reading: stands, retest, amend, withdraw, each with its reason; the latest counts."""

    __tablename__ = "recall_decision"
    __table_args__ = (Index("ix_recall_decision_recall_reading", "recall_id", "reading_id", "id"),)

    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), nullable=False)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), nullable=False, index=True)
    decision: Mapped[str] = mapped_column(String(20), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    reading: Mapped[Reading] = relationship()
    person: Mapped[Person] = relationship()


@audited("recall-letter", code=lambda row: "", parent=("recall", "recall_id"))
class RecallLetter(Record):
    """A letter to one enterprise about what was recalled: drafted by the program, edited and sent by a person."""

    __tablename__ = "recall_letter"
    __table_args__ = (Index("uq_recall_letter_customer", "recall_id", "customer_id", unique=True),)

    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), nullable=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), nullable=False)
    text: Mapped[str] = mapped_column(Text, nullable=False)
    reports: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="draft")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_by_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    customer: Mapped[Customer] = relationship()
    sent_by: Mapped[Person | None] = relationship()
    recall: Mapped[Recall] = relationship()
