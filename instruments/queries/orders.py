"""Calibration orders and what belongs to a certificate."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from instruments import workflow
from instruments.models import Calibration, CalibrationOrder, CalibrationPoint, FactorSet
from instruments.rules import corrections
from lab_app.accounts.models import Person
from lab_app.core.db import db


def _named(person: Any) -> Any:
    return joinedload(person).lazyload(Person.roles)


def open_order(instrument_id: int) -> CalibrationOrder | None:
    """The order that holds the instrument now."""
    return db.session.scalar(select(CalibrationOrder).where(
        CalibrationOrder.instrument_id == instrument_id, CalibrationOrder.status.in_(workflow.OPEN_ORDERS)).limit(1))


def order_by_code(code: str) -> CalibrationOrder | None:
    """The order with this code, with instrument, provider, calibration and who ordered."""
    return db.session.scalar(select(CalibrationOrder).where(CalibrationOrder.code == code).options(
        joinedload(CalibrationOrder.instrument), joinedload(CalibrationOrder.provider), joinedload(CalibrationOrder.calibration),
        _named(CalibrationOrder.ordered_by)))


def order_of_calibration(calibration_id: int) -> CalibrationOrder | None:
    """The order under which a calibration was made."""
    return db.session.scalar(select(CalibrationOrder).where(CalibrationOrder.calibration_id == calibration_id))


def orders_of(instrument_id: int) -> list[CalibrationOrder]:
    """Orders of an instrument, newest first."""
    return list(db.session.scalars(
        select(CalibrationOrder).where(CalibrationOrder.instrument_id == instrument_id)
        .options(joinedload(CalibrationOrder.provider)).order_by(CalibrationOrder.id.desc())))


def order_counts(today: date) -> dict[str, int]:
    """Counts for the quick filters: open, late (expected back by now), back and waiting."""
    away = CalibrationOrder.status.in_(("ordered", "sent", "at_laboratory"))
    row = db.session.execute(select(
        func.count().filter(CalibrationOrder.status.in_(workflow.OPEN_ORDERS)),
        func.count().filter(away, CalibrationOrder.expected_back_on < today),
        func.count().filter(CalibrationOrder.status == "back"),
    ).select_from(CalibrationOrder)).one()
    return {"open": row[0], "late": row[1], "back": row[2]}


def calibration_with_points(calibration_id: int) -> Calibration | None:
    """A calibration with its points, provider and who evaluated and released it."""
    return db.session.scalar(select(Calibration).where(Calibration.id == calibration_id).options(
        selectinload(Calibration.points), joinedload(Calibration.provider), _named(Calibration.released_by),
        _named(Calibration.evaluated_by)))


def points_of(instrument_id: int) -> list[CalibrationPoint]:
    """Every point of the released calibrations of an instrument, oldest calibration first, with the calibration's day."""
    return list(db.session.scalars(
        select(CalibrationPoint).join(Calibration)
        .where(Calibration.instrument_id == instrument_id, Calibration.released_at.is_not(None))
        .options(joinedload(CalibrationPoint.calibration))
        .order_by(Calibration.done_on, Calibration.id, CalibrationPoint.position)))


def sets_of_calibration(calibration_id: int) -> list[FactorSet]:
    """Factor tables that came with a calibration."""
    return list(db.session.scalars(select(FactorSet).where(FactorSet.calibration_id == calibration_id).order_by(FactorSet.id)))


def has_factor_sets(instrument_id: int) -> bool:
    """Whether the instrument has correction factors at all."""
    return db.session.scalar(select(FactorSet.id).where(FactorSet.instrument_id == instrument_id).limit(1)) is not None


def factor_set_at(instrument_id: int, on: date, known_at: datetime, quantity: str | None = None) -> FactorSet | None:
    """The correction factors valid on a day, as known at a moment; of one quantity when named (6.4.11).

    A table that came with a calibration counts from that calibration's release on (6.4.4).
    """
    query = select(FactorSet).outerjoin(Calibration, Calibration.id == FactorSet.calibration_id).where(
        FactorSet.instrument_id == instrument_id, FactorSet.valid_from <= on, FactorSet.recorded_at <= known_at,
        or_(FactorSet.calibration_id.is_(None), Calibration.released_at <= known_at),
    )
    if quantity is not None:
        query = query.where(FactorSet.quantity == quantity)
    return db.session.scalar(query.order_by(FactorSet.valid_from.desc(), FactorSet.id.desc()).limit(1))


def pairs_of(row: FactorSet) -> tuple[corrections.Pair, ...]:
    """A stored table as numbers."""
    return tuple((Decimal(str(x)), Decimal(str(y))) for x, y in row.points)


def factor_at(
    instrument_id: int, quantity: str, argument: Decimal, unit: str, on: date, known_at: datetime
) -> corrections.FactorValue | corrections.Why:
    """The correction at an argument (in `unit`) by the table valid that day, interpolated by the table's scale, never beyond its ends;
    or why there is none (6.4.11)."""
    row = factor_set_at(instrument_id, on, known_at, quantity)
    if row is None:
        return corrections.Why("missing", corrections.no_table(quantity))
    found = corrections.look_up(pairs_of(row), argument, unit, row.argument_unit, row.interpolation, row.label)
    if isinstance(found, corrections.Why):
        return found
    return corrections.FactorValue(found[0], row.unit, row.label, row.id, found[1])
