"""Questions about limits, loggers, readings and excursions."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lab_app.core.db import db
from lab_app.quality.environment import rules, sensors
from lab_app.quality.environment.models import (
    Channel,
    Excursion,
    Extreme,
    Intake,
    LoggedReading,
    Logger,
    RoomLimit,
)
from lab_app.quality.environment.workflow import UNJUDGED
from lab_app.quality.models import EnvironmentRecord, Room

#: The quantities that a method may limit, as `quality.rules` names them.
METHOD_QUANTITIES = ("temperature", "humidity")


def logger_by_code(code: str) -> Logger | None:
    """The logger with this code, with its channels and their rooms."""
    return db.session.scalar(
        select(Logger).where(Logger.code == code).options(selectinload(Logger.channels).joinedload(Channel.room)))


def logger_by_token(token_sha256: str) -> Logger | None:
    """The logger that may push with the token of this hash: neither revoked nor retired."""
    return db.session.scalar(
        select(Logger).where(Logger.token_sha256 == token_sha256, Logger.token_revoked_at.is_(None), Logger.retired_at.is_(None))
        .options(selectinload(Logger.channels)))


def loggers() -> Select[Any]:
    """All loggers, ready for a list."""
    return select(Logger).options(selectinload(Logger.channels).joinedload(Channel.room))


def channels_of_room(room_id: int) -> list[Channel]:
    """Channels that watch or watched a room, with their loggers."""
    return list(db.session.scalars(
        select(Channel).where(Channel.room_id == room_id).join(Channel.logger).join(Channel.room)
        .options(contains_eager(Channel.logger), contains_eager(Channel.room))
        .order_by(Channel.quantity, Channel.id)))


def newest_of(channel_ids: Iterable[int]) -> dict[int, tuple[datetime, int]]:
    """Channel → (when its newest reading was made, its steps); one walk of the key for each channel, one statement for all."""
    wanted = list(channel_ids)
    if not wanted:
        return {}
    # A scalar subquery per channel ends at the last row of its part of the key; GROUP BY would read all of them.
    newest = (
        select(LoggedReading.at).where(LoggedReading.channel_id == Channel.id).order_by(LoggedReading.at.desc()).limit(1)
        .correlate(Channel).scalar_subquery())
    rows = db.session.execute(
        select(LoggedReading.channel_id, LoggedReading.at, LoggedReading.value)
        .join(Channel, (Channel.id == LoggedReading.channel_id) & (LoggedReading.at == newest)).where(Channel.id.in_(wanted)))
    return {ident: (rules.moment_of(at), value) for ident, at, value in rows}


def limits_of(room_id: int, quantity: str | None = None) -> list[RoomLimit]:
    """Every limit a room ever had, oldest first."""
    query = select(RoomLimit).where(RoomLimit.room_id == room_id)
    if quantity is not None:
        query = query.where(RoomLimit.quantity == quantity)
    return list(db.session.scalars(query.options(joinedload(RoomLimit.person)).order_by(RoomLimit.from_at, RoomLimit.id)))


def neighbours(channel_id: int, at: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """The readings (at, steps) at or before a second, and after it."""
    mine = select(LoggedReading.at, LoggedReading.value).where(LoggedReading.channel_id == channel_id)
    before = db.session.execute(mine.where(LoggedReading.at <= at).order_by(LoggedReading.at.desc()).limit(1)).first()
    after = db.session.execute(mine.where(LoggedReading.at > at).order_by(LoggedReading.at).limit(1)).first()
    return (tuple(before) if before else None), (tuple(after) if after else None)  # type: ignore[return-value]


def readings(channel_id: int, begins: int, ends: int, most: int | None = None) -> list[tuple[int, int]]:
    """Readings (at, steps) of a channel from one second to another, both inclusive, in order of time."""
    query = (
        select(LoggedReading.at, LoggedReading.value)
        .where(LoggedReading.channel_id == channel_id, LoggedReading.at >= begins, LoggedReading.at <= ends).order_by(LoggedReading.at))
    return [(at, value) for at, value in db.session.execute(query if most is None else query.limit(most))]


@dataclass(frozen=True)
class Column:
    """What one column of a chart holds of a channel: its first and last reading's second, lowest and highest steps."""

    first: int
    last: int
    low: int
    high: int


