"""The record behind an interval review: as-found points of an instrument and its like, and reviews."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from instruments.models import Calibration, CalibrationPoint, Cycle, Instrument, IntervalReview
from instruments.rules.intervals import AsFound, Done
from lab_app.accounts.models import Person
from lab_app.core.db import db

#: A population past this size says nothing new and costs more to read.
LIKE_SHOWN = 200


def like(instrument: Instrument) -> list[int]:
    """Instruments of the same maker and type, the instrument first."""
    others = db.session.scalars(
        select(Instrument.id)
        .where(Instrument.maker == instrument.maker, Instrument.type == instrument.type, Instrument.id != instrument.id)
        .order_by(Instrument.id).limit(LIKE_SHOWN)
    )
    return [instrument.id, *others]


def record_of(instrument_ids: Sequence[int]) -> dict[int, list[Done]]:
    """Released calibrations with their as-found points (and as left beside them), oldest first: two statements."""
    calibrations = db.session.execute(
        select(Calibration.id, Calibration.instrument_id, Calibration.done_on)
        .where(Calibration.instrument_id.in_(instrument_ids), Calibration.released_at.is_not(None))
        .order_by(Calibration.done_on, Calibration.id)
    ).all()
    points: dict[int, list[CalibrationPoint]] = defaultdict(list)
    for point in db.session.scalars(
        select(CalibrationPoint).where(CalibrationPoint.calibration_id.in_([c.id for c in calibrations]))
        .order_by(CalibrationPoint.position)
    ):
        points[point.calibration_id].append(point)
    record: dict[int, list[Done]] = {ident: [] for ident in instrument_ids}
    for c in calibrations:
        left = {_place(p): p.error for p in points[c.id] if p.stage == "as_left"}
        found = tuple(AsFound(_place(p), p.error, p.tolerance, p.u, p.k, p.unit, left.get(_place(p)))
                      for p in points[c.id] if p.stage == "as_found")
        record[c.instrument_id].append(Done(c.done_on, found))
    return record


def _place(point: CalibrationPoint) -> str:
    at = f"{point.argument:f} {point.argument_unit}" if point.argument is not None else f"{point.reference:f} {point.unit}"
    where = point.condition or at.strip()
    return f"{point.quantity} {where}".strip()


def reviews_of(instrument_id: int) -> list[IntervalReview]:
    """Reviews of an instrument, latest first, with who proposed and who decided."""
    return list(db.session.scalars(
        select(IntervalReview).where(IntervalReview.instrument_id == instrument_id).order_by(IntervalReview.id.desc()).limit(30).options(
            joinedload(IntervalReview.proposed_by).lazyload(Person.roles), joinedload(IntervalReview.decided_by).lazyload(Person.roles))
    ))


def review_by_code(code: str) -> IntervalReview | None:
    """A review with its instrument."""
    return db.session.scalar(select(IntervalReview).where(IntervalReview.code == code).options(joinedload(IntervalReview.instrument)))


def calibration_cycle(instrument: Instrument) -> Cycle | None:
    """The calibration cycle that was last decided, with who is responsible; `None` where there is none or it was ended."""
    row = db.session.scalar(
        select(Cycle).where(Cycle.instrument_id == instrument.id, Cycle.kind == "calibration")
        .order_by(Cycle.effective_from.desc(), Cycle.id.desc()).limit(1).options(joinedload(Cycle.responsible).lazyload(Person.roles))
    )
    return row if row is not None and row.active else None


def interval_months(instrument: Instrument) -> int | None:
    """The calibration interval in months: the cycle's, else that of the latest calibration; `None` where neither says."""
    cycle = calibration_cycle(instrument)
    if cycle is not None and cycle.interval_months:
        return cycle.interval_months
    last = db.session.execute(
        select(Calibration.done_on, Calibration.due_on).where(Calibration.instrument_id == instrument.id, Calibration.passed.is_(True))
        .order_by(Calibration.done_on.desc(), Calibration.id.desc()).limit(1)
    ).first()
    if last is None:
        return None
    months = (last.due_on.year - last.done_on.year) * 12 + last.due_on.month - last.done_on.month
    return months if months > 0 else None


def last_bounds() -> dict[str, str]:
    """The numbers with which the laboratory last made a proposal."""
    row = db.session.scalar(select(IntervalReview.history).order_by(IntervalReview.id.desc()).limit(1))
    return dict(row.get("bounds", {})) if row else {}
