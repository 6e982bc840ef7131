"""Enterprises, requests, contract review, items and their custody (7.1, 7.4)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime
from lab_app.samples.models.requests import RequestItem, TestRequest
from lab_app.samples.models.sampling import SamplingRecord


@audited("sample")
class Sample(Record):
    """An item received (7.4). Its code is given once and never reused.

    `checks`: the condition checklist `{key: {"ok": bool, "note": …}}`, keys: intact, complete, matches, documents, safe.
    A deviating item (`deviation` not empty) waits for the customer's recorded answer (7.4.3).
    `status`: received, in_use, stored, returned, disposed. `instrument_id`: an instrument of our own, calibrated in house.
    `sampled_by`: customer, laboratory; an item that the laboratory sampled names its record (`sampling_record_id`, 7.3.3).
    """

    __tablename__ = "sample"
    __table_args__ = (
        Index("ix_sample_status", "status", "received_at"),
        Index("ix_sample_deviating", "received_at", sqlite_where=text("deviation != ''"), postgresql_where=text("deviation != ''")),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("request_item.id"), nullable=False, index=True)
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"), index=True)
    serial: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    hardware: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    firmware: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, index=True)
    received_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    brought_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    sampled_by: Mapped[str] = mapped_column(String(20), nullable=False, default="customer")
    sampling_record_id: Mapped[int | None] = mapped_column(ForeignKey("sampling_record.id"), index=True)
    condition: Mapped[str] = mapped_column(Text, nullable=False, default="")
    checks: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    accessories: Mapped[str] = mapped_column(Text, nullable=False, default="")
    deviation: Mapped[str] = mapped_column(Text, nullable=False, default="")
    storage: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    storage_conditions: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="received")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    request: Mapped[TestRequest] = relationship()
    item: Mapped[RequestItem] = relationship(back_populates="samples", lazy="joined")
    received_by: Mapped[Person] = relationship()
    sampling_record: Mapped[SamplingRecord | None] = relationship(back_populates="samples")
    custody: Mapped[list[CustodyEvent]] = relationship(back_populates="sample", order_by="CustodyEvent.at, CustodyEvent.id")
    answers: Mapped[list[DeviationAnswer]] = relationship(back_populates="sample", order_by="DeviationAnswer.id")
    firmware_changes: Mapped[list[FirmwareChange]] = relationship(
        order_by="FirmwareChange.changed_at, FirmwareChange.id", viewonly=True
    )


@audited("deviation-answer", code=lambda _row: "", parent=("sample", "sample_id"))
class DeviationAnswer(Kept):
    """What the customer answered about a deviating item: proceed, replace, withdraw (7.4.3)."""

    __tablename__ = "deviation_answer"

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), nullable=False, index=True)
    decision: Mapped[str] = mapped_column(String(20), nullable=False)
    answered_by: Mapped[str] = mapped_column(String(200), nullable=False)
    answered_on: Mapped[date] = mapped_column(nullable=False)
    text: Mapped[str] = mapped_column(Text, nullable=False)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    sample: Mapped[Sample] = relationship(back_populates="answers")
    recorded_by: Mapped[Person] = relationship()


@audited("firmware-change", code="firmware", parent=("sample", "sample_id"))
class FirmwareChange(Kept):
    """The item's firmware was changed at a moment, by whom, why: readings before and after belong to different versions."""

    __tablename__ = "firmware_change"

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), nullable=False, index=True)
    firmware: Mapped[str] = mapped_column(String(60), nullable=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    by: Mapped[str] = mapped_column(String(200), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    recorded_by: Mapped[Person] = relationship()


@audited("custody", code=lambda _row: "", parent=("sample", "sample_id"))
class CustodyEvent(Kept):
    """A move of an item: from whom, to whom, where, when (7.4.1). Made by scanning the label.

    `kind`: received, handed_over, stored, taken, returned, disposed.
    """

    __tablename__ = "custody_event"
    __table_args__ = (Index("ix_custody_event_sample_at", "sample_id", "at"),)

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    from_text: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_text: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    place: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    sample: Mapped[Sample] = relationship(back_populates="custody")
    to_person: Mapped[Person | None] = relationship(foreign_keys=[to_person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
