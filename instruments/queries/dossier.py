"""Everything dated about one instrument."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from instruments.models import (
    Calibration,
    CalibrationPoint,
    FactorSet,
    Instrument,
    InstrumentState,
    IntermediateCheck,
    Maintenance,
    SystemMember,
)
from instruments.queries.facts import facts_of
from instruments.queries.systems import parts_below
from instruments.rules import InstrumentFacts, RangeFact
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


def calibration_points(calibration_ids: Sequence[int]) -> list[CalibrationPoint]:
    """Points of some calibrations, each in the order of its certificate."""
    if not calibration_ids:
        return []
    return list(db.session.scalars(
        select(CalibrationPoint).where(CalibrationPoint.calibration_id.in_(list(calibration_ids)))
        .order_by(CalibrationPoint.calibration_id, CalibrationPoint.position, CalibrationPoint.id)))


@dataclass
class Dossier:
    """Everything dated about one instrument, latest first, and the facts it makes."""

    states: list[InstrumentState]
    calibrations: list[Calibration]
    checks: list[IntermediateCheck]
    maintenance: list[Maintenance]
    factors: list[FactorSet]
    ranges: list[RangeFact]
    facts: InstrumentFacts
    members: list[SystemMember]


def dossier(row: Instrument) -> Dossier:
    """Everything about one instrument for its page: six statements, one more for a measuring system."""
    below = parts_below([row])
    facts = facts_of([row], below)[row.id]
    members = sorted(below.get(row.id, []), key=lambda m: (m.until_at is not None, m.position, m.id))
    return Dossier(
        states(row.id), calibrations(row.id), checks(row.id), maintenance(row.id), factor_sets(row.id), list(facts.ranges), facts,
        members,
    )


def papers(instrument_id: int | None, calibration_ids: Sequence[int]) -> list[Attachment]:
    """Files hung on an instrument and on calibrations, oldest first."""
    own = (Attachment.subject_kind == "instrument") & (Attachment.subject_id == instrument_id)
    certificates = (Attachment.subject_kind == "calibration") & Attachment.subject_id.in_(calibration_ids)
    return list(db.session.scalars(select(Attachment).where(own | certificates).order_by(Attachment.id)))
