"""Forms of environment: limits, loggers, channels, files of readings, the judgement of an excursion."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField
from wtforms.validators import NumberRange, Optional

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
from lab_app.quality.environment import rules, workflow

QUANTITY_CHOICES = [(code, known.word) for code, known in rules.QUANTITIES.items()]


class LimitForm(Form):
    """Between which values a quantity of a room stays (6.3.2)."""

    quantity = Choice(_l("Đại lượng"), [required()], choices=QUANTITY_CHOICES)
    low = DecimalField(_l("Giới hạn dưới"), [Optional()], description=_l("Theo đơn vị của đại lượng; cả hai ô trống là bỏ giới hạn."))
    high = DecimalField(_l("Giới hạn trên"), [Optional()])
    from_at = MomentField(_l("Áp dụng từ"), [Optional()], not_future=False, description=_l("Bỏ trống: từ bây giờ. Không áp dụng ngược."))
    basis = LongTextField(_l("Căn cứ"), [required()], max_length=1000, description=_l("Phương pháp, tiêu chuẩn nào đòi hỏi."))


class LoggerForm(Form):
    """A logger and the instrument that it is (6.3.3, 6.4)."""

    code = CodeField(_l("Mã bộ ghi"), [required()], max_length=40)
    name = TextField(_l("Tên"), [required()])
    instrument_code = CodeField(
        _l("Mã trong danh mục thiết bị"), [required()], max_length=40,
        description=_l("Hiệu chuẩn của bộ ghi nằm ở hồ sơ thiết bị này; hết hạn thì số đọc không còn là bằng chứng."))
    interval_minutes = WholeField(_l("Chu kỳ ghi"), [required(), NumberRange(1, 1440)], default=5, render_kw={"unit": _l("phút")})
    most_gap_minutes = WholeField(_l("Khoảng trống dài nhất"), [required(), NumberRange(1, 1440)], default=60,
                                  render_kw={"unit": _l("phút")},
                                  description=_l("Hai số đọc cách nhau lâu hơn thì phòng không được theo dõi trong khoảng đó."))
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=1000)


class ChannelForm(Form):
    """A channel of a logger in a room."""

    name = TextField(_l("Tên kênh"), [required()], max_length=40, description=_l("Đúng như bộ ghi gửi, như đầu cột trong tệp CSV."))
    quantity = Choice(_l("Đại lượng"), [required()], choices=QUANTITY_CHOICES)
    room = Choice(_l("Phòng"), [required()], choices=[], validate_choice=False)
    decimals = WholeField(_l("Số chữ số thập phân"), [NumberRange(0, rules.MOST_DECIMALS)], default=2,
                          description=_l("Số đọc có nhiều chữ số hơn bị từ chối, không làm tròn."))
    from_at = MomentField(_l("Dùng từ"), [Optional()], description=_l("Bỏ trống: từ bây giờ. Số đọc trước lúc này bị từ chối."))


class ReasonForm(Form):
    """Why something ends."""

    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class ReadingsForm(Form):
    """A file of readings."""

    file = FileField(_l("Tệp CSV"), [required()], description=_l("Một cột thời điểm, mỗi kênh một cột, dòng đầu là tên cột."))
    decimal = Choice(_l("Dấu thập phân trong tệp"), [required()], choices=[("vi", _l("Dấu phẩy: 23,4")), ("en", _l("Dấu chấm: 23.4"))])


class AssessForm(Form):
    """What an excursion means for the results made meanwhile (7.10.1)."""

    decision = RadioField(_l("Quyết định"), choices=list(workflow.DECISIONS.items()), validate_choice=False)
    words = LongTextField(_l("Vì sao"), max_length=4000,
                          description=_l("Kết quả nào đã xem, độ lệch so với giới hạn, vì sao còn tin được hay không."))
    version = version_field()
