"""Forms of the item's file, of what is answered to proposed tests, and of sampling."""
from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from wtforms import FieldList, FormField, RadioField
from wtforms.validators import NumberRange, Optional, ValidationError

from lab_app.core.forms import (
    Choice,
    DecimalField,
    Form,
    LongTextField,
    MomentField,
    TextField,
    WholeField,
    required,
    version_field,
)
from lab_app.core.i18n import lang
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.samples.forms.requests import CheckboxGroupField, MayBeLater
from lab_app.samples.item_file import MOST_ROWS, MOST_TEXT, TABLE_WORDS, TABLES, VERSIONS, Part
from test_methods.properties import PROPERTIES, Property

PICTURES = {"accept": "image/png,image/jpeg,image/webp"}
UNSAID = ("", _l("chưa rõ"))


class _Row(Form):
    """A row of a table of the file."""

    class Meta(Form.Meta):
        csrf = False


def _cell(part: Part) -> Any:
    if part.choices:
        return Choice(part.words, [MayBeLater()], choices=list(part.choices.items()), empty=_l("chọn"), validate_choice=False)
    return TextField(part.words, [MayBeLater()], max_length=MOST_TEXT)


def _property(known: Property) -> Any:
    if known.kind == "several":
        return CheckboxGroupField(known.words, [MayBeLater()], choices=list(known.choices.items()))
    if known.kind == "choice":
        return Choice(known.words, [MayBeLater()], choices=list(known.choices.items()), empty=_l("chưa rõ"))
    if known.kind == "flag":
        return RadioField(known.words, [MayBeLater()], choices=[UNSAID, ("yes", _l("Có")), ("no", _l("Không"))], default="")
    if known.kind == "number":
        return DecimalField(known.words, [MayBeLater()], unit=known.unit)
    return TextField(known.words, [MayBeLater()], max_length=MOST_TEXT, description=known.help)


_ROWS = {name: type(f"{name.title()}Row", (_Row,), {part.key: _cell(part) for part in parts}) for name, parts in TABLES.items()}


class _FileBase(Form):
    """The file of one item; its fields are made from the vocabulary."""

    version = version_field()
    changes_item = RadioField(_l("Đây là"), [MayBeLater()], default="no", choices=[
        ("no", _l("ghi lại cho đúng, đủ hơn: mẫu vẫn như cũ")), ("yes", _l("mẫu đã được thay đổi: hỏi lại kết quả đã đo trước đó"))])
    changed_at = MomentField(_l("Thay đổi lúc"), [MayBeLater()], description=_l("Để trống: bây giờ."))
    reason = LongTextField(_l("Lý do thay đổi"), [MayBeLater()], max_length=1000)

    def more(self, name: str) -> bool:
        """One row more in a table; False for a name that is none."""
        if name not in TABLES:
            return False
        if len(self[name]) < MOST_ROWS:
            self[name].append_entry({})
        return True

    def given(self) -> dict[str, Any]:
        """What was typed, in the shape the service takes; numbers of cells with a point. Refuses a cell that is no number."""
        properties = {p.key: self[p.key].data for p in PROPERTIES}
        for p in PROPERTIES:
            if isinstance(properties[p.key], Decimal):
                properties[p.key] = format(properties[p.key], "f")
        return {
            "properties": properties, "versions": {part.key: self[part.key].data for part in VERSIONS},
            **{name: [_typed(name, entry.form.data) for entry in self[name]] for name in TABLES},
        }


