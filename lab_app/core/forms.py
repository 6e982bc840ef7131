"""The shape of input: fields that normalise text, never guess a number or a date, and keep what was typed."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import Choice as Option
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import TextInput

from lab_app.core import clock
from lab_app.core.i18n import lang, nfc
from lab_app.core.numbering import read_code
from lab_app.core.quantity import NotANumber, parse_decimal

MESSAGES = {
    "This field is required.": _l("Cần điền mục này."),
    "Not a valid choice.": _l("Lựa chọn không có trong danh sách."),
    "Not a valid choice": _l("Lựa chọn không có trong danh sách."),
    "Invalid Choice: could not coerce.": _l("Lựa chọn không có trong danh sách."),
    "Not a valid integer value.": _l("Cần một số nguyên."),
    "Invalid email address.": _l("Địa chỉ thư điện tử không đúng dạng."),
    "CSRF token missing or incorrect.": _l("Phiên làm việc đã hết hạn; hãy gửi lại."),
}


class _Words:
    """WTForms' own messages in the reader's language (WTForms ships no Vietnamese)."""

    def gettext(self, string: str) -> str:
        return str(MESSAGES.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        known = {
            "Field cannot be longer than %(max)d character.": _l("Tối đa %(max)d ký tự."),
            "Field must be at least %(min)d character long.": _l("Ít nhất %(min)d ký tự."),
            "Field must be exactly %(max)d character long.": _l("Cần đúng %(max)d ký tự."),
        }
        if singular.startswith("Field must be between"):
            return str(_l("Từ %(min)d đến %(max)d ký tự."))
        # WTForms fills the numbers in itself, so the text leaves here with its placeholders.
        return str(known.get(singular, singular if n == 1 else plural))


class Form(FlaskForm):
    """Base of every form. `refusal` holds the stop of a refused service call, shown above the fields."""

    refusal: Any = None
    stale: Any = None

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return _Words()

    def clean(self, *names: str) -> dict[str, Any]:
        """The named fields' data (all but the technical ones when none is named)."""
        skip = {"csrf_token", "version"}
        chosen = names or tuple(n for n in self._fields if n not in skip)
        return {n: self._fields[n].data for n in chosen}

    @property
    def refused(self) -> bool:
        """Whether the answer to this form is an error (422)."""
        return bool(self.errors or self.refusal)


class Required(InputRequired):
    """Something must stand in the field; blanks alone are nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        if isinstance(field.data, str) and field.raw_data and not field.data.strip():
            field.errors[:] = []
            raise StopValidation(self.message)
        super().__call__(form, field)


def required() -> InputRequired:
    """The field must hold something."""
    return Required(_l("Cần điền mục này."))


class _Text:
    """Text comes in NFC, trimmed, with a bound on its length."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = nfc(valuelist[0]).strip() if valuelist else ""


class TextField(_Text, StringField):
    """One line of text, NFC, at most `max_length` characters (default 200)."""

    def __init__(self, label: Any = None, validators: Any = None, max_length: int = 200, **kw: Any) -> None:
        kw.setdefault("render_kw", {}).setdefault("maxlength", max_length)
        super().__init__(label, [*(validators or []), Length(max=max_length)], **kw)


class LongTextField(_Text, TextAreaField):
    """Several lines, NFC, at most `max_length` characters (default 4000)."""

    def __init__(self, label: Any = None, validators: Any = None, max_length: int = 4000, **kw: Any) -> None:
        kw.setdefault("render_kw", {}).setdefault("maxlength", max_length)
        super().__init__(label, [*(validators or []), Length(max=max_length)], **kw)


class CodeField(TextField):
    """A code typed or scanned; marks that a Vietnamese keyboard made are undone."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = read_code(valuelist[0]) if valuelist else ""


def not_a_number(error: NotANumber) -> str:
    """What is wrong with a typed number, in the reader's language."""
    texts = {
        "empty": _l("Cần điền một số."),
        "ambiguous": _l("“%(text)s” có thể đọc thành hai số. Gõ 1234 hoặc 1,234 (dấu phẩy thập phân)."),
        "grouping": _l("Không gõ dấu phân cách hàng nghìn: “%(text)s”."),
        "too_long": _l("Số quá dài."),
    }
    found = texts.get(error.code, _l("“%(text)s” không phải là số."))
    return str(found) % {"text": error.text[:40]}


