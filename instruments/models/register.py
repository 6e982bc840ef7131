"""The equipment register: identity, ranges, states (6.4.13 a-d)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, Kept, Record, UtcDateTime
from lab_app.quality.models import Room


@audited("instrument", ignore=("state", "unusable_from"))
class Instrument(Record):
    """A measuring instrument, chamber, antenna, supply or software that influences results.

    `calibration_required=False` needs its reason (6.4.6). `check_interval_days` > 0 means that intermediate
    checks are planned and an overdue or failed one stops use (6.4.10), from `checks_from` on: planning checks today
    does not judge yesterday. `state` and `unusable_from` repeat for lists what the dated facts say at present: the
    state that counts, and the first day on which calibration or check no longer covers (`date.max` where nothing is due).

    `kind`: instrument, system (a measuring system of members), reference_material (with `expires_on`, the first day it may not be
    used, and `acceptance`, 6.4.13 f), software, facility. `pool`: instruments of one pool stand in for one another.
    `first_issued_on`: sealed items count their interval from it. `resource`, `identity`: the VISA address and what the instrument
    answers to `*IDN?`.
    """

    __tablename__ = "instrument"
    __table_args__ = (
        Index("ix_instrument_state_unusable", "state", "unusable_from"), Index("ix_instrument_room", "room_id", "unusable_from"),
        Index("ix_instrument_kind_unusable", "kind", "unusable_from"), Index("ix_instrument_serial", "serial"),
        Index("ix_instrument_ownership_unusable", "ownership", "unusable_from"),
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
    owner: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="instrument")
    pool: Mapped[str] = mapped_column(String(80), nullable=False, default="", index=True)
    acquired_on: Mapped[date | None] = mapped_column()
    first_issued_on: Mapped[date | None] = mapped_column()
    expires_on: Mapped[date | None] = mapped_column()
    acceptance: Mapped[str] = mapped_column(Text, nullable=False, default="")
    resource: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    identity: Mapped[str] = mapped_column(String(200), nullable=False, default="")
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


@audited("system-member", code=lambda row: "", parent=("instrument", "system_id"))
class SystemMember(Record):
    """A part of a measuring system (receiver, antenna, cable, amplifier), from a moment until a moment; both with the time
    at which they became known. `role` says what the part does there."""

    __tablename__ = "system_member"
    __table_args__ = (Index("ix_system_member_system", "system_id", "position"),)

    system_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False, index=True)
    role: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    system: Mapped[Instrument] = relationship(foreign_keys=[system_id])
    member: Mapped[Instrument] = relationship(foreign_keys=[member_id])


@audited("instrument-firmware", code="firmware", parent=("instrument", "instrument_id"))
class FirmwareRecord(Kept):
    """The firmware an instrument runs from a moment on, and how it was verified (6.4.13 a, 7.11.2); empty: not verified."""

    __tablename__ = "instrument_firmware"
    __table_args__ = (Index("ix_instrument_firmware_instrument_at", "instrument_id", "effective_at"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    firmware: Mapped[str] = mapped_column(String(60), nullable=False)
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    verification: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()
