"""Forms about cycles: how often, what was done, extensions, counters, rules of the plan."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField
from wtforms.validators import NumberRange, Optional

from instruments import rules
from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    MoneyField,
    TextField,
    WholeField,
    required,
    version_field,
)

DAYS, MONTHS = {"unit": _l("ngày")}, {"unit": _l("tháng")}


class CycleForm(Form):
    """How often something of a kind is due, from a day on."""

    kind = Choice(_l("Việc"), [required()], choices=[(kind, rules.CYCLES[kind]) for kind in rules.CYCLE_KINDS])
    effective_from = DayField(_l("Hiệu lực từ ngày"), [required()], default=clock.today)
    interval_months = WholeField(_l("Chu kỳ theo tháng"), [Optional(), NumberRange(1, 120)], render_kw={**MONTHS})
    interval_days = WholeField(_l("hoặc theo ngày"), [Optional(), NumberRange(1, 3660)], render_kw={**DAYS})
    use_limit = DecimalField(_l("Giới hạn sử dụng"), [Optional()], description=_l("Đến trước thì tính trước: lịch hoặc số đếm."))
    use_unit = TextField(_l("Đơn vị số đếm"), [Optional()], max_length=40, description=_l("Ví dụ: giờ, lần kết nối."))
    from_first_issue = BooleanField(_l("Tính từ ngày đưa ra dùng lần đầu (vật niêm phong)"))
    lead_days = WholeField(_l("Gửi trước"), [required(), NumberRange(0, 366)], default=30, render_kw={**DAYS},
                           description=_l("Số ngày trước hạn phải gửi đi hoặc bắt đầu."))
    early_days = WholeField(_l("Làm sớm vẫn giữ ngày kỷ niệm"), [Optional(), NumberRange(0, 184)], default=0, render_kw={**DAYS},
                            description=_l("Làm trước hạn không quá số ngày này và đạt: hạn sau tính từ hạn cũ. 0: luôn tính từ ngày làm."))
    blocks = BooleanField(_l("Quá hạn, không đạt hay chưa làm thì không được dùng"), default=True)
    responsible_id = Choice(_l("Người chịu trách nhiệm"), coerce=str, empty=_l("Người quản lý chất lượng"))
    cost = MoneyField(_l("Chi phí mỗi lần"), [Optional()], unit="đ")
    work_hours = DecimalField(_l("Công mỗi lần"), [Optional()], unit="h")
    active = BooleanField(_l("Còn áp dụng (bỏ chọn để kết thúc chu kỳ)"), default=True)
    reason = LongTextField(_l("Lý do"), [required()], max_length=2000,
                           description=_l("Ví dụ: theo nhà sản xuất; theo kết quả xem xét chu kỳ."))


class CycleEventForm(Form):
    """Planned maintenance, electrical safety or site validation that was done."""

    kind = Choice(_l("Việc"), [required()], choices=[(kind, rules.CYCLES[kind]) for kind in rules.OWN_KINDS])
    done_on = DayField(_l("Ngày làm"), [required()], not_future=True, default=clock.today)
    passed = RadioField(_l("Kết quả"), [required()], choices=[("1", _l("Đạt")), ("0", _l("Không đạt"))])
    by_whom = TextField(_l("Ai làm"), [Optional()], description=_l("Người hoặc đơn vị bên ngoài."))
    counter = DecimalField(_l("Số đếm hôm đó"), [Optional()], description=_l("Khi chu kỳ tính theo giờ hay số lần."))
    cost = MoneyField(_l("Chi phí"), [Optional()], unit="đ")
    note = LongTextField(_l("Đã làm gì, kết quả"), [Optional()], max_length=2000)


class ExtensionForm(Form):
    """A decision that something due may wait, before it is due."""

    kind = Choice(_l("Việc"), [required()], choices=[(kind, rules.CYCLES[kind]) for kind in rules.CYCLE_KINDS])
    until = DayField(_l("Đến hạn mới"), [required()], description=_l("Ngày đầu tiên không được dùng nữa."))
    reason = LongTextField(_l("Vì sao phải gia hạn"), [required()], max_length=2000)
    evidence = LongTextField(_l("Bằng chứng thiết bị vẫn đúng"), [required()], max_length=2000,
                             description=_l("Ví dụ: kiểm tra giữa kỳ ngày … đạt, độ trôi ba lần gần nhất dưới một phần ba dung sai."))
    file = FileField(_l("Tệp bằng chứng"), description=_l("PDF hoặc ảnh, nếu có."))


class UseForm(Form):
    """A counter as read on a day."""

    read_on = DayField(_l("Ngày đọc"), [required()], not_future=True, default=clock.today)
    counter = DecimalField(_l("Số đếm"), [required()])
    unit = TextField(_l("Đơn vị"), [required()], max_length=40)


class FirstIssueForm(Form):
    """The day a sealed item was first issued."""

    first_issued_on = DayField(_l("Ngày đưa ra dùng lần đầu"), [required()], not_future=True)
    reason = LongTextField(_l("Lý do sửa"), [Optional()], max_length=1000)
    version = version_field()


class PlanRulesForm(Form):
    """The laboratory's own rules of the plan."""

    end_of_month_validity = BooleanField(_l("Hiệu lực kéo đến hết tháng của ngày đến hạn"))
    soon_days = WholeField(_l("Nhắc lần nữa trước hạn"), [required(), NumberRange(1, 90)], default=14, render_kw={**DAYS})
    escalate_days = WholeField(_l("Báo người quản lý chất lượng sau khi quá hạn"), [required(), NumberRange(0, 90)], default=7,
                               render_kw={**DAYS})
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()


class FeedForm(Form):
    """A new calendar address."""

    only_mine = BooleanField(_l("Chỉ những việc tôi chịu trách nhiệm"), default=True)
