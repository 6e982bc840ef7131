"""Words of environment for histories, as a person reads them."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.quality.environment import rules, workflow

WAYS = {"push": _l("bộ ghi tự gửi"), "file": _l("tệp CSV")}


def say() -> None:
    """Name the records and fields for histories."""
    history.say_kinds({
        "room-limit": _l("Giới hạn môi trường"), "environment-logger": _l("Bộ ghi môi trường"), "environment-channel": _l("Kênh đo"),
        "environment-intake": _l("Lần nhận số liệu"), "environment-excursion": _l("Lần vượt giới hạn"),
    })
    words = {code: known.word for code, known in rules.QUANTITIES.items()}
    history.say_fields("room-limit", {
        "quantity": _l("Đại lượng"), "low": _l("Giới hạn dưới"), "high": _l("Giới hạn trên"), "basis": _l("Căn cứ"),
        "from_at": _l("Áp dụng từ"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("room-limit", "quantity", words)
    history.say_fields("environment-logger", {
        "name": _l("Tên"), "instrument_code": _l("Thiết bị trong danh mục"), "interval_minutes": _l("Chu kỳ ghi, phút"),
        "most_gap_minutes": _l("Khoảng trống dài nhất, phút"), "note": _l("Ghi chú"), "token_sha256": _l("Mã gửi số liệu"),
        "token_made_at": _l("Cấp mã lúc"), "token_revoked_at": _l("Thu hồi mã lúc"), "retired_at": _l("Thôi dùng từ"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("environment-channel", {
        "name": _l("Tên kênh"), "quantity": _l("Đại lượng"), "decimals": _l("Số chữ số thập phân"), "from_at": _l("Từ lúc"),
        "ended_at": _l("Kết thúc lúc"), "end_reason": _l("Lý do kết thúc"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("environment-channel", "quantity", words)
    history.say_fields("environment-intake", {
        "way": _l("Cách nhận"), "filename": _l("Tên tệp"), "sha256": _l("SHA-256"), "taken": _l("Số đọc đã nhận"),
        "left_out": _l("Chỗ bị bỏ"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("environment-intake", "way", WAYS)
    history.say_fields("environment-excursion", {
        "quantity": _l("Đại lượng"), "last_good_at": _l("Lần cuối còn trong giới hạn"), "began_at": _l("Bắt đầu vượt"),
        "last_outside_at": _l("Lần cuối còn vượt"), "ended_at": _l("Về trong giới hạn"), "lowest": _l("Thấp nhất"),
        "highest": _l("Cao nhất"), "decision": _l("Quyết định"), "assessment": _l("Đánh giá"),
        "results_touched": _l("Số kết quả liên quan"), "assessed_at": _l("Đánh giá lúc"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("environment-excursion", "quantity", words)
    history.say_values("environment-excursion", "status", {s.code: s.word for s in workflow.EXCURSION.states})
    history.say_values("environment-excursion", "decision", workflow.DECISIONS)
