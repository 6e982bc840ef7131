"""Stages of a corrective action in their fixed order, and the gates over them (8.7.1)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

REACT, CONSEQUENCES, CAUSE, ACTIONS = "react", "consequences", "cause", "actions"
CARRYING_OUT, EFFECTIVENESS, CLOSED = "carrying_out", "effectiveness", "closed"
#: The order of 8.7.1: nothing is skipped, nothing comes before its time.
STAGES = (REACT, CONSEQUENCES, CAUSE, ACTIONS, CARRYING_OUT, EFFECTIVENESS, CLOSED)
OPEN_STAGES = STAGES[:-1]

_WORDS: dict[str, tuple[Any, str, str]] = {
    REACT: (_l("Ứng phó"), "bad", "lightning-charge-fill"),
    CONSEQUENCES: (_l("Đánh giá hậu quả"), "bad", "binoculars"),
    CAUSE: (_l("Tìm nguyên nhân"), "warn", "search"),
    ACTIONS: (_l("Lập hành động"), "warn", "list-check"),
    CARRYING_OUT: (_l("Đang thực hiện"), "info", "hourglass-split"),
    EFFECTIVENESS: (_l("Chờ đánh giá hiệu lực"), "info", "clipboard-check"),
    CLOSED: (_l("Đã đóng"), "ok", "check-circle-fill"),
}

CORRECTIVE = Machine(
    "corrective-action",
    states=tuple(State(name, word, tone, icon) for name, (word, tone, icon) in _WORDS.items()),
    transitions=(
        # Where a stage may be taken from is the business of gate corrective-stage-order, which says what comes first.
        *(Transition(f"reach-{stage}", OPEN_STAGES, stage, P.QUALITY_WRITE) for stage in OPEN_STAGES),
        Transition("close", OPEN_STAGES, CLOSED, P.QUALITY_WRITE, _l("Đóng"),
                   gates=("corrective-stage-order", "corrective-cause-and-evidence", "corrective-system-answered")),
    ),
)


def stage_word(stage: str) -> Any:
    """What a stage is called."""
    return _WORDS[stage][0]


def after(stage: str) -> str:
    """The stage that follows; the last one stays."""
    return STAGES[min(STAGES.index(stage) + 1, len(STAGES) - 1)]


def _page(code: str) -> dict[str, Any]:
    return {"link_endpoint": "quality_corrective.corrective_page", "link_values": {"code": code},
            "link_text": gettext("Mở hành động khắc phục")}


@dataclass(frozen=True)
class StageFacts:
    """A corrective action at one stage, and what somebody wants to do with it.

    `wanted`: the stage whose answer is given; `cause`, `actions`, `undone`: the stated root cause, how many actions were decided, and those
    neither done with evidence nor dropped with a reason; `effective`: whether the last check found it effective; `unanswered`: questions
    of 8.7.1 e, f without an answer.
    """

    code: str
    stage: str
    wanted: str
    cause: str = ""
    actions: int = 0
    undone: tuple[str, ...] = ()
    effective: bool = False
    unanswered: tuple[str, ...] = ()


@gate("corrective-stage-order", ("8.7.1",), _l("Các bước của hành động khắc phục theo đúng thứ tự"))
def stage_order(facts: StageFacts) -> Stop | None:
    """React, consequences, cause, actions, carry out, check the effect: a stage is answered when those before it are."""
    if facts.wanted != CLOSED:
        if STAGES.index(facts.wanted) <= STAGES.index(facts.stage):
            return None
    elif facts.stage == EFFECTIVENESS:
        if facts.effective:
            return None
        return Stop(
            says=gettext("%(code)s chưa đóng được: chưa có đánh giá hiệu lực kết luận là có hiệu lực.", code=facts.code),
            do=gettext("Chờ người khác đánh giá hiệu lực sau thời gian quy định."), who=gettext("người được quyền đánh giá hiệu lực"),
            evaluated=False, **_page(facts.code),
        )
    return Stop(
        says=gettext("%(code)s đang ở bước “%(stage)s”, chưa tới bước “%(wanted)s”.", code=facts.code, stage=stage_word(facts.stage),
                     wanted=stage_word(facts.wanted)),
        do=gettext("Làm xong các bước trước: ứng phó, hậu quả, nguyên nhân, hành động, bằng chứng, hiệu lực."),
        who=gettext("người chịu trách nhiệm hành động khắc phục"), **_page(facts.code),
    )


@gate("corrective-cause-and-evidence", ("8.7.1", "8.7.3"), _l("Không có nguyên nhân gốc và bằng chứng thì không đi tiếp"))
def cause_and_evidence(facts: StageFacts) -> Stop | None:
    """Neither the check of the effect nor closing goes without a root cause, at least one action, and evidence for each."""
    if not facts.cause.strip():
        return Stop(
            says=gettext("%(code)s chưa ghi nguyên nhân gốc.", code=facts.code),
            do=gettext("Phân tích nguyên nhân rồi ghi nguyên nhân gốc."),
            who=gettext("người chịu trách nhiệm hành động khắc phục"), evaluated=False, **_page(facts.code),
        )
    if not facts.actions or facts.undone:
        what = "; ".join(facts.undone[:3]) or gettext("chưa có hành động nào")
        return Stop(
            says=gettext("%(code)s còn hành động chưa có bằng chứng: %(what)s.", code=facts.code, what=what),
            do=gettext("Ghi bằng chứng đã làm cho từng hành động, hoặc bỏ hành động kèm lý do."), who=gettext("người được giao hành động"),
            evaluated=False, **_page(facts.code),
        )
    return None


@gate("corrective-system-answered", ("8.7.1",), _l("Trước khi đóng: đã trả lời về rủi ro và về thay đổi hệ thống quản lý"))
def system_answered(facts: StageFacts) -> Stop | None:
    """Whether risks and opportunities are to be updated, and whether the management system is to be changed, is answered (8.7.1 e, f)."""
    if not facts.unanswered:
        return None
    return Stop(
        says=gettext("%(code)s chưa trả lời: %(what)s.", code=facts.code, what="; ".join(facts.unanswered)),
        do=gettext("Ghi đã sửa gì, hoặc vì sao không phải sửa."), who=gettext("phụ trách chất lượng"), evaluated=False, **_page(facts.code),
    )


@dataclass(frozen=True)
class CheckFacts:
    """Who wants to judge the effect on which day; who owns the action and who carried it out (person id → name); from when it may be
    judged."""

    code: str
    person_id: int | None
    person: str
    involved: tuple[tuple[int, str], ...]
    on: date
    not_before: date | None
    days: int


@gate("effectiveness-by-another", ("8.7.1",), _l("Hiệu lực do người khác đánh giá"), Basis.LABORATORY)
def effectiveness_by_another(facts: CheckFacts) -> Stop | None:
    """Neither the owner nor anybody who carried an action out judges its effect."""
    if facts.person_id is not None and facts.person_id not in dict(facts.involved):
        return None
    return Stop(
        says=gettext("%(person)s chịu trách nhiệm hoặc đã thực hiện hành động của %(code)s nên không tự đánh giá hiệu lực.",
                     person=facts.person or "–", code=facts.code),
        do=gettext("Nhờ người có quyền đánh giá hiệu lực mà không tham gia hành động này."),
        who=gettext("người được quyền đánh giá hiệu lực"),
        **_page(facts.code),
    )


@gate("effectiveness-not-early", ("8.7.1",), _l("Hiệu lực không đánh giá sớm hơn số ngày phòng quy định"), Basis.LABORATORY)
def effectiveness_not_early(facts: CheckFacts) -> Stop | None:
    """The effect is judged after the laboratory's number of days from the last action done, and not before the day that was planned."""
    if facts.not_before is not None and facts.on >= facts.not_before:
        return None
    if facts.not_before is None:
        return Stop(says=gettext("%(code)s chưa có hành động nào xong nên chưa có gì để đánh giá.", code=facts.code),
                    do=gettext("Làm xong các hành động trước."), who=gettext("người được giao hành động"), evaluated=False,
                    **_page(facts.code))
    return Stop(
        says=gettext("Chưa đánh giá hiệu lực của %(code)s được: sớm nhất ngày %(day)s (%(days)s ngày sau hành động cuối).", code=facts.code,
                     day=show_date(facts.not_before), days=facts.days),
        do=gettext("Chờ đủ thời gian để thấy nguyên nhân có trở lại hay không."), who=gettext("người được quyền đánh giá hiệu lực"),
        **_page(facts.code),
    )
