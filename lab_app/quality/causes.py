"""Classes of causes and areas of work by which nonconforming work is compared, and when one counts as come back (7.10.3). Pure."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

#: The bones of the fishbone, in its order; also the classes of a root cause.
CAUSE_CLASSES: dict[str, Any] = {
    "people": _l("Con người, năng lực"), "method": _l("Phương pháp, quy trình"), "equipment": _l("Thiết bị, bảo trì"),
    "measurement": _l("Đo lường, liên kết chuẩn"), "item": _l("Mẫu, vật tư"), "environment": _l("Môi trường, cơ sở vật chất"),
    "data": _l("Dữ liệu, phần mềm"), "management": _l("Quản lý, thông tin nội bộ"), "provider": _l("Nhà cung cấp bên ngoài"),
}

#: Where in the laboratory's work it happened.
AREAS: dict[str, Any] = {
    "requests": _l("Yêu cầu, hợp đồng"), "items": _l("Tiếp nhận, bảo quản mẫu"), "testing": _l("Thử nghiệm"),
    "calibrating": _l("Hiệu chuẩn"), "equipment": _l("Thiết bị"), "environment": _l("Môi trường phòng đo"),
    "reporting": _l("Lập và phát hành phiếu"), "people": _l("Nhân sự"), "purchasing": _l("Mua sắm, dịch vụ ngoài"),
    "documents": _l("Tài liệu, hồ sơ"), "management": _l("Hệ thống quản lý"),
}

RISK_CLASSES: dict[str, Any] = {
    "low": _l("Thấp: không chạm tới kết quả nào"), "medium": _l("Vừa: có thể chạm tới kết quả"),
    "high": _l("Cao: kết quả đã phát hành có thể sai"),
}


def year_before(day: date) -> date:
    """The same day twelve months earlier (28 February for a leap day)."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
