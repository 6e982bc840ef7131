"""States of a simulation and the gate on putting an uncertainty budget to use (ISO/IEC 17025:2017 7.6, 8.3.2)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.workflow import State

SIMULATION = {
    state.code: state
    for state in (
        State("queued", _l("Đang chờ chạy"), "info"),
        State("running", _l("Đang chạy"), "info"),
        State("done", _l("Đã xong"), "ok"),
        State("cancelled", _l("Đã hủy"), "hold"),
        State("failed", _l("Không chạy được"), "bad"),
    )
}
#: States in which a simulation still works, or will.
GOING = ("queued", "running")


@dataclass(frozen=True)
class UseFacts:
    """Who puts whose budget to use. People are named by id."""

    code: str
    budget_id: int
    author_id: int | None
    author: str
    decider_id: int | None


@gate("budget-used-by-another", ("7.6.3", "8.3.2"), _l("Người cho dùng bảng độ không đảm bảo khác người lập"), basis=Basis.LABORATORY)
def budget_used_by_another(facts: UseFacts) -> Stop | None:
    """A budget changes verdicts: whoever made it does not put it to use alone."""
    if facts.author_id is None or facts.decider_id != facts.author_id:
        return None
    return Stop(
        says=_l("Chưa cho dùng được %(code)s: người lập bảng không tự cho dùng.", code=facts.code),
        do=_l("Nhờ một người khác có quyền phê duyệt phương pháp; người lập là %(author)s.", author=facts.author),
        who=_l("người được quyền phê duyệt phương pháp"),
        link_endpoint="test_methods.budget_page", link_values={"id": facts.budget_id}, link_text=_l("Mở bảng"),
    )
