"""Forms of events: one field for whoever reports, a few for whoever settles."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Length, Optional

from lab_app.core.forms import Choice, CodeField, Form, LongTextField, TextField, required
from lab_app.quality import causes
from lab_app.quality.events import workflow
from lab_app.quality.forms.nonconformities import SUBJECTS


class EventForm(Form):
    """What was seen, in one field; `came_from` is the page that was on the screen."""

    words = LongTextField(_l("Bạn thấy gì không đúng?"), [required()], max_length=4000,
                          description=_l("Viết như kể cho đồng nghiệp: thấy gì, ở đâu, lúc nào. Phụ trách chất lượng sẽ phân loại."))
    came_from = HiddenField(validators=[Optional(), Length(max=300)])


class OwnerForm(Form):
    """Who looks into it."""

    owner = Choice(_l("Người xem xét"), [required()], empty=_l("Chọn một người"),
                   description=_l("Được nhắc trong hộp việc; xem xét rồi phân loại."))


class SettleForm(Form):
    """What it is and what follows."""

    outcome = Choice(_l("Sự việc này là"), [required()], choices=list(workflow.OUTCOMES.items()), empty=_l("Chọn"))
    title = TextField(_l("Tên hồ sơ mở ra"), [Optional()], max_length=300, description=_l("Để trống: lấy dòng đầu của lời báo."))
    subject_kind = Choice(_l("Liên quan tới"), [Optional()], choices=list(SUBJECTS.items()))
    subject_code = CodeField(_l("Mã hồ sơ liên quan"), [Optional()], max_length=60)
    risk_class = Choice(_l("Mức rủi ro"), [Optional()], choices=list(causes.RISK_CLASSES.items()), empty=_l("chưa xét"))
    area = Choice(_l("Khâu công việc"), [Optional()], choices=list(causes.AREAS.items()), empty=_l("chưa xét"))
    code = TextField(_l("Hoặc mã của hồ sơ đã mở"), [Optional()], max_length=60)
    reason = LongTextField(_l("Lý do"), [Optional()], max_length=2000, description=_l("Bắt buộc khi không phải xử lý gì."))
