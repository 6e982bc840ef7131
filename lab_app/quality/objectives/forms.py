"""Forms of objectives."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core import kpi as figures
from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    required,
)
from lab_app.quality.forms.people import person_choices
from lab_app.quality.objectives import rules


class ObjectiveForm(Form):
    """A figure, a target, an owner, a span of time."""

    title = TextField(_l("Mục tiêu"), [required()], max_length=300, description=_l("Ví dụ: Mọi thiết bị hiệu chuẩn trước hạn."))
    kpi = Choice(_l("Chỉ số"), [required()])
    target = DecimalField(_l("Giá trị cần đạt"), [required()], description=_l("Theo đơn vị của chỉ số."))
    window = Choice(_l("Tính trên"), [required()], choices=[(str(n), words) for n, words in rules.WINDOWS.items()])
    from_on = DayField(_l("Từ ngày"), [required()])
    to_on = DayField(_l("Đến ngày"), [required()])
    owner_id = Choice(_l("Người chịu trách nhiệm"), [required()], empty=_l("Chọn một người"))
    why = LongTextField(_l("Vì sao đặt mục tiêu này (chính sách, rủi ro, khách hàng)"), [Optional()])
    resources = LongTextField(_l("Nguồn lực cần"), [Optional()])

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        way = {"low": gettext("càng thấp càng tốt"), "high": gettext("càng cao càng tốt")}
        self.kpi.choices = [(k.key, gettext("%(name)s (%(unit)s, %(way)s)", name=k.label, unit=k.unit, way=way[k.better]) if k.unit
                             else gettext("%(name)s (%(way)s)", name=k.label, way=way[k.better])) for k in figures.known()]
        self.owner_id.choices = person_choices()


class AnswerForm(Form):
    """Why a month missed and what follows."""

    why = LongTextField(_l("Vì sao chưa đạt"), [required()], max_length=2000,
                        description=_l("Nguyên nhân, không chỉ con số: việc nào, ở đâu."))
    action = LongTextField(_l("Làm gì tiếp"), [required()], max_length=2000,
                           description=_l("Ai làm gì, xong khi nào; hoặc vì sao giữ nguyên cách làm."))
