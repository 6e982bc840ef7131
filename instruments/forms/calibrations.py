"""Forms of calibrations: the certificate, its points, evaluation and release."""
from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField, RadioField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from instruments import rules
from instruments.rules import pasted
from instruments.rules.points import POINT_RULES, STAGES, PointIn, PointRefused, judge_points
from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    MomentField,
    MoneyField,
    TextField,
    WholeField,
    not_a_number,
    required,
    version_field,
)
from lab_app.core.i18n import lang
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.metrology.decision import DecisionRule, RuleKind

BLANK_ROWS = 6


class CalibrationForm(Form):
    """A calibration with its certificate."""

    certificate_no = TextField(_l("Số giấy chứng nhận"), [required()], max_length=80)
    provider_id = Choice(_l("Nhà cung cấp hiệu chuẩn"), [Optional()], coerce=str, empty=_l("(không có trong danh sách)"),
                         description=_l("Chỉ nhà cung cấp đang được phê duyệt cho hiệu chuẩn (6.6.2)."))
    laboratory = TextField(_l("Phòng hiệu chuẩn ghi trên giấy"), [Optional()], description=_l("Bỏ trống thì lấy tên nhà cung cấp."))
    laboratory_accreditation = TextField(_l("Số công nhận của phòng đó"), [Optional()], max_length=120)
    done_on = DayField(_l("Ngày hiệu chuẩn"), [required()], not_future=True)
    certificate_date = DayField(_l("Ngày ghi trên giấy"), [Optional()], not_future=True)
    interval_months = WholeField(_l("Chu kỳ hiệu chuẩn"), [Optional(), NumberRange(1, 120)], default=12,
                                 render_kw={"unit": _l("tháng")},
                                 description=_l("Ngày đến hạn là ngày đầu tiên không được dùng."))
    due_on = DayField(_l("hoặc ngày đến hạn"), [Optional()])
    traceability = Choice(_l("Liên kết chuẩn đo lường"), choices=list(rules.TRACEABILITY.items()))
    conditions = TextField(_l("Điều kiện khi hiệu chuẩn"), [Optional()], description=_l("Ví dụ: 23 °C ± 1 °C, 50 %RH ± 10 %RH."))
    adjusted = BooleanField(_l("Đã hiệu chỉnh (số trước và sau khác nhau)"))
    evaluation = LongTextField(_l("Đánh giá so với yêu cầu sử dụng"), [Optional()], max_length=4000,
                               description=_l("Có thể ghi sau; chưa đánh giá thì chưa duyệt được."))
    passed = BooleanField(_l("Đạt yêu cầu sử dụng"), default=True)
    file = FileField(_l("Bản quét giấy chứng nhận"), description=_l("PDF hoặc ảnh."))


class ReleaseForm(Form):
    """Evaluation of a certificate, what becomes of the factors, and its release."""

    evaluation = LongTextField(_l("Đánh giá so với yêu cầu sử dụng"), [Optional()], max_length=4000,
                               description=_l("Sai số, độ không đảm bảo đo, dải đo có đủ cho các phương pháp không."))
    passed = RadioField(_l("Kết luận"), choices=[("1", _l("Đạt yêu cầu sử dụng")), ("0", _l("Không đạt: ngừng sử dụng thiết bị"))])
    factors_decision = RadioField(_l("Hệ số hiệu chính (6.4.11)"), [Optional()], choices=[
        ("", _l("Chưa quyết định")), ("entered", _l("Đã nhập bảng hệ số theo giấy này")), ("no_change", _l("Không đổi"))])
    factors_note = TextField(_l("Vì sao không đổi"), [Optional()], max_length=1000)
    verification = LongTextField(_l("Kiểm tra xác nhận, để đưa vào sử dụng luôn"), [Optional()], max_length=2000,
                                 description=_l("Kiểm tra gì, bằng gì, kết quả (6.4.4). Bỏ trống thì đưa vào sử dụng sau."))
    version = version_field()


#: Numbers of a table: narrow, and no keyboard of letters on a tablet.
NARROW = {"size": 9, "inputmode": "decimal", "autocomplete": "off"}


