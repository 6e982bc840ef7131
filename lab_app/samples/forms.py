"""Forms of the room: enterprises, requests with their items, contract review, reception, moves, prices."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectMultipleField
from wtforms.validators import Email, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    MomentField,
    MoneyField,
    TextField,
    WholeField,
    not_a_number,
    required,
    version_field,
)
from lab_app.core.i18n import lang, pick
from lab_app.core.quantity import NotANumber
from lab_app.samples import rules
from lab_app.samples.models import Customer, RequestItem
from lab_app.samples.queries import WantedMethod
from lab_app.samples.services.custody import KINDS
from lab_app.samples.services.requests import MOST_COPIES
from lab_app.samples.wording import (
    ANSWER_WORDS,
    CONDITION_WORDS,
    DECISION_WORDS,
    LANGUAGE_WORDS,
    MOVE_WORDS,
    PUBLIC_WORDS,
    REVIEW_WORDS,
)
from test_methods.models import DecisionRule, Method

SPARE_QUESTIONS = 2
MOST_ITEMS = 10
MOST_LINES = 30
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


# ---- requests --------------------------------------------------------------------------------------------


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


# ---- contract review -------------------------------------------------------------------------------------


class QuestionForm(Form):
    """A question to the customer and the answer (7.1.4)."""

    class Meta(Form.Meta):
        csrf = False

    q = TextField(_l("Hỏi"), [MayBeLater()], max_length=400)
    a = TextField(_l("Khách hàng trả lời"), [MayBeLater()], max_length=400)


class ReviewForm(Form):
    """The contract review; `review_form` adds the fields of the request's methods."""

    version = version_field()
    questions = FieldList(FormField(QuestionForm, _l("Câu hỏi")), _l("Trao đổi với khách hàng"), max_entries=MOST_LINES)
    deviations = LongTextField(_l("Sai khác so với yêu cầu hoặc phương pháp, và ý kiến của khách hàng"), [Optional()],
                               description=_l("Để trống khi không có. Được in trên phiếu kết quả."))
    agreed_by = TextField(_l("Người đồng ý phía khách hàng"), [MayBeLater()])
    agreed_on = DayField(_l("Ngày đồng ý"), [MayBeLater()], not_future=True)
    evidence = TextField(_l("Bằng chứng"), [Optional()], max_length=300, description=_l("Ví dụ: phiếu yêu cầu, mục 6; thư ngày …"))
    contract_no = TextField(_l("Số hợp đồng"), [Optional()], max_length=60, description=_l("Để trống: cấp theo số yêu cầu."))
    reviewed_on = DayField(_l("Ngày xem xét"), [MayBeLater()], not_future=True)
    due_on = DayField(_l("Hạn trả kết quả"), [MayBeLater()])

    wanted: Sequence[WantedMethod] = ()

    def checks(self) -> dict[str, Any]:
        """Answers of the five questions, with the customer's replies on replaced editions and consents to subcontracting."""
        out: dict[str, Any] = {
            k: {"answer": self[f"check-{k}"].data or "", "note": self[f"note-{k}"].data or ""} for k in rules.REVIEW_KEYS}
        out["methods"]["replies"] = self._texts("reply")
        out["subcontracting"]["consents"] = self._texts("consent")
        return out

    def _texts(self, name: str) -> dict[str, str]:
        typed = {w.method.code: self[f"{name}-{w.method.id}"].data for w in self.wanted if f"{name}-{w.method.id}" in self}
        return {code: text for code, text in typed.items() if text}

    def subcontracting(self) -> dict[str, str]:
        """Method code → the laboratory that tests it, empty for here."""
        return {w.method.code: self[f"lab-{w.method.id}"].data or "" for w in self.wanted}

    def asked(self) -> list[dict[str, str]]:
        """Questions with their answers; empty rows are left out."""
        return [{"q": e.form.q.data or "", "a": e.form.a.data or ""} for e in self.questions if e.form.q.data or e.form.a.data]

    def rules(self, known: Mapping[str, DecisionRule]) -> list[dict[str, Any]]:
        """The rules chosen: the general one of each method, then one line for each rule that some of its parameters follow."""
        common = {"agreed_by": self.agreed_by.data or "", "agreed_on": self.agreed_on.data, "evidence": self.evidence.data or ""}
        out: list[dict[str, Any]] = []
        for w in self.wanted:
            general = self[f"rule-{w.method.id}"].data if f"rule-{w.method.id}" in self else ""
            if general:
                out.append({"method": w.method, "rule": known[general], "parameter_codes": [], **common})
            own: dict[str, list[str]] = {}
            for p in w.needing_rule:
                chosen = self[f"rule-{w.method.id}-{p.id}"].data
                if chosen and chosen != general:
                    own.setdefault(chosen, []).append(p.code)
            out += [{"method": w.method, "rule": known[code], "parameter_codes": codes, **common} for code, codes in own.items()]
        return out


