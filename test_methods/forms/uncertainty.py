"""Forms of the room."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import Optional

from lab_app.core.forms import (
    Choice,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    required,
)
from test_methods import wording
from test_methods.forms.regulations import plain

COMPONENT_ROWS = 12


class ComponentRow(PlainForm):
    """One component of a budget."""

    source = TextField(_l("Nguồn"), max_length=200)
    value = DecimalField(_l("Giá trị"))
    distribution = Choice(_l("Phân bố"), choices=list(wording.DISTRIBUTIONS.items()), default="normal")
    divisor = DecimalField(_l("Ước số"))
    c_i = DecimalField(_l("Hệ số nhạy"))


class BudgetForm(Form):
    """An uncertainty budget."""

    code = TextField(_l("Mã"), [required()], max_length=60, description=_l("Bảng sửa đổi mang mã mới."))
    quantity = TextField(_l("Đại lượng"), [required()], max_length=300)
    unit = TextField(_l("Đơn vị của U"), [required()], max_length=20)
    k = DecimalField(_l("Hệ số phủ k"), [required()], default=Decimal(2))
    rows = FieldList(FormField(ComponentRow), label=_l("Thành phần"), min_entries=COMPONENT_ROWS, max_entries=60)
    note = LongTextField(_l("Ghi chú"), [Optional()])

    def components(self) -> list[dict[str, Any]]:
        """The filled components, numbers as strings; an empty coefficient is 1."""
        found = []
        for row in self.rows:
            if not row.form.source.data and row.form.value.data is None:
                continue
            found.append({"source": row.form.source.data, "value": plain(row.form.value.data),
                          "distribution": row.form.distribution.data, "divisor": plain(row.form.divisor.data),
                          "c_i": plain(row.form.c_i.data) or "1"})
        return found
