"""Corrective action: opened, answered stage by stage, its steps done with evidence, its effect judged by another, closed (8.7)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import DECIDED, Confirmation
from lab_app.core import audit, clock, files, gates, inbox, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.core.files import Upload
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality import causes
from lab_app.quality.corrective import queries, rules, workflow
from lab_app.quality.corrective.models import CorrectiveAction, CorrectiveLink, CorrectiveStep, EffectCheck
from lab_app.quality.models import Nonconformity

#: Stage → what its answer holds.
FIELDS: dict[str, tuple[str, ...]] = {
    workflow.REACT: ("reaction",), workflow.CONSEQUENCES: ("consequences", "similar"),
    workflow.CAUSE: ("whys", "fishbone", "cause", "cause_class"), workflow.ACTIONS: ("criterion", "check_due"),
    workflow.CARRYING_OUT: (),
}
#: What the person who waits for a stage is asked.
_ASKS = {
    workflow.REACT: N_("%(code)s: ghi ứng phó"), workflow.CONSEQUENCES: N_("%(code)s: đánh giá hậu quả"),
    workflow.CAUSE: N_("%(code)s: tìm nguyên nhân gốc"), workflow.ACTIONS: N_("%(code)s: lập hành động"),
    workflow.CARRYING_OUT: N_("%(code)s: theo dõi thực hiện tới khi đủ bằng chứng"),
}


def _may(actor: Actor, *own: int | None) -> None:
    """Quality managers work on every action, others on what is their own."""
    if actor.can(P.QUALITY_WRITE):
        authorize(actor, P.QUALITY_WRITE)
        return
    authorize(actor, P.HOME)
    if actor.id is None or actor.id not in own:
        raise NotAllowed(gettext("Chỉ người được giao hoặc phụ trách chất lượng làm được việc này."))


def open_corrective(
    actor: Actor, *, title: str, source: tuple[str, int, str] = ("", 0, ""), owner: Person | None = None, opened_on: date | None = None,
    due_on: date | None = None, cause_class: str = "", reaction: str = "",
) -> CorrectiveAction:
    """Open a corrective action, from a record named by (kind, id, code) where there is one; from nonconforming work it is linked to it.

    `owner` answers for it (the actor unless said). Refuses an empty title, a day to come, a due day before it, an unknown class of cause,
    an owner who may not read it, and nonconforming work that is not there.
    """
    authorize(actor, P.QUALITY_WRITE)
    day = opened_on or clock.today()
    if not title.strip():
        raise FieldRefused("title", gettext("Cần điền mục này."))
    if day > clock.today():
        raise FieldRefused("opened_on", gettext("Ngày này ở tương lai."))
    if due_on is not None and due_on < day:
        raise FieldRefused("due_on", gettext("Hạn ở trước ngày mở."))
    if cause_class and cause_class not in causes.CAUSE_CLASSES:
        raise FieldRefused("cause_class", gettext("Lựa chọn không có trong danh sách."))
    if owner is not None and not owner.can(P.QUALITY_READ):
        raise FieldRefused("owner", gettext("%(person)s không xem được hồ sơ chất lượng.", person=owner.full_name))
    owner_id = owner.id if owner is not None else person_of(actor)
    kind, ident, code = source
    row = CorrectiveAction(
        code=numbering.yearly("HĐKP", day.year, 3), title=title.strip(), source_kind=kind, source_id=ident, source_code=code,
        owner_id=owner_id, opened_on=day, due_on=due_on, cause_class=cause_class, reaction=reaction.strip(), opened_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    search.put("corrective-action", row.id, row.code, row.title, code)
    if kind == "nonconformity":
        work = db.session.get(Nonconformity, ident)
        if work is None:
            raise FieldRefused("source", gettext("Không có hồ sơ này."))
        _link(actor, work, row)
    _ask_owner(row)
    return row


def _ask_owner(row: CorrectiveAction) -> None:
    """One thing is asked of the owner at a time: the stage that waits."""
    message = _ASKS.get(row.status)
    if message is None:
        inbox.settle(f"corrective/{row.id}/stage")
        return
    inbox.ask(f"corrective/{row.id}/stage", "corrective", message, {"code": row.code}, person_id=row.owner_id, code=row.code,
              link=f"/quality/corrective/{row.code}", button=N_("Trả lời"), due_on=row.due_on)


def link_corrective(actor: Actor, work: Nonconformity, row: CorrectiveAction) -> CorrectiveLink:
    """Let an open corrective action answer further nonconforming work of the same cause. Refuses a closed action or work, one whose cause
    is of another class than the work's, and a link that stands."""
    authorize(actor, P.QUALITY_WRITE)
    if row.status == workflow.CLOSED:
        raise FieldRefused("corrective", gettext("%(code)s đã đóng: việc tái diễn cần hành động mới.", code=row.code))
    if work.status == "closed":
        raise Refused(gettext("Hồ sơ %(code)s đã đóng.", code=work.code))
    if work.cause_class and row.cause_class and work.cause_class != row.cause_class:  # it would open the gate of 7.10.3 and correct nothing
        raise FieldRefused("corrective", gettext("%(code)s khắc phục nguyên nhân loại khác.", code=row.code))
    return _link(actor, work, row)


