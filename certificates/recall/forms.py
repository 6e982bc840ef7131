"""Forms of recalls, decisions, letters and traces."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from certificates.recall import workflow
from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    MomentField,
    TextField,
    required,
    version_field,
)

DEPTHS = [(str(n), str(n)) for n in range(6)]


class RecallForm(Form):
    """A recall opened by hand: which instrument, which span of time, how far it was off."""

    instrument = CodeField(_l("Mã thiết bị"), [required()], max_length=40, description=_l("Mã trên nhãn máy; quét được."))
    since = MomentField(_l("Từ lúc (lần cuối biết là đúng)"), [required()])
    until = MomentField(_l("Đến trước lúc"), [required()])
    cause = Choice(_l("Nguyên nhân"), [required()], choices=list(workflow.CAUSES.items()))
    found_on = DayField(_l("Ngày phát hiện"), [required()], not_future=True)
    error = DecimalField(_l("Sai số của thiết bị (chỉ thị − chuẩn)"), [Optional()],
                         description=_l("Để trống khi chưa biết: ảnh hưởng lên từng kết quả sẽ là “chưa so được”."))
    error_unit = TextField(_l("Đơn vị của sai số"), [Optional()], max_length=20)
    depth = Choice(_l("Số bước qua chuẩn của phòng"), [required()], choices=DEPTHS, default="3",
                   description=_l("0: chỉ số đo bằng chính thiết bị; 1: cả thiết bị được hiệu chuẩn nội bộ bằng nó; và tiếp theo."))
    note = LongTextField(_l("Mô tả"), [required()])


class DecisionForm(Form):
    """What is decided on the chosen lines, and why."""

    decision = Choice(_l("Quyết định"), [required()], empty=_l("Chọn quyết định"),
                      choices=[(code, state.word) for code, state in workflow.DECISIONS.items()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class CloseForm(Form):
    """The conclusion of a recall."""

    conclusion = LongTextField(_l("Kết luận"), [required()])
    version = version_field()


class LetterForm(Form):
    """The words of a letter: Vietnamese, then English."""

    text = LongTextField(_l("Nội dung thư"), [required()], max_length=20_000)
    version = version_field()


class TraceForm(Form):
    """How far a trace goes, and between which days."""

    class Meta(Form.Meta):
        csrf = False

    direction = Choice(_l("Chiều"), default="back",
                       choices=[("back", _l("Ngược: đứng trên chuẩn nào")), ("forward", _l("Xuôi: đã đo những gì"))])
    depth = Choice(_l("Số bước"), choices=DEPTHS[1:], default="3")
    since = DayField(_l("Từ ngày"))
    until = DayField(_l("Đến hết ngày"))

    def asked(self, name: str, default: Any) -> Any:
        """What was typed, or the default where nothing usable was."""
        value = getattr(self, name).data
        return default if value in (None, "") or getattr(self, name).errors else value
