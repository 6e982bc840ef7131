"""Rooms and their environment (6.3)."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, Record, UtcDateTime


@audited("room")
class Room(Record):
    """A room or chamber where work is done (6.3.1)."""

    __tablename__ = "room"

    code: Mapped[str] = mapped_column(String(20), unique=True, nullable=False)
    name_vi: Mapped[str] = mapped_column(String(200), nullable=False)
    name_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), nullable=False)

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
