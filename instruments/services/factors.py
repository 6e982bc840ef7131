"""Correction factors from certificates (6.4.11)."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from flask_babel import gettext

from instruments.models import (
    FactorSet,
    Instrument,
)
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.interpolation import FactorTable
from lab_app.metrology.units import convert, find_unit


def add_factor_set(
    actor: Actor, instrument: Instrument, *, label: str, quantity: str, argument_unit: str, unit: str,
    points: Iterable[tuple[Decimal, Decimal]], valid_from: date,
) -> FactorSet:
    """Enter correction factors from a certificate, valid from a day on (6.4.11); arguments strictly rising, units known."""
    authorize(actor, P.INSTRUMENT_WRITE)
    rows = tuple(points)
    try:
        convert(Decimal(1), argument_unit, "MHz")
        find_unit(unit)
        table = FactorTable(rows, f_unit=argument_unit, unit=unit)
    except MetrologyError as error:
        raise FieldRefused("points", gettext("Bảng hệ số không dùng được: tần số phải tăng dần, đơn vị phải biết (%(why)s).",
                                             why=str(error))) from error
    row = FactorSet(
        instrument_id=instrument.id, label=label, quantity=quantity, argument_unit=table.f_unit, unit=table.unit,
        points=[[format(x, "f"), format(y, "f")] for x, y in rows], valid_from=valid_from,
    )
    db.session.add(row)
    db.session.flush()
    return row
