"""Forms of the room."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Optional, StopValidation

from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    not_a_number,
    required,
    version_field,
)
from lab_app.core.i18n import lang
from lab_app.core.quantity import NotANumber, parse_decimal
from test_methods import limit_words, wording


def plain(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


class RegulationForm(Form):
    """One edition of a regulation, or another document that methods are based on."""

    kind = Choice(_l("Loại tài liệu"), choices=list(wording.DOCUMENT_KINDS.items()), default="regulation")
    code = TextField(_l("Ký hiệu"), [required()], max_length=80, description=_l("Kèm năm: QCVN 54:2020/BTTTT."))
    title_vi = LongTextField(_l("Tên"), [required()], max_length=1000)
    title_en = LongTextField(_l("Tên tiếng Anh"), [Optional()], max_length=1000)
    in_force_from = DayField(_l("Hiệu lực từ"), [Optional()])
    in_force_to = DayField(_l("Hết hiệu lực"), [Optional()])
    replaced_by = TextField(_l("Thay bằng"), [Optional()], max_length=80)
    legal = LongTextField(_l("Căn cứ pháp lý"), [Optional()])
    confirmed = LongTextField(_l("Đã thấy văn bản ở đâu"), [Optional()], description=_l("Bỏ trống: hồ sơ ghi là chưa xác nhận."))
    note = LongTextField(_l("Ghi chú"), [Optional()])


class LimitPart(Form):
    """The shape of a limit: its type and its numbers."""

    kind = Choice(_l("Dạng giới hạn"), choices=[(k, w) for k, w in limit_words.LIMIT_TYPES.items() if k],
                  empty=limit_words.LIMIT_TYPES[""])
    unit = TextField(_l("Đơn vị"), [Optional()], max_length=20)
    low = DecimalField(_l("Giới hạn dưới"), [Optional()])
    high = DecimalField(_l("Giới hạn (trên)"), [Optional()])
    inclusive = BooleanField(_l("Kể cả giá trị bằng giới hạn"), default=True)
    segments = LongTextField(_l("Các đoạn của đường giới hạn"), [Optional()], max_length=8000, description=_l(
        "Mỗi dòng bốn số: tần số đầu, tần số cuối (MHz), giới hạn đầu, giới hạn cuối."))

    #: What the text of the segments says, once validated.
    table: tuple[list[str], ...] = ()

    def limit(self) -> dict[str, Any]:
        """The limit as data; numbers are checked by the service."""
        kind, flag = self.kind.data or "", bool(self.inclusive.data)
        if not kind:
            return {}
        unit = self.unit.data or ""
        if kind == "observation":
            return {"type": kind, "answers": list(limit_words.ANSWERS)}
        if kind == "line":
            return {"type": kind, "scale": "log", "side": "upper", "inclusive": flag, "f_unit": "MHz", "unit": unit,
                    "segments": list(self.table)}
        if kind == "range":
            return {"type": kind, "low": plain(self.low.data), "high": plain(self.high.data), "low_inclusive": flag,
                    "high_inclusive": flag, "unit": unit}
        number = self.low.data if kind == "lower" else self.high.data
        return {"type": kind, "limit": plain(number), "inclusive": flag, "unit": unit}

    def validate_segments(self, field: Any) -> None:
        """Each line is four numbers in the reader's notation."""
        read: list[list[str]] = []
        for number, line in enumerate((field.data or "").splitlines(), 1):
            parts = line.replace(";", " ").split()
            if not parts:
                continue
            if len(parts) != 4:
                raise StopValidation(gettext("Dòng %(n)s: cần đúng bốn số.", n=number))
            try:
                read.append([format(parse_decimal(part, lang()), "f") for part in parts])
            except NotANumber as error:
                raise StopValidation(gettext("Dòng %(n)s: %(why)s", n=number, why=not_a_number(error))) from error
        self.table = tuple(read)


class RequirementForm(LimitPart):
    """A parameter that a regulation limits."""

    code = TextField(_l("Mã"), [required()], max_length=60)
    name_vi = TextField(_l("Tên"), [required()], max_length=300)
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    clause = TextField(_l("Điều"), [Optional()], max_length=80)
    conditions = LongTextField(_l("Điều kiện"), [Optional()], max_length=1000)


class LimitForm(LimitPart):
    """A limit written anew, with the reason."""

    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class ConfirmForm(Form):
    """A person states that a limit was compared with the official text."""

    source = LongTextField(_l("Đã đối chiếu với"), [required()], max_length=2000,
                           description=_l("Văn bản, điều, bảng, trang; bản chính thức ở đâu."))
    on = DayField(_l("Ngày đối chiếu"), [required()], not_future=True, default=clock.today)
    version = version_field()
