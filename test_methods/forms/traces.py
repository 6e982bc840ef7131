"""The form of a rule that reduces the peaks of a trace."""
from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from lab_app.core.forms import Choice, DecimalField, Form, TextField, WholeField
from lab_app.metrology.peak_reduction import PERCENT
from test_methods.rules.trace_rules import WINDOW_UNITS

AMBIENT_ROWS = 4


class AmbientRow(PlainForm):
    """A span where the surroundings radiate."""

    low = DecimalField(_l("Từ"), [Optional()], unit="MHz")
    high = DecimalField(_l("Đến"), [Optional()], unit="MHz")
    why = TextField(_l("Nguồn"), [Optional()], max_length=80)


class TraceRuleForm(Form):
    """How peaks of a prescan become final points; everything empty takes the rule away."""

    offset_db = DecimalField(_l("Giữ đỉnh cách giới hạn không quá"), [Optional()], unit="dB")
    most = WholeField(_l("Số điểm cuối tối đa"), [Optional(), NumberRange(1, 200, _l("Từ 1 đến 200."))])
    window = DecimalField(_l("Hai điểm cuối cách nhau ít nhất"), [Optional()])
    window_unit = Choice(_l("Đơn vị của khoảng cách"), default="MHz", choices=[
        (u, _l("phần trăm của tần số") if u == PERCENT else u) for u in WINDOW_UNITS])
    excursion_db = DecimalField(_l("Đỉnh phải nhô lên"), [Optional()], unit="dB", description=_l("Để trống: 6 dB."))
    ambient = FieldList(FormField(AmbientRow), label=_l("Nhiễu nền đã biết"), min_entries=AMBIENT_ROWS, max_entries=20)
    ambient_db = DecimalField(_l("So với đường đo nền: là nền khi cao hơn không tới"), [Optional()], unit="dB",
                              description=_l("Để trống: 6 dB."))
    harmonic_of = DecimalField(_l("Luôn giữ hài của"), [Optional()], unit="MHz")
    harmonics = WholeField(_l("đến bậc"), [Optional(), NumberRange(2, 100, _l("Từ 2 đến 100."))])

    def rule(self) -> dict[str, Any]:
        """The rule as JSON; {} when nothing but a unit was given."""
        numbers = {name: _plain(self[name].data) for name in ("offset_db", "window", "excursion_db", "ambient_db", "harmonic_of")}
        rows = [{"low": _plain(row.form.low.data), "high": _plain(row.form.high.data), "unit": "MHz", "why": row.form.why.data or ""}
                for row in self.ambient if row.form.low.data is not None or row.form.high.data is not None]
        found = numbers | {"most": self.most.data, "harmonics": self.harmonics.data, "ambient": rows}
        given = {key: value for key, value in found.items() if value not in (None, "", [])}
        return given | {"window_unit": self.window_unit.data} if given else {}


def trace_rule_data(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A stored rule as the form shows it."""
    names = ("offset_db", "window", "excursion_db", "ambient_db", "harmonic_of")
    return {
        **{name: Decimal(str(rule[name])) for name in names if rule.get(name) not in (None, "")},
        "most": rule.get("most"), "harmonics": rule.get("harmonics"), "window_unit": rule.get("window_unit") or "MHz",
        "ambient": [{"low": Decimal(row["low"]), "high": Decimal(row["high"]), "why": row.get("why", "")}
                    for row in rule.get("ambient") or []],
    }


def _plain(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f")
