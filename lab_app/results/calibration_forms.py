"""Forms of calibrations: an own instrument's in-house calibration, the points of a job, an adjustment."""
from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import Optional

from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    required,
    version_field,
)
from lab_app.core.i18n import pick
from lab_app.results.models import JobLine
from lab_app.results.services import Point
from test_methods.models import Method, MethodParameter

ROWS, MOST_ROWS = 6, 200


class InHouseForm(Form):
    """Planning the calibration of an instrument of our own."""

    method = Choice(_l("Phương pháp hiệu chuẩn"), [required()], coerce=int, choices=[])
    planned_on = DayField(_l("Ngày dự kiến xong"), [required()])
    condition = TextField(_l("Tình trạng thiết bị"), [required()], max_length=300,
                          description=_l("Nhìn và thử trước khi hiệu chuẩn: vỏ, đầu nối, dây, màn hình (7.4.3)."))
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=1000)

    def offer(self, methods: Sequence[Method]) -> None:
        """The calibration methods in force."""
        self.method.choices = [(m.id, f"{m.code} · {pick(m.title_vi, m.title_en)}") for m in methods]


class PointRow(PlainForm):
    """One point: parameter, range of the item, where, permissible error."""

    parameter = Choice(_l("Chỉ tiêu"), [Optional()], coerce=int, choices=[])
    scale = TextField(_l("Dải của thiết bị"), [Optional()], max_length=60)
    at = TextField(_l("Điểm"), [Optional()], max_length=120)
    tolerance = DecimalField(_l("Sai số cho phép ±"), [Optional()])

    @property
    def empty(self) -> bool:
        """Whether nothing that makes a point stands in the row."""
        return not (self.at.data or "").strip() and self.tolerance.data is None


class PointsForm(Form):
    """The points of a calibration as found, with the permissible errors of the item."""

    criterion = TextField(_l("Sai số cho phép lấy từ"), [Optional()], max_length=300, description=_l(
        "In trên giấy chứng nhận, ví dụ: MPE ±(50 µV/V + 50 µV) dải 10 V, theo hướng dẫn của nhà sản xuất."))
    rows = FieldList(FormField(PointRow), label=_l("Điểm hiệu chuẩn"), max_entries=MOST_ROWS)
    version = version_field()

    def offer(self, parameters: Sequence[MethodParameter]) -> None:
        """Give every row the parameters of the method; permissible errors are in the parameter's unit."""
        choices = [(p.id, f"{p.code} · {pick(p.name_vi, p.name_en)} ({p.unit})") for p in parameters]
        for row in self.rows:
            row.form.parameter.choices = choices

    def begin(self, lines: Sequence[JobLine]) -> None:
        """The points planned so far, and room for more."""
        for line in lines:
            tolerance = Decimal(str(line.limit["limit"])) if line.limit.get("type") == "abs_upper" else None
            self.rows.append_entry({
                "parameter": line.parameter_id, "scale": line.scale, "at": line.point, "tolerance": tolerance})
        self.more()

    def more(self) -> None:
        """A few empty rows more, as far as the list goes."""
        for _ in range(min(ROWS, MOST_ROWS - len(self.rows))):
            self.rows.append_entry({})

    def points(self, parameters: Sequence[MethodParameter]) -> list[Point]:
        """The filled rows as points."""
        known = {p.id: p for p in parameters}
        return [
            Point(known[row.form.parameter.data], (row.form.at.data or "").strip(), row.form.tolerance.data,
                  (row.form.scale.data or "").strip())
            for row in self.rows if not row.form.empty and row.form.parameter.data in known
        ]


class AdjustmentForm(Form):
    """What was adjusted or repaired; every point is then measured again as left."""

    what = LongTextField(_l("Đã hiệu chỉnh hoặc sửa gì"), [required()], max_length=1000, description=_l(
        "In trên giấy chứng nhận: dải nào, ngày nào, theo quy trình nào."))
    version = version_field()
