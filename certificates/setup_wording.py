"""What settings of papers and opinions are called in histories."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import history


def register() -> None:
    """Tell the history what things are called."""
    history.say_kinds({
        "paper-setup": _l("Thiết lập phiếu"), "opinion": _l("Ý kiến, diễn giải"), "opinion-end": _l("Rút lại ý kiến"),
    })
    history.say_fields("paper-setup", {
        "kind": _l("Loại phiếu"), "effective_from": _l("Có hiệu lực từ"), "title_vi": _l("Tên phiếu"),
        "title_en": _l("Tên phiếu bằng tiếng Anh"),
        "form_code": _l("Mã biểu mẫu"), "form_issue": _l("Lần ban hành biểu mẫu"), "number_pattern": _l("Mẫu số phiếu"),
        "parent_vi": _l("Cơ quan chủ quản"), "parent_en": _l("Cơ quan chủ quản bằng tiếng Anh"), "logo": _l("Biểu trưng"),
        "accreditation_mark": _l("Dấu công nhận"), "ilac_mark": _l("Dấu ILAC MRA"), "ilac_licence": _l("Thỏa thuận sử dụng dấu ILAC MRA"),
        "validity_vi": _l("Dòng chân trang về giá trị của kết quả"), "validity_en": _l("Dòng chân trang bằng tiếng Anh"),
        "disclaimer_vi": _l("Lời về thông tin do khách hàng cung cấp"), "disclaimer_en": _l("Lời ấy bằng tiếng Anh"),
        "notes": _l("Ghi chú của phòng"), "complaint_days": _l("Thời hạn khiếu nại"), "retention_days": _l("Thời gian lưu mẫu"),
        "head_office": _l("Chức vụ người đứng đầu"), "signatures": _l("Khối ký"), "reason": _l("Vì sao thay đổi"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("opinion", {
        "methods": _l("Về kết quả của phương pháp"), "statement_vi": _l("Ý kiến, diễn giải"), "statement_en": _l("Bằng tiếng Anh"),
        "basis_vi": _l("Cơ sở"), "basis_en": _l("Cơ sở bằng tiếng Anh"), "spoken_to": _l("Trao đổi với"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("opinion-end", {"reason": _l("Vì sao rút lại?"), "recorded_at": _l("Ghi lúc")})
