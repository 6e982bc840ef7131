"""States of a planned change and the gates before it is approved and closed (5.7 b)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

CHANGE = Machine(
    "planned-change",
    states=(
        State("draft", _l("Đang soạn"), "hold", "pencil"), State("assessed", _l("Chờ duyệt"), "warn", "hourglass-split"),
        State("approved", _l("Đã duyệt, chưa bắt đầu"), "info", "check-lg"), State("running", _l("Đang thực hiện"), "info", "play-circle"),
        State("closed", _l("Đã xong, đã xem lại"), "ok"), State("declined", _l("Không duyệt"), "hold", "x-circle"),
    ),
    transitions=(
        Transition("edit", ("draft", "assessed", "declined"), "draft", P.QUALITY_WRITE, _l("Sửa")),
        Transition("submit", ("draft",), "assessed", P.QUALITY_WRITE, _l("Trình duyệt"), gates=("change-assessed",)),
        Transition("approve", ("draft", "assessed"), "approved", P.CHANGE_APPROVE, _l("Duyệt"),
                   gates=("change-assessed", "change-approved-by-another")),
        Transition("decline", ("assessed",), "declined", P.CHANGE_APPROVE, _l("Không duyệt")),
        Transition("begin", ("draft", "assessed", "approved", "declined"), "running", P.QUALITY_WRITE, _l("Bắt đầu"),
                   gates=("change-approved",)),
        Transition("close", ("running",), "closed", P.QUALITY_WRITE, _l("Xem lại và đóng")),
    ),
)

#: Approved and not closed: its steps are asked for, and a further one is an addition that nobody approved with it.
UNDER_WAY = ("approved", "running")


@dataclass(frozen=True)
class ChangeFacts:
    """A planned change before it moves: questions unanswered, whether it has a step, who proposed, who approves, whether it was."""

    code: str
    missing: tuple[str, ...]
    steps: int
    proposer_id: int
    approver_id: int | None = None
    approved: bool = False


@gate("change-assessed", ["5.7"], _l("Thay đổi có kế hoạch chỉ được duyệt khi đã đánh giá đủ tác động và có kế hoạch thực hiện"))
def change_assessed(facts: ChangeFacts) -> Stop | None:
    """Every question of the impact assessment is answered, and there is a step with who and when."""
    missing = list(facts.missing)
    if facts.steps == 0:
        missing.append(gettext("kế hoạch: việc gì, ai, khi nào"))
    if not missing:
        return None
    return Stop(
        says=gettext("%(code)s chưa đánh giá: %(what)s.", code=facts.code, what="; ".join(missing)),
        do=gettext("Trả lời từng câu; chỗ không bị ảnh hưởng thì ghi như vậy và vì sao."), who=gettext("người đề xuất thay đổi"),
        link_endpoint="quality_changes.change_page", link_values={"code": facts.code}, link_text=gettext("Mở thay đổi"), evaluated=False,
    )


@gate("change-approved-by-another", ["5.7"], _l("Thay đổi có kế hoạch do người khác, không phải người đề xuất, duyệt"))
def change_approved_by_another(facts: ChangeFacts) -> Stop | None:
    """Nobody approves a change that they proposed."""
    if facts.approver_id is not None and facts.approver_id != facts.proposer_id:
        return None
    return Stop(
        says=gettext("Người đề xuất không tự duyệt thay đổi %(code)s.", code=facts.code),
        do=gettext("Người khác có quyền duyệt thay đổi xem và duyệt."), who=gettext("lãnh đạo phòng"),
        link_endpoint="quality_changes.change_page", link_values={"code": facts.code}, link_text=gettext("Mở thay đổi"),
    )


@gate("change-approved", ["5.7"], _l("Thay đổi có kế hoạch chỉ bắt đầu sau khi được duyệt"))
def change_approved(facts: ChangeFacts) -> Stop | None:
    """It begins once it was approved, not before."""
    if facts.approved:
        return None
    return Stop(
        says=gettext("Thay đổi %(code)s chưa được duyệt.", code=facts.code), do=gettext("Đánh giá tác động, trình duyệt, rồi bắt đầu."),
        who=gettext("người có quyền duyệt thay đổi"), link_endpoint="quality_changes.change_page", link_values={"code": facts.code},
        link_text=gettext("Mở thay đổi"), evaluated=False,
    )
