"""Forms of controlled documents."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lab_app.accounts.signing import SignatureFields
from lab_app.core import clock
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
from lab_app.quality.documents import workflow


class Ticks(SelectMultipleField):
    """Several of a list, ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def split(text: str | None) -> list[str]:
    """Entries of a line separated by commas or semicolons."""
    return [part.strip() for part in (text or "").replace(";", ",").split(",") if part.strip()]


class DocumentForm(Form):
    """A document's entry in the master list (8.3.1)."""

    code = CodeField(_l("Mã tài liệu"), [required()], max_length=60,
        description=_l("Chữ A–Z, số, dấu chấm, gạch nối; không đổi về sau. Ví dụ: QT-08."))
    kind = Choice(_l("Loại tài liệu"), [required()], choices=list(workflow.KINDS.items()))
    title_vi = TextField(_l("Tên tài liệu"), [required()], max_length=300)
    title_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    owner = Choice(_l("Người phụ trách"), [required()], choices=[], empty=_l("Chọn một người"),
                   description=_l("Được nhắc khi đến hạn xem xét."))
    process_name = TextField(_l("Quá trình"), [Optional()], max_length=120,
        description=_l("Ví dụ: Tiếp nhận mẫu, Thử nghiệm, Kiểm soát thiết bị."))
    clauses = TextField(_l("Điều của tiêu chuẩn"), [Optional()], max_length=300,
        description=_l("Cách nhau bằng dấu phẩy. Ví dụ: 7.2.1, 8.3, 9001 5.2."))
    methods = TextField(_l("Phương pháp dùng tài liệu này"), [Optional()], max_length=1000,
                        description=_l("Mã phương pháp, cách nhau bằng dấu phẩy; * là mọi phương pháp. Bản đang hiệu lực hiện ở bàn đo."))
    roles = Ticks(_l("Vai trò phải đọc"), coerce=str, choices=[])
    people = TextField(_l("Người phải đọc thêm"), [Optional()], max_length=500, description=_l("Mã nhân viên, cách nhau bằng dấu phẩy."))
    at_sign_in = BooleanField(_l("Hỏi ngay khi đăng nhập cho đến khi xác nhận đã đọc"))
    review_months = WholeField(_l("Chu kỳ xem xét"), [required()], default=24, render_kw={"inputmode": "numeric"})
    reason = LongTextField(_l("Lý do sửa"), [required()], max_length=1000)
    version = version_field()

    def facts(self) -> dict[str, Any]:
        """The entry as the services take it."""
        return {
            "title_vi": self.title_vi.data, "title_en": self.title_en.data or "", "process": self.process_name.data or "",
            "clauses": split(self.clauses.data), "methods": split(self.methods.data), "at_sign_in": bool(self.at_sign_in.data),
            "review_months": self.review_months.data,
            "read_by": {name: found for name, found in (("roles", self.roles.data or []), ("people", split(self.people.data))) if found},
        }


class VersionForm(Form):
    """A draft: its file, what changed, and a policy's words."""

    file = FileField(_l("Tệp PDF"), render_kw={"accept": "application/pdf"})
    change_summary = LongTextField(_l("Nội dung thay đổi so với bản trước"), [Optional()], max_length=4000)
    statement_vi = LongTextField(_l("Nội dung công bố"), [Optional()], max_length=8000,
        description=_l("Hiện trên trang công khai của chính sách."))
    statement_en = LongTextField(_l("Nội dung công bố bằng tiếng Anh"), [Optional()], max_length=8000)
    version = version_field()


class SubmitForm(Form):
    """Who is asked to review a draft."""

    reviewer = Choice(_l("Người soát xét"), [Optional()], empty=_l("bất kỳ ai có quyền viết tài liệu"), choices=[])
    version = version_field()


class ReviewForm(Form):
    """What the reviewer says."""

    note = LongTextField(_l("Ý kiến soát xét"), [Optional()], max_length=2000)
    version = version_field()


class ApproveForm(SignatureFields):
    """The approval: from which day on, signed."""

    effective_from = DayField(_l("Hiệu lực từ ngày"), [required()], default=clock.today)
    version = version_field()


class WithdrawForm(Form):
    """A document put out of use."""

    from_day = DayField(_l("Thôi dùng từ ngày"), [required()], default=clock.today)
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class PeriodicForm(Form):
    """A periodic review (8.3.2 b)."""

    fits = Choice(_l("Kết luận"), [required()], choices=[("yes", _l("Còn phù hợp, giữ nguyên")), ("no", _l("Cần sửa, viết bản mới"))])
    note = LongTextField(_l("Đã xem gì, nhận xét"), [required()], max_length=2000)


class AskForm(Form):
    """Further people who must read a version."""

    people = TextField(_l("Mã nhân viên"), [required()], max_length=500, description=_l("Cách nhau bằng dấu phẩy."))

    def codes(self) -> list[str]:
        """The staff codes typed."""
        return split(self.people.data)


class AtForm(Form):
    """A day in the past, and whose knowledge of it."""

    class Meta(Form.Meta):
        csrf = False

    on = DayField(_l("Ngày"), [Optional()], default=clock.today)
    known = Choice(_l("Theo hiểu biết"), [Optional()], choices=[("now", _l("của hôm nay")), ("then", _l("của ngày đó"))], default="now")


def people_choices(people: list[Any]) -> list[tuple[str, str]]:
    """People as choices by staff code."""
    return [(p.code, gettext("%(name)s (%(code)s)", name=p.full_name, code=p.code)) for p in people]
