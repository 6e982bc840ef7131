"""States of an improvement (8.6.1)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

IMPROVEMENT = Machine(
    "improvement",
    states=(
        State("proposed", _l("Mới đề xuất"), "info", "lightbulb"), State("doing", _l("Đang làm"), "warn", "play-circle"),
        State("done", _l("Đã xong"), "ok"), State("declined", _l("Không làm"), "hold", "x-circle"),
    ),
    transitions=(
        Transition("take_up", ("proposed", "declined"), "doing", P.QUALITY_WRITE, _l("Nhận làm")),
        Transition("decline", ("proposed",), "declined", P.QUALITY_WRITE, _l("Không làm")),
        Transition("finish", ("doing",), "done", P.QUALITY_WRITE, _l("Ghi kết quả")),
    ),
)
