"""Forms of the room: a reading with everything that belongs to it, assigning, reviewing, retesting."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Optional

from lab_app.accounts.signing import SignatureFields
from lab_app.core.forms import (
    Choice,
    Form,
    LongTextField,
    TextField,
    required,
    version_field,
)


class AssignForm(Form):
    """Who does a job."""

    version = version_field()
    person = Choice(_l("Người thực hiện"), [required()], empty=_l("chọn người"), coerce=str, choices=[])


class LineForm(Form):
    """A further condition of a parameter."""

    parameter = Choice(_l("Chỉ tiêu"), [required()], empty=_l("chọn chỉ tiêu"), coerce=str, choices=[])
    conditions = TextField(_l("Điều kiện"), [required()], max_length=400,
                           description=_l("Ví dụ: 802.11n HT20, 2 442 MHz, 25 °C, 220 V."))


class RetestForm(Form):
    """Why a line is tested again; the first result stays."""

    reason = LongTextField(_l("Lý do thử lại"), [required()], max_length=2000)
    conditions = TextField(_l("Điều kiện của lần thử lại"), [Optional()], max_length=400,
                           description=_l("Để trống: như lần trước."))


class ReviewForm(SignatureFields):
    """A reviewer's decision; an approval is signed."""

    version = version_field()
    decision = HiddenField(validators=[required()])
    reason = LongTextField(_l("Lý do trả lại"), [Optional()], max_length=2000)