class DecimalField(Field):
    """A measured number: typed with comma or point by the reader's language, kept as `Decimal` with its digits.

    `raw` keeps what was typed; `unit` stands glued to the field.
    """

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, unit: str = "", **kw: Any) -> None:
        kw.setdefault("render_kw", {}).update({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label, validators, **kw)
        self.unit = unit
        self.raw = ""

    def _value(self) -> str:
        if self.raw:
            return self.raw
        if self.data is None:
            return ""
        text = format(self.data, "f")
        return text.replace(".", ",") if lang() == "vi" else text

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw = valuelist[0] if valuelist else ""
        self.data: Decimal | None = None
        if not self.raw.strip():
            return
        try:
            self.data = parse_decimal(self.raw, lang())
        except NotANumber as error:
            raise ValueError(not_a_number(error)) from error


class WholeField(IntegerField):
    """A count."""


class MoneyField(DecimalField):
    """Whole Vietnamese đồng; points and blanks between thousands are understood, nothing else."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw = valuelist[0] if valuelist else ""
        self.data = None
        digits = self.raw.strip().replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
        if not digits:
            return
        groups = digits.split(".")
        grouped = len(groups) > 1 and 1 <= len(groups[0]) <= 3 and all(len(p) == 3 for p in groups[1:])
        bare = "".join(groups) if grouped else digits
        if not (bare.isascii() and bare.isdigit()) or len(bare) > 15:
            raise ValueError(gettext("“%(text)s” không phải số tiền (đồng).", text=self.raw[:40]))
        self.data = Decimal(bare)


def parse_date(typed: str) -> date:
    """dd/mm/yyyy (also d/m/yyyy, or yyyy-mm-dd as a date picker sends it); ValueError in the reader's language."""
    text = typed.strip()
    try:
        if text.count("/") == 2:
            day, month, year = (int(p) for p in text.split("/"))
            found = date(year, month, day)
        else:
            found = date.fromisoformat(text)
        if found.year < 1900:
            raise ValueError
        return found
    except ValueError as error:
        raise ValueError(gettext("“%(text)s” không phải ngày dạng dd/mm/yyyy.", text=typed[:20])) from error


class DayField(Field):
    """A date typed dd/mm/yyyy. `not_future=True` refuses a day after today."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, not_future: bool = False, **kw: Any) -> None:
        kw.setdefault("render_kw", {}).update(
            {"inputmode": "numeric", "placeholder": "dd/mm/yyyy", "data-kind": "date", "autocomplete": "off"}
        )
        super().__init__(label, validators, **kw)
        self.not_future = not_future
        self.raw = ""

    def _value(self) -> str:
        if self.raw:
            return self.raw
        return self.data.strftime("%d/%m/%Y") if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw = valuelist[0] if valuelist else ""
        self.data: date | None = None
        if not self.raw.strip():
            return
        day = parse_date(self.raw)
        if self.not_future and day > clock.today():
            raise ValueError(gettext("Ngày này ở tương lai."))
        self.data = day


class MomentField(Field):
    """A moment on the laboratory's wall clock, typed dd/mm/yyyy HH:MM; kept in UTC."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, not_future: bool = True, **kw: Any) -> None:
        kw.setdefault("render_kw", {}).update(
            {"inputmode": "numeric", "placeholder": "dd/mm/yyyy HH:MM", "data-kind": "moment", "autocomplete": "off"}
        )
        super().__init__(label, validators, **kw)
        self.not_future = not_future
        self.raw = ""

    def _value(self) -> str:
        if self.raw:
            return self.raw
        return clock.local(self.data).strftime("%d/%m/%Y %H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw = valuelist[0] if valuelist else ""
        self.data: datetime | None = None
        if not self.raw.strip():
            return
        self.data = parse_moment(self.raw)
        if self.not_future and self.data > clock.now():
            raise ValueError(gettext("Thời điểm này ở tương lai."))


def parse_moment(typed: str) -> datetime:
    """dd/mm/yyyy HH:MM (or the picker's yyyy-mm-ddTHH:MM) on the laboratory's clock → UTC."""
    text = typed.strip().replace("T", " ")
    day, _, hours = text.partition(" ")
    try:
        hour, minute = (int(p) for p in hours.strip().split(":")[:2])
        naive = datetime.combine(parse_date(day), datetime.min.time()).replace(hour=hour, minute=minute)
    except ValueError as error:
        raise ValueError(gettext("“%(text)s” không phải thời điểm dạng dd/mm/yyyy HH:MM.", text=typed[:24])) from error
    return clock.from_wall(naive)


class Choice(SelectField):
    """One of a list; an empty first line when `empty` is given."""

    def __init__(self, label: Any = None, validators: Any = None, empty: Any = None, **kw: Any) -> None:
        super().__init__(label, validators, **kw)
        self.empty = empty

    def iter_choices(self) -> Iterator[Any]:
        if self.empty is not None:
            yield Option("", self.empty, self.data in (None, ""), {})
        yield from super().iter_choices()

    def pre_validate(self, form: Any) -> None:
        if self.empty is not None and self.data in (None, ""):
            return
        try:
            super().pre_validate(form)
        except (ValueError, StopValidation) as error:
            raise StopValidation(gettext("Lựa chọn không có trong danh sách.")) from error


def version_field() -> HiddenField:
    """The record's version as the person saw it: a stale page is told so."""
    return HiddenField(validators=[Optional()])
