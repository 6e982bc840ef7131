"""Forms of checks, maintenance, correction factors."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Optional, StopValidation

from instruments import rules
from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    not_a_number,
    required,
)
from lab_app.core.i18n import lang
from lab_app.core.quantity import NotANumber, format_decimal, parse_decimal


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


def shown_points(points: list[list[str]]) -> list[tuple[str, str]]:
    """A stored factor table in the reader's notation."""
    return [(format_decimal(Decimal(x), lang()), format_decimal(Decimal(y), lang())) for x, y in points]
