"""Forms of the room."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional, StopValidation

from instruments.rules import QUANTITIES
from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    WholeField,
    not_a_number,
    required,
    version_field,
)
from lab_app.core.i18n import lang
from lab_app.core.quantity import NotANumber, parse_decimal
from test_methods import wording

FIELD_ROWS = 6
COMPANIONS = 3
COMPONENT_ROWS = 12


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


class RegulationForm(Form):
    """One edition of a regulation, or another document that methods are based on."""

    kind = Choice(_l("Loại tài liệu"), choices=list(wording.DOCUMENT_KINDS.items()), default="regulation")
    code = TextField(_l("Ký hiệu"), [required()], max_length=80, description=_l("Kèm năm: QCVN 54:2020/BTTTT."))
    title_vi = LongTextField(_l("Tên"), [required()], max_length=1000)
    title_en = LongTextField(_l("Tên tiếng Anh"), [Optional()], max_length=1000)
    in_force_from = DayField(_l("Hiệu lực từ"), [Optional()])
    in_force_to = DayField(_l("Hết hiệu lực"), [Optional()])
    replaced_by = TextField(_l("Thay bằng"), [Optional()], max_length=80)
    legal = LongTextField(_l("Căn cứ pháp lý"), [Optional()])
    confirmed = LongTextField(_l("Đã thấy văn bản ở đâu"), [Optional()], description=_l("Bỏ trống: hồ sơ ghi là chưa xác nhận."))
    note = LongTextField(_l("Ghi chú"), [Optional()])


class LimitPart(Form):
    """The shape of a limit: its type and its numbers."""

    kind = Choice(_l("Dạng giới hạn"), choices=[(k, w) for k, w in wording.LIMIT_TYPES.items() if k],
                  empty=wording.LIMIT_TYPES[""])
    unit = TextField(_l("Đơn vị"), [Optional()], max_length=20)
    low = DecimalField(_l("Giới hạn dưới"), [Optional()])
    high = DecimalField(_l("Giới hạn (trên)"), [Optional()])
    inclusive = BooleanField(_l("Kể cả giá trị bằng giới hạn"), default=True)
    segments = LongTextField(_l("Các đoạn của đường giới hạn"), [Optional()], max_length=8000, description=_l(
        "Mỗi dòng bốn số: tần số đầu, tần số cuối (MHz), giới hạn đầu, giới hạn cuối."))

    #: What the text of the segments says, once validated.
    table: tuple[list[str], ...] = ()

    def limit(self) -> dict[str, Any]:
        """The limit as data; numbers are checked by the service."""
        kind, flag = self.kind.data or "", bool(self.inclusive.data)
        if not kind:
            return {}
        unit = self.unit.data or ""
        if kind == "observation":
            return {"type": kind, "answers": list(wording.ANSWERS)}
        if kind == "line":
            return {"type": kind, "scale": "log", "side": "upper", "inclusive": flag, "f_unit": "MHz", "unit": unit,
                    "segments": list(self.table)}
        if kind == "range":
            return {"type": kind, "low": _plain(self.low.data), "high": _plain(self.high.data), "low_inclusive": flag,
                    "high_inclusive": flag, "unit": unit}
        number = self.low.data if kind == "lower" else self.high.data
        return {"type": kind, "limit": _plain(number), "inclusive": flag, "unit": unit}

    def validate_segments(self, field: Any) -> None:
        """Each line is four numbers in the reader's notation."""
        read: list[list[str]] = []
        for number, line in enumerate((field.data or "").splitlines(), 1):
            parts = line.replace(";", " ").split()
            if not parts:
                continue
            if len(parts) != 4:
                raise StopValidation(gettext("Dòng %(n)s: cần đúng bốn số.", n=number))
            try:
                read.append([format(parse_decimal(part, lang()), "f") for part in parts])
            except NotANumber as error:
                raise StopValidation(gettext("Dòng %(n)s: %(why)s", n=number, why=not_a_number(error))) from error
        self.table = tuple(read)


class RequirementForm(LimitPart):
    """A parameter that a regulation limits."""

    code = TextField(_l("Mã"), [required()], max_length=60)
    name_vi = TextField(_l("Tên"), [required()], max_length=300)
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    clause = TextField(_l("Điều"), [Optional()], max_length=80)
    conditions = LongTextField(_l("Điều kiện"), [Optional()], max_length=1000)


