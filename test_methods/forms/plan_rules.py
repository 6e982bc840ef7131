"""The form of a plan rule: its regulation, effect, conditions line by line, reasons, source and days."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms.validators import Optional

from lab_app.core.forms import Choice, DayField, Form, LongTextField, TextField, required, version_field
from test_methods.properties import PROPERTIES

MOST_CONDITIONS = 6
EFFECTS = {"propose": _l("đề xuất thử"), "exempt": _l("miễn thử")}
OPERATORS = {
    "has": _l("có"), "has_not": _l("không có"), "any": _l("có một trong"), "is": _l("là"), "is_not": _l("không là"),
    "begins": _l("bắt đầu bằng"), "le": _l("không lớn hơn"), "lt": _l("nhỏ hơn"), "ge": _l("không nhỏ hơn"), "gt": _l("lớn hơn"),
}


class ConditionForm(Form):
    """One condition: a property, how it is compared, with what."""

    class Meta(Form.Meta):
        csrf = False

    property = Choice(_l("Thuộc tính"), [Optional()], empty=_l("chọn"), choices=[(p.key, p.words) for p in PROPERTIES])
    operator = Choice(_l("So sánh"), [Optional()], empty=_l("chọn"), choices=list(OPERATORS.items()))
    value = TextField(_l("Giá trị"), [Optional()], max_length=300)


class PlanRuleForm(Form):
    """A plan rule; a new one has a code, an old one a reason for its change."""

    version = version_field()
    code = TextField(_l("Mã"), [Optional()], max_length=40, description=_l("Chữ in hoa không dấu, chữ số, gạch nối: PR-054-WIFI."))
    regulation = TextField(_l("Quy chuẩn"), [required()], max_length=80,
                           description=_l("Không kèm năm: QCVN 54. Bản có hiệu lực được tìm theo ngày."))
    effect = Choice(_l("Kết quả"), [required()], choices=list(EFFECTS.items()), default="propose")
    conditions = FieldList(FormField(ConditionForm), _l("Điều kiện"), max_entries=MOST_CONDITIONS)
    reason_vi = LongTextField(_l("Vì sao (in cho người đọc)"), [required()], max_length=1000)
    reason_en = LongTextField(_l("Vì sao, tiếng Anh"), [Optional()], max_length=1000)
    source = LongTextField(_l("Căn cứ: thông tư, danh mục"), [Optional()], max_length=1000)
    confirmed = LongTextField(_l("Đã đối chiếu với văn bản nào"), [Optional()], max_length=1000,
                              description=_l("Bỏ trống: quy tắc được đánh dấu là chưa xác nhận."))
    in_force_from = DayField(_l("Hiệu lực từ"), [Optional()])
    in_force_to = DayField(_l("Hết hiệu lực từ"), [Optional()], description=_l("Ngày đầu tiên không còn hiệu lực."))
    reason = LongTextField(_l("Lý do thay đổi"), [Optional()], max_length=1000)

    def facts(self) -> dict[str, Any]:
        """The rule as the service takes it; lines that say nothing are left out."""
        rows = [entry.form.data for entry in self.conditions]
        kept = [{k: row[k] or "" for k in ("property", "operator", "value")} for row in rows if any(row.values())]
        return {**self.clean("regulation", "effect", "reason_vi", "reason_en", "source", "confirmed", "in_force_from", "in_force_to"),
                "conditions": kept}
