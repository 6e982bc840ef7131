"""Forms of risks and of the look at impartiality."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core import clock
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
from lab_app.quality import origins
from lab_app.quality.forms.people import person_choices
from lab_app.quality.risks import rules


def _levels(words: dict[int, Any]) -> list[tuple[str, Any]]:
    return [(str(n), _l("%(n)s · %(word)s", n=n, word=word)) for n, word in words.items()]


class _Owned(Form):
    """With who answers for it."""

    owner_id = Choice(_l("Người chịu trách nhiệm"), [required()], empty=_l("Chọn một người"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.owner_id.choices = person_choices()


class RiskForm(_Owned):
    """A risk or an opportunity, judged."""

    kind = Choice(_l("Loại"), [required()], choices=list(rules.KINDS.items()))
    topic = Choice(_l("Lĩnh vực"), [required()], choices=list(rules.TOPICS.items()), empty=_l("Chọn"))
    title = TextField(_l("Điều có thể xảy ra"), [required()], max_length=300,
                      description=_l("Một câu: điều gì xảy ra thì ảnh hưởng tới kết quả, khách hàng, tính khách quan."))
    description = LongTextField(_l("Nguyên nhân, hậu quả, đang kiểm soát thế nào"), [Optional()])
    found_on = DayField(_l("Ngày nhận ra"), [required()], not_future=True, default=clock.today)
    likelihood = Choice(_l("Khả năng xảy ra"), [required()], choices=_levels(rules.LIKELIHOODS), empty=_l("Chọn"))
    consequence = Choice(_l("Hậu quả (hoặc lợi ích, với cơ hội)"), [required()], choices=_levels(rules.CONSEQUENCES), empty=_l("Chọn"))
    source_kind = Choice(_l("Từ hồ sơ nào"), [Optional()], choices=[])
    source_code = CodeField(_l("Mã hồ sơ"), [Optional()], max_length=60, description=origins.HELP)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.source_kind.choices = origins.choices()


class JudgeForm(_Owned):
    """Judged anew."""

    likelihood = Choice(_l("Khả năng xảy ra"), [required()], choices=_levels(rules.LIKELIHOODS), empty=_l("Chọn"))
    consequence = Choice(_l("Hậu quả (hoặc lợi ích, với cơ hội)"), [required()], choices=_levels(rules.CONSEQUENCES), empty=_l("Chọn"))
    reason = LongTextField(_l("Vì sao đánh giá lại"), [required()], max_length=1000)
    version = version_field()


class PlanForm(Form):
    """What is done about it."""

    answer = Choice(_l("Cách ứng xử"), [required()], empty=_l("Chọn"))
    treatment = LongTextField(_l("Biện pháp"), [required()], description=_l("Làm gì, ai làm, nhìn vào đâu thì biết là có tác dụng."))
    due_on = DayField(_l("Làm xong trước ngày"), [required()])
    effect_on = DayField(_l("Kiểm tra hiệu lực vào ngày"), [required()],
                         description=_l("Bắt buộc (8.5.2): ngày xem biện pháp có tác dụng không."))
    version = version_field()


class EffectForm(Form):
    """What the treatment did."""

    effect = LongTextField(_l("Đã thấy gì, bằng chứng"), [required()],
                           description=_l("Hồ sơ, số liệu đã xem; điều đã lo còn xảy ra không."))
    likelihood = Choice(_l("Khả năng còn lại"), [required()], choices=_levels(rules.LIKELIHOODS), empty=_l("Chọn"))
    consequence = Choice(_l("Hậu quả còn lại"), [required()], choices=_levels(rules.CONSEQUENCES), empty=_l("Chọn"))
    version = version_field()


class ReviewForm(Form):
    """The look for risks to impartiality."""

    done_on = DayField(_l("Ngày xem xét"), [required()], not_future=True, default=clock.today)
    activities = LongTextField(rules.QUESTIONS["activities"], [required()])
    relations = LongTextField(rules.QUESTIONS["relations"], [required()])
    staff = LongTextField(rules.QUESTIONS["staff"], [required()])
    pressure = LongTextField(rules.QUESTIONS["pressure"], [required()])
    changes = LongTextField(rules.QUESTIONS["changes"], [required()])
    conclusion = LongTextField(_l("Kết luận: rủi ro mới, rủi ro đổi mức, không có gì mới"), [required()])
    next_on = DayField(_l("Lần xem tới"), [Optional()], description=_l("Bỏ trống: 3 tháng sau."))
