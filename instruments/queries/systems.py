"""Measuring systems: what they are made of, and what belongs to which, by moment and by knowledge."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from instruments import workflow
from instruments.models import Instrument, SystemMember
from instruments.rules import InstrumentFacts, MemberFact
from lab_app.core.db import db

SYSTEM = "system"


def parts_below(instruments: Iterable[Instrument]) -> dict[int, list[SystemMember]]:
    """Every membership, past ones too, of the measuring systems among `instruments` and of systems inside them.

    One statement a level of nesting; none where there is no system. No system is its own part (`services.add_member` refuses).
    """
    found: dict[int, list[SystemMember]] = defaultdict(list)
    wanted = {row.id for row in instruments if row.kind == SYSTEM}
    while wanted:
        rows = list(db.session.scalars(
            select(SystemMember).where(SystemMember.system_id.in_(wanted)).options(joinedload(SystemMember.member))
            .order_by(SystemMember.position, SystemMember.id)
        ))
        for row in rows:
            found[row.system_id].append(row)
        wanted = {row.member_id for row in rows if row.member.kind == SYSTEM} - set(found)
    return found


def member_fact(part: SystemMember, facts: InstrumentFacts) -> MemberFact:
    """A membership as `rules` judge it, with the facts of the part."""
    return MemberFact(facts, part.from_at, part.recorded_at, part.until_at, part.until_recorded_at, part.role, part.member_id)


def _counting(at: datetime, known_at: datetime) -> list[object]:
    """SQL for: belonged at `at`, by what was recorded by `known_at`."""
    return [
        SystemMember.from_at <= at, SystemMember.recorded_at <= known_at,
        or_(SystemMember.until_at.is_(None), SystemMember.until_at > at, SystemMember.until_recorded_at > known_at),
    ]


def members_at(system_ids: Iterable[int], at: datetime, known_at: datetime) -> dict[int, list[SystemMember]]:
    """The parts of each system at a moment, as known at a moment, in their places; with the instrument of each."""
    found: dict[int, list[SystemMember]] = {ident: [] for ident in system_ids}
    if not found:
        return found
    for row in db.session.scalars(
        select(SystemMember).where(SystemMember.system_id.in_(list(found)), *_counting(at, known_at))  # type: ignore[arg-type]
        .options(joinedload(SystemMember.member)).order_by(SystemMember.position, SystemMember.id)
    ):
        found[row.system_id].append(row)
    return found


def parts_at(instruments: Iterable[Instrument], at: datetime, known_at: datetime) -> list[tuple[Instrument, Instrument]]:
    """(system, part) for every measuring system among `instruments`: its parts at a moment, as known at a moment, down to the last.

    No statement where there is no system.
    """
    chosen = list(instruments)
    below = parts_below(chosen)
    found: list[tuple[Instrument, Instrument]] = []

    def walk(top: Instrument, ident: int) -> None:
        for row in below.get(ident, ()):
            gone = row.until_at is not None and row.until_at <= at and (
                row.until_recorded_at is None or row.until_recorded_at <= known_at)
            if row.from_at <= at and row.recorded_at <= known_at and not gone:
                found.append((top, row.member))
                walk(top, row.member_id)

    for row in chosen:
        walk(row, row.id)
    return found


def systems_of(member_id: int, at: datetime, known_at: datetime) -> list[SystemMember]:
    """The systems an instrument belonged to at a moment, as known at a moment."""
    return list(db.session.scalars(
        select(SystemMember).where(SystemMember.member_id == member_id, *_counting(at, known_at))  # type: ignore[arg-type]
        .options(joinedload(SystemMember.system)).order_by(SystemMember.id)
    ))


def membership_history(system_id: int) -> list[SystemMember]:
    """Every membership of a system, past ones too: those that last first, then by their beginning, latest first."""
    return list(db.session.scalars(
        select(SystemMember).where(SystemMember.system_id == system_id).options(joinedload(SystemMember.member))
        .order_by(SystemMember.until_at.is_not(None), SystemMember.position, SystemMember.from_at.desc(), SystemMember.id)
    ))


def systems() -> list[Instrument]:
    """Measuring systems that are not retired, by code."""
    return list(db.session.scalars(
        select(Instrument).where(Instrument.kind == SYSTEM, Instrument.state != workflow.RETIRED.code).order_by(Instrument.code)
    ))
