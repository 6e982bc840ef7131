"""Forms of holds."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.accounts.signing import SignatureFields
from lab_app.core.forms import Choice, CodeField, Form, LongTextField, MomentField, required
from lab_app.quality.holds import workflow


class HoldForm(Form):
    """What is frozen, why, and from when work with it is in doubt."""

    subject_kind = Choice(_l("Giữ lại"), [required()], choices=list(workflow.KINDS.items()))
    subject_code = CodeField(_l("Mã"), [required()], max_length=120,
                             description=_l("Mã trên nhãn máy, mã việc, số yêu cầu, số phiếu; quét được."))
    since = MomentField(_l("Nghi ngờ từ lúc"), [Optional()],
                        description=_l("Kết quả đo từ lúc này bằng thiết bị, phương pháp, chỉ tiêu này bị giữ theo. Để trống: từ bây giờ."))
    reason = LongTextField(_l("Lý do"), [required()], max_length=2000)


class ReleaseForm(SignatureFields):
    """On what basis work goes on, signed."""

    basis = LongTextField(_l("Căn cứ cho làm lại: đã kiểm tra gì, kết quả ra sao"), [required()], max_length=2000)