def courses(channels: Sequence[Channel], begins: datetime, ends: datetime) -> dict[int, tuple[int, list[Column]]]:
    """Channel id → (how it was read, its columns) over a span: of every reading, or of the extremes of hours or days. The database finds
    the lowest and the highest of each column; one statement for all channels that are read in the same way, at most three."""
    first, last = rules.seconds_of(begins), rules.seconds_of(ends)
    found: dict[int, tuple[int, list[Column]]] = {}
    by_level: dict[int, list[Channel]] = {}
    for channel in channels:
        step = rules.level(ends - begins, channel.logger.interval_minutes)
        found[channel.id] = (step, [])
        by_level.setdefault(step, []).append(channel)
    for step, mine in by_level.items():
        width = rules.column_width(first, last, len(mine), max(min(c.logger.most_gap_minutes for c in mine), step // 30))
        model: Any = Extreme if step else LoggedReading
        at, low, high = (Extreme.begins, Extreme.low, Extreme.high) if step else (
            LoggedReading.at, LoggedReading.value, LoggedReading.value)
        column = (at - first + step) // width
        query = (
            select(model.channel_id, func.min(at), func.max(at), func.min(low), func.max(high))
            .where(model.channel_id.in_([c.id for c in mine]), at >= first - (first % step if step else 0), at <= last)
            .group_by(model.channel_id, column).order_by(model.channel_id, func.min(at)))
        if step:
            query = query.where(Extreme.seconds == step)
        for channel_id, begun, ended, least, most in db.session.execute(query):
            found[channel_id][1].append(Column(begun, ended + max(step - 1, 0), least, most))
    return found


def span_of(channel_ids: Sequence[int]) -> tuple[datetime, datetime] | None:
    """When the first and the last reading among channels were made; None where there are none."""
    if not channel_ids:
        return None
    days = db.session.execute(
        select(func.min(Extreme.begins), func.max(Extreme.begins))
        .where(Extreme.channel_id.in_(channel_ids), Extreme.seconds == rules.DAY)).one()
    return None if days[0] is None else (rules.moment_of(days[0]), rules.moment_of(days[1] + rules.DAY))


@dataclass(frozen=True)
class Logged:
    """What loggers say of a room at a moment: quantities outside a method's limits, those that a logger should have watched and did
    not, and why a logger's word does not count."""

    outside: tuple[str, ...] = ()
    unwatched: tuple[str, ...] = ()
    unfit: tuple[tuple[str, Any], ...] = ()
    room_code: str = ""


def logged_at(record: EnvironmentRecord, at: datetime, limits: Mapping[str, Any], known_at: datetime) -> Logged:
    """What the loggers of a record's room say of a moment against a method's limits {quantity: (low, high) or None} (6.3.3).

    A channel is asked for its readings on both sides of the moment. A gap longer than its logger's bound leaves the quantity unwatched;
    that refuses a record which was read from this very logger, not one read from another sensor. A logger whose instrument was not fit
    then is no witness, and a record read from it stands for nothing.
    """
    wanted = [q for q in METHOD_QUANTITIES if limits.get(q)]
    room = record.room or db.session.get(Room, record.room_id)
    if room is None or not room.watched or not wanted:
        return Logged()
    channels = [c for c in channels_of_room(record.room_id)
                if c.quantity in wanted and c.from_at <= at and c.recorded_at <= known_at and (c.ended_at is None or at < c.ended_at)]
    if not channels:
        return Logged()
    known = sensors.sensors_at([record.sensor_code, *(c.logger.instrument_code for c in channels)], at, known_at)
    own = known.get(record.sensor_code)
    unfit = [(own.code, own.unfit[0])] if own is not None and own.unfit and wanted else []
    outside, watched, silent = set(), set(), set()
    for channel in channels:
        sensor = known.get(channel.logger.instrument_code)
        if sensor is None or sensor.unfit:
            continue
        moment, most = rules.seconds_of(at), timedelta(minutes=channel.logger.most_gap_minutes)
        before, after = neighbours(channel.id, moment)
        if not rules.watched(before[0] if before else None, after[0] if after else None, moment, most):
            if record.sensor_code == channel.logger.instrument_code:
                silent.add(channel.quantity)
            continue
        watched.add(channel.quantity)
        low, high = (Decimal(str(bound)) for bound in limits[channel.quantity])
        values = [rules.value_of(found[1], channel.decimals) for found in (before, after) if found is not None]
        if any(not low <= value <= high for value in values):
            outside.add(channel.quantity)
    return Logged(tuple(q for q in wanted if q in outside), tuple(q for q in wanted if q in silent - watched), tuple(unfit),
                  channels[0].room.code)


def excursion_by_code(code: str) -> Excursion | None:
    """The excursion with this code and all that its page names."""
    return db.session.scalar(
        select(Excursion).where(Excursion.code == code).options(
            joinedload(Excursion.room), joinedload(Excursion.limit), joinedload(Excursion.channel).joinedload(Channel.logger),
            joinedload(Excursion.environment), joinedload(Excursion.nonconformity), joinedload(Excursion.assessed_by),
            joinedload(Excursion.merged_into)))


def excursions() -> Select[Any]:
    """Excursions with their rooms, ready for a list."""
    return select(Excursion).options(
        joinedload(Excursion.room), joinedload(Excursion.limit), joinedload(Excursion.channel).joinedload(Channel.logger))


def excursions_of_room(room_id: int, limit: int = 10) -> list[Excursion]:
    """The latest excursions of a room, newest first."""
    return list(db.session.scalars(
        excursions().where(Excursion.room_id == room_id).order_by(Excursion.began_at.desc(), Excursion.id.desc()).limit(limit)))


def touching(channel_id: int, begins: datetime, ends: datetime) -> list[Excursion]:
    """Excursions of a channel that were outside at some time between two moments, oldest first; merged ones are left out."""
    return list(db.session.scalars(
        select(Excursion).where(
            Excursion.channel_id == channel_id, Excursion.merged_into_id.is_(None), Excursion.began_at <= ends,
            Excursion.last_outside_at >= begins)
        .order_by(Excursion.began_at, Excursion.id)))


def unjudged_beside(record_ids: Iterable[int], first: datetime, last: datetime) -> list[tuple[Excursion, int]]:
    """Excursions that nobody has judged yet and whose doubtful time meets a span, each with the environment records of its room among
    those named; one statement."""
    return [(one, ident) for one, ident in db.session.execute(
        select(Excursion, EnvironmentRecord.id).join(EnvironmentRecord, EnvironmentRecord.room_id == Excursion.room_id)
        .where(
            EnvironmentRecord.id.in_(list(record_ids)), Excursion.status.in_(UNJUDGED), Excursion.quantity.in_(rules.QUANTITIES),
            func.coalesce(Excursion.last_good_at, Excursion.began_at) <= last,
            or_(Excursion.ended_at.is_(None), Excursion.ended_at >= first))
        .options(joinedload(Excursion.room)).order_by(Excursion.began_at))]


def intakes_of(logger_id: int, limit: int = 20) -> list[Intake]:
    """The latest ways in which readings of a logger came, newest first."""
    return list(db.session.scalars(
        select(Intake).where(Intake.logger_id == logger_id).options(joinedload(Intake.person)).order_by(Intake.id.desc()).limit(limit)))


def intake_today(logger_id: int, way: str, since: datetime) -> Intake | None:
    """The intake of this way since a moment."""
    return db.session.scalar(
        select(Intake).where(Intake.logger_id == logger_id, Intake.way == way, Intake.recorded_at >= since)
        .order_by(Intake.id.desc()).limit(1))
