"""Forms of measuring systems and of firmware: dated acts."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core import clock
from lab_app.core.forms import CodeField, Form, LongTextField, MomentField, TextField, required, version_field


class MemberForm(Form):
    """A part put into a measuring system."""

    member = CodeField(_l("Mã thiết bị"), [required()], max_length=40, description=_l("Gõ hoặc quét tem của thành phần."))
    role = TextField(_l("Vai trò"), [Optional()], max_length=120, description=_l("Ví dụ: máy thu, ăng ten, cáp, khuếch đại."))
    from_at = MomentField(_l("Từ lúc"), [required()], default=clock.now)
    reason = LongTextField(_l("Lý do"), [Optional()], max_length=1000)


class EndForm(Form):
    """A part taken out of a measuring system."""

    until_at = MomentField(_l("Đến lúc"), [required()], default=clock.now,
                           description=_l("Số đo trước lúc này vẫn tính là có thành phần này."))
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class FirmwareForm(Form):
    """A change of firmware, or the proof that it works."""

    firmware = TextField(_l("Firmware"), [required()], max_length=60,
                         description=_l("Giữ nguyên bản đang chạy để ghi việc kiểm tra xác nhận còn thiếu."))
    effective_at = MomentField(_l("Chạy từ lúc"), [required()], default=clock.now)
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000, description=_l("Ví dụ: hãng sửa lỗi detector CISPR-AV."))
    verification = LongTextField(_l("Đã kiểm tra xác nhận thế nào"), [Optional()], max_length=2000,
                                 description=_l("Bỏ trống: thiết bị không dùng được cho đến khi ghi (6.4.4, 7.11.2)."))
