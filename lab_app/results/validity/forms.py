"""Forms of control charts, stops, comparisons and proficiency tests."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    MomentField,
    TextField,
    WholeField,
    not_a_number,
    required,
    version_field,
)
from lab_app.core.i18n import lang
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.results.forms import ManyField
from lab_app.results.validity import rules


class ManyNumbers(ManyField):
    """Several numbers in one box; `numbers()` are read in the reader's notation."""

    def numbers(self) -> list[Decimal]:
        """The typed numbers."""
        return [parse_decimal(part, lang()) for part in self.parts()]


class ChartForm(Form):
    """A control chart with the tests switched on."""

    parameter = Choice(_l("Phương pháp, chỉ tiêu"), [required()], empty=_l("chọn chỉ tiêu"), coerce=str, choices=[])
    name = TextField(_l("Tên biểu đồ"), [required()])
    control_item = TextField(_l("Mẫu kiểm soát"), [Optional()], description=_l("Vật được đo lặp lại: mẫu lưu, nguồn chuẩn, thiết bị mẫu."))
    instrument = CodeField(_l("Mã thiết bị"), [Optional()], max_length=40,
                           description=_l("Chỉ khi biểu đồ là của một thiết bị; khi bị loại chỉ thiết bị này dừng."))
    unit = TextField(_l("Đơn vị"), [Optional()], max_length=20, description=_l("Để trống: đơn vị của chỉ tiêu."))
    kind = Choice(_l("Loại biểu đồ"), [required()], choices=list(rules.KINDS.items()))
    n = WholeField(_l("Số giá trị mỗi nhóm (X̄-R)"), [Optional()], default=3)
    rules_on = SelectMultipleField(
        _l("Phép thử bật (I-MR, X̄-R)"), choices=list(rules.RULES.items()), widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(), default=["1_2s", "1_3s", "2_2s"])
    weight = DecimalField(_l("EWMA: trọng số λ"), [Optional()], default=Decimal("0.2"))
    width = DecimalField(_l("EWMA: độ rộng L"), [Optional()], default=Decimal("2.7"))
    allowance = DecimalField(_l("CUSUM: mức cho phép k"), [Optional()], default=Decimal("0.5"))
    decision = DecimalField(_l("CUSUM: khoảng quyết định h"), [Optional()], default=Decimal(5))

    def settings(self) -> dict[str, str]:
        """What was typed for the kind chosen."""
        keys = rules.SETTINGS.get(self.kind.data or "", {})
        return {key: format(self[key].data, "f") for key in keys if self[key].data is not None}


class FreezeForm(Form):
    """Freezing limits is a decision: from which days, and why."""

    phase_from = DayField(_l("Từ ngày"), [required()], not_future=True)
    phase_to = DayField(_l("Đến hết ngày"), [required()], not_future=True, default=clock.today)
    reason = LongTextField(_l("Lý do"), [required()], max_length=2000,
                           description=_l("Vì sao các giá trị này đại diện cho trạng thái ổn định; nếu tính lại thì vì sao."))


class ValueForm(Form):
    """A control value, or a subgroup."""

    readings = ManyNumbers(_l("Giá trị đo"), [required()], description=_l("Nhóm nhiều giá trị: cách nhau bằng dấu chấm phẩy."))
    measured_at = MomentField(_l("Thời điểm đo"), [Optional()], not_future=False, description=_l("Để trống: ngay lúc ghi."))
    instrument = CodeField(_l("Mã thiết bị đã dùng"), [Optional()], max_length=40)
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=1000)
    late_reason = TextField(_l("Lý do ghi muộn"), [Optional()], max_length=500)


class ReleaseForm(Form):
    """What was found and done before the parameter is measured again."""

    cause = LongTextField(_l("Nguyên nhân"), [required()], max_length=2000)
    action = LongTextField(_l("Hành động đã làm"), [required()], max_length=2000,
                           description=_l("Kể cả cách xử lý các kết quả đã đo từ lần kiểm soát tốt gần nhất."))
    version = version_field()


