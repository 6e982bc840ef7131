"""Forms of product lists and their lines."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms.validators import Optional

from lab_app.core.forms import Choice, DayField, Form, LongTextField, TextField, required, version_field
from test_methods.forms.plan_rules import MOST_CONDITIONS, ConditionForm
from test_methods.forms.regulations import LinesField
from test_methods.product_words import LANES


class ProductListForm(Form):
    """The list of a circular."""

    code = TextField(_l("Số hiệu văn bản"), [required()], max_length=80, description=_l("Ví dụ 36/2026/TT-BKHCN."))
    title_vi = LongTextField(_l("Tên"), [required()], max_length=1000)
    title_en = LongTextField(_l("Tên tiếng Anh"), [Optional()], max_length=1000)
    issued_on = DayField(_l("Ngày ban hành"), [Optional()])
    in_force_from = DayField(_l("Hiệu lực từ"), [required()])
    replaces = LinesField(_l("Thay thế"), [Optional()], description=_l(
        "Mỗi dòng một văn bản; danh mục đã nhập sẽ hết hiệu lực từ ngày này."))
    confirmed = LongTextField(_l("Đã thấy văn bản ở đâu"), [Optional()], description=_l("Bỏ trống: hồ sơ ghi là chưa xác nhận."))
    note = LongTextField(_l("Ghi chú"), [Optional()])


class ProductListEditForm(ProductListForm):
    """A correction of a list."""

    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class EndForm(Form):
    """From which day something no longer counts."""

    in_force_to = DayField(_l("Hết hiệu lực từ"), [required()], description=_l("Ngày đầu tiên không còn hiệu lực."))
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class ProductEntryForm(Form):
    """A line of a list."""

    annex = TextField(_l("Phụ lục"), [Optional()], max_length=20)
    item = TextField(_l("Mục"), [required()], max_length=60)
    name_vi = LongTextField(_l("Sản phẩm"), [required()], max_length=1000)
    name_en = LongTextField(_l("Sản phẩm, tiếng Anh"), [Optional()], max_length=1000)
    lane = Choice(_l("Cách quản lý"), [required()], choices=list(LANES.items()), empty=_l("chọn"))
    hs = TextField(_l("Mã HS"), [Optional()], max_length=400, description=_l("Ghi như phụ lục: 8518.30.10 .20 .51; 8528.71.xx là cả nhóm."))
    regulations = LinesField(_l("Quy chuẩn áp dụng"), [Optional()], description=_l("Mỗi dòng một quy chuẩn, không kèm năm: QCVN 54."))
    in_force_from = DayField(_l("Hiệu lực từ"), [Optional()], description=_l("Bỏ trống: theo danh mục."))
    conditions = FieldList(FormField(ConditionForm), _l("Điều kiện"), max_entries=MOST_CONDITIONS)
    seen = LongTextField(_l("Thấy ở"), [Optional()], max_length=1000)
    note = LongTextField(_l("Ghi chú"), [Optional()])

    def facts(self) -> dict[str, Any]:
        """The line as the service takes it; conditions that say nothing are left out."""
        rows = [entry.form.data for entry in self.conditions]
        kept = [{k: row[k] or "" for k in ("property", "operator", "value")} for row in rows if any(row.values())]
        names = ("annex", "item", "name_vi", "name_en", "lane", "hs", "regulations", "in_force_from", "seen", "note")
        return {**self.clean(*names), "conditions": kept}


class ProductEntryEditForm(ProductEntryForm):
    """A correction of a line."""

    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()
