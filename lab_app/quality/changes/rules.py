"""Pure words of planned changes: what is asked before one is approved (ISO 9001 6.3, 5.7 b)."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

KINDS: dict[str, Any] = {
    "organisation": _l("Tổ chức, nhân sự chủ chốt"), "premises": _l("Địa điểm, phòng đo"), "equipment": _l("Thiết bị, hệ thống đo"),
    "method": _l("Phương pháp, phạm vi công nhận"), "software": _l("Phần mềm, hệ thống thông tin"),
    "provider": _l("Nhà cung cấp bên ngoài"),
    "document": _l("Tài liệu của hệ thống"), "other": _l("Khác"),
}
#: Each is answered before approval; what is not touched is said to be so.
IMPACTS: dict[str, Any] = {
    "consequences": _l("Hậu quả có thể có, kể cả điều không mong muốn"),
    "integrity": _l("Tính toàn vẹn của hệ thống quản lý trong lúc thay đổi: tài liệu, hồ sơ, việc đang làm"),
    "results": _l("Giá trị sử dụng của kết quả: phương pháp, thiết bị, môi trường, xác nhận lại"),
    "impartiality": _l("Tính khách quan và bảo mật"),
    "scope": _l("Phạm vi công nhận, chỉ định: có phải báo BoA, cơ quan quản lý không"),
    "resources": _l("Nguồn lực cần và đã có: người, tiền, thời gian"),
    "duties": _l("Trách nhiệm, quyền hạn giao lại cho ai; trao quyền và đào tạo lại"),
    "customers": _l("Khách hàng: việc đang làm, thời hạn đã hẹn, ai phải được báo"),
    "data": _l("Dữ liệu: chuyển sang, lưu giữ, phần mềm phải thẩm định lại"),
}


def unanswered(impacts: Mapping[str, str]) -> tuple[str, ...]:
    """Questions of the impact assessment that nobody answered, in words."""
    return tuple(str(words) for key, words in IMPACTS.items() if not impacts.get(key, "").strip())
