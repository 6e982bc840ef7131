"""How competence is shown before a person may work (6.2): states of training, and the gates that ask for it."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

TRAINING = Machine(
    "training",
    (State("planned", _l("Đã lên kế hoạch"), "info"), State("done", _l("Đã học, chờ đánh giá"), "warn"),
     State("effective", _l("Đạt"), "ok"), State("ineffective", _l("Chưa đạt"), "bad"), State("cancelled", _l("Đã hủy"), "hold")),
    (Transition("finish", ("planned",), "done", P.COMPETENCE_WRITE, _l("Ghi đã học")),
     Transition("judge-effective", ("done",), "effective", P.COMPETENCE_WRITE, _l("Đạt")),
     Transition("judge-ineffective", ("done",), "ineffective", P.COMPETENCE_WRITE, _l("Chưa đạt")),
     Transition("cancel", ("planned",), "cancelled", P.COMPETENCE_WRITE, _l("Hủy"))),
)

HEAD = _l("người có quyền trao quyền")


@dataclass(frozen=True)
class FunctionFacts:
    """A function that is to be granted on a day; `has_criteria`: an approved edition of its criteria is in force that day."""

    code: str
    title: str
    day: date
    has_criteria: bool


@gate("function-has-criteria", ("6.2.2",), _l("Chức năng chỉ được giao khi có tiêu chí năng lực đang hiệu lực"))
def function_has_criteria(facts: FunctionFacts) -> Stop | None:
    """What a function asks of its holder is written down and approved before anybody holds it."""
    if facts.has_criteria:
        return None
    return Stop(
        says=gettext("Chưa giao được chức năng “%(title)s”: ngày %(day)s chưa có tiêu chí năng lực nào được phê duyệt.",
                     title=facts.title, day=show_date(facts.day)),
        do=gettext("Viết tiêu chí (học vấn, đào tạo, kiến thức, kỹ năng, kinh nghiệm) và phê duyệt trước."), who=HEAD,
        link_endpoint="competence.function_page", link_values={"code": facts.code}, link_text=gettext("Mở tiêu chí của chức năng"),
        evaluated=False,
    )


@dataclass(frozen=True)
class EvidenceFacts:
    """An authorisation about to be given: whether the person holds a function with this task from its first day on, and what shows that
    the person can do it (a witnessed test or an evaluation that was passed, or a basis in words)."""

    person: str
    person_code: str
    task: str
    day: date
    holds_function: bool
    basis: str = ""
    observed: bool = False


@gate("competence-evidenced", ("6.2.3", "6.2.5"), _l("Trao quyền dựa trên chức năng đã đánh giá và bằng chứng tay nghề"))
def competence_evidenced(facts: EvidenceFacts) -> Stop | None:
    """Nobody is authorised whose competence was not judged against the criteria, or without evidence of doing the task."""
    link = {"link_endpoint": "competence.person_file", "link_values": {"code": facts.person_code},
            "link_text": gettext("Mở hồ sơ năng lực")}
    if not facts.holds_function:
        return Stop(
            says=gettext("Chưa trao quyền được: ngày %(day)s %(person)s chưa được giao chức năng nào có việc “%(task)s”.",
                         person=facts.person, task=facts.task, day=show_date(facts.day)),
            do=gettext("Đánh giá người này theo tiêu chí của chức năng và giao chức năng trước."), who=HEAD, evaluated=False, **link)
    if not (facts.observed or facts.basis.strip()):
        return Stop(
            says=gettext("Chưa trao quyền được: chưa có bằng chứng %(person)s làm được việc “%(task)s”.",
                         person=facts.person, task=facts.task),
            do=gettext("Ghi một lần thử có người chứng kiến, một lần đánh giá tay nghề, hoặc nêu rõ căn cứ khác."), who=HEAD,
            evaluated=False, **link)
    return None


@dataclass(frozen=True)
class JudgeFacts:
    """Who judges whom: `act` says what for, in words."""

    person_id: int
    person: str
    judge_id: int | None
    act: str


@gate("competence-judged-by-another", ("6.2.5",), _l("Năng lực của một người do người khác đánh giá, chứng kiến, trao quyền"))
def competence_judged_by_another(facts: JudgeFacts) -> Stop | None:
    """Nobody witnesses, evaluates, monitors or authorises themselves; the head is authorised by whoever stands above."""
    if facts.judge_id is not None and facts.judge_id != facts.person_id:
        return None
    return Stop(
        says=gettext("Không ai tự làm việc này cho chính mình: %(act)s.", act=facts.act),
        do=gettext("Nhờ một người khác có quyền; người đứng đầu do đại diện tổ chức chủ quản trao quyền."), who=HEAD,
    )


@dataclass(frozen=True)
class OverlapFacts:
    """A period that is to be authorised, and the first one of the same person, task and method that shares a day with it."""

    person: str
    task: str
    method: str
    clash: tuple[date, date] | None = None


@gate("authorisation-alone", ("6.2.6",), _l("Mỗi việc, mỗi phương pháp chỉ có một quyền trong một thời gian"), basis=Basis.LABORATORY)
def authorisation_alone(facts: OverlapFacts) -> Stop | None:
    """Two authorisations of one person for the same thing at the same time leave open who answers for it, and until when."""
    if facts.clash is None:
        return None
    first, last = (show_date(day) for day in facts.clash)
    return Stop(
        says=gettext("Chưa trao quyền được: %(person)s đã có quyền “%(task)s” %(method)s từ %(first)s đến hết %(last)s, trùng thời gian.",
                     person=facts.person, task=facts.task, method=facts.method, first=first, last=last),
        do=gettext("Bắt đầu từ ngày sau đó, hoặc thu lại quyền cũ trước."), who=HEAD,
    )
