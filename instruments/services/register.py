"""Enter instruments in the register and change their entries (6.4.13)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext

from instruments import queries, rules
from instruments.models import (
    Instrument,
    InstrumentRange,
)
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

#: What may be changed on the register entry itself; dated facts have services of their own.
CHANGEABLE = frozenset({
    "name_vi", "name_en", "maker", "type", "serial", "firmware", "range_text", "uncertainty_text", "ownership", "room",
    "location", "calibration_required", "no_calibration_reason", "check_interval_days", "check_name", "check_criterion",
})


def make_findable(row: Instrument) -> None:
    search.put("instrument", row.id, row.code, row.name_vi, row.name_en, row.maker, row.type, row.serial, row.location)


def _check_plan(calibration_required: bool, no_calibration_reason: str, interval: int, check_name: str, criterion: str) -> None:
    if not calibration_required and not no_calibration_reason.strip():
        raise FieldRefused("no_calibration_reason", gettext("Ghi vì sao thiết bị không cần hiệu chuẩn (6.4.6)."))
    if not 0 <= interval <= 3660:
        raise FieldRefused("check_interval_days", gettext("Chu kỳ kiểm tra giữa kỳ: từ 0 (không kiểm tra) đến 3660 ngày."))
    if interval and not check_name.strip():
        raise FieldRefused("check_name", gettext("Ghi kiểm tra giữa kỳ bằng gì."))
    if interval and not criterion.strip():
        raise FieldRefused("check_criterion", gettext("Ghi tiêu chí đạt của kiểm tra giữa kỳ."))


def register_instrument(
    actor: Actor, *, name_vi: str, maker: str, type: str, serial: str, site: Site, code: str | None = None, name_en: str = "",
    firmware: str = "", range_text: str = "", uncertainty_text: str = "", room: Room | None = None, location: str = "",
    ownership: str = "own", calibration_required: bool = True, no_calibration_reason: str = "", check_interval_days: int = 0,
    check_name: str = "", check_criterion: str = "", ranges: Iterable[Mapping[str, Any]] = (),
) -> Instrument:
    """Enter an instrument in the register (6.4.13). It is not in service yet. A code is given once and never reused.

    `ranges`: `{"quantity", "low", "high", "unit", "u", "u_unit"}`, numbers as Decimals, in which it measures.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    _check_plan(calibration_required, no_calibration_reason, check_interval_days, check_name, check_criterion)
    if room is not None and room.site_id != site.id:
        raise FieldRefused("room", gettext("Phòng này thuộc cơ sở khác."))
    code = (code or "").strip() or f"EQ-{numbering.next_value('EQ'):03d}"
    if queries.by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã thiết bị này đã dùng; mã không bao giờ dùng lại."))
    number = code.removeprefix("EQ-")
    if code.startswith("EQ-") and number.isascii() and number.isdigit():
        numbering.at_least("EQ", int(number))
    row = Instrument(
        code=code, name_vi=name_vi, name_en=name_en, maker=maker, type=type, serial=serial, firmware=firmware,
        range_text=range_text, uncertainty_text=uncertainty_text, site_id=site.id, site=site, room=room,
        room_id=room.id if room else None, location=location, ownership=ownership, calibration_required=calibration_required,
        no_calibration_reason=no_calibration_reason.strip(), check_interval_days=check_interval_days,
        check_name=check_name.strip(), check_criterion=check_criterion.strip(),
        checks_from=clock.today() if check_interval_days else None,
    )
    db.session.add(row)
    db.session.flush()
    _add_ranges(row, ranges)
    refresh(row)
    make_findable(row)
    return row


def _add_ranges(row: Instrument, ranges: Iterable[Mapping[str, Any]]) -> None:
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
        _add_ranges(instrument, ranges)
    db.session.expire(instrument, ["ranges"])
    return instrument


def change_instrument(actor: Actor, instrument: Instrument, *, reason: str, **changes: Any) -> Instrument:
    """Change the register entry with a reason. Planning intermediate checks anew counts from today on, not backwards."""
    authorize(actor, P.INSTRUMENT_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise FieldRefused(sorted(unknown)[0], gettext("Mục này không sửa ở đây được."))
    before = instrument.check_interval_days
    with audit.reason(reason):
        for name, value in changes.items():
            setattr(instrument, name, value)
        _check_plan(instrument.calibration_required, instrument.no_calibration_reason, instrument.check_interval_days,
                    instrument.check_name, instrument.check_criterion)
        if not before and instrument.check_interval_days:
            instrument.checks_from = clock.today()
    refresh(instrument)
    make_findable(instrument)
    return instrument


def attach_file(actor: Actor, instrument: Instrument, upload: Upload, caption: str = "") -> None:
    """Hang a document (manual, photo, certificate) on an instrument."""
    authorize(actor, P.INSTRUMENT_WRITE)
    files.attach(upload, "instrument", instrument.id, actor.id, purpose="document", caption=caption)
