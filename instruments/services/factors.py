"""Correction factors from certificates (6.4.11)."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from flask_babel import gettext

from instruments import queries
from instruments.models import (
    Calibration,
    FactorSet,
    Instrument,
)
from instruments.rules import corrections, points
from instruments.services.standing import refresh
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit


def _symbol(field: str, unit: str) -> str:
    try:
        return find_unit(unit).symbol
    except MetrologyError as error:
        raise FieldRefused(field, gettext("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error


def add_factor_set(
    actor: Actor, instrument: Instrument, *, label: str, quantity: str, argument_unit: str, unit: str,
    points: Iterable[tuple[Decimal, Decimal]], valid_from: date, calibration: Calibration | None = None, interpolation: str = "linear",
) -> FactorSet:
    """Enter correction factors, valid from a day on (6.4.11): a new version beside the old ones.

    With `calibration` they came with its certificate: they count from its release on, and say that its factors are entered.
    `interpolation`: linear or log in the argument. Refuses unknown units, arguments that do not rise, a label twice, a calibration of
    another instrument.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    if not label.strip():
        raise FieldRefused("label", gettext("Cần điền mục này."))
    if interpolation not in corrections.SCALES:
        raise FieldRefused("interpolation", gettext("Chọn cách nội suy trong danh sách."))
    if calibration is not None and calibration.instrument_id != instrument.id:
        raise FieldRefused("calibration", gettext("Giấy chứng nhận của thiết bị khác."))
    argument_unit, unit = _symbol("argument_unit", argument_unit), _symbol("unit", unit)
    try:
        rows = corrections.checked(points, interpolation)
    except corrections.TableRefused as error:
        raise FieldRefused("points", gettext("Bảng hệ số, dòng %(n)s: %(why)s", n=error.line, why=str(error.says))) from error
    if any(f.label == label.strip() and f.quantity == quantity for f in queries.factor_sets(instrument.id)):
        raise FieldRefused("label", gettext("Đã có bảng hệ số mang tên phiên bản này."))
    row = FactorSet(
        instrument_id=instrument.id, label=label.strip(), quantity=quantity, argument_unit=argument_unit, unit=unit,
        points=[[format(x, "f"), format(y, "f")] for x, y in rows], valid_from=valid_from, interpolation=interpolation,
        calibration_id=calibration.id if calibration else None,
    )
    db.session.add(row)
    if calibration is not None and calibration.released_at is None:
        calibration.factors_decision = "entered"
    db.session.flush()
    refresh(instrument)
    return row


def factors_from_points(
    actor: Actor, calibration: Calibration, *, quantity: str, label: str, interpolation: str = "linear",
) -> FactorSet:
    """A correction table from the certificate's points: correction = −error, as left where there are such, from the day it was done.

    Refuses a quantity without points that have an argument, and two points at one argument.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    rows = [p for p in points.final(calibration.points) if p.quantity == quantity and p.argument is not None]
    try:
        pairs = corrections.from_points(rows)
    except corrections.TableRefused as error:
        raise FieldRefused("quantity", str(error.says)) from error
    return add_factor_set(
        actor, calibration.instrument, label=label, quantity=quantity, argument_unit=rows[0].argument_unit,
        unit=points.error_unit(rows[0].unit), points=pairs, valid_from=calibration.done_on, calibration=calibration,
        interpolation=interpolation,
    )


def decide_factors(actor: Actor, calibration: Calibration, *, decision: str, note: str = "") -> Calibration:
    """Say before release what becomes of the factors (6.4.11): `entered` with a table of this certificate, or `no_change` with why."""
    authorize(actor, P.INSTRUMENT_WRITE)
    if calibration.released_at is not None:
        raise FieldRefused("factors_decision", gettext("Hiệu chuẩn này đã duyệt; quyết định về hệ số không sửa được nữa."))
    came = queries.sets_of_calibration(calibration.id)
    if decision == "entered" and not came:
        raise FieldRefused("factors_decision", gettext("Chưa có bảng hệ số nào nhập theo giấy chứng nhận này."))
    if decision == "no_change" and came:
        raise FieldRefused("factors_decision", gettext("Đã nhập bảng hệ số theo giấy này, nên không ghi “không đổi” được."))
    if decision == "no_change" and not note.strip():
        raise FieldRefused("factors_note", gettext("Ghi vì sao hệ số không đổi."))
    if decision not in ("", "entered", "no_change"):
        raise FieldRefused("factors_decision", gettext("Lựa chọn không có trong danh sách."))
    calibration.factors_decision, calibration.factors_note = decision, note.strip()
    db.session.flush()
    return calibration
