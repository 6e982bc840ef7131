"""Forms of context and processes."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Optional

from lab_app.core import clock, kpi
from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    Form,
    LongTextField,
    TextField,
    WholeField,
    required,
    version_field,
)
from lab_app.quality.context import rules
from lab_app.quality.forms.people import person_choices


class IssueForm(Form):
    """Something that bears on the laboratory."""

    side = Choice(_l("Bên trong hay bên ngoài"), [required()], choices=list(rules.SIDES.items()))
    topic = Choice(_l("Lĩnh vực"), [required()], choices=list(rules.TOPICS.items()))
    says = LongTextField(_l("Vấn đề"), [required()], max_length=2000, description=_l("Điều có thật ảnh hưởng tới phòng, và từ đâu biết."))
    effect = Choice(_l("Ảnh hưởng"), [required()], choices=list(rules.EFFECTS.items()))
    answer = LongTextField(_l("Phòng ứng phó thế nào"), [Optional()], max_length=2000,
                           description=_l("Mã rủi ro, mục tiêu hoặc việc đã lập; hoặc chỉ theo dõi."))


class PartyForm(Form):
    """Who has an interest in the laboratory."""

    name = TextField(_l("Bên quan tâm"), [required()], description=_l("Ví dụ: khách hàng, cơ quan quản lý, BoA, nhà cung cấp, nhân viên."))
    needs = LongTextField(_l("Cần, mong đợi gì"), [required()], max_length=2000)
    met_by = LongTextField(_l("Phòng đáp ứng và theo dõi bằng gì"), [Optional()], max_length=2000)
    binding = BooleanField(_l("Là nghĩa vụ tuân thủ (pháp luật, hợp đồng, công nhận)"))


class ReviewForm(Form):
    """The yearly look."""

    done_on = DayField(_l("Ngày xem lại"), [required()], not_future=True, default=clock.today)
    scope_vi = LongTextField(_l("Phạm vi của hệ thống quản lý"), [required()])
    scope_en = LongTextField(_l("Phạm vi, tiếng Anh"), [Optional()])
    conclusion = LongTextField(_l("Kết luận: gì đã đổi, kéo theo việc gì"), [required()])
    next_on = DayField(_l("Lần xem tới"), [Optional()], description=_l("Bỏ trống: 12 tháng sau."))


class ProcessForm(Form):
    """A process with its inputs, outputs, owner and figure."""

    code = CodeField(_l("Mã quá trình"), [required()], max_length=20, description=_l("Ví dụ QT-12; không đổi về sau."))
    name_vi = TextField(_l("Tên quá trình"), [required()])
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()])
    kind = Choice(_l("Nhóm"), [required()], choices=list(rules.LANES.items()))
    position = WholeField(_l("Thứ tự trong nhóm"), [Optional()], default=0, description=_l("Số nhỏ đứng trước trên sơ đồ quá trình."))
    purpose = LongTextField(_l("Mục đích"), [Optional()], max_length=2000)
    inputs = LongTextField(_l("Đầu vào"), [required()], max_length=2000, description=_l("Nhận gì, từ ai: yêu cầu, mẫu, số liệu."))
    outputs = LongTextField(_l("Đầu ra"), [required()], max_length=2000, description=_l("Giao gì, cho ai: kết quả, phiếu, quyết định."))
    feeds = TextField(_l("Đầu ra đi tới quá trình"), [Optional()],
                      description=_l("Mã các quá trình, cách nhau bằng dấu phẩy, ví dụ QT-02, QT-05."))
    owner_id = Choice(_l("Người chịu trách nhiệm"), [required()], empty=_l("Chọn một người"))
    kpi = Choice(_l("Theo dõi bằng chỉ số"), [Optional()])
    resources = LongTextField(_l("Nguồn lực"), [Optional()], max_length=2000)
    documents = LongTextField(_l("Tài liệu áp dụng"), [Optional()], max_length=2000)
    risks = LongTextField(_l("Rủi ro, cơ hội chính"), [Optional()], max_length=2000)
    reason = LongTextField(_l("Lý do sửa"), [required()], max_length=1000)
    version = version_field()

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.owner_id.choices = person_choices()
        self.kpi.choices = [("", gettext("chưa có")), *((k.key, k.label) for k in kpi.known())]

    def words(self) -> dict[str, Any]:
        """What the services take: the codes fed as a list, no owner."""
        said = self.clean(*(name for name in self._fields if name not in ("csrf_token", "version", "owner_id", "code", "reason")))
        said["feeds"] = [code.strip() for code in (said["feeds"] or "").upper().split(",") if code.strip()]
        said["position"] = said["position"] or 0
        return said
