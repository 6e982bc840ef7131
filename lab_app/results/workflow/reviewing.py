"""States of jobs and lines, and the gates of the room: what must be true before a reading counts (7.5, 6.2.6, 6.4, 7.8.6)."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate


@dataclass(frozen=True)
class SubmissionFacts:
    """Lines of a job that have no record yet, steps that nobody answered, and its standing deviations."""

    job_code: str
    open_lines: int = 0
    open_steps: tuple[str, ...] = ()
    deviations: tuple[Any, ...] = ()
    holds: tuple[Any, ...] = ()
    doubts: tuple[Any, ...] = ()


@gate("excursion-assessed", ("6.3.3",), _l("Không nộp kết quả đo khi phòng ngoài giới hạn mà chưa đánh giá"))
def excursion_assessed(facts: SubmissionFacts) -> Stop | None:
    """A result measured while its room was outside its limits is handed over only after a person judged what that means."""
    if not facts.doubts:
        return None
    doubt = facts.doubts[0]
    return Stop(
        says=_l("Chưa nộp được: %(parameter)s đo lúc %(room)s ngoài giới hạn môi trường (%(code)s), chưa ai đánh giá.",
                parameter=doubt.parameter, room=doubt.room, code=doubt.code),
        do=_l("Nhờ phụ trách chất lượng đánh giá lần vượt, hoặc đo lại khi phòng đã về trong giới hạn."), who=_l("phụ trách chất lượng"),
        link_endpoint="quality_environment.excursion", link_values={"code": doubt.code}, link_text=_l("Mở lần vượt"), evaluated=False,
    )


@gate("job-complete", ("7.5.1",), _l("Nộp soát xét khi mọi chỉ tiêu đã có hồ sơ"))
def job_complete(facts: SubmissionFacts) -> Stop | None:
    """A job goes to review with a record, or a stated "not tested", in every line."""
    if facts.open_lines == 0:
        return None
    return Stop(
        says=_l("Chưa nộp được: còn %(n)s chỉ tiêu chưa có số đọc gốc.", n=facts.open_lines),
        do=_l("Ghi số đọc hoặc “không thử” kèm lý do cho từng chỉ tiêu."), who=_l("thử nghiệm viên"),
        link_endpoint="results.bench", link_values={"code": facts.job_code}, link_text=_l("Đến bàn đo"), evaluated=False,
    )


@dataclass(frozen=True)
class ReviewFacts:
    """Who reviews whose readings."""

    reviewer_id: int | None
    reviewer: str
    testers: dict[int, str] = field(default_factory=dict)
    method_code: str = ""
    authorised: bool = False
    why_not: str = ""
    on: datetime | None = None
    job_code: str = ""
    deviations: tuple[Any, ...] = ()
    holds: tuple[Any, ...] = ()
    interests: tuple[Any, ...] = ()


@gate("reviewer-is-another", ("7.8.1.1",), _l("Người soát xét khác người đo"), basis=Basis.LABORATORY)
def reviewer_is_another(facts: ReviewFacts) -> Stop | None:
    """Nobody reviews an own reading, by any setting: a rule of the laboratory that supports 7.8.1.1."""
    if facts.reviewer_id is not None and facts.reviewer_id not in facts.testers:
        return None
    return Stop(
        says=_l("Chưa soát xét được: %(person)s đã đo, sửa số đọc của chỉ tiêu này.", person=facts.reviewer),
        do=_l("Nhờ một người khác được trao quyền soát xét phương pháp này."), who=_l("người soát xét khác"),
    )


@gate("reviewer-authorised", ("6.2.6",), _l("Người soát xét được trao quyền cho phương pháp"))
def reviewer_authorised(facts: ReviewFacts) -> Stop | None:
    """Review of results needs its own authorisation."""
    if facts.authorised:
        return None
    return Stop(
        says=_l("Chưa soát xét được: %(person)s không có quyền soát xét %(method)s hôm nay: %(why)s.", person=facts.reviewer,
                method=facts.method_code, why=facts.why_not) if facts.why_not else
        _l("Chưa soát xét được: %(person)s không có quyền soát xét %(method)s hôm nay.", person=facts.reviewer, method=facts.method_code),
        do=_l("Trao quyền soát xét, hoặc giao cho người được trao quyền."), who=_l("người ký duyệt"),
        link_endpoint="accounts.people", link_text=_l("Mở danh sách nhân sự"),
    )
