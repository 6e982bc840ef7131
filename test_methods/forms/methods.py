"""Forms of the room."""
from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from instruments.rules import QUANTITIES
from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    WholeField,
    required,
    version_field,
)
from test_methods import wording
from test_methods.forms.regulations import plain

FIELD_ROWS = 6


STEP_ROWS = 3


COMPANIONS = 3


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


class EnvironmentFields:
    """What the environment of a version must be (6.3.2)."""

    t_low = DecimalField(_l("Nhiệt độ từ"), [Optional()], unit="°C")
    t_high = DecimalField(_l("đến"), [Optional()], unit="°C")
    rh_low = DecimalField(_l("Độ ẩm từ"), [Optional()], unit="%RH")
    rh_high = DecimalField(_l("đến"), [Optional()], unit="%RH")
    not_critical = LongTextField(_l("Hoặc: vì sao môi trường không ảnh hưởng"), [Optional()], max_length=1000)
    when = TextField(_l("Điều kiện riêng: khi điều kiện của dòng có chữ"), [Optional()], max_length=100)
    when_t_low = DecimalField(_l("Nhiệt độ từ"), [Optional()], unit="°C")
    when_t_high = DecimalField(_l("đến"), [Optional()], unit="°C")

    def environment(self) -> dict[str, Any]:
        """The environment as a version keeps it; completeness is the service's to judge."""
        if self.not_critical.data:
            return {"not_critical": self.not_critical.data}
        found: dict[str, Any] = {}
        for key, low, high in (("temperature", self.t_low, self.t_high), ("humidity", self.rh_low, self.rh_high)):
            if low.data is not None or high.data is not None:
                found[key] = [plain(low.data) or "", plain(high.data) or ""]
        if self.when.data:
            found["conditions"] = [{
                "when": self.when.data, "temperature": [plain(self.when_t_low.data) or "", plain(self.when_t_high.data) or ""]}]
        return found


def environment_data(environment: Mapping[str, Any]) -> dict[str, Any]:
    """A version's environment as the fields of a form; the first of its own conditions."""
    def ends(part: Mapping[str, Any], key: str) -> tuple[Decimal | None, Decimal | None]:
        low, high = part.get(key) or ("", "")
        return (Decimal(str(low)) if low else None, Decimal(str(high)) if high else None)

    other: Mapping[str, Any] = next(iter(environment.get("conditions", ())), {})
    (t_low, t_high), (rh_low, rh_high), (w_low, w_high) = (
        ends(environment, "temperature"), ends(environment, "humidity"), ends(other, "temperature"))
    return {"t_low": t_low, "t_high": t_high, "rh_low": rh_low, "rh_high": rh_high, "when_t_low": w_low, "when_t_high": w_high,
            "when": other.get("when", ""), "not_critical": environment.get("not_critical", "")}


class VersionForm(EnvironmentFields, Form):
    """The next version of a method: environment and what changes."""

    change_note = LongTextField(_l("Nội dung thay đổi"), [required()], max_length=2000)
    copy = BooleanField(_l("Lấy các chỉ tiêu của phiên bản gần nhất"), default=True)


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


class CalculationRow(PlainForm):
    """One named step between the reading fields and the result."""

    key = TextField(_l("Khóa"), max_length=40)
    formula = TextField(_l("Công thức"), max_length=300)
    unit = TextField(_l("Đơn vị"), max_length=20)
    label_vi = TextField(_l("Nhãn"), max_length=120)
    label_en = TextField(_l("Nhãn tiếng Anh"), max_length=120)


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
        return {"quantity": self.quantity.data, "low": plain(self.low.data), "high": plain(self.high.data),
                "unit": self.unit.data, "u": plain(self.u.data), "u_unit": self.u_unit.data, "required": self.required.data}


class ParameterForm(Form):
    """How a draft version measures one requirement."""

    requirement_id = Choice(_l("Yêu cầu của quy chuẩn"), coerce=int)
    code = TextField(_l("Mã chỉ tiêu"), [Optional()], max_length=60, description=_l("Bỏ trống: lấy mã của yêu cầu."))
    name_vi = TextField(_l("Tên"), [Optional()], max_length=300, description=_l("Bỏ trống: lấy tên của yêu cầu."))
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    kind = Choice(_l("Loại"), choices=list(wording.KINDS.items()))
    reading_fields = FieldList(FormField(FieldRow), label=_l("Trường số đọc"), min_entries=FIELD_ROWS, max_entries=20)
    calculations = FieldList(FormField(CalculationRow), label=_l("Các bước tính"), min_entries=STEP_ROWS, max_entries=30)
    formula = TextField(_l("Công thức kết quả"), [Optional()], max_length=300, description=_l(
        "Từ các khóa ở trên: reading + loss; max(per); worst(offset) * 1000 / channel; hai kết quả cách nhau dấu chấm phẩy."))
    replicates = WholeField(_l("Số lần đo lặp lại"), [Optional(), NumberRange(0, 100)], default=0, description=_l(
        "0 hoặc 1: không lặp lại. Trường đo phải nhận nhiều giá trị."))
    operators = BooleanField(_l("Nhận dấu < và > trước số đọc"))
    working_low = DecimalField(_l("Khoảng làm việc từ"), [Optional()])
    working_high = DecimalField(_l("đến"), [Optional()])
    working_unit = TextField(_l("Đơn vị của khoảng"), [Optional()], max_length=20)
    working_manual = BooleanField(_l("Chỉ người đo ghi dấu < >, máy không tự đổi"))
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

    def steps(self) -> list[dict[str, str]]:
        """The filled steps of the calculation."""
        names = ("key", "formula", "unit", "label_vi", "label_en")
        return [{name: row.form[name].data or "" for name in names} for row in self.calculations
                if row.form.key.data or row.form.formula.data]

    def working_range(self) -> dict[str, Any]:
        """The working range as a parameter keeps it; {} for none."""
        if self.working_low.data is None and self.working_high.data is None:
            return {}
        return {"low": plain(self.working_low.data), "high": plain(self.working_high.data), "unit": self.working_unit.data,
                "manual": bool(self.working_manual.data)}

    def need(self) -> dict[str, Any]:
        """The first filled row, with the others beside it."""
        found = [need for row in self.needs if (need := row.form.need()) is not None]
        return {**found[0], "beside": found[1:]} if found else {}
