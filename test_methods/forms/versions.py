"""Forms of a version: its contents, its record of verification or validation, its test vectors."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from instruments.rules import QUANTITIES
from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    WholeField,
    required,
    version_field,
)
from lab_app.core.i18n import pick
from test_methods import wording
from test_methods.forms.methods import EnvironmentFields
from test_methods.forms.regulations import plain

SPARE_ROWS = 3


class EquipmentRow(PlainForm):
    """One kind of equipment that must stand ready."""

    kind = TextField(_l("Loại thiết bị"), max_length=120)
    quantity = Choice(_l("Đại lượng"), choices=list(QUANTITIES.items()), empty=_l("(bỏ trống)"))
    low = DecimalField(_l("Từ"))
    high = DecimalField(_l("Đến"))
    unit = TextField(_l("Đơn vị"), max_length=20)
    count = WholeField(_l("Số lượng"), [Optional()], default=1)
    note = TextField(_l("Ghi chú"), max_length=300)


class StepRow(PlainForm):
    """One step of the checklist."""

    key = TextField(_l("Khóa"), max_length=40)
    vi = TextField(_l("Bước"), max_length=400)
    en = TextField(_l("Bước, tiếng Anh"), max_length=400)


class ContentForm(EnvironmentFields, Form):
    """What a draft says besides its parameters."""

    change_note = LongTextField(_l("Nội dung thay đổi"), [required()], max_length=2000)
    equipment = FieldList(FormField(EquipmentRow), label=_l("Thiết bị cần có"), max_entries=40)
    conditioning_minutes = WholeField(_l("Thời gian ổn định mẫu"), [Optional(), NumberRange(0)], default=0, render_kw={"unit": "min"})
    conditioning = LongTextField(_l("Ổn định mẫu thế nào"), [Optional()], max_length=2000)
    steps = FieldList(FormField(StepRow), label=_l("Danh mục bước"), max_entries=60)
    document_code = TextField(_l("Mã tài liệu kiểm soát"), [Optional()], max_length=80)
    document_issue = TextField(_l("Lần ban hành"), [Optional()], max_length=40)
    document_title = TextField(_l("Tên tài liệu"), [Optional()], max_length=300)
    document = FileField(_l("Tệp tài liệu"), description=_l("PDF, ảnh hoặc văn bản; mở được tại bàn đo."))
    version = version_field()

    def needed(self) -> list[dict[str, Any]]:
        """The filled rows of equipment."""
        return [{"kind": row.form.kind.data, "quantity": row.form.quantity.data, "low": plain(row.form.low.data),
                 "high": plain(row.form.high.data), "unit": row.form.unit.data, "count": row.form.count.data or 1,
                 "note": row.form.note.data}
                for row in self.equipment if row.form.kind.data or row.form.quantity.data or row.form.low.data is not None]

    def checklist(self) -> list[dict[str, str]]:
        """The filled rows of the checklist."""
        return [{name: row.form[name].data for name in ("key", "vi", "en")} for row in self.steps if row.form.vi.data or row.form.en.data]


class CharacteristicRow(PlainForm):
    """One performance characteristic: required, found, judged."""

    name = TextField(_l("Đặc tính"), max_length=200)
    requirement = TextField(_l("Yêu cầu"), max_length=200)
    found = TextField(_l("Tìm được"), max_length=200)
    unit = TextField(_l("Đơn vị"), max_length=20)
    meets = Choice(_l("Đánh giá"), choices=[("yes", _l("đạt")), ("no", _l("không đạt"))], empty=_l("chưa"))


class ProofForm(Form):
    """The record of verification or validation in its five parts (7.2.2.4)."""

    kind = Choice(_l("Loại hồ sơ"), choices=list(wording.PROOF_KINDS.items()))
    procedure = LongTextField(_l("a) Quy trình đã dùng"), [Optional()], max_length=8000)
    requirements = LongTextField(_l("b) Quy định các yêu cầu"), [Optional()], max_length=8000)
    characteristics = FieldList(FormField(CharacteristicRow), label=_l("c) Đặc tính hiệu năng đã xác định"), max_entries=60)
    results = LongTextField(_l("d) Kết quả thu được"), [Optional()], max_length=8000)
    statement = LongTextField(_l("e) Tuyên bố về hiệu lực của phương pháp"), [Optional()], max_length=4000,
                              description=_l("Nêu rõ phù hợp với mục đích sử dụng nào."))
    fit = Choice(_l("Phù hợp với mục đích sử dụng"), choices=[("yes", _l("Phù hợp")), ("no", _l("Không phù hợp"))],
                 empty=_l("chưa kết luận"))
    performed_by = Choice(_l("Người thực hiện"), coerce=str, empty=_l("(chọn)"))
    performed_on = DayField(_l("Ngày thực hiện"), [Optional()], not_future=True)
    evidence = FileField(_l("Tệp bằng chứng"), description=_l("Số liệu gốc, báo cáo so sánh; PDF, ảnh hoặc văn bản."))
    version = version_field()

    def rows(self) -> list[dict[str, Any]]:
        """The filled rows of characteristics."""
        return [{**{name: row.form[name].data for name in ("name", "requirement", "found", "unit")},
                 "meets": {"yes": True, "no": False}.get(row.form.meets.data)}
                for row in self.characteristics if any(row.form[name].data for name in ("name", "requirement", "found"))]


class VectorForm(Form):
    """A test vector without its inputs: `vector_form` adds one for each reading field."""

    name = TextField(_l("Tên véc-tơ"), [required()], max_length=120)
    expected = TextField(_l("Kết quả phải ra"), [required()], max_length=400, description=_l(
        "Tính tay hoặc bằng công cụ khác; hai kết quả cách nhau dấu chấm phẩy."))
    tolerance = DecimalField(_l("Dung sai"), [required()], description=_l("Lệch nhiều nhất được chấp nhận, cùng đơn vị với kết quả."))
    source = LongTextField(_l("Nguồn"), [required()], max_length=1000, description=_l("Ai tính, bằng cách nào, theo tài liệu nào."))


def vector_form(fields: Sequence[Mapping[str, Any]]) -> VectorForm:
    """The form of a vector with an input for each reading field, named `input-<key>`."""
    class Inputs(VectorForm):
        """With the inputs of one parameter."""

    for field in fields:
        text = TextField(pick(field["label_vi"], field.get("label_en", "")), max_length=2000,
                         description=gettext("Nhiều giá trị, cách nhau dấu chấm phẩy.") if field.get("many") else "",
                         render_kw={"unit": field.get("unit") or "", "inputmode": "decimal"})
        setattr(Inputs, f"input-{field['key']}", text)
    return Inputs()


def filled(form: Any, name: str, rows: list[dict[str, Any]], spare: int = SPARE_ROWS) -> None:
    """Write what stands into the rows of a form that was not posted, with some empty ones after it."""
    if form.is_submitted():
        return
    field = form[name]
    while field.entries:
        field.pop_entry()
    for row in rows:
        field.append_entry(row)
    for _ in range(min(spare, field.max_entries - len(field.entries))):
        field.append_entry()
