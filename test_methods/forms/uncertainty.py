"""Forms of uncertainty budgets: a table of components, a model of quantities, U by range; where a budget applies; simulations."""
from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as PlainForm
from wtforms.validators import Optional, ValidationError

from lab_app.core.errors import FieldRefused
from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    not_a_number,
    required,
)
from lab_app.core.i18n import lang, show_decimal
from lab_app.core.quantity import NotANumber, parse_decimal
from test_methods import budget_words
from test_methods.forms.regulations import plain
from test_methods.models import UncertaintyBudget
from test_methods.rules.budgets import COMPONENTS, MODEL, MOST_READINGS, MOST_ROWS, READINGS, TABLE

COMPONENT_ROWS, QUANTITY_ROWS, RANGE_ROWS, PAIR_ROWS = 8, 4, 6, 2
MORE_ROWS = 4
_BETWEEN = re.compile(r"[;\n]+|\s+")


def readings_in(text: str, locale: str) -> list[Decimal]:
    """Readings typed one after another, parted by blanks, semicolons or line ends. `NotANumber` names the piece at fault."""
    return [parse_decimal(piece, locale) for piece in _BETWEEN.split(text.strip()) if piece]


class ReadingsField(LongTextField):
    """Repeated readings in one field; what cannot be read is named."""

    def pre_validate(self, form: Any) -> None:
        try:
            found = readings_in(self.data or "", lang())
        except NotANumber as error:
            raise ValidationError(not_a_number(error)) from error
        if len(found) > MOST_READINGS:
            raise ValidationError(gettext("Nhiều nhất %(n)s số đọc.", n=MOST_READINGS))

    def numbers(self) -> list[str]:
        """The readings as they are kept."""
        return [format(value, "f") for value in readings_in(self.data or "", lang())]


class ComponentRow(PlainForm):
    """One component of a budget."""

    source = TextField(_l("Nguồn"), max_length=200)
    value = DecimalField(_l("Giá trị"))
    unit = TextField(_l("Đơn vị"), max_length=20)
    distribution = Choice(_l("Phân bố"), choices=list(budget_words.EVALUATED.items()), empty=_l("chọn phân bố"), default="")
    divisor = DecimalField(_l("Ước số"))
    c_i = DecimalField(_l("Hệ số nhạy"))
    dof = DecimalField(_l("Bậc tự do"))
    beta = DecimalField(_l("β"))
    readings = ReadingsField(_l("Số đọc lặp"))


class QuantityRow(PlainForm):
    """One input quantity of a model; what `x`, `y`, `u` and `v` mean follows from how it is given."""

    name = TextField(_l("Ký hiệu"), max_length=40)
    meaning = TextField(_l("Ý nghĩa"), max_length=200)
    unit = TextField(_l("Đơn vị"), max_length=20)
    given = Choice(_l("Cách cho"), choices=list(budget_words.GIVEN.items()), empty=_l("chọn cách cho"), default="")
    x = DecimalField(_l("Ước lượng, phần thực hoặc |Γ|"))
    y = DecimalField(_l("Phần ảo, góc pha (°) hoặc |Γ| thứ hai"))
    u = DecimalField(_l("u, U hoặc nửa khoảng"))
    v = DecimalField(_l("u phần ảo hoặc u góc pha (°)"))
    k = DecimalField(_l("k của giấy chứng nhận"))
    beta = DecimalField(_l("β của hình thang"))
    r = DecimalField(_l("Tương quan của hai phần"))
    dof = DecimalField(_l("Bậc tự do"))
    readings = ReadingsField(_l("Số đọc lặp"))


class RangeRow(PlainForm):
    """U over a range of the value."""

    low = DecimalField(_l("Từ"))
    high = DecimalField(_l("Đến (không kể)"))
    U = DecimalField(_l("U"))
    percent = DecimalField(_l("hoặc U, phần trăm của giá trị"))


class PairRow(PlainForm):
    """A correlation of two sources or quantities."""

    a = TextField(_l("Đại lượng thứ nhất"), max_length=200)
    b = TextField(_l("Đại lượng thứ hai"), max_length=200)
    r = DecimalField(_l("Hệ số tương quan r"))


def _filled(row: Any) -> bool:
    """Whether anything was typed in a row: a choice that stands there by itself is nothing."""
    return any(f.data not in (None, "") for f in row.form if f.type != "Choice")


