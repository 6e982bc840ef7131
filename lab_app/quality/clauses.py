"""Clauses 4 to 8 of ISO/IEC 17025:2017 by number, with short names of our own: the skeleton of the clause map."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Clause:
    """A clause: its number and a short name."""

    number: str
    name: Any


@dataclass(frozen=True)
class Chapter:
    """A chapter with the clauses that the map shows as cells."""

    number: str
    name: Any
    clauses: tuple[Clause, ...]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter("4", _l("Yêu cầu chung"), (
        Clause("4.1", _l("Tính khách quan")), Clause("4.2", _l("Bảo mật")),
    )),
    Chapter("5", _l("Cơ cấu"), (
        Clause("5", _l("Cơ cấu tổ chức")),
    )),
    Chapter("6", _l("Nguồn lực"), (
        Clause("6.1", _l("Quy định chung")), Clause("6.2", _l("Nhân sự")), Clause("6.3", _l("Cơ sở vật chất, môi trường")),
        Clause("6.4", _l("Thiết bị")), Clause("6.5", _l("Liên kết chuẩn đo lường")), Clause("6.6", _l("Bên ngoài cung cấp")),
    )),
    Chapter("7", _l("Quá trình"), (
        Clause("7.1", _l("Xem xét yêu cầu, hợp đồng")), Clause("7.2", _l("Phương pháp")), Clause("7.3", _l("Lấy mẫu")),
        Clause("7.4", _l("Xử lý đối tượng thử nghiệm")), Clause("7.5", _l("Hồ sơ kỹ thuật")),
        Clause("7.6", _l("Độ không đảm bảo đo")), Clause("7.7", _l("Giá trị sử dụng của kết quả")),
        Clause("7.8", _l("Báo cáo kết quả")), Clause("7.9", _l("Khiếu nại")), Clause("7.10", _l("Công việc không phù hợp")),
        Clause("7.11", _l("Kiểm soát dữ liệu, thông tin")),
    )),
    Chapter("8", _l("Hệ thống quản lý"), (
        Clause("8.1", _l("Lựa chọn A hoặc B")), Clause("8.2", _l("Tài liệu hệ thống quản lý")),
        Clause("8.3", _l("Kiểm soát tài liệu")), Clause("8.4", _l("Kiểm soát hồ sơ")), Clause("8.5", _l("Rủi ro và cơ hội")),
        Clause("8.6", _l("Cải tiến")), Clause("8.7", _l("Hành động khắc phục")), Clause("8.8", _l("Đánh giá nội bộ")),
        Clause("8.9", _l("Xem xét của lãnh đạo")),
    )),
)

#: Parts of clauses that gates and evidence speak of by number.
PARTS: dict[str, Any] = {
    "4.1.3": _l("Giá cả không chi phối kết quả"), "4.2.4": _l("Cam kết giữ bí mật"), "5.1": _l("Tư cách pháp lý"),
    "5.3": _l("Phạm vi hoạt động"), "5.4": _l("Địa điểm làm việc"), "5.6": _l("Trách nhiệm, quyền hạn"),
    "6.2.1": _l("Người ảnh hưởng đến kết quả"), "6.2.5": _l("Năng lực, đào tạo, theo dõi"),
    "6.2.6": _l("Trao quyền theo tên người"), "6.3.1": _l("Phòng phù hợp với công việc"),
    "6.3.3": _l("Theo dõi điều kiện môi trường"), "6.4.3": _l("Bảo quản, bảo trì"),
    "6.4.4": _l("Kiểm tra trước khi đưa vào sử dụng"),
    "6.4.6": _l("Hiệu chuẩn"), "6.4.10": _l("Kiểm tra giữa kỳ"), "6.4.11": _l("Hệ số hiệu chính"), "6.4.13": _l("Hồ sơ thiết bị"),
    "6.5.1": _l("Chuỗi liên kết chuẩn"), "6.5.2": _l("Cách thiết lập liên kết chuẩn"), "7.1.1": _l("Yêu cầu rõ ràng, đủ năng lực"),
    "7.1.2": _l("Báo khách hàng phương pháp lạc hậu"), "7.1.3": _l("Thỏa thuận quy tắc ra quyết định"),
    "7.1.4": _l("Giải quyết khác biệt trước khi làm"), "7.1.6": _l("Sửa hợp đồng thì xem xét lại"),
    "7.1.8": _l("Hồ sơ xem xét"), "7.2.1.3": _l("Bản phương pháp còn hiệu lực"), "7.2.1.5": _l("Kiểm tra xác nhận phương pháp"),
    "7.2.2": _l("Xác nhận giá trị sử dụng của phương pháp"), "7.4.1": _l("Vận chuyển, nhận, lưu, trả mẫu"),
    "7.4.2": _l("Nhận biết mẫu không nhầm lẫn"), "7.4.3": _l("Mẫu sai khác và ý kiến khách hàng"),
    "7.4.4": _l("Điều kiện lưu mẫu"), "7.5.1": _l("Ghi đủ để lặp lại được"), "7.5.2": _l("Sửa mà không xóa"),
    "7.6.1": _l("Các thành phần độ không đảm bảo"), "7.6.3": _l("Đánh giá độ không đảm bảo"),
    "7.8.1": _l("Soát xét và cho phép trước khi phát hành"), "7.8.1.1": _l("Soát xét và cho phép trước khi phát hành"),
    "7.8.2": _l("Mười sáu thông tin của phiếu"), "7.8.2.1": _l("Mười sáu thông tin của phiếu"),
    "7.8.3": _l("Thông tin riêng của phiếu thử nghiệm"), "7.8.6": _l("Công bố sự phù hợp"),
    "7.8.6.1": _l("Quy tắc ra quyết định được ghi lại"), "7.8.8": _l("Sửa đổi phiếu đã phát hành"),
    "7.11.3": _l("Toàn vẹn dữ liệu"), "8.3.2": _l("Người có thẩm quyền phê duyệt tài liệu"), "8.4": _l("Kiểm soát hồ sơ"),
}


def all_clauses() -> list[Clause]:
    """Every clause that is a cell of the map, in order."""
    return [clause for chapter in CHAPTERS for clause in chapter.clauses]


def belongs(number: str, cell: str) -> bool:
    """Whether a clause number stands in this cell: `6.2.6` in `6.2`, `5.4` in `5`; `7.10` never in `7.1`."""
    return number == cell or number.startswith(cell + ".")


def name_of(number: str) -> Any:
    """Short name of a clause or of a part; empty for a number the map does not know."""
    if number in PARTS:
        return PARTS[number]
    return next((c.name for c in all_clauses() if c.number == number), "")


def in_order(number: str) -> tuple[int, ...]:
    """Sort key of a clause number: `7.2` before `7.10`."""
    return tuple(int(part) for part in number.split(".") if part.isdigit())
