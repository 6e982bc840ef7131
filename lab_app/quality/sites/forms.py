"""Forms of test sites: validations, what methods need, access to rooms."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms.validators import NumberRange, Optional

from lab_app.core.forms import (
    Choice,
    DayField,
    Form,
    LongTextField,
    TextField,
    WholeField,
    required,
    version_field,
)
from lab_app.quality.sites import rules


class ValidationForm(Form):
    """That a room was found good, or not, for a kind of measurement (6.3.4)."""

    room = Choice(_l("Phòng"), [required()], choices=[], validate_choice=False)
    kind = Choice(_l("Loại xác nhận"), [required()], choices=list(rules.KINDS.items()))
    standard = TextField(_l("Tiêu chuẩn"), [required()], max_length=120, description=_l("Ví dụ: CISPR 16-1-4:2019, IEC 61000-4-3."))
    range_text = TextField(_l("Dải tần, phạm vi"), [Optional()])
    performed_on = DayField(_l("Ngày thực hiện"), [required()], not_future=True)
    performed_by = TextField(_l("Bên thực hiện"), [required()], description=_l("Người của phòng, hoặc tên đơn vị được thuê."))
    result = Choice(_l("Kết quả"), [required()], choices=list(rules.RESULTS.items()), empty=_l("Chọn"))
    worst = TextField(_l("Giá trị xấu nhất"), [Optional()], description=_l("Ví dụ: lệch NSA lớn nhất 3,2 dB tại 52 MHz, phân cực đứng."))
    restriction = LongTextField(_l("Hạn chế"), [Optional()], max_length=1000, description=_l("Khi đạt có hạn chế: được dùng tới đâu."))
    cycle_months = WholeField(_l("Chu kỳ"), [required(), NumberRange(1, rules.LONGEST_MONTHS)], default=12, render_kw={"unit": _l("tháng")})
    file = FileField(_l("Báo cáo xác nhận"), description=_l("PDF, ảnh hoặc bảng số."))


class WithdrawForm(Form):
    """Why a validation is good for nothing any more."""

    from_on = DayField(_l("Không dùng từ ngày"), [required()], not_future=True)
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class NeedForm(Form):
    """That a method needs a validated site."""

    method_code = TextField(_l("Mã phương pháp"), [required()], max_length=80, render_kw={"list": "known-methods"})
    kind = Choice(_l("Loại xác nhận"), [required()], choices=list(rules.KINDS.items()))
    parameters = TextField(_l("Chỉ tiêu"), [Optional()], max_length=300,
                           description=_l("Mã hoặc phần đầu của mã, cách nhau bằng dấu phẩy; bỏ trống: cả phương pháp."))
    basis = LongTextField(_l("Căn cứ"), [required()], max_length=1000, description=_l("Điều nào của tiêu chuẩn đòi hỏi."))
    valid_from = DayField(_l("Từ ngày"), [Optional()], description=_l("Bỏ trống: từ hôm nay."))


class AccessForm(Form):
    """Who may enter a room, from when to when."""

    person = Choice(_l("Người"), [required()], choices=[], validate_choice=False)
    valid_from = DayField(_l("Từ ngày"), [required()])
    until = DayField(_l("Đến trước ngày"), [required()])
    purpose = TextField(_l("Để làm gì"), [required()], max_length=300)
