"""Validations of test sites, which methods need them, who may enter a room (6.3.4)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Record, UtcDateTime
from lab_app.quality.models import Room


@audited("site-validation", parent=("room", "room_id"))
class SiteValidation(Record):
    """That a room or chamber was found good, or not, for a kind of measurement (6.3.4); its report is attached.

    `result`: pass, limited (with `restriction`), fail. Good until `valid_until` (exclusive). Two times: `performed_on` and
    `recorded_at`; withdrawn after a change of the room: `withdrawn_from` and when that became known.
    """

    __tablename__ = "site_validation"
    __table_args__ = (Index("ix_site_validation_room", "room_id", "kind", "performed_on"), Index("ix_site_validation_until", "valid_until"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    standard: Mapped[str] = mapped_column(String(120), nullable=False)
    range_text: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    performed_on: Mapped[date] = mapped_column(nullable=False)
    performed_by: Mapped[str] = mapped_column(String(200), nullable=False)
    result: Mapped[str] = mapped_column(String(10), nullable=False)
    worst: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    restriction: Mapped[str] = mapped_column(Text, nullable=False, default="")
    cycle_months: Mapped[int] = mapped_column(Integer, nullable=False)
    valid_until: Mapped[date] = mapped_column(nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    withdrawn_from: Mapped[date | None] = mapped_column()
    withdrawn_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdraw_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    room: Mapped[Room] = relationship()
    person: Mapped[Person] = relationship()


@audited("site-need", code=lambda row: f"{row.method_code}: {row.kind}")
class SiteNeed(Record):
    """That a method is only done in a room whose validation of a kind is good, from a day on; `ended_on` is exclusive.

    `parameters`: codes, or beginnings of codes, of those that need it, split by commas; empty: all of the method.
    """

    __tablename__ = "site_need"
    __table_args__ = (Index("ix_site_need_method", "method_code"),)

    method_code: Mapped[str] = mapped_column(String(80), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    parameters: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    basis: Mapped[str] = mapped_column(Text, nullable=False, default="")
    valid_from: Mapped[date] = mapped_column(nullable=False)
    ended_on: Mapped[date | None] = mapped_column()
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("room-access", code=lambda _row: "", parent=("room", "room_id"))
class RoomAccess(Record):
    """That a person may enter and use a room over a period (6.3.4 a); `until` is exclusive. Ended early: `ended_on` with its reason."""

    __tablename__ = "room_access"
    __table_args__ = (Index("ix_room_access_room", "room_id", "until"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    valid_from: Mapped[date] = mapped_column(nullable=False)
    until: Mapped[date] = mapped_column(nullable=False)
    purpose: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    ended_on: Mapped[date | None] = mapped_column()
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    given_by: Mapped[Person] = relationship(foreign_keys=[given_by_id])
