"""Use cases of risks and opportunities: judged, treated, approved by another, their effect looked at, closed (8.5, 4.1.4, 4.1.5)."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, inbox, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.notices import N_, day
from lab_app.core.permissions import P
from lab_app.quality.origins import named
from lab_app.quality.risks import queries, rules, workflow
from lab_app.quality.risks.models import ImpartialityReview, Risk

#: An owner answers a risk within this time; the effect is looked at within two years of the treatment.
TO_ANSWER, LATEST_EFFECT = timedelta(days=14), timedelta(days=731)
TREAT = N_("%(title)s: đặt biện pháp xử lý")
APPROVE = N_("%(title)s: duyệt biện pháp xử lý")
EFFECT = N_("%(title)s: kiểm tra hiệu lực của biện pháp, hạn %(on)s")
LOOK = N_("Xem xét rủi ro với tính khách quan, hạn %(on)s")


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def _scale(field: str, value: int) -> int:
    if value not in rules.SCALE:
        raise FieldRefused(field, gettext("Chọn mức từ 1 đến 5."))
    return value


def level_of(row: Risk) -> str:
    """Its level as judged now."""
    return rules.level(row.likelihood, row.consequence)


def _link(row: Risk) -> str:
    return f"/quality/risks/{row.code}"


def _ask_owner(row: Risk) -> None:
    if level_of(row) != "low":
        inbox.ask(f"risk/{row.id}/treat", "risk", TREAT, {"title": row.title}, person_id=row.owner_id, code=row.code, link=_link(row),
                  due_on=clock.today() + TO_ANSWER)


def record_risk(
    actor: Actor, *, kind: str, topic: str, title: str, likelihood: int, consequence: int, owner: Person, description: str = "",
    found_on: date | None = None, source_kind: str = "", source_code: str = "",
) -> Risk:
    """Write a risk or an opportunity down, judged, with who answers for it (8.5.1); the owner is asked unless it is low.

    Refuses an unknown kind or topic, an empty title, levels off the scale, a day to come, a source that is not there.
    """
    authorize(actor, P.QUALITY_WRITE)
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    if topic not in rules.TOPICS:
        raise FieldRefused("topic", gettext("Lựa chọn không có trong danh sách."))
    found_on = found_on or clock.today()
    if found_on > clock.today():
        raise FieldRefused("found_on", gettext("Ngày này ở tương lai."))
    source = named(source_kind, source_code)
    row = Risk(
        code=numbering.yearly("RR", found_on.year, 3), kind=kind, topic=topic, title=_needed("title", title),
        description=description.strip(), source_kind=source[0], source_id=source[1], source_code=source[2], found_on=found_on,
        likelihood=_scale("likelihood", likelihood), consequence=_scale("consequence", consequence), score=likelihood * consequence,
        owner_id=owner.id, recorded_by_id=person_of(actor))
    row.owner = owner
    db.session.add(row)
    db.session.flush()
    search.put("risk", row.id, row.code, row.title, row.description, row.source_code)
    _ask_owner(row)
    return row


def judge_again(actor: Actor, row: Risk, *, likelihood: int, consequence: int, owner: Person, reason: str) -> Risk:
    """Judge it anew, with the reason; a treatment that was planned is planned anew. Who keeps the quality records judges, or who approves
    risks. Refused for one that is under way or closed, and by gate *risk-lowered-by-another* to whom a high level rests on."""
    authorize(actor, P.RISK_APPROVE if actor.can(P.RISK_APPROVE) else P.QUALITY_WRITE)
    likelihood, consequence = _scale("likelihood", likelihood), _scale("consequence", consequence)
    with audit.reason(_needed("reason", reason)):
        workflow.RISK.move(row, "judge", lowering_facts(actor, row, rules.level(likelihood, consequence)))
        row.likelihood, row.consequence = likelihood, consequence
        row.score, row.owner_id, row.owner = likelihood * consequence, owner.id, owner
        db.session.flush()
    inbox.settle(f"risk/{row.id}/approve")
    _ask_owner(row)
    return row


def lowering_facts(actor: Actor, row: Risk, new_level: str) -> workflow.LoweringFacts:
    """Facts of gate *risk-lowered-by-another* for a judgement at a new level."""
    level = level_of(row)
    rests_on = queries.high_rests_on(row) | {row.owner_id} if level == "high" and row.kind == "risk" else frozenset[int]()
    return workflow.LoweringFacts(row.code, row.kind, level, new_level, actor.id, rests_on)


def plan_treatment(actor: Actor, row: Risk, *, answer: str, treatment: str, due_on: date, effect_on: date) -> Risk:
    """What is done about it, until when, and on which day its effect is looked at (8.5.2; never without that day).

    The owner plans, or whoever keeps the quality records. A high risk waits for approval by another (4.1.5). Refuses an answer that
    does not go with its kind, an effect check before the treatment is due or later than two years.
    """
    authorize(actor, P.HOME if actor.id == row.owner_id else P.QUALITY_WRITE)
    if answer not in rules.ANSWERS_OF[row.kind]:
        raise FieldRefused("answer", gettext("Lựa chọn không có trong danh sách."))
    if effect_on < due_on:
        raise FieldRefused("effect_on", gettext("Kiểm tra hiệu lực sau khi biện pháp xong."))
    if effect_on > clock.today() + LATEST_EFFECT:
        raise FieldRefused("effect_on", gettext("Kiểm tra hiệu lực trong vòng 2 năm."))
    treatment = _needed("treatment", treatment)
    workflow.RISK.move(row, "plan")
    row.answer, row.treatment, row.due_on, row.effect_on = answer, treatment, due_on, effect_on
    row.approved_by_id, row.approved_at = None, None
    row.effect, row.effect_by_id, row.effect_at, row.residual_likelihood, row.residual_consequence = "", None, None, None, None
    db.session.flush()
    inbox.settle(f"risk/{row.id}/treat", f"risk/{row.id}/effect")
    if level_of(row) == "high":
        inbox.ask(f"risk/{row.id}/approve", "risk", APPROVE, {"title": row.title}, permission=P.RISK_APPROVE, not_person_id=row.owner_id,
                  code=row.code, link=_link(row), due_on=clock.today() + TO_ANSWER)
    return row


def approval_facts(actor: Actor, row: Risk) -> workflow.ApprovalFacts:
    """Facts of gate *risk-approved-by-another*."""
    return workflow.ApprovalFacts(row.code, row.owner_id, row.recorded_by_id, actor.id, queries.planner_of(row.id))


def approve_treatment(actor: Actor, row: Risk, words: str = "") -> Risk:
    """Approve what is planned (4.1.5). Refused by gate *risk-approved-by-another* to its owner and to who wrote it or
    its treatment down."""
    authorize(actor, P.RISK_APPROVE)
    with audit.reason(words):
        workflow.RISK.move(row, "approve", approval_facts(actor, row))
        row.approved_by_id, row.approved_at = person_of(actor), clock.now()
        db.session.flush()
    inbox.settle(f"risk/{row.id}/approve")
    return row


def check_effect(actor: Actor, row: Risk, *, likelihood: int, consequence: int, effect: str) -> Risk:
    """What the treatment did, and how high the risk is that is left (8.5.2). Refused before anything was planned."""
    authorize(actor, P.HOME if actor.id == row.owner_id else P.QUALITY_WRITE)
    effect = _needed("effect", effect)
    workflow.RISK.move(row, "check")
    row.residual_likelihood, row.residual_consequence = _scale("likelihood", likelihood), _scale("consequence", consequence)
    row.effect, row.effect_by_id, row.effect_at = effect, person_of(actor), clock.now()
    db.session.flush()
    inbox.settle(f"risk/{row.id}/effect")
    return row


def closing_facts(row: Risk) -> workflow.ClosingFacts:
    """Facts of gate *risk-treated* as they stand now."""
    left = ""
    if row.residual_likelihood is not None and row.residual_consequence is not None:
        left = rules.level(row.residual_likelihood, row.residual_consequence)
    return workflow.ClosingFacts(
        row.code, level_of(row), row.treatment, row.approved_at is not None, row.effect_at is not None, left, row.kind == "opportunity")


def close_risk(actor: Actor, row: Risk, reason: str) -> Risk:
    """Close it with the reason. Refused by gate *risk-treated*."""
    authorize(actor, P.QUALITY_WRITE)
    with audit.reason(_needed("reason", reason)):
        workflow.RISK.move(row, "close", closing_facts(row))
        row.closed_by_id, row.closed_at = person_of(actor), clock.now()
        db.session.flush()
    inbox.settle_under(f"risk/{row.id}/")
    return row


def reopen_risk(actor: Actor, row: Risk, reason: str) -> Risk:
    """It is back: judged and treated anew."""
    authorize(actor, P.QUALITY_WRITE)
    with audit.reason(_needed("reason", reason)):
        workflow.RISK.move(row, "reopen")
        row.closed_by_id, row.closed_at, row.approved_by_id, row.approved_at = None, None, None, None
        row.effect, row.effect_by_id, row.effect_at, row.residual_likelihood, row.residual_consequence = "", None, None, None, None
        db.session.flush()
    _ask_owner(row)
    return row


def review_impartiality(
    actor: Actor, *, done_on: date, answers: Mapping[str, str], conclusion: str, next_on: date | None = None,
) -> ImpartialityReview:
    """The look for risks to impartiality that comes back every quarter (4.1.4). Refuses an unanswered question, a day to come, a next
    look later than three months."""
    authorize(actor, P.QUALITY_WRITE)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    for key in rules.QUESTIONS:
        _needed(key, answers.get(key, ""))
    latest = done_on + rules.REVIEW_EVERY
    next_on = next_on or latest
    if not done_on < next_on <= latest:
        raise FieldRefused("next_on", gettext("Lần xem tới sau lần này và trong vòng 3 tháng."))
    row = ImpartialityReview(
        code=numbering.yearly("KQ", done_on.year, 2), done_on=done_on, answers={key: answers[key].strip() for key in rules.QUESTIONS},
        conclusion=_needed("conclusion", conclusion), next_on=next_on, person_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    search.put("impartiality-review", row.id, row.code, gettext("Xem xét tính khách quan"), row.conclusion)
    inbox.settle("impartiality/review")
    return row


def ask_due(actor: Actor, today: date) -> int:
    """Ask owners for effects that fall due, and the keepers of quality records for the look at impartiality."""
    authorize(actor, P.QUALITY_WRITE)
    count = 0
    for row in queries.effects_due(today + timedelta(days=14)):
        assert row.effect_on is not None  # the query asks for a day
        inbox.ask(f"risk/{row.id}/effect", "risk", EFFECT, {"title": row.title, "on": day(row.effect_on)}, person_id=row.owner_id,
                  code=row.code, link=_link(row), due_on=row.effect_on)
        count += 1
    latest = queries.latest_review()
    due = latest.next_on if latest else today
    if due <= today + timedelta(days=14):
        inbox.ask("impartiality/review", "impartiality-review", LOOK, {"on": day(due)}, permission=P.QUALITY_WRITE,
                  link="/quality/risks/impartiality/new", due_on=due)
        count += 1
    return count