class PointRow(PlainForm):
    """One point of a certificate, as text until all is read."""

    argument = TextField(pasted.COLUMNS["argument"], max_length=40, render_kw=dict(NARROW))
    reference = TextField(pasted.COLUMNS["reference"], max_length=40, render_kw=dict(NARROW))
    indicated = TextField(pasted.COLUMNS["indicated"], max_length=40, render_kw=dict(NARROW))
    u = TextField(pasted.COLUMNS["u"], max_length=40, render_kw=dict(NARROW))
    k = TextField(pasted.COLUMNS["k"], max_length=40, render_kw=dict(NARROW))
    tolerance = TextField(pasted.COLUMNS["tolerance"], max_length=40, render_kw=dict(NARROW))
    stage = Choice(pasted.COLUMNS["stage"], choices=[("", "–"), *STAGES.items()], default="")
    condition = TextField(pasted.COLUMNS["condition"], max_length=200)
    unit = TextField(pasted.COLUMNS["unit"], max_length=20, render_kw={"size": 6})
    u_unit = TextField(pasted.COLUMNS["u_unit"], max_length=20, render_kw={"size": 6})
    argument_unit = TextField(pasted.COLUMNS["argument_unit"], max_length=20, render_kw={"size": 6})

    @property
    def empty(self) -> bool:
        """Whether nothing that makes a point stands in the row."""
        return not any((getattr(self, name).data or "").strip() for name in ("argument", "reference", "indicated", "u"))


class PointsForm(Form):
    """The points of one quantity: rows, and a field to paste a table into."""

    quantity = Choice(_l("Đại lượng"), [required()], choices=list(rules.QUANTITIES.items()))
    unit = TextField(_l("Đơn vị của giá trị"), [Optional()], max_length=20, description=_l("Ví dụ: dBm, dBµV, V, °C."))
    u_unit = TextField(_l("Đơn vị của U"), [Optional()], max_length=20, description=_l("dB với mức; V, %… với số tuyến tính."))
    argument_unit = TextField(_l("Đơn vị của đối số"), [Optional()], max_length=20, default="MHz")
    k = DecimalField(_l("Hệ số phủ k"), [Optional()], default=Decimal(2))
    tolerance = DecimalField(_l("Dung sai chung (±)"), [Optional()],
                             description=_l("Cho các dòng không ghi riêng; bỏ trống nếu không có tiêu chí."))
    rule = Choice(_l("Quy tắc quyết định"), [Optional()], choices=list(POINT_RULES.items()), empty=_l("(không có tiêu chí)"))
    r = DecimalField(_l("r (dải bảo vệ w = r·U)"), [Optional()], default=Decimal(1))
    mark = Choice(_l("Dấu thập phân trong bảng"), choices=[("vi", _l("dấu phẩy: 0,5")), ("en", _l("dấu chấm: 0.5"))], default=lang)
    rows = FieldList(FormField(PointRow), label=_l("Bảng điểm"), min_entries=1, max_entries=pasted.MOST_ROWS)
    pasted = LongTextField(_l("Dán bảng từ bảng tính"), [Optional()], max_length=40000, render_kw={"rows": 5, "spellcheck": "false"})
    no_points = TextField(_l("Giấy không có bảng điểm, vì"), [Optional()], max_length=300)
    version = version_field()

    def filled(self) -> list[Any]:
        """The rows that hold something."""
        return [row.form for row in self.rows if not row.form.empty]

    def decision_rule(self) -> DecisionRule | None:
        """The rule chosen; none without a criterion."""
        if not self.rule.data:
            return None
        kind = RuleKind(self.rule.data)
        r = Decimal(0) if kind is RuleKind.SIMPLE else self.r.data if self.r.data is not None else Decimal(1)
        return DecisionRule({"simple": "DR-SA", "guarded_binary": "DR-GB-U2", "guarded_nonbinary": "DR-GB-U"}[kind.value], kind, r=r)

    def points(self) -> list[PointIn]:
        """The filled rows as points; what is wrong hangs on its cell. Empty cells take what stands above the table."""
        found, places = [], []
        for number, row in enumerate(self.filled(), 1):
            try:
                found.append(self._point(row))
                places.append((number, row))
            except PointRefused as error:
                row[error.field].errors = [gettext("Dòng %(n)s: %(why)s", n=number, why=str(error.says))]
        for line, refused in judge_points(found, self.decision_rule())[1]:
            number, row = places[line - 1]
            field = row[refused.field]
            field.errors = [gettext("Dòng %(n)s: %(why)s", n=number, why=str(refused.says))]
        return found

    @property
    def rows_refused(self) -> int:
        """How many rows hold something that is not taken."""
        return sum(bool(row.form.errors) for row in self.rows)

    def _point(self, row: Any) -> PointIn:
        def number(name: str) -> Decimal | None:
            text = (row[name].data or "").strip()
            if not text:
                return None
            try:
                return parse_decimal(text, self.mark.data)
            except NotANumber as error:
                raise PointRefused(name, not_a_number(error)) from error

        def word(name: str) -> str:
            return (row[name].data or "").strip() or (self[name].data or "").strip()

        k, tolerance = number("k"), number("tolerance")
        return PointIn(
            self.quantity.data, number("reference"), number("indicated"), word("unit"), number("u"), word("u_unit"),
            self.k.data if k is None else k, number("argument"), word("argument_unit"),
            self.tolerance.data if tolerance is None else tolerance, row.stage.data or "as_found", (row.condition.data or "").strip(),
        )

    def read(self) -> list[dict[str, str]]:
        """What stands in the rows and the pasted table, as cells of rows; a table that cannot be cut hangs on its field."""
        kept = [{name: row[name].data or "" for name in row._fields} for row in self.filled()]
        try:
            cut = pasted.cut(self.pasted.data or "")
            return kept + [{**cells, "stage": pasted.stage_of(cells.get("stage", ""))} for cells in cut]
        except pasted.PasteRefused as error:
            self.pasted.errors = [*self.pasted.errors, str(error.says)]
            return kept

    def own_units(self) -> bool:
        """Whether some row names a unit of its own."""
        return any((row.form[n].data or "").strip() for row in self.rows for n in ("unit", "u_unit", "argument_unit"))


