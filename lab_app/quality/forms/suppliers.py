"""Forms of suppliers and their approvals (6.6)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    Form,
    LongTextField,
    TextField,
    required,
    version_field,
)
from lab_app.quality import rules


class SupplierForm(Form):
    """A supplier's entry."""

    code = CodeField(_l("Mã nhà cung cấp"), [Optional()], max_length=30, description=_l("Bỏ trống để lấy mã kế tiếp."))
    name = TextField(_l("Tên nhà cung cấp"), [required()])
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()])
    accreditation = TextField(_l("Số công nhận, chứng nhận"), [Optional()], description=_l("Ví dụ: VILAS, mã của phòng hiệu chuẩn."))
    address = TextField(_l("Địa chỉ"), [Optional()], max_length=300)
    contact = TextField(_l("Người liên hệ, điện thoại, thư"), [Optional()])
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=2000)
    reason = LongTextField(_l("Lý do sửa"), [required()], max_length=1000)
    version = version_field()


class ApprovalForm(Form):
    """The approval of a supplier for one service (6.6.2)."""

    service = Choice(_l("Dịch vụ"), [required()], choices=list(rules.SUPPLIER_SERVICES.items()))
    scope = LongTextField(_l("Phạm vi"), [required()], max_length=2000,
                          description=_l("Đại lượng, dải, độ không đảm bảo đo được phê duyệt."))
    basis = LongTextField(_l("Căn cứ"), [required()], max_length=2000,
                          description=_l("Đã xem gì: phạm vi công nhận, báo cáo cũ, kết quả đánh giá (6.6.2 a, b)."))
    valid_from = DayField(_l("Từ ngày"), [required()], default=clock.today)
    until = DayField(_l("Đến trước ngày"), [required()], description=_l("Ngày đầu tiên không còn được phê duyệt; nhiều nhất 5 năm."))


class EndForm(Form):
    """An approval ended before its time (6.6.2 c)."""

    ended_on = DayField(_l("Kết thúc từ ngày"), [required()], not_future=True, default=clock.today)
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
