"""Forms of touched work and notices."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core.forms import Choice, CodeField, DayField, Form, LongTextField, TextField, required
from lab_app.quality.dispositions import workflow


class DecideForm(Form):
    """What is decided about the chosen ones, and why."""

    decision = Choice(_l("Quyết định"), [required()], empty=_l("Chọn quyết định"),
                      choices=[(code, state.word) for code, state in workflow.DECISIONS.items()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=2000)


class NameForm(Form):
    """A further thing that was touched."""

    subject_kind = Choice(_l("Loại"), [required()], choices=list(workflow.KINDS.items()))
    subject_code = CodeField(_l("Mã"), [required()], max_length=120,
                             description=_l("Số phiếu, mã việc, mã mẫu, số yêu cầu, mã thiết bị; quét được."))
    why = LongTextField(_l("Vì sao bị ảnh hưởng"), [Optional()], max_length=1000)


class NoticeForm(Form):
    """That a customer was told."""

    customer = TextField(_l("Khách hàng"), [required()], max_length=200)
    told = TextField(_l("Báo cho ai"), [required()], max_length=200, description=_l("Tên, chức vụ người nhận tin."))
    how = Choice(_l("Bằng cách nào"), [required()], choices=list(workflow.HOW.items()))
    told_on = DayField(_l("Ngày báo"), [required()], not_future=True)
    papers = TextField(_l("Về các phiếu"), [Optional()], max_length=400,
                       description=_l("Số phiếu, cách nhau bằng dấu phẩy. Để trống: mọi phiếu của khách này."))
    answer = LongTextField(_l("Khách hàng trả lời"), [Optional()], max_length=2000)
