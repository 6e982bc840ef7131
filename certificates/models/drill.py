"""Recall drills: an instrument is said to be wrong that is not, on a copy of the data, and people work to the last enterprise (7.10)."""
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
from lab_app.core.db import DecimalText, JsonText, Record, UtcDateTime


@audited("recall-drill")
class RecallDrill(Record):
    """One drill. `status`: planned, copying, running, finished, filed, dropped.

    `since`: the fictitious last good moment; `error` in `error_unit` how far the instrument is said to be off. `target_minutes`: the
    laboratory's aim from the list to the last enterprise. `counts`: what the program found on the copy, `machine`: what it took
    (`copy_ms`, `search_ms`) and the size of the copy in bytes. `listed_sha256`: SHA-256 of the canonical list of enterprises with their
    papers. `copy_recall`: the recall within the copy. `evidence`: the whole drill as it was filed, frozen.
    """

    __tablename__ = "recall_drill"
    __table_args__ = (Index("ix_recall_drill_status", "status", "id"),)

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    error: Mapped[Decimal | None] = mapped_column(DecimalText)
    error_unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    scenario: Mapped[str] = mapped_column(Text, nullable=False)
    target_minutes: Mapped[int] = mapped_column(Integer, nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="planned")
    counts: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    machine: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    listed_sha256: Mapped[str] = mapped_column(String(64), nullable=False, default="")
    copy_recall: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    letters: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gaps: Mapped[str] = mapped_column(Text, nullable=False, default="")
    conclusion: Mapped[str] = mapped_column(Text, nullable=False, default="")
    filed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    evidence: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)

    instrument: Mapped[Instrument] = relationship()
    planned_by: Mapped[Person] = relationship(foreign_keys=[planned_by_id])
    filed_by: Mapped[Person | None] = relationship(foreign_keys=[filed_by_id])
    customers: Mapped[list[DrillCustomer]] = relationship(back_populates="drill", order_by="DrillCustomer.position")


@audited("drill-customer", code=lambda row: row.customer_code, parent=("recall-drill", "drill_id"))
class DrillCustomer(Record):
    """One enterprise of a drill's list: who took it when, what was decided on its results, whether it could be reached, what was
    missing. `reports`: numbers of its papers; `readings`: how many of its readings were touched."""

    __tablename__ = "drill_customer"
    __table_args__ = (Index("uq_drill_customer", "drill_id", "customer_code", unique=True),)

    drill_id: Mapped[int] = mapped_column(ForeignKey("recall_drill.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    customer_code: Mapped[str] = mapped_column(String(30), nullable=False)
    name: Mapped[str] = mapped_column(String(300), nullable=False)
    contact: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    readings: Mapped[int] = mapped_column(Integer, nullable=False)
    reports: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    reached: Mapped[str] = mapped_column(Text, nullable=False, default="")
    gap: Mapped[str] = mapped_column(Text, nullable=False, default="")

    drill: Mapped[RecallDrill] = relationship(back_populates="customers")
    taken_by: Mapped[Person | None] = relationship(foreign_keys=[taken_by_id])
