"""Gates of departures from a method and of its checklist (7.2.1.7, 7.2.1.1)."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.workflow import State

#: The four parts of a deviation, in the order of the standard.
PARTS = {
    "documented": _l("ghi thành văn bản"), "justified": _l("luận cứ kỹ thuật"), "authorised": _l("người khác cho phép"),
    "accepted": _l("khách hàng chấp nhận"),
}
OPEN = State("open", _l("Chưa đủ bốn phần"), "warn", "exclamation-triangle-fill")
COMPLETE = State("complete", _l("Đủ bốn phần"), "ok")
WITHDRAWN = State("withdrawn", _l("Đã rút"), "hold")

#: How a step of the checklist may be answered.
ANSWERS = {"done": _l("đã làm"), "not_applicable": _l("không áp dụng")}


@dataclass(frozen=True)
class DeviationFact:
    """A standing deviation: what it departs from, and the parts it lacks (keys of `PARTS`)."""

    what: str
    missing: tuple[str, ...]


class OfJob(Protocol):
    """What the gate looks at, of a reading, a submission or a review."""

    @property
    def job_code(self) -> str:
        """The job."""

    @property
    def deviations(self) -> tuple[DeviationFact, ...]:
        """Its standing deviations."""


@gate("deviation-complete", ("7.2.1.7",), _l("Sai khác với phương pháp đủ bốn phần trước khi đo và trước khi ra kết quả"))
def deviation_complete(facts: OfJob) -> Stop | None:
    """A departure occurs only if documented, technically justified, authorised and accepted by the customer."""
    lacking = next((d for d in facts.deviations if d.missing), None)
    if lacking is None:
        return None
    return Stop(
        says=_l("Chưa đi tiếp được: sai khác “%(what)s” còn thiếu %(parts)s.", what=lacking.what[:120],
                parts=", ".join(str(PARTS[part]) for part in lacking.missing)),
        do=_l("Bổ sung phần còn thiếu, hoặc rút sai khác và làm đúng phương pháp."), who=_l("thử nghiệm viên và người soát xét"),
        link_endpoint="results.deviations", link_values={"code": facts.job_code}, link_text=_l("Mở sai khác của việc"), evaluated=False,
    )


@dataclass(frozen=True)
class AuthoriseFacts:
    """Who allows whose deviation; `authorised`: may review results of this method today."""

    job_code: str
    method_code: str
    raised_by_id: int
    raised_by: str
    authoriser_id: int | None
    authoriser: str
    authorised: bool


@gate("deviation-by-another", ("7.2.1.7", "6.2.6"), _l("Sai khác do một người khác được trao quyền cho phép"))
def deviation_by_another(facts: AuthoriseFacts) -> Stop | None:
    """Whoever departs from a method does not allow it: another person authorised for this method does."""
    link: dict[str, Any] = {
        "link_endpoint": "results.deviations", "link_values": {"code": facts.job_code}, "link_text": _l("Mở sai khác của việc")}
    if facts.authoriser_id is None or facts.authoriser_id == facts.raised_by_id:
        return Stop(
            says=_l("Chưa cho phép được: %(person)s là người ghi sai khác này.", person=facts.raised_by),
            do=_l("Nhờ một người khác được trao quyền soát xét phương pháp này."), who=_l("người soát xét khác"), **link,
        )
    if not facts.authorised:
        return Stop(
            says=_l("Chưa cho phép được: %(person)s không có quyền soát xét %(method)s hôm nay.", person=facts.authoriser,
                    method=facts.method_code),
            do=_l("Trao quyền soát xét, hoặc nhờ người được trao quyền."), who=_l("người ký duyệt"), **link,
        )
    return None


class WithSteps(Protocol):
    """What the gate of the checklist looks at."""

    @property
    def job_code(self) -> str:
        """The job."""

    @property
    def open_steps(self) -> tuple[str, ...]:
        """Steps of the method's checklist that nobody has answered."""


@gate("steps-answered", ("7.2.1.1",), _l("Danh mục bước của phương pháp được trả lời hết trước khi nộp"), basis=Basis.LABORATORY)
def steps_answered(facts: WithSteps) -> Stop | None:
    """Every step of the method's checklist was ticked by a person, or stated not to apply, before the job goes to review."""
    if not facts.open_steps:
        return None
    return Stop(
        says=_l("Chưa nộp được: còn %(n)s bước chưa trả lời, bước đầu là “%(step)s”.", n=len(facts.open_steps),
                step=facts.open_steps[0][:120]),
        do=_l("Đánh dấu từng bước đã làm, hoặc ghi vì sao không áp dụng."), who=_l("thử nghiệm viên"),
        link_endpoint="results.deviations", link_values={"code": facts.job_code}, link_text=_l("Mở danh mục bước"), evaluated=False,
    )
