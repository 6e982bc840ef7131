"""States of jobs and lines, and the gates of the room: what must be true before a reading counts (7.5, 6.2.6, 6.4, 7.8.6)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

LINE = Machine(
    "job-line",
    (
        State("planned", _l("Chưa đo"), "hold"), State("recorded", _l("Đã ghi"), "info", "activity"),
        State("submitted", _l("Chờ soát xét"), "info", "hourglass-split"), State("returned", _l("Bị trả lại"), "warn", "arrow-return-left"),
        State("reviewed", _l("Đã soát xét"), "ok", "check-lg"), State("cancelled", _l("Đã bỏ"), "hold"),
    ),
    (
        Transition("record", ("planned",), "recorded", P.RESULT_WRITE, _l("Ghi số đọc")),
        Transition("correct", ("recorded", "submitted", "returned"), "recorded", P.RESULT_WRITE, _l("Sửa có lý do")),
        Transition("submit", ("recorded", "returned"), "submitted", P.RESULT_WRITE, _l("Nộp soát xét")),
        Transition("approve", ("submitted",), "reviewed", P.RESULT_REVIEW, _l("Chấp nhận")),
        Transition("return", ("submitted",), "returned", P.RESULT_REVIEW, _l("Trả lại")),
        Transition("cancel", ("planned",), "cancelled", P.JOB_ASSIGN, _l("Bỏ")),
    ),
)


JOB = Machine(
    "test-job",
    (
        State("planned", _l("Chưa bắt đầu"), "hold"), State("in_progress", _l("Đang đo"), "info", "activity"),
        State("submitted", _l("Chờ soát xét"), "info", "hourglass-split"), State("returned", _l("Bị trả lại"), "warn", "arrow-return-left"),
        State("reviewed", _l("Đã soát xét"), "ok", "check-lg"), State("cancelled", _l("Đã bỏ"), "hold"),
    ),
    (),
)
