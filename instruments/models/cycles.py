"""Cycles of an instrument, what was done in them, extensions, due dates, interval reviews, reminders (6.4.7, 6.4.10)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models.register import Instrument
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Base, DecimalText, JsonText, Kept, Record, UtcDateTime


@audited("instrument-cycle", code="kind", parent=("instrument", "instrument_id"))
class Cycle(Kept):
    """How often something is due, from a day on; the latest effective one of a kind counts, `active=False` ends it.

    `kind`: calibration, check, maintenance, electrical_safety, site_validation. Interval in months or in days, and by use
    (`use_limit` in `use_unit`: hours, connections). `lead_days`: how long before it is due it has to be sent. `early_days`: within
    so many days before it is due, a passed one keeps the anniversary. `blocks`: overdue, failed or never done stops use.
    """

    __tablename__ = "instrument_cycle"
    __table_args__ = (Index("ix_instrument_cycle_instrument_kind", "instrument_id", "kind", "effective_from"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    interval_months: Mapped[int | None] = mapped_column(Integer)
    interval_days: Mapped[int | None] = mapped_column(Integer)
    use_limit: Mapped[Decimal | None] = mapped_column(DecimalText)
    use_unit: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    from_first_issue: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    lead_days: Mapped[int] = mapped_column(Integer, nullable=False, default=30)
    early_days: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    blocks: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cost: Mapped[Decimal | None] = mapped_column(DecimalText)
    work_hours: Mapped[Decimal | None] = mapped_column(DecimalText)
    effective_from: Mapped[date] = mapped_column(nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    responsible: Mapped[Person | None] = relationship(foreign_keys=[responsible_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


@audited("cycle-event", code="kind", parent=("instrument", "instrument_id"))
class CycleEvent(Kept):
    """Planned maintenance, electrical safety or site validation that was done; `due_on` is the first day it no longer covers."""

    __tablename__ = "cycle_event"
    __table_args__ = (Index("ix_cycle_event_instrument_kind", "instrument_id", "kind", "done_on"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    done_on: Mapped[date] = mapped_column(nullable=False)
    due_on: Mapped[date | None] = mapped_column()
    passed: Mapped[bool] = mapped_column(Boolean, nullable=False)
    by_whom: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    cost: Mapped[Decimal | None] = mapped_column(DecimalText)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("due-extension", code="kind", parent=("instrument", "instrument_id"))
class Extension(Kept):
    """A decision, made before the due date and with evidence, that an instrument may be used until another day (exclusive)."""

    __tablename__ = "due_extension"
    __table_args__ = (Index("ix_due_extension_instrument_kind", "instrument_id", "kind"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    due_on: Mapped[date] = mapped_column(nullable=False)
    until: Mapped[date] = mapped_column(nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    evidence: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("use-reading", code=lambda row: "", parent=("instrument", "instrument_id"))
class UseReading(Kept):
    """A counter of use (hours, connections) as read on a day; it never runs backwards."""

    __tablename__ = "use_reading"
    __table_args__ = (Index("ix_use_reading_instrument", "instrument_id", "read_on"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    read_on: Mapped[date] = mapped_column(nullable=False)
    counter: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    unit: Mapped[str] = mapped_column(String(40), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


class DueEntry(Base):
    """What is next due on an instrument, repeated from the dated facts for lists and reminders (one row an instrument and kind).

    `due_on`: the first day it may not be used (an extension counted); `send_by`: `lead_days` before it. `month` (year × 100 +
    month of `due_on`), cost in whole đồng and work in minutes stand here as whole numbers: the plan adds them up in SQL.
    `site_id` and `room_id` repeat where the instrument stands.
    """

    __tablename__ = "due_entry"
    __table_args__ = (
        Index("uq_due_entry_instrument_kind", "instrument_id", "kind", unique=True),
        Index("ix_due_entry_due", "due_on", "id"),
        Index("ix_due_entry_kind_due", "kind", "due_on"),
        Index("ix_due_entry_responsible_due", "responsible_id", "due_on"),
        Index("ix_due_entry_send_by", "send_by"),
        Index("ix_due_entry_site_due", "site_id", "due_on"),
        Index("ix_due_entry_room_due", "room_id", "due_on"),
        Index("ix_due_entry_month", "month", "kind", "cost_vnd", "work_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    due_on: Mapped[date] = mapped_column(nullable=False)
    send_by: Mapped[date] = mapped_column(nullable=False)
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), nullable=False)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    blocks: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    extended: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    month: Mapped[int] = mapped_column(Integer, nullable=False)
    cost_vnd: Mapped[int | None] = mapped_column(BigInteger)
    work_minutes: Mapped[int | None] = mapped_column(Integer)

    instrument: Mapped[Instrument] = relationship()
    responsible: Mapped[Person | None] = relationship()


@audited("interval-review")
class IntervalReview(Record):
    """A proposal, from the history, to change an interval, and the decision on it (6.4.7; ILAC-G24 / OIML D 10).

    `method`: staircase, drift, a3, exponential. `history` and `findings` keep what was computed from and what came out.
    `decision`: empty (waiting), accepted, other, kept.
    """

    __tablename__ = "interval_review"
    __table_args__ = (Index("ix_interval_review_instrument", "instrument_id", "id"), Index("ix_interval_review_decision", "decision", "id"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="calibration")
    method: Mapped[str] = mapped_column(String(20), nullable=False)
    current_months: Mapped[int] = mapped_column(Integer, nullable=False)
    proposed_months: Mapped[int] = mapped_column(Integer, nullable=False)
    history: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    findings: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    decision: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    decided_months: Mapped[int | None] = mapped_column(Integer)
    decision_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    instrument: Mapped[Instrument] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


class Reminder(Base):
    """That a person was reminded of one due date at one stage: the unique key keeps it from being sent twice.

    `stage`: send_by, due_soon, overdue, escalated.
    """

    __tablename__ = "reminder"
    __table_args__ = (Index("uq_reminder_once", "instrument_id", "kind", "due_on", "stage", "person_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    due_on: Mapped[date] = mapped_column(nullable=False)
    stage: Mapped[str] = mapped_column(String(20), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False, index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("calendar-feed", code=lambda row: "")
class CalendarFeed(Record):
    """A secret address under which a calendar program reads what is due (iCalendar); only the hash of the secret is kept."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False, index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True, nullable=False)
    only_mine: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()
