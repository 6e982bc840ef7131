"""Quantities the register speaks of, and the routes of traceability (6.5.2, 6.5.3)."""
from __future__ import annotations

from typing import TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

Words: TypeAlias = str | LazyString


#: Quantities the register speaks of, with their names. A need and a range meet by this key.
QUANTITIES: dict[str, Words] = {
    "rf-power": _l("Công suất RF"),
    "rf-level": _l("Mức và phổ RF"),
    "frequency": _l("Tần số"),
    "rf-signal": _l("Tín hiệu RF phát ra"),
    "wlan-link": _l("Kết nối WLAN đối chứng"),
    "emi-level": _l("Mức nhiễu (máy thu đo)"),
    "lisn": _l("Mạng ổn định trở kháng đường dây"),
    "antenna-factor": _l("Hệ số ăng ten"),
    "gain": _l("Độ lợi khuếch đại"),
    "path-loss": _l("Suy hao đường truyền, cáp"),
    "test-site": _l("Địa điểm thử bức xạ"),
    "supply-voltage": _l("Điện áp nguồn AC"),
    "dc-voltage": _l("Điện áp một chiều"),
    "dc-current": _l("Dòng điện một chiều"),
    "temperature": _l("Nhiệt độ"),
    "humidity": _l("Độ ẩm tương đối"),
    "time": _l("Thời gian"),
    "mass": _l("Khối lượng"),
    "length": _l("Chiều dài"),
}


#: Routes of traceability of 6.5.2 and 6.5.3; the key is what a calibration record carries.
TRACEABILITY: dict[str, Words] = {
    "6.5.2 a)": _l("6.5.2 a) phòng hiệu chuẩn có năng lực (công nhận)"),
    "6.5.2 b)": _l("6.5.2 b) giá trị được chứng nhận của mẫu chuẩn"),
    "6.5.2 c)": _l("6.5.2 c) thể hiện trực tiếp đơn vị SI"),
    "6.5.3 a)": _l("6.5.3 a) giá trị mẫu chuẩn của nhà sản xuất có năng lực"),
    "6.5.3 b)": _l("6.5.3 b) quy trình, phương pháp quy định hoặc chuẩn thỏa thuận"),
}


#: Kinds of entries of the register (6.4.1, 6.4.13).
KINDS: dict[str, Words] = {
    "instrument": _l("Thiết bị"),
    "system": _l("Hệ đo"),
    "reference_material": _l("Mẫu chuẩn"),
    "software": _l("Phần mềm"),
    "facility": _l("Phòng, buồng thử"),
}


#: Who an entry belongs to; all but the first name the owner.
OWNERSHIP: dict[str, Words] = {
    "own": _l("Của phòng"), "rented": _l("Thuê, mượn"), "customer": _l("Của khách hàng"),
}


#: Cycles an instrument may have, as words inside a sentence or alone.
CYCLES: dict[str, Words] = {
    "calibration": _l("hiệu chuẩn"),
    "check": _l("kiểm tra giữa kỳ"),
    "maintenance": _l("bảo trì"),
    "electrical_safety": _l("kiểm tra an toàn điện"),
    "site_validation": _l("xác nhận địa điểm thử"),
    "expiry": _l("hết hạn sử dụng"),
}
#: The clauses under which a cycle is asked for.
CYCLE_CLAUSES: dict[str, tuple[str, ...]] = {
    "calibration": ("6.4.6",), "check": ("6.4.10",), "maintenance": ("6.4.3",), "electrical_safety": ("6.4.3",),
    "site_validation": ("6.3.1", "6.4.4"), "expiry": ("6.4.13",),
}
