"""From a doubted reference standard to the instruments it calibrated, and on from those: the branches a recall follows (6.5)."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from instruments.models import Calibration, CalibrationStandard, Instrument, IntermediateCheck
from lab_app.core import clock
from lab_app.core.db import db

#: Further than this no laboratory's own chain goes.
DEEPEST = 5


@dataclass(frozen=True)
class Branch:
    """A calibration made with a doubted instrument. `level` counts the steps from the first; `through` is who calibrated."""

    level: int
    calibration_id: int
    certificate_no: str
    done_on: date
    instrument_id: int
    instrument_code: str
    instrument_name: str
    through_id: int


def _calibrated_with(instrument_ids: Iterable[int]) -> list[tuple[int, Calibration, Instrument]]:
    rows = db.session.execute(
        select(CalibrationStandard.instrument_id, Calibration, Instrument)
        .join(Calibration, Calibration.id == CalibrationStandard.calibration_id)
        .join(Instrument, Instrument.id == Calibration.instrument_id)
        .where(CalibrationStandard.instrument_id.in_(list(instrument_ids)))
        .order_by(Calibration.done_on, Calibration.id)
    )
    return [(standard, calibration, instrument) for standard, calibration, instrument in rows]


def _next_calibrations(instrument_ids: Iterable[int]) -> dict[int, list[date]]:
    """Days on which each instrument was calibrated, released ones only, in order."""
    found: dict[int, list[date]] = {}
    rows = db.session.execute(
        select(Calibration.instrument_id, Calibration.done_on)
        .where(Calibration.instrument_id.in_(list(instrument_ids)), Calibration.released_at.is_not(None))
        .order_by(Calibration.done_on)
    )
    for instrument_id, done_on in rows:
        found.setdefault(instrument_id, []).append(done_on)
    return found


def branches(instrument_id: int, since: datetime, until: datetime, depth: int) -> list[Branch]:
    """Calibrations that rest on the instrument between two moments, level by level; two statements a level, none a row.

    An instrument calibrated with a doubted one is in doubt from that calibration until its next released one: what it calibrated
    in that time is the next level. A calibration counts once, at its lowest level.
    """
    found: list[Branch] = []
    seen: set[int] = set()
    doubted = {instrument_id: [(clock.local(since).date(), clock.local(until).date())]}
    for level in range(1, min(depth, DEEPEST) + 1):
        here: list[Branch] = []
        for standard, calibration, instrument in _calibrated_with(doubted) if doubted else ():
            inside = any(low <= calibration.done_on <= high for low, high in doubted[standard])
            if not inside or calibration.id in seen or instrument.id == instrument_id:
                continue
            seen.add(calibration.id)
            here.append(Branch(level, calibration.id, calibration.certificate_no, calibration.done_on, instrument.id, instrument.code,
                               instrument.name_vi, standard))
        if not here:
            break
        found += here
        days = _next_calibrations({b.instrument_id for b in here})
        doubted = {}
        for b in here:
            following = next((d for d in days.get(b.instrument_id, ()) if d > b.done_on), date.max)
            doubted.setdefault(b.instrument_id, []).append((b.done_on, following))
    return found


def checks_made_with(instrument_id: int, since: datetime, until: datetime) -> list[tuple[IntermediateCheck, Instrument]]:
    """Intermediate checks of other instruments in which it was the standard."""
    rows = db.session.execute(
        select(IntermediateCheck, Instrument).join(Instrument, Instrument.id == IntermediateCheck.instrument_id)
        .where(IntermediateCheck.standard_id == instrument_id, IntermediateCheck.done_on >= clock.local(since).date(),
               IntermediateCheck.done_on <= clock.local(until).date())
        .order_by(IntermediateCheck.done_on, IntermediateCheck.id).limit(200)
    )
    return [(check, instrument) for check, instrument in rows]
