"""Forms of issuing instruments and taking them back."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core.forms import (
    Choice,
    DayField,
    Form,
    LongTextField,
    MomentField,
    MoneyField,
    TextField,
    required,
    version_field,
)

HOLDERS = [
    ("person", _l("Một người của phòng")), ("bench", _l("Một bàn đo")), ("site", _l("Cơ sở khác, hiện trường")),
    ("outside", _l("Đơn vị bên ngoài")),
]


class LoanForm(Form):
    """Issue one instrument."""

    holder_kind = Choice(_l("Giao cho"), choices=HOLDERS)
    holder_id = Choice(_l("Người nhận"), coerce=str, empty=_l("Chọn khi giao cho một người"))
    holder = TextField(_l("Bàn đo, cơ sở hoặc đơn vị nhận"), [Optional()], max_length=200)
    purpose = TextField(_l("Dùng để"), [Optional()], max_length=400)
    out_at = MomentField(_l("Giao lúc"), [Optional()], description=_l("Bỏ trống: bây giờ."))
    due_back_on = DayField(_l("Hẹn trả"), [required()])
    condition_out = LongTextField(_l("Tình trạng khi giao"), [required()], max_length=1000)
    fee = MoneyField(_l("Phí"), [Optional()], unit="VND", description=_l("Chỉ khi cho đơn vị bên ngoài thuê."))


class ReturnForm(Form):
    """Take one instrument back."""

    back_at = MomentField(_l("Trả lúc"), [Optional()], description=_l("Bỏ trống: bây giờ."))
    condition_back = LongTextField(_l("Tình trạng khi trả"), [required()], max_length=1000)
    version = version_field()


def people_choices(people: Any) -> list[tuple[str, str]]:
    """People who may hold an instrument, as choices."""
    return [(str(p.id), p.name) for p in people]
