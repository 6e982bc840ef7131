"""Forms of undertakings, interests, pressure and appointments."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField
from wtforms.validators import Optional

from lab_app.accounts.interests import rules
from lab_app.accounts.signing import SignatureFields
from lab_app.core.files import IMAGES, PAPERS
from lab_app.core.forms import Choice, DayField, Form, LongTextField, TextField, required, version_field

REASON = 1000
#: What a scan of a signed paper may be.
SCANS = IMAGES | PAPERS


class UndertakeForm(SignatureFields):
    """The undertaking: nothing but the signature."""


class DeclareForm(SignatureFields):
    """The yearly word: nothing but the signature."""


class PaperForm(Form):
    """A paper that a person signed, with its scan."""

    given_on = DayField(_l("Ngày ký trên giấy"), [required()], not_future=True)
    scan = FileField(_l("Bản quét"), [required()], render_kw={"accept": "application/pdf,image/*"},
                     description=_l("PDF hoặc ảnh chụp cả trang, thấy rõ chữ ký."))
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=REASON)


class InterestForm(Form):
    """An interest in a customer, maker or supplier."""

    party_kind = Choice(_l("Với ai"), [required()], choices=list(rules.PARTIES.items()))
    party = TextField(_l("Tên hoặc mã"), [required()], max_length=300,
                      description=_l("Khách hàng: mã hoặc đúng tên trong danh sách. Nhà sản xuất: tên hay nhãn hiệu như trên mẫu."))
    nature = Choice(_l("Lợi ích gì"), [required()], choices=list(rules.NATURES.items()))
    since = DayField(_l("Từ ngày"), [required()], not_future=True)
    description = LongTextField(_l("Nói rõ"), [required()], max_length=2000,
                                description=_l("Ai, quan hệ thế nào, mức độ. Chỉ bạn và người giữ hồ sơ chất lượng đọc được."))


class EndInterestForm(Form):
    """That an interest is over, and on what ground."""

    ended_on = DayField(_l("Hết từ ngày"), [required()], not_future=True)
    reason = LongTextField(_l("Căn cứ"), [required()], max_length=REASON)
    version = version_field()


class TextForm(Form):
    """A new edition of the undertaking."""

    text_vi = LongTextField(_l("Nội dung tiếng Việt"), [required()], max_length=20000)
    text_en = LongTextField(_l("Nội dung tiếng Anh"), [required()], max_length=20000)
    change = LongTextField(_l("Điều thay đổi"), [required()], max_length=REASON)
    sign_by = DayField(_l("Ký lại trước khi hết ngày"), [Optional()],
                       description=_l("Ai đã ký bản cũ được nhắc đọc và ký bản mới đến ngày này; quá ngày thì phải ký mới vào được. "
                                      "Để trống: bản đã ký vẫn có hiệu lực."))


class RuleForm(Form):
    """Whether an overdue declaration blocks assignment."""

    blocks = BooleanField(_l("Quá hạn khai lợi ích thì không được giao việc"))
    reason = TextField(_l("Lý do đổi"), [required()], max_length=REASON)


class PressureForm(Form):
    """What happened, and from whom it came."""

    nature = Choice(_l("Loại sức ép"), [required()], choices=list(rules.PRESSURES.items()))
    happened_on = DayField(_l("Xảy ra ngày"), [required()], not_future=True)
    from_whom = TextField(_l("Từ ai"), [required()], max_length=300, description=_l("Tên người, tổ chức, bộ phận."))
    about = TextField(_l("Về việc, hồ sơ nào"), [Optional()], max_length=120, description=_l("Mã việc, mã phiếu, mã khách hàng nếu có."))
    what = LongTextField(_l("Sự việc"), [required()])
    confidential = BooleanField(_l("Giữ kín tên tôi"), description=_l("Chỉ người xử lý biết ai báo."))


class AnswerForm(Form):
    """What the laboratory did about it."""

    answer = LongTextField(_l("Cách xử lý"), [required()], description=_l("Đã làm gì để kết quả không bị ảnh hưởng, ai đã được báo."))
    version = version_field()


class AppointmentForm(Form):
    """A decision of appointment."""

    function = Choice(_l("Chức vụ"), [required()], choices=list(rules.FUNCTIONS.items()))
    person = Choice(_l("Người được bổ nhiệm"), [required()], empty=_l("Chọn một người"))
    decision_no = TextField(_l("Quyết định số"), [required()], max_length=60)
    decided_on = DayField(_l("Ngày quyết định"), [required()], not_future=True)
    valid_from = DayField(_l("Giữ chức vụ từ ngày"), [required()])
    valid_to = DayField(_l("Đến hết ngày"), [Optional()], description=_l("Để trống nếu không nêu thời hạn."))
    replaces = BooleanField(_l("Thay người đang giữ"), description=_l("Quyết định cũ kết thúc khi quyết định này bắt đầu."))
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=REASON)


class EndOfficeForm(Form):
    """The day from which an appointment no longer holds."""

    from_day = DayField(_l("Thôi giữ từ ngày"), [required()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=REASON)
    version = version_field()


class RightsAtForm(Form):
    """Which day, and as known when."""

    class Meta(Form.Meta):
        csrf = False

    at = DayField(_l("Tại ngày"), [Optional()])


def first_error(form: Any) -> str:
    """The first thing wrong with a small form."""
    return next((str(errors[0]) for name, errors in form.errors.items() if errors and name != "csrf_token"), "")
