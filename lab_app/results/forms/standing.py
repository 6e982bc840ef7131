"""Forms: conditioning begun and ended; what stands after a change of the item."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Optional

from lab_app.core.forms import Choice, Form, LongTextField, MomentField, TextField, required, version_field


class StartConditioningForm(Form):
    """Conditioning begins."""

    started_at = MomentField(_l("Bắt đầu ổn định"), [required()])
    place = TextField(_l("Nơi ổn định"), [required()], max_length=200)
    conditions = LongTextField(_l("Điều kiện"), [Optional()], max_length=1000, description=_l("Để trống: như phương pháp yêu cầu."))
    instrument = Choice(_l("Buồng, thiết bị đã dùng"), [Optional()], empty=_l("không dùng"), coerce=str, choices=[])
    note = LongTextField(_l("Ghi chú"), [Optional()], max_length=500)


class FinishConditioningForm(Form):
    """Conditioning ends, or is broken off."""

    version = version_field()
    ended_at = MomentField(_l("Kết thúc ổn định"), [required()])
    interrupted = LongTextField(_l("Bị ngắt quãng vì"), [Optional()], max_length=1000,
                                description=_l("Có chữ ở đây thì lần này không tính, phải ổn định lại."))


def standing_form(change_keys: Iterable[str], line_ids: Iterable[int], **kw: Any) -> Form:
    """One answer a line (`decision-ID`, `reason-ID`), and one reason for all that have none of their own."""
    body: dict[str, Any] = {
        "change": Choice(_l("Thay đổi"), [required()], choices=[(key, key) for key in change_keys]),
        "reason": LongTextField(_l("Lý do kỹ thuật chung"), [Optional()], max_length=2000,
                                description=_l("Dùng cho các dòng đã chọn mà không có lý do riêng.")),
    }
    for ident in line_ids:
        body[f"decision-{ident}"] = RadioField(_l("Kết quả này"), [Optional()], default="", choices=[
            ("", _l("chưa trả lời")), ("stands", _l("giữ")), ("repeat", _l("đo lại"))])
        body[f"reason-{ident}"] = TextField(_l("Lý do kỹ thuật riêng"), [Optional()], max_length=1000)
    return type("StandingForm", (Form,), body)(**kw)  # type: ignore[no-any-return]
