"""Forms of the room: enterprises, requests with their items, contract review, reception, moves, prices."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms.validators import NumberRange, Optional, ValidationError

from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    MoneyField,
    TextField,
    WholeField,
    required,
    version_field,
)

MOST_LINES = 30


class QuotationLineForm(Form):
    """A line of a quotation; one with no text and no price is left out."""

    class Meta(Form.Meta):
        csrf = False

    text = TextField(_l("Nội dung"), max_length=300)
    quantity = WholeField(_l("Số lượng"), [Optional(), NumberRange(1, 9999, _l("Từ 1 đến 9999."))], default=1)
    unit_price = MoneyField(_l("Đơn giá"))

    def validate_unit_price(self, field: Any) -> None:
        if self.text.data and field.data is None and not field.errors:
            raise ValidationError(gettext("Cần điền một số."))

    def validate_text(self, field: Any) -> None:
        if not field.data and self.unit_price.data is not None:
            raise ValidationError(gettext("Cần điền mục này."))


class QuotationForm(Form):
    """A request's quotation."""

    version = version_field()
    lines = FieldList(FormField(QuotationLineForm, _l("Dòng")), _l("Báo giá"), max_entries=MOST_LINES)
    vat_percent = DecimalField(_l("Thuế GTGT"), [required()], unit="%")


class PaidForm(Form):
    """The day a request was paid, or why the payment is taken back."""

    version = version_field()
    paid_on = DayField(_l("Ngày thanh toán"), [Optional()], not_future=True, description=_l("Để trống: chưa thanh toán."))
    reason = TextField(_l("Lý do, nếu bỏ ngày đã ghi"), [Optional()], max_length=300)


class PriceForm(Form):
    """A price of the list."""

    method = Choice(_l("Phương pháp"), [required()], coerce=int, choices=[])
    amount = MoneyField(_l("Giá chưa thuế GTGT"), [required()])
    valid_from = DayField(_l("Áp dụng từ ngày"), [required()])
