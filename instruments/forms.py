"""Forms of the room."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField, RadioField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional, StopValidation

from instruments import rules, wording
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
from lab_app.core.quantity import NotANumber, format_decimal, parse_decimal

RANGE_ROWS = 8


class InstrumentForm(Form):
    """An entry of the register (6.4.13)."""

    code = CodeField(_l("Mã thiết bị"), [Optional()], max_length=40,
                     description=_l("Bỏ trống để lấy mã kế tiếp. Mã không dùng lại."))
    name_vi = TextField(_l("Tên thiết bị"), [required()])
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()])
    maker = TextField(_l("Hãng sản xuất"), [required()], max_length=120)
    type = TextField(_l("Kiểu"), [required()], max_length=120)
    serial = TextField(_l("Số máy"), [required()], max_length=120)
    firmware = TextField(_l("Firmware"), [Optional()], max_length=60)
    ownership = Choice(_l("Sở hữu"), choices=list(wording.OWNERSHIP.items()))
    room_id = Choice(_l("Phòng"), coerce=str, empty=_l("Không thuộc phòng nào"))
    location = TextField(_l("Nơi đặt"), [Optional()], description=_l("Khi không thuộc phòng nào, hoặc để nói rõ hơn."))
    range_text = TextField(_l("Dải đo ghi trên hồ sơ"), [Optional()], max_length=300)
    uncertainty_text = TextField(_l("Độ không đảm bảo đo ghi trên hồ sơ"), [Optional()], max_length=300)
    calibration_required = BooleanField(_l("Cần hiệu chuẩn"), default=True)
    no_calibration_reason = LongTextField(_l("Vì sao không cần hiệu chuẩn"), [Optional()], max_length=1000,
                                          description=_l("Chỉ khi bỏ chọn “Cần hiệu chuẩn” (6.4.6)."))
    check_interval_days = WholeField(_l("Chu kỳ kiểm tra giữa kỳ"), [Optional(), NumberRange(0, 3660)], default=0,
                                     render_kw={"unit": _l("ngày")}, description=_l("0: không kiểm tra giữa kỳ."))
    check_name = TextField(_l("Kiểm tra bằng gì"), [Optional()], max_length=300)
    check_criterion = TextField(_l("Tiêu chí đạt"), [Optional()])
    reason = LongTextField(_l("Lý do sửa"), [Optional()], max_length=1000)
    version = version_field()


class RangeRow(PlainForm):
    """One span of a quantity."""

    quantity = Choice(_l("Đại lượng"), choices=list(rules.QUANTITIES.items()), empty=_l("(bỏ trống dòng này)"))
    low = DecimalField(_l("Từ"))
    high = DecimalField(_l("Đến"))
    unit = TextField(_l("Đơn vị"), max_length=20)
    u = DecimalField(_l("U (k = 2)"))
    u_unit = TextField(_l("Đơn vị của U"), max_length=20)

    def as_range(self) -> dict[str, Any] | None:
        """The row as the service takes it; `None` for an empty one."""
        if not self.quantity.data:
            return None
        return {name: getattr(self, name).data for name in ("quantity", "low", "high", "unit", "u", "u_unit")}

    def validate(self, *args: Any, **kw: Any) -> bool:
        """A row with a quantity needs its span and unit."""
        ok = super().validate(*args, **kw)
        if self.quantity.data:
            for field in (self.low, self.high, self.unit):
                if field.data in (None, "") and not field.errors:
                    field.errors = [gettext("Cần điền mục này.")]
                    ok = False
        return ok


class RangesForm(Form):
    """All spans that an instrument measures."""

    rows = FieldList(FormField(RangeRow), label=_l("Dải đo"), min_entries=RANGE_ROWS, max_entries=40)
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000, description=_l("Ví dụ: theo giấy chứng nhận mới."))

    def ranges(self) -> list[dict[str, Any]]:
        """The filled rows."""
        return [found for row in self.rows if (found := row.form.as_range()) is not None]


class StateForm(Form):
    """Into or out of service."""

    effective_at = MomentField(_l("Từ lúc"), [required()], default=clock.now)
    verification = LongTextField(_l("Đã kiểm tra xác nhận thế nào"), [Optional()], max_length=2000,
                                 description=_l("Kiểm tra gì, bằng gì, kết quả (6.4.4)."))
    reason = LongTextField(_l("Lý do"), [Optional()], max_length=2000)


class CalibrationForm(Form):
    """A calibration with its certificate."""

    certificate_no = TextField(_l("Số giấy chứng nhận"), [required()], max_length=80)
    laboratory = TextField(_l("Phòng hiệu chuẩn"), [required()])
    laboratory_accreditation = TextField(_l("Số công nhận của phòng đó"), [Optional()], max_length=120)
    done_on = DayField(_l("Ngày hiệu chuẩn"), [required()], not_future=True)
    interval_months = WholeField(_l("Chu kỳ hiệu chuẩn"), [Optional(), NumberRange(1, 120)], default=12,
                                 render_kw={"unit": _l("tháng")},
                                 description=_l("Ngày đến hạn là ngày đầu tiên không được dùng."))
    due_on = DayField(_l("hoặc ngày đến hạn"), [Optional()])
    traceability = Choice(_l("Liên kết chuẩn đo lường"), choices=list(rules.TRACEABILITY.items()))
    evaluation = LongTextField(_l("Đánh giá so với yêu cầu sử dụng"), [Optional()], max_length=4000,
                               description=_l("Có thể ghi sau; chưa đánh giá thì chưa duyệt được."))
    passed = BooleanField(_l("Đạt yêu cầu sử dụng"), default=True)
    file = FileField(_l("Bản quét giấy chứng nhận"), description=_l("PDF hoặc ảnh."))


class ReleaseForm(Form):
    """Evaluation of a certificate, and its release."""

    evaluation = LongTextField(_l("Đánh giá so với yêu cầu sử dụng"), [Optional()], max_length=4000,
                               description=_l("Sai số, độ không đảm bảo đo, dải đo có đủ cho các phương pháp không."))
    passed = RadioField(_l("Kết luận"), choices=[("1", _l("Đạt yêu cầu sử dụng")), ("0", _l("Không đạt: ngừng sử dụng thiết bị"))])
    version = version_field()


class CheckForm(Form):
    """An intermediate check; the verdict is computed."""

    done_on = DayField(_l("Ngày kiểm tra"), [required()], not_future=True, default=clock.today)
    indicated = DecimalField(_l("Chỉ thị"), [required()])
    reference = DecimalField(_l("Giá trị chuẩn"), [required()])
    tolerance = DecimalField(_l("Dung sai (±)"), [required()])
    unit = TextField(_l("Đơn vị"), [required()], max_length=20)
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=1000)


class MaintenanceForm(Form):
    """Maintenance or repair."""

    done_on = DayField(_l("Ngày làm"), [required()], not_future=True, default=clock.today)
    what = LongTextField(_l("Đã làm gì"), [required()], max_length=2000)
    verified_before_return = RadioField(
        _l("Kiểm tra xác nhận trước khi dùng lại"), [required()],
        choices=[("1", _l("Đã kiểm tra, đạt")), ("0", _l("Chưa: thiết bị không dùng được cho đến khi kiểm tra"))])
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=1000)


class FactorsForm(Form):
    """Correction factors: one line a point, frequency and factor."""

    label = TextField(_l("Phiên bản"), [required()], max_length=80, description=_l("Ví dụ: HB-1000/2025-11."))
    quantity = Choice(_l("Đại lượng"), choices=list(rules.QUANTITIES.items()))
    argument_unit = TextField(_l("Đơn vị tần số"), [required()], max_length=20, default="MHz")
    unit = TextField(_l("Đơn vị hệ số"), [required()], max_length=20, default="dB")
    valid_from = DayField(_l("Hiệu lực từ"), [required()])
    points = LongTextField(_l("Bảng hệ số"), [required()], max_length=20000, render_kw={"rows": 10},
                           description=_l("Mỗi dòng: tần số, dấu chấm phẩy hoặc khoảng trống, hệ số. Tần số tăng dần."))

    def validate_points(self, field: Any) -> None:
        """Each line is two numbers in the reader's notation."""
        self.table: list[tuple[Decimal, Decimal]] = []
        for number, line in enumerate(field.data.splitlines(), 1):
            parts = line.replace(";", " ").split()
            if not parts:
                continue
            try:
                x, y = (parse_decimal(part, lang()) for part in parts)
            except NotANumber as error:
                raise StopValidation(gettext("Dòng %(n)s: %(why)s", n=number, why=not_a_number(error))) from error
            except ValueError as error:
                raise StopValidation(gettext("Dòng %(n)s: cần đúng hai số.", n=number)) from error
            self.table.append((x, y))


class FileForm(Form):
    """A document of an instrument."""

    file = FileField(_l("Tệp"), [required()])
    caption = TextField(_l("Nội dung"), [Optional()], max_length=300)


class AtForm(Form):
    """Which moment the page judges."""

    class Meta(Form.Meta):
        csrf = False

    at = MomentField(_l("Tại thời điểm"), [Optional()], not_future=False)


def shown_points(points: list[list[str]]) -> list[tuple[str, str]]:
    """A stored factor table in the reader's notation."""
    return [(format_decimal(Decimal(x), lang()), format_decimal(Decimal(y), lang())) for x, y in points]
