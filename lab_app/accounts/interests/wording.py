"""Words of undertakings, interests, pressure and appointments, for histories and pages."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.accounts.interests import rules
from lab_app.accounts.interests.workflow import PRESSURE
from lab_app.core import history
from lab_app.core.permissions import P
from lab_app.core.workflow import State

#: How a person's undertaking stands at the entrance.
UNDERTAKING_STATES = {
    "given": State("given", _l("Đã có"), "ok"), "again": State("again", _l("Cần ký bản mới"), "warn"),
    "none": State("none", _l("Chưa có, chưa vào được"), "bad", "lock-fill"),
}
#: How a yearly declaration stands (rules.declaration_state).
DECLARATION_STATES = {
    "ok": State("ok", _l("Đúng hạn"), "ok"), "soon": State("soon", _l("Sắp đến hạn"), "warn"),
    "overdue": State("overdue", _l("Quá hạn"), "bad"), "none": State("none", _l("Chưa đến lượt"), "hold"),
}
OFFICE_STATES = {
    "held": State("held", _l("Đang giữ"), "ok"), "future": State("future", _l("Chưa bắt đầu"), "info"),
    "past": State("past", _l("Đã thôi"), "hold"),
}
INTEREST_STATES = {
    True: State("standing", _l("Đang có"), "warn"), False: State("ended", _l("Đã hết"), "hold"),
}


def say() -> None:
    """Name these records and their fields for histories."""
    history.say_kinds({
        "undertaking-text": _l("Bản cam kết bảo mật"), "undertaking": _l("Cam kết bảo mật"), "interest": _l("Lợi ích đã khai"),
        "interest-declaration": _l("Khai lợi ích hằng năm"), "pressure-incident": _l("Sức ép được báo"),
        "appointment": _l("Bổ nhiệm"),
    })
    history.say_fields("undertaking-text", {
        "edition": _l("Lần ban hành"), "text_vi": _l("Nội dung"), "text_en": _l("Nội dung tiếng Anh"), "sha256": "SHA-256",
        "change": _l("Điều thay đổi"), "sign_by": _l("Ký lại trước khi hết ngày"), "written_by_id": _l("Người ban hành"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("undertaking", {
        "edition": _l("Lần ban hành"), "text_sha256": _l("SHA-256 của nội dung"), "way": _l("Cách cam kết"), "given_on": _l("Ngày ký"),
        "filed_by_id": _l("Người lưu"), "note": _l("Ghi chú"), "recorded_at": _l("Ghi lúc"), "person_id": _l("Người cam kết"),
    })
    history.say_values("undertaking", "way", rules.WAYS)
    history.say_fields("interest", {
        "party_kind": _l("Loại bên liên quan"), "party_code": _l("Mã khách hàng"), "party_name": _l("Bên liên quan"),
        "party_key": _l("Tên để đối chiếu"), "nature": _l("Lợi ích"), "description": _l("Nội dung"), "since": _l("Từ ngày"),
        "recorded_by_id": _l("Người ghi"), "recorded_at": _l("Ghi lúc"), "ended_on": _l("Hết từ ngày"),
        "ended_recorded_at": _l("Ghi hết lúc"), "ended_by_id": _l("Người ghi hết"), "ended_reason": _l("Căn cứ ghi hết"),
        "person_id": _l("Người khai"),
    })
    history.say_values("interest", "party_kind", rules.PARTIES)
    history.say_values("interest", "nature", rules.NATURES)
    history.withhold("interest", P.QUALITY_WRITE)  # what was said in detail is for who keeps the quality records
    history.say_fields("interest-declaration", {
        "declared_on": _l("Ngày khai"), "interests": _l("Số lợi ích đã khai"), "recorded_at": _l("Ghi lúc"), "person_id": _l("Người khai"),
    })
    history.say_fields("pressure-incident", {
        "nature": _l("Loại sức ép"), "happened_on": _l("Xảy ra ngày"), "from_whom": _l("Từ ai"), "about": _l("Về việc, hồ sơ"),
        "what": _l("Sự việc"), "confidential": _l("Giữ kín người báo"), "status": _l("Tình trạng"), "answer": _l("Cách xử lý"),
        "answered_by_id": _l("Người xử lý"), "answered_at": _l("Xử lý lúc"), "reported_by_id": _l("Người báo"),
        "recorded_at": _l("Ghi lúc"), "code": _l("Mã"),
    })
    history.say_values("pressure-incident", "nature", rules.PRESSURES)
    history.say_values("pressure-incident", "status", {state.code: state.word for state in PRESSURE.states})
    history.say_fields("appointment", {
        "function": _l("Chức vụ"), "person_id": _l("Người được bổ nhiệm"), "decision_no": _l("Quyết định số"),
        "decided_on": _l("Ngày quyết định"), "valid_from": _l("Từ ngày"), "valid_to": _l("Đến ngày"), "note": _l("Ghi chú"),
        "recorded_by_id": _l("Người ghi"), "recorded_at": _l("Ghi lúc"), "ended_from": _l("Thôi giữ từ ngày"),
        "ended_recorded_at": _l("Ghi thôi giữ lúc"), "ended_reason": _l("Lý do thôi giữ"),
    })
    history.say_values("appointment", "function", rules.FUNCTIONS)
    history.say_fields("person", {"undertaking_until": _l("Cam kết còn hiệu lực đến hết ngày")})
