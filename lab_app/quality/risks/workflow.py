"""States of a risk, and the gates before it is approved and closed (4.1.5, 8.5.2)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

RISK = Machine(
    "risk",
    states=(
        State("open", _l("Chưa có biện pháp"), "bad", "exclamation-octagon-fill"),
        State("planned", _l("Đã có biện pháp, chờ duyệt"), "warn", "hourglass-split"),
        State("approved", _l("Đang thực hiện"), "info", "play-circle"),
        State("effective", _l("Đã kiểm tra hiệu lực"), "info", "clipboard-check"), State("closed", _l("Đã đóng"), "ok"),
    ),
    transitions=(
        Transition("judge", ("open", "planned"), "open", P.QUALITY_WRITE, _l("Đánh giá lại"), gates=("risk-lowered-by-another",)),
        Transition("plan", ("open", "planned", "approved", "effective"), "planned", P.QUALITY_WRITE, _l("Đặt biện pháp")),
        Transition("approve", ("planned",), "approved", P.RISK_APPROVE, _l("Duyệt biện pháp"), gates=("risk-approved-by-another",)),
        Transition("check", ("planned", "approved", "effective"), "effective", P.QUALITY_WRITE, _l("Ghi kiểm tra hiệu lực")),
        Transition("close", ("open", "planned", "approved", "effective"), "closed", P.QUALITY_WRITE, _l("Đóng"),
                   gates=("risk-treated",)),
        Transition("reopen", ("closed",), "open", P.QUALITY_WRITE, _l("Mở lại")),
    ),
)


@dataclass(frozen=True)
class ApprovalFacts:
    """Who owns a risk, who wrote it down, who approves; `planned_by_id`: who wrote the treatment that stands."""

    code: str
    owner_id: int
    recorded_by_id: int
    approver_id: int | None
    planned_by_id: int | None = None


@gate("risk-approved-by-another", ["4.1.5", "8.5.2"], _l("Biện pháp xử lý rủi ro do người khác, không phải người chịu trách nhiệm, duyệt"))
def risk_approved_by_another(facts: ApprovalFacts) -> Stop | None:
    """Nobody approves the treatment of a risk that they own or wrote, nor a treatment that they wrote."""
    if facts.approver_id is not None and facts.approver_id not in (facts.owner_id, facts.recorded_by_id, facts.planned_by_id):
        return None
    return Stop(
        says=gettext("Người chịu trách nhiệm hoặc người lập không tự duyệt biện pháp của %(code)s.", code=facts.code),
        do=gettext("Người khác có quyền duyệt rủi ro xem và duyệt."), who=gettext("lãnh đạo phòng"),
        link_endpoint="quality_risks.risk_page", link_values={"code": facts.code}, link_text=gettext("Mở hồ sơ"),
    )


@dataclass(frozen=True)
class LoweringFacts:
    """A new judgement of a risk: the level that stands and the new one, who judges, and whom the high level rests on: its owners and
    everybody who judged it while it stood high."""

    code: str
    kind: str
    level: str
    new_level: str
    judge_id: int | None
    rests_on: frozenset[int] = frozenset()


@gate("risk-lowered-by-another", ["8.5.3", "4.1.4", "4.1.5"], _l(
    "Rủi ro cao chỉ được hạ mức bởi người không chịu trách nhiệm và không đánh giá nó là cao"))
def risk_lowered_by_another(facts: LoweringFacts) -> Stop | None:
    """A high risk asks for a treatment that another approves: nobody it rests on judges it away. Opportunities are free."""
    if facts.kind == "opportunity" or facts.level != "high" or facts.new_level == "high":
        return None
    if facts.judge_id is not None and facts.judge_id not in facts.rests_on:
        return None
    return Stop(
        says=gettext("%(code)s đang ở mức cao: người chịu trách nhiệm hoặc người đã đánh giá nó là cao không tự hạ mức.", code=facts.code),
        do=gettext("Nhờ người khác ghi được hồ sơ chất lượng hoặc duyệt được rủi ro đánh giá lại; hoặc giữ mức và đặt biện pháp."),
        who=gettext("lãnh đạo phòng"), link_endpoint="quality_risks.risk_page", link_values={"code": facts.code},
        link_text=gettext("Mở hồ sơ"),
    )


@dataclass(frozen=True)
class ClosingFacts:
    """A risk before it is closed: its level as judged, and what stands of treatment, approval and effect. `residual`: the level the
    effect check found, empty where none was made."""

    code: str
    level: str
    treatment: str = ""
    approved: bool = False
    checked: bool = False
    residual: str = ""
    opportunity: bool = False


@gate("risk-treated", ["4.1.5", "8.5.2"], _l("Rủi ro chỉ đóng khi đã xử lý, được duyệt và kiểm tra hiệu lực"))
def risk_treated(facts: ClosingFacts) -> Stop | None:
    """A medium or high risk needs a treatment and a look at its effect; a high one its approval too, and what is left is not high. A
    low one may be closed as it is, unless something was planned: then its effect is looked at."""
    missing = []
    high = facts.level == "high" and not facts.opportunity
    if not facts.treatment.strip() and facts.level != "low":
        missing.append(gettext("biện pháp xử lý"))
    if high and not facts.approved:
        missing.append(gettext("người khác duyệt biện pháp"))
    if not facts.checked and (facts.treatment.strip() or facts.level != "low"):
        missing.append(gettext("kiểm tra hiệu lực với mức rủi ro còn lại"))
    link = {"code": facts.code}
    if missing:
        return Stop(
            says=gettext("%(code)s chưa có: %(what)s.", code=facts.code, what="; ".join(missing)),
            do=gettext("Làm đủ các bước này rồi đóng."), who=gettext("người chịu trách nhiệm rủi ro"),
            link_endpoint="quality_risks.risk_page", link_values=link, link_text=gettext("Mở hồ sơ"), evaluated=facts.checked,
        )
    if high and facts.residual == "high":
        return Stop(
            says=gettext("%(code)s: mức rủi ro còn lại vẫn cao.", code=facts.code),
            do=gettext("Đặt thêm biện pháp, được duyệt lại, rồi kiểm tra hiệu lực lần nữa."), who=gettext("người chịu trách nhiệm rủi ro"),
            link_endpoint="quality_risks.plan", link_values=link, link_text=gettext("Đặt biện pháp"),
        )
    return None
