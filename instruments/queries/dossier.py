"""Everything dated about one instrument."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from instruments.models import (
    Calibration,
    FactorSet,
    Instrument,
    InstrumentRange,
    InstrumentState,
    IntermediateCheck,
    Maintenance,
    SystemMember,
)
from instruments.queries.facts import facts_from, upkeep_of
from instruments.queries.systems import member_fact, parts_below
from instruments.rules import InstrumentFacts
from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.core.files import Attachment


def _named(person: Any) -> Any:
    """Load who stands by a fact for the name alone: what roles that person has is nobody's question here."""
    return joinedload(person).lazyload(Person.roles)


def states(instrument_id: int) -> list[InstrumentState]:
    """States of an instrument, latest effective first, with who recorded them."""
    return list(db.session.scalars(
        select(InstrumentState).where(InstrumentState.instrument_id == instrument_id)
        .options(_named(InstrumentState.person)).order_by(InstrumentState.effective_at.desc(), InstrumentState.id.desc())
    ))


def calibrations(instrument_id: int) -> list[Calibration]:
    """Calibrations of an instrument, latest first, with who released them."""
    return list(db.session.scalars(
        select(Calibration).where(Calibration.instrument_id == instrument_id)
        .options(_named(Calibration.released_by)).order_by(Calibration.done_on.desc(), Calibration.id.desc())
    ))


def checks(instrument_id: int) -> list[IntermediateCheck]:
    """Intermediate checks of an instrument, latest first, with who made them."""
    return list(db.session.scalars(
        select(IntermediateCheck).where(IntermediateCheck.instrument_id == instrument_id)
        .options(_named(IntermediateCheck.person)).order_by(IntermediateCheck.done_on.desc(), IntermediateCheck.id.desc())
    ))


def maintenance(instrument_id: int) -> list[Maintenance]:
    """Maintenance of an instrument, latest first."""
    return list(db.session.scalars(
        select(Maintenance).where(Maintenance.instrument_id == instrument_id)
        .options(_named(Maintenance.person)).order_by(Maintenance.done_on.desc(), Maintenance.id.desc())
    ))


def factor_sets(instrument_id: int) -> list[FactorSet]:
    """Factor sets of an instrument, latest valid first."""
    return list(db.session.scalars(
        select(FactorSet).where(FactorSet.instrument_id == instrument_id)
        .order_by(FactorSet.valid_from.desc(), FactorSet.id.desc())
    ))


@dataclass
class Dossier:
    """Everything dated about one instrument, latest first, and the facts it makes."""

    states: list[InstrumentState]
    calibrations: list[Calibration]
    checks: list[IntermediateCheck]
    maintenance: list[Maintenance]
    factors: list[FactorSet]
    ranges: list[InstrumentRange]
    facts: InstrumentFacts
    members: list[SystemMember]


def _dated(model: Any, ids: Sequence[int], *order: Any, named: Any = None) -> dict[int, list[Any]]:
    """Rows of one kind of fact for some instruments, by instrument, in the order given; with who stands by them."""
    query = select(model).where(model.instrument_id.in_(ids)).order_by(*order)
    if named is not None:
        query = query.options(_named(named))
    found: dict[int, list[Any]] = {ident: [] for ident in ids}
    for row in db.session.scalars(query):
        found[row.instrument_id].append(row)
    return found


def dossier(row: Instrument) -> Dossier:
    """Everything about one instrument for its page: six statements; a measuring system and all its parts for two more."""
    parts = parts_below([row])
    rows = {**{part.member_id: part.member for found in parts.values() for part in found}, row.id: row}
    ids = list(rows)
    upkeep = upkeep_of(ids)
    ranges = _dated(InstrumentRange, ids, InstrumentRange.id)
    states_ = _dated(InstrumentState, ids, InstrumentState.effective_at.desc(), InstrumentState.id.desc(), named=InstrumentState.person)
    calibrations_ = _dated(Calibration, ids, Calibration.done_on.desc(), Calibration.id.desc(), named=Calibration.released_by)
    checks_ = _dated(IntermediateCheck, ids, IntermediateCheck.done_on.desc(), IntermediateCheck.id.desc(),
                     named=IntermediateCheck.person)
    maintenance_ = _dated(Maintenance, ids, Maintenance.done_on.desc(), Maintenance.id.desc(), named=Maintenance.person)

    def facts(ident: int) -> InstrumentFacts:
        return facts_from(
            rows[ident], states_[ident], calibrations_[ident], checks_[ident], maintenance_[ident], ranges[ident],
            [member_fact(part, facts(part.member_id)) for part in parts.get(ident, ())], upkeep[ident],
        )

    return Dossier(
        states_[row.id], calibrations_[row.id], checks_[row.id], maintenance_[row.id], factor_sets(row.id), ranges[row.id],
        facts(row.id), parts.get(row.id, []),
    )


def papers(instrument_id: int | None, calibration_ids: Sequence[int]) -> list[Attachment]:
    """Files hung on an instrument and on calibrations, oldest first."""
    own = (Attachment.subject_kind == "instrument") & (Attachment.subject_id == instrument_id)
    certificates = (Attachment.subject_kind == "calibration") & Attachment.subject_id.in_(calibration_ids)
    return list(db.session.scalars(select(Attachment).where(own | certificates).order_by(Attachment.id)))