def _link(actor: Actor, work: Nonconformity, row: CorrectiveAction) -> CorrectiveLink:
    twin = select(CorrectiveLink.id).where(CorrectiveLink.nonconformity_id == work.id, CorrectiveLink.corrective_id == row.id)
    if db.session.scalar(twin) is not None:
        raise FieldRefused("corrective", gettext("%(code)s đã gắn với hồ sơ này.", code=row.code))
    link = CorrectiveLink(corrective_id=row.id, nonconformity_id=work.id, person_id=actor.id)
    db.session.add(link)
    db.session.flush()
    return link


def stage_facts(row: CorrectiveAction, wanted: str) -> workflow.StageFacts:
    """Facts of the gates over the stages as they stand now; of the actions those count that were decided since the last check which
    found that it did not work."""
    counted = [step for step in row.steps if not step.dropped_reason]
    last = row.checks[-1] if row.checks else None
    unanswered = [gettext(words) for name, words in QUESTIONS.items() if not getattr(row, name).strip()]
    return workflow.StageFacts(
        code=row.code, stage=row.status, wanted=wanted, cause=row.cause,
        actions=sum(1 for step in counted if step.round == _round(row)),
        undone=tuple(step.what for step in counted if step.done_on is None or not step.evidence.strip()),
        effective=last is not None and last.effective, unanswered=tuple(unanswered),
    )


def _round(row: CorrectiveAction) -> int:
    """Which time actions are decided: once more after each check that found them without effect."""
    return 1 + sum(1 for check in row.checks if not check.effective)


#: The questions of 8.7.1 e, f.
QUESTIONS = {
    "risks_answer": N_("rủi ro và cơ hội có phải cập nhật không"), "documents_answer": N_("tài liệu, hệ thống quản lý có phải sửa không"),
}


def answer_stage(actor: Actor, row: CorrectiveAction, stage: str, *, reason: str = "", **answers: Any) -> CorrectiveAction:
    """Answer one stage: of the present one the action goes on to the next; of an earlier one the words change and the trail keeps the
    old ones. Refused by gate *corrective-stage-order* for a stage to come, and by *corrective-cause-and-evidence* when what was to be
    done has no evidence; refuses empty answers, a cause that nobody looked for, and other words once somebody signed that it worked."""
    _may(actor, row.owner_id)
    _unclosed(row)
    if row.checks and row.checks[-1].effective:  # the cause and the criterion are what was signed over
        raise Refused(gettext("%(code)s đã được đánh giá là có hiệu lực.", code=row.code))
    if stage not in FIELDS or set(answers) - set(FIELDS[stage]):
        raise Refused(gettext("Không có bước này."))
    gates.require("corrective-stage-order", stage_facts(row, stage))
    with audit.reason(reason):
        for name, said in _checked(row, stage, answers).items():
            setattr(row, name, said)
        if stage == row.status:
            if stage == workflow.CARRYING_OUT:
                gates.require("corrective-cause-and-evidence", stage_facts(row, workflow.EFFECTIVENESS))
            _reach(row, workflow.after(stage))
        db.session.flush()
    search.put("corrective-action", row.id, row.code, row.title, row.source_code, row.cause)
    return row


def _unclosed(row: CorrectiveAction) -> None:
    if row.status == workflow.CLOSED:
        raise Refused(gettext("%(code)s đã đóng.", code=row.code))


def _reach(row: CorrectiveAction, stage: str) -> None:
    workflow.CORRECTIVE.move(row, f"reach-{stage}")
    if stage == workflow.EFFECTIVENESS:
        days = queries.waiting_days()
        row.check_from = rules.not_before(_done_days(row), days)
        if row.check_due is None or (row.check_from is not None and row.check_due < row.check_from):
            row.check_due = row.check_from
        inbox.ask(
            f"corrective/{row.id}/effect", "corrective", N_("%(code)s: đánh giá hiệu lực"), {"code": row.code},
            permission=P.CORRECTIVE_VERIFY, not_person_id=row.owner_id, code=row.code, link=f"/quality/corrective/{row.code}",
            button=N_("Đánh giá"), due_on=row.check_due)
    _ask_owner(row)


