"""Forms of external documents and the looks at them."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    DayField,
    Form,
    LongTextField,
    TextField,
    WholeField,
    required,
    version_field,
)
from lab_app.quality.standards import rules


class ExternalForm(Form):
    """An edition in use, and how often somebody looks whether it still is the last one."""

    code = TextField(_l("Số hiệu, lần xuất bản"), [required()], max_length=80,
        description=_l("Ví dụ: QCVN 54:2020/BTTTT; ISO/IEC 17025:2017."))
    kind = Choice(_l("Loại tài liệu"), [required()], choices=list(rules.KINDS.items()))
    title = TextField(_l("Tên tài liệu"), [required()], max_length=400)
    publisher = TextField(_l("Cơ quan ban hành"), [Optional()])
    source = TextField(_l("Nơi tra cứu"), [Optional()], max_length=300, description=_l("Trang, công báo, danh mục mà người theo dõi xem."))
    place = TextField(_l("Nơi giữ bản đang dùng"), [Optional()], description=_l("Tủ, thư mục, ổ mạng nơi nhân viên mở ra đọc."))
    owner = Choice(_l("Người theo dõi"), [required()], choices=[], empty=_l("Chọn một người"),
                   description=_l("Được nhắc mỗi khi đến lúc xem bản này còn mới nhất không."))
    watch_months = WholeField(_l("Chu kỳ xem"), [required()], default=3)
    reason = LongTextField(_l("Lý do sửa"), [required()], max_length=1000)
    version = version_field()


class CheckForm(Form):
    """One look at the state of a document."""

    checked_on = DayField(_l("Ngày xem"), [required()], not_future=True, default=clock.today)
    outcome = Choice(_l("Kết quả"), [required()], choices=list(rules.OUTCOMES.items()))
    edition = TextField(_l("Số hiệu bản mới"), [Optional()], max_length=80, description=_l("Khi có bản mới thay thế."))
    in_force_from = DayField(_l("Thay đổi có hiệu lực từ"), [Optional()])
    what = LongTextField(_l("Thay đổi những gì"), [Optional()], max_length=4000,
        description=_l("Phần nào đụng tới phương pháp, giới hạn, phạm vi."))
    seen_at = TextField(_l("Xem ở đâu"), [Optional()], max_length=300, description=_l("Bỏ trống: nơi tra cứu đã ghi."))


class HandleForm(Form):
    """What was done about a change."""

    what = LongTextField(_l("Đã làm gì"), [required()], max_length=4000,
        description=_l("Phương pháp soạn lại, giới hạn sửa, phạm vi báo cơ quan công nhận; hoặc vì sao không cần."))
    still_used = Choice(_l("Bản này"), [required()], choices=[("yes", _l("Vẫn dùng")), ("no", _l("Thôi dùng"))])
