"""Forms of the register."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from instruments import rules
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
    required,
    version_field,
)

RANGE_ROWS = 8


class InstrumentForm(Form):
    """An entry of the register (6.4.13)."""

    code = CodeField(_l("Mã thiết bị"), [Optional()], max_length=40,
                     description=_l("Bỏ trống để lấy mã kế tiếp. Mã không dùng lại."))
    kind = Choice(_l("Loại"), choices=list(rules.KINDS.items()))
    name_vi = TextField(_l("Tên thiết bị"), [required()])
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()])
    maker = TextField(_l("Hãng sản xuất"), [Optional()], max_length=120)
    type = TextField(_l("Kiểu"), [Optional()], max_length=120)
    serial = TextField(_l("Số máy"), [Optional()], max_length=120, description=_l("Hệ đo, phòng thử: bỏ trống hãng, kiểu, số máy."))
    firmware = TextField(_l("Firmware"), [Optional()], max_length=60)
    room_id = Choice(_l("Phòng"), coerce=str, empty=_l("Không thuộc phòng nào"))
    location = TextField(_l("Nơi đặt"), [Optional()], description=_l("Khi không thuộc phòng nào, hoặc để nói rõ hơn."))
    ownership = Choice(_l("Sở hữu"), choices=list(rules.OWNERSHIP.items()))
    owner = TextField(_l("Chủ sở hữu"), [Optional()], description=_l("Khi thuê, mượn hoặc của khách hàng."))
    pool = TextField(_l("Nhóm dùng chung"), [Optional()], max_length=80, description=_l("Thiết bị cùng nhóm thay thế được cho nhau."))
    acquired_on = DayField(_l("Ngày nhận"), [Optional()], not_future=True)
    range_text = TextField(_l("Dải đo ghi trên hồ sơ"), [Optional()], max_length=300)
    uncertainty_text = TextField(_l("Độ không đảm bảo đo ghi trên hồ sơ"), [Optional()], max_length=300)
    calibration_required = BooleanField(_l("Cần hiệu chuẩn"), default=True)
    no_calibration_reason = LongTextField(_l("Vì sao không cần hiệu chuẩn"), [Optional()], max_length=1000,
                                          description=_l("Chỉ khi bỏ chọn “Cần hiệu chuẩn” (6.4.6)."))
    check_interval_days = WholeField(_l("Chu kỳ kiểm tra giữa kỳ"), [Optional(), NumberRange(0, 3660)], default=0,
                                     render_kw={"unit": _l("ngày")}, description=_l("0: không kiểm tra giữa kỳ."))
    check_name = TextField(_l("Kiểm tra bằng gì"), [Optional()], max_length=300)
    check_criterion = TextField(_l("Tiêu chí đạt"), [Optional()])
    first_issued_on = DayField(_l("Đưa ra dùng lần đầu"), [Optional()], not_future=True,
                               description=_l("Hạng mục niêm phong: chu kỳ tính từ ngày này."))
    expires_on = DayField(_l("Hết hạn từ ngày"), [Optional()], description=_l("Ngày đầu tiên không được dùng."))
    acceptance = LongTextField(_l("Tiêu chí chấp nhận, kết quả"), [Optional()], max_length=2000)
    resource = TextField(_l("Địa chỉ VISA"), [Optional()], max_length=120, description=_l("Ví dụ: TCPIP0::192.0.2.7::inst0::INSTR."))
    identity = TextField(_l("Trả lời *IDN?"), [Optional()], description=_l("Thiết bị phải trả lời đúng như vậy khi lấy số đo."))
    reason = LongTextField(_l("Lý do sửa"), [Optional()], max_length=1000)
    version = version_field()

    def validate(self, *args: Any, **kw: Any) -> bool:
        """All that `rules.faults` has against the entry at once, each at its field; the service asks the same."""
        ok = super().validate(*args, **kw)
        names = ("kind", "maker", "type", "serial", "owner", "acceptance", "resource", "identity")
        said: dict[str, Any] = {name: self[name].data or "" for name in names}
        days = {name: self[name].data for name in ("acquired_on", "first_issued_on", "expires_on")}
        for name, says in rules.faults(rules.Entry(**said, **days, ownership=self.ownership.data or "own"), clock.today()):
            if not self[name].errors:
                self[name].errors = [str(says)]
                ok = False
        return ok

    def open_groups(self, kind: str) -> dict[str, bool]:
        """Which folded groups of the form stand open: those with a refused or a filled field, and what the kind asks for."""
        groups = {
            "check": ("check_interval_days", "check_name", "check_criterion"),
            "material": ("first_issued_on", "expires_on", "acceptance"), "line": ("resource", "identity"),
        }
        shown = {name: any(self[f].errors or self[f].data for f in fields) for name, fields in groups.items()}
        return {**shown, "material": shown["material"] or kind == "reference_material"}


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

    purpose = Choice(_l("Loại"), choices=[("document", _l("Tài liệu")), ("photo", _l("Ảnh"))])
    file = FileField(_l("Tệp"), [required()])
    caption = TextField(_l("Nội dung"), [Optional()], max_length=300)


class AtForm(Form):
    """Which moment the page judges."""

    class Meta(Form.Meta):
        csrf = False

    at = MomentField(_l("Tại thời điểm"), [Optional()], not_future=False)
