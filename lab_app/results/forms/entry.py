"""Forms of the room: a reading with everything that belongs to it, assigning, reviewing, retesting."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import Optional

from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    CodeField,
    DecimalField,
    Form,
    LongTextField,
    MomentField,
    TextField,
    not_a_number,
    version_field,
)
from lab_app.core.i18n import lang, nfc
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.results.presenters import SOURCES, answers_of, field_label, left_out

RAW = "raw-"


#: Beside each raw reading: the trace its value was taken from, as a token; empty for what was typed.
TAKEN = "taken-"


NEW_ENVIRONMENT = "new"


class ManyField(StringField):
    """Several numbers in one box, parted by semicolons or line ends; each is read as a single one would be.

    A comma is a decimal mark, so it parts nothing. `raw` keeps what was typed.
    """

    def __init__(self, label: Any = None, validators: Any = None, unit: str = "", **kw: Any) -> None:
        kw.setdefault("render_kw", {}).update({"inputmode": "text", "autocomplete": "off", "maxlength": 2000})
        super().__init__(label, validators, **kw)
        self.unit = unit
        self.raw = ""

    def _value(self) -> str:
        return self.raw or self.data or ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw = valuelist[0] if valuelist else ""
        self.data = self.raw.strip()
        for part in self.parts():
            try:
                parse_decimal(part, lang())
            except NotANumber as error:
                raise ValueError(not_a_number(error)) from error

    def parts(self) -> list[str]:
        """The typed pieces, empty ones left out."""
        return [p.strip() for p in self.raw.replace("\n", ";").split(";") if p.strip()]


class EntryForm(Form):
    """One reading: made for a line by `entry_form`. `raw_names` are its raw-reading fields in the method's order."""

    raw_names: Sequence[str] = ()

    version = version_field()
    seen_revision = HiddenField()
    measured_at = MomentField(_l("Thời điểm đo"), not_future=False,
                              description=_l("Để trống: ngay lúc ghi."))
    late_reason = TextField(_l("Lý do ghi muộn"), max_length=500,
                            description=_l("Chỉ cần khi ghi sau thời điểm đo quá lâu."))
    instruments = SelectMultipleField(_l("Thiết bị"), coerce=int, validate_choice=False)
    environment = Choice(_l("Điều kiện môi trường"), validate_choice=False, choices=[])
    room = Choice(_l("Phòng"), validate_choice=False, choices=[])
    from_at = MomentField(_l("Từ"), not_future=False, description=_l("Để trống: thời điểm đo."))
    to_at = MomentField(_l("Đến"), not_future=False, description=_l("Để trống: thời điểm đo."))
    t_low = DecimalField(_l("Nhiệt độ thấp nhất"), unit="°C")
    t_high = DecimalField(_l("Nhiệt độ cao nhất"), unit="°C", description=_l("Để trống: như thấp nhất."))
    rh_low = DecimalField(_l("Độ ẩm thấp nhất"), unit="%RH")
    rh_high = DecimalField(_l("Độ ẩm cao nhất"), unit="%RH", description=_l("Để trống: như thấp nhất."))
    sensor_code = CodeField(_l("Mã thiết bị đo môi trường"), max_length=40)
    observation = Choice(_l("Kết quả quan sát"), empty=_l("chưa chọn"), choices=[])
    firmware = TextField(_l("Firmware khi đo"), max_length=60)
    note = LongTextField(_l("Ghi chú"), max_length=2000)
    reason = LongTextField(_l("Lý do sửa"), max_length=2000,
                           description=_l("Số đọc trước vẫn đọc được; người soát xét thấy cả hai và lý do."))

    @property
    def raw_fields(self) -> list[Any]:
        """The raw readings' fields."""
        return [self[name] for name in self.raw_names]

    @property
    def texts(self) -> dict[str, str]:
        """What was typed in each raw reading, as typed: key → text (NFC)."""
        return {name[len(RAW):]: nfc(self[name].raw) for name in self.raw_names}

    @property
    def taken(self) -> dict[str, str]:
        """The traces that raw readings were taken from: key → token."""
        tokens = {name[len(RAW):]: self[TAKEN + name[len(RAW):]].data or "" for name in self.raw_names}
        return {key: token for key, token in tokens.items() if token}

    @property
    def new_environment(self) -> bool:
        """Whether a new environment record was typed rather than one picked."""
        return self.environment.data == NEW_ENVIRONMENT

    def environment_facts(self, moment: datetime) -> dict[str, Any]:
        """The typed environment record; ends left empty repeat the beginning."""
        def pair(low: Decimal | None, high: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
            return (low if low is not None else high, high if high is not None else low)

        t, rh = pair(self.t_low.data, self.t_high.data), pair(self.rh_low.data, self.rh_high.data)
        start = self.from_at.data or moment
        return {
            "from_at": start, "to_at": self.to_at.data or max(start, moment),
            "t_low": t[0], "t_high": t[1], "rh_low": rh[0], "rh_high": rh[1], "sensor_code": self.sensor_code.data or "",
        }

    def moment(self) -> datetime:
        """When it was measured: as stated, else now."""
        return self.measured_at.data or clock.now()

    def validate_typed(self) -> None:
        """Show what could not be read, without asking for what is still empty: for a draft and the live preview."""
        for one in self:
            one.errors = list(one.process_errors)


def entry_form(fields: Iterable[Mapping[str, Any]], limit: Mapping[str, Any] | None, kind: str, **kw: Any) -> EntryForm:
    """The form of one line: a number field for every raw reading the technician types, or the allowed answers.

    What the customer supplies, a correction factor or a setting is a field too, marked with where it comes from; a value
    fixed by the method is none: the page shows it beside.
    """
    names: list[str] = []

    class LineForm(EntryForm):
        pass

    for field in fields:
        if not is_typed(field):
            continue
        name = RAW + str(field["key"])
        many, source = bool(field.get("many")), str(field.get("source") or "measured")
        help_text = gettext("Nhiều giá trị cách nhau bằng dấu chấm phẩy.") if many else ""
        if source != "measured":
            help_text = " ".join([str(SOURCES.get(source, source)), help_text]).strip()
        made = ManyField if many else DecimalField
        setattr(LineForm, name, made(field_label(field), unit=str(field.get("unit") or ""), description=help_text))
        setattr(LineForm, TAKEN + str(field["key"]), HiddenField(validators=[Optional()]))
        names.append(name)
    LineForm.raw_names = tuple(names)
    form = LineForm(**kw)
    if kind == "observation":
        form.observation.choices = answers_of(limit)
    else:
        form.observation.choices, form.observation.empty = left_out(), _l("có đo")
        form.observation.label.text = str(_l("Chỉ tiêu này"))
    return form


def is_typed(field: Mapping[str, Any]) -> bool:
    """Whether this raw reading is typed; one fixed by the method is not."""
    return field.get("fixed") in (None, "")
