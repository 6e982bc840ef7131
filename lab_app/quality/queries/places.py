"""Questions about rooms and their environment."""
from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import UtcDateTime, db
from lab_app.core.gates import GateHit
from lab_app.quality import rules
from lab_app.quality.models import EnvironmentRecord, Room


def rooms() -> list[Room]:
    """All rooms, by code."""
    return list(db.session.scalars(select(Room).order_by(Room.code)))


def room_by_code(code: str) -> Room | None:
    """The room with this code."""
    return db.session.scalar(select(Room).where(Room.code == code))


def environment_by_code(code: str) -> EnvironmentRecord | None:
    """The environment record with this code."""
    return db.session.scalar(select(EnvironmentRecord).where(EnvironmentRecord.code == code))


def conditions(row: EnvironmentRecord) -> rules.Conditions:
    """A record as the rules see it."""
    return rules.Conditions(row.from_at, row.to_at, rules.Span(row.t_low, row.t_high), rules.Span(row.rh_low, row.rh_high))


def _standing(rows: list[EnvironmentRecord]) -> list[EnvironmentRecord]:
    replaced = {row.replaces_id for row in rows if row.replaces_id}
    return [row for row in rows if row.id not in replaced]


def environment_covering(room_id: int | None, at: datetime) -> list[EnvironmentRecord]:
    """Records that speak for a moment, newest first; of one room when named."""
    query = select(EnvironmentRecord).where(
        EnvironmentRecord.from_at <= at + rules.REACH, EnvironmentRecord.to_at >= at - rules.REACH
    )
    if room_id is not None:
        query = query.where(EnvironmentRecord.room_id == room_id)
    newest_first = query.order_by(EnvironmentRecord.from_at.desc(), EnvironmentRecord.id.desc()).limit(50)
    return _standing(list(db.session.scalars(newest_first)))


def environments_of_day(day: date, room_id: int | None = None) -> list[EnvironmentRecord]:
    """Records of one day in the laboratory's zone, newest first."""
    start = clock.at_local(day)
    query = select(EnvironmentRecord).where(
        EnvironmentRecord.from_at < start + timedelta(days=1), EnvironmentRecord.to_at >= start
    )
    if room_id is not None:
        query = query.where(EnvironmentRecord.room_id == room_id)
    return _standing(list(db.session.scalars(query.order_by(EnvironmentRecord.from_at.desc()).limit(100))))


def environments_of_room(room_id: int, limit: int = 50) -> list[EnvironmentRecord]:
    """The latest records of a room, newest first."""
    return list(db.session.scalars(
        select(EnvironmentRecord).where(EnvironmentRecord.room_id == room_id)
        .order_by(EnvironmentRecord.from_at.desc()).limit(limit)
    ))


def room_records(room_id: int) -> Select[EnvironmentRecord]:
    """A room's records with who recorded them, ready for a list."""
    return (
        select(EnvironmentRecord).where(EnvironmentRecord.room_id == room_id)
        .options(lazyload(EnvironmentRecord.room), joinedload(EnvironmentRecord.recorded_by).lazyload(Person.roles))
    )


def replaced_among(record_ids: list[int]) -> set[int]:
    """Which of these records a correction has replaced; one statement."""
    return {r for r in db.session.scalars(
        select(EnvironmentRecord.replaces_id).where(EnvironmentRecord.replaces_id.in_(record_ids))
    ) if r is not None}


def correction_of(record_id: int) -> EnvironmentRecord | None:
    """The record that replaced this one."""
    return db.session.scalar(
        select(EnvironmentRecord).where(EnvironmentRecord.replaces_id == record_id).order_by(EnvironmentRecord.id).limit(1)
    )


def record_by_id(record_id: int | None) -> EnvironmentRecord | None:
    """The record of this id; none for none."""
    return db.session.get(EnvironmentRecord, record_id) if record_id is not None else None


def sensors_of(room_id: int) -> list[str]:
    """Sensors that were read in this room lately, for the form's suggestions."""
    latest = (
        select(EnvironmentRecord.sensor_code).where(EnvironmentRecord.room_id == room_id)
        .order_by(EnvironmentRecord.from_at.desc()).limit(200).subquery()
    )
    return list(db.session.scalars(select(latest.c.sensor_code).distinct().order_by(latest.c.sensor_code)))


def room_figures(room_ids: list[int]) -> dict[int, tuple[int, datetime | None]]:
    """Room → (how many records, when the newest ends); one statement for a whole list."""
    rows = db.session.execute(
        select(EnvironmentRecord.room_id, func.count(), func.max(EnvironmentRecord.to_at, type_=UtcDateTime))
        .where(EnvironmentRecord.room_id.in_(room_ids)).group_by(EnvironmentRecord.room_id)
    )
    return {room_id: (count, newest) for room_id, count, newest in rows}


def hits_since(moment: datetime) -> dict[str, tuple[int, int]]:
    """Gate → (how often it refused since a moment, how often ever)."""
    recent = func.count().filter(GateHit.at >= moment)
    rows = db.session.execute(select(GateHit.gate, recent, func.count()).group_by(GateHit.gate))
    return {name: (since, ever) for name, since, ever in rows}
