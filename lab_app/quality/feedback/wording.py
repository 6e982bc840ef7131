"""Words of feedback in histories."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.quality.feedback import rules


def say() -> None:
    """Name the records and their fields."""
    history.say_kinds({
        "feedback": _l("Phản hồi của khách hàng"), "feedback-request": _l("Lần hỏi ý kiến khách hàng"),
        "feedback-analysis": _l("Phân tích phản hồi"),
    })
    history.say_fields("feedback", {
        "way": _l("Nhận bằng"), "subject_code": _l("Về phiếu"), "subject_kind": _l("Loại hồ sơ"), "customer_name": _l("Khách hàng"),
        "satisfaction": _l("Hài lòng"), "timeliness": _l("Đúng hẹn"), "recommend": _l("Giới thiệu"), "words": _l("Nhận xét"),
        "month": _l("Tháng"), "event_code": _l("Sự việc đã mở"), "answered_at": _l("Trả lời lúc"), "answered_key": _l("Lời mời"),
        "recorded_at": _l("Ghi lúc"), "customer_id": _l("Khóa khách hàng"), "subject_id": _l("Khóa hồ sơ")})
    history.say_fields("feedback-request", {
        "subject_code": _l("Về phiếu"), "customer_name": _l("Khách hàng"), "to_address": _l("Gửi tới"), "asked_at": _l("Hỏi lúc"),
        "month": _l("Tháng"), "customer_id": _l("Khóa khách hàng"), "subject_kind": _l("Loại hồ sơ"), "subject_id": _l("Khóa hồ sơ")})
    history.say_fields("feedback-analysis", {
        "since": _l("Từ ngày"), "until": _l("Đến ngày"), "figures": _l("Con số"), "findings": _l("Nhận định"), "use": _l("Việc sẽ làm"),
        "recorded_at": _l("Ghi lúc")})
    history.say_values("feedback", "way", dict(rules.WAYS))
