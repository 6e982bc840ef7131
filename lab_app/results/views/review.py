"""Technical review: every line with what it rests on, on one page."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext

from lab_app.accounts.workflow import MEANINGS, METHODS, REVIEWED, Confirmation
from lab_app.core.access import current_actor, requires
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, page
from lab_app.results import loading, presenters, services, workflow
from lab_app.results.forms import ReviewForm
from lab_app.results.views import bp, review_desk


@bp.get("/jobs/<code>/review")
@requires(P.JOB_READ)
def review(code: str) -> Any:
    """The review page of a job."""
    return _page(code)


@bp.post("/jobs/<code>/review")
@requires(P.RESULT_REVIEW)
def review_job(code: str) -> Any:
    """Approve or return all lines that wait."""
    job = loading.job_or_404(code)
    form = ReviewForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = _signed(form)
            check_version(job, form.version.data)
            services.review_job(current_actor(), job, form.decision.data, form.reason.data, confirmed=confirmed)
        if tried.ok:
            return done(_done_words(form), "results.review", code=code)
    return _page(code, form, "job")


@bp.post("/lines/<int:id>/review")
@requires(P.RESULT_REVIEW)
def review_line(id: int) -> Any:
    """Approve or return one line."""
    line = loading.line_or_404(id)
    code = line.job.code
    form = ReviewForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = _signed(form)
            check_version(line, form.version.data)
            services.review_line(current_actor(), line, form.decision.data, form.reason.data, confirmed=confirmed)
        if tried.ok:
            return done(_done_words(form), "results.review", code=code, _anchor=f"line-{id}")
    return _page(code, form, id)


def _signed(form: ReviewForm) -> Confirmation | None:
    """An approval is signed; a return is not."""
    return form.confirmation(current_actor(), REVIEWED) if form.decision.data == "approved" else None


def _done_words(form: ReviewForm) -> str:
    return gettext("Đã duyệt.") if form.decision.data == "approved" else gettext("Đã trả lại, kèm lý do.")


def _page(code: str, form: ReviewForm | None = None, asked: int | str | None = None) -> Any:
    return page(
        "results/review.html", form=form, r=review_desk.made(code, current_actor(), form, asked),
        show=presenters, line_state=workflow.LINE.state, job_state=workflow.JOB.state, meanings=MEANINGS, methods=METHODS,
    )
