"""Use cases of objectives: set, planned, watched, answered where a month misses, ended (ISO 9001 6.2)."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, inbox, numbering, search
from lab_app.core import kpi as figures
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.objectives import queries, rules
from lab_app.quality.objectives.models import Objective, ObjectiveAnswer, ObjectiveStep

TO_ANSWER = timedelta(days=10)
OFF = N_("%(title)s: tháng %(month)s chưa đạt mục tiêu; nêu nguyên nhân và việc làm tiếp")
STEP = N_("%(title)s: %(what)s")


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def _running(row: Objective) -> None:
    if row.status != "running":
        raise Refused(gettext("Mục tiêu %(code)s đã kết thúc.", code=row.code))


def set_objective(
    actor: Actor, *, title: str, kpi: str, target: Decimal, window: int, from_on: date, to_on: date, owner: Person, why: str = "",
    resources: str = "",
) -> Objective:
    """Set an objective: the figure, its target over a window of months, from when to when, who answers for it (8.2.1).

    Refuses a figure that no room counts, a window that is not offered, reversed days, a target below zero or a share above 100 %.
    """
    authorize(actor, P.QUALITY_WRITE)
    found = figures.registry.get(kpi)
    if found is None:
        raise FieldRefused("kpi", gettext("Lựa chọn không có trong danh sách."))
    if window not in rules.WINDOWS:
        raise FieldRefused("window", gettext("Lựa chọn không có trong danh sách."))
    if to_on <= from_on:
        raise FieldRefused("to_on", gettext("Kết thúc trước lúc bắt đầu."))
    if target < 0:
        raise FieldRefused("target", gettext("Mục tiêu không âm."))
    if found.kind == "rate" and target > 100:
        raise FieldRefused("target", gettext("Tỉ lệ không quá 100 phần trăm."))
    row = Objective(
        code=numbering.yearly("MT", from_on.year, 2), title=_needed("title", title), why=why.strip(), kpi=kpi, target=target, window=window,
        from_on=from_on, to_on=to_on, owner_id=owner.id, resources=resources.strip(), set_by_id=person_of(actor))
    row.owner = owner
    db.session.add(row)
    db.session.flush()
    search.put("objective", row.id, row.code, row.title, str(found.label))
    return row


def add_step(actor: Actor, row: Objective, *, what: str, person: Person, due_on: date) -> ObjectiveStep:
    """A step of the plan (who does what until when); that person is asked."""
    authorize(actor, P.HOME if actor.id == row.owner_id else P.QUALITY_WRITE)
    _running(row)
    step = ObjectiveStep(objective_id=row.id, what=_needed("what", what)[:300], person_id=person.id, due_on=due_on)
    step.person = person
    row.steps.append(step)
    db.session.flush()
    inbox.ask(f"objective/{row.id}/step/{step.id}", "objective", STEP, {"title": row.title, "what": step.what}, person_id=person.id,
              code=row.code, link=f"/quality/objectives/{row.code}", due_on=due_on)
    return step


def finish_step(actor: Actor, step: ObjectiveStep, *, done_on: date, shown_by: str) -> ObjectiveStep:
    """It is done, with what shows it; by whoever was asked, or the keeper of quality records."""
    authorize(actor, P.HOME if actor.id == step.person_id else P.QUALITY_WRITE)
    if step.done_on is not None:
        raise Refused(gettext("Việc này đã xong rồi."))
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    step.shown_by, step.done_on = _needed("shown_by", shown_by), done_on
    db.session.flush()
    inbox.settle(f"objective/{step.objective_id}/step/{step.id}")
    return step


def figure_of(row: Objective, month: date) -> figures.Figure | None:
    """The objective's figure of a month, over its window; none where no room counts it any more."""
    kpi = figures.registry.get(row.kpi)
    if kpi is None:
        return None
    spans = figures.months(month, row.window)
    return figures.rolled(kpi, figures.series_of([kpi], spans)[kpi.key], spans, row.window)[-1]


def answer_month(actor: Actor, row: Objective, *, month: date, why: str, action: str) -> ObjectiveAnswer:
    """Why a month missed and what follows, with the figure as it stands now; by the owner or the keeper of quality records.

    Refuses a month that is not over, that has no figure, that reached its target, or that was answered.
    """
    authorize(actor, P.HOME if actor.id == row.owner_id else P.QUALITY_WRITE)
    _running(row)
    month = figures.month_of(month)
    if month > rules.last_full_month(clock.today()):
        raise FieldRefused("month", gettext("Tháng này chưa hết."))
    found = figure_of(row, month)
    if found is None or found.value is None:
        raise FieldRefused("month", gettext("Tháng này chưa có số liệu."))
    if figures.registry[row.kpi].reaches(found.value, row.target):
        raise FieldRefused("month", gettext("Tháng này đạt mục tiêu."))
    if any(a.month == month for a in row.answers):
        raise FieldRefused("month", gettext("Tháng này đã trả lời."))
    kept = found.value.quantize(Decimal("0.0001"))
    answer = ObjectiveAnswer(
        objective_id=row.id, month=month, value=kept, target=row.target, why=_needed("why", why), action=_needed("action", action),
        person_id=person_of(actor))
    row.answers.append(answer)
    db.session.flush()
    inbox.settle(f"objective/{row.id}/off/{month:%Y-%m}")
    return answer


def end_objective(actor: Actor, row: Objective, conclusion: str) -> Objective:
    """It ends, with what came of it."""
    authorize(actor, P.QUALITY_WRITE)
    _running(row)
    row.conclusion = _needed("conclusion", conclusion)
    with audit.reason(row.conclusion):
        row.status, row.ended_at = "ended", clock.now()
        db.session.flush()
    inbox.settle_under(f"objective/{row.id}/")
    return row


def ask_due(actor: Actor, today: date) -> int:
    """Ask the owners of objectives whose latest full month missed its target and was not answered. What is reached meanwhile (a late
    entry changed the figure) is asked no more."""
    authorize(actor, P.QUALITY_WRITE)
    count, full = 0, rules.last_full_month(today)
    found = [o for o in queries.running() if o.from_on <= full and full <= o.to_on]
    for trend in queries.trends(found, today):
        row = trend.objective
        assert row is not None
        key = f"objective/{row.id}/off/{full:%Y-%m}"
        if trend.last.month != full or trend.state is not rules.MISSED:
            inbox.settle(key)
            continue
        if any(a.month == full for a in row.answers):
            continue
        inbox.ask(key, "objective", OFF, {"title": row.title, "month": f"{full:%m/%Y}"}, person_id=row.owner_id, code=row.code,
                  link=f"/quality/objectives/{row.code}", due_on=today.replace(day=1) + TO_ANSWER)
        count += 1
    return count
