"""Forms of calibrations."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField
from wtforms.validators import NumberRange, Optional

from instruments import rules
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


class CalibrationForm(Form):
    """A calibration with its certificate."""

    certificate_no = TextField(_l("Số giấy chứng nhận"), [required()], max_length=80)
    laboratory = TextField(_l("Phòng hiệu chuẩn"), [required()])
    laboratory_accreditation = TextField(_l("Số công nhận của phòng đó"), [Optional()], max_length=120)
    done_on = DayField(_l("Ngày hiệu chuẩn"), [required()], not_future=True)
    interval_months = WholeField(_l("Chu kỳ hiệu chuẩn"), [Optional(), NumberRange(1, 120)], default=12,
                                 render_kw={"unit": _l("tháng")},
                                 description=_l("Ngày đến hạn là ngày đầu tiên không được dùng."))
    due_on = DayField(_l("hoặc ngày đến hạn"), [Optional()])
    traceability = Choice(_l("Liên kết chuẩn đo lường"), choices=list(rules.TRACEABILITY.items()))
    evaluation = LongTextField(_l("Đánh giá so với yêu cầu sử dụng"), [Optional()], max_length=4000,
                               description=_l("Có thể ghi sau; chưa đánh giá thì chưa duyệt được."))
    passed = BooleanField(_l("Đạt yêu cầu sử dụng"), default=True)
    file = FileField(_l("Bản quét giấy chứng nhận"), description=_l("PDF hoặc ảnh."))


class ReleaseForm(Form):
    """Evaluation of a certificate, and its release."""

    evaluation = LongTextField(_l("Đánh giá so với yêu cầu sử dụng"), [Optional()], max_length=4000,
                               description=_l("Sai số, độ không đảm bảo đo, dải đo có đủ cho các phương pháp không."))
    passed = RadioField(_l("Kết luận"), choices=[("1", _l("Đạt yêu cầu sử dụng")), ("0", _l("Không đạt: ngừng sử dụng thiết bị"))])
    version = version_field()
