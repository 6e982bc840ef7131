"""The list of jobs and handing them out."""
from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, get_or_404, page
from lab_app.results import job_list, loading, presenters, services, workflow
from lab_app.results.forms import AssignForm
from lab_app.results.views import bp


@bp.get("/jobs")
@requires(P.JOB_READ)
def jobs() -> Any:
    """All jobs; a technician's list opens on their own open work."""
    actor = current_actor()
    if not request.args and job_list.is_technician(actor):
        return redirect(url_for("results.jobs", who=job_list.MINE, status="open"))
    filters = job_list.filters(actor)
    shown = job_list.page(actor, filters)
    if export.asked():
        heads, rows = job_list.table(shown, filters)
        return export.as_file("viec-thu", heads, rows)
    return page(
        "results/jobs.html", page=shown, quick=_chips(), show=presenters, state=workflow.JOB.state, today=clock.today(),
        mine=request.args.get("who") == job_list.MINE,
    )


def _chips() -> list[Any]:
    """Quick filters with their counts."""
    counts = job_list.counts(current_actor(), clock.today())
    chips: tuple[tuple[str, dict[str, Any], str, str], ...] = (
        (gettext("Của tôi"), {"who": job_list.MINE, "status": "open"}, "mine", "person"),
        (gettext("Chưa xong"), {"status": "open"}, "open", "list-task"),
        (gettext("Trễ"), {"due": "late"}, "late", "x-circle-fill"),
        (gettext("Sắp đến hạn"), {"due": "soon"}, "soon", "clock"),
        (gettext("Chưa giao"), {"who": job_list.UNASSIGNED, "status": "open"}, "unassigned", "person-dash"),
        (gettext("Chờ soát xét"), {"status": "submitted"}, "submitted", "clipboard2-check"),
        (gettext("Tất cả"), {"status": ""}, "", "collection"),
    )
    narrowed = {k: v for k, v in request.args.items() if k in ("who", "status", "due", "regulation", "q") and v}
    return [
        (label, url_for("results.jobs", _anchor=None, **args), narrowed == {k: v for k, v in args.items() if v}, counts.get(key),
         icon)
        for label, args, key, icon in chips
    ]


@bp.post("/jobs/<code>/replan")
@requires(P.JOB_ASSIGN)
def replan(code: str) -> Any:
    """Carry the lines without a reading over to a job by the version in force."""
    job = loading.job_or_404(code)
    with attempt() as tried:
        new = services.replan_job(current_actor(), job, request.form.get("reason", ""))
    if tried.ok:
        return done(gettext("Đã lập %(code)s theo phiên bản đang có hiệu lực.", code=new.code), "results.bench", code=new.code)
    return back_with_refusal("results.bench", code=code)


@bp.route("/jobs/<code>/assign", methods=["GET", "POST"])
@requires(P.JOB_ASSIGN)
def assign(code: str) -> Any:
    """Give a job to somebody authorised for its method; the others stay grey with the reason."""
    job = loading.job_or_404(code)
    people = loading.assignable(job)
    form = AssignForm()
    form.person.choices = [(str(p.id), p.name) for p in people if not p.why]
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(job, form.version.data)
            services.assign_job(current_actor(), job, get_or_404(Person, int(form.person.data)))
        if tried.ok:
            return done(gettext("Đã giao việc %(code)s.", code=code), "results.bench", code=code)
        job = loading.job_or_404(code)
    form.version.data = form.version.data or str(job.version)
    form.person.data = form.person.data or (str(job.assignee_id) if job.assignee_id else "")
    return page("results/assign.html", form=form, job=job, people=people, show=presenters)