def _taken(row: Any) -> dict[str, Any]:
    """A row as the rules take it: numbers as strings, empty fields left out, readings as a list."""
    out: dict[str, Any] = {}
    for f in row.form:
        if isinstance(f, ReadingsField):
            if f.data:
                out[f.short_name] = f.numbers()
        elif isinstance(f.data, Decimal):
            out[f.short_name] = plain(f.data)
        elif f.data not in (None, ""):
            out[f.short_name] = f.data
    return out


class _Budget(Form):
    """What every budget states. `parts`: part of the rules' refusals → list of rows here."""

    KIND = ""
    PARTS: Mapping[str, str] = {}

    code = TextField(_l("Mã"), max_length=50, description=_l("Lần ban hành sau mang thêm “/2”, “/3”."))
    quantity = TextField(_l("Đại lượng"), [required()], max_length=300)
    unit = TextField(_l("Đơn vị của U"), [required()], max_length=20)
    k = DecimalField(_l("Hệ số phủ k"), [required()], default=Decimal(2))
    note = LongTextField(_l("Ghi chú"), [Optional()])
    reason = LongTextField(_l("Vì sao sửa"), max_length=1000)
    kind = HiddenField(validators=[Optional()])

    def placed(self, error: FieldRefused) -> FieldRefused:
        """A refusal of the services under the name its field has here: `components-2-value` is the third filled row's value."""
        part, _, rest = error.field.partition("-")
        place, _, column = rest.partition("-")
        rows = self._fields.get(self.PARTS.get(part, ""))
        if rows is None or not place.isdigit():
            return error
        filled = [row for row in rows if _filled(row)]
        if int(place) >= len(filled):
            return error
        inside = filled[int(place)].form
        column = {"sensitivity": "c_i"}.get(column, column)
        field = inside[column] if column in inside else next(iter(inside))
        return FieldRefused(field.name, error.message)

    def told(self, error: FieldRefused) -> str:
        """A refusal with the row and the field it concerns, in one line."""
        name = self.placed(error).field
        column = name.rpartition("-")[2]
        for rows in (self._fields[part] for part in self.PARTS.values()):
            for n, row in enumerate(rows, 1):
                if row.name == name.rpartition("-")[0] and column in row.form:
                    return gettext("Dòng %(n)s, %(field)s: %(says)s", n=n, field=row.form[column].label.text, says=error.message)
        return f"{self._fields[name].label.text}: {error.message}" if name in self._fields else str(error.message)

    def rows_of(self, part: str) -> list[dict[str, Any]]:
        """The filled rows of a part, as the rules take them."""
        return [_taken(row) for row in self._fields[self.PARTS[part]] if _filled(row)]

    def add_rows(self) -> None:
        """A few empty rows more in every list, as far as a budget may have them."""
        for name in self.PARTS.values():
            rows = self._fields[name]
            for _n in range(min(MORE_ROWS, MOST_ROWS - len(rows))):
                rows.append_entry()

    def content(self) -> dict[str, Any]:
        """What the services take, but code, quantity, note and reason; each kind adds its rows."""
        return {"kind": self.KIND, "k": self.k.data, "unit": self.unit.data}


class _Covered(_Budget):
    """A budget whose k is fixed or follows from the effective degrees of freedom."""

    coverage = Choice(_l("Hệ số phủ lấy từ"), choices=list(budget_words.COVERAGES.items()), default="fixed")
    p = DecimalField(_l("Xác suất phủ, %"), [Optional()], default=Decimal(95))
    pairs = FieldList(FormField(PairRow), label=_l("Tương quan"), min_entries=PAIR_ROWS, max_entries=MOST_ROWS)

    def content(self) -> dict[str, Any]:
        stated = {} if self.coverage.data == "fixed" or self.coverage.data is None else {
            "p": format((self.p.data if self.p.data is not None else Decimal(95)) / 100, "f"), "dof_rule": self.coverage.data}
        pairs = [[row.get("a", ""), row.get("b", ""), row.get("r", "")] for row in self.rows_of("correlations")]
        return {**super().content(), "coverage": stated, "correlations": pairs}


class BudgetForm(_Covered):
    """A budget as a table of components."""

    KIND = COMPONENTS
    PARTS = {COMPONENTS: "rows", "correlations": "pairs"}

    rows = FieldList(FormField(ComponentRow), label=_l("Thành phần"), min_entries=COMPONENT_ROWS, max_entries=MOST_ROWS)

    def content(self) -> dict[str, Any]:
        return {**super().content(), "components": self.rows_of(COMPONENTS)}


