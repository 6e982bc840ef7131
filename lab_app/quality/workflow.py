"""States of nonconforming work and the gate before it is closed (7.10)."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
        Transition("close", (OPEN, EVALUATED), CLOSED, P.QUALITY_WRITE, _l("Đóng"),
                   gates=("nonconformity-answered", "affected-disposed", "customers-told", "recurrence-forces-corrective",
                          "corrective-or-reason")),
    ),
)

#: What opened it.
SOURCES = {
    "calibration_failed": _l("Hiệu chuẩn không đạt"), "check_failed": _l("Kiểm tra giữa kỳ không đạt"),
    "damage": _l("Hư hỏng hoặc quá tải"), "maintenance": _l("Bảo trì không kiểm tra xác nhận"),
    "proficiency": _l("Thử nghiệm thành thạo không đạt"), "event": _l("Sự việc được báo"),
    "gate_broken": _l("Vượt chốt khẩn cấp"), "environment": _l("Môi trường vượt giới hạn"), "other": _l("Nguồn khác"),
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
    """What the gates ask before nonconforming work is closed.

    `missing`: parts without an answer; `hanging`: what hangs on it unfinished; `undisposed`: touched work without a decision; `untold`:
    papers amended or withdrawn whose customer nobody told. `classed`: whether the risk, cause and area are stated; `high_risk`;
    `recurs`: earlier records of the same cause within twelve months; `corrective`: codes of linked corrective actions.
    """

    code: str
    missing: tuple[str, ...] = ()
    hanging: tuple[str, ...] = ()
    undisposed: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    classed: bool = True
    high_risk: bool = False
    recurs: tuple[str, ...] = ()
    corrective: tuple[str, ...] = ()
    no_corrective_reason: str = ""


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


def _page(code: str) -> dict[str, Any]:
    return {"link_endpoint": "quality.nonconformity_page", "link_values": {"code": code}, "link_text": gettext("Mở hồ sơ")}


@gate("affected-disposed", ["7.10.1"], _l("Mọi phiếu, kết quả bị ảnh hưởng đã được quyết định trước khi đóng"))
def affected_disposed(facts: ClosingFacts) -> Stop | None:
    """Each report or result that the nonconforming work touched has a decision with its reason (7.10.1 c, d)."""
    if not facts.undisposed:
        return None
    return Stop(
        says=gettext("%(code)s còn hồ sơ bị ảnh hưởng chưa quyết định: %(what)s.", code=facts.code, what="; ".join(facts.undisposed[:5])),
        do=gettext("Quyết định từng hồ sơ: giữ nguyên, làm lại, sửa đổi, thu hồi hoặc bỏ, kèm lý do."), who=gettext("phụ trách chất lượng"),
        **_page(facts.code),
    )


@gate("customers-told", ["7.10.1"], _l("Khách hàng của phiếu bị sửa, bị thu hồi đã được báo"))
def customers_told(facts: ClosingFacts) -> Stop | None:
    """Where a paper is amended or withdrawn its customer is told of that decision: who, how, when (7.10.1 e)."""
    if not facts.untold:
        return None
    return Stop(
        says=gettext("%(code)s chưa ghi việc báo khách hàng về: %(papers)s.", code=facts.code, papers=", ".join(facts.untold[:5])),
        do=gettext("Báo khách hàng quyết định, rồi ghi đã báo ai, bằng cách nào, ngày nào; lần báo trước khi quyết định chưa tính."),
        who=gettext("phụ trách chất lượng"), **_page(facts.code),
    )


@gate("recurrence-forces-corrective", ["7.10.3"], _l("Lặp lại trong 12 tháng hoặc rủi ro cao thì phải có hành động khắc phục"))
def recurrence_forces_corrective(facts: ClosingFacts) -> Stop | None:
    """Work that came back within twelve months, or whose risk is high, needs a corrective action; what was not classed was not judged."""
    if not facts.classed:
        return Stop(
            says=gettext("%(code)s chưa phân loại mức rủi ro, nguyên nhân và khâu công việc nên chưa xét được có lặp lại hay không.",
                         code=facts.code),
            do=gettext("Phân loại rồi đóng."), who=gettext("phụ trách chất lượng"), evaluated=False, **_page(facts.code),
        )
    if facts.corrective or not (facts.recurs or facts.high_risk):
        return None
    why = gettext("cùng nguyên nhân đã xảy ra trong 12 tháng: %(codes)s", codes=", ".join(facts.recurs[:5])) if facts.recurs \
        else gettext("mức rủi ro cao")
    return Stop(
        says=gettext("%(code)s phải có hành động khắc phục: %(why)s.", code=facts.code, why=why),
        do=gettext("Mở hành động khắc phục từ hồ sơ này, hoặc gắn vào một hành động đang mở cùng nguyên nhân."),
        who=gettext("phụ trách chất lượng"), **_page(facts.code),
    )


@gate("corrective-or-reason", ["7.10.3"], _l("Không mở hành động khắc phục thì phải ghi lý do"))
def corrective_or_reason(facts: ClosingFacts) -> Stop | None:
    """Nonconforming work has a corrective action, or says why it needs none."""
    if facts.corrective or facts.no_corrective_reason.strip():
        return None
    return Stop(
        says=gettext("%(code)s chưa có hành động khắc phục, cũng chưa ghi vì sao không cần.", code=facts.code),
        do=gettext("Mở hành động khắc phục, hoặc ghi lý do không cần."), who=gettext("phụ trách chất lượng"), **_page(facts.code),
    )
