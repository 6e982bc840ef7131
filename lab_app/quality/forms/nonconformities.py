"""Forms of nonconforming work."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    Form,
    LongTextField,
    TextField,
    required,
    version_field,
)
from lab_app.quality import causes, workflow

SUBJECTS = {
    "instrument": _l("Thiết bị"), "report": _l("Phiếu kết quả"), "test-job": _l("Việc thử nghiệm"), "sample": _l("Mẫu"),
    "room": _l("Phòng"), "": _l("Không gắn với hồ sơ nào"),
}


class NonconformityForm(Form):
    """What was found, where and when (7.10.1)."""

    title = TextField(_l("Việc không phù hợp"), [required()], max_length=300,
                      description=_l("Một câu, ví dụ: Máy thu EMI đọc thấp 1,6 dB sau bảo trì."))
    description = LongTextField(_l("Mô tả"), [required()],
                                description=_l("Thấy gì, ở đâu, khác yêu cầu nào của phương pháp, tài liệu hay hợp đồng."))
    found_on = DayField(_l("Ngày phát hiện"), [required()], not_future=True)
    subject_kind = Choice(_l("Liên quan tới"), [Optional()], choices=[(k, v) for k, v in SUBJECTS.items()])
    subject_code = CodeField(_l("Mã hồ sơ liên quan"), [Optional()], max_length=60,
                             description=_l("Mã trên nhãn máy, số phiếu, mã việc, mã mẫu; quét được."))


class AnswersForm(Form):
    """The six parts of 7.10.1; a part may be filled in later, closing needs them all."""

    responsible_id = Choice(workflow.PARTS["responsible_id"][1], [Optional()])
    action = LongTextField(workflow.PARTS["action"][1], [Optional()])
    significance = LongTextField(workflow.PARTS["significance"][1], [Optional()])
    acceptability = LongTextField(workflow.PARTS["acceptability"][1], [Optional()])
    customer_told = LongTextField(workflow.PARTS["customer_told"][1], [Optional()])
    resumption = LongTextField(workflow.PARTS["resumption"][1], [Optional()])
    version = version_field()


class ClassesForm(Form):
    """Risk, cause and area, by which recurrence is judged (7.10.3); why no corrective action follows."""

    risk_class = Choice(_l("Mức rủi ro"), [required()], choices=list(causes.RISK_CLASSES.items()), empty=_l("Chọn"))
    cause_class = Choice(_l("Loại nguyên nhân"), [required()], choices=list(causes.CAUSE_CLASSES.items()), empty=_l("Chọn"))
    area = Choice(_l("Khâu công việc"), [required()], choices=list(causes.AREAS.items()), empty=_l("Chọn"))
    no_corrective_reason = LongTextField(_l("Vì sao không cần hành động khắc phục"), [Optional()], max_length=2000,
                                         description=_l("Chỉ ghi khi không mở hành động khắc phục."))
    version = version_field()
