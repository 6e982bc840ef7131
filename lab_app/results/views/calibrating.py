"""Pages of calibrations: planning one of an own instrument, the points of a job, an adjustment."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from instruments import queries as instruments
from instruments.models import Instrument
from lab_app.core import clock
from lab_app.core.access import Actor, current_actor, requires
from lab_app.core.errors import NotAllowed
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, or_404, page
from lab_app.results import loading, queries, services, workflow
from lab_app.results.calibration_forms import AdjustmentForm, InHouseForm, PointsForm
from lab_app.results.views import bp
from lab_app.samples import services as samples
from test_methods.models import Method
from test_methods.queries import calibration_methods

SHOWN = 4


def _may_plan(actor: Actor) -> bool:
    return actor.can(P.INSTRUMENT_WRITE) or actor.can(P.REQUEST_REGISTER)


@bp.route("/instruments/<code>/calibrate-in-house", methods=["GET", "POST"])
@requires(P.INSTRUMENT_READ)
def calibrate_in_house(code: str) -> Any:
    """Plan an in-house calibration: an internal request, reviewed, with its job."""
    row = or_404(instruments.by_code(code), gettext("Không có thiết bị mang mã này."))
    actor = current_actor()
    if not _may_plan(actor):
        raise NotAllowed(gettext("Vai trò của bạn không lập hiệu chuẩn nội bộ."))
    form = InHouseForm()
    form.offer(calibration_methods(clock.today(), clock.now()))
    if form.validate_on_submit():
        assert form.planned_on.data is not None  # the field is required
        with attempt(form) as tried:
            sample = samples.calibrate_own_instrument(
                actor, row, get_or_404(Method, form.method.data), planned_on=form.planned_on.data, condition=form.condition.data,
                note=form.note.data or "")
            job = next(iter(queries.jobs_of_sample(sample.id)), None)
        if tried.ok:
            words = gettext("Đã lập hiệu chuẩn nội bộ %(number)s.", number=sample.request.number)
            if job is None:
                return done(words, "samples.request_page", number=sample.request.number)
            return done(words, "results.bench", code=job.code)
    return page("results/calibrate_in_house.html", form=form, instrument=row)


def of_instrument(row: Instrument, actor: Actor) -> Panel | None:
    """In-house calibrations of an instrument, and the way to plan one for those who may."""
    if not actor.can(P.JOB_READ):
        return None
    jobs = queries.in_house_jobs(row.id, SHOWN)
    may_plan = _may_plan(actor) and row.state != "retired" and row.calibration_required
    if not jobs and not may_plan:
        return None
    context = {"instrument": row, "jobs": jobs, "state": workflow.JOB.state, "may_plan": may_plan}
    return Panel("results/_in_house_panel.html", context, side=True)


@bp.route("/jobs/<code>/points", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def points(code: str) -> Any:
    """The points of a calibration with the item's permissible errors, before anything is measured."""
    job = loading.job_or_404(code)
    parameters = job.method_version.parameters
    form = PointsForm(data={"criterion": job.criterion, "version": job.version} if request.method == "GET" else None)
    if request.method == "GET":
        form.begin(queries.live_lines(job.id))
    form.offer(parameters)
    if request.method == "POST" and request.form.get("do") == "more":
        form.more()
        form.offer(parameters)
        return page("results/points.html", status=200, form=form, job=job)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(job, form.version.data)
            services.plan_points(current_actor(), job, form.points(parameters), criterion=form.criterion.data or "")
        if tried.ok:
            return done(gettext("Đã lập các điểm hiệu chuẩn."), "results.bench", code=code)
        job = loading.job_or_404(code)
    return page("results/points.html", form=form, job=job)


@bp.route("/jobs/<code>/adjustment", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def adjustment(code: str) -> Any:
    """The item was adjusted: what was done, and the points to measure again as left."""
    job = loading.job_or_404(code)
    form = AdjustmentForm(data={"version": job.version} if request.method == "GET" else None)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(job, form.version.data)
            services.record_adjustment(current_actor(), job, form.what.data)
        if tried.ok:
            return done(gettext("Đã ghi hiệu chỉnh; đo lại các điểm sau hiệu chỉnh."), "results.bench", code=code)
        job = loading.job_or_404(code)
    return page("results/adjustment.html", form=form, job=job)
