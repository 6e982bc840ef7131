"""Questions about broken gates: the list, one, those that concern some records."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, String, and_, or_, select, type_coerce
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person, Role
from lab_app.core.access import held_back
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.quality.glass.models import BrokenGate, BrokenGateSubject


def broken_gates() -> Select[Any]:
    """All, with the people and the nonconforming work a row shows."""
    return select(BrokenGate).options(
        joinedload(BrokenGate.person).lazyload(Person.roles), joinedload(BrokenGate.allowed_by).lazyload(Person.roles),
        joinedload(BrokenGate.nonconformity),
    )


def broken_gate(code: str) -> BrokenGate | None:
    """The one with this code, with what it touched."""
    return db.session.scalar(broken_gates().where(BrokenGate.code == code).options(selectinload(BrokenGate.subjects)))


def concerning(records: Mapping[str, Iterable[int]]) -> list[BrokenGate]:
    """Broken gates that concern any of these records (ids by the trail's kind), oldest first; one statement."""
    row = BrokenGateSubject
    wanted = [and_(row.kind == kind, row.subject_id.in_(list(ids))) for kind, ids in records.items() if ids]
    if not wanted:
        return []
    found = select(row.broken_gate_id).where(row.concerned.is_(True), or_(*wanted))
    return list(db.session.scalars(broken_gates().where(BrokenGate.id.in_(found)).order_by(BrokenGate.id)))


def concerned_by(reading_ids: Select[Any]) -> Select[Any]:
    """Ids of the broken gates that concern any of these readings (a sub-select of ids), as a sub-select."""
    row = BrokenGateSubject
    return select(row.broken_gate_id).where(row.kind == "reading", row.subject_id.in_(reading_ids), row.concerned.is_(True))


def readings(gate_rows: Iterable[BrokenGate]) -> dict[int, list[int]]:
    """Broken gate → the readings it concerns; one statement."""
    ids = [row.id for row in gate_rows]
    found: dict[int, list[int]] = {}
    query = select(BrokenGateSubject.broken_gate_id, BrokenGateSubject.subject_id).where(
        BrokenGateSubject.broken_gate_id.in_(ids), BrokenGateSubject.kind == "reading")
    for gate_id, reading_id in db.session.execute(query) if ids else ():
        found.setdefault(gate_id, []).append(reading_id)
    return found


def of_readings(ids: Iterable[int]) -> dict[int, list[BrokenGate]]:
    """Reading → the gates that were broken when it was recorded; one statement."""
    wanted: list[int] = list(ids)
    found: dict[int, list[BrokenGate]] = {}
    query = (
        select(BrokenGateSubject.subject_id, BrokenGate).join(BrokenGate, BrokenGate.id == BrokenGateSubject.broken_gate_id)
        .where(BrokenGateSubject.kind == "reading", BrokenGateSubject.subject_id.in_(wanted)).order_by(BrokenGate.id)
    )
    for reading_id, row in db.session.execute(query) if wanted else ():
        found.setdefault(reading_id, []).append(row)
    return found


def broken_readings() -> Select[Any]:
    """Ids of readings recorded past a gate, as a sub-select."""
    return select(BrokenGateSubject.subject_id).where(BrokenGateSubject.kind == "reading")


def holders() -> list[Person]:
    """Who may let a gate be broken: active people past the entrance whose roles carry the right, by given name; one statement and their
    roles."""
    people = db.session.scalars(
        select(Person).where(Person.active.is_(True), Person.roles.any(
            type_coerce(Role.granted, String).contains(f'"{P.BREAK_GLASS.value}"')))
        .options(selectinload(Person.roles)).order_by(Person.sort_name))
    return [person for person in people if person.can(P.BREAK_GLASS) and not held_back(person)]


def used(token: str) -> bool:
    """Whether a declaration served already."""
    return db.session.scalar(select(BrokenGate.id).where(BrokenGate.token == token)) is not None
