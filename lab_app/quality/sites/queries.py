"""Questions about validations of test sites, methods' needs and access to rooms."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.models import Room
from lab_app.quality.sites import rules
from lab_app.quality.sites.models import RoomAccess, SiteNeed, SiteValidation
from lab_app.quality.sites.rules import SiteFault


def validations() -> Select[Any]:
    """All validations with their rooms, ready for a list."""
    return select(SiteValidation).options(joinedload(SiteValidation.room))


def validation_by_code(code: str) -> SiteValidation | None:
    """The validation with this code."""
    return db.session.scalar(
        select(SiteValidation).where(SiteValidation.code == code)
        .options(joinedload(SiteValidation.room), joinedload(SiteValidation.person).lazyload(Person.roles)))


def of_room(room_id: int) -> list[SiteValidation]:
    """Validations of a room, the last done first."""
    return list(db.session.scalars(
        select(SiteValidation).where(SiteValidation.room_id == room_id)
        .order_by(SiteValidation.performed_on.desc(), SiteValidation.id.desc()).limit(200)))


def present(day: date) -> Select[Any]:
    """SQL: of each room and kind the validation done last by a day, withdrawn ones included."""
    later = aliased(SiteValidation)
    newer = select(later.id).where(
        later.room_id == SiteValidation.room_id, later.kind == SiteValidation.kind, later.performed_on <= day,
        or_(later.performed_on > SiteValidation.performed_on,
            (later.performed_on == SiteValidation.performed_on) & (later.id > SiteValidation.id)))
    return validations().where(SiteValidation.performed_on <= day, ~newer.exists())


def needs() -> list[SiteNeed]:
    """What methods need, by method."""
    return list(db.session.scalars(
        select(SiteNeed).options(joinedload(SiteNeed.person).lazyload(Person.roles)).order_by(SiteNeed.method_code, SiteNeed.kind)))


def kinds_needed(method_code: str, day: date, known_at: datetime, parameter: str = "") -> list[str]:
    """Kinds of validation that a parameter of a method needs on a day, as known at a moment."""
    rows = db.session.scalars(
        select(SiteNeed).where(SiteNeed.method_code == method_code, SiteNeed.valid_from <= day, SiteNeed.recorded_at <= known_at))
    return sorted({r.kind for r in rows if rules.concerns(r.parameters, parameter) and not _ended(r, day, known_at)})


def _ended(row: SiteNeed, day: date, known_at: datetime) -> bool:
    return row.ended_on is not None and row.ended_on <= day and row.ended_recorded_at is not None and row.ended_recorded_at <= known_at


def site_faults(method_code: str, room_id: int | None, day: date, known_at: datetime, parameter: str = "") -> list[SiteFault]:
    """Why a room may not be used for a method on a day, as known at a moment (6.3.4); empty where it may, or where the method needs no
    validated site. A method that needs one and a measurement without a room is a fault too."""
    kinds = kinds_needed(method_code, day, known_at, parameter)
    if not kinds:
        return []
    if room_id is None:
        return [SiteFault(kind, "room") for kind in kinds]
    rows = of_room(room_id)
    found = (rules.fault(rows, kind, day, known_at) for kind in kinds)
    return [fault for fault in found if fault is not None]


def access_of(room_id: int, day: date) -> list[RoomAccess]:
    """Who may enter a room on a day."""
    return list(db.session.scalars(
        select(RoomAccess).where(
            RoomAccess.room_id == room_id, RoomAccess.valid_from <= day, RoomAccess.until > day,
            or_(RoomAccess.ended_on.is_(None), RoomAccess.ended_on > day))
        .options(joinedload(RoomAccess.person).lazyload(Person.roles), joinedload(RoomAccess.given_by).lazyload(Person.roles))
        .order_by(RoomAccess.id)))


def due(day: date) -> Select[Any]:
    """SQL: present validations whose time ends by a day."""
    return present(day).where(SiteValidation.valid_until <= day, SiteValidation.withdrawn_from.is_(None))


def overdue_count(day: date) -> Select[Any]:
    """SQL: how many room and kind pairs are without a good validation although they had one."""
    return select(func.count()).select_from(due(day).options(lazyload(SiteValidation.room)).subquery())


def rooms_by_id(ids: Iterable[int]) -> dict[int, Room]:
    """Rooms of these ids."""
    wanted = list(ids)
    return {r.id: r for r in db.session.scalars(select(Room).where(Room.id.in_(wanted)))} if wanted else {}
