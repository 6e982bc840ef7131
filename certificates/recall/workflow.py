"""States of a recall, what may be decided on a line, and the gates over it (4.1.4, 7.10)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

OPEN = "open"
CLOSED = "closed"

RECALL = Machine(
    "recall",
    states=(
        State(OPEN, _l("Đang rà soát"), "warn", "hourglass-split"),
        State(CLOSED, _l("Đã kết luận"), "ok", "check-circle-fill"),
    ),
    transitions=(
        Transition("close", (OPEN,), CLOSED, P.QUALITY_WRITE, _l("Kết luận"), gates=("recall-all-decided",)),
        Transition("reopen", (CLOSED,), OPEN, P.QUALITY_WRITE, _l("Mở lại")),
    ),
)

STANDS, RETEST, AMEND, WITHDRAW = "stands", "retest", "amend", "withdraw"
DECISIONS = {
    STANDS: State(STANDS, _l("Giữ nguyên"), "ok", "check-lg"),
    RETEST: State(RETEST, _l("Đo lại"), "warn", "arrow-repeat"),
    AMEND: State(AMEND, _l("Sửa đổi phiếu"), "warn", "pencil-square"),
    WITHDRAW: State(WITHDRAW, _l("Thu hồi phiếu"), "bad", "x-circle"),
}

#: How a fault became known; the source of the nonconforming work it opens.
CAUSES = {
    "calibration": _l("Hiệu chuẩn không đạt"), "check": _l("Kiểm tra giữa kỳ không đạt"), "damage": _l("Hư hỏng hoặc quá tải"),
    "maintenance": _l("Bảo trì không kiểm tra xác nhận"), "other": _l("Nguyên nhân khác"),
}
SOURCES = {
    "calibration": "calibration_failed", "check": "check_failed", "damage": "damage", "maintenance": "maintenance", "other": "other",
}

#: How the error of the instrument acts on a result.
EFFECTS = {
    "stays": State("stays", _l("Kết luận không đổi"), "ok"), "flips": State("flips", _l("Kết luận có thể đổi"), "bad"),
    "no_number": State("no_number", _l("Không có số để so"), "hold"), "cannot_tell": State("cannot_tell", _l("Chưa so được"), "info"),
}

DRAFT, SENT = "draft", "sent"
LETTERS = {DRAFT: State(DRAFT, _l("Thư nháp"), "info", "pencil"), SENT: State(SENT, _l("Đã gửi"), "ok", "send-check")}


@dataclass(frozen=True)
class DecidingFacts:
    """Who decides, and who measured what is decided on."""

    recall: str
    person_id: int | None
    measured_by: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ClosingFacts:
    """A recall somebody wants to conclude: how many lines nobody has decided on."""

    recall: str
    undecided: int


@gate("recall-decided-by-another", ["4.1.4"], _l("Người đo không tự quyết định về số đo của mình khi rà soát"), Basis.LABORATORY)
def decided_by_another(facts: DecidingFacts) -> Stop | None:
    """Nobody decides whether an own result stands."""
    own = [name for person, name in facts.measured_by if person == facts.person_id]
    if not own:
        return None
    return Stop(
        says=gettext("Trong các dòng đã chọn có số đo của chính %(name)s.", name=own[0]),
        do=gettext("Chọn các dòng do người khác đo, hoặc chuyển cho người khác quyết định."), who=gettext("phụ trách chất lượng"),
        link_endpoint="certificates.recall_page", link_values={"code": facts.recall}, link_text=gettext("Về trang rà soát"),
    )


@gate("recall-all-decided", ["7.10.1"], _l("Rà soát chỉ kết luận khi mọi dòng bị ảnh hưởng đã được quyết định"))
def all_decided(facts: ClosingFacts) -> Stop | None:
    """Every reading that was touched has a decision."""
    if not facts.undecided:
        return None
    return Stop(
        says=gettext("%(code)s còn %(n)s dòng chưa quyết định.", code=facts.recall, n=facts.undecided),
        do=gettext("Quyết định từng dòng, hoặc nhiều dòng một lần, kèm lý do."), who=gettext("phụ trách chất lượng"),
        link_endpoint="certificates.recall_page", link_values={"code": facts.recall, "state": "undecided"},
        link_text=gettext("Mở các dòng chưa quyết định"),
    )
