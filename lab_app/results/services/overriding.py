"""A verdict set by people in place of the computed one: one proposes, a second confirms, a correction withdraws (7.8.6.1, 7.5.2)."""
from __future__ import annotations

from flask_babel import gettext

from lab_app.accounts.queries import authorisation
from lab_app.core import audit, clock, events, gates
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.results.models import JobLine, OverrideAnswer, Reading, VerdictOverride
from lab_app.results.models.overrides import CONFIRMED, DECLINED, WITHDRAWN
from lab_app.results.queries import overrides as queries
from lab_app.results.workflow.overrides import OverrideFacts

#: What a person may call a result. "Not tested" and "not applicable" are readings of their own, with their reason.
VERDICTS = ("PASS", "CONDITIONAL_PASS", "CONDITIONAL_FAIL", "FAIL", "NO_STATEMENT")
#: A line still in the technician's hands is corrected instead.
OVERRIDABLE = ("submitted", "reviewed")


def _authorised(actor: Actor, line: JobLine, *tasks: str) -> bool:
    day, now, version = clock.today(), clock.now(), line.job.method_version
    return actor.id is not None and any(authorisation(actor.id, task, version.method.code, day, now, version.id) for task in tasks)


def proposal_facts(actor: Actor, line: JobLine, reason: str) -> OverrideFacts:
    """What the gate of a proposal looks at."""
    code = line.job.method_version.method.code
    return OverrideFacts(actor.id, actor.name, code, reason, _authorised(actor, line, "review", "test"))


def confirmation_facts(actor: Actor, override: VerdictOverride) -> OverrideFacts:
    """What the gate of a confirmation looks at."""
    line = override.line
    code = line.job.method_version.method.code
    return OverrideFacts(
        actor.id, actor.name, code, override.reason, _authorised(actor, line, "review"), override.proposed_by_id,
        override.proposed_by.full_name, {r.person_id: r.person.full_name for r in line.readings})


def propose_override(actor: Actor, line: JobLine, verdict: str, reason: str) -> VerdictOverride:
    """Propose another verdict for the line's standing reading; it counts when a second person confirms it.

    Refuses a line that was not submitted, a verdict that already stands, a second open proposal; by the gate without a reason or
    an authorisation for the method.
    """
    authorize(actor, P.RESULT_REVIEW if actor.can(P.RESULT_REVIEW) else P.RESULT_WRITE)
    if verdict not in VERDICTS:
        raise FieldRefused("verdict", gettext("Lựa chọn không có trong danh sách."))
    gates.require("override-proposed-with-reason", proposal_facts(actor, line, reason))
    reading = line.reading
    if reading is None or line.status not in OVERRIDABLE:
        raise Refused(gettext("Chỉ đề nghị sửa kết luận của kết quả đã nộp soát xét; trước đó hãy sửa số đọc có lý do."))
    if reading.observation in ("NA", "NT"):
        raise Refused(gettext("Chỉ tiêu không thử, không áp dụng thì không có kết luận để sửa."))
    if queries.standing_verdict(reading) == verdict:
        raise FieldRefused("verdict", gettext("Kết luận này đang đứng rồi."))
    if queries.open_override(reading.id) is not None:
        raise Refused(gettext("Đang có một đề nghị chờ người thứ hai; trả lời đề nghị đó trước."))
    audit.because(reason)
    row = VerdictOverride(
        line_id=line.id, reading_id=reading.id, computed=reading.verdict, verdict=verdict, reason=reason.strip(), proposed_by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    return row


def confirm_override(actor: Actor, override: VerdictOverride, note: str = "") -> OverrideAnswer:
    """A second authorised person confirms: from now on the proposed verdict stands, and papers that print another are told of."""
    authorize(actor, P.RESULT_REVIEW)
    _open(override)
    gates.require("override-by-second-person", confirmation_facts(actor, override))
    answer = _answer(actor, override, CONFIRMED, note)
    events.verdict_overridden.send(confirm_override, override=override, actor=actor)
    return answer


def decline_override(actor: Actor, override: VerdictOverride, note: str) -> OverrideAnswer:
    """A second authorised person declines, saying why; the computed verdict stands."""
    authorize(actor, P.RESULT_REVIEW)
    _open(override)
    if not note.strip():
        raise FieldRefused("note", gettext("Cần ghi vì sao không đồng ý."))
    gates.require("override-by-second-person", confirmation_facts(actor, override))
    return _answer(actor, override, DECLINED, note)


def withdraw_override(actor: Actor, override: VerdictOverride, note: str) -> OverrideAnswer:
    """Whoever proposed takes the proposal back while nobody has answered it."""
    authorize(actor, P.RESULT_REVIEW if actor.can(P.RESULT_REVIEW) else P.RESULT_WRITE)
    _open(override)
    if actor.id != override.proposed_by_id:
        raise Refused(gettext("Chỉ người đề nghị rút lại đề nghị; người khác thì xác nhận hoặc không đồng ý."))
    return _answer(actor, override, WITHDRAWN, note)


def withdraw_on_correction(actor: Actor, corrected: Reading, reason: str) -> None:
    """The corrected reading's open proposal falls with it; a confirmed one speaks of that revision alone and says so by itself."""
    waiting = queries.open_override(corrected.id)
    if waiting is not None:
        _answer(actor, waiting, WITHDRAWN, gettext("Số đọc được sửa: %(reason)s", reason=reason))


def _open(override: VerdictOverride) -> None:
    if override.answer is not None:
        raise Refused(gettext("Đề nghị này đã được trả lời."))
    if override.line.reading is None or override.line.reading.id != override.reading_id:
        raise Refused(gettext("Số đọc đã được sửa sau khi đề nghị; hãy đề nghị lại trên bản mới."))


def _answer(actor: Actor, override: VerdictOverride, answer: str, note: str) -> OverrideAnswer:
    if note.strip():
        audit.because(note)
    row = OverrideAnswer(override_id=override.id, answer=answer, note=note.strip(), by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    db.session.expire(override, ["answer"])
    return row
