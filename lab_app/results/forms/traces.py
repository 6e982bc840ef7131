"""Forms of traces on a job: the file, how it is held against the limits, the final points, the withdrawal."""
from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lab_app.core.forms import Choice, DecimalField, Form, LongTextField, MomentField, TextField, required
from lab_app.results.trace_terms import Term
from lab_app.results.tracing import SET, STATED, FactorChoice, Setup

MEGA = Decimal(1_000_000)
#: Detectors that limits name, as files may leave them out.
DETECTORS = [("PK", _l("đỉnh (PK)")), ("QP", _l("tựa đỉnh (QP)")), ("AV", _l("trung bình (AV)")), ("RMS", "RMS")]
FACTOR, VALUE, SAYS = "factor-", "stated-", "says-"


class DropForm(Form):
    """A file of an instrument, dropped or chosen."""

    instrument = Choice(_l("Thiết bị đã ghi tệp"), [required()], empty=_l("chọn thiết bị"), coerce=str, choices=[])
    file = FileField(_l("Tệp của thiết bị"), [required()])
    captured_at = MomentField(_l("Thời điểm đo"), [Optional()], not_future=True, description=_l("Để trống: bây giờ."))
    saved = Choice(_l("Cách đọc"), empty=_l("theo định dạng của hãng"), choices=[])


class _Ticks(SelectMultipleField):
    """Several of a list, ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SetupForm(Form):
    """How a trace is held against the limits; `setup_form` adds a choice for each correction. Also read from an address."""

    terms: Sequence[Term] = ()

    parameters = _Ticks(_l("Chỉ tiêu"), coerce=int, validate_choice=False)
    conditions = TextField(_l("Điều kiện của lần quét"), [Optional()], max_length=200, description=_l("Ví dụ: pha L1; phân cực H, 3 m."))
    detector = Choice(_l("Bộ tách sóng"), choices=DETECTORS, empty=_l("như tệp ghi"))
    low = DecimalField(_l("Từ"), [Optional()], unit="MHz")
    high = DecimalField(_l("Đến"), [Optional()], unit="MHz")
    reference = DecimalField(_l("Tần số gốc của mặt nạ"), [Optional()], unit="MHz")
    bandwidth = DecimalField(_l("Băng thông"), [Optional()], unit="MHz")
    level = DecimalField(_l("Mức gốc của mặt nạ"), [Optional()])
    ambient = Choice(_l("Đường đo nền"), empty=_l("không có"), choices=[])

    def setup(self, uses: Sequence[Any] = ()) -> Setup:
        """What was chosen, frequencies in Hz."""
        chosen = next((use for use in uses if str(use.id) == self.ambient.data), None)
        return Setup(
            tuple(self.parameters.data or ()), {term.key: self._factor(term) for term in self.terms}, self.conditions.data or "",
            self.detector.data or "", _hertz(self.low.data), _hertz(self.high.data), _hertz(self.reference.data),
            _hertz(self.bandwidth.data), self.level.data, chosen)

    def _factor(self, term: Term) -> FactorChoice:
        if term.fixed is not None:
            return FactorChoice()
        source, _, ident = (self[FACTOR + term.key].data or "").partition(":")
        if source == SET and ident.isdecimal():
            return FactorChoice(SET, int(ident))
        if source == STATED:
            return FactorChoice(STATED, text=self[VALUE + term.key].data or "", says=self[SAYS + term.key].data or "")
        return FactorChoice()

    def pairs(self) -> list[tuple[str, str]]:
        """The choices as they stand in an address or in hidden fields."""
        found: list[tuple[str, str]] = []
        for one in self:
            if one.name in ("csrf_token", "version"):
                continue
            values = one.data if isinstance(one.data, list) else [one._value() if isinstance(one, DecimalField) else one.data]
            found += [(one.name, str(value)) for value in values if value not in (None, "")]
        return found


def setup_form(terms: Sequence[Term], formdata: MultiDict[str, str] | None, *, signed: bool) -> SetupForm:
    """The form with a choice for each correction of the method; `signed` asks for the form's token (a POST)."""

    class Made(SetupForm):
        pass

    for term in terms:
        if term.fixed is not None:
            continue
        label = str(term.field.get("label_vi") or term.key)
        setattr(Made, FACTOR + term.key, Choice(label, empty=_l("chọn"), choices=[], validate_choice=False))
        setattr(Made, VALUE + term.key, LongTextField(
            gettext("Giá trị đã dùng, %(unit)s", unit=term.unit), [Optional()], max_length=4000,
            description=gettext("Một số, hoặc mỗi dòng: tần số (MHz) và giá trị.")))
        setattr(Made, SAYS + term.key, TextField(_l("Lấy từ đâu"), [Optional()], max_length=200))
    Made.terms = tuple(terms)
    kw: dict[str, Any] = {"formdata": formdata}
    if not signed or not current_app.config.get("WTF_CSRF_ENABLED", True):
        kw["meta"] = {"csrf": False}
    return Made(**kw)


class PointsForm(Form):
    """Final points that become lines, with what stands beside their readings."""

    points = _Ticks(_l("Điểm"), coerce=str, validate_choice=False)
    instruments = _Ticks(_l("Thiết bị khác đã dùng"), coerce=int, validate_choice=False)
    environment = Choice(_l("Điều kiện môi trường"), empty=_l("chọn"), choices=[], validate_choice=False)
    late_reason = TextField(_l("Lý do ghi muộn"), [Optional()], max_length=500, description=_l("Chỉ cần khi ghi sau thời điểm đo quá lâu."))
    note = TextField(_l("Ghi chú"), [Optional()], max_length=500)


def _hertz(mhz: Decimal | None) -> Decimal | None:
    return None if mhz is None else mhz * MEGA
