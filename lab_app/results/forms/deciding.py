"""Forms about verdicts: another verdict proposed and answered, old results judged again, a rehearsal shown to a customer."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Optional

from lab_app.core.forms import Choice, DayField, DecimalField, Form, LongTextField, TextField, required
from lab_app.results.presenters import VERDICTS
from lab_app.results.services.overriding import VERDICTS as OFFERED


class OverrideForm(Form):
    """Another verdict for one result, with why."""

    verdict = Choice(_l("Kết luận đề nghị"), [required()], choices=[(code, VERDICTS[code].word) for code in OFFERED], empty=_l("chọn"))
    reason = LongTextField(_l("Vì sao kết luận theo quy tắc không đứng được"), [required()], max_length=2000)


class AnswerForm(Form):
    """What the second person says to it."""

    note = LongTextField(_l("Ý kiến"), [Optional()], max_length=1000, description=_l("Bắt buộc khi không đồng ý."))


class RejudgeForm(Form):
    """Which of the results on the page are judged again, and why. `line` comes as boxes ticked in the table."""

    rule = HiddenField()
    reason = LongTextField(_l("Vì sao xét lại"), [required()], max_length=2000)


class RehearsalForm(Form):
    """Who of the customer saw the rehearsal, and when."""

    parameter = HiddenField()
    at = HiddenField()
    shown_to = TextField(_l("Người xem phía khách hàng"), [required()], max_length=200)
    shown_on = DayField(_l("Ngày xem"), [required()], not_future=True)


class WhatIfForm(Form):
    """A value the customer expects of the new product; asked by GET."""

    class Meta(Form.Meta):
        csrf = False

    at = DecimalField(_l("Nếu kết quả nằm ở"), [Optional()])
