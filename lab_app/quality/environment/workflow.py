"""States of an excursion and the gate before it is put aside (6.3.3, 7.10.1)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

LASTING, OVER, ASSESSED, MERGED = "lasting", "over", "assessed", "merged"
NO_EFFECT, NONCONFORMING = "no_effect", "nonconforming"
#: States in which a person still has to judge it.
UNJUDGED = (LASTING, OVER)
#: A judgement shorter than this says nothing.
FEWEST_CHARACTERS = 15

EXCURSION = Machine(
    "environment-excursion",
    states=(
        State(LASTING, _l("Đang vượt giới hạn"), "bad", "thermometer-high"),
        State(OVER, _l("Đã qua, chờ đánh giá"), "warn", "hourglass-split"),
        State(ASSESSED, _l("Đã đánh giá"), "ok", "check-circle-fill"),
        State(MERGED, _l("Đã gộp vào lần khác"), "hold", "union"),
    ),
    transitions=(
        Transition("end", (LASTING,), OVER, P.ENVIRONMENT_WRITE, _l("Về trong giới hạn")),
        Transition("last", (LASTING, OVER, ASSESSED), LASTING, P.ENVIRONMENT_WRITE, _l("Số đọc đến sau cho thấy còn vượt")),
        Transition("widen", (OVER, ASSESSED), OVER, P.ENVIRONMENT_WRITE, _l("Số đọc đến sau cho thấy dài hơn")),
        Transition("merge", (LASTING, OVER, ASSESSED), MERGED, P.ENVIRONMENT_WRITE, _l("Gộp")),
        Transition("assess", (LASTING, OVER), ASSESSED, P.QUALITY_WRITE, _l("Đánh giá"), gates=("excursion-answered",)),
    ),
)

DECISIONS = {
    NO_EFFECT: _l("Không ảnh hưởng kết quả"), NONCONFORMING: _l("Có thể ảnh hưởng: mở công việc không phù hợp"),
}


@dataclass(frozen=True)
class AssessmentFacts:
    """What the gate asks before an excursion is put aside."""

    code: str
    lasting: bool
    decision: str
    words: str
    results: int | None


@gate("excursion-answered", ["6.3.3", "7.10.1"], _l("Lần vượt giới hạn chỉ khép lại khi đã hết và đã đánh giá các kết quả"))
def excursion_answered(facts: AssessmentFacts) -> Stop | None:
    """It is over, and a person decided with a reason what it means for the results made meanwhile."""
    link = {"code": facts.code}
    if facts.lasting:
        return Stop(
            says=gettext("%(code)s vẫn đang vượt giới hạn: chưa biết hết kết quả bị ảnh hưởng.", code=facts.code),
            do=gettext("Đưa môi trường về trong giới hạn; khi bộ ghi báo đã về thì đánh giá."), who=gettext("phụ trách chất lượng"),
            link_endpoint="quality_environment.excursion", link_values=link, link_text=gettext("Mở lần vượt"), evaluated=False,
        )
    if facts.decision in DECISIONS and len(facts.words.strip()) >= FEWEST_CHARACTERS:
        return None
    return Stop(
        says=gettext("%(code)s chưa có quyết định kèm lý do; có %(n)s kết quả làm trong thời gian đó.", code=facts.code,
                     n=facts.results if facts.results is not None else "?"),
        do=gettext("Chọn ảnh hưởng hay không, và viết vì sao (ít nhất %(n)s ký tự).", n=FEWEST_CHARACTERS),
        who=gettext("phụ trách chất lượng"), link_endpoint="quality_environment.assess", link_values=link, link_text=gettext("Đánh giá"),
        evaluated=False,
    )
