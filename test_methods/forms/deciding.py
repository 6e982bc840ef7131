"""Forms of decision rules: one for each kind, the example on a rule's page, the end of a rule."""
from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    required,
)
from lab_app.metrology.decision import DecisionRule, RuleKind
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import Bounds
from test_methods import deciding, wording
from test_methods.rules.deciding import example

#: A rule that a regulation brings with it: entered by its own form, computed by one of the other kinds.
INHERENT = "inherent"


class RuleForm(Form):
    """A decision rule; `rule_form` adds what its kind needs."""

    code = CodeField(_l("Mã"), [required()], max_length=40, description=_l("Quy tắc không sửa được: quy tắc khác đi mang mã mới."))
    name_vi = TextField(_l("Tên"), [required()], max_length=300)
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)

    kind: str = ""

    def definition(self) -> dict[str, Any]:
        """The rule as `metrology.decision` reads it; numbers as written."""
        found: dict[str, Any] = {"kind": self["how"].data if self.kind == INHERENT else self.kind}
        for name in ("r", "u_max"):
            if name in self and self[name].data is not None:
                found[name] = format(self[name].data, "f")
        if "factor" in self and self["factor"].data:
            found["factor"] = self["factor"].data
        return found


def _r(optional: bool) -> DecimalField:
    return DecimalField(_l("r, phần của U lấy làm dải bảo vệ"), [Optional()] if optional else [required()], default=Decimal(1),
                        description=_l("w = r·U. Với r = 1 xác suất chấp nhận sai không quá 0,023; với r = 0,83 không quá 0,05."))


def _u_max() -> DecimalField:
    return DecimalField(_l("U lớn nhất"), [Optional()],
                        description=_l("Để trống: lấy U lớn nhất ghi ở chỉ tiêu của phương pháp. Cùng đơn vị với kết quả."))


def _factor(optional: bool) -> Choice:
    names = [(name, f"{deciding.factor_formula(name)} · {word}") for name, word in deciding.FACTOR_NAMES.items()]
    return Choice(_l("Công thức hệ số h(TUR)"), [Optional()] if optional else [required()], choices=names, empty=_l("chọn"))


def rule_form(kind: str) -> type[RuleForm]:
    """The form of one kind of rule (`RuleKind`, or `INHERENT`)."""
    body: dict[str, Any] = {"kind": kind}
    if kind == INHERENT:
        body["inherent_in"] = TextField(
            _l("Quy chuẩn, điều khoản quy định quy tắc"), [required()], max_length=300,
            description=_l("Ví dụ: QCVN 18:2022/BTTTT, mục 2.3. Khách hàng không chọn quy tắc khác được (7.8.6.1)."))
        body["how"] = Choice(_l("Cách xét"), [required()], choices=[(k, w) for k, w in wording.RULE_KINDS.items()], empty=_l("chọn"))
    if kind in (RuleKind.GUARDED_BINARY, RuleKind.GUARDED_NONBINARY, INHERENT):
        body["r"] = _r(kind == INHERENT)
    if kind in (RuleKind.SHARED_RISK_MAX_U, RuleKind.CISPR, INHERENT):
        body["u_max"] = _u_max()
    if kind in (RuleKind.GUARDED_TUR, INHERENT):
        body["factor"] = _factor(kind == INHERENT)
    return type("KindOfRuleForm", (RuleForm,), body)


class RetireRuleForm(Form):
    """A rule is offered no more."""

    reason = LongTextField(_l("Lý do ngừng dùng"), [required()], max_length=1000)
    on = DayField(_l("Ngừng từ ngày"), [Optional()], not_future=True, description=_l("Để trống: hôm nay."))


class ExampleForm(Form):
    """A limit, a U and a value of the reader's own, to see a rule at work; asked by GET."""

    class Meta(Form.Meta):
        csrf = False

    low = DecimalField(_l("Giới hạn dưới"), [Optional()])
    high = DecimalField(_l("Giới hạn trên"), [Optional()])
    U = DecimalField(_l("U (k = 2)"), [Optional()])
    u_max = DecimalField(_l("U lớn nhất"), [Optional()])
    y = DecimalField(_l("Giá trị đo"), [Optional()])

    @property
    def asked(self) -> bool:
        """Whether the reader typed anything."""
        return any(field.raw for field in self)

    def limit(self) -> Bounds:
        """The limit typed; refused in words by `validate`."""
        return Bounds(self.low.data, self.high.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """A limit needs an end, its lower end lies below the upper, U and the maximum are positive."""
        if not super().validate(extra_validators):
            return False
        try:
            self.limit()
        except MetrologyError as error:
            crossed = error.code == "empty_range"
            self.high.errors = [gettext("Giới hạn dưới phải nhỏ hơn giới hạn trên.") if crossed else gettext("Cần ít nhất một giới hạn.")]
        for field in (self.U, self.u_max):
            if field.data is not None and field.data <= 0:
                field.errors = [gettext("Cần một số lớn hơn 0.")]
        if self.U.data is None:
            self.U.errors = [gettext("Cần điền U.")]
        return not self.errors


def example_form(rule: DecisionRule, typed: Mapping[str, Any]) -> ExampleForm:
    """The form as asked, or filled with the example that suits the rule."""
    form = ExampleForm(typed)  # type: ignore[arg-type]
    if not form.asked:
        limit, U, top = example(rule)
        form.low.data, form.high.data, form.U.data, form.u_max.data = limit.low, limit.high, U, top
    return form
