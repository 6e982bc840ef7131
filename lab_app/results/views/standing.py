"""What stands after a change of the item; conditioning of a job's item (7.8.1.2, 7.4.4)."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from instruments.queries import in_register
from lab_app.core import clock
from lab_app.core.access import Actor, current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import pick
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page
from lab_app.results import loading, presenters, services
from lab_app.results.forms.standing import FinishConditioningForm, StartConditioningForm, standing_form
from lab_app.results.queries.conditioning import conditionings, ready_at, running
from lab_app.results.queries.standing import Question, lines_of_sample, questions
from lab_app.results.services.standing import Verdict
from lab_app.results.views import bp
from lab_app.results.workflow.conditioning import duration
from lab_app.samples.models import Sample
from lab_app.samples.queries import sample_by_code


def _sample_or_404(code: str) -> Sample:
    return or_404(sample_by_code(code), gettext("Không có mẫu mang mã này."))


def _by_change(asked: list[Question]) -> list[tuple[Any, list[Question]]]:
    """Each change with the lines it asks about, oldest change first."""
    out: dict[str, tuple[Any, list[Question]]] = {}
    for question in sorted(asked, key=lambda q: q.change.at):
        out.setdefault(question.change.key, (question.change, []))[1].append(question)
    return list(out.values())


@bp.route("/samples/<code>/standing", methods=["GET", "POST"])
@requires(P.JOB_READ)
def standing(code: str) -> Any:
    """Every change of a sample, the results measured before it, and what is answered to each: stands, or measured again."""
    row = _sample_or_404(code)
    groups = _by_change(questions(lines_of_sample(row.id)))
    open_ = [q for _change, asked in groups for q in asked if q.decision is None]
    form = standing_form([change.key for change, _asked in groups], {q.line.id for q in open_})
    if request.method == "POST" and form.validate():
        answers = {
            q.line.id: Verdict(form[f"decision-{q.line.id}"].data,
                               form[f"reason-{q.line.id}"].data or form["reason"].data or "")
            for q in open_ if q.change.key == form["change"].data and form[f"decision-{q.line.id}"].data
        }
        with attempt(form) as tried:
            if not answers:
                raise FieldRefused("decision", gettext("Chưa trả lời dòng nào."))
            services.decide_standing(current_actor(), row, form["change"].data, answers)
        if tried.ok:
            return done(gettext("Đã ghi trả lời cho %(n)s kết quả.", n=len(answers)), "results.standing", code=code)
        row = _sample_or_404(code)
        groups = _by_change(questions(lines_of_sample(row.id)))
    return page("results/standing.html", form=form, row=row, groups=groups, show=presenters, may=current_actor().can(P.RESULT_REVIEW))


def of_sample(row: Any, actor: Actor) -> Panel | None:
    """How many results of an item wait for an answer; nothing while the item was never changed."""
    if not actor.can(P.JOB_READ) or not (row.firmware_changes or row.item.file_revision > 1):
        return None
    asked = questions(lines_of_sample(row.id))
    if not asked:
        return None
    waiting = sum(q.decision is None for q in asked)
    return Panel("results/_standing_panel.html", {"row": row, "asked": len(asked), "waiting": waiting}, side=True)


@bp.get("/jobs/<code>/conditioning")
@requires(P.JOB_READ)
def conditioning(code: str) -> Any:
    """The conditionings of a job's item, and the form of what comes next."""
    return _conditioning(code)


def _conditioning(code: str, start: StartConditioningForm | None = None, finish: FinishConditioningForm | None = None) -> Any:
    job = loading.job_or_404(code)
    rows = conditionings([job.id]).get(job.id, [])
    now_on = next((r for r in reversed(rows) if r.ended_at is None), None)
    if start is None and now_on is None:
        start = StartConditioningForm(formdata=None, data={"started_at": clock.now(), "place": job.sample.storage})
    if finish is None and now_on is not None:
        finish = FinishConditioningForm(formdata=None, data={"ended_at": clock.now(), "version": now_on.version})
    if start is not None:
        start.instrument.choices = _chambers()
    form = finish if now_on is not None else start
    return page("results/conditioning.html", job=job, rows=rows, running=now_on, ready=ready_at(now_on) if now_on else None, form=form,
                duration=duration, may=current_actor().can(P.RESULT_WRITE) and job.status not in ("reviewed", "cancelled"))


def _chambers() -> list[tuple[str, str]]:
    return [(str(i.id), f"{i.code} · {pick(i.name_vi, i.name_en)}") for i in in_register()]


@bp.post("/jobs/<code>/conditioning/start")
@requires(P.RESULT_WRITE)
def start_conditioning(code: str) -> Any:
    """Begin conditioning."""
    job, form = loading.job_or_404(code), StartConditioningForm()
    form.instrument.choices = _chambers()
    if form.validate():
        with attempt(form) as tried:
            chamber = next((i for i in in_register() if str(i.id) == form.instrument.data), None)
            services.start_conditioning(current_actor(), job, instrument=chamber, **form.clean("started_at", "place", "conditions", "note"))
        if tried.ok:
            return done(gettext("Đã ghi bắt đầu ổn định mẫu."), "results.conditioning", code=code)
    return _conditioning(code, start=form)


@bp.post("/jobs/<code>/conditioning/finish")
@requires(P.RESULT_WRITE)
def finish_conditioning(code: str) -> Any:
    """End the conditioning that goes on."""
    job, form = loading.job_or_404(code), FinishConditioningForm()
    row = or_404(running(job.id), gettext("Không có lần ổn định nào đang diễn ra."))
    if form.validate():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.finish_conditioning(
                current_actor(), row, ended_at=form.ended_at.data or clock.now(), interrupted=form.interrupted.data or "")
        if tried.ok:
            return done(gettext("Đã ghi kết thúc ổn định mẫu."), "results.conditioning", code=code)
    return _conditioning(code, finish=form)
