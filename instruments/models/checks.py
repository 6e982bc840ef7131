"""Intermediate checks, maintenance and repair (6.4.10, 6.4.13 g, h)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, Kept, UtcDateTime


@audited("intermediate-check", code=lambda row: "", parent=("instrument", "instrument_id"))
class IntermediateCheck(Kept):
    """A check between calibrations, with its readings and verdict (6.4.10).

    `due_on` is the first day that a passed check no longer covers, by the interval in force when it was done: a later
    change of the interval does not reach back.
    """

    __tablename__ = "intermediate_check"
    __table_args__ = (Index("ix_intermediate_check_instrument_done", "instrument_id", "done_on"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    done_on: Mapped[date] = mapped_column(nullable=False)
    indicated: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    reference: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    tolerance: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    passed: Mapped[bool] = mapped_column(Boolean, nullable=False)
    due_on: Mapped[date | None] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("maintenance", code=lambda row: "", parent=("instrument", "instrument_id"))
class Maintenance(Kept):
    """Maintenance or repair (6.4.13 g, h). It may become known later than it was done: two times."""

    __tablename__ = "maintenance"

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False, index=True)
    done_on: Mapped[date] = mapped_column(nullable=False)
    what: Mapped[str] = mapped_column(Text, nullable=False)
    verified_before_return: Mapped[bool] = mapped_column(Boolean, nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()
