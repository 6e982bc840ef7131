"""Use cases about rooms and their environment (6.3)."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.models import Site
from lab_app.core import audit, clock, events, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality.environment import sensors
from lab_app.quality.models import EnvironmentRecord, Room

#: What no room on Earth shows: a misplaced decimal mark is stopped here.
T_RANGE = (Decimal(-90), Decimal(200))
RH_RANGE = (Decimal(0), Decimal(100))


def add_room(actor: Actor, code: str, name_vi: str, name_en: str, site: Site) -> Room:
    """A room or chamber where work is done (6.3.1)."""
    authorize(actor, P.LABORATORY_WRITE)
    for field, value in (("code", code), ("name_vi", name_vi)):
        if not value.strip():
            raise FieldRefused(field, gettext("Cần điền mục này."))
    if db.session.scalar(select(Room.id).where(Room.code == code.strip())) is not None:
        raise FieldRefused("code", gettext("Mã phòng này đã dùng."))
    row = Room(code=code.strip(), name_vi=name_vi.strip(), name_en=name_en.strip(), site_id=site.id)
    db.session.add(row)
    db.session.flush()
    search.put("room", row.id, row.code, row.name_vi, row.name_en)
    return row


def _span(name: str, low: Decimal | None, high: Decimal | None, bounds: tuple[Decimal, Decimal]) -> None:
    for field, value in ((f"{name}_low", low), (f"{name}_high", high)):
        if value is not None and not bounds[0] <= value <= bounds[1]:
            raise FieldRefused(field, gettext("Giá trị ngoài khoảng có thể xảy ra; kiểm tra dấu phẩy."))
    if low is not None and high is not None and high < low:
        raise FieldRefused(f"{name}_high", gettext("Giá trị cao nhất nhỏ hơn giá trị thấp nhất."))


def record_environment(
    actor: Actor, room: Room, *, from_at: datetime, to_at: datetime, t_low: Decimal | None = None, t_high: Decimal | None = None,
    rh_low: Decimal | None = None, rh_high: Decimal | None = None, sensor_code: str = "", extra: Mapping[str, Any] | None = None,
    note: str = "", code: str | None = None,
) -> EnvironmentRecord:
    """Record the conditions of a room over a span (6.3.3): °C, %RH, the sensor read. Refuses reversed or future times, an
    empty record, values no room can have."""
    authorize(actor, P.ENVIRONMENT_WRITE)
    if to_at < from_at:
        raise FieldRefused("to_at", gettext("Kết thúc trước lúc bắt đầu."))
    if to_at > clock.now():
        raise FieldRefused("to_at", gettext("Thời điểm này ở tương lai."))
    _span("t", t_low, t_high, T_RANGE)
    _span("rh", rh_low, rh_high, RH_RANGE)
    if t_low is None and t_high is None and rh_low is None and rh_high is None and not extra:
        raise FieldRefused("t_low", gettext("Cần ít nhất nhiệt độ hoặc độ ẩm."))
    if not sensor_code.strip():
        raise FieldRefused("sensor_code", gettext("Cần ghi thiết bị đo môi trường đã đọc."))
    _believable(sensor_code.strip(), to_at)
    if code is None:
        stamp = clock.local(from_at).strftime("%y%m%d")
        code = f"MT{stamp}-{numbering.next_value(f'environment/{stamp}'):02d}"
    row = EnvironmentRecord(
        code=code, room_id=room.id, from_at=from_at, to_at=to_at, t_low=t_low, t_high=t_high, rh_low=rh_low, rh_high=rh_high,
        sensor_code=sensor_code.strip(), extra=dict(extra or {}), note=note, recorded_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    search.put("environment", row.id, row.code, room.name_vi, row.sensor_code)
    events.environment_recorded.send("quality", record=row, actor=actor)
    return row


def _believable(sensor_code: str, at: datetime) -> None:
    """An instrument of the register must have been fit when it was read (6.3.3, 6.4.4); a sensor that is not in it is taken as written."""
    found = sensors.sensors_at([sensor_code], at, clock.now()).get(sensor_code)
    if found is not None and found.unfit:
        raise FieldRefused("sensor_code", gettext("%(code)s không dùng được lúc đó: %(why)s", code=sensor_code, why=found.unfit[0]))


def correct_environment(actor: Actor, row: EnvironmentRecord, reason: str, **facts: Any) -> EnvironmentRecord:
    """A corrected record beside the old one, which stays (7.5.2). Refuses a record that was corrected already."""
    authorize(actor, P.ENVIRONMENT_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if db.session.scalar(select(EnvironmentRecord.id).where(EnvironmentRecord.replaces_id == row.id)) is not None:
        raise Refused(gettext("Bản ghi này đã được sửa rồi; sửa tiếp trên bản mới nhất."))
    audit.because(reason.strip())
    values = {
        name: facts.get(name, getattr(row, name))
        for name in ("from_at", "to_at", "t_low", "t_high", "rh_low", "rh_high", "sensor_code", "extra", "note")
    }
    new = record_environment(actor, row.room, **values)
    new.replaces_id, new.reason = row.id, reason.strip()
    db.session.flush()
    return new