class LimitForm(LimitPart):
    """A limit written anew, with the reason."""

    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class ConfirmForm(Form):
    """A person states that a limit was compared with the official text."""

    source = LongTextField(_l("Đã đối chiếu với"), [required()], max_length=2000,
                           description=_l("Văn bản, điều, bảng, trang; bản chính thức ở đâu."))
    on = DayField(_l("Ngày đối chiếu"), [required()], not_future=True, default=clock.today)
    version = version_field()


class MethodForm(Form):
    """A test or calibration method."""

    kind = Choice(_l("Phương pháp để"), choices=list(wording.METHOD_KINDS.items()), default="test")
    code = TextField(_l("Mã phương pháp"), [required()], max_length=80, description=_l("Dùng khi trao quyền; không đổi về sau."))
    title_vi = TextField(_l("Tên"), [required()], max_length=300)
    title_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    regulation_id = Choice(_l("Tài liệu cơ sở"), coerce=int, description=_l(
        "Quy chuẩn, tiêu chuẩn để thử nghiệm; ĐLVN, tiêu chuẩn hoặc quy trình nội bộ để hiệu chuẩn."))
    reference = TextField(_l("Tài liệu phương pháp"), [Optional()], max_length=300)
    standard_method = BooleanField(_l("Phương pháp tiêu chuẩn"), default=True)


class VersionForm(Form):
    """The next version of a method: environment and what changes."""

    change_note = LongTextField(_l("Nội dung thay đổi"), [required()], max_length=2000)
    t_low = DecimalField(_l("Nhiệt độ từ"), [Optional()], unit="°C")
    t_high = DecimalField(_l("đến"), [Optional()], unit="°C")
    rh_low = DecimalField(_l("Độ ẩm từ"), [Optional()], unit="%RH")
    rh_high = DecimalField(_l("đến"), [Optional()], unit="%RH")
    not_critical = LongTextField(_l("Hoặc: vì sao môi trường không ảnh hưởng"), [Optional()], max_length=1000)
    when = TextField(_l("Điều kiện riêng: khi điều kiện của dòng có chữ"), [Optional()], max_length=100)
    when_t_low = DecimalField(_l("Nhiệt độ từ"), [Optional()], unit="°C")
    when_t_high = DecimalField(_l("đến"), [Optional()], unit="°C")
    copy = BooleanField(_l("Lấy các chỉ tiêu của phiên bản gần nhất"), default=True)

    def environment(self) -> dict[str, Any]:
        """The environment as a version keeps it; completeness is the service's to judge."""
        if self.not_critical.data:
            return {"not_critical": self.not_critical.data}
        found: dict[str, Any] = {}
        for key, low, high in (("temperature", self.t_low, self.t_high), ("humidity", self.rh_low, self.rh_high)):
            if low.data is not None or high.data is not None:
                found[key] = [_plain(low.data) or "", _plain(high.data) or ""]
        if self.when.data:
            found["conditions"] = [{
                "when": self.when.data, "temperature": [_plain(self.when_t_low.data) or "", _plain(self.when_t_high.data) or ""]}]
        return found


class VerificationForm(Form):
    """The record of 7.2.1.5."""

    verification = LongTextField(_l("Hồ sơ kiểm tra xác nhận"), [required()], max_length=8000,
                                 description=_l("Đã kiểm tra gì, ai làm, ngày nào, kết luận (7.2.1.5)."))
    version = version_field()


class ApproveForm(Form):
    """From which day a version is in force."""

    effective_from = DayField(_l("Hiệu lực từ ngày"), [required()])
    version = version_field()


