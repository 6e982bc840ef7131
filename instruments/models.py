"""The equipment register and the facts that decide fitness (6.4.13, 6.5), each with its two times."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, Record, UtcDateTime
from lab_app.quality.models import Room


@audited("instrument", ignore=("state", "unusable_from"))
class Instrument(Record):
    """A measuring instrument, chamber, antenna, supply or software that influences results.

    `calibration_required=False` needs its reason (6.4.6). `check_interval_days` > 0 means that intermediate
    checks are planned and an overdue or failed one stops use (6.4.10), from `checks_from` on: planning checks today
    does not judge yesterday. `state` and `unusable_from` repeat for lists what the dated facts say at present: the
    state that counts, and the first day on which calibration or check no longer covers (`date.max` where nothing is due).
    """

    __tablename__ = "instrument"
    __table_args__ = (
        Index("ix_instrument_state_unusable", "state", "unusable_from"), Index("ix_instrument_room", "room_id", "unusable_from"),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True, nullable=False)
    name_vi: Mapped[str] = mapped_column(String(200), nullable=False)
    name_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    maker: Mapped[str] = mapped_column(String(120), nullable=False)
    type: Mapped[str] = mapped_column(String(120), nullable=False)
    serial: Mapped[str] = mapped_column(String(120), nullable=False)
    firmware: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    range_text: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    uncertainty_text: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    ownership: Mapped[str] = mapped_column(String(20), nullable=False, default="own")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), nullable=False)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    location: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    calibration_required: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    no_calibration_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    check_interval_days: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    check_name: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    check_criterion: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    checks_from: Mapped[date | None] = mapped_column()
    state: Mapped[str] = mapped_column(String(20), nullable=False, default="registered")
    unusable_from: Mapped[date] = mapped_column(nullable=False, default=date.min, index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    site: Mapped[Site] = relationship()
    room: Mapped[Room | None] = relationship()
    ranges: Mapped[list[InstrumentRange]] = relationship(back_populates="instrument", order_by="InstrumentRange.id")


@audited("instrument-range", code=lambda row: "", parent=("instrument", "instrument_id"))
class InstrumentRange(Record):
    """What the instrument measures: a quantity over a frequency or value span, with the U it reaches there (k = 2)."""

    __tablename__ = "instrument_range"

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False, index=True)
    quantity: Mapped[str] = mapped_column(String(60), nullable=False)
    low: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    high: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    u: Mapped[Decimal | None] = mapped_column(DecimalText)
    u_unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")

    instrument: Mapped[Instrument] = relationship(back_populates="ranges")


@audited("instrument-state", code=lambda row: "", parent=("instrument", "instrument_id"))
class InstrumentState(Kept):
    """Put into or taken out of service from a moment on (6.4.4, 6.4.9); the latest effective one counts.

    `state`: in_service, out_of_service, in_calibration, retired. `verification` names what proved fitness before
    the instrument came (back) into service.
    """

    __tablename__ = "instrument_state"
    __table_args__ = (Index("ix_instrument_state_instrument_at", "instrument_id", "effective_at"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    state: Mapped[str] = mapped_column(String(20), nullable=False)
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    verification: Mapped[str] = mapped_column(Text, nullable=False, default="")
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    person: Mapped[Person] = relationship()


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
