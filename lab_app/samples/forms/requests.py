"""Forms of the room: enterprises, requests with their items, contract review, reception, moves, prices."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectMultipleField
from wtforms.validators import Email, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lab_app.core.forms import (
    Choice,
    DayField,
    Form,
    LongTextField,
    TextField,
    WholeField,
    not_a_number,
    required,
    version_field,
)
from lab_app.core.i18n import lang, pick
from lab_app.core.quantity import NotANumber
from lab_app.samples import rules
from lab_app.samples.models import Customer
from lab_app.samples.services.requests import MOST_COPIES
from lab_app.samples.wording import (
    LANGUAGE_WORDS,
    PUBLIC_WORDS,
)
from test_methods.models import Method

MOST_ITEMS = 10


COPIES = NumberRange(1, MOST_COPIES, _l("Từ 1 đến %(most)s.", most=MOST_COPIES))


class MayBeLater(Optional):
    """May stay empty for now; the page does not call the field optional, for a later step asks for it."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, Any] = {}


class CheckboxGroupField(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        known = {str(self.coerce(choice[0])) for choice in self.choices or []}
        if any(str(value) not in known for value in self.data or []):
            raise ValidationError(gettext("Lựa chọn không có trong danh sách."))


class CustomerForm(Form):
    """An enterprise."""

    version = version_field()
    name = TextField(_l("Tên doanh nghiệp"), [required()], max_length=300)
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    tax_code = TextField(_l("Mã số thuế"), [required()], max_length=20,
                         description=_l("10 chữ số, hoặc 13 chữ số của chi nhánh; chữ số kiểm tra được đối chiếu."))
    address = TextField(_l("Địa chỉ"), [required()], max_length=400)
    address_en = TextField(_l("Địa chỉ tiếng Anh"), [Optional()], max_length=400)
    contact = TextField(_l("Người liên hệ"), [Optional()], max_length=200)
    phone = TextField(_l("Điện thoại"), [Optional(), Regexp(r"^[0-9+(). /-]{6,40}$", message=_l("Số điện thoại không đúng dạng."))],
                      max_length=40)
    email = TextField(_l("Thư điện tử"), [Optional(), Email(_l("Địa chỉ thư điện tử không đúng dạng."))], max_length=255)


class ItemForm(Form):
    """One kind of item in a request, with what is wanted of it. `known` are facts that methods take from the customer."""

    class Meta(Form.Meta):
        csrf = False

    id = HiddenField()
    name = TextField(_l("Tên đối tượng thử nghiệm"), [required()], max_length=300)
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    brand = TextField(_l("Nhãn hiệu"), [Optional()], max_length=120)
    model = TextField(_l("Kiểu (model)"), [required()], max_length=120)
    manufacturer = TextField(_l("Nhà sản xuất"), [Optional()], max_length=300)
    origin = TextField(_l("Xuất xứ"), [Optional()], max_length=120)
    quantity = WholeField(_l("Số lượng mẫu"), [required(), NumberRange(1, 999, _l("Từ 1 đến 999."))], default=1)
    power = TextField(_l("Nguồn cấp"), [Optional()], max_length=200)
    supplied = LongTextField(_l("Thông tin khách hàng cung cấp"), [Optional()], max_length=2000)
    methods = CheckboxGroupField(_l("Phương pháp muốn thử"), coerce=int)

    known: Mapping[str, dict[str, str]] = {}
    facts: Sequence[dict[str, str]] = ()

    def validate_supplied(self, field: Any) -> None:
        """Read the lines; what methods compute with must be a number."""
        try:
            self.facts = rules.read_supplied(field.data or "", self.known, lang())
        except NotANumber as error:
            raise ValidationError(not_a_number(error)) from error
        except ValueError as error:
            raise ValidationError(gettext("Không đọc được “%(line)s”: ghi tên = giá trị đơn vị.", line=str(error)[:80])) from error

    def as_facts(self, offered: Mapping[int, Method]) -> dict[str, Any]:
        """The item as the service takes it."""
        data = {k: v for k, v in self.data.items() if k not in ("methods", "supplied", "csrf_token")}
        return {**data, "supplied": list(self.facts), "methods": [offered[m] for m in self.methods.data or []]}


class _Terms(Form):
    """What a request and its change share."""

    version = version_field()
    wants_statement = BooleanField(_l("Cần kết luận về sự phù hợp với quy chuẩn (7.8.6)"), default=True)
    language = Choice(_l("Ngôn ngữ phiếu kết quả"), choices=list(LANGUAGE_WORDS.items()), default="vi+en")
    copies = WholeField(_l("Số bản giấy"), [required(), COPIES], default=1)
    return_items = BooleanField(_l("Trả lại mẫu sau khi thử"), default=True)
    public_fields = CheckboxGroupField(
        _l("Khách hàng cho phép trang tra cứu công khai hiện"), choices=list(PUBLIC_WORDS.items()),
        description=_l("Không chọn: trang tra cứu chỉ hiện số phiếu, trạng thái và ngày (4.2.1)."))
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=2000)
    items = FieldList(FormField(ItemForm, _l("Đối tượng")), _l("Đối tượng thử nghiệm"), max_entries=MOST_ITEMS)

    def offer(self, methods: Iterable[Method], known: Mapping[str, dict[str, str]]) -> None:
        """Give every item the methods to choose from and the facts that methods take from the customer."""
        choices = [(m.id, f"{m.regulation.code} · {pick(m.title_vi, m.title_en)}") for m in methods]
        for entry in self.items:
            entry.form.methods.choices = choices
            entry.form.known = known

    def more(self) -> None:
        """One item more to fill in, as far as the list goes."""
        if len(self.items) < MOST_ITEMS:
            self.items.append_entry({"quantity": 1})

    def drop(self, index: str) -> None:
        """One item less: one that is only typed, never one that exists."""
        at = int(index) if index.isdigit() else -1
        self.items.entries = [e for n, e in enumerate(self.items.entries) if n != at or e.form.id.data]

    def terms(self) -> dict[str, Any]:
        """The fields both forms have, without the items."""
        return self.clean("wants_statement", "language", "copies", "return_items", "public_fields", "note")


class RequestForm(_Terms):
    """A request: who asks, what for, on which terms."""

    customer = TextField(_l("Khách hàng"), [required()], max_length=340, render_kw={"list": "known-customers"},
                         description=_l("Mã khách hàng, mã số thuế hoặc tên; không cần gõ dấu."))
    meant = RadioField(_l("Chọn đúng khách hàng"), [Optional()], choices=[], validate_choice=False)
    site = Choice(_l("Cơ sở tiếp nhận"), [required()], coerce=int, choices=[])
    requested_on = DayField(_l("Ngày yêu cầu"), [required()], not_future=True)
    due_on = DayField(_l("Hạn trả kết quả"), [Optional()])

    def ask_which(self, customers: Sequence[Customer]) -> None:
        """Several enterprises fit what was typed: let the person choose."""
        self.meant.choices = [(c.code, f"{c.name} · {c.tax_code} · {c.code}") for c in customers]
        self.customer.errors = [*self.customer.errors, gettext("Có %(n)s khách hàng khớp; chọn một ở dưới.", n=len(customers))]


class ChangeForm(_Terms):
    """A change of a request, with its reason."""

    due_on = DayField(_l("Hạn trả kết quả"), [required()])
    reason = LongTextField(_l("Lý do thay đổi"), [required()], max_length=1000)


class ReasonForm(Form):
    """A reason, for a one-button action."""

    version = version_field()
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
