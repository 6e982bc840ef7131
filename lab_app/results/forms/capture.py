"""Forms of the room: a reading with everything that belongs to it, assigning, reviewing, retesting."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField
from wtforms.validators import Optional

from lab_app.core.forms import (
    Choice,
    Form,
    MomentField,
    TextField,
    required,
)


class TraceFileForm(Form):
    """A file of an instrument of this line, read as its maker writes it or in a saved way."""

    instrument = Choice(_l("Thiết bị đã ghi tệp"), [required()], empty=_l("chọn thiết bị"), coerce=str, choices=[])
    file = FileField(_l("Tệp của thiết bị"), [required()])
    captured_at = MomentField(_l("Thời điểm đo"), [Optional()], not_future=True, description=_l("Để trống: bây giờ."))
    saved = Choice(_l("Cách đọc"), empty=_l("theo định dạng của hãng"), choices=[])


class AskInstrumentForm(Form):
    """What an instrument of this line is asked."""

    device = Choice(_l("Thiết bị"), [required()], empty=_l("chọn thiết bị"), coerce=str, choices=[])
    what = Choice(_l("Lấy"), choices=[
        ("trace", _l("đường đo 1")), ("marker", _l("mức tại điểm đánh dấu")), ("level", _l("mức đang chỉ"))])


class ImportForm(Form):
    """A table of readings for a whole job, with what holds for every row that does not say otherwise."""

    ticket = HiddenField()
    file = FileField(_l("Tệp số đọc (CSV)"), description=_l("Mỗi dòng một chỉ tiêu; tải tệp mẫu của việc này để có sẵn các dòng."))
    decimal = Choice(_l("Dấu thập phân trong tệp"), choices=[("vi", _l("dấu phẩy: 15,4")), ("en", _l("dấu chấm: 15.4"))])
    instruments = TextField(_l("Thiết bị"), [Optional()], max_length=400,
                            description=_l("Mã, cách nhau khoảng trắng; dòng nào ghi riêng thì theo dòng đó."))
    environment = Choice(_l("Điều kiện môi trường"), empty=_l("theo từng dòng"), choices=[], coerce=str)
    measured_at = MomentField(_l("Thời điểm đo"), [Optional()], not_future=True, description=_l("Để trống: ngay lúc ghi."))
    late_reason = TextField(_l("Lý do ghi muộn"), [Optional()], max_length=500)
