"""What the room shows an assessor: the register, calibrations, checks, maintenance (6.4, 6.5)."""
from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from instruments import workflow
from instruments.models import (
    Calibration,
    CalibrationOrder,
    CalibrationPoint,
    Cycle,
    CycleEvent,
    Extension,
    FactorSet,
    Instrument,
    InstrumentState,
    IntermediateCheck,
    Maintenance,
)
from lab_app.core import clock, evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any


def _overdue() -> Select[Any]:
    """In service by its state, and yet calibration or check no longer covers today."""
    return how_many(Instrument, Instrument.state == workflow.IN_SERVICE.code, Instrument.unusable_from <= clock.today())


def offer() -> None:
    """Register evidence and figures with the kernel."""
    for clause, name, model, conditions in (
        ("6.4.13", _l("Danh mục thiết bị"), Instrument, ()),
        ("6.4.4", _l("Lần đưa vào sử dụng có kiểm tra xác nhận"), InstrumentState, (InstrumentState.verification != "",)),
        ("6.4.6", _l("Lần hiệu chuẩn"), Calibration, ()),
        ("6.4.10", _l("Lần kiểm tra giữa kỳ"), IntermediateCheck, ()),
        ("6.4.11", _l("Bảng hệ số hiệu chính"), FactorSet, ()),
        ("6.4.3", _l("Lần bảo trì, sửa chữa"), Maintenance, ()),
        ("6.4.3", _l("Bảo trì, kiểm tra an toàn, xác nhận địa điểm theo chu kỳ"), CycleEvent, ()),
        ("6.4.7", _l("Quyết định về chu kỳ"), Cycle, ()),
        ("6.4.6", _l("Quyết định gia hạn trước ngày đến hạn"), Extension, ()),
        ("6.5.1", _l("Điểm hiệu chuẩn với sai số và U"), CalibrationPoint, ()),
        ("6.6.3", _l("Đơn hiệu chuẩn gửi nhà cung cấp"), CalibrationOrder, (CalibrationOrder.provider_id.is_not(None),)),
        ("6.5.2", _l("Hiệu chuẩn nêu liên kết chuẩn đo lường"), Calibration, (Calibration.traceability != "",)),
    ):
        evidence.offer(clause, name, "instruments.instruments", evidence.records(model, *conditions))
    indicators.register(Indicator(
        "instruments-overdue", _l("Thiết bị quá hạn hiệu chuẩn hoặc kiểm tra"), _overdue, bad_when_any, "instruments.instruments",
        {"due": "over"}, clauses=("6.4.6", "6.4.10"), note=_l("đang để trạng thái sử dụng"), order=20,
    ))
    indicators.register(Indicator(
        "calibrations-waiting", _l("Hiệu chuẩn chờ đánh giá, duyệt"),
        partial(how_many, Calibration, Calibration.released_at.is_(None)), warn_when_any, "instruments.instruments",
        {"due": "waiting"}, clauses=("6.4.4",), order=30,
    ))
