"""States of a worksheet, and the gate that keeps a finished one as it was (7.5.2)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.workflow import Machine, State

WORKSHEET = Machine(
    "worksheet",
    (
        State("open", _l("Đang đo"), "info", "activity"), State("to_review", _l("Chờ soát xét"), "info", "hourglass-split"),
        State("closed", _l("Đã đóng"), "ok", "check-lg"),
    ),
    (),
)


@dataclass(frozen=True)
class WorksheetFacts:
    """A worksheet that somebody wants to add rows to or take rows from."""

    code: str
    closed: bool


@gate("worksheet-not-closed", ("7.5.2",), _l("Bảng đo đã đóng giữ nguyên các dòng"), basis=Basis.LABORATORY)
def worksheet_not_closed(facts: WorksheetFacts) -> Stop | None:
    """A worksheet whose results were all reviewed takes no further rows and loses none: it shows what was measured together."""
    if not facts.closed:
        return None
    return Stop(
        says=_l("Bảng đo %(code)s đã đóng vì mọi kết quả trên đó đã được soát xét; không thêm, không bớt dòng.", code=facts.code),
        do=_l("Lập bảng đo mới cho các chỉ tiêu còn lại; muốn đo lại, tạo lần thử lại ở việc thử."), who=_l("thử nghiệm viên"),
        link_endpoint="results.new_worksheet", link_text=_l("Lập bảng đo mới"),
    )
