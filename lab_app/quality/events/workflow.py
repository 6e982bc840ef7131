"""States of a reported event and what it may turn out to be."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

REPORTED, TAKEN, SETTLED = "reported", "taken", "settled"

EVENT = Machine(
    "quality-event",
    states=(
        State(REPORTED, _l("Mới báo"), "warn", "flag-fill"),
        State(TAKEN, _l("Đang xem"), "info", "hourglass-split"),
        State(SETTLED, _l("Đã phân loại"), "ok", "check-circle-fill"),
    ),
    transitions=(
        Transition("take", (REPORTED, TAKEN), TAKEN, P.QUALITY_WRITE, _l("Nhận xem")),
        Transition("settle", (REPORTED, TAKEN), SETTLED, P.QUALITY_WRITE, _l("Kết luận")),
    ),
)

NONCONFORMITY, COMPLAINT, IMPROVEMENT, NOTHING = "nonconformity", "complaint", "improvement", "nothing"
#: What an event turns out to be.
OUTCOMES: dict[str, Any] = {
    NONCONFORMITY: _l("Công việc không phù hợp"), COMPLAINT: _l("Khiếu nại"), IMPROVEMENT: _l("Đề xuất cải tiến"),
    NOTHING: _l("Không phải xử lý gì"),
}
