"""Words of test sites for histories, as a person reads them."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.quality.sites import rules


def say() -> None:
    """Name the records and fields for histories."""
    history.say_kinds({
        "site-validation": _l("Xác nhận giá trị phòng đo"), "site-need": _l("Yêu cầu của phương pháp về phòng đo"),
        "room-access": _l("Quyền vào phòng"),
    })
    history.say_fields("site-validation", {
        "kind": _l("Loại xác nhận"), "standard": _l("Tiêu chuẩn"), "range_text": _l("Dải tần, phạm vi"),
        "performed_on": _l("Ngày thực hiện"), "performed_by": _l("Bên thực hiện"), "result": _l("Kết quả"), "worst": _l("Giá trị xấu nhất"),
        "restriction": _l("Hạn chế"), "cycle_months": _l("Chu kỳ, tháng"), "valid_until": _l("Dùng đến trước ngày"),
        "recorded_at": _l("Ghi lúc"), "withdrawn_from": _l("Rút từ ngày"), "withdrawn_recorded_at": _l("Ghi việc rút lúc"),
        "withdraw_reason": _l("Lý do rút"),
    })
    history.say_values("site-validation", "kind", rules.KINDS)
    history.say_values("site-validation", "result", rules.RESULTS)
    history.say_fields("site-need", {
        "method_code": _l("Phương pháp"), "kind": _l("Loại xác nhận"), "parameters": _l("Chỉ tiêu"),
        "basis": _l("Căn cứ"), "valid_from": _l("Từ ngày"),
        "ended_on": _l("Kết thúc từ ngày"), "ended_recorded_at": _l("Ghi kết thúc lúc"), "end_reason": _l("Lý do kết thúc"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("site-need", "kind", rules.KINDS)
    history.say_fields("room-access", {
        "valid_from": _l("Từ ngày"), "until": _l("Đến trước ngày"), "purpose": _l("Để làm gì"), "ended_on": _l("Kết thúc từ ngày"),
        "ended_recorded_at": _l("Ghi kết thúc lúc"), "end_reason": _l("Lý do kết thúc"), "recorded_at": _l("Ghi lúc"),
    })
