"""Intermediate checks, maintenance and repair (6.4.10, 6.4.13 g, h)."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import gettext

from instruments import rules
from instruments.models import (
    Instrument,
    IntermediateCheck,
    Maintenance,
)
from instruments.services.standing import person_of, refresh, stop_use
from lab_app.core import clock
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit


def record_check(
    actor: Actor, instrument: Instrument, *, done_on: date, indicated: Decimal, reference: Decimal, tolerance: Decimal,
    unit: str, note: str = "",
) -> IntermediateCheck:
    """Record an intermediate check (6.4.10); the verdict is computed. A failed one takes the instrument out of service (6.4.9).

    A passed one covers `check_interval_days` from its day on; the first day it does not cover is kept with it.
    """
    authorize(actor, P.INSTRUMENT_CHECK)
    person_id = person_of(actor)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if tolerance <= 0:
        raise FieldRefused("tolerance", gettext("Dung sai phải lớn hơn 0."))
    try:
        unit = find_unit(unit).symbol
    except MetrologyError as error:
        raise FieldRefused("unit", gettext("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error
    row = IntermediateCheck(
        instrument_id=instrument.id, done_on=done_on, indicated=indicated, reference=reference, tolerance=tolerance, unit=unit,
        passed=rules.check_passes(indicated, reference, tolerance), person_id=person_id, note=note.strip(),
        due_on=rules.check_due(done_on, instrument.check_interval_days),
    )
    db.session.add(row)
    db.session.flush()
    if not row.passed:
        stop_use(actor, instrument, done_on, gettext("Kiểm tra giữa kỳ ngày %(day)s không đạt", day=done_on.strftime("%d/%m/%Y")))
    refresh(instrument)
    return row


def record_maintenance(
    actor: Actor, instrument: Instrument, *, done_on: date, what: str, verified_before_return: bool, note: str = "",
) -> Maintenance:
    """Record maintenance or repair (6.4.13 g, h), also one that became known late.

    Not verified before return: the instrument may not be used until a check, a calibration or a verified return proves it.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id = person_of(actor)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if not what.strip():
        raise FieldRefused("what", gettext("Ghi đã làm gì."))
    row = Maintenance(
        instrument_id=instrument.id, done_on=done_on, what=what.strip(), verified_before_return=verified_before_return,
        note=note.strip(), person_id=person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row
