"""States of a version, what stands in the way of approving and of serving one (8.3.2, 7.2.1.2)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

DRAFT = "draft"
IN_REVIEW = "in_review"
APPROVED = "approved"
EFFECTIVE = "effective"
OBSOLETE = "obsolete"
DROPPED = "dropped"

#: The first three and *dropped* are kept with the row; *effective* and *obsolete* are what an approved version is on a day
#: (`rules.standing`).
VERSION = Machine(
    "document-version",
    states=(
        State(DRAFT, _l("Bản thảo"), "hold", "pencil"),
        State(IN_REVIEW, _l("Đang soát xét"), "info", "hourglass-split"),
        State(APPROVED, _l("Đã duyệt, chưa đến ngày hiệu lực"), "info", "calendar-event"),
        State(EFFECTIVE, _l("Đang hiệu lực"), "ok", "check-circle-fill"),
        State(OBSOLETE, _l("Hết hiệu lực"), "bad", "archive"),
        State(DROPPED, _l("Bỏ bản thảo"), "hold", "x-lg"),
    ),
    transitions=(
        Transition("edit", (DRAFT,), DRAFT, P.DOCUMENT_WRITE, _l("Sửa bản thảo")),
        Transition("submit", (DRAFT,), IN_REVIEW, P.DOCUMENT_WRITE, _l("Trình soát xét")),
        Transition("return", (IN_REVIEW,), DRAFT, P.DOCUMENT_WRITE, _l("Trả lại")),
        Transition("review", (IN_REVIEW,), IN_REVIEW, P.DOCUMENT_WRITE, _l("Soát xét đạt"), gates=("document-reviewed-by-another",)),
        # A draft is among the sources, so that skipping the review is refused by the gate that names the clause.
        Transition("approve", (DRAFT, IN_REVIEW), APPROVED, P.DOCUMENT_APPROVE, _l("Phê duyệt"),
                   gates=("document-approved-by-another", "document-steps-in-order")),
        Transition("drop", (DRAFT,), DROPPED, P.DOCUMENT_WRITE, _l("Bỏ bản thảo")),
    ),
)

KINDS = {
    "policy": _l("Chính sách"), "manual": _l("Sổ tay"), "procedure": _l("Quy trình"), "instruction": _l("Hướng dẫn công việc"),
    "job-description": _l("Mô tả công việc"), "form": _l("Biểu mẫu"), "plan": _l("Kế hoạch, chương trình"),
}
#: A code begins with these by habit of Vietnamese laboratories.
PREFIXES = {"policy": "CS", "manual": "ST", "procedure": "QT", "instruction": "HD", "job-description": "MTCV", "form": "BM", "plan": "KH"}


@dataclass(frozen=True)
class DecisionFacts:
    """What the gates ask before a version is found good or approved: who acts, who wrote it, how far it came."""

    code: str
    actor_id: int | None
    author: str
    written_by: tuple[int, ...]
    status: str = IN_REVIEW
    reviewed: bool = False


def _way_out(facts: DecisionFacts, says: str, do: str, who: str) -> Stop:
    document, _, number = facts.code.rpartition("/")
    return Stop(says=says, do=do, who=who, link_endpoint="quality_documents.version_page",
                link_values={"code": document, "number": int(number)}, link_text=gettext("Mở bản này"))


@gate("document-reviewed-by-another", ("8.3.2",), _l("Người viết không tự soát xét tài liệu của mình"))
def reviewed_by_another(facts: DecisionFacts) -> Stop | None:
    """Whoever wrote a version does not find it good."""
    if facts.actor_id is not None and facts.actor_id not in facts.written_by:
        return None
    return _way_out(
        facts, says=gettext("Bạn có viết %(code)s (tác giả %(author)s); người viết không tự soát xét.", code=facts.code,
        author=facts.author),
        do=gettext("Một người khác có quyền viết tài liệu đọc và soát xét."), who=gettext("người soát xét tài liệu"))


@gate("document-approved-by-another", ("8.3.2",), _l("Người viết không tự phê duyệt tài liệu của mình"))
def approved_by_another(facts: DecisionFacts) -> Stop | None:
    """Whoever wrote a version does not approve it (8.3.2 a)."""
    if facts.actor_id is not None and facts.actor_id not in facts.written_by:
        return None
    return _way_out(
        facts, says=gettext("Bạn có viết %(code)s (tác giả %(author)s); người viết không tự phê duyệt.", code=facts.code,
        author=facts.author),
        do=gettext("Một người khác có quyền phê duyệt tài liệu ký."), who=gettext("người phê duyệt tài liệu"))


@gate("document-steps-in-order", ("8.3.2",), _l("Tài liệu chỉ ban hành sau khi trình và soát xét"))
def steps_in_order(facts: DecisionFacts) -> Stop | None:
    """A version is approved only after it was submitted and found good (8.3.2 a, b)."""
    if facts.status == IN_REVIEW and facts.reviewed:
        return None
    says = (gettext("%(code)s chưa trình soát xét nên chưa phê duyệt được.", code=facts.code) if facts.status == DRAFT
            else gettext("%(code)s chưa có người soát xét đạt nên chưa phê duyệt được.", code=facts.code))
    return _way_out(
        facts, says=says,
        do=gettext("Trình soát xét và để người khác soát xét trước."), who=gettext("người viết và người soát xét"))


@dataclass(frozen=True)
class ServingFacts:
    """What the gate asks before a copy of a version leaves the register: how it stands today, and why this person wants it."""

    code: str
    title: str
    standing: str
    since: date | None = None
    effective_code: str = ""
    prepares: bool = False
    asked_to_read: bool = False


@gate("document-effective-served", ("8.3.2", "7.2.1.2"), _l("Nơi làm việc chỉ nhận bản đang hiệu lực"))
def effective_served(facts: ServingFacts) -> Stop | None:
    """For work only the version in force is served. Who prepares documents sees the others, marked; who was asked to read a version
    that is approved sees it before its day."""
    if facts.standing == EFFECTIVE or facts.prepares or (facts.standing == APPROVED and facts.asked_to_read):
        return None
    says = {
        OBSOLETE: gettext("%(code)s đã hết hiệu lực, không dùng cho công việc.", code=facts.code),
        APPROVED: gettext("%(code)s chưa đến ngày hiệu lực.", code=facts.code),
    }.get(facts.standing, gettext("%(code)s chưa được phê duyệt.", code=facts.code))
    if not facts.effective_code:
        return Stop(says=says, do=gettext("Tài liệu này hiện không có bản nào có hiệu lực; hỏi người phụ trách tài liệu."),
                    who=gettext("phụ trách chất lượng"), link_endpoint="quality_documents.documents",
                    link_text=gettext("Danh mục tài liệu"))
    document = facts.code.rpartition("/")[0]
    return Stop(says=says, do=gettext("Dùng bản đang hiệu lực: %(code)s.", code=facts.effective_code),
                who=gettext("phụ trách chất lượng"), link_endpoint="quality_documents.document_page",
                link_values={"code": document}, link_text=gettext("Mở bản đang hiệu lực"))
