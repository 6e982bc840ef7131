"""Forms of departures from a method and of the use of a version no longer in force."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core.forms import DayField, Form, LongTextField, TextField, required


class DeviationForm(Form):
    """A departure: from what, how instead, why that is sound."""

    what = LongTextField(_l("Sai khác với bước hay yêu cầu nào"), [required()], max_length=1000,
                         description=_l("Điều khoản của phương pháp và yêu cầu không theo được."))
    documented = LongTextField(_l("Đã làm thay bằng cách nào"), [Optional()], max_length=4000)
    justification = LongTextField(_l("Luận cứ kỹ thuật"), [Optional()], max_length=4000,
                                  description=_l("Vì sao kết quả vẫn dùng được, kèm số liệu."))


class AcceptanceForm(Form):
    """The customer's acceptance."""

    customer_accepted_by = TextField(_l("Người của khách hàng"), [required()], max_length=200)
    customer_accepted_on = DayField(_l("Ngày chấp nhận"), [required()], not_future=True)
    customer_evidence = LongTextField(_l("Bằng chứng"), [required()], max_length=1000, description=_l("Thư, phiếu đã ký, biên bản."))


class JustifyForm(Form):
    """Why a version out of force is used, and how the customer was told (7.2.1.3, 7.1.2)."""

    reason = LongTextField(_l("Lý do dùng phiên bản cũ"), [required()], max_length=2000)
    told_to = TextField(_l("Đã báo cho ai của khách hàng"), [required()], max_length=200)
    told_on = DayField(_l("Ngày báo"), [required()], not_future=True)
    told_how = TextField(_l("Bằng cách nào"), [required()], max_length=300,
                         description=_l("Thư điện tử, điện thoại có ghi lại, văn bản số…"))
