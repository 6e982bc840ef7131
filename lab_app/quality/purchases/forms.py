"""Forms of buying: ties, criteria, evaluations, orders, what arrives (6.6)."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
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
    WholeField,
    required,
    version_field,
)
from lab_app.core.i18n import pick
from lab_app.quality import rules as room_rules
from lab_app.quality.forms.people import person_choices
from lab_app.quality.purchases import rules
from lab_app.quality.purchases.models import SupplierCriterion

SERVICES = list(room_rules.SUPPLIER_SERVICES.items())
#: What an order or an arrival may be for.
FOR = [("", _l("Không gắn với hồ sơ nào")), ("instrument", _l("Thiết bị"))]


class TieForm(Form):
    """A person of ours close to a supplier."""

    person_id = Choice(_l("Người của phòng"), [required()])
    relation = Choice(_l("Quan hệ"), [required()], choices=list(rules.RELATIONS.items()))
    since = DayField(_l("Từ ngày"), [required()], not_future=True, default=clock.today)
    note = LongTextField(_l("Nói rõ"), [Optional()], max_length=1000)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.person_id.choices = person_choices()


class EndTieForm(Form):
    """A tie that ended, confirmed by another person."""

    ended_on = DayField(_l("Kết thúc từ ngày"), [required()], not_future=True, default=clock.today)
    reason = LongTextField(_l("Căn cứ"), [required()], max_length=1000)


class CriterionForm(Form):
    """A thing that suppliers of a service are judged by."""

    service = Choice(_l("Dịch vụ"), [required()], choices=SERVICES)
    name_vi = TextField(_l("Tiêu chí"), [required()])
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()])
    weight = WholeField(_l("Trọng số (1–5)"), [required()], default=1)
    minimum = WholeField(_l("Điểm tối thiểu (0–5)"), [required()], default=0,
                         description=_l("Dưới điểm này là không đạt, dù tổng điểm cao."))


class EvaluationForm(Form):
    """An evaluation; one mark and its words a criterion are added by `evaluation_form`."""

    kind = Choice(_l("Loại đánh giá"), [required()], choices=list(rules.KINDS.items()))
    done_on = DayField(_l("Ngày đánh giá"), [required()], not_future=True, default=clock.today)
    conclusion = LongTextField(_l("Kết luận"), [required()], max_length=2000)
    action = LongTextField(_l("Việc làm tiếp với nhà cung cấp"), [Optional()], max_length=2000,
                           description=_l("Bắt buộc khi kết quả chưa đạt (6.6.2 d)."))
    next_on = DayField(_l("Đánh giá lại vào ngày"), [Optional()], description=_l("Bỏ trống: 12 tháng sau."))


def evaluation_form(asked: list[SupplierCriterion]) -> type[EvaluationForm]:
    """The form with a mark and its words for each criterion."""
    fields: dict[str, Any] = {}
    marks = [("", gettext("chưa cho điểm")), *((str(n), str(n)) for n in range(rules.MOST + 1))]
    for c in asked:
        least = gettext(" · tối thiểu %(n)s", n=c.minimum) if c.minimum else ""
        label = gettext("%(name)s (trọng số %(n)s%(least)s)", name=pick(c.name_vi, c.name_en), n=c.weight, least=least)
        fields[f"mark_{c.id}"] = Choice(label, [required()], choices=marks)
        fields[f"says_{c.id}"] = TextField(gettext("Căn cứ cho điểm: %(name)s", name=pick(c.name_vi, c.name_en)), [Optional()],
                                           max_length=500)
    return type("EvaluationOf", (EvaluationForm,), fields)


class OrderForm(Form):
    """An order with the four things of 6.6.3; they may be written later, sending needs them all."""

    supplier = Choice(_l("Nhà cung cấp"), [required()], empty=_l("Chọn nhà cung cấp"))
    service = Choice(_l("Dịch vụ"), [required()], choices=SERVICES)
    title = TextField(_l("Đặt gì"), [required()], max_length=300, description=_l("Một câu, ví dụ: Hiệu chuẩn máy phân tích phổ EQ-005."))
    product = LongTextField(rules.TOLD["product"][1], [Optional()], description=_l("Loại, cấp, số lượng, đặc tính kỹ thuật, bản tài liệu."))
    acceptance = LongTextField(rules.TOLD["acceptance"][1], [Optional()], description=_l("Đo gì, đạt bao nhiêu thì nhận."))
    competence = LongTextField(rules.TOLD["competence"][1], [Optional()], description=_l("Công nhận, chứng chỉ, kinh nghiệm."))
    premises = LongTextField(rules.TOLD["premises"][1], [Optional()],
                             description=_l("Ví dụ chứng kiến hiệu chuẩn; không có thì ghi “không”."))
    needed_on = DayField(_l("Cần có trước ngày"), [Optional()])
    subject_kind = Choice(_l("Dùng cho hồ sơ nào"), [Optional()], choices=FOR)
    subject_code = CodeField(_l("Mã hồ sơ"), [Optional()], max_length=60, description=_l("Mã trên nhãn máy; quét được."))
    version = version_field()


class ReceiptForm(Form):
    """Something that arrived."""

    kind = Choice(_l("Loại"), [required()], choices=list(rules.INCOMING.items()))
    supplier = Choice(_l("Nhà cung cấp"), [Optional()])
    title = TextField(_l("Nhận gì"), [required()], max_length=300,
                      description=_l("Tên hàng, dịch vụ hoặc giấy chứng nhận, như ghi trên giấy giao."))
    mark = TextField(_l("Số lô, số máy, số giấy chứng nhận"), [Optional()], max_length=120)
    received_on = DayField(_l("Ngày nhận"), [required()], not_future=True, default=clock.today)
    expires_on = DayField(_l("Hạn dùng"), [Optional()], description=_l("Ngày đầu tiên không được dùng."))
    subject_kind = Choice(_l("Dùng cho hồ sơ nào"), [Optional()], choices=FOR)
    subject_code = CodeField(_l("Mã hồ sơ"), [Optional()], max_length=60, description=_l("Mã trên nhãn máy; quét được."))


ANSWERS = [("", _l("chưa xem")), ("yes", _l("đạt")), ("no", _l("không đạt"))]


class PointsForm(Form):
    """The points of an incoming check; added by `points_form`."""

    version = version_field()

    def points(self) -> dict[str, tuple[bool | None, str]]:
        """Key → fine or not, words."""
        out: dict[str, tuple[bool | None, str]] = {}
        for name in self._fields:
            if name.startswith("ok_"):
                said = self._fields[name].data
                out[name[3:]] = (None if not said else said == "yes", self._fields["says_" + name[3:]].data or "")
        return out


def points_form(kind: str) -> type[PointsForm]:
    """The form with an answer and its words for each point of what arrived."""
    fields: dict[str, Any] = {}
    for key, words in rules.POINTS[kind].items():
        fields[f"ok_{key}"] = Choice(words, choices=ANSWERS)
        fields[f"says_{key}"] = TextField(gettext("Ghi chú: %(name)s", name=str(words)), max_length=500)
    return type("PointsOf", (PointsForm,), fields)


class UseForm(Form):
    """From when and for what something accepted is used."""

    used_from = DayField(_l("Dùng từ ngày"), [required()], not_future=True, default=clock.today)
    used_for = TextField(_l("Dùng cho việc gì"), [required()], max_length=300)
