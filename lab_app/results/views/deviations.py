"""Pages of departures from a method on a job, its checklist, and the use of an old version (7.2.1.3, 7.2.1.7)."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.core import clock, files, gates
from lab_app.core.access import Actor, current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.gates import Stop
from lab_app.core.i18n import pick
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, done, get_or_404, page
from lab_app.core.workflow import State
from lab_app.results import loading, services
from lab_app.results.forms.deviations import AcceptanceForm, DeviationForm, JustifyForm
from lab_app.results.models import JobDeviation, JobLine, JobStep, TestJob
from lab_app.results.queries.deviations import deviation_facts, deviations_of, missing_parts, steps_of
from lab_app.results.queries.excursions import doubts_of
from lab_app.results.queries.held import withheld
from lab_app.results.services.deviating import authorise_facts
from lab_app.results.views import bp
from lab_app.results.workflow import SubmissionFacts
from lab_app.results.workflow.deviations import ANSWERS, COMPLETE, OPEN, PARTS, WITHDRAWN, DeviationFact


@dataclass(frozen=True)
class ShownDeviation:
    """A deviation with its state, what it lacks, and why this person may not allow it."""

    row: JobDeviation
    state: State
    missing: list[Any]
    stop: Stop | None


@dataclass(frozen=True)
class OnJob:
    """What a job's pages show: steps with their answers, deviations, the document at hand."""

    job: TestJob
    steps: list[tuple[dict[str, str], JobStep | None]]
    deviations: list[ShownDeviation]
    document: files.Attachment | None
    may_write: bool
    may_allow: bool
    open: bool
    answers: dict[str, Any]

    def deviation_facts(self) -> tuple[DeviationFact, ...]:
        """The standing deviations as the gates look at them."""
        return deviation_facts(d.row for d in self.deviations if d.row.withdrawn_at is None)

    def submission(self, lines: Iterable[JobLine]) -> SubmissionFacts:
        """What the gates of submission look at, from what the page has read already."""
        lines = list(lines)
        recorded = [line for line in lines if line.status in ("recorded", "returned")]
        return SubmissionFacts(
            self.job.code, sum(1 for line in lines if line.status == "planned"),
            tuple(pick(step["vi"], step.get("en", "")) for step, answer in self.steps if answer is None),
            self.deviation_facts(), withheld(recorded), doubts_of(recorded))

    @property
    def answered(self) -> int:
        """How many steps have an answer."""
        return sum(1 for _step, answer in self.steps if answer is not None)


def on_job(job: TestJob, actor: Actor, withdrawn: bool = False) -> OnJob:
    """Checklist, deviations and the controlled document of a job; three statements."""
    version = job.method_version
    answered = steps_of([job.id]).get(job.id, {}) if version.steps else {}
    document = files.attachments("method-version", version.id, "document")[-1:] if version.document_code else []
    return OnJob(
        job, [(step, answered.get(step["key"])) for step in version.steps],
        [_shown(row, actor) for row in deviations_of([job.id], withdrawn=withdrawn).get(job.id, [])], document[0] if document else None,
        actor.can(P.RESULT_WRITE), actor.can(P.RESULT_REVIEW), job.status not in ("reviewed", "cancelled"), ANSWERS)


def _shown(row: JobDeviation, actor: Actor) -> ShownDeviation:
    missing = missing_parts(row)
    state = WITHDRAWN if row.withdrawn_at is not None else OPEN if missing else COMPLETE
    stop = None
    if actor.can(P.RESULT_REVIEW) and row.authorised_at is None:
        stop = gates.ask("deviation-by-another", authorise_facts(actor, row))
    return ShownDeviation(row, state, [PARTS[part] for part in missing], stop)


@bp.get("/jobs/<code>/deviations")
@requires(P.JOB_READ)
def deviations(code: str) -> Any:
    """The checklist of a job and its departures from the method, withdrawn ones too."""
    return _page(loading.job_or_404(code), DeviationForm(formdata=None))


def _page(job: TestJob, form: DeviationForm, **more: Any) -> Any:
    shown = on_job(job, current_actor(), withdrawn=True)
    return page("results/deviations.html", form=form, d=shown, job=job, today=clock.today(), **more)


