"""What firmware or software version an instrument runs: a dated act with a reason, verified before results rest on it
(6.4.13 a, 6.4.4, 7.11.2)."""
from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from instruments import queries
from instruments.models import FirmwareRecord, Instrument
from instruments.services.standing import refresh
from lab_app.core import audit, clock
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P

#: Fits the column; a longer text is a description, not a version.
LONGEST = 60


def record_firmware(
    actor: Actor, instrument: Instrument, firmware: str, effective_at: datetime, *, reason: str, verification: str = "",
) -> FirmwareRecord:
    """Another firmware from a moment on, or the proof that the present one works (the same firmware, with a verification).

    It may become known later than it happened: the record keeps both times. Refuses an empty or over-long version, a moment to come or
    before the instrument stood in the register, a missing reason, and a record that says nothing new. Without `verification` the
    instrument may not be used until one is recorded.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id = person_of(actor)
    firmware, verification = firmware.strip(), verification.strip()
    if not firmware:
        raise FieldRefused("firmware", gettext("Cần điền mục này."))
    if len(firmware) > LONGEST:
        raise FieldRefused("firmware", gettext("Tối đa %(max)d ký tự.", max=LONGEST))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if effective_at > clock.now():
        raise FieldRefused("effective_at", gettext("Thời điểm này ở tương lai."))
    if effective_at < clock.at_local(clock.local(instrument.recorded_at).date()):
        raise FieldRefused("effective_at", gettext("Trước ngày thiết bị vào danh mục."))
    before = next((row for row in queries.firmware_history(instrument.id) if row.effective_at <= effective_at), None)
    if before is not None and before.firmware == firmware and (before.verification or not verification):
        raise FieldRefused("firmware", gettext("Thiết bị đang chạy firmware này; không có gì để ghi."))
    with audit.reason(reason):
        row = FirmwareRecord(
            instrument_id=instrument.id, firmware=firmware, effective_at=effective_at, verification=verification, person_id=person_id,
        )
        db.session.add(row)
        db.session.flush()
        instrument.firmware = queries.firmware_history(instrument.id)[0].firmware
        db.session.flush()
    refresh(instrument)
    return row
