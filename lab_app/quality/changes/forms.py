"""Forms of planned changes."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

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
from lab_app.quality.changes import rules
from lab_app.quality.forms.plans import StepForm


class ChangeForm(Form):
    """What, why, from when."""

    kind = Choice(_l("Loại thay đổi"), [required()], choices=list(rules.KINDS.items()))
    title = TextField(_l("Thay đổi gì"), [required()], max_length=300)
    purpose = LongTextField(_l("Mục đích"), [required()])
    planned_on = DayField(_l("Dự định bắt đầu"), [required()])
    source_kind = Choice(_l("Từ hồ sơ nào"), [Optional()], choices=[])
    source_code = CodeField(_l("Mã hồ sơ"), [Optional()], max_length=60, description=origins.HELP)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.source_kind.choices = origins.choices()


class AdditionForm(StepForm):
    """A step that is added to a plan after its approval, and why."""

    reason = LongTextField(_l("Vì sao thêm sau khi đã duyệt"), [required()], max_length=1000)


class _Impacts(Form):
    """The questions of the impact assessment; made from the list of them."""

    version = version_field()


def impacts_form() -> type[_Impacts]:
    """The form with one field a question."""
    fields: dict[str, Any] = {key: LongTextField(words, [Optional()], max_length=2000) for key, words in rules.IMPACTS.items()}
    return type("ImpactsForm", (_Impacts,), fields)
