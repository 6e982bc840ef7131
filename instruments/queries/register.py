"""Lists and pickers of the register."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import joinedload

from instruments import workflow
from instruments.models import FirmwareRecord, Instrument
from lab_app.accounts.models import Person, Site
from lab_app.core.db import db
from lab_app.quality.models import Room


def by_code(code: str) -> Instrument | None:
    """The instrument with this code, with its site and room."""
    return db.session.scalar(
        select(Instrument).where(Instrument.code == code).options(joinedload(Instrument.site), joinedload(Instrument.room))
    )


def twin(maker: str, type: str, serial: str) -> Instrument | None:
    """The entry of the same physical thing: same serial number (in the writings of its letters), same maker and type. `None`
    without a serial number."""
    if not serial.strip("-–. "):
        return None
    same = db.session.scalars(select(Instrument).where(Instrument.serial.in_({serial, serial.upper(), serial.lower()})))
    asked = (maker.casefold(), type.casefold())
    return next((row for row in same if (row.maker.casefold(), row.type.casefold()) == asked), None)


def firmware_history(instrument_id: int) -> list[FirmwareRecord]:
    """What an instrument ran, latest first, with who recorded it."""
    return list(db.session.scalars(
        select(FirmwareRecord).where(FirmwareRecord.instrument_id == instrument_id)
        .options(joinedload(FirmwareRecord.person).lazyload(Person.roles))
        .order_by(FirmwareRecord.effective_at.desc(), FirmwareRecord.id.desc())
    ))


def pools() -> list[str]:
    """Names of pools in use, in order."""
    return list(db.session.scalars(select(Instrument.pool).where(Instrument.pool > "").distinct().order_by(Instrument.pool)))


def by_codes(codes: Sequence[str]) -> list[Instrument]:
    """The instruments with these codes, by code; codes that nobody has are left out."""
    if not codes:
        return []
    return list(db.session.scalars(select(Instrument).where(Instrument.code.in_(list(codes))).order_by(Instrument.code)))


#: So many values stand in one IN list.
CHUNK = 500


def codes_in_use(codes: Sequence[str]) -> set[str]:
    """Which of these codes the register holds."""
    found: set[str] = set()
    for start in range(0, len(codes), CHUNK):
        found |= set(db.session.scalars(select(Instrument.code).where(Instrument.code.in_(codes[start:start + CHUNK]))))
    return found


def identities_in_use(serials: Sequence[str]) -> dict[tuple[str, str, str], str]:
    """Maker, type and serial number (as compared) of entries with these serial numbers → their codes."""
    found = {}
    shape = (Instrument.maker, Instrument.type, Instrument.serial, Instrument.code)
    asked = sorted({form for serial in serials for form in (serial, serial.upper(), serial.lower())})
    for start in range(0, len(asked), CHUNK):
        for maker, type_, serial, code in db.session.execute(select(*shape).where(Instrument.serial.in_(asked[start:start + CHUNK]))):
            found[maker.casefold(), type_.casefold(), serial.casefold()] = code
    return found


def in_register(site_id: int | None = None) -> list[Instrument]:
    """Instruments that are not retired, by code; of one site when named."""
    query = select(Instrument).where(Instrument.state != workflow.RETIRED.code).order_by(Instrument.code)
    if site_id is not None:
        query = query.where(Instrument.site_id == site_id)
    return list(db.session.scalars(query))


def rooms() -> list[Room]:
    """Rooms an instrument can stand in, by name."""
    return list(db.session.scalars(select(Room).order_by(Room.name_vi)))


def sites() -> list[Site]:
    """Sites, by code."""
    return list(db.session.scalars(select(Site).order_by(Site.code)))


def due_soon(today: date, until: date) -> list[Instrument]:
    """Instruments in service that run out between two days (calibration or check), soonest first; overdue ones included."""
    return list(db.session.scalars(
        select(Instrument)
        .where(Instrument.state == workflow.IN_SERVICE.code, Instrument.unusable_from <= until)
        .order_by(Instrument.unusable_from, Instrument.id).limit(50)
    ))


#: Counts beside the quick filters go no further: a chip says "999+".
COUNTED = 999


def _capped(*conditions: Any) -> Any:
    some = select(literal(1).label("one")).select_from(Instrument).where(*conditions).limit(COUNTED + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def counts(today: date, soon: date) -> dict[str, int]:
    """Counts for the quick filters of the list, each to `COUNTED` + 1 at most: all, out (not usable now), soon (runs out by `soon`).

    Every count walks one index and stops there, so that it costs the same in a register of any size.
    """
    serving, due = Instrument.state == workflow.IN_SERVICE.code, Instrument.unusable_from
    idle = [s.code for s in workflow.MACHINE.states if s not in (workflow.IN_SERVICE, workflow.RETIRED)]
    row = db.session.execute(select(
        _capped(Instrument.state.in_([workflow.IN_SERVICE.code, *idle])), _capped(Instrument.state.in_(idle)),
        _capped(serving, due <= today), _capped(serving, due > today, due <= soon),
    )).one()
    return {"all": row[0], "out": min(row[1] + row[2], COUNTED + 1), "soon": row[3]}


def count_word(count: int) -> str:
    """A count of `counts` as a chip shows it."""
    return str(count) if count <= COUNTED else f"{COUNTED}+"
