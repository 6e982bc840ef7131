"""Forms of the steps of a plan: of a planned change, of an objective."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core import clock
from lab_app.core.forms import Choice, DayField, Form, LongTextField, TextField, required
from lab_app.quality.forms.people import person_choices


class StepForm(Form):
    """A step of a plan: what, who, until when."""

    what = TextField(_l("Việc"), [required()], max_length=300, description=_l("Một việc, một người, một ngày: làm xong thì chỉ ra được."))
    person_id = Choice(_l("Người làm"), [required()], empty=_l("Chọn một người"))
    due_on = DayField(_l("Xong trước ngày"), [required()])

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.person_id.choices = person_choices()


class DoneForm(Form):
    """A step that is done, with what shows it."""

    done_on = DayField(_l("Xong ngày"), [required()], not_future=True, default=clock.today)
    shown_by = LongTextField(_l("Bằng chứng"), [required()], max_length=2000,
                             description=_l("Mã hồ sơ, số tài liệu, nơi để xem việc đã làm."))
