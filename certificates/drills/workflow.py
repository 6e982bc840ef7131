"""States of a recall drill."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

PLANNED, COPYING, RUNNING, FINISHED, FILED, DROPPED = "planned", "copying", "running", "finished", "filed", "dropped"
#: A copy stands, or is being made.
WITH_COPY = (COPYING, RUNNING, FINISHED)

DRILL = Machine(
    "recall-drill",
    states=(
        State(PLANNED, _l("Đã lập, chưa bắt đầu"), "hold", "calendar-event"),
        State(COPYING, _l("Đang sao dữ liệu"), "info", "files"),
        State(RUNNING, _l("Đang diễn tập"), "warn", "stopwatch"),
        State(FINISHED, _l("Xong, chờ lưu hồ sơ"), "info", "flag"),
        State(FILED, _l("Đã lưu làm bằng chứng"), "ok", "patch-check"),
        State(DROPPED, _l("Đã bỏ"), "hold", "x-circle"),
    ),
    transitions=(
        Transition("copy", (PLANNED,), COPYING, P.QUALITY_WRITE, _l("Bắt đầu")),
        Transition("begin", (COPYING,), RUNNING, P.QUALITY_WRITE, _l("Có danh sách")),
        Transition("finish", (RUNNING,), FINISHED, P.QUALITY_WRITE, _l("Đã đến doanh nghiệp cuối")),
        Transition("file", (FINISHED,), FILED, P.QUALITY_WRITE, _l("Ký, lưu làm bằng chứng")),
        Transition("drop", (PLANNED, COPYING, RUNNING, FINISHED), DROPPED, P.QUALITY_WRITE, _l("Bỏ lần này")),
    ),
)
