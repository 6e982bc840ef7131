"""Forms of checks, maintenance, correction factors."""
from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from instruments import rules, wording
from instruments.rules import charts
from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    MoneyField,
    TextField,
    not_a_number,
    required,
)
from lab_app.core.i18n import lang
from lab_app.core.quantity import NotANumber, format_decimal, parse_decimal


def _readings(text: str) -> list[Decimal]:
    """Readings one a line, or parted by blanks and semicolons; refuses with the number of the reading."""
    found = []
    for number, part in enumerate(text.replace(";", " ").split(), 1):
        try:
            found.append(parse_decimal(part, lang()))
        except NotANumber as error:
            raise StopValidation(gettext("Lần đọc %(n)s: %(why)s", n=number, why=not_a_number(error))) from error
    return found


class CheckForm(Form):
    """An intermediate check; mean and verdict are computed. `values`: the readings, once validated."""

    values: Sequence[Decimal] = ()

    done_on = DayField(_l("Ngày kiểm tra"), [required()], not_future=True, default=clock.today)
    check_point = TextField(_l("Điểm kiểm tra"), [Optional()], max_length=120, render_kw={"list": "known-points"},
                            description=_l("Tên chuỗi trên biểu đồ kiểm soát, ví dụ: 100 MHz, 60 dBµV."))
    indicated = DecimalField(_l("Chỉ thị"), [Optional()], description=_l("Một lần đọc; hoặc ghi nhiều lần đọc ở dưới."))
    readings = LongTextField(_l("Nhiều lần đọc"), [Optional()], max_length=1000, render_kw={"rows": 3, "inputmode": "decimal"},
                             description=_l("Mỗi lần một dòng hoặc cách nhau khoảng trống; chỉ thị là trung bình."))
    reference = DecimalField(_l("Giá trị chuẩn"), [required()])
    tolerance = DecimalField(_l("Dung sai (±)"), [required()])
    unit = TextField(_l("Đơn vị"), [required()], max_length=20)
    standard_id = CodeField(_l("Chuẩn của phòng đã dùng"), [Optional()], max_length=40,
                            description=_l("Mã thiết bị; quét được. Chuẩn phải còn dùng được ngày đó."))
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=1000)

    def validate_readings(self, field: Any) -> None:
        """Each reading is a number in the reader's notation."""
        self.values = _readings(field.data or "")


class ChartForm(Form):
    """Frozen limits of a control chart."""

    phase_from = DayField(_l("Các lần kiểm tra từ ngày"), [required()])
    phase_to = DayField(_l("đến ngày"), [required()], not_future=True)
    rules = SelectMultipleField(_l("Phép thử bật"), [required()], choices=list(charts.RULES.items()), widget=ListWidget(prefix_label=False),
                                option_widget=CheckboxInput())
    reason = LongTextField(_l("Lý do đóng băng giới hạn"), [required()], max_length=1000,
                           description=_l("Vì sao giai đoạn này đại diện cho trạng thái ổn định."))


class MaintenanceForm(Form):
    """Maintenance, repair, damage or overload."""

    kind = Choice(_l("Loại việc"), [Optional()], choices=list(wording.MAINTENANCE_KINDS.items()), default="maintenance",
                  description=_l("Hư hỏng, quá tải: thiết bị ngừng sử dụng ngay và kết quả trước đó được rà soát (6.4.9)."))
    done_on = DayField(_l("Ngày làm, ngày xảy ra"), [required()], not_future=True, default=clock.today)
    what = LongTextField(_l("Đã làm gì, điều gì đã xảy ra"), [required()], max_length=2000)
    verified_before_return = RadioField(
        _l("Kiểm tra xác nhận trước khi dùng lại"), [required()],
        choices=[("1", _l("Đã kiểm tra, đạt")), ("0", _l("Chưa: thiết bị không dùng được cho đến khi kiểm tra"))])
    cost = MoneyField(_l("Chi phí"), [Optional()], unit="đ")
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=1000)


class HarmForm(Form):
    """Damage or overload, told by whoever saw it."""

    kind = RadioField(_l("Điều gì"), [required()], choices=[("damage", _l("Hư hỏng (rơi, va đập, vào nước…)")),
                                                            ("overload", _l("Quá tải đầu vào"))])
    done_on = DayField(_l("Ngày xảy ra"), [required()], not_future=True, default=clock.today)
    what = LongTextField(_l("Kể lại"), [required()], max_length=2000)


class FactorsForm(Form):
    """Correction factors: one line a point, frequency and factor."""

    label = TextField(_l("Phiên bản"), [required()], max_length=80, description=_l("Ví dụ: HB-1000/2025-11."))
    quantity = Choice(_l("Đại lượng"), choices=list(rules.QUANTITIES.items()))
    argument_unit = TextField(_l("Đơn vị đối số"), [required()], max_length=20, default="MHz")
    unit = TextField(_l("Đơn vị hệ số"), [required()], max_length=20, default="dB")
    interpolation = Choice(_l("Nội suy giữa các điểm"), choices=[("linear", _l("tuyến tính")), ("log", _l("theo lg đối số"))],
                           default="linear", description=_l("Không bao giờ ngoại suy ra ngoài hai đầu bảng."))
    valid_from = DayField(_l("Hiệu lực từ"), [required()])
    calibration_id = Choice(_l("Theo giấy chứng nhận"), [Optional()], coerce=str, empty=_l("(không kèm giấy chứng nhận)"),
                            description=_l("Bảng kèm giấy có hiệu lực từ khi giấy được duyệt."))
    points = LongTextField(_l("Bảng hệ số"), [required()], max_length=20000, render_kw={"rows": 10},
                           description=_l("Mỗi dòng: đối số, dấu chấm phẩy hoặc khoảng trống, hệ số. Đối số tăng dần."))

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


def shown_points(points: list[list[str]]) -> list[tuple[str, str]]:
    """A stored factor table in the reader's notation."""
    return [(format_decimal(Decimal(x), lang()), format_decimal(Decimal(y), lang())) for x, y in points]