def _done_days(row: CorrectiveAction) -> list[date]:
    """The days on which the counted steps were recorded as done: a day typed as past shortens no waiting."""
    return [clock.local(step.done_recorded_at).date() for step in row.steps
            if step.done_recorded_at is not None and not step.dropped_reason]


def _checked(row: CorrectiveAction, stage: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in answers.items()}
    if stage == workflow.CAUSE:
        said["whys"] = rules.tidy_whys(said.get("whys") or ())
        said["fishbone"] = rules.tidy_fishbone(said.get("fishbone") or {})
        if said.get("cause_class") not in causes.CAUSE_CLASSES:
            raise FieldRefused("cause_class", gettext("Lựa chọn không có trong danh sách."))
        if not rules.analysed(said["whys"], said["fishbone"]):
            raise FieldRefused("whys", gettext("Hỏi “vì sao” ít nhất hai lần, hoặc ghi ít nhất hai nguyên nhân có thể trên xương cá."))
    for name in FIELDS[stage]:
        if name in ("reaction", "consequences", "similar", "cause", "criterion") and not said.get(name):
            raise FieldRefused(name, gettext("Cần điền mục này."))
    if stage == workflow.ACTIONS:
        if not any(not step.dropped_reason and step.round == _round(row) for step in row.steps):
            raise FieldRefused("criterion", gettext("Thêm ít nhất một hành động trước."))
        due = said.get("check_due")
        if due is not None and due < row.opened_on:
            raise FieldRefused("check_due", gettext("Hạn ở trước ngày mở."))
    return said


def add_step(actor: Actor, row: CorrectiveAction, *, what: str, owner: Person, due_on: date) -> CorrectiveStep:
    """Decide one thing to do: what, who, by when. Refused before the cause is stated (gate *corrective-stage-order*); refuses an empty
    text, a day before the action was opened, and when the steps are carried out and judged already."""
    _may(actor, row.owner_id)
    _unclosed(row)
    gates.require("corrective-stage-order", stage_facts(row, workflow.ACTIONS))
    if row.status == workflow.EFFECTIVENESS:
        raise Refused(gettext("%(code)s đang chờ đánh giá hiệu lực.", code=row.code))
    if not what.strip():
        raise FieldRefused("what", gettext("Cần điền mục này."))
    if due_on < row.opened_on:
        raise FieldRefused("step_due_on", gettext("Hạn ở trước ngày mở."))
    step = CorrectiveStep(corrective_id=row.id, what=what.strip(), owner_id=owner.id, due_on=due_on, round=_round(row))
    row.steps.append(step)
    db.session.flush()
    inbox.ask(
        f"corrective/{row.id}/step/{step.id}", "corrective-step", N_("%(code)s: %(what)s"), {"code": row.code, "what": step.what[:160]},
        person_id=owner.id, code=row.code, link=f"/quality/corrective/steps/{step.id}", button=N_("Ghi bằng chứng"), due_on=due_on)
    return step


def finish_step(
    actor: Actor, step: CorrectiveStep, *, done_on: date, evidence: str, uploads: Iterable[Upload] = (),
) -> CorrectiveStep:
    """Say that a step is done, on which day and with what evidence (words, files), by whom it was given to or a quality manager.

    Refused while the actions are not decided on yet; refuses a step done or dropped, an empty evidence, a day to come or before the
    action was opened.
    """
    row = step.corrective
    _may(actor, step.owner_id, row.owner_id)
    _unclosed(row)
    gates.require("corrective-stage-order", stage_facts(row, workflow.CARRYING_OUT))
    if step.done_on is not None or step.dropped_reason:
        raise Refused(gettext("Hành động này đã xong hoặc đã bỏ."))
    if not evidence.strip():
        raise FieldRefused("evidence", gettext("Ghi bằng chứng: tài liệu, số hồ sơ, ảnh, kết quả kiểm tra."))
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if done_on < row.opened_on:
        raise FieldRefused("done_on", gettext("Trước ngày mở hành động khắc phục."))
    step.done_on, step.evidence = done_on, evidence.strip()
    step.done_by_id, step.done_recorded_at = person_of(actor), clock.now()
    for upload in uploads:
        files.attach(upload, "corrective-step", step.id, actor.id, purpose="evidence")
    db.session.flush()
    inbox.settle(f"corrective/{row.id}/step/{step.id}")
    return step


