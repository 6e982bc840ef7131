"""What a calibration certificate of the laboratory's own says about one of its instruments, taken over into the register (6.4.4, 6.5)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from instruments import queries
from instruments.models import Calibration, CalibrationStandard, Instrument
from instruments.rules.points import PointIn
from instruments.services.calibrations import record_calibration
from instruments.services.cycles import term_end
from lab_app.core.access import SystemActor
from lab_app.core.db import db
from lab_app.core.files import Attachment
from lab_app.core.permissions import P
from lab_app.metrology.decision import DecisionRule
from lab_app.metrology.periods import due_date

#: The program carrying out what a signatory decided; whoever calibrated, reviewed and signed stands on the certificate.
REPORTED = SystemActor("Giấy chứng nhận hiệu chuẩn nội bộ", frozenset({P.INSTRUMENT_WRITE}))
#: The interval of an instrument that has no cycle and was never calibrated before; whoever releases it sees the day it gives.
FIRST_INTERVAL_MONTHS = 12


@dataclass(frozen=True)
class ReportedCalibration:
    """A certificate of our own as the register keeps it. `standard_ids`: instruments the readings were made with; `points` in the
    units of the certificate; `passed`: whether the instrument, as it left, conforms at every point that was judged."""

    instrument_id: int
    certificate_no: str
    laboratory: str
    accreditation: str
    done_on: date
    certificate_date: date
    traceability: str
    passed: bool
    adjusted: bool
    conditions: str
    points: tuple[PointIn, ...]
    standard_ids: tuple[int, ...]
    rule: DecisionRule | None = None
    file_sha256: str = ""


def take_over(facts: ReportedCalibration) -> Calibration:
    """Record the certificate as an in-house calibration that waits for its evaluation and release (6.4.4); the same twice is one."""
    instrument = db.session.get_one(Instrument, facts.instrument_id)
    known = db.session.scalar(select(Calibration).where(
        Calibration.instrument_id == instrument.id, Calibration.certificate_no == facts.certificate_no))
    if known is not None:
        return known
    row = record_calibration(
        REPORTED, instrument, done_on=facts.done_on, due_on=_due(instrument, facts), certificate_no=facts.certificate_no,
        laboratory=facts.laboratory, laboratory_accreditation=facts.accreditation, traceability=facts.traceability,
        passed=facts.passed, certificate_date=facts.certificate_date, conditions=facts.conditions[:200], adjusted=facts.adjusted,
        kind="in_house", points=facts.points, rule=facts.rule,
    )
    for ident in facts.standard_ids:
        db.session.add(CalibrationStandard(calibration_id=row.id, instrument_id=ident))
    if facts.file_sha256:
        db.session.add(Attachment(
            subject_kind="calibration", subject_id=row.id, purpose="certificate", sha256=facts.file_sha256,
            filename=f"{facts.certificate_no.replace('/', '-')}.pdf", caption=facts.certificate_no))
    db.session.flush()
    return row


def _due(instrument: Instrument, facts: ReportedCalibration) -> date:
    """The first day it no longer covers: by the cycle, else by the interval of the calibration before, else a year."""
    months = None
    before = [c for c in queries.calibrations(instrument.id) if c.done_on < facts.done_on]
    if before:
        last = max(before, key=lambda c: c.done_on)
        months = max(1, round((last.due_on - last.done_on).days * 12 / 365.25))
    planned = term_end(instrument, "calibration", facts.done_on, facts.passed)
    return planned or due_date(facts.done_on, months or FIRST_INTERVAL_MONTHS)
