"""Rooms and their environment (6.3), suppliers and their approvals (6.6), nonconforming work (7.10)."""
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


@audited("room")
class Room(Record):
    """A room or chamber where work is done (6.3.1). `watched`: a logger watches it, or did."""

    __tablename__ = "room"

    code: Mapped[str] = mapped_column(String(20), unique=True, nullable=False)
    name_vi: Mapped[str] = mapped_column(String(200), nullable=False)
    name_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), nullable=False)
    watched: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    site: Mapped[Site] = relationship()


@audited("environment", code=lambda row: row.code, parent=("room", "room_id"))
class EnvironmentRecord(Kept):
    """Conditions in a room over a span of time, read from a named sensor (6.3.3).

    `t_low`/`t_high` in °C, `rh_low`/`rh_high` in %RH (absent where the room has no such reading), `extra` other
    quantities as text, e.g. {"supply_V": "198"}. A correction is a new row that names the one it replaces.
    """

    __tablename__ = "environment_record"
    __table_args__ = (Index("ix_environment_record_room_from", "room_id", "from_at"), Index("ix_environment_record_from", "from_at"))

    code: Mapped[str] = mapped_column(String(40), unique=True, nullable=False)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), nullable=False)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    to_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    t_low: Mapped[Decimal | None] = mapped_column(DecimalText)
    t_high: Mapped[Decimal | None] = mapped_column(DecimalText)
    rh_low: Mapped[Decimal | None] = mapped_column(DecimalText)
    rh_high: Mapped[Decimal | None] = mapped_column(DecimalText)
    extra: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    sensor_code: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    replaces_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("environment_record.id"))
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    room: Mapped[Room] = relationship(lazy="joined")
    recorded_by: Mapped[Person] = relationship()


@audited("supplier")
class Supplier(Record):
    """Who provides a product or service that affects results: a calibration laboratory, a proficiency test provider (6.6.1)."""

    __tablename__ = "supplier"

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    name_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    address: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    contact: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    accreditation: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    approvals: Mapped[list[SupplierApproval]] = relationship(back_populates="supplier", order_by="SupplierApproval.id")


@audited("supplier-approval", code=lambda _row: "", parent=("supplier", "supplier_id"))
class SupplierApproval(Record):
    """That a supplier is approved for one service over a period (6.6.2); `until` is exclusive. `service`: calibration, proficiency,
    maintenance, material. `scope`: what it covers (quantities and ranges). Ended early: `ended_on` with its reason."""

    __tablename__ = "supplier_approval"
    __table_args__ = (Index("ix_supplier_approval_supplier", "supplier_id", "service"),)

    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), nullable=False)
    service: Mapped[str] = mapped_column(String(30), nullable=False)
    scope: Mapped[str] = mapped_column(Text, nullable=False, default="")
    basis: Mapped[str] = mapped_column(Text, nullable=False, default="")
    valid_from: Mapped[date] = mapped_column(nullable=False)
    until: Mapped[date] = mapped_column(nullable=False)
    ended_on: Mapped[date | None] = mapped_column()
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    supplier: Mapped[Supplier] = relationship(back_populates="approvals")
    person: Mapped[Person] = relationship()


@audited("nonconformity")
class Nonconformity(Record):
    """Nonconforming work (7.10). Names its subject by (kind, id, code). `status`: open, evaluated, closed.

    `source`: calibration_failed, check_failed, damage, maintenance, other. The six answers of 7.10.1 a)-f): `responsible_id`,
    `action`, `significance`, `acceptability`, `customer_told`, `resumption`; closing needs them all. `risk_class`: low, medium, high;
    `cause_class` and `area` (`causes`) are what recurrence is judged by (7.10.3). `no_corrective_reason`: why no corrective
    action follows, where none is linked.
    """

    __tablename__ = "nonconformity"
    __table_args__ = (
        Index("ix_nonconformity_status", "status", "id"), Index("ix_nonconformity_subject", "subject_kind", "subject_id"),
        Index("ix_nonconformity_cause_found", "cause_class", "found_on"), Index("ix_nonconformity_found", "found_on"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    source: Mapped[str] = mapped_column(String(30), nullable=False)
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    found_on: Mapped[date] = mapped_column(nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="open")
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(Text, nullable=False, default="")
    significance: Mapped[str] = mapped_column(Text, nullable=False, default="")
    acceptability: Mapped[str] = mapped_column(Text, nullable=False, default="")
    customer_told: Mapped[str] = mapped_column(Text, nullable=False, default="")
    resumption: Mapped[str] = mapped_column(Text, nullable=False, default="")
    risk_class: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    cause_class: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    area: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    no_corrective_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    responsible: Mapped[Person | None] = relationship(foreign_keys=[responsible_id])
    opened_by: Mapped[Person | None] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
