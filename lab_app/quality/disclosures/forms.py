"""Forms of disclosures required by law."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
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
from lab_app.quality.complaints.workflow import SUBJECTS


class DemandForm(Form):
    """Who demands what, by which rule."""

    authority = TextField(_l("Cơ quan yêu cầu"), [required()], max_length=300)
    demand = TextField(_l("Văn bản yêu cầu"), [Optional()], max_length=300, description=_l("Số, ngày của công văn hoặc quyết định."))
    basis = LongTextField(_l("Căn cứ pháp luật"), [required()], max_length=2000,
                          description=_l("Điều, khoản buộc phòng cung cấp, hoặc điều của hợp đồng cho phép."))
    asked_on = DayField(_l("Ngày yêu cầu"), [required()], not_future=True, default=clock.today)
    customer = TextField(_l("Khách hàng, người có thông tin"), [required()], max_length=300)
    wanted = LongTextField(_l("Thông tin được yêu cầu"), [required()],
                           description=_l("Đúng như văn bản nêu: phiếu nào, số liệu nào, của thời gian nào."))
    subject_kind = Choice(_l("Liên quan tới"), [Optional()], choices=[*SUBJECTS.items(), ("", _l("Không gắn với hồ sơ nào"))])
    subject_code = CodeField(_l("Mã hồ sơ liên quan"), [Optional()], max_length=60,
                             description=_l("Số phiếu, số yêu cầu, mã mẫu, mã việc; quét được."))
    file = FileField(_l("Tệp văn bản yêu cầu (PDF hoặc ảnh)"), [Optional()])


class GivenForm(Form):
    """What was given, and when."""

    given = LongTextField(_l("Thông tin đã cung cấp"), [required()], description=_l("Ghi đúng những gì đã đưa: số phiếu, trang, tệp."))
    given_on = DayField(_l("Ngày cung cấp"), [required()], not_future=True, default=clock.today)
    version = version_field()


class ToldForm(Form):
    """That the customer was told, or which rule forbids it."""

    told_on = DayField(_l("Ngày báo khách hàng"), [Optional()], not_future=True)
    told_how = TextField(_l("Báo bằng cách"), [Optional()], max_length=300, description=_l("Thư, công văn, điện thoại; ai nhận."))
    forbidden_by = TextField(_l("Hoặc điều luật cấm báo"), [Optional()], max_length=300)
    version = version_field()
