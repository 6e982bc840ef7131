"""Forms of interval reviews."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import NumberRange, Optional

from instruments.rules.intervals import LONGEST_MONTHS, Bounds
from lab_app.core.forms import DecimalField, Form, LongTextField, WholeField, required, version_field

METHODS = [
    ("staircase", _l("Bậc thang: theo lần hiệu chuẩn gần nhất")), ("a3", _l("Kiểm định độ tin cậy (RP-1 A3): thiết bị này và cùng kiểu")),
    ("exponential", _l("Độ tin cậy hàm mũ: thiết bị này và cùng kiểu")), ("drift", _l("Độ trôi: sai số theo thời gian")),
]
DECISIONS = [("accepted", _l("Theo đề nghị")), ("other", _l("Chu kỳ khác")), ("kept", _l("Giữ chu kỳ hiện tại"))]


class ProposalForm(Form):
    """Which method, and the laboratory's own numbers."""

    method = RadioField(_l("Phương pháp"), choices=METHODS, default="staircase")
    shortest_months = WholeField(_l("Chu kỳ ngắn nhất"), [required(), NumberRange(1, LONGEST_MONTHS)], render_kw={"unit": _l("tháng")})
    longest_months = WholeField(_l("Chu kỳ dài nhất"), [required(), NumberRange(1, LONGEST_MONTHS)], render_kw={"unit": _l("tháng")})
    max_factor = DecimalField(_l("Mỗi lần đổi nhiều nhất, lần"), [required()])
    target = DecimalField(_l("Độ tin cậy cần đạt"), [required()], description=_l("Tỷ lệ lần hiệu chuẩn còn trong dung sai, ví dụ 0,95."))
    confidence = DecimalField(_l("Mức tin để đổi chu kỳ"), [required()], description=_l("Chỉ đổi khi số liệu bác bỏ độ tin cậy ở mức này."))
    extend_within = DecimalField(_l("Kéo dài khi sai số không quá phần dung sai"), [required()])
    extend_by = DecimalField(_l("Kéo dài, lần"), [required()])
    shorten_by = DecimalField(_l("Rút ngắn, lần"), [required()])
    reason = LongTextField(_l("Vì sao xem xét"), [Optional()], max_length=1000)

    def bounds(self) -> Bounds:
        """The laboratory's numbers as typed."""
        return Bounds(**{name: self._fields[name].data for name in Bounds.__dataclass_fields__})


class DecisionForm(Form):
    """The decision on a proposal."""

    decision = RadioField(_l("Quyết định"), choices=DECISIONS)
    months = WholeField(_l("Chu kỳ khác"), [Optional(), NumberRange(1, LONGEST_MONTHS)], render_kw={"unit": _l("tháng")})
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()
