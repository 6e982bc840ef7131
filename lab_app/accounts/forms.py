"""Forms of the room: people, roles, authorisations, the laboratory."""
from __future__ import annotations

import re
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lab_app.accounts.wording import TASK_WORDS
from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    Form,
    LongTextField,
    TextField,
    WholeField,
    required,
    version_field,
)

STAFF_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,18}[A-Z0-9])?")
TAX_CODE = re.compile(r"\d{10}(?:-?\d{3})?")
REASON_LENGTH = 1000


class CheckList(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        known = {value for value, *_rest in self.iter_choices()}
        if any(value not in known for value in self.data or []):
            raise StopValidation(gettext("Lựa chọn không có trong danh sách."))


def at_least_one(form: Any, field: Any) -> None:
    """Something must be ticked."""
    if not field.data:
        raise StopValidation(gettext("Chọn ít nhất một mục."))


class EmailField(TextField):
    """An address, checked by its form; kept in lower case."""

    def __init__(self, label: Any = None, validators: Any = None, **kw: Any) -> None:
        kw.setdefault("render_kw", {}).update({"inputmode": "email", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(label, validators, max_length=255, **kw)

    def post_validate(self, form: Any, stopped: bool) -> None:
        if stopped or not self.data or self.errors:
            return
        try:
            self.data = validate_email(self.data, check_deliverability=False, test_environment=True).normalized.casefold()
        except EmailNotValidError as error:
            raise ValidationError(gettext("Địa chỉ thư điện tử không đúng dạng.")) from error


class PersonForm(Form):
    """Facts of a person; `code` and `roles` on a new account only."""

    code = CodeField(_l("Mã nhân viên"), [required()], max_length=20,
                     description=_l("Chữ in hoa, số và dấu gạch nối; không đổi về sau."))
    full_name = TextField(_l("Họ và tên"), [required()], description=_l("Viết đầy đủ, như trên hợp đồng lao động."))
    email = EmailField(_l("Thư điện tử"), [required()], description=_l("Dùng để đăng nhập."))
    title_vi = TextField(_l("Chức danh"), [Optional()])
    title_en = TextField(_l("Chức danh tiếng Anh"), [Optional()], description=_l("In bên cạnh tên trên phiếu tiếng Anh."))
    roles = CheckList(_l("Vai trò"), [at_least_one])
    version = version_field()

    def validate_code(self, field: Any) -> None:
        if not STAFF_CODE.fullmatch(field.data or ""):
            raise ValidationError(gettext("Chỉ dùng chữ A–Z, số 0–9 và dấu gạch nối, không bắt đầu hay kết thúc bằng gạch nối."))


class RolesForm(Form):
    """The roles of one person, with the reason of the change."""

    roles = CheckList(_l("Vai trò"), [at_least_one])
    reason = LongTextField(_l("Lý do"), [required()], max_length=REASON_LENGTH)
    version = version_field()


class ReasonForm(Form):
    """A reason alone: closing or opening an account, a new password."""

    reason = LongTextField(_l("Lý do"), [required()], max_length=REASON_LENGTH)
    version = version_field()


class AuthoriseForm(Form):
    """Leave to do tasks on methods from a day to a day (6.2.6)."""

    task = CheckList(_l("Được làm"), [at_least_one], choices=list(TASK_WORDS.items()))
    method_code = CheckList(_l("Theo phương pháp"), [at_least_one])
    valid_from = DayField(_l("Từ ngày"), [required()])
    valid_to = DayField(_l("Đến hết ngày"), [required()])
    basis = LongTextField(_l("Căn cứ"), [required()], max_length=2000,
                          description=_l("Đào tạo, kèm cặp, thử có giám sát, đánh giá tay nghề nào (6.2.5)."))
    monitor_months = WholeField(_l("Theo dõi năng lực mỗi (tháng)"), [Optional()],
                                description=_l("Bỏ trống để theo chu kỳ của phòng thử nghiệm. Quá hạn thì quyền tạm ngưng (6.2.5)."))

    def validate_valid_to(self, field: Any) -> None:
        first = self.valid_from.data
        if field.data and first:
            if field.data < first:
                raise ValidationError(gettext("Ngày kết thúc trước ngày bắt đầu."))
            if (field.data - first).days > 5 * 366:
                raise ValidationError(gettext("Dài hơn 5 năm: chia thành nhiều lần trao quyền, mỗi lần có đánh giá lại."))


class WithdrawForm(Form):
    """End of an authorisation from a day on, with the reason."""

    from_day = DayField(_l("Thu lại từ ngày"), [required()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=REASON_LENGTH)
    version = version_field()


class AtForm(Form):
    """The day at which authorisations are looked at."""

    at = DayField(_l("Xem tại ngày"), [Optional()])

    class Meta(Form.Meta):
        csrf = False


TIES = {"even": _l("về số chẵn (cách A)"), "up": _l("ra xa số không (cách B)")}
NOTATIONS = {"e": "2e-08", "x10^": "2x10^-8", "×10ⁿ": "2×10⁻⁸", "·10^": "2·10^-8", "·10ⁿ": "2·10⁻⁸"}


class LaboratoryForm(Form):
    """Facts of the laboratory (5.1), as papers print them."""

    name_vi = TextField(_l("Tên phòng thử nghiệm"), [required()], max_length=300)
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    short_name = TextField(_l("Tên ngắn"), [Optional()], max_length=40, description=_l("Hiện ở góc trái mọi trang."))
    field_vi = TextField(_l("Lĩnh vực"), [Optional()], max_length=60)
    field_en = TextField(_l("Lĩnh vực tiếng Anh"), [Optional()], max_length=60)
    tax_code = TextField(_l("Mã số thuế"), [Optional()], max_length=14)
    address_vi = TextField(_l("Địa chỉ"), [required()], max_length=400)
    address_en = TextField(_l("Địa chỉ tiếng Anh"), [Optional()], max_length=400)
    place_vi = TextField(_l("Nơi ghi trên phiếu"), [Optional()], max_length=120, description=_l("Ví dụ “Hà Nội, ngày … tháng …”."))
    phone = TextField(_l("Điện thoại"), [Optional()], max_length=60)
    email = EmailField(_l("Thư điện tử"), [Optional()])
    website = TextField(_l("Trang web"), [Optional()], max_length=200)
    rounding_ties = Choice(_l("Làm tròn số ở giữa (…5)"), [Optional()], choices=list(TIES.items()), empty=_l("ra xa số không (cách B)"),
                           description=_l("ISO 80000-1, phụ lục B. Kết luận luôn xét trên giá trị chưa làm tròn."))
    u_digits = Choice(_l("Số chữ số có nghĩa của U"), [Optional()], choices=[("1", "1"), ("2", "2")], empty=_l("như đã ghi; U tính ra: 2"))
    notation = Choice(_l("Cách viết số rất nhỏ, rất lớn"), [Optional()], choices=list(NOTATIONS.items()), empty=_l("viết đủ chữ số"))
    monitor_months = Choice(_l("Theo dõi người được trao quyền mỗi (tháng)"), [Optional()], choices=[(n, n) for n in ("3", "6", "24")],
                            empty="12", description=_l("Tính cho quyền trao từ nay; mỗi quyền đặt khác được. Quá hạn thì quyền tạm ngưng."))
    effectiveness_days = Choice(_l("Đánh giá hiệu lực hành động khắc phục sau (ngày)"), [Optional()],
                                choices=[(n, n) for n in ("14", "60", "90", "180")], empty="30")
    carry_over = Choice(_l("Khi có phiên bản phương pháp mới"), [Optional()], choices=[("off", _l("không hỏi, quyền áp dụng tiếp"))],
                        empty=_l("hỏi quyền của từng người; chưa trả lời thì chưa làm"))
    accreditation_number = TextField(_l("Số hiệu công nhận"), [Optional()], max_length=60)
    accreditation_standard = TextField(_l("Chuẩn mực công nhận"), [Optional()], max_length=60)
    accreditation_decision = TextField(_l("Quyết định công nhận"), [Optional()], max_length=120)
    accreditation_from = DayField(_l("Hiệu lực từ ngày"), [Optional()])
    accreditation_to = DayField(_l("Hiệu lực đến hết ngày"), [Optional()])
    designation_decision = TextField(_l("Quyết định chỉ định"), [Optional()], max_length=120)
    designation_to = DayField(_l("Chỉ định đến hết ngày"), [Optional()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=REASON_LENGTH)
    version = version_field()

    def validate_tax_code(self, field: Any) -> None:
        if field.data and not TAX_CODE.fullmatch(field.data):
            raise ValidationError(gettext("Mã số thuế có 10 chữ số, hoặc 13 chữ số của đơn vị phụ thuộc."))

    def validate_accreditation_to(self, field: Any) -> None:
        first = self.accreditation_from.data
        if field.data and first and field.data < first:
            raise ValidationError(gettext("Ngày kết thúc trước ngày bắt đầu."))

    def validate_accreditation_number(self, field: Any) -> None:
        if field.data and not (self.accreditation_from.data and self.accreditation_to.data):
            raise ValidationError(gettext("Có số hiệu công nhận thì cần cả hai ngày hiệu lực."))


class SiteForm(Form):
    """A place where the laboratory works (5.4); `code` on a new one only."""

    code = CodeField(_l("Mã cơ sở"), [required()], max_length=20)
    name_vi = TextField(_l("Tên"), [required()])
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()])
    address_vi = TextField(_l("Địa chỉ"), [required()], max_length=400)
    address_en = TextField(_l("Địa chỉ tiếng Anh"), [Optional()], max_length=400)
    version = version_field()

    def validate_code(self, field: Any) -> None:
        if not STAFF_CODE.fullmatch(field.data or ""):
            raise ValidationError(gettext("Chỉ dùng chữ A–Z, số 0–9 và dấu gạch nối, không bắt đầu hay kết thúc bằng gạch nối."))
