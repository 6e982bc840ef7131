"""Enter instruments in the register and change their entries (6.4.13)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from instruments import queries, rules
from instruments.models import FirmwareRecord, Instrument, InstrumentRange
from instruments.services.standing import refresh
from lab_app.accounts.models import Site
from lab_app.core import audit, clock, files, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit
from lab_app.quality.models import Room

#: What may be changed on the register entry itself; dated facts (firmware, states, members …) have services of their own.
CHANGEABLE = frozenset({
    "name_vi", "name_en", "maker", "type", "serial", "range_text", "uncertainty_text", "kind", "ownership", "owner", "pool", "room",
    "location", "acquired_on", "first_issued_on", "expires_on", "acceptance", "resource", "identity", "calibration_required",
    "no_calibration_reason", "check_interval_days", "check_name", "check_criterion",
})


def make_findable(row: Instrument) -> None:
    """Put what a person would look for into the search index."""
    search.put("instrument", row.id, row.code, row.name_vi, row.name_en, row.maker, row.type, row.serial, row.location, row.pool,
               row.owner)


def check_plan(calibration_required: bool, no_calibration_reason: str, interval: int, check_name: str, criterion: str) -> None:
    """Refuse a plan that lacks its reason (6.4.6) or its criterion (6.4.10)."""
    if not calibration_required and not no_calibration_reason.strip():
        raise FieldRefused("no_calibration_reason", gettext("Ghi vì sao thiết bị không cần hiệu chuẩn (6.4.6)."))
    if not 0 <= interval <= 3660:
        raise FieldRefused("check_interval_days", gettext("Chu kỳ kiểm tra giữa kỳ: từ 0 (không kiểm tra) đến 3660 ngày."))
    if interval and not check_name.strip():
        raise FieldRefused("check_name", gettext("Ghi kiểm tra giữa kỳ bằng gì."))
    if interval and not criterion.strip():
        raise FieldRefused("check_criterion", gettext("Ghi tiêu chí đạt của kiểm tra giữa kỳ."))


def _check_entry(row: Instrument) -> None:
    entry = rules.Entry(**{name: getattr(row, name) for name in rules.Entry.__dataclass_fields__})
    for field, says in rules.faults(entry, clock.today()):
        raise FieldRefused(field, says)


def _check_twin(row: Instrument, own_id: int | None = None) -> None:
    """One physical thing stands in the register once: the same maker, type and serial number is refused."""
    twin = queries.twin(row.maker, row.type, row.serial)
    if twin is not None and twin.id != own_id:
        raise FieldRefused("serial", gettext(
            "Thiết bị %(code)s đã có cùng hãng, kiểu và số máy này; một thiết bị chỉ ghi một lần.", code=twin.code))


def register_instrument(
    actor: Actor, *, name_vi: str, maker: str, type: str, serial: str, site: Site, code: str | None = None, name_en: str = "",
    firmware: str = "", firmware_verification: str = "", range_text: str = "", uncertainty_text: str = "", room: Room | None = None,
    location: str = "", kind: str = "instrument", ownership: str = "own", owner: str = "", pool: str = "",
    acquired_on: date | None = None, first_issued_on: date | None = None, expires_on: date | None = None, acceptance: str = "",
    resource: str = "", identity: str = "", calibration_required: bool = True, no_calibration_reason: str = "",
    check_interval_days: int = 0, check_name: str = "", check_criterion: str = "", ranges: Iterable[Mapping[str, Any]] = (),
) -> Instrument:
    """Enter an instrument in the register (6.4.13). It is not in service yet. A code is given once and never reused.

    `ranges`: `{"quantity", "low", "high", "unit", "u", "u_unit"}`, numbers as Decimals, in which it measures. What is wrong with the
    entry (`rules.faults`), a code in use and a maker, type and serial number in use are refused by field.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    check_plan(calibration_required, no_calibration_reason, check_interval_days, check_name, check_criterion)
    if room is not None and room.site_id != site.id:
        raise FieldRefused("room", gettext("Phòng này thuộc cơ sở khác."))
    row = Instrument(
        code="", name_vi=name_vi, name_en=name_en, maker=maker.strip(), type=type.strip(), serial=serial.strip(),
        firmware=firmware.strip(), range_text=range_text, uncertainty_text=uncertainty_text, site_id=site.id, site=site, room=room,
        room_id=room.id if room else None, location=location, kind=kind, ownership=ownership, owner=owner.strip(), pool=pool.strip(),
        acquired_on=acquired_on, first_issued_on=first_issued_on, expires_on=expires_on, acceptance=acceptance.strip(),
        resource=resource.strip(), identity=identity.strip(), calibration_required=calibration_required,
        no_calibration_reason=no_calibration_reason.strip(), check_interval_days=check_interval_days,
        check_name=check_name.strip(), check_criterion=check_criterion.strip(),
        checks_from=clock.today() if check_interval_days else None,
    )
    with db.session.no_autoflush:
        _check_entry(row)
        _check_twin(row)
        row.code = _new_code(code)
    db.session.add(row)
    db.session.flush()
    if row.firmware and actor.id is not None:
        db.session.add(FirmwareRecord(
            instrument_id=row.id, firmware=row.firmware, effective_at=clock.now(), verification=firmware_verification.strip(),
            person_id=actor.id,
        ))
    add_ranges(row, ranges)
    refresh(row)
    make_findable(row)
    return row


