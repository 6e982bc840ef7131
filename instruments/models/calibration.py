"""Calibrations with their certificates and correction factors (6.4.6, 6.4.11, 6.5)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models.register import Instrument
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime


@audited("calibration", code="certificate_no", parent=("instrument", "instrument_id"))
class Calibration(Record):
    """One calibration with its certificate. Counts from its release on (6.4.4); `due_on` is the first day on which
    the instrument may not be used; a passed `valid_through` is the day before. `traceability` is the 6.5.2 route."""

    __tablename__ = "calibration"
    __table_args__ = (
        Index("ix_calibration_instrument_done", "instrument_id", "done_on"),
        Index("ix_calibration_released", "released_at"),
    )

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    done_on: Mapped[date] = mapped_column(nullable=False)
    due_on: Mapped[date] = mapped_column(nullable=False, index=True)
    certificate_no: Mapped[str] = mapped_column(String(80), nullable=False)
    laboratory: Mapped[str] = mapped_column(String(200), nullable=False)
    laboratory_accreditation: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    traceability: Mapped[str] = mapped_column(String(60), nullable=False)
    passed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    evaluation: Mapped[str] = mapped_column(Text, nullable=False, default="")
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    instrument: Mapped[Instrument] = relationship()
    released_by: Mapped[Person | None] = relationship()


@audited("factor-set", code="label", parent=("instrument", "instrument_id"))
class FactorSet(Kept):
    """Correction factors from a certificate (6.4.11), valid from a day on: points (argument → factor) with units."""

    __tablename__ = "factor_set"
    __table_args__ = (Index("ix_factor_set_instrument_from", "instrument_id", "valid_from"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    label: Mapped[str] = mapped_column(String(80), nullable=False)
    quantity: Mapped[str] = mapped_column(String(60), nullable=False)
    argument_unit: Mapped[str] = mapped_column(String(20), nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    points: Mapped[list[Any]] = mapped_column(JsonText, nullable=False)
    valid_from: Mapped[date] = mapped_column(nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