@bp.post("/jobs/<code>/deviations")
@requires(P.RESULT_WRITE)
def new_deviation(code: str) -> Any:
    """Record a departure from the method."""
    job, form = loading.job_or_404(code), DeviationForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.raise_deviation(current_actor(), job, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi sai khác; cần người khác cho phép và khách hàng chấp nhận."), "results.deviations", code=code)
        job = loading.job_or_404(code)
    return _page(job, form)


def _row(id: int) -> JobDeviation:
    return get_or_404(JobDeviation, id)


@bp.route("/deviations/<int:id>/edit", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def edit_deviation(id: int) -> Any:
    """Fill in how it was done instead and why that is sound."""
    row = _row(id)
    form = DeviationForm(data={name: getattr(row, name) for name in ("what", "documented", "justification")})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.complete_deviation(current_actor(), row, **form.clean("documented", "justification"))
        if tried.ok:
            return done(gettext("Đã bổ sung sai khác."), "results.deviations", code=row.job.code)
        row = _row(id)
    return page("results/deviation_form.html", form=form, row=row, job=row.job)


@bp.route("/deviations/<int:id>/accept", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def accept_deviation(id: int) -> Any:
    """Record the customer's acceptance."""
    row, form = _row(id), AcceptanceForm(data={"customer_accepted_on": clock.today()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.accept_deviation(
                current_actor(), row, accepted_by=form.customer_accepted_by.data, evidence=form.customer_evidence.data,
                accepted_on=form.customer_accepted_on.data or date.max)
        if tried.ok:
            return done(gettext("Đã ghi khách hàng chấp nhận."), "results.deviations", code=row.job.code)
        row = _row(id)
    return page("results/deviation_accept.html", form=form, row=row, job=row.job)


@bp.post("/deviations/<int:id>/authorise")
@requires(P.RESULT_REVIEW)
def authorise_deviation(id: int) -> Any:
    """Allow a departure that somebody else recorded."""
    row = _row(id)
    code = row.job.code
    with attempt() as tried:
        services.authorise_deviation(current_actor(), row)
    if tried.ok:
        return done(gettext("Đã cho phép sai khác."), "results.deviations", code=code)
    return back_with_refusal("results.deviations", code=code)


@bp.post("/deviations/<int:id>/withdraw")
@requires(P.RESULT_WRITE)
def withdraw_deviation(id: int) -> Any:
    """The job follows the method after all."""
    row = _row(id)
    code = row.job.code
    with attempt() as tried:
        services.withdraw_deviation(current_actor(), row, request.form.get("reason", ""))
    if tried.ok:
        return done(gettext("Đã rút sai khác."), "results.deviations", code=code)
    return back_with_refusal("results.deviations", code=code)


@bp.post("/jobs/<code>/steps")
@requires(P.RESULT_WRITE)
def answer_step(code: str) -> Any:
    """Tick a step of the checklist, or say why it does not apply; back to where it was ticked."""
    job = loading.job_or_404(code)
    with attempt() as tried:
        services.answer_step(
            current_actor(), job, request.form.get("key", ""), request.form.get("answer", "done"), request.form.get("note", ""))
    back = "results.bench" if request.form.get("back") == "bench" else "results.deviations"
    if tried.ok:
        return done(gettext("Đã ghi bước."), back, code=code, **({"_anchor": "by-method"} if back == "results.bench" else {}))
    return back_with_refusal(back, code=code)


@bp.route("/jobs/<code>/justify", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def justify(code: str) -> Any:
    """Record why a version no longer in force may still be used, and that the customer was told (7.2.1.3, 7.1.2)."""
    job = loading.job_or_404(code)
    if not loading.superseded(job, clock.today()):
        raise NotFound(gettext("Phiên bản của việc này đang có hiệu lực."))
    form = JustifyForm(data={"reason": job.superseded_reason, "told_to": job.superseded_told_to, "told_how": job.superseded_told_how,
                             "told_on": job.superseded_told_on or clock.today()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.justify_superseded(current_actor(), job, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi lý do dùng phiên bản cũ."), "results.bench", code=code)
        job = loading.job_or_404(code)
    return page("results/justify_form.html", form=form, job=job)
