"""Forms of the room: enterprises, requests with their items, contract review, reception, moves, prices."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, RadioField
from wtforms.validators import Optional

from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    Form,
    LongTextField,
    MomentField,
    TextField,
    required,
    version_field,
)
from lab_app.samples import rules
from lab_app.samples.models import RequestItem
from lab_app.samples.services.custody import KINDS
from lab_app.samples.wording import (
    CONDITION_WORDS,
    DECISION_WORDS,
    MOVE_WORDS,
)


class ReceiveForm(Form):
    """Reception of one item; `receive_form` adds the condition checklist."""

    item = Choice(_l("Đối tượng theo yêu cầu"), [required()], coerce=int, choices=[])
    received_at = MomentField(_l("Nhận lúc"), [required()])
    brought_by = TextField(_l("Người giao, cách gửi"), [Optional()])
    sampled_by = RadioField(_l("Ai lấy mẫu"), [Optional()], default="customer", choices=[
        ("customer", _l("khách hàng lấy và gửi")), ("laboratory", _l("phòng thử nghiệm lấy (cần biên bản lấy mẫu)"))])
    sampling = Choice(_l("Biên bản lấy mẫu"), [Optional()], empty=_l("không có"), coerce=str, choices=[])
    serial = TextField(_l("Số máy (sê-ri)"), [Optional()], max_length=120)
    hardware = TextField(_l("Phiên bản phần cứng"), [Optional()], max_length=60)
    firmware = TextField(_l("Firmware"), [Optional()], max_length=60)
    condition = LongTextField(_l("Tình trạng khi nhận"), [required()], max_length=2000)
    accessories = LongTextField(_l("Phụ kiện, phần mềm, tài liệu kèm theo"), [Optional()], max_length=2000)
    photos = MultipleFileField(_l("Ảnh mẫu"), [Optional()], render_kw={"accept": "image/png,image/jpeg,image/webp"})
    deviation = LongTextField(_l("Sai lệch cần hỏi khách hàng"), [Optional()], max_length=2000,
                              description=_l("Bắt buộc khi có điểm không đạt. Mẫu sẽ chờ câu trả lời của khách hàng (7.4.3)."))
    storage = TextField(_l("Nơi giữ"), [required()], max_length=120, render_kw={"list": "storage-places"})
    storage_conditions = TextField(_l("Điều kiện bảo quản"), [Optional()])
    checks = HiddenField()

    def looked(self) -> dict[str, Any]:
        """The condition checklist; a point nobody answered is left out and the service asks for it."""
        out = {}
        for key in rules.CONDITION_KEYS:
            if self[f"ok-{key}"].data:
                out[key] = {"ok": self[f"ok-{key}"].data == "yes", "note": self[f"why-{key}"].data or ""}
        return out


def receive_form(items: Iterable[RequestItem], **kw: Any) -> ReceiveForm:
    """The reception form for a request's items."""
    body: dict[str, Any] = {}
    for key in rules.CONDITION_KEYS:
        body[f"ok-{key}"] = RadioField(
            CONDITION_WORDS[key], [required()], choices=[("yes", _l("Đạt")), ("no", _l("Không đạt"))])
        body[f"why-{key}"] = TextField(_l("Ghi chú"), [Optional()], max_length=300)
    form = type("ItemReceiveForm", (ReceiveForm,), body)(**kw)
    form.item.choices = [(i.id, f"{i.name} {i.model}") for i in items]
    return form  # type: ignore[no-any-return]


class PhotosForm(Form):
    """Further photos of an item."""

    photos = MultipleFileField(_l("Ảnh mẫu"), render_kw={"accept": "image/png,image/jpeg,image/webp"})
    caption = TextField(_l("Chú thích"), [Optional()], max_length=300)


class AnswerForm(Form):
    """The customer's answer about a deviating item."""

    decision = RadioField(_l("Khách hàng quyết định"), [required()], choices=list(DECISION_WORDS.items()))
    answered_by = TextField(_l("Người trả lời phía khách hàng"), [required()])
    answered_on = DayField(_l("Ngày trả lời"), [required()], not_future=True)
    text = LongTextField(_l("Nội dung trả lời"), [required()], max_length=2000)


class MoveForm(Form):
    """A move of an item."""

    version = version_field()
    kind = RadioField(_l("Việc"), [required()], choices=[(k, MOVE_WORDS[k]) for k in KINDS])
    to_person = Choice(_l("Người nhận trong phòng"), [Optional()], empty=_l("không phải người của phòng"), coerce=str, choices=[])
    to_text = TextField(_l("Người nhận bên ngoài"), [Optional()])
    place = TextField(_l("Nơi để"), [Optional()], render_kw={"list": "storage-places"})
    at = MomentField(_l("Lúc"), [Optional()], description=_l("Để trống: bây giờ."))
    note = LongTextField(_l("Ghi chú, biên bản"), [Optional()], max_length=500)


class FirmwareForm(Form):
    """The item's firmware was changed."""

    firmware = TextField(_l("Firmware mới"), [required()], max_length=60)
    changed_at = MomentField(_l("Đổi lúc"), [required()])
    by = TextField(_l("Người đổi"), [required()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)


class ScanForm(Form):
    """A scanned code."""

    class Meta(Form.Meta):
        csrf = False

    q = CodeField(_l("Mã mẫu"), [required()], max_length=60)