def drop_step(actor: Actor, step: CorrectiveStep, reason: str) -> CorrectiveStep:
    """Take a step back that is not to be done after all, with the reason. Refuses one that was done or dropped."""
    _may(actor, step.corrective.owner_id)
    _unclosed(step.corrective)
    if step.done_on is not None or step.dropped_reason:
        raise Refused(gettext("Hành động này đã xong hoặc đã bỏ."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    with audit.reason(reason):
        step.dropped_reason = reason.strip()
        db.session.flush()
    inbox.settle(f"corrective/{step.corrective_id}/step/{step.id}")
    return step


def check_facts(actor: Actor, row: CorrectiveAction) -> workflow.CheckFacts:
    """Facts of the gates over the check of the effect: who owns it, who was given a step or did one, from when."""
    days = queries.waiting_days()
    involved = {row.owner_id: row.owner.full_name}
    for step in row.steps:
        if step.dropped_reason:
            continue
        involved[step.owner_id] = step.owner.full_name
        if step.done_by_id is not None and step.done_by is not None:
            involved[step.done_by_id] = step.done_by.full_name
    return workflow.CheckFacts(row.code, actor.id, actor.name, tuple(sorted(involved.items())), clock.today(),
                               rules.not_before(_done_days(row), days), days)


#: The gates over the check of the effect besides the order of the stages.
CHECK_GATES = ("effectiveness-by-another", "effectiveness-not-early")


def to_sign(row: CorrectiveAction) -> dict[str, Any]:
    """What the person who judges the effect signs over."""
    return {"corrective": row.code, "cause": row.cause, "criterion": row.criterion,
            "steps": [[step.what, step.evidence] for step in row.steps if not step.dropped_reason], "round": str(len(row.checks) + 1)}


def check_effect(
    actor: Actor, row: CorrectiveAction, *, effective: bool, looked_at: str, finding: str, confirmed: Confirmation | None = None,
) -> EffectCheck:
    """Judge, signed, whether the actions worked (8.7.1 d). Not effective: the action goes back to the search for the cause.

    Refused before its stage, by *corrective-cause-and-evidence*, *effectiveness-by-another*, *effectiveness-not-early*; refuses empty
    words and a check after one that found it effective.
    """
    authorize(actor, P.CORRECTIVE_VERIFY)
    _unclosed(row)
    facts = stage_facts(row, workflow.EFFECTIVENESS)
    for name in ("corrective-stage-order", "corrective-cause-and-evidence"):
        gates.require(name, facts)
    who = check_facts(actor, row)
    for name in CHECK_GATES:
        gates.require(name, who)
    if facts.effective:
        raise Refused(gettext("%(code)s đã được đánh giá là có hiệu lực.", code=row.code))
    for name, text in (("looked_at", looked_at), ("finding", finding)):
        if not text.strip():
            raise FieldRefused(name, gettext("Cần điền mục này."))
    signatures.sign(actor, confirmed, meaning=DECIDED, subject=("corrective-action", row.id), shown=to_sign(row))
    check = EffectCheck(corrective_id=row.id, effective=effective, looked_at=looked_at.strip(), finding=finding.strip(),
                        person_id=person_of(actor))
    row.checks.append(check)
    db.session.flush()
    inbox.settle(f"corrective/{row.id}/effect")
    if not effective:
        row.check_from = row.check_due = None
        _reach(row, workflow.CAUSE)
    else:
        inbox.ask(f"corrective/{row.id}/close", "corrective", N_("%(code)s: có hiệu lực, chờ đóng"), {"code": row.code},
                  permission=P.QUALITY_WRITE, code=row.code, link=f"/quality/corrective/{row.code}", button=N_("Đóng"))
    db.session.flush()
    return check


def close_corrective(
    actor: Actor, row: CorrectiveAction, *, risks_answer: str | None = None, documents_answer: str | None = None, reason: str = "",
) -> CorrectiveAction:
    """Close it with the answers about risks and the management system (8.7.1 e, f). Refused by the gates of `workflow.CORRECTIVE`:
    out of order, without cause or evidence, unanswered."""
    authorize(actor, P.QUALITY_WRITE)
    with audit.reason(reason):
        for name, said in (("risks_answer", risks_answer), ("documents_answer", documents_answer)):
            if said is not None:
                setattr(row, name, said.strip())
        workflow.CORRECTIVE.move(row, "close", stage_facts(row, workflow.CLOSED))
        row.closed_by_id, row.closed_at = actor.id, clock.now()
        db.session.flush()
    inbox.settle_under(f"corrective/{row.id}/")
    return row


def closing_stops(row: CorrectiveAction) -> Sequence[Any]:
    """What stands against closing now, but for the questions that the closing form asks."""
    facts = stage_facts(row, workflow.CLOSED)
    return [stop for stop in (gates.ask(name, facts) for name in ("corrective-stage-order", "corrective-cause-and-evidence")) if stop]
