"""Forms of keeping and disposal."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.accounts.signing import SignatureFields
from lab_app.core.forms import Choice, DayField, Form, LongTextField, TextField, WholeField, required


class RuleForm(Form):
    """How long records of a kind are kept, and why."""

    months = WholeField(_l("Lưu trong"), [required()], description=_l("Tính từ ngày ghi hồ sơ; 0 là vĩnh viễn."))
    basis = LongTextField(_l("Căn cứ"), [required()], max_length=2000,
        description=_l("Luật, quy định, hợp đồng hoặc quy định của phòng nói thời hạn này."))


class ProposalForm(Form):
    """What somebody proposes to destroy."""

    kind = Choice(_l("Tệp của loại hồ sơ"), [required()], choices=[])
    before = DayField(_l("Gắn trước ngày"), [required()], not_future=True)
    reason = LongTextField(_l("Lý do"), [required()], max_length=2000)
    way = TextField(_l("Cách hủy"), [Optional()], max_length=200, description=_l("Ví dụ: xóa khỏi kho tệp và các bản sao lưu hết vòng."))


class DecisionForm(SignatureFields):
    """Another person's answer to a proposal, signed when it is yes."""

    note = LongTextField(_l("Ý kiến"), [Optional()], max_length=2000)
