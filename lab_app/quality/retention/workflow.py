"""States of a disposal and the gates on its way: nothing goes before its time, not by one person, not without approval (8.4.2)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

PROPOSED, APPROVED, REFUSED, DONE = "proposed", "approved", "refused", "done"

DISPOSAL = Machine(
    "disposal",
    states=(
        State(PROPOSED, _l("Chờ phê duyệt"), "info", "hourglass-split"), State(APPROVED, _l("Đã duyệt, chưa hủy"), "warn"),
        State(REFUSED, _l("Không duyệt"), "hold", "x-lg"), State(DONE, _l("Đã hủy"), "ok", "check-circle-fill"),
    ),
    transitions=(
        Transition("approve", (PROPOSED,), APPROVED, P.RECORD_DISPOSE, _l("Duyệt hủy"), gates=("disposal-by-another",)),
        Transition("refuse", (PROPOSED,), REFUSED, P.RECORD_DISPOSE, _l("Không duyệt")),
        # What waits for approval is among the sources, so that destroying it is refused by the gate that names the clause.
        Transition("execute", (PROPOSED, APPROVED), DONE, P.QUALITY_WRITE, _l("Hủy"), gates=("disposal-approved",)),
    ),
)


@dataclass(frozen=True)
class KeepingFacts:
    """What gate *record-kept* asks of files somebody wants gone: how many have no rule, are kept for ever, or are not over yet (and until
    when the last of them), and which open matters stand on their records."""

    count: int
    unruled: tuple[str, ...] = ()
    for_ever: tuple[str, ...] = ()
    too_early: int = 0
    until: date | None = None
    open_matters: tuple[str, ...] = ()


@gate("record-kept", ("8.4.2",), _l("Không hủy hồ sơ trước khi hết thời hạn lưu"))
def record_kept(facts: KeepingFacts) -> Stop | None:
    """Files go only when a rule says so, their time is over, and nothing open stands on their records."""
    who = gettext("phụ trách chất lượng")
    way = {"link_endpoint": "quality_retention.rules", "link_text": gettext("Thời hạn lưu hồ sơ")}
    if facts.for_ever:
        return Stop(says=gettext("Hồ sơ loại này được lưu vĩnh viễn: %(kinds)s.", kinds=", ".join(facts.for_ever)),
                    do=gettext("Không hủy."), who=who, **way)
    if facts.unruled:
        return Stop(says=gettext("Chưa đặt thời hạn lưu cho loại hồ sơ: %(kinds)s.", kinds=", ".join(facts.unruled)),
                    do=gettext("Đặt thời hạn lưu với căn cứ trước."), who=who, evaluated=False, **way)
    if facts.too_early and facts.until is not None:
        return Stop(says=gettext("%(n)s trên %(all)s tệp chưa hết thời hạn lưu; tệp cuối cùng phải lưu đến %(day)s.", n=facts.too_early,
                                 all=facts.count, day=show_date(facts.until)),
                    do=gettext("Chỉ đề nghị hủy những tệp đã hết thời hạn."), who=who, **way)
    if facts.open_matters:
        return Stop(says=gettext("Hồ sơ còn được dùng trong việc chưa đóng: %(what)s.", what=", ".join(facts.open_matters)),
                    do=gettext("Đóng các việc này trước khi hủy tệp của hồ sơ liên quan."), who=who, **way)
    return None


@dataclass(frozen=True)
class DisposalFacts:
    """What the gates ask of a proposal: who acts, who proposed, whether another approved it with their signature over this very list."""

    code: str
    actor_id: int | None
    proposed_by_id: int
    proposed_by: str
    status: str
    signed: bool = False
    list_stands: bool = True


def _stop(facts: DisposalFacts, says: str, do: str, who: str) -> Stop:
    return Stop(says=says, do=do, who=who, link_endpoint="quality_retention.disposal_page", link_values={"code": facts.code},
                link_text=gettext("Mở đề nghị hủy"))


@gate("disposal-by-another", ("8.4.2",), _l("Người đề nghị hủy không tự phê duyệt"))
def by_another(facts: DisposalFacts) -> Stop | None:
    """Whoever proposed a disposal does not approve it."""
    if facts.actor_id is not None and facts.actor_id != facts.proposed_by_id:
        return None
    return _stop(facts, gettext("%(code)s do chính %(who)s đề nghị.", code=facts.code, who=facts.proposed_by),
                 gettext("Một người khác có quyền duyệt hủy hồ sơ quyết định và ký."), gettext("người duyệt hủy hồ sơ"))


@gate("disposal-approved", ("8.4.2",), _l("Chỉ hủy hồ sơ theo đề nghị đã được duyệt"))
def approved(facts: DisposalFacts) -> Stop | None:
    """Files go only by a proposal that was approved, signed over exactly this list."""
    if facts.status == APPROVED and facts.signed and facts.list_stands:
        return None
    if not facts.list_stands:
        return _stop(facts, gettext("Danh sách của %(code)s không còn khớp với danh sách đã ký.", code=facts.code),
                     gettext("Lập đề nghị mới."), gettext("phụ trách chất lượng"))
    return _stop(facts, gettext("%(code)s chưa được phê duyệt.", code=facts.code), gettext("Chờ người khác duyệt và ký, rồi hủy."),
                 gettext("người duyệt hủy hồ sơ"))
