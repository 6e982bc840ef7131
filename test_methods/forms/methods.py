"""Forms of the room."""
from __future__ import annotations

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
                found[key] = [plain(low.data) or "", plain(high.data) or ""]
        if self.when.data:
            found["conditions"] = [{
                "when": self.when.data, "temperature": [plain(self.when_t_low.data) or "", plain(self.when_t_high.data) or ""]}]
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
