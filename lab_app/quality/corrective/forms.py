"""Forms of corrective action, one a stage."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms.validators import Optional

from lab_app.accounts.signing import SignatureFields
from lab_app.core.forms import Choice, DayField, Form, LongTextField, TextField, required, version_field
from lab_app.quality.causes import CAUSE_CLASSES


class OpenForm(Form):
    """What is to be corrected, who answers for it."""

    title = TextField(_l("Cần khắc phục gì"), [required()], max_length=300, description=_l("Sự không phù hợp, không phải cách sửa."))
    owner = Choice(_l("Người chịu trách nhiệm"), [required()])
    opened_on = DayField(_l("Ngày mở"), [required()], not_future=True)
    due_on = DayField(_l("Hạn làm xong"), [Optional()])


class ReactForm(Form):
    """8.7.1 a: react, control, correct."""

    reaction = LongTextField(_l("Đã ứng phó thế nào: khống chế, sửa ngay"), [required()],
                             description=_l("Dừng gì, giữ lại phiếu nào, sửa gì, từ lúc nào."))
    version = version_field()


class ConsequencesForm(Form):
    """8.7.1 a, b: consequences; whether the like exists or could."""

    consequences = LongTextField(_l("Hậu quả: kết quả, phiếu, khách hàng, an toàn"), [required()])
    similar = LongTextField(_l("Chỗ khác có hoặc có thể có việc tương tự không"), [required()],
                            description=_l("Đã xem thiết bị, phòng, phương pháp nào; thấy gì."))
    version = version_field()


class CauseForm(Form):
    """8.7.1 b: the search for the cause, and what was found."""

    whys = LongTextField(_l("Vì sao? Mỗi dòng một câu trả lời"), [Optional()],
                         description=_l("Dòng sau trả lời “vì sao” cho dòng trước. Ít nhất hai dòng, hoặc hai nguyên nhân có thể ở dưới."))
    cause = LongTextField(_l("Nguyên nhân gốc rễ"), [required()], description=_l("Bỏ được nguyên nhân này thì việc không lặp lại."))
    cause_class = Choice(_l("Loại nguyên nhân"), [required()], choices=list(CAUSE_CLASSES.items()), empty=_l("Chọn"))
    version = version_field()


for _name, _word in CAUSE_CLASSES.items():
    setattr(CauseForm, f"bone_{_name}", LongTextField(_word, [Optional()], max_length=800))


class ActionsForm(Form):
    """8.7.1 c, d: the actions are decided; by what their effect will be judged."""

    criterion = LongTextField(_l("Sẽ đánh giá hiệu lực bằng gì"), [required()],
                              description=_l("Thấy được, đếm được: không lần nào lặp lại trong…, kết quả kiểm tra trong…"))
    check_due = DayField(_l("Hạn đánh giá hiệu lực"), [Optional()])
    version = version_field()


class CarryForm(Form):
    """Everything is done with evidence."""

    version = version_field()


class StepForm(Form):
    """One thing to do."""

    what = LongTextField(_l("Làm gì"), [required()], max_length=1000)
    owner = Choice(_l("Ai làm"), [required()], empty=_l("Chọn một người"))
    step_due_on = DayField(_l("Hạn"), [required()])


class EvidenceForm(Form):
    """That a step is done."""

    done_on = DayField(_l("Làm xong ngày"), [required()], not_future=True)
    evidence = LongTextField(_l("Bằng chứng"), [required()], description=_l("Số tài liệu, mã hồ sơ, kết quả kiểm tra; kèm tệp nếu có."))
    files = MultipleFileField(_l("Tệp bằng chứng"), [Optional()])


class CheckForm(SignatureFields):
    """Whether the actions worked, signed."""

    effective = Choice(_l("Kết luận"), [required()], empty=_l("Chọn"),
                       choices=[("yes", _l("Có hiệu lực")), ("no", _l("Chưa có hiệu lực: quay lại tìm nguyên nhân"))])
    looked_at = LongTextField(_l("Đã xem gì"), [required()])
    finding = LongTextField(_l("Thấy gì"), [required()])


class CloseForm(Form):
    """8.7.1 e, f: risks and the management system."""

    risks_answer = LongTextField(_l("Rủi ro và cơ hội: đã cập nhật gì, hoặc vì sao không phải"), [Optional()])
    documents_answer = LongTextField(_l("Hệ thống quản lý: đã sửa tài liệu nào, hoặc vì sao không phải"), [Optional()])
    version = version_field()
