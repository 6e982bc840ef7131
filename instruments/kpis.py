"""The room's figure: whether instruments are calibrated before they fall due (ISO 9001 6.2, 9.1.1)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case, select
from sqlalchemy.orm import aliased

from instruments.models import Calibration, Instrument
from instruments.workflow import RETIRED
from lab_app.core import clock, kpi
from lab_app.core.kpi import Kpi


def on_time(spans: Sequence[date]) -> Select[tuple[int, int, int]]:
    """Of the calibrations that ran out in a month (until today): those that a newer one had followed by then. A calibration released
    and not superseded counts; one that a later calibration of the same day or before its end replaced is kept, not late."""
    newer = aliased(Calibration)
    followed = select(newer.id).where(
        newer.instrument_id == Calibration.instrument_id, newer.done_on > Calibration.done_on, newer.done_on < Calibration.due_on,
        newer.released_at.is_not(None)).exists()
    working = select(Instrument.id).where(Instrument.id == Calibration.instrument_id, Instrument.state != RETIRED.code).exists()
    return kpi.by_month(
        Calibration.due_on, spans, case((followed, 1), else_=0), Calibration.released_at.is_not(None),
        Calibration.due_on <= clock.today(), working)


def register() -> None:
    """Offer it to objectives."""
    kpi.register(Kpi(
        "calibration-on-time", _l("Hiệu chuẩn đúng hạn"), "rate", "high", on_time, unit="%",
        note=_l("Lần hiệu chuẩn hết hạn trong tháng đã có lần mới trước đó; không tính thiết bị đã thanh lý."),
        endpoint="instruments.instruments", clauses=("6.4.7", "9001:9.1.1"), order=40,
    ))
