"""Pure decisions about risks: how high one is, and the questions of the look for risks to impartiality (8.5.3, 4.1.4)."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

SCALE = range(1, 6)
KINDS: dict[str, Any] = {"risk": _l("Rủi ro"), "opportunity": _l("Cơ hội")}
TOPICS: dict[str, Any] = {
    "impartiality": _l("Tính khách quan"), "confidentiality": _l("Bảo mật"), "people": _l("Con người, năng lực"),
    "equipment": _l("Thiết bị, liên kết chuẩn"), "method": _l("Phương pháp, quy chuẩn"), "result": _l("Giá trị sử dụng của kết quả"),
    "supplier": _l("Nhà cung cấp bên ngoài"), "data": _l("Dữ liệu, hệ thống thông tin"), "customer": _l("Khách hàng, hợp đồng"),
    "law": _l("Pháp luật, công nhận, chỉ định"), "site": _l("Cơ sở vật chất, môi trường"), "money": _l("Tài chính"), "other": _l("Khác"),
}
LIKELIHOODS: dict[int, Any] = {
    1: _l("Hiếm: dưới một lần trong 5 năm"), 2: _l("Ít: vài năm một lần"), 3: _l("Có thể: khoảng mỗi năm một lần"),
    4: _l("Dễ xảy ra: vài lần một năm"), 5: _l("Gần như chắc chắn: hằng tháng"),
}
CONSEQUENCES: dict[int, Any] = {
    1: _l("Không đáng kể"), 2: _l("Nhẹ: sửa ngay trong việc hằng ngày"), 3: _l("Vừa: chậm kết quả, làm lại một phần"),
    4: _l("Nặng: kết quả đã phát hành có thể sai"), 5: _l("Rất nặng: sai kết luận, mất công nhận, ảnh hưởng an toàn"),
}
ANSWERS: dict[str, Any] = {
    "avoid": _l("Tránh: không làm việc gây rủi ro"), "reduce": _l("Giảm khả năng hoặc hậu quả"), "share": _l("Chia sẻ, chuyển giao"),
    "accept": _l("Chấp nhận, có theo dõi"), "exploit": _l("Nắm lấy cơ hội"), "enhance": _l("Tăng khả năng hoặc lợi ích"),
}
#: Which answers go with a risk and which with an opportunity.
ANSWERS_OF = {"risk": ("avoid", "reduce", "share", "accept"), "opportunity": ("exploit", "enhance", "share", "accept")}
LEVELS: dict[str, Any] = {"low": _l("Thấp"), "medium": _l("Trung bình"), "high": _l("Cao")}
TONES = {"low": "ok", "medium": "warn", "high": "bad"}

#: The look for risks to impartiality comes back after this time at the latest.
REVIEW_EVERY = timedelta(days=92)
#: What is looked at each time (4.1.4): activities, relationships, relationships of the staff; what has changed since.
QUESTIONS: dict[str, Any] = {
    "activities": _l("Hoạt động của phòng: tư vấn, thiết kế, bán hàng, chứng nhận cho cùng khách hàng"),
    "relations": _l("Quan hệ của phòng: sở hữu, quản lý, tài chính, hợp đồng, hoa hồng, cơ quan chủ quản"),
    "staff": _l("Quan hệ của nhân sự: khai báo lợi ích, người thân, việc làm thêm, việc trước đây"),
    "pressure": _l("Áp lực đã gặp: về thời hạn, giá, kết luận"), "changes": _l("Thay đổi từ lần xem trước: khách hàng lớn, dịch vụ mới"),
}


def level(likelihood: int, consequence: int) -> str:
    """low, medium or high of likelihood × consequence, each 1 to 5. What can be very grave is never low; ten and more is high, and so
    is the gravest that may well happen. Refuses values off the scale (ValueError)."""
    if likelihood not in SCALE or consequence not in SCALE:
        raise ValueError("off the scale of 1 to 5")
    score = likelihood * consequence
    if score >= 10:
        return "high"
    return "medium" if score >= 5 or consequence == 5 else "low"