class RetireForm(Form):
    """Until when a version is in force."""

    from_day = DayField(_l("Hết hiệu lực từ ngày"), [required()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class FieldRow(PlainForm):
    """One reading field of a parameter."""

    key = TextField(_l("Khóa"), max_length=40)
    label_vi = TextField(_l("Nhãn"), max_length=120)
    label_en = TextField(_l("Nhãn tiếng Anh"), max_length=120)
    unit = TextField(_l("Đơn vị"), max_length=20)
    source = Choice(_l("Nguồn"), choices=list(wording.SOURCES.items()), default="measured")
    many = BooleanField(_l("Nhiều giá trị"))


class CompanionRow(PlainForm):
    """One need of a parameter: a quantity over a span."""

    quantity = Choice(_l("Đại lượng"), choices=list(QUANTITIES.items()), empty=_l("(bỏ trống)"))
    low = DecimalField(_l("Từ"))
    high = DecimalField(_l("Đến"))
    unit = TextField(_l("Đơn vị"), max_length=20)
    u = DecimalField(_l("U lớn nhất"))
    u_unit = TextField(_l("Đơn vị của U"), max_length=20)
    required = BooleanField(_l("Bắt buộc"), default=True)

    def need(self) -> dict[str, Any] | None:
        """The need as data; `None` for an empty row."""
        if not self.quantity.data:
            return None
        return {"quantity": self.quantity.data, "low": _plain(self.low.data), "high": _plain(self.high.data),
                "unit": self.unit.data, "u": _plain(self.u.data), "u_unit": self.u_unit.data, "required": self.required.data}


class ParameterForm(Form):
    """How a draft version measures one requirement."""

    requirement_id = Choice(_l("Yêu cầu của quy chuẩn"), coerce=int)
    code = TextField(_l("Mã chỉ tiêu"), [Optional()], max_length=60, description=_l("Bỏ trống: lấy mã của yêu cầu."))
    name_vi = TextField(_l("Tên"), [Optional()], max_length=300, description=_l("Bỏ trống: lấy tên của yêu cầu."))
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    kind = Choice(_l("Loại"), choices=list(wording.KINDS.items()))
    reading_fields = FieldList(FormField(FieldRow), label=_l("Trường số đọc"), min_entries=FIELD_ROWS, max_entries=20)
    formula = TextField(_l("Công thức"), [Optional()], max_length=300, description=_l(
        "Từ các khóa ở trên: reading + loss; max(per); worst(offset) * 1000 / channel; hai kết quả cách nhau dấu chấm phẩy."))
    places = WholeField(_l("Số chữ số thập phân khi in"), [Optional(), NumberRange(0, 9)], default=2)
    budget_id = Choice(_l("Bảng độ không đảm bảo đo"), coerce=str, empty=_l("Không có"))
    u_exempt_reason = LongTextField(_l("Lý do miễn đánh giá độ không đảm bảo đo"), [Optional()], max_length=1000)
    u_max = DecimalField(_l("U lớn nhất của tiêu chuẩn"), [Optional()])
    inherent_rule = Choice(_l("Quy tắc sẵn có trong quy chuẩn"), empty=_l("Không có"))
    default_rule = Choice(_l("Quy tắc đề xuất với khách hàng"), empty=_l("Không có"))
    needs = FieldList(FormField(CompanionRow), label=_l("Yêu cầu thiết bị"), min_entries=1 + COMPANIONS, max_entries=10)
    conditions = LongTextField(_l("Điều kiện thử lập sẵn"), [Optional()], max_length=8000, description=_l(
        "Mỗi dòng là một dòng kết quả của việc thử mới."))

    def reading(self) -> list[dict[str, Any]]:
        """The filled reading fields."""
        names = ("key", "label_vi", "label_en", "unit", "source", "many")
        return [{name: row.form[name].data for name in names} for row in self.reading_fields
                if row.form.key.data or row.form.label_vi.data]

    def need(self) -> dict[str, Any]:
        """The first filled row, with the others beside it."""
        found = [need for row in self.needs if (need := row.form.need()) is not None]
        return {**found[0], "beside": found[1:]} if found else {}


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
            found.append({"source": row.form.source.data, "value": _plain(row.form.value.data),
                          "distribution": row.form.distribution.data, "divisor": _plain(row.form.divisor.data),
                          "c_i": _plain(row.form.c_i.data) or "1"})
        return found


class ScopeForm(Form):
    """Lines of the scope register."""

    method_code = Choice(_l("Phương pháp"))
    parameters = LongTextField(_l("Chỉ tiêu"), [Optional()], max_length=2000,
                               description=_l("Mỗi dòng một mã; bỏ trống: mọi chỉ tiêu."))
    status = Choice(_l("Loại"), choices=[])
    decision = TextField(_l("Quyết định"), [required()], max_length=120)
    valid_from = DayField(_l("Từ ngày"), [required()])
    valid_to = DayField(_l("Đến hết ngày"), [required()])
    cmc = DecimalField(_l("CMC (U nhỏ nhất, k = 2)"), [Optional()], description=_l("Chỉ cho hiệu chuẩn được công nhận."))
    cmc_unit = TextField(_l("Đơn vị của CMC"), [Optional()], max_length=20)
