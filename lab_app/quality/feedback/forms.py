"""Forms of feedback that the laboratory's people fill in."""
from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core import clock
from lab_app.core.forms import Choice, CodeField, DayField, Form, LongTextField, TextField, required
from lab_app.quality.feedback import rules


def _steps() -> list[tuple[str, object]]:
    return [("", _l("không trả lời")), *((str(n), word) for n, word in rules.STEPS)]


class FeedbackForm(Form):
    """What a customer said by telephone, in talk, by letter."""

    way = Choice(_l("Nhận bằng"), [required()], choices=[(one, rules.WAYS[one]) for one in rules.TAKEN_DOWN])
    customer = TextField(_l("Khách hàng"), [required()], max_length=300)
    report = CodeField(_l("Số phiếu"), [Optional()], max_length=60, description=_l("Phiếu mà khách hàng nói tới; quét được."))
    satisfaction = Choice(rules.QUESTIONS["satisfaction"], [Optional()], choices=_steps())
    timeliness = Choice(rules.QUESTIONS["timeliness"], [Optional()], choices=_steps())
    recommend = Choice(rules.QUESTIONS["recommend"], [Optional()],
                       choices=[("", _l("không trả lời")), *((str(n), str(n)) for n in range(11))])
    words = LongTextField(_l("Nhận xét"), [Optional()], max_length=3000)


def _year_ago() -> date:
    return clock.today().replace(year=clock.today().year - 1, day=1)


class AnalysisForm(Form):
    """What the answers of a span say, and what is done with it."""

    since = DayField(_l("Từ ngày"), [required()], not_future=True, default=_year_ago)
    until = DayField(_l("Đến ngày"), [required()], not_future=True, default=clock.today)
    findings = LongTextField(_l("Nhận định"), [required()], description=_l("Điều gì tốt lên, xấu đi, vì sao."))
    use = LongTextField(_l("Việc sẽ làm"), [required()], description=_l("Cải tiến nào, ai làm; không làm gì thì vì sao (8.6.2)."))
