"""Forms of drills: the plan, one enterprise, filing."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from certificates.recall import workflow as recall_workflow
from lab_app.accounts.signing import SignatureFields
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


class PlanForm(Form):
    """Which instrument is said to be wrong since when, and the aim."""

    instrument = CodeField(_l("Mã thiết bị"), [required()], max_length=40, description=_l("Mã trên nhãn máy; quét được."))
    since = MomentField(_l("Giả định sai từ lúc"), [required()])
    error = DecimalField(_l("Sai số giả định (chỉ thị − chuẩn)"), [Optional()])
    error_unit = TextField(_l("Đơn vị của sai số"), [Optional()], max_length=20)
    scenario = LongTextField(_l("Tình huống"), [required()], max_length=2000,
                             description=_l("Kể như thật: ai phát hiện, phát hiện gì. Không ai ngoài phòng nhận thư."))
    target_minutes = WholeField(_l("Mục tiêu: đến doanh nghiệp cuối trong"), [required(), NumberRange(1, 100_000, _l("Ít nhất một phút."))],
                                render_kw={"unit": _l("phút")})


class EnterpriseForm(Form):
    """What was decided on the results of one enterprise, and how it could be reached."""

    decision = Choice(_l("Quyết định về các kết quả"), [required()], empty=_l("Chọn quyết định"),
                      choices=[(code, state.word) for code, state in recall_workflow.DECISIONS.items()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    reached = LongTextField(_l("Đã thử liên hệ"), [Optional()], max_length=1000,
                            description=_l("Ai, bằng cách nào, số hoặc địa chỉ trong hồ sơ còn đúng không. Nói rõ đây là diễn tập."))
    gap = LongTextField(_l("Thiếu gì"), [Optional()], max_length=1000,
                        description=_l("Không liên hệ được, thiếu hồ sơ, không rõ ai quyết định… để trống khi không thiếu gì."))
    version = version_field()


class FileForm(SignatureFields):
    """Gaps, conclusion, and the signature."""

    gaps = LongTextField(_l("Khoảng trống và việc phải làm"), [Optional()], max_length=4000)
    conclusion = LongTextField(_l("Kết luận"), [required()], max_length=4000)
    version = version_field()