def _typed(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its numbers read by the reader's language; what is no number stays, and the service names its row."""
    out = dict(row)
    for part in TABLES[name]:
        text = str(out.get(part.key) or "")
        if part.number and text:
            try:
                out[part.key] = format(parse_decimal(text, lang()), "f")
            except NotANumber:
                out[part.key] = text
    return out


ItemFileForm: type[_FileBase] = type("ItemFileForm", (_FileBase,), {
    **{p.key: _property(p) for p in PROPERTIES},
    **{part.key: TextField(part.words, [MayBeLater()], max_length=MOST_TEXT) for part in VERSIONS},
    **{name: FieldList(FormField(_ROWS[name]), TABLE_WORDS[name], max_entries=MOST_ROWS) for name in TABLES},
})


def typed_file(content: Mapping[str, Any]) -> dict[str, Any]:
    """A file's content as its form shows it."""
    out: dict[str, Any] = {}
    for p in PROPERTIES:
        value = content["properties"].get(p.key)
        if p.kind == "number":
            out[p.key] = Decimal(value) if value else None
        elif p.kind == "flag":
            out[p.key] = "" if value is None else ("yes" if value else "no")
        else:
            out[p.key] = value if value is not None else ([] if p.kind == "several" else "")
    out.update({part.key: content["versions"].get(part.key, "") for part in VERSIONS})
    for name, parts in TABLES.items():
        numbers = [part.key for part in parts if part.number]
        out[name] = [{**row, **{k: _shown(row.get(k, "")) for k in numbers}} for row in content[name]] or [{}]
    return out


def _shown(text: str) -> str:
    return text.replace(".", ",") if lang() == "vi" else text


class SetupPhotoForm(Form):
    """One photo of the test set-up with its caption."""

    photo = FileField(_l("Ảnh bố trí thử"), render_kw=PICTURES)
    caption = TextField(_l("Chú thích"), [required()], max_length=300, description=_l("Được in dưới ảnh trên phiếu kết quả."))


class SamplingForm(Form):
    """A sampling record: the eight groups of 7.3.3, the plan, the seal."""

    plan = LongTextField(_l("Kế hoạch lấy mẫu"), [required()], max_length=2000,
                         description=_l("Lô nào, lấy bao nhiêu, chọn thế nào; căn cứ thống kê khi có (7.3.1)."))
    method = TextField(_l("Phương pháp lấy mẫu"), [required()], max_length=300, description=_l("Ký hiệu tài liệu và lần ban hành."))
    began_at = MomentField(_l("Bắt đầu lấy mẫu"), [required()])
    ended_at = MomentField(_l("Lấy mẫu xong"), [required()])
    identification = LongTextField(_l("Nhận biết và mô tả mẫu"), [required()], max_length=2000,
                                   description=_l("Tên, kiểu, số máy, số lô, bao gói, tình trạng."))
    taken = WholeField(_l("Số mẫu đã lấy"), [required(), NumberRange(1, 999, _l("Từ 1 đến 999."))], default=1)
    lot_size = WholeField(_l("Cỡ lô"), [Optional(), NumberRange(1, 10_000_000, _l("Từ 1 đến 10000000."))])
    sampled_by = Choice(_l("Người lấy mẫu"), [required()], empty=_l("chọn người"), coerce=str, choices=[])
    witnesses = TextField(_l("Người chứng kiến"), [Optional()], max_length=400)
    equipment = LongTextField(_l("Thiết bị, dụng cụ đã dùng"), [required()], max_length=1000)
    conditions = LongTextField(_l("Điều kiện môi trường, vận chuyển"), [required()], max_length=1000)
    place = TextField(_l("Nơi lấy mẫu"), [required()], max_length=400)
    location = LongTextField(_l("Vị trí lấy trong nơi đó"), [required()], max_length=2000,
                             description=_l("Chỉ rõ bằng lời; thêm sơ đồ hoặc ảnh ở dưới khi có."))
    diagrams = MultipleFileField(_l("Sơ đồ, ảnh vị trí"), [Optional()], render_kw=PICTURES)
    deviations = LongTextField(_l("Sai khác so với phương pháp, kế hoạch"), [required()], max_length=2000,
                               description=_l("Không có thì ghi “Không có”."))
    seal = TextField(_l("Số niêm phong"), [Optional()], max_length=120)
    reason = LongTextField(_l("Lý do thay biên bản"), [Optional()], max_length=1000)

    def facts(self) -> dict[str, Any]:
        """The record as the service takes it, without the people and the files."""
        return {k: v if v is not None or k == "lot_size" else "" for k, v in self.clean().items()
                if k not in ("sampled_by", "diagrams", "reason")}

    def validate_ended_at(self, field: Any) -> None:
        """The end is not before the beginning."""
        if field.data and self.began_at.data and field.data < self.began_at.data:
            raise ValidationError(gettext("Lấy mẫu xong không thể trước khi bắt đầu."))


def answers_form(keys: Mapping[str, bool], **kw: Any) -> Form:
    """One answer a proposed line (`decision-KEY`, `reason-KEY`, `laboratory-KEY`), and the reason of a change after acceptance.

    `keys`: line → whether it can be accepted at all (there is a method).
    """
    body: dict[str, Any] = {"reason": LongTextField(_l("Lý do thay đổi yêu cầu"), [MayBeLater()], max_length=1000)}
    for key, testable in keys.items():
        accept = [("accepted", _l("Thử"))] if testable else []
        body[f"decision-{key}"] = RadioField(_l("Trả lời"), [MayBeLater()], default="", choices=[
            ("", _l("chưa trả lời")), *accept, ("declined", _l("Không thử"))])
        body[f"reason-{key}"] = TextField(_l("Vì sao không thử"), [MayBeLater()], max_length=1000)
        body[f"laboratory-{key}"] = TextField(_l("Nhà thầu phụ"), [MayBeLater()], max_length=300)
    return type("AnswersForm", (Form,), body)(**kw)  # type: ignore[no-any-return]
