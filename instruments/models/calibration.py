"""Calibrations with their certificates and correction factors (6.4.6, 6.4.11, 6.5)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models.register import Instrument
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, Record, UtcDateTime
from lab_app.quality.models import Supplier


@audited("calibration", code="certificate_no", parent=("instrument", "instrument_id"))
class Calibration(Record):
    """One calibration with its certificate. Counts from its release on (6.4.4); `due_on` is the first day on which
    the instrument may not be used; a passed `valid_through` is the day before. `traceability` is the 6.5.2 route.

    `kind`: external, in_house. `adjusted`: as-found and as-left differ. `rule`: the decision rule its points were judged by.
    `factors_decision`: entered, no_change, none (the instrument has no factors); empty: not decided (6.4.11).
    """

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
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="external")
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    certificate_date: Mapped[date | None] = mapped_column()
    conditions: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    adjusted: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    rule: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    factors_decision: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    factors_note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    evaluated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    evaluated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    instrument: Mapped[Instrument] = relationship()
    released_by: Mapped[Person | None] = relationship(foreign_keys=[released_by_id])
    evaluated_by: Mapped[Person | None] = relationship(foreign_keys=[evaluated_by_id])
    provider: Mapped[Supplier | None] = relationship()
    points: Mapped[list[CalibrationPoint]] = relationship(back_populates="calibration", order_by="CalibrationPoint.position")
    standards: Mapped[list[CalibrationStandard]] = relationship(back_populates="calibration", order_by="CalibrationStandard.id")


#: An order in one of these states holds its instrument.
OPEN = text("status NOT IN ('closed', 'cancelled')")


@audited("calibration-order")
class CalibrationOrder(Record):
    """An instrument on its way to a calibration and back. `status`: ordered, sent, at_laboratory, back, closed, cancelled;
    evaluation and release stand on `calibration`, entered when it is back. `cost` in VND."""

    __tablename__ = "calibration_order"
    __table_args__ = (
        Index("ix_calibration_order_instrument", "instrument_id", "status"),
        Index("ix_calibration_order_status_expected", "status", "expected_back_on"),
        # one open order an instrument, also when two people order at the same moment
        Index("uq_calibration_order_open", "instrument_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    in_house: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    service: Mapped[str] = mapped_column(Text, nullable=False, default="")
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="ordered")
    ordered_on: Mapped[date] = mapped_column(nullable=False)
    sent_on: Mapped[date | None] = mapped_column()
    arrived_on: Mapped[date | None] = mapped_column()
    back_on: Mapped[date | None] = mapped_column()
    expected_back_on: Mapped[date | None] = mapped_column()
    condition_back: Mapped[str] = mapped_column(Text, nullable=False, default="")
    cost: Mapped[Decimal | None] = mapped_column(DecimalText)
    calibration_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"), index=True)
    cancel_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    ordered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    instrument: Mapped[Instrument] = relationship()
    provider: Mapped[Supplier | None] = relationship()
    calibration: Mapped[Calibration | None] = relationship()
    ordered_by: Mapped[Person] = relationship()


@audited("calibration-point", code=lambda row: f"{row.stage} {row.position}", parent=("calibration", "calibration_id"))
class CalibrationPoint(Kept):
    """One point of a certificate. `error` = indicated − reference, in `unit`; `u` expanded with `k`, in `unit` (of the error).

    `stage`: as_found, as_left. `argument`: where on the scale (frequency, level) the point lies, for interpolation and plots.
    `tolerance`: half-width of the criterion; `verdict` by the calibration's rule; empty where there is no criterion.
    """

    __tablename__ = "calibration_point"
    __table_args__ = (Index("ix_calibration_point_calibration", "calibration_id", "position"),)

    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    stage: Mapped[str] = mapped_column(String(20), nullable=False, default="as_found")
    quantity: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    condition: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    argument: Mapped[Decimal | None] = mapped_column(DecimalText)
    argument_unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    reference: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    indicated: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    error: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    u: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    k: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    tolerance: Mapped[Decimal | None] = mapped_column(DecimalText)
    verdict: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    calibration: Mapped[Calibration] = relationship(back_populates="points")


@audited("calibration-standard", code=lambda row: "", parent=("calibration", "calibration_id"))
class CalibrationStandard(Kept):
    """A standard of ours that an in-house calibration used: the way from a doubted standard to what it calibrated."""

    __tablename__ = "calibration_standard"

    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"), nullable=False, index=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False, index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    calibration: Mapped[Calibration] = relationship(back_populates="standards")
    instrument: Mapped[Instrument] = relationship()


@audited("factor-set", code="label", parent=("instrument", "instrument_id"))
class FactorSet(Kept):
    """Correction factors from a certificate (6.4.11), valid from a day on: points (argument → factor) with units.

    `interpolation` between points: linear or log (in the argument); never beyond the ends.
    """

    __tablename__ = "factor_set"
    __table_args__ = (Index("ix_factor_set_instrument_from", "instrument_id", "valid_from"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    label: Mapped[str] = mapped_column(String(80), nullable=False)
    quantity: Mapped[str] = mapped_column(String(60), nullable=False)
    argument_unit: Mapped[str] = mapped_column(String(20), nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    points: Mapped[list[Any]] = mapped_column(JsonText, nullable=False)
    valid_from: Mapped[date] = mapped_column(nullable=False)
    calibration_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"), index=True)
    interpolation: Mapped[str] = mapped_column(String(10), nullable=False, default="linear")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
