"""Forms of worksheets: which lines, what is shared by the rows, a duplicate's criterion."""
from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField

from lab_app.core import clock
from lab_app.core.forms import Choice, DayField, DecimalField, Form, MomentField, TextField
from lab_app.results.validity import rules as validity

#: Who a line is given to: the person who asks, nobody.
MINE, NOBODY = "me", "none"


class WantedForm(Form):
    """Which open lines a worksheet is to hold; asked by GET, so that the choice stands in the address."""

    class Meta(Form.Meta):
        csrf = False

    version = Choice(_l("Phiên bản phương pháp"), empty=_l("chọn phương pháp"), choices=[], validate_choice=False)
    parameter = Choice(_l("Chỉ tiêu"), empty=_l("mọi chỉ tiêu"), choices=[], validate_choice=False)
    due_until = DayField(_l("Hạn đến hết"))
    who = Choice(_l("Người thực hiện"), empty=_l("bất kỳ ai"), choices=[(MINE, _l("tôi")), (NOBODY, _l("chưa giao"))],
                 validate_choice=False)


class LinesForm(Form):
    """The lines taken, and a note."""

    version = HiddenField()
    lines = SelectMultipleField(_l("Chỉ tiêu"), coerce=int, validate_choice=False)
    note = TextField(_l("Ghi chú"), max_length=500)


class SharedForm(Form):
    """What holds for every row that is recorded."""

    measured_at = MomentField(_l("Thời điểm đo"), not_future=False, description=_l("Để trống: ngay lúc ghi."))
    late_reason = TextField(_l("Lý do ghi muộn"), max_length=500, description=_l("Chỉ cần khi ghi sau thời điểm đo quá lâu."))
    instruments = SelectMultipleField(_l("Thiết bị"), coerce=int, validate_choice=False)
    environment = Choice(_l("Điều kiện môi trường"), validate_choice=False, choices=[])

    def moment(self) -> datetime:
        """When the rows were measured: as stated, else now."""
        return self.measured_at.data or clock.now()


class DuplicateForm(Form):
    """A second measurement of a line of the sheet: which, and by which criterion the two are compared."""

    original = Choice(_l("Dòng đo lặp"), choices=[])
    criterion = Choice(
        _l("Tiêu chí"), choices=[(key, validity.CRITERIA[key]) for key in (validity.DIFFERENCE, validity.PERCENT, validity.EN)])
    limit = DecimalField(_l("Giới hạn"), description=_l("Hiệu hoặc phần trăm được phép; để trống khi so theo En."))


class ControlForm(Form):
    """A control value measured with the lines: for which chart."""

    chart = Choice(_l("Biểu đồ kiểm soát"), choices=[])