class ModelForm(_Covered):
    """A budget as a model typed over input quantities."""

    KIND = MODEL
    PARTS = {"inputs": "quantities", "correlations": "pairs"}

    model = LongTextField(_l("Mô hình đo"), [required()], max_length=4000, description=_l(
        "Ví dụ: P + L + 20*log10(mag(1 - S*G)). Hàm: sqrt, exp, ln, log10, sin, cos, tan, abs, mag, phase, real, imag; góc bằng radian."))
    quantities = FieldList(FormField(QuantityRow), label=_l("Đại lượng vào"), min_entries=QUANTITY_ROWS, max_entries=MOST_ROWS)

    def content(self) -> dict[str, Any]:
        return {**super().content(), "model": self.model.data, "inputs": self.rows_of("inputs")}


class RangesForm(_Budget):
    """U stated by range of the value."""

    KIND = TABLE
    PARTS = {"ranges": "ranges"}

    ranges = FieldList(FormField(RangeRow), label=_l("Khoảng giá trị"), min_entries=RANGE_ROWS, max_entries=MOST_ROWS)

    def content(self) -> dict[str, Any]:
        return {**super().content(), "ranges": self.rows_of("ranges")}


FORMS: Mapping[str, type[_Budget]] = {COMPONENTS: BudgetForm, MODEL: ModelForm, TABLE: RangesForm}


def budget_form(kind: str, budget: UncertaintyBudget | None = None) -> _Budget:
    """The form of a kind of budget, filled from a budget whose next issue it will be."""
    made = FORMS.get(kind, BudgetForm)
    form = made() if budget is None else made(data=_filling(budget))
    form.kind.data = made.KIND
    return form


def _filling(budget: UncertaintyBudget) -> dict[str, Any]:
    coverage = budget.coverage or {}
    body: dict[str, Any] = {
        "code": budget.code, "quantity": budget.quantity, "unit": budget.unit, "k": Decimal(2) if coverage.get("p") else budget.k,
        "note": budget.note, "coverage": coverage.get("dof_rule", "fixed") if coverage.get("p") else "fixed",
        "pairs": [{"a": a, "b": b, "r": Decimal(str(r))} for a, b, r in budget.correlations],
        "rows": _rows(budget.components, _component), "quantities": _rows(budget.inputs, _typed), "ranges": _rows(budget.ranges, _typed),
        "model": budget.model,
    }
    if coverage.get("p"):
        body["p"] = (Decimal(str(coverage["p"])) * 100).normalize()
    return body


def _rows(rows: Sequence[Mapping[str, Any]], made: Callable[[Mapping[str, Any]], dict[str, Any]]) -> list[dict[str, Any]]:
    return [made(row) for row in rows]


_WORDS = frozenset({"source", "distribution", "unit", "name", "meaning", "given"})


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A kept row as a person would type it."""
    out: dict[str, Any] = {}
    for name, value in row.items():
        if name == READINGS:
            out[name] = "; ".join(show_decimal(Decimal(str(one)), thousands=False) for one in value)
        elif value is not None:
            out[name] = value if name in _WORDS else Decimal(str(value))
    return out


def _component(row: Mapping[str, Any]) -> dict[str, Any]:
    if row.get(READINGS):
        return _typed({"source": row["source"], "distribution": READINGS, READINGS: row[READINGS], "c_i": row.get("c_i"),
                       **({"unit": row["unit"]} if row.get("unit") else {})})
    return _typed(row)


class UseForm(Form):
    """Where a budget applies."""

    parameter_id = Choice(_l("Chỉ tiêu"), [required()], coerce=str, choices=[])
    instrument_id = Choice(_l("Thiết bị"), coerce=str, empty=_l("mọi thiết bị"), choices=[])
    low = DecimalField(_l("Từ tần số"), [Optional()])
    high = DecimalField(_l("Đến tần số"), [Optional()])
    unit = TextField(_l("Đơn vị của dải"), [Optional()], max_length=20)
    valid_from = DayField(_l("Từ ngày"), [required()])
    reason = LongTextField(_l("Lý do"), [Optional()], max_length=1000)


class SimulationForm(Form):
    """A Monte Carlo simulation to run."""

    digits = Choice(_l("Chữ số có nghĩa của u phải ổn định"), coerce=int, choices=[(1, "1"), (2, "2")], default=2)
    most_trials = DecimalField(_l("Nhiều nhất bao nhiêu lần thử"), [required()], default=Decimal(1_000_000))
    seed = DecimalField(_l("Số khởi đầu (seed)"), [Optional()], description=_l("Bỏ trống để rút ngẫu nhiên; cùng số thì cùng kết quả."))
