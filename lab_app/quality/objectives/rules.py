"""Pure decisions about objectives: over how many months a figure is judged, and how it stands."""
from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.kpi import Kpi, month_of, months_before
from lab_app.core.workflow import State

WINDOWS: dict[int, Any] = {1: _l("Từng tháng"), 3: _l("3 tháng liền"), 6: _l("6 tháng liền"), 12: _l("12 tháng liền")}
REACHED = State("reached", _l("Đạt mục tiêu"), "ok", "check-circle-fill")
MISSED = State("missed", _l("Chưa đạt"), "bad", "x-circle-fill")
NOTHING = State("nothing", _l("Chưa có số liệu"), "hold")
PLAIN = State("plain", _l("Chưa đặt mục tiêu"), "hold")
#: Trends show so many months.
SHOWN = 24


def last_full_month(today: date) -> date:
    """The first of the latest month that is over."""
    return months_before(month_of(today), 1)


def stands(kpi: Kpi, value: Decimal | None, target: Decimal | None) -> State:
    """How a figure stands against its target, on the unrounded figure."""
    if value is None:
        return NOTHING
    if target is None:
        return PLAIN
    return REACHED if kpi.reaches(value, target) else MISSED
