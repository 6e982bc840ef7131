"""States of nonconforming work and the gate before it is closed (7.10)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

OPEN = "open"
EVALUATED = "evaluated"
CLOSED = "closed"

NONCONFORMITY = Machine(
    "nonconformity",
    states=(
        State(OPEN, _l("Đang mở"), "bad", "exclamation-octagon-fill"),
        State(EVALUATED, _l("Đã đánh giá, chưa đóng"), "warn", "hourglass-split"),
        State(CLOSED, _l("Đã đóng"), "ok", "check-circle-fill"),
    ),
    transitions=(
        Transition("evaluate", (OPEN, EVALUATED), EVALUATED, P.QUALITY_WRITE, _l("Trả lời đủ sáu phần")),
        Transition("reopen", (OPEN, EVALUATED), OPEN, P.QUALITY_WRITE, _l("Còn phần chưa trả lời")),
        Transition("close", (OPEN, EVALUATED), CLOSED, P.QUALITY_WRITE, _l("Đóng"), gates=("nonconformity-answered",)),
    ),
)

#: What opened it.
SOURCES = {
    "calibration_failed": _l("Hiệu chuẩn không đạt"), "check_failed": _l("Kiểm tra giữa kỳ không đạt"),
    "damage": _l("Hư hỏng hoặc quá tải"), "maintenance": _l("Bảo trì không kiểm tra xác nhận"),
    "proficiency": _l("Thử nghiệm thành thạo không đạt"), "gate_broken": _l("Vượt chốt khẩn cấp"), "other": _l("Nguồn khác"),
}

#: The six parts of 7.10.1, in its order: attribute of the record → letter and question.
PARTS = {
    "responsible_id": ("a", _l("Người chịu trách nhiệm và có quyền xử lý")),
    "action": ("b", _l("Hành động theo mức rủi ro: dừng, làm lại, giữ phiếu")),
    "significance": ("c", _l("Đánh giá mức quan trọng, kể cả ảnh hưởng tới kết quả trước đó")),
    "acceptability": ("d", _l("Quyết định chấp nhận hay không công việc không phù hợp")),
    "customer_told": ("e", _l("Thông báo khách hàng, thu hồi công việc khi cần")),
    "resumption": ("f", _l("Ai cho phép làm việc trở lại, từ khi nào")),
}


@dataclass(frozen=True)
class ClosingFacts:
    """What the gate asks before nonconforming work is closed: parts without an answer, and what hangs on it unfinished."""

    code: str
    missing: tuple[str, ...] = ()
    hanging: tuple[str, ...] = ()


@gate("nonconformity-answered", ["7.10.1"], _l("Công việc không phù hợp chỉ đóng khi đã trả lời đủ và xử lý xong"))
def nonconformity_answered(facts: ClosingFacts) -> Stop | None:
    """All six parts of 7.10.1 are answered and nothing that hangs on the record is unfinished."""
    if facts.missing:
        return Stop(
            says=gettext("%(code)s chưa trả lời: %(parts)s.", code=facts.code, parts="; ".join(facts.missing)),
            do=gettext("Điền các phần này; phần không áp dụng thì ghi lý do."), who=gettext("phụ trách chất lượng"),
            link_endpoint="quality.answer_nonconformity", link_values={"code": facts.code}, link_text=gettext("Mở để trả lời"),
        )
    if facts.hanging:
        return Stop(
            says=gettext("%(code)s còn việc chưa xong: %(what)s.", code=facts.code, what="; ".join(facts.hanging)),
            do=gettext("Quyết định hết các dòng bị ảnh hưởng và kết luận, rồi đóng."), who=gettext("phụ trách chất lượng"),
            link_endpoint="quality.nonconformity_page", link_values={"code": facts.code}, link_text=gettext("Mở hồ sơ"),
        )
    return None
