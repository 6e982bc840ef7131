"""Forms of the room: rooms, environment records and their corrections."""
from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional, ValidationError

from lab_app.core.forms import (
    Choice,
    CodeField,
    DecimalField,
    Form,
    LongTextField,
    MomentField,
    TextField,
    required,
)

ROOM_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,18}[A-Z0-9])?")
LONGEST_DAYS = 31


class RoomForm(Form):
    """A room or chamber where work is done (6.3.1)."""

    code = CodeField(_l("Mã phòng"), [required()], max_length=20,
                     description=_l("Chữ in hoa, số và dấu gạch nối; không đổi về sau."))
    name_vi = TextField(_l("Tên phòng"), [required()])
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()])
    site = Choice(_l("Cơ sở"), [required()])

    def validate_code(self, field: Any) -> None:
        if not ROOM_CODE.fullmatch(field.data or ""):
            raise ValidationError(gettext("Chỉ dùng chữ A–Z, số 0–9 và dấu gạch nối, không bắt đầu hay kết thúc bằng gạch nối."))


class EnvironmentForm(Form):
    """Conditions over a span of time, read from a named sensor (6.3.3)."""

    from_at = MomentField(_l("Từ lúc"), [required()])
    to_at = MomentField(_l("Đến lúc"), [required()])
    t_low = DecimalField(_l("Nhiệt độ thấp nhất"), [Optional()], unit="°C")
    t_high = DecimalField(_l("Nhiệt độ cao nhất"), [Optional()], unit="°C")
    rh_low = DecimalField(_l("Độ ẩm thấp nhất"), [Optional()], unit="%RH")
    rh_high = DecimalField(_l("Độ ẩm cao nhất"), [Optional()], unit="%RH")
    supply = DecimalField(_l("Điện áp nguồn"), [Optional()], unit="V", description=_l("Khi phương pháp yêu cầu ghi."))
    sensor_code = CodeField(_l("Thiết bị đo môi trường"), [required()], max_length=40,
                            description=_l("Mã trên nhãn máy; quét được."), render_kw={"list": "known-sensors"})
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=2000)

    def validate_to_at(self, field: Any) -> None:
        first = self.from_at.data
        if field.data and first:
            if field.data < first:
                raise ValidationError(gettext("Kết thúc trước lúc bắt đầu."))
            if (field.data - first).days >= LONGEST_DAYS:
                raise ValidationError(gettext("Dài hơn %(n)s ngày: chia thành nhiều bản ghi.", n=LONGEST_DAYS))

    def validate_supply(self, field: Any) -> None:
        if field.data is not None and not 0 <= field.data <= 1000:
            raise ValidationError(gettext("Giá trị ngoài khoảng có thể xảy ra; kiểm tra dấu phẩy."))


class CorrectionForm(EnvironmentForm):
    """A corrected record: the old one stays beside it, with the reason (7.5.2)."""

    reason = LongTextField(_l("Lý do sửa"), [required()], max_length=1000)