class ComparisonForm(Form):
    """Two results; each a line of a job, or typed."""

    parameter = Choice(_l("Phương pháp, chỉ tiêu"), [required()], empty=_l("chọn chỉ tiêu"), coerce=str, choices=[])
    kind = Choice(_l("So sánh"), [required()], choices=list(rules.COMPARISONS.items()))
    about = TextField(_l("Mẫu, điều kiện, ai, thiết bị nào"), [Optional()], max_length=300)
    first_ref = CodeField(_l("Kết quả thứ nhất: dòng của việc thử"), [Optional()], max_length=40,
                          description=_l("Mã việc và số dòng, ví dụ T26-0001-01/3."))
    first = TextField(_l("hoặc giá trị"), [Optional()], max_length=80)
    first_u = DecimalField(_l("U của kết quả thứ nhất"), [Optional()])
    second_ref = CodeField(_l("Kết quả thứ hai: dòng của việc thử"), [Optional()], max_length=40)
    second = TextField(_l("hoặc giá trị"), [Optional()], max_length=80)
    second_u = DecimalField(_l("U của kết quả thứ hai"), [Optional()])
    criterion = Choice(_l("Tiêu chí"), [required()], choices=list(rules.CRITERIA.items()))
    limit = DecimalField(_l("Giới hạn"), [Optional()], description=_l("Hiệu: theo đơn vị của chỉ tiêu. Tỷ lệ: phần trăm."))
    measured_at = MomentField(_l("Thời điểm đo"), [Optional()], description=_l("Để trống: ngay lúc ghi."))

    def side(self, name: str) -> str:
        """A typed result as decimal text; an answer in words as it is where the criterion is equality."""
        text = (self[name].data or "").strip()
        if not text or self.criterion.data == rules.EQUAL:
            return text
        return format(parse_decimal(text, lang()), "f")

    def _read(self, field: Any) -> None:
        try:
            self.side(field.name)
        except NotANumber as error:
            raise StopValidation(not_a_number(error)) from error

    def validate_first(self, field: Any) -> None:
        """A number in the reader's notation."""
        self._read(field)

    def validate_second(self, field: Any) -> None:
        """A number in the reader's notation."""
        self._read(field)


class PlanForm(Form):
    """How many rounds a sub-discipline takes part in."""

    year = WholeField(_l("Năm"), [required()])
    discipline = TextField(_l("Lĩnh vực con"), [required()], description=_l("Ví dụ: phát xạ bức xạ EMC, công suất RF."))
    rounds = WholeField(_l("Số vòng"), [required()], default=1)
    reason = LongTextField(_l("Lý do"), [required()], max_length=2000,
                           description=_l("Mức rủi ro, khối lượng việc, kết quả các vòng trước."))


class RoundForm(Form):
    """A round the laboratory takes part in."""

    name = TextField(_l("Tên vòng"), [required()], max_length=120)
    discipline = TextField(_l("Lĩnh vực con"), [required()])
    supplier = Choice(_l("Nhà cung cấp đã phê duyệt"), [Optional()], coerce=str, empty=_l("(không có trong danh sách)"), choices=[])
    provider = TextField(_l("hoặc nơi tổ chức"), [Optional()])
    provider_basis = LongTextField(_l("Căn cứ chấp nhận nơi tổ chức"), [Optional()], max_length=1000,
                                   description=_l("Chỉ khi không có trong danh sách nhà cung cấp."))
    closes_at = MomentField(_l("Hạn nộp kết quả"), [required()], not_future=False)

    def validate_provider(self, field: Any) -> None:
        """Somebody runs the round."""
        if not self.supplier.data and not (field.data or "").strip():
            raise StopValidation(gettext("Cần điền mục này."))


class ResultForm(Form):
    """The result sent to the provider."""

    parameter = Choice(_l("Phương pháp, chỉ tiêu"), [required()], empty=_l("chọn chỉ tiêu"), coerce=str, choices=[])
    what = TextField(_l("Đại lượng, điểm đo"), [required()])
    reported = DecimalField(_l("Kết quả của phòng"), [required()])
    u = DecimalField(_l("U của kết quả"), [Optional()])
    k = DecimalField(_l("Hệ số phủ k"), [required()], default=Decimal(2))
    reason = LongTextField(_l("Lý do sửa"), [required()], max_length=1000)
    version = version_field()


class ScoreForm(Form):
    """What the round's report says of a result."""

    report_no = TextField(_l("Số báo cáo của vòng"), [Optional()], max_length=120)
    assigned = DecimalField(_l("Giá trị ấn định"), [Optional()])
    sigma_pt = DecimalField(_l("σpt"), [Optional()])
    u_assigned = DecimalField(_l("U của giá trị ấn định"), [Optional()])
    k_assigned = DecimalField(_l("Hệ số phủ k"), [required()], default=Decimal(2))
    participants = ManyNumbers(_l("hoặc kết quả của các phòng"), [Optional()],
                               description=_l("Ít nhất 5 kết quả; giá trị đồng thuận tính bằng thuật toán A (ISO 13528)."))
    version = version_field()