def _new_code(code: str | None) -> str:
    """The code asked for, or the next one; a number asked for moves the counter on, so that none is given twice."""
    code = (code or "").strip() or f"EQ-{numbering.next_value('EQ'):03d}"
    if queries.by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã thiết bị này đã dùng; mã không bao giờ dùng lại."))
    number = code.removeprefix("EQ-")
    if code.startswith("EQ-") and number.isascii() and number.isdigit():
        numbering.at_least("EQ", int(number))
    return code


def add_ranges(row: Instrument, ranges: Iterable[Mapping[str, Any]]) -> None:
    """Write what an instrument measures; units and quantities known, spans the right way round, U above zero."""
    for part in ranges:
        try:
            unit = find_unit(str(part["unit"])).symbol
            u_unit = find_unit(str(part["u_unit"])).symbol if part.get("u_unit") else ""
        except MetrologyError as error:
            raise FieldRefused("ranges", gettext("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error
        if part["quantity"] not in rules.QUANTITIES:
            raise FieldRefused("ranges", gettext("Không biết đại lượng “%(quantity)s”.", quantity=part["quantity"]))
        if part["high"] < part["low"]:
            raise FieldRefused("ranges", gettext("Dải đo: đầu trên nhỏ hơn đầu dưới."))
        if part.get("u") is not None and part["u"] <= 0:
            raise FieldRefused("ranges", gettext("Độ không đảm bảo phải lớn hơn 0."))
        db.session.add(InstrumentRange(
            instrument_id=row.id, quantity=part["quantity"], low=part["low"], high=part["high"], unit=unit,
            u=part.get("u"), u_unit=u_unit,
        ))
    db.session.flush()


def set_ranges(actor: Actor, instrument: Instrument, ranges: Iterable[Mapping[str, Any]], reason: str) -> Instrument:
    """Replace the measuring ranges (after a calibration said otherwise); the old ones stay in the trail."""
    authorize(actor, P.INSTRUMENT_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    with audit.reason(reason):
        for old in list(instrument.ranges):
            db.session.delete(old)
        db.session.flush()
        add_ranges(instrument, ranges)
    db.session.expire(instrument, ["ranges"])
    return instrument


def change_instrument(actor: Actor, instrument: Instrument, *, reason: str, **changes: Any) -> Instrument:
    """Change the register entry with a reason. Planning intermediate checks anew counts from today on, not backwards.

    Refuses what has an act of its own (firmware, states), and a change of kind that would leave a system's parts hanging.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise FieldRefused(sorted(unknown)[0], gettext("Mục này không sửa ở đây được."))
    before, kind = instrument.check_interval_days, instrument.kind
    if changes.get("kind", kind) != kind and kind == queries.SYSTEM and queries.membership_history(instrument.id):
        raise FieldRefused("kind", gettext("Hệ đo này đã có thành phần; loại không đổi được nữa."))
    room = changes.get("room")
    if room is not None and room.site_id != instrument.site_id:
        raise FieldRefused("room", gettext("Phòng này thuộc cơ sở khác."))
    with audit.reason(reason):
        with db.session.no_autoflush:
            for name, value in changes.items():
                setattr(instrument, name, value.strip() if isinstance(value, str) else value)
            check_plan(instrument.calibration_required, instrument.no_calibration_reason, instrument.check_interval_days,
                       instrument.check_name, instrument.check_criterion)
            _check_entry(instrument)
            if {"maker", "type", "serial"} & set(changes):
                _check_twin(instrument, instrument.id)
        if not before and instrument.check_interval_days:
            instrument.checks_from = clock.today()
        db.session.flush()
    refresh(instrument)
    make_findable(instrument)
    return instrument


def attach_file(actor: Actor, instrument: Instrument, upload: Upload, caption: str = "", purpose: str = "document") -> None:
    """Hang a document (manual, photo, acceptance record) on an instrument. `purpose`: document or photo."""
    authorize(actor, P.INSTRUMENT_WRITE)
    if purpose == "photo" and upload.media_type not in files.IMAGES:
        raise FieldRefused("file", gettext("Ảnh: chọn tệp JPEG, PNG hoặc WebP."))
    files.attach(upload, "instrument", instrument.id, actor.id, purpose=purpose, caption=caption)