def review_form(wanted: Sequence[WantedMethod], decision_rules: Sequence[DecisionRule]) -> type[ReviewForm]:
    """The review form of one request: five questions, and for each method who tests it, the reply, the consent, the rules."""
    body: dict[str, Any] = {"wanted": tuple(wanted)}
    for key in rules.REVIEW_KEYS:
        body[f"check-{key}"] = RadioField(REVIEW_WORDS[key], [MayBeLater()], choices=list(ANSWER_WORDS.items()))
        body[f"note-{key}"] = TextField(_l("Ghi chú"), [Optional()], max_length=300)
    names = [(r.code, f"{r.code} · {pick(r.name_vi, r.name_en)}") for r in decision_rules]
    for w in wanted:
        ident = w.method.id
        body[f"lab-{ident}"] = TextField(_l("Nhà thầu phụ"), [Optional()], max_length=300, description=_l("Để trống: thử tại phòng."))
        body[f"consent-{ident}"] = TextField(
            _l("Khách hàng đồng ý thầu phụ"), [Optional()], max_length=300, description=_l("Ai, ngày nào, bằng chứng gì (7.1.1 c)."))
        if not w.edition_applies:
            body[f"reply-{ident}"] = TextField(
                _l("Khách hàng trả lời về bản đã thay thế"), [Optional()], max_length=300,
                description=_l("Ai, ngày nào, vì sao vẫn thử theo bản này (7.1.2)."))
        if w.needing_rule:
            body[f"rule-{ident}"] = Choice(_l("Quy tắc chung của phương pháp"), [MayBeLater()], empty=_l("chưa thỏa thuận"), choices=names)
        for p in w.needing_rule:
            body[f"rule-{ident}-{p.id}"] = Choice(f"{p.code} · {p.name_vi}", [MayBeLater()], empty=_l("theo quy tắc chung"), choices=names)
    return type("RequestReviewForm", (ReviewForm,), body)


# ---- items -----------------------------------------------------------------------------------------------


class ReceiveForm(Form):
    """Reception of one item; `receive_form` adds the condition checklist."""

    item = Choice(_l("Đối tượng theo yêu cầu"), [required()], coerce=int, choices=[])
    received_at = MomentField(_l("Nhận lúc"), [required()])
    brought_by = TextField(_l("Người giao, cách gửi"), [Optional()])
    serial = TextField(_l("Số máy (sê-ri)"), [Optional()], max_length=120)
    hardware = TextField(_l("Phiên bản phần cứng"), [Optional()], max_length=60)
    firmware = TextField(_l("Firmware"), [Optional()], max_length=60)
    condition = LongTextField(_l("Tình trạng khi nhận"), [required()], max_length=2000)
    accessories = LongTextField(_l("Phụ kiện, phần mềm, tài liệu kèm theo"), [Optional()], max_length=2000)
    photos = MultipleFileField(_l("Ảnh mẫu"), [Optional()], render_kw={"accept": "image/png,image/jpeg,image/webp"})
    deviation = LongTextField(_l("Sai lệch cần hỏi khách hàng"), [Optional()], max_length=2000,
                              description=_l("Bắt buộc khi có điểm không đạt. Mẫu sẽ chờ câu trả lời của khách hàng (7.4.3)."))
    storage = TextField(_l("Nơi giữ"), [required()], max_length=120, render_kw={"list": "storage-places"})
    storage_conditions = TextField(_l("Điều kiện bảo quản"), [Optional()])
    checks = HiddenField()

    def looked(self) -> dict[str, Any]:
        """The condition checklist; a point nobody answered is left out and the service asks for it."""
        out = {}
        for key in rules.CONDITION_KEYS:
            if self[f"ok-{key}"].data:
                out[key] = {"ok": self[f"ok-{key}"].data == "yes", "note": self[f"why-{key}"].data or ""}
        return out


def receive_form(items: Iterable[RequestItem], **kw: Any) -> ReceiveForm:
    """The reception form for a request's items."""
    body: dict[str, Any] = {}
    for key in rules.CONDITION_KEYS:
        body[f"ok-{key}"] = RadioField(
            CONDITION_WORDS[key], [required()], choices=[("yes", _l("Đạt")), ("no", _l("Không đạt"))])
        body[f"why-{key}"] = TextField(_l("Ghi chú"), [Optional()], max_length=300)
    form = type("ItemReceiveForm", (ReceiveForm,), body)(**kw)
    form.item.choices = [(i.id, f"{i.name} {i.model}") for i in items]
    return form  # type: ignore[no-any-return]


class PhotosForm(Form):
    """Further photos of an item."""

    photos = MultipleFileField(_l("Ảnh mẫu"), render_kw={"accept": "image/png,image/jpeg,image/webp"})
    caption = TextField(_l("Chú thích"), [Optional()], max_length=300)


class AnswerForm(Form):
    """The customer's answer about a deviating item."""

    decision = RadioField(_l("Khách hàng quyết định"), [required()], choices=list(DECISION_WORDS.items()))
    answered_by = TextField(_l("Người trả lời phía khách hàng"), [required()])
    answered_on = DayField(_l("Ngày trả lời"), [required()], not_future=True)
    text = LongTextField(_l("Nội dung trả lời"), [required()], max_length=2000)


class MoveForm(Form):
    """A move of an item."""

    version = version_field()
    kind = RadioField(_l("Việc"), [required()], choices=[(k, MOVE_WORDS[k]) for k in KINDS])
    to_person = Choice(_l("Người nhận trong phòng"), [Optional()], empty=_l("không phải người của phòng"), coerce=str, choices=[])
    to_text = TextField(_l("Người nhận bên ngoài"), [Optional()])
    place = TextField(_l("Nơi để"), [Optional()], render_kw={"list": "storage-places"})
    at = MomentField(_l("Lúc"), [Optional()], description=_l("Để trống: bây giờ."))
    note = LongTextField(_l("Ghi chú, biên bản"), [Optional()], max_length=500)


class FirmwareForm(Form):
    """The item's firmware was changed."""

    firmware = TextField(_l("Firmware mới"), [required()], max_length=60)
    changed_at = MomentField(_l("Đổi lúc"), [required()])
    by = TextField(_l("Người đổi"), [required()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)


class ScanForm(Form):
    """A scanned code."""

    class Meta(Form.Meta):
        csrf = False

    q = CodeField(_l("Mã mẫu"), [required()], max_length=60)


# ---- prices ----------------------------------------------------------------------------------------------


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
