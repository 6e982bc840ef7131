"""The decision by somebody who did not take part, its signature, the end of a complaint, and what it opens (7.9.3, 7.9.6, 7.9.7)."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext

from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import DECIDED as MEANING
from lab_app.accounts.workflow import Confirmation
from lab_app.core import audit, clock, gates, inbox
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality import workflow as nonconforming
from lab_app.quality.complaints import queries
from lab_app.quality.complaints.models import Complaint, ComplaintMessage
from lab_app.quality.complaints.services.handling import link_of, needed
from lab_app.quality.complaints.workflow import (
    CLOSED,
    COMPLAINT,
    FOUND,
    NOT_OURS,
    NOTE,
    PAGE,
    REJECTED,
    ClosingFacts,
    DeciderFacts,
    InvestigationFacts,
)
from lab_app.quality.corrective import services as corrective
from lab_app.quality.corrective.models import CorrectiveAction
from lab_app.quality.models import Nonconformity
from lab_app.quality.services import open_nonconformity

TO_TELL = N_("Báo kết thúc khiếu nại %(code)s cho người khiếu nại")


def decider_facts(actor: Actor, row: Complaint) -> DeciderFacts:
    """Facts of gate *complaint-decider-not-involved* for this person, from the records as they stand now."""
    found = queries.involved(row)
    mine = found.get(actor.id or 0)
    deeds = () if mine is None else tuple(mine) or (gettext("được nêu tên là người liên quan"),)
    cleared = actor.id in queries.cleared_by(row)
    free = tuple(p.full_name for p in queries.deciders(row, found)) if deeds or cleared else ()
    return DeciderFacts(row.code, actor.name, deeds, queries.is_known(row), free, cleared)


def investigation_facts(row: Complaint, outcome: str = "") -> InvestigationFacts:
    """Facts of gate *complaint-investigated*: a rejected complaint has no action, any other has one."""
    parts = [(row.investigation, gettext("kết quả điều tra")), (row.cause, gettext("nguyên nhân"))]
    if outcome != REJECTED:
        parts.append((row.action, gettext("hành động")))
    return InvestigationFacts(row.code, tuple(word for said, word in parts if not said))


def closing_facts(row: Complaint) -> ClosingFacts:
    """Facts of gate *complaint-complete*."""
    missing = []
    if not row.decision:
        missing.append(gettext("quyết định"))
    if row.outcome != NOT_OURS:
        if not row.cause:
            missing.append(gettext("nguyên nhân"))
        if row.outcome != REJECTED and not row.action:
            missing.append(gettext("hành động"))
        if row.action and row.action_done_on is None:
            missing.append(gettext("ngày hành động làm xong"))
    if row.notified_on is None and not row.not_notified:
        missing.append(gettext("ngày thông báo kết thúc cho người khiếu nại"))
    if row.nonconformity is not None and row.nonconformity.status == nonconforming.OPEN:
        missing.append(gettext("đánh giá công việc không phù hợp %(code)s", code=row.nonconformity.code))
    return ClosingFacts(row.code, tuple(missing))


def as_signed(row: Complaint) -> dict[str, Any]:
    """What a decider signs: the case as it lies before them. The decision's own words are written with the same act."""
    return {
        "act": "decide-complaint", "complaint": row.code, "title": row.title, "words": row.words, "investigation": row.investigation,
        "cause": row.cause, "action": row.action,
        "subjects": [f"{one.kind}:{one.subject_id}" for one in queries.standing_subjects(row)],
    }


def decide(actor: Actor, row: Complaint, *, outcome: str, decision: str, confirmed: Confirmation | None = None) -> Complaint:
    """Decide (7.9.6): signed, by a person who took no part. `not_ours` needs no investigation, the other outcomes do.

    Gates *complaint-investigated*, *complaint-decider-not-involved*. Who was involved is frozen with the decision.
    """
    authorize(actor, P.COMPLAINT_DECIDE)
    person_id = person_of(actor)
    said = needed("decision", decision)
    declining = outcome == NOT_OURS
    if not declining and outcome not in FOUND:
        raise FieldRefused("outcome", gettext("Lựa chọn không có trong danh sách."))
    if not declining:
        gates.require("complaint-investigated", investigation_facts(row, outcome))
    gates.require("complaint-decider-not-involved", decider_facts(actor, row))
    signatures.sign(actor, confirmed, meaning=MEANING, subject=("complaint", row.id), shown=as_signed(row))
    COMPLAINT.move(row, "decline" if declining else "decide")
    row.outcome, row.decision, row.decided_by_id, row.decided_at = outcome, said, person_id, clock.now()
    row.involved = {str(one): deeds for one, deeds in queries.involved(row).items()}
    db.session.flush()
    _answered(row)
    inbox.ask(f"complaint/{row.id}/notice", "complaint", TO_TELL, {"code": row.code}, permission=P.QUALITY_WRITE, code=row.code,
              link=link_of(row), due_on=queries.working_days_after(clock.today(), queries.terms().acknowledge_days))
    return row


