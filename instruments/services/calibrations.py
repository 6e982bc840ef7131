"""Calibrations: recorded, evaluated, released (6.4.4, 6.4.6, 6.5)."""
from __future__ import annotations

from datetime import date

from flask_babel import gettext

from instruments import queries, rules, workflow
from instruments.models import (
    Calibration,
    Instrument,
)
from instruments.services.standing import person_of, refresh, stop_use
from lab_app.core import clock, files, gates
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.permissions import P
from lab_app.metrology.periods import due_date

LONGEST_INTERVAL_MONTHS = 120


def record_calibration(
    actor: Actor, instrument: Instrument, *, done_on: date, certificate_no: str, laboratory: str, traceability: str,
    due_on: date | None = None, interval_months: int | None = None, laboratory_accreditation: str = "", passed: bool = True,
    evaluation: str = "", upload: Upload | None = None,
) -> Calibration:
    """Record a calibration with its certificate; it counts only from its release on (6.4.4).

    `due_on` is the first day on which the instrument may not be used; without it, `done_on` plus `interval_months` (calendar).
    Refuses a day to come, a due day not after the calibration, an unknown route of traceability, the same certificate twice.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if due_on is None:
        if interval_months is None or not 1 <= interval_months <= LONGEST_INTERVAL_MONTHS:
            raise FieldRefused("interval_months", gettext("Chu kỳ hiệu chuẩn: từ 1 đến 120 tháng."))
        due_on = due_date(done_on, interval_months)
    if due_on <= done_on:
        raise FieldRefused("due_on", gettext("Ngày đến hạn phải sau ngày hiệu chuẩn."))
    if traceability and traceability not in rules.TRACEABILITY:
        raise FieldRefused("traceability", gettext("Chọn đường liên kết chuẩn theo 6.5.2 hoặc 6.5.3."))
    if any(c.certificate_no == certificate_no for c in queries.calibrations(instrument.id)):
        raise FieldRefused("certificate_no", gettext("Giấy chứng nhận này đã ghi cho thiết bị."))
    row = Calibration(
        instrument_id=instrument.id, instrument=instrument, done_on=done_on, due_on=due_on, certificate_no=certificate_no,
        laboratory=laboratory, laboratory_accreditation=laboratory_accreditation, traceability=traceability, passed=passed,
        evaluation=evaluation.strip(),
    )
    db.session.add(row)
    db.session.flush()
    if upload is not None:
        files.attach(upload, "calibration", row.id, actor.id, purpose="certificate", caption=certificate_no)
    return row


def evaluate_calibration(actor: Actor, calibration: Calibration, *, evaluation: str, passed: bool) -> Calibration:
    """Write down the evaluation of a certificate against the intended use, before release (6.4.4)."""
    authorize(actor, P.INSTRUMENT_WRITE)
    if calibration.released_at is not None:
        raise FieldRefused("evaluation", gettext("Hiệu chuẩn này đã duyệt; đánh giá không sửa được nữa."))
    calibration.evaluation, calibration.passed = evaluation.strip(), passed
    db.session.flush()
    return calibration


def release_facts(calibration: Calibration) -> workflow.ReleaseFacts:
    """Facts of gate *calibration-evaluated*."""
    return workflow.ReleaseFacts(
        calibration.instrument.code, calibration.certificate_no, calibration.evaluation, calibration.traceability
    )


def release_calibration(actor: Actor, calibration: Calibration) -> Calibration:
    """Release an evaluated calibration: from now on it counts (6.4.4). A failed one takes the instrument out of service.

    Refused by gate *calibration-evaluated*. A failed one also sends `calibration_failed`, with the last good moment.
    """
    authorize(actor, P.INSTRUMENT_RELEASE)
    person_id = person_of(actor)
    if calibration.released_at is not None:
        raise FieldRefused("evaluation", gettext("Hiệu chuẩn này đã duyệt rồi."))
    gates.require("calibration-evaluated", release_facts(calibration))
    calibration.released_at, calibration.released_by_id = clock.now(), person_id
    db.session.flush()
    instrument = calibration.instrument
    if not calibration.passed:
        stop_use(actor, instrument, calibration.done_on, gettext(
            "Hiệu chuẩn %(no)s ngày %(day)s không đạt", no=calibration.certificate_no,
            day=calibration.done_on.strftime("%d/%m/%Y")))
    refresh(instrument)
    return calibration
