"""Forms of the room."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Optional

from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    DayField,
    Form,
    LongTextField,
    TextField,
    required,
    version_field,
)
from test_methods import wording


def plain(number: Decimal | None) -> str | None:
    """A number as limits are kept."""
    return None if number is None else format(number, "f")


class LinesField(LongTextField):
    """Several lines of text, each one entry of a list."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = [line.strip() for line in (self.data or "").splitlines() if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or ())


class RegulationForm(Form):
    """One edition of a regulation, or another document that methods are based on."""

    kind = Choice(_l("Loại tài liệu"), choices=list(wording.DOCUMENT_KINDS.items()), default="regulation")
    code = TextField(_l("Ký hiệu"), [required()], max_length=80, description=_l("Kèm năm: QCVN 54:2020/BTTTT."))
    title_vi = LongTextField(_l("Tên"), [required()], max_length=1000)
    title_en = LongTextField(_l("Tên tiếng Anh"), [Optional()], max_length=1000)
    in_force_from = DayField(_l("Hiệu lực từ"), [Optional()])
    in_force_to = DayField(_l("Hết hiệu lực từ"), [Optional()], description=_l("Ngày đầu tiên không còn hiệu lực."))
    circular = TextField(_l("Văn bản ban hành"), [Optional()], max_length=300, description=_l("Thông tư, quyết định: số, ngày."))
    replaced_by = TextField(_l("Thay bằng"), [Optional()], max_length=80)
    legal = LongTextField(_l("Căn cứ pháp lý"), [Optional()])
    confirmed = LongTextField(_l("Đã thấy văn bản ở đâu"), [Optional()], description=_l("Bỏ trống: hồ sơ ghi là chưa xác nhận."))
    note = LongTextField(_l("Ghi chú"), [Optional()])


class EditionForm(Form):
    """A correction of what is recorded of an edition."""

    kind = Choice(_l("Loại tài liệu"), choices=list(wording.DOCUMENT_KINDS.items()))
    title_vi = LongTextField(_l("Tên"), [required()], max_length=1000)
    title_en = LongTextField(_l("Tên tiếng Anh"), [Optional()], max_length=1000)
    in_force_from = DayField(_l("Hiệu lực từ"), [Optional()])
    in_force_to = DayField(_l("Hết hiệu lực từ"), [Optional()], description=_l("Ngày đầu tiên không còn hiệu lực."))
    circular = TextField(_l("Văn bản ban hành"), [Optional()], max_length=300)
    legal = LongTextField(_l("Căn cứ pháp lý"), [Optional()])
    adopts = LinesField(_l("Chấp nhận tiêu chuẩn"), [Optional()], description=_l("Mỗi dòng một tiêu chuẩn."))
    products = LinesField(_l("Sản phẩm"), [Optional()], description=_l("Mỗi dòng một sản phẩm."))
    confirmed = LongTextField(_l("Đã thấy văn bản ở đâu"), [Optional()], description=_l("Bỏ trống: hồ sơ ghi là chưa xác nhận."))
    note = LongTextField(_l("Ghi chú"), [Optional()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class EndEditionForm(Form):
    """The end of an edition."""

    in_force_to = DayField(_l("Hết hiệu lực từ"), [required()], description=_l("Ngày đầu tiên không còn hiệu lực."))
    replaced_by = TextField(_l("Thay bằng"), [Optional()], max_length=80, description=_l("Ký hiệu bản thay thế; bỏ trống nếu bị bãi bỏ."))
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class NewEditionForm(Form):
    """The edition that replaces another."""

    code = TextField(_l("Ký hiệu"), [required()], max_length=80, description=_l("Kèm năm: QCVN 54:2020/BTTTT."))
    title_vi = LongTextField(_l("Tên"), [required()], max_length=1000)
    title_en = LongTextField(_l("Tên tiếng Anh"), [Optional()], max_length=1000)
    circular = TextField(_l("Văn bản ban hành"), [Optional()], max_length=300)
    in_force_from = DayField(_l("Hiệu lực từ"), [required()])
    end_old_on = DayField(_l("Bản cũ hết hiệu lực từ"), [Optional()], description=_l(
        "Bỏ trống: hai bản cùng dùng được cho đến khi ghi ngày hết."))
    confirmed = LongTextField(_l("Đã thấy văn bản ở đâu"), [Optional()], description=_l("Bỏ trống: hồ sơ ghi là chưa xác nhận."))
    copy_requirements = BooleanField(_l("Chép các yêu cầu và giới hạn của bản cũ (đều chưa xác nhận)"), default=True)


class ConfirmForm(Form):
    """A person states that a limit was compared with the official text."""

    source = LongTextField(_l("Đã đối chiếu với"), [required()], max_length=2000,
                           description=_l("Văn bản, điều, bảng, trang; bản chính thức ở đâu."))
    on = DayField(_l("Ngày đối chiếu"), [required()], not_future=True, default=clock.today)
    version = version_field()
