"""What may be frozen, and the gates: frozen work does not go on, and another, authorised person lets it go on (7.10.1)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.workflow import State

#: Kinds of subjects that can be frozen.
KINDS: dict[str, Any] = {
    "instrument": _l("Thiết bị"), "method": _l("Phương pháp"), "method-version": _l("Phiên bản phương pháp"),
    "parameter": _l("Chỉ tiêu"), "test-job": _l("Việc thử nghiệm"), "request": _l("Yêu cầu thử nghiệm"), "sample": _l("Mẫu"),
    "report": _l("Phiếu kết quả"),
}

STANDING = State("standing", _l("Đang giữ"), "bad", "pause-circle-fill")
RELEASED = State("released", _l("Đã cho làm lại"), "ok", "play-circle-fill")


@dataclass(frozen=True)
class HeldFact:
    """One standing hold that concerns an act."""

    code: str
    subject_kind: str
    subject_code: str
    reason: str
    nonconformity: str


class ConcernsHolds(Protocol):
    """Facts of any act that frozen things may stop."""

    @property
    def holds(self) -> tuple[HeldFact, ...]: ...


@dataclass(frozen=True)
class HoldFacts:
    """The holds alone, for an act whose other gates look at nothing else."""

    holds: tuple[HeldFact, ...] = ()


@gate("not-held", ("7.10.1",), _l("Không làm tiếp với phương pháp, thiết bị, việc, mẫu, phiếu đang bị giữ lại"))
def not_held(facts: ConcernsHolds) -> Stop | None:
    """Nothing goes on with what nonconforming work froze, until it is released."""
    if not facts.holds:
        return None
    first = facts.holds[0]
    what = gettext("%(kind)s %(code)s", kind=KINDS.get(first.subject_kind, first.subject_kind), code=first.subject_code)
    return Stop(
        says=gettext("%(what)s đang bị giữ lại (%(hold)s, %(ncw)s): %(reason)s", what=what, hold=first.code, ncw=first.nonconformity,
                     reason=first.reason[:200]),
        do=gettext("Chờ người có quyền cho làm việc trở lại; hoặc dùng thiết bị, mẫu, phương pháp khác không bị giữ."),
        who=gettext("người được quyền cho làm việc trở lại"), link_endpoint="quality_holds.hold_page", link_values={"code": first.code},
        link_text=gettext("Mở lần giữ lại"),
    )


@dataclass(frozen=True)
class ReleaseFacts:
    """Who wants to release, who placed the hold, and on what basis."""

    hold: str
    person_id: int | None
    person: str
    held_by_id: int | None
    held_by: str
    held_at: datetime


@gate("hold-released-by-another", ("7.10.1",), _l("Người cho làm việc trở lại khác người đã giữ lại"))
def released_by_another(facts: ReleaseFacts) -> Stop | None:
    """Work is resumed by an authorised person who is not the one that stopped it: four eyes over the resumption (7.10.1 f)."""
    if facts.person_id is not None and facts.person_id != facts.held_by_id:
        return None
    return Stop(
        says=gettext("%(person)s là người đã giữ lại theo %(hold)s nên không tự cho làm lại được.", person=facts.person or "–",
                     hold=facts.hold),
        do=gettext("Nhờ một người khác có quyền cho làm việc trở lại xem bằng chứng rồi ký."),
        who=gettext("người được quyền cho làm việc trở lại"),
        link_endpoint="quality_holds.hold_page", link_values={"code": facts.hold}, link_text=gettext("Mở lần giữ lại"),
    )
