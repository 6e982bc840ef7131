"""Forms of the register."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from instruments import rules, wording
from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    CodeField,
    DecimalField,
    Form,
    LongTextField,
    MomentField,
    TextField,
    WholeField,
    required,
    version_field,
)

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


class FileForm(Form):
    """A document of an instrument."""

    file = FileField(_l("Tệp"), [required()])
    caption = TextField(_l("Nội dung"), [Optional()], max_length=300)


class AtForm(Form):
    """Which moment the page judges."""

    class Meta(Form.Meta):
        csrf = False

    at = MomentField(_l("Tại thời điểm"), [Optional()], not_future=False)
