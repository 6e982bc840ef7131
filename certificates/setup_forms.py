"""Forms about papers: how the laboratory sets them, and opinions before one is issued."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from certificates import papers
from certificates.models import PaperSetup
from certificates.services.setups import MARKS, ORDERS
from lab_app.core.forms import Choice, DayField, Form, LongTextField, TextField, WholeField, required

NOTE_FIELDS = 6
POSTS = {"testers": _l("Người thử nghiệm"), "reviewer": _l("Người soát xét"), "signatory": _l("Người phê duyệt")}

PICTURES = {"accept": "image/png,image/jpeg,image/webp"}


class _Ticks(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def orders() -> list[tuple[str, str]]:
    """The orders of the signature block in words, from left to right."""
    return [(",".join(order), " · ".join(str(POSTS[who]) for who in order)) for order in ORDERS]


class SetupForm(Form):
    """How papers of a kind look from a day on."""

    effective_from = DayField(_l("Có hiệu lực từ ngày"), [required()])
    title_vi = TextField(_l("Tên phiếu"), [required()], max_length=120)
    title_en = TextField(_l("Tên phiếu bằng tiếng Anh"), [Optional()], max_length=120)
    form_code = TextField(_l("Mã biểu mẫu"), [required()], max_length=40)
    form_issue = TextField(_l("Lần ban hành biểu mẫu"), [required()], max_length=10)
    number_pattern = TextField(_l("Mẫu số phiếu"), [required()], max_length=60)
    parent_vi = TextField(_l("Cơ quan chủ quản"), [Optional()])
    parent_en = TextField(_l("Cơ quan chủ quản bằng tiếng Anh"), [Optional()])
    logo = FileField(_l("Biểu trưng của phòng"), [Optional()], render_kw=PICTURES)
    accreditation_mark = FileField(_l("Dấu công nhận"), [Optional()], render_kw=PICTURES)
    ilac_mark = FileField(_l("Dấu kết hợp ILAC MRA"), [Optional()], render_kw=PICTURES)
    ilac_licence = TextField(_l("Thỏa thuận sử dụng dấu ILAC MRA"), [Optional()], max_length=120)
    validity_vi = LongTextField(_l("Dòng chân trang về giá trị của kết quả"), [required()], max_length=300)
    validity_en = LongTextField(_l("Dòng chân trang bằng tiếng Anh"), [Optional()], max_length=300)
    disclaimer_vi = LongTextField(_l("Lời về thông tin do khách hàng cung cấp"), [required()], max_length=600)
    disclaimer_en = LongTextField(_l("Lời ấy bằng tiếng Anh"), [Optional()], max_length=600)
    complaint_days = WholeField(_l("Thời hạn khiếu nại"), [Optional()])
    retention_days = WholeField(_l("Thời gian lưu mẫu"), [Optional()])
    head_office = TextField(_l("Chức vụ người đứng đầu"), [required()], max_length=80)
    signatures = Choice(_l("Khối ký, từ trái sang phải"), choices=orders)
    drop_marks = _Ticks(_l("Bỏ hình đang dùng"), [Optional()], choices=[
        ("logo", _l("Biểu trưng")), ("accreditation_mark", _l("Dấu công nhận")), ("ilac_mark", _l("Dấu ILAC MRA"))])
    reason = LongTextField(_l("Vì sao thay đổi"), [required()], max_length=600)

    def facts(self, kind: str, before: PaperSetup | None) -> dict[str, Any]:
        """The facts of a setting; pictures that were not sent anew are those of the setting before, unless they are taken out."""
        dropped = set(self.drop_marks.data or ())
        kept = {name: getattr(before, name) if before is not None and name not in dropped else None for name in MARKS}
        plain = self.clean(
            "title_vi", "title_en", "form_code", "form_issue", "number_pattern", "parent_vi", "parent_en", "ilac_licence", "validity_vi",
            "validity_en", "disclaimer_vi", "disclaimer_en", "complaint_days", "retention_days", "head_office", "reason")
        return {**plain, **kept, "kind": kind, "signatures": (self.signatures.data or "").split(","), "notes": self.notes()}

    def notes(self) -> list[dict[str, str]]:
        """The notes typed, the empty ones too: the service leaves them out."""
        return [{"vi": self[f"note_vi_{n}"].data or "", "en": self[f"note_en_{n}"].data or ""} for n in range(NOTE_FIELDS)]

    def fill(self, facts: dict[str, Any]) -> None:
        """Show a setting, or what stands while there is none."""
        for name, value in facts.items():
            if name == "notes":
                for place, note in enumerate(value[:NOTE_FIELDS]):
                    self[f"note_vi_{place}"].data, self[f"note_en_{place}"].data = note["vi"], note.get("en", "")
            elif name == "signatures":
                self.signatures.data = ",".join(value)
            elif name in self and name not in MARKS:
                self[name].data = value


for _place in range(NOTE_FIELDS):
    setattr(SetupForm, f"note_vi_{_place}", LongTextField(_l("Ghi chú in trên phiếu"), [Optional()], max_length=600))
    setattr(SetupForm, f"note_en_{_place}", LongTextField(_l("Ghi chú bằng tiếng Anh"), [Optional()], max_length=600))


def standing(kind: str, setup: PaperSetup | None) -> dict[str, Any]:
    """The facts of the setting that holds, or the program's own where the laboratory has set none."""
    if setup is not None:
        names = ("title_vi", "title_en", "form_code", "form_issue", "number_pattern", "parent_vi", "parent_en", "ilac_licence",
                 "validity_vi", "validity_en", "disclaimer_vi", "disclaimer_en", "complaint_days", "retention_days", "head_office",
                 "signatures", "notes")
        return {name: getattr(setup, name) for name in names}
    return papers.usual(kind)


class OpinionForm(Form):
    """An opinion or interpretation with its basis (7.8.7)."""

    methods = _Ticks(_l("Về kết quả của phương pháp"))
    statement_vi = LongTextField(_l("Ý kiến, diễn giải"), [required()], max_length=2000)
    statement_en = LongTextField(_l("Bằng tiếng Anh"), [Optional()], max_length=2000)
    basis_vi = LongTextField(_l("Cơ sở"), [required()], max_length=2000)
    basis_en = LongTextField(_l("Cơ sở bằng tiếng Anh"), [Optional()], max_length=2000)
    spoken = BooleanField(_l("Đã trao đổi miệng với khách hàng; đây là biên bản, không in trên phiếu"))
    spoken_to = TextField(_l("Đã trao đổi với ai, khi nào"), [Optional()])

    def dialogue(self) -> str:
        """Whom the opinion was spoken to; empty for one that is printed. A dialogue without a name is refused at its field."""
        if not self.spoken.data:
            return ""
        return self.spoken_to.data or ""

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        if self.spoken.data and not (self.spoken_to.data or "").strip():
            self.spoken_to.errors = [gettext("Ghi tên người đã trao đổi và ngày.")]
            return False
        return bool(sound)