def close(actor: Actor, row: Complaint) -> Complaint:
    """End it (7.9.7). Refused by gate *complaint-complete* without cause, decision, action done and the day of notice."""
    authorize(actor, P.QUALITY_WRITE)
    if COMPLAINT.allows(row, "close"):
        gates.require("complaint-complete", closing_facts(row))
    COMPLAINT.move(row, "close", closing_facts(row))
    row.closed_by_id, row.closed_at = actor.id, clock.now()
    db.session.flush()
    _answered(row)
    inbox.settle_under(f"complaint/{row.id}/letter/")
    return row


def _answered(row: Complaint) -> None:
    """The steps that were asked for are done; what the complainant added since stays asked until somebody has read it."""
    inbox.settle(*(f"complaint/{row.id}/{step}" for step in ("acknowledge", "take", "investigate", "notice")))
    inbox.settle_under(f"complaint/{row.id}/decide/")


def reopen(actor: Actor, row: Complaint, reason: str) -> Complaint:
    """Take a decided or ended complaint up again; the earlier decision stays as a note, a new one is needed."""
    authorize(actor, P.QUALITY_WRITE)
    why = needed("reason", reason)
    before = gettext("Mở lại: %(why)s. Quyết định trước đó: %(decision)s", why=why, decision=row.decision)
    with audit.reason(why):
        COMPLAINT.move(row, "reopen")
        row.messages.append(ComplaintMessage(complaint_id=row.id, kind=NOTE, way=PAGE, words=before, person_id=actor.id))
        row.outcome, row.decision, row.decided_by_id, row.decided_at, row.involved = "", "", None, None, {}
        row.notified_on, row.not_notified, row.closed_by_id, row.closed_at = None, "", None, None
        row.owner_id = row.owner_id or actor.id
        db.session.flush()
    inbox.settle(f"complaint/{row.id}/notice")
    return row


def open_work(actor: Actor, row: Complaint) -> Nonconformity:
    """Open nonconforming work from a complaint (7.10); one complaint opens one. Refuses a second, and one that has ended."""
    authorize(actor, P.QUALITY_WRITE)
    if row.status == CLOSED:
        raise Refused(gettext("Khiếu nại %(code)s đã kết thúc.", code=row.code))
    if row.nonconformity_id is not None:
        raise Refused(gettext("Khiếu nại này đã mở một hồ sơ công việc không phù hợp."))
    about = next(iter(queries.standing_subjects(row)), None)
    made = open_nonconformity(
        actor, source="complaint" if "complaint" in nonconforming.SOURCES else "other", subject_kind=about.kind if about else "complaint",
        subject_id=about.subject_id if about else row.id, subject_code=about.code if about else row.code,
        title=gettext("Theo khiếu nại %(code)s: %(title)s", code=row.code, title=row.title)[:300], description=row.words,
        found_on=clock.today())
    row.nonconformity = made
    db.session.flush()
    return made


def open_corrective(actor: Actor, row: Complaint) -> CorrectiveAction:
    """Open a corrective action whose source is this complaint (8.7). Refuses a second one."""
    authorize(actor, P.QUALITY_WRITE)
    if row.corrective_code:
        raise Refused(gettext("Khiếu nại này đã có hành động khắc phục."))
    made = corrective.open_corrective(
        actor, title=gettext("Theo khiếu nại %(code)s: %(title)s", code=row.code, title=row.title)[:200],
        source=("complaint", row.id, row.code))
    row.corrective_code = made.code
    db.session.flush()
    return made


