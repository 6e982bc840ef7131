"""The way of a complaint and the gates on it: decided by somebody who did not do the work, found out, told, and only then closed (7.9)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

RECEIVED = "received"
ACKNOWLEDGED = "acknowledged"
INVESTIGATING = "investigating"
DECIDED = "decided"
CLOSED = "closed"

COMPLAINT = Machine(
    "complaint",
    states=(
        State(RECEIVED, _l("Mới nhận, chưa báo đã nhận"), "bad", "envelope-exclamation"),
        State(ACKNOWLEDGED, _l("Đã báo nhận, chờ xem có thuộc phòng"), "warn", "hourglass-split"),
        State(INVESTIGATING, _l("Đang điều tra"), "warn", "search"),
        State(DECIDED, _l("Đã quyết định, chưa kết thúc"), "info", "hammer"),
        State(CLOSED, _l("Đã kết thúc"), "ok", "check-circle-fill"),
    ),
    transitions=(
        Transition("acknowledge", (RECEIVED,), ACKNOWLEDGED, P.QUALITY_WRITE, _l("Báo đã nhận")),
        Transition("take", (ACKNOWLEDGED,), INVESTIGATING, P.QUALITY_WRITE, _l("Nhận giải quyết")),
        Transition("decline", (ACKNOWLEDGED,), DECIDED, P.COMPLAINT_DECIDE, _l("Không thuộc hoạt động của phòng")),
        Transition("decide", (INVESTIGATING,), DECIDED, P.COMPLAINT_DECIDE, _l("Quyết định")),
        Transition("close", (DECIDED,), CLOSED, P.QUALITY_WRITE, _l("Kết thúc"), gates=("complaint-complete",)),
        Transition("reopen", (DECIDED, CLOSED), INVESTIGATING, P.QUALITY_WRITE, _l("Mở lại")),
    ),
)

FORM = "form"
CHANNELS = {
    FORM: _l("Biểu mẫu công khai"), "email": _l("Thư điện tử"), "phone": _l("Điện thoại"), "letter": _l("Thư, công văn"),
    "person": _l("Gặp trực tiếp"),
}
CUSTOMER = "customer"
ROLES = {CUSTOMER: _l("Khách hàng của phòng"), "other": _l("Người khác: cơ quan, người dùng phiếu, bên cạnh tranh")}

UPHELD, PARTLY, REJECTED, NOT_OURS = "upheld", "partly", "rejected", "not_ours"
OUTCOMES = {
    UPHELD: _l("Khiếu nại đúng"), PARTLY: _l("Đúng một phần"), REJECTED: _l("Không có căn cứ"),
    NOT_OURS: _l("Không thuộc hoạt động của phòng"),
}
#: Outcomes that a decision after an investigation may have.
FOUND = (UPHELD, PARTLY, REJECTED)

ACKNOWLEDGEMENT, PROGRESS, NOTICE, REPLY, NOTE = "acknowledgement", "progress", "notice", "reply", "note"
MESSAGES = {
    ACKNOWLEDGEMENT: _l("Báo đã nhận"), PROGRESS: _l("Báo tiến độ"), NOTICE: _l("Thông báo kết thúc"), REPLY: _l("Người khiếu nại viết"),
    NOTE: _l("Ghi chép nội bộ"),
}
#: What the complainant sees on their page.
OPEN_MESSAGES = (ACKNOWLEDGEMENT, PROGRESS, NOTICE, REPLY)
PAGE = "page"
WAYS = {"email": _l("Thư điện tử"), "post": _l("Thư giấy"), "phone": _l("Điện thoại"), "person": _l("Trực tiếp"),
        PAGE: _l("Trang theo dõi")}

#: Records that a complaint can be about.
SUBJECTS = {"report": _l("Phiếu kết quả"), "request": _l("Yêu cầu"), "sample": _l("Mẫu"), "test-job": _l("Việc thử nghiệm")}


@dataclass(frozen=True)
class DeciderFacts:
    """Who is about to decide, and what they did on the matter. `known`: the complaint hangs on a record of which the tables say who
    worked on it, or people were named by hand; without that nobody can be called uninvolved. `cleared`: it hangs on no record, and they
    wrote that nobody took part."""

    code: str
    person: str
    deeds: tuple[str, ...] = ()
    known: bool = True
    free: tuple[str, ...] = ()
    cleared: bool = False


@gate("complaint-decider-not-involved", ["7.9.6"], _l("Khiếu nại do người không tham gia việc bị khiếu nại quyết định"))
def decider_not_involved(facts: DeciderFacts) -> Stop | None:
    """The outcome is made by somebody who did not take part in the laboratory activities in question; computed from the records. Where
    none say it, whoever wrote that nobody took part does not rest their own decision on that word."""
    if not facts.known:
        return Stop(
            says=gettext("Chưa biết ai đã tham gia việc bị khiếu nại của %(code)s.", code=facts.code),
            do=gettext("Gắn khiếu nại với phiếu, yêu cầu, mẫu hoặc việc; nếu không có hồ sơ nào thì nêu tên người liên quan và lý do."),
            who=gettext("phụ trách chất lượng"), link_endpoint="quality_complaints.subjects", link_values={"code": facts.code},
            link_text=gettext("Gắn hồ sơ"), evaluated=False,
        )
    if facts.deeds:
        return Stop(
            says=gettext("%(person)s đã tham gia việc bị khiếu nại của %(code)s (%(what)s), không được quyết định.",
                         person=facts.person, code=facts.code, what=", ".join(facts.deeds)),
            do=gettext("Nhờ người không tham gia quyết định: %(people)s.", people=", ".join(facts.free)) if facts.free
            else gettext("Nhờ người không tham gia quyết định, kể cả người ngoài phòng được cấp tài khoản."),
            who=", ".join(facts.free),
        )
    if facts.cleared:
        return Stop(
            says=gettext("%(person)s đã viết rằng không ai liên quan đến %(code)s, nên không tự quyết định.", person=facts.person,
                         code=facts.code),
            do=gettext("Nhờ người khác quyết định: %(people)s.", people=", ".join(facts.free)) if facts.free
            else gettext("Nhờ người khác quyết định, kể cả người ngoài phòng được cấp tài khoản; hoặc gắn hồ sơ, nêu tên người liên quan."),
            who=", ".join(facts.free), link_endpoint="quality_complaints.subjects", link_values={"code": facts.code},
            link_text=gettext("Gắn hồ sơ"),
        )
    return None


@dataclass(frozen=True)
class InvestigationFacts:
    """What the investigation holds before a decision."""

    code: str
    missing: tuple[str, ...] = ()


@gate("complaint-investigated", ["7.9.3", "7.9.4"], _l("Khiếu nại chỉ được quyết định khi đã điều tra"))
def investigated(facts: InvestigationFacts) -> Stop | None:
    """All information is gathered and the cause is known before somebody decides."""
    if not facts.missing:
        return None
    return Stop(
        says=gettext("%(code)s chưa đủ để quyết định: %(what)s.", code=facts.code, what="; ".join(facts.missing)),
        do=gettext("Ghi kết quả điều tra, nguyên nhân và việc đã làm."), who=gettext("người phụ trách khiếu nại"),
        link_endpoint="quality_complaints.investigate", link_values={"code": facts.code}, link_text=gettext("Ghi điều tra"),
    )


@dataclass(frozen=True)
class ClosingFacts:
    """What is still missing before a complaint ends."""

    code: str
    missing: tuple[str, ...] = ()


@gate("complaint-complete", ["7.9.3", "7.9.7"], _l("Khiếu nại chỉ kết thúc khi có nguyên nhân, quyết định, hành động và ngày thông báo"))
def complete(facts: ClosingFacts) -> Stop | None:
    """Cause, decision, the action done, and the day on which the complainant was told of the end."""
    if not facts.missing:
        return None
    return Stop(
        says=gettext("%(code)s chưa kết thúc được, còn thiếu: %(what)s.", code=facts.code, what="; ".join(facts.missing)),
        do=gettext("Bổ sung rồi kết thúc. Không có cách liên lạc thì ghi lý do không thông báo được."),
        who=gettext("phụ trách chất lượng"), link_endpoint="quality_complaints.complaint_page", link_values={"code": facts.code},
        link_text=gettext("Mở hồ sơ"),
    )
