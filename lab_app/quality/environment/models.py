"""Limits of rooms, loggers and their channels, millions of readings with their hourly and daily extremes, excursions (6.3)."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Base, DecimalText, Kept, Record, UtcDateTime
from lab_app.quality.models import EnvironmentRecord, Nonconformity, Room


@audited("room-limit", code=lambda row: row.quantity, parent=("room", "room_id"))
class RoomLimit(Kept):
    """From when on a quantity of a room has to stay between two values (6.3.2), in the quantity's unit; neither: no longer limited.

    A new limit is a new row: of those begun by a moment and recorded by then the latest counts, earlier ones stay readable.
    """

    __tablename__ = "room_limit"
    __table_args__ = (Index("ix_room_limit_room", "room_id", "quantity", "from_at"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), nullable=False)
    quantity: Mapped[str] = mapped_column(String(20), nullable=False)
    low: Mapped[Decimal | None] = mapped_column(DecimalText)
    high: Mapped[Decimal | None] = mapped_column(DecimalText)
    basis: Mapped[str] = mapped_column(Text, nullable=False, default="")
    from_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    room: Mapped[Room] = relationship()
    person: Mapped[Person] = relationship()


@audited("environment-logger", secret=("token_sha256",))
class Logger(Record):
    """A device that logs by itself (6.3.3). `instrument_code` names it in the register of instruments, where its calibration stands.

    Readings further apart than `most_gap_minutes` leave the time between them unwatched. Of the token that lets it push only the
    SHA-256 is kept; without one it cannot push.
    """

    __tablename__ = "environment_logger"

    code: Mapped[str] = mapped_column(String(40), unique=True, nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    instrument_code: Mapped[str] = mapped_column(String(40), nullable=False)
    interval_minutes: Mapped[int] = mapped_column(Integer, nullable=False, default=5)
    most_gap_minutes: Mapped[int] = mapped_column(Integer, nullable=False, default=60)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    token_revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    channels: Mapped[list[Channel]] = relationship(back_populates="logger", order_by="Channel.id")


@audited("environment-channel", code=lambda row: row.name, parent=("environment-logger", "logger_id"))
class Channel(Record):
    """One quantity that a logger reads in one room, from `from_at` until `ended_at` (exclusive); moved, it is another channel.

    Values are kept as whole numbers of 10^-`decimals` of the quantity's unit: what the device writes is kept to its last digit.
    """

    __tablename__ = "environment_channel"
    __table_args__ = (Index("ix_environment_channel_room", "room_id", "quantity"), Index("ix_environment_channel_logger", "logger_id"))

    logger_id: Mapped[int] = mapped_column(ForeignKey("environment_logger.id"), nullable=False)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), nullable=False)
    name: Mapped[str] = mapped_column(String(40), nullable=False)
    quantity: Mapped[str] = mapped_column(String(20), nullable=False)
    decimals: Mapped[int] = mapped_column(Integer, nullable=False, default=2)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    logger: Mapped[Logger] = relationship(back_populates="channels")
    room: Mapped[Room] = relationship()


@audited("environment-intake", code=lambda row: row.filename or "", parent=("environment-logger", "logger_id"))
class Intake(Kept):
    """The way readings came in: one file, or what one logger pushed on one day. `recorded_at` is when the first of them arrived."""

    __tablename__ = "environment_intake"
    __table_args__ = (Index("ix_environment_intake_logger", "logger_id", "recorded_at"),)

    logger_id: Mapped[int] = mapped_column(ForeignKey("environment_logger.id"), nullable=False)
    way: Mapped[str] = mapped_column(String(10), nullable=False)
    filename: Mapped[str] = mapped_column(String(255), nullable=False, default="")
    sha256: Mapped[str] = mapped_column(String(64), nullable=False, default="")
    taken: Mapped[int | None] = mapped_column(Integer)
    left_out: Mapped[int | None] = mapped_column(Integer)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person | None] = relationship()


class LoggedReading(Base):
    """One value at one second; never changed (the database refuses). Ten million of them: whole numbers, keyed by (channel, at) alone.

    `at` counts seconds since 1970 UTC; `value` whole steps of the channel's last digit.
    """

    __tablename__ = "environment_reading"
    __table_args__ = {"sqlite_with_rowid": False}

    channel_id: Mapped[int] = mapped_column(ForeignKey("environment_channel.id"), primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(Integer, nullable=False)
    intake_id: Mapped[int] = mapped_column(ForeignKey("environment_intake.id"), nullable=False)


class Extreme(Base):
    """Lowest and highest reading of a channel within an hour or a day (`seconds` 3600 or 86400), counted from 1970 UTC.

    Worked out from the readings as they come in, so that a chart of ten years reads some thousand rows.
    """

    __tablename__ = "environment_extreme"
    __table_args__ = {"sqlite_with_rowid": False}

    channel_id: Mapped[int] = mapped_column(ForeignKey("environment_channel.id"), primary_key=True, autoincrement=False)
    seconds: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    begins: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    low: Mapped[int] = mapped_column(Integer, nullable=False)
    high: Mapped[int] = mapped_column(Integer, nullable=False)
    count: Mapped[int] = mapped_column(Integer, nullable=False)


@audited("environment-excursion", parent=("room", "room_id"))
class Excursion(Record):
    """A time in which a quantity of a room was outside its limits, found by a logger's channel or in a record made by hand (6.3.3).

    The room is in doubt after `last_good_at` until `ended_at` (none: it still lasts). `decision`: no_effect, nonconforming.
    """

    __tablename__ = "environment_excursion"
    __table_args__ = (
        Index("ix_environment_excursion_channel", "channel_id", "began_at"),
        Index("ix_environment_excursion_room", "room_id", "began_at"), Index("ix_environment_excursion_status", "status", "id"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), nullable=False)
    quantity: Mapped[str] = mapped_column(String(20), nullable=False)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("environment_channel.id"))
    environment_id: Mapped[int | None] = mapped_column(ForeignKey("environment_record.id"))
    limit_id: Mapped[int] = mapped_column(ForeignKey("room_limit.id"), nullable=False)
    last_good_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    last_outside_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lowest: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    highest: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="lasting")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("environment_excursion.id"))
    decision: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    assessment: Mapped[str] = mapped_column(Text, nullable=False, default="")
    results_touched: Mapped[int | None] = mapped_column(Integer)
    nonconformity_id: Mapped[int | None] = mapped_column(ForeignKey("nonconformity.id"))
    assessed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assessed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    room: Mapped[Room] = relationship()
    channel: Mapped[Channel | None] = relationship()
    environment: Mapped[EnvironmentRecord | None] = relationship()
    limit: Mapped[RoomLimit] = relationship()
    nonconformity: Mapped[Nonconformity | None] = relationship()
    assessed_by: Mapped[Person | None] = relationship()
    merged_into: Mapped[Excursion | None] = relationship(remote_side="Excursion.id")

    @property
    def doubtful_from(self) -> datetime:
        """After this moment the room is in doubt: the last good reading, or the first outside where there was none before."""
        return self.last_good_at or self.began_at
