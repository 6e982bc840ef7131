"""States of requests and items, and the gates of the room (7.1, 7.2.1.3, 7.4)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.i18n import show_datetime
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

REQUEST = Machine(
    "request",
    (
        State("draft", _l("Đang soạn"), "hold", "pencil"),
        State("in_review", _l("Chờ xem xét"), "info", "hourglass-split"),
        State("accepted", _l("Đã chấp nhận"), "ok"),
        State("declined", _l("Đã từ chối"), "bad"),
        State("cancelled", _l("Đã hủy"), "hold"),
    ),
    (
        Transition("open_review", ("draft", "in_review"), "in_review", P.REQUEST_REGISTER, _l("Gửi xem xét")),
        Transition("accept", ("in_review",), "accepted", P.REQUEST_REVIEW, _l("Chấp nhận"),
                   ("contract-review-complete", "method-current", "rule-agreed-at-review")),
        Transition("decline", ("in_review",), "declined", P.REQUEST_REVIEW, _l("Từ chối")),
        Transition("change", ("draft", "in_review", "accepted"), "in_review", P.REQUEST_REGISTER, _l("Thay đổi yêu cầu")),
        Transition("cancel", ("draft", "in_review"), "cancelled", P.REQUEST_REGISTER, _l("Hủy yêu cầu")),
    ),
)

SAMPLE = Machine(
    "sample",
    (
        State("received", _l("Đã nhận"), "info", "box-arrow-in-down"),
        State("in_use", _l("Đang thử"), "info", "activity"),
        State("stored", _l("Đang lưu"), "ok", "archive"),
        State("returned", _l("Đã trả"), "hold", "box-arrow-up"),
        State("disposed", _l("Đã thanh lý"), "hold", "trash"),
    ),
    (
        Transition("handed_over", ("received", "in_use", "stored"), "in_use", P.SAMPLE_MOVE, _l("Bàn giao")),
        Transition("taken", ("received", "in_use", "stored"), "in_use", P.SAMPLE_MOVE, _l("Lấy ra")),
        Transition("stored", ("received", "in_use", "stored"), "stored", P.SAMPLE_MOVE, _l("Cất giữ")),
        Transition("returned", ("received", "in_use", "stored"), "returned", P.SAMPLE_MOVE, _l("Trả khách hàng")),
        Transition("disposed", ("received", "in_use", "stored"), "disposed", P.SAMPLE_MOVE, _l("Thanh lý")),
    ),
)


@dataclass(frozen=True)
class ReviewFacts:
    """What a contract review holds when it is to be accepted. Texts name what is missing, ready to print."""

    number: str
    unanswered: tuple[str, ...] = ()
    answered_no: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()
    unconsented: tuple[str, ...] = ()
    tests: int = 0
    outdated: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    wants_statement: bool = True
    without_rule: tuple[str, ...] = ()


def _there(facts: ReviewFacts) -> dict[str, object]:
    return {"link_endpoint": "samples.review_page", "link_values": {"number": facts.number}, "link_text": _l("Mở phần xem xét")}


@gate("contract-review-complete", ("7.1.1", "7.1.4"), _l("Xem xét yêu cầu đầy đủ trước khi chấp nhận"))
def contract_review_complete(facts: ReviewFacts) -> Stop | None:
    """Requirements clear, capability there, methods fit, subcontracting agreed, differences settled."""
    if facts.tests == 0:
        return Stop(says=_l("Chưa chấp nhận được: yêu cầu chưa có phép thử nào."), do=_l("Thêm phương pháp cho từng mẫu."),
                    who=_l("tiếp nhận"), **_there(facts))  # type: ignore[arg-type]
    if facts.unanswered:
        return Stop(
            says=_l("Chưa chấp nhận được: còn %(n)s câu xem xét chưa trả lời.", n=len(facts.unanswered)),
            do=_l("Trả lời đủ năm câu: yêu cầu, năng lực, phương pháp, quy tắc quyết định, thầu phụ."),
            who=_l("người xem xét"), evaluated=False, **_there(facts),  # type: ignore[arg-type]
        )
    if facts.answered_no:
        return Stop(
            says=_l("Chưa chấp nhận được: có câu xem xét trả lời “không”."),
            do=_l("Giải quyết với khách hàng rồi ghi lại câu trả lời, hoặc từ chối yêu cầu."), who=_l("người xem xét"),
            **_there(facts),  # type: ignore[arg-type]
        )
    if facts.open_questions:
        return Stop(
            says=_l("Chưa chấp nhận được: câu hỏi còn mở “%(question)s”.", question=facts.open_questions[0]),
            do=_l("Ghi câu trả lời của khách hàng cho từng câu hỏi (7.1.4)."), who=_l("người xem xét"), **_there(facts),  # type: ignore[arg-type]
        )
    if facts.unconsented:
        return Stop(
            says=_l("Chưa chấp nhận được: khách hàng chưa đồng ý thầu phụ %(test)s.", test=facts.unconsented[0]),
            do=_l("Hỏi khách hàng và ghi sự đồng ý (7.1.1 c)."), who=_l("người xem xét"), **_there(facts),  # type: ignore[arg-type]
        )
    return None


@gate("method-current", ("7.1.2", "7.2.1.3"), _l("Phương pháp được yêu cầu còn hiệu lực"))
def method_current(facts: ReviewFacts) -> Stop | None:
    """The customer is told when the requested method is out of date, and answers, before the work is accepted."""
    if facts.outdated:
        return Stop(
            says=_l("Chưa chấp nhận được: %(method)s không có phiên bản đang hiệu lực.", method=facts.outdated[0]),
            do=_l("Báo khách hàng, đổi sang phương pháp hiện hành, hoặc phê duyệt phiên bản còn thiếu."),
            who=_l("người xem xét"), **_there(facts),  # type: ignore[arg-type]
        )
    if facts.superseded:
        return Stop(
            says=_l("Chưa chấp nhận được: %(edition)s đã bị thay thế hoặc chưa có hiệu lực.", edition=facts.superseded[0]),
            do=_l("Báo khách hàng; ghi câu trả lời của khách hàng, hoặc đổi sang bản hiện hành."),
            who=_l("người xem xét"), **_there(facts),  # type: ignore[arg-type]
        )
    return None


@gate("rule-agreed-at-review", ("7.1.3",), _l("Quy tắc quyết định được thỏa thuận khi có kết luận phù hợp"))
def rule_agreed_at_review(facts: ReviewFacts) -> Stop | None:
    """Where a statement of conformity is wanted, the decision rule is chosen and agreed before the work."""
    if not facts.wants_statement or not facts.without_rule:
        return None
    return Stop(
        says=_l("Chưa chấp nhận được: chưa thỏa thuận quy tắc quyết định cho %(what)s.", what=facts.without_rule[0]),
        do=_l("Chọn quy tắc, ghi ai phía khách hàng đồng ý, ngày nào, bằng chứng gì."), who=_l("người xem xét"),
        evaluated=False, **_there(facts),  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class SamplingFacts:
    """What reception holds of an item that the laboratory sampled itself. `record`: its code, empty when there is none.

    `missing`: groups of 7.3.3 that do not stand in the record. `left`: items of the record not received yet.
    """

    item_id: int
    received_at: datetime
    record: str = ""
    replaced_by: str = ""
    other_item: bool = False
    missing: tuple[Any, ...] = ()
    ended_at: datetime | None = None
    left: int = 0


@gate("sampling-recorded", ("7.3.3", "7.3.1"), _l("Mẫu do phòng thử nghiệm lấy có biên bản lấy mẫu"))
def sampling_recorded(facts: SamplingFacts) -> Stop | None:
    """An item that the laboratory sampled is received with its record: the eight groups, made before the item came."""
    write = {"link_endpoint": "samples.new_sampling", "link_values": {"id": facts.item_id}, "link_text": _l("Ghi biên bản lấy mẫu")}
    if not facts.record:
        return Stop(
            says=_l("Chưa nhận được: mẫu do phòng thử nghiệm lấy nhưng chưa chọn biên bản lấy mẫu."),
            do=_l("Ghi biên bản đủ tám nhóm của 7.3.3, rồi nhận mẫu theo biên bản đó."), who=_l("người lấy mẫu"), evaluated=False,
            **write,  # type: ignore[arg-type]
        )
    if facts.replaced_by or facts.other_item:
        return Stop(
            says=_l("Chưa nhận được: biên bản %(code)s không phải của đối tượng này hoặc đã được thay thế.", code=facts.record),
            do=_l("Chọn biên bản đang dùng của đúng đối tượng."), who=_l("tiếp nhận"), **write,  # type: ignore[arg-type]
        )
    if facts.missing:
        return Stop(
            says=_l("Chưa nhận được: biên bản %(code)s thiếu %(what)s.", code=facts.record, what=facts.missing[0]),
            do=_l("Ghi biên bản thay thế với đủ tám nhóm của 7.3.3."), who=_l("người lấy mẫu"), evaluated=False,
            **write,  # type: ignore[arg-type]
        )
    if facts.ended_at is None or facts.ended_at > facts.received_at:
        return Stop(
            says=_l("Chưa nhận được: theo biên bản %(code)s, lấy mẫu xong lúc %(at)s, sau thời điểm nhận.", code=facts.record,
                    at=show_datetime(facts.ended_at)),
            do=_l("Ghi đúng thời điểm nhận, hoặc chọn đúng biên bản."), who=_l("tiếp nhận"),
        )
    if facts.left < 1:
        return Stop(
            says=_l("Chưa nhận được: đã nhận đủ số mẫu ghi trong biên bản %(code)s.", code=facts.record),
            do=_l("Ghi biên bản khác cho mẫu lấy thêm."), who=_l("người lấy mẫu"), **write,  # type: ignore[arg-type]
        )
    return None
