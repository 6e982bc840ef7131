"""States of a method version and the gates of its room (ISO/IEC 17025:2017 7.2.1.5, 8.3.2)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

DRAFT = State("draft", _l("Bản thảo"), "info", "pencil")


APPROVED = State("approved", _l("Đã phê duyệt, chưa đến ngày"), "hold")


IN_FORCE = State("in_force", _l("Đang hiệu lực"), "ok")


SUPERSEDED = State("superseded", _l("Hết hiệu lực"), "hold")


#: The stored status knows draft and approved; in force and superseded follow from the days.
MACHINE = Machine(
    "method-version",
    (DRAFT, APPROVED),
    (
        Transition("approve", ("draft",), "approved", P.METHOD_APPROVE, _l("Phê duyệt"),
                   ("version-verified", "approver-is-another")),
    ),
)


STANDINGS = {state.code: state for state in (DRAFT, APPROVED, IN_FORCE, SUPERSEDED)}


@dataclass(frozen=True)
class ApprovalFacts:
    """What speaks for approving a version. People are named by id."""

    code: str
    version_id: int
    verification: str
    parameters: int
    author_id: int
    author: str
    approver_id: int | None


@gate("version-verified", ("7.2.1.5",), _l("Kiểm tra xác nhận phương pháp trước khi phê duyệt"))
def version_verified(facts: ApprovalFacts) -> Stop | None:
    """The laboratory verifies that it can perform a method, and keeps the record, before introducing it."""
    link = {"link_endpoint": "test_methods.version_page", "link_values": {"id": facts.version_id}, "link_text": _l("Mở phiên bản")}
    if not facts.verification.strip():
        return Stop(
            says=_l("Chưa phê duyệt được %(code)s: chưa có hồ sơ kiểm tra xác nhận phương pháp.", code=facts.code),
            do=_l("Ghi đã kiểm tra gì, ai làm, ngày nào, kết luận thế nào."), who=_l("người biên soạn"), evaluated=False, **link,
        )
    if not facts.parameters:
        return Stop(
            says=_l("Chưa phê duyệt được %(code)s: chưa có chỉ tiêu nào.", code=facts.code),
            do=_l("Thêm chỉ tiêu với trường số đọc, công thức và giới hạn."), who=_l("người biên soạn"), evaluated=False, **link,
        )
    return None


@gate("approver-is-another", ("8.3.2",), _l("Người phê duyệt khác người biên soạn"), basis=Basis.LABORATORY)
def approver_is_another(facts: ApprovalFacts) -> Stop | None:
    """Documents are approved by authorized personnel; the laboratory wants that to be somebody else than the author."""
    if facts.approver_id is not None and facts.approver_id != facts.author_id:
        return None
    return Stop(
        says=_l("Chưa phê duyệt được %(code)s: người biên soạn không tự phê duyệt.", code=facts.code),
        do=_l("Nhờ một người khác có quyền phê duyệt phương pháp; người biên soạn là %(author)s.", author=facts.author),
        who=_l("người được quyền phê duyệt phương pháp"),
    )
