"""Forms of the scope register (5.3)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core.forms import Choice, DayField, DecimalField, Form, LongTextField, TextField, required


class ScopeForm(Form):
    """Lines of the scope register."""

    method_code = Choice(_l("Phương pháp"))
    parameters = LongTextField(_l("Chỉ tiêu"), [Optional()], max_length=2000,
                               description=_l("Mỗi dòng một mã; bỏ trống: mọi chỉ tiêu."))
    status = Choice(_l("Loại"), choices=[])
    decision = TextField(_l("Quyết định"), [required()], max_length=120)
    valid_from = DayField(_l("Từ ngày"), [required()])
    valid_to = DayField(_l("Đến hết ngày"), [required()])
    cmc_low = DecimalField(_l("Phạm vi đo từ"), [Optional()], description=_l("Bỏ trống: cả khoảng của chỉ tiêu."))
    cmc_high = DecimalField(_l("đến"), [Optional()])
    cmc_range_unit = TextField(_l("Đơn vị của phạm vi đo"), [Optional()], max_length=20)
    cmc = DecimalField(_l("CMC (U nhỏ nhất, k = 2)"), [Optional()], description=_l("Chỉ cho hiệu chuẩn được công nhận."))
    cmc_unit = TextField(_l("Đơn vị của CMC"), [Optional()], max_length=20)


class ScopeEndForm(Form):
    """A line of the register that ends before its time."""

    last_day = DayField(_l("Ngày cuối còn hiệu lực"), [required()])
    decision = TextField(_l("Quyết định"), [required()], max_length=120,
                         description=_l("Số và ngày của quyết định đình chỉ, thu hẹp hoặc hủy."))
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