def cells_of(points: list[Any], shown: Mapping[str, Any]) -> list[dict[str, str]]:
    """Stored points as cells, numbers by `shown["number"]` (a function)."""
    number = shown["number"]
    return [
        {"argument": number(p.argument), "reference": number(p.reference), "indicated": number(p.indicated), "u": number(p.u),
         "k": number(p.k), "tolerance": number(p.tolerance), "stage": p.stage, "condition": p.condition}
        for p in points
    ]


class CorrectionForm(Form):
    """A correction table made from the points: correction = −error."""

    quantity = Choice(_l("Đại lượng"), [required()], choices=list(rules.QUANTITIES.items()))
    label = TextField(_l("Phiên bản"), [required()], max_length=80)
    interpolation = Choice(_l("Nội suy"), [required()], choices=[("linear", _l("tuyến tính")), ("log", _l("theo lg đối số"))])


class PlaceOrderForm(Form):
    """A calibration order."""

    in_house = RadioField(_l("Hiệu chuẩn ở đâu"), choices=[("0", _l("Bên ngoài")), ("1", _l("Nội bộ"))], default="0")
    provider_id = Choice(_l("Nhà cung cấp"), [Optional()], coerce=str, empty=_l("(chọn nhà cung cấp)"),
                         description=_l("Chỉ nhà cung cấp đang được phê duyệt cho hiệu chuẩn (6.6.2)."))
    ordered_on = DayField(_l("Ngày đặt"), [required()], not_future=True)
    expected_back_on = DayField(_l("Dự kiến về"), [Optional()])
    service = LongTextField(_l("Yêu cầu hiệu chuẩn"), [required()], max_length=2000,
                            description=_l("Đại lượng, dải, các điểm, độ không đảm bảo cần, quy tắc quyết định (6.6.3)."))
    cost = MoneyField(_l("Chi phí"), [Optional()], unit="đ")


class SendForm(Form):
    """The instrument leaves."""

    sent_at = MomentField(_l("Gửi lúc"), [required()])


class ArriveForm(Form):
    """The calibration laboratory has it."""

    arrived_on = DayField(_l("Phòng hiệu chuẩn nhận ngày"), [required()], not_future=True)
    expected_back_on = DayField(_l("Hẹn trả"), [Optional()])


class ReturnForm(Form):
    """The instrument is back."""

    back_at = MomentField(_l("Nhận lại lúc"), [required()])
    condition_back = LongTextField(_l("Tình trạng khi nhận lại"), [required()], max_length=1000,
                                   description=_l("Nguyên vẹn không, niêm phong, phụ kiện (6.4.3)."))
