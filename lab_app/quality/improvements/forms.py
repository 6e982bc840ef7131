"""Forms of improvements."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms.validators import Optional

from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    MoneyField,
    TextField,
    required,
    version_field,
)
from lab_app.quality import origins
from lab_app.quality.forms.people import person_choices
from lab_app.quality.improvements import rules


class ProposeForm(Form):
    """What is not well and what would be better."""

    kind = Choice(_l("Loại"), [required()], choices=list(rules.KINDS.items()))
    title = TextField(_l("Cải tiến gì"), [required()], max_length=300, description=_l("Một câu, như tên của việc sẽ làm."))
    problem = LongTextField(_l("Hiện nay thế nào"), [required()])
    idea = LongTextField(_l("Cách làm mới"), [Optional()])
    figure = TextField(_l("Đo bằng gì"), [Optional()], max_length=120, description=_l("Ví dụ: phút tìm một mẫu, số lần phải đo lại."))
    unit = TextField(_l("Đơn vị"), [Optional()], max_length=40, description=_l("Ví dụ: phút, lần mỗi tháng."))
    better = Choice(_l("Tốt là"), [Optional()], choices=list(rules.BETTER.items()))
    before = DecimalField(_l("Giá trị trước cải tiến"), [Optional()])
    source_kind = Choice(_l("Từ hồ sơ nào"), [Optional()], choices=[])
    source_code = CodeField(_l("Mã hồ sơ"), [Optional()], max_length=60, description=origins.HELP)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.source_kind.choices = origins.choices()


class TakeUpForm(Form):
    """Who does it until when."""

    owner_id = Choice(_l("Người làm"), [required()], empty=_l("Chọn một người"))
    due_on = DayField(_l("Xong trước ngày"), [required()])
    decision = LongTextField(_l("Ý kiến"), [Optional()], max_length=1000)
    version = version_field()

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.owner_id.choices = person_choices()


class FinishForm(Form):
    """What it brought."""

    done_on = DayField(_l("Xong ngày"), [required()], not_future=True, default=clock.today)
    after = DecimalField(_l("Giá trị sau cải tiến"), [Optional()])
    benefit = LongTextField(_l("Lợi ích đạt được, đã nhân rộng ở đâu"), [required()])
    saved = MoneyField(_l("Tiết kiệm mỗi năm"), [Optional()])
    version = version_field()


class PhotoForm(Form):
    """A photo of before or after."""

    when = Choice(_l("Ảnh"), [required()], choices=[("before", _l("Trước cải tiến")), ("after", _l("Sau cải tiến"))])
    file = FileField(_l("Tệp ảnh"), [required()], description=_l("PNG, JPEG hoặc WebP."))
    caption = TextField(_l("Chú thích"), [Optional()], max_length=300)
