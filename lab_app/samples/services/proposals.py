"""Proposed tests are accepted or declined, line by line, with their reasons (7.1.1, 7.2.1.4)."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from lab_app.core import audit, events
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.samples.models import ProposalAnswer, RequestedTest, RequestItem, TestRequest
from lab_app.samples.queries.proposals import Proposal, plan_of
from lab_app.samples.services.review import begin_review
from lab_app.samples.workflow import REQUEST

ACCEPTED, DECLINED = "accepted", "declined"


@dataclass(frozen=True)
class Answered:
    """The answer to one proposed line. `reason` is needed to decline; `laboratory` to accept what we cannot test ourselves."""

    decision: str
    reason: str = ""
    laboratory: str = ""


def answer_proposals(actor: Actor, item: RequestItem, answers: Mapping[str, Answered], *, reason: str = "") -> list[ProposalAnswer]:
    """Answer proposed lines (`Proposal.key` → answer): an accepted one becomes a requested test with its reason, a declined one keeps why.

    On an accepted request a new test changes the contract: `reason` is needed, the request goes back to review (7.1.6). Refuses a
    line that is not proposed any more, and accepting what nobody can test.
    """
    authorize(actor, P.REQUEST_REGISTER if actor.can(P.REQUEST_REGISTER) else P.REQUEST_REVIEW)
    person_id = person_of(actor)
    request = item.request
    if not REQUEST.allows(request, "change"):
        raise Refused(gettext("Không sửa được khi yêu cầu ở trạng thái “%(state)s”.", state=REQUEST.state(request.status).word))
    lines = {line.key: line for line in plan_of(item).lines}
    made, kept = [], []
    for key, answer in answers.items():
        line = lines.get(key)
        if line is None:
            raise FieldRefused(f"decision-{key}", gettext("Dòng này không còn được đề xuất; mở lại trang để xem kế hoạch mới."))
        _checked(key, line, answer)
        if answer.decision == ACCEPTED and line.method is not None and not line.wanted:
            made.append(_want(item, line, answer))
        kept.append(ProposalAnswer(
            item_id=item.id, regulation_id=line.regulation.id, method_id=line.method.id if line.method else None,
            decision=answer.decision, proposed_because=line.reason, reason=answer.reason.strip(), decided_by_id=person_id))
    db.session.add_all(kept)
    again = bool(made) and request.status == "accepted"
    if again:
        _review_again(actor, request, reason)
    db.session.flush()
    db.session.refresh(item, ["tests"])
    if again:
        events.request_changed.send(answer_proposals, request=request, reason=reason.strip(), actor=actor)
    return kept


def _review_again(actor: Actor, request: TestRequest, reason: str) -> None:
    """A further test changes the contract of an accepted request (7.1.6)."""
    if not reason.strip():
        raise FieldRefused("reason", gettext("Yêu cầu đã được chấp nhận: thêm phép thử cần lý do, rồi xem xét lại (7.1.6)."))
    audit.because(reason)
    REQUEST.move(request, "change")
    begin_review(actor, request)


def _checked(key: str, line: Proposal, answer: Answered) -> None:
    if answer.decision not in (ACCEPTED, DECLINED):
        raise FieldRefused(f"decision-{key}", gettext("Lựa chọn không có trong danh sách."))
    if answer.decision == DECLINED and not answer.reason.strip():
        raise FieldRefused(f"reason-{key}", gettext("Ghi vì sao không thử."))
    if answer.decision == ACCEPTED and line.method is None:
        raise FieldRefused(f"decision-{key}", gettext(
            "Phòng thử nghiệm không có phương pháp nào cho quy chuẩn này; chỉ có thể không nhận."))
    if answer.decision == ACCEPTED and not line.here and not answer.laboratory.strip():
        raise FieldRefused(f"laboratory-{key}", gettext("Chưa có phiên bản có hiệu lực: ghi nhà thầu phụ sẽ thử."))


def _want(item: RequestItem, line: Proposal, answer: Answered) -> RequestedTest:
    assert line.method is not None
    row = RequestedTest(
        request_id=item.request_id, item_id=item.id, method_id=line.method.id, subcontracted=answer.laboratory.strip()[:300],
        reason=line.reason)
    db.session.add(row)
    return row
