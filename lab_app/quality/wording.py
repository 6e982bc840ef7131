"""Words of the room, as a person reads them."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.core.gates import Basis
from lab_app.quality import rules, workflow

TONE_WORDS = {"ok": _l("Có hồ sơ"), "warn": _l("Cần xem"), "bad": _l("Có lỗ hổng"), "hold": _l("Chưa đánh giá")}
FIGURE_WORDS = {"ok": _l("Ổn"), "warn": _l("Cần xem"), "bad": _l("Phải xử lý"), "hold": _l("Để biết")}
BASIS_WORDS = {
    Basis.STANDARD: _l("tiêu chuẩn"), Basis.REGULATION: _l("quy định pháp luật"), Basis.LABORATORY: _l("quy định của phòng"),
}


def say() -> None:
    """Name this room's records and fields for histories."""
    history.say_kinds({
        "room": _l("Phòng"), "environment": _l("Bản ghi môi trường"), "supplier": _l("Nhà cung cấp"),
        "supplier-approval": _l("Phê duyệt nhà cung cấp"),
    })
    history.say_fields("room", {"name_vi": _l("Tên"), "name_en": _l("Tên tiếng Anh"), "watched": _l("Có bộ ghi theo dõi")})
    history.say_fields("environment", {
        "from_at": _l("Từ lúc"), "to_at": _l("Đến lúc"), "t_low": _l("Nhiệt độ thấp nhất"), "t_high": _l("Nhiệt độ cao nhất"),
        "rh_low": _l("Độ ẩm thấp nhất"), "rh_high": _l("Độ ẩm cao nhất"), "extra": _l("Đại lượng khác"),
        "sensor_code": _l("Thiết bị đo"), "supply_V": _l("Điện áp nguồn, V"), "setpoints_C": _l("Điểm đặt, °C"),
        "deviation_C": _l("Độ lệch, °C"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("supplier", {
        "name": _l("Tên nhà cung cấp"), "name_en": _l("Tên tiếng Anh"), "contact": _l("Liên hệ"),
        "accreditation": _l("Số công nhận, chứng nhận"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("supplier-approval", {
        "service": _l("Dịch vụ"), "scope": _l("Phạm vi"), "basis": _l("Căn cứ"), "valid_from": _l("Từ ngày"),
        "until": _l("Đến trước ngày"), "ended_on": _l("Kết thúc từ ngày"), "ended_recorded_at": _l("Ghi kết thúc lúc"),
        "end_reason": _l("Lý do kết thúc"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("supplier-approval", "service", rules.SUPPLIER_SERVICES)
    history.say_kinds({"nonconformity": _l("Công việc không phù hợp")})
    history.say_fields("nonconformity", {
        "title": _l("Việc không phù hợp"), "description": _l("Mô tả"), "found_on": _l("Ngày phát hiện"), "source": _l("Nguồn"),
        "subject_code": _l("Liên quan tới"), "subject_kind": _l("Loại hồ sơ liên quan"), "recorded_at": _l("Ghi lúc"),
        "closed_at": _l("Đóng lúc"), **{name: question for name, (_letter, question) in workflow.PARTS.items()},
    })
    history.say_values("nonconformity", "status", {s.code: s.word for s in workflow.NONCONFORMITY.states})
    history.say_values("nonconformity", "source", dict(workflow.SOURCES))
