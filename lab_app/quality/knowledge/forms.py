"""Forms of what the laboratory has learned."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core.forms import Choice, CodeField, Form, LongTextField, TextField, required
from lab_app.quality import origins
from lab_app.quality.causes import AREAS


class LessonForm(Form):
    """What happened, what was learned, where it applies."""

    area = Choice(_l("Lĩnh vực"), [required()], choices=list(AREAS.items()))
    title = TextField(_l("Bài học"), [required()], max_length=300)
    happened = LongTextField(_l("Chuyện gì đã xảy ra"), [required()])
    learned = LongTextField(_l("Rút ra điều gì, lần sau làm thế nào"), [required()])
    applies_to = TextField(_l("Áp dụng cho"), [Optional()], max_length=300,
                           description=_l("Phương pháp, thiết bị, phòng đo, loại sản phẩm."))
    source_kind = Choice(_l("Từ hồ sơ nào"), [Optional()], choices=[])
    source_code = CodeField(_l("Mã hồ sơ"), [Optional()], max_length=60, description=origins.HELP)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.source_kind.choices = origins.choices()
