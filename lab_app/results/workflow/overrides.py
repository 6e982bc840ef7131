"""Gates of a verdict set by people in place of the computed one, and of judging an old result again (7.8.6.1, 7.5.2)."""
from __future__ import annotations

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate


@dataclass(frozen=True)
class OverrideFacts:
    """A proposal and who stands beside it. `testers`: id → name of whoever recorded the reading's line. `authorised`: whether this
    person may test (to propose) or review (to confirm) the method today."""

    person_id: int | None
    person: str
    method_code: str
    reason: str = ""
    authorised: bool = False
    proposer_id: int | None = None
    proposer: str = ""
    testers: dict[int, str] = field(default_factory=dict)


@gate("override-proposed-with-reason", ("7.5.2", "6.2.6"), _l("Đề nghị sửa kết luận có lý do và người được trao quyền"))
def override_proposed_with_reason(facts: OverrideFacts) -> Stop | None:
    """Who may judge results of the method proposes, and says why the computed verdict is not to stand."""
    if not facts.reason.strip():
        return Stop(says=_l("Chưa đề nghị được: chưa có lý do."),
                    do=_l("Ghi vì sao kết luận theo quy tắc không đúng với phép thử này; kết luận tính được vẫn được giữ."))
    if facts.authorised:
        return None
    return Stop(
        says=_l("Chưa đề nghị được: %(person)s không có quyền thử hay soát xét %(method)s hôm nay.", person=facts.person,
                method=facts.method_code),
        do=_l("Nhờ người được trao quyền cho phương pháp này đề nghị."), who=_l("người được trao quyền"),
        link_endpoint="accounts.people", link_text=_l("Mở danh sách nhân sự"))


@gate("override-by-second-person", ("7.8.6.1", "7.5.2", "6.2.6"), _l("Kết luận sửa tay do người thứ hai xác nhận"),
      basis=Basis.LABORATORY)
def override_by_second_person(facts: OverrideFacts) -> Stop | None:
    """A verdict set by hand counts only when somebody confirms it who neither proposed it nor measured, and may review the method."""
    if facts.person_id is None or facts.person_id == facts.proposer_id:
        return Stop(
            says=_l("Chưa xác nhận được: %(person)s là người đề nghị sửa kết luận này.", person=facts.proposer or facts.person),
            do=_l("Nhờ một người khác được trao quyền soát xét phương pháp này xác nhận."), who=_l("người soát xét khác"))
    if facts.person_id in facts.testers:
        return Stop(
            says=_l("Chưa xác nhận được: %(person)s đã đo, sửa số đọc của chỉ tiêu này.", person=facts.person),
            do=_l("Nhờ một người khác được trao quyền soát xét phương pháp này xác nhận."), who=_l("người soát xét khác"))
    if not facts.authorised:
        return Stop(
            says=_l("Chưa xác nhận được: %(person)s không có quyền soát xét %(method)s hôm nay.", person=facts.person,
                    method=facts.method_code),
            do=_l("Trao quyền soát xét, hoặc nhờ người được trao quyền."), who=_l("người ký duyệt"),
            link_endpoint="accounts.people", link_text=_l("Mở danh sách nhân sự"))
    return None


@dataclass(frozen=True)
class RejudgementFacts:
    """An old reading about to be judged again. `superseded`: a newer revision stands; `mismatch`: the two units, where the result
    cannot be brought into the limit's; `same`: limit and rule are those it was judged by."""

    line: str
    superseded: bool = False
    mismatch: str = ""
    same: bool = False


@gate("rejudgement-of-standing-result", ("7.5.2", "7.8.6.1"), _l("Chỉ xét lại kết quả đang có hiệu lực, cùng đại lượng"))
def rejudgement_of_standing_result(facts: RejudgementFacts) -> Stop | None:
    """Only the reading that stands is judged again, by another limit or rule, and never by guessing a unit."""
    if facts.superseded:
        return Stop(says=_l("Chưa xét lại được %(line)s: số đọc này đã được sửa bằng bản mới.", line=facts.line),
                    do=_l("Xét lại bản đang có hiệu lực của chỉ tiêu."), who=_l("người soát xét"))
    if facts.mismatch:
        return Stop(says=_l("Chưa xét lại được %(line)s: kết quả và giới hạn không cùng đại lượng (%(units)s).", line=facts.line,
                            units=facts.mismatch),
                    do=_l("Chọn đúng yêu cầu của bản quy chuẩn; đơn vị không bao giờ được đoán."), who=_l("người soát xét"))
    if facts.same:
        return Stop(says=_l("Không có gì để xét lại %(line)s: giới hạn và quy tắc vẫn như khi đo.", line=facts.line),
                    do=_l("Chọn bản quy chuẩn khác hoặc quy tắc khác."), who=_l("người soát xét"))
    return None
