"""The bench: measuring, correcting, drafts, submitting. The page is put together in `desk`."""
from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, request, url_for
from flask_babel import gettext

from lab_app.accounts.signing import SignatureFields
from lab_app.accounts.workflow import TESTED
from lab_app.core import clock
from lab_app.core.access import current_actor, requires
from lab_app.core.i18n import nfc
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, page, wants_json
from lab_app.results import loading, presenters, services
from lab_app.results.forms import LineForm, RetestForm
from lab_app.results.models import JobLine
from lab_app.results.services.drafting import keep_draft
from lab_app.results.views import bp, desk

DRAFT_LIMIT = 20_000


@bp.get("/jobs/<code>")
@requires(P.JOB_READ)
def bench(code: str) -> Any:
    """The bench of one job; `line` names the line in hand, `do=correct` opens a recorded one for a correction."""
    return desk.bench_page(code, line_id=request.args.get("line", type=int), correcting=request.args.get("do") == "correct")


@bp.post("/lines/<int:id>/preview")
@requires(P.RESULT_WRITE)
def preview_line(id: int) -> Any:
    """What the typed text would give, as data; writes nothing."""
    line = loading.line_or_404(id)
    return jsonify(desk.preview_answer(current_actor(), line, desk.form_of(line)))


@bp.get("/lines/<int:id>/record")
@requires(P.RESULT_WRITE)
def record_line_again(id: int) -> Any:
    """The address of a refused entry, opened again: back to the bench of the line, where its draft stands."""
    line = loading.line_or_404(id)
    return redirect(url_for("results.bench", code=line.job.code, line=line.id))


@bp.post("/lines/<int:id>/record")
@requires(P.RESULT_WRITE)
def record_line(id: int) -> Any:
    """Make the typed reading a record: data for the live bench, a page for a plain form."""
    line = loading.line_or_404(id)
    code, form, doing = line.job.code, desk.form_of(line), request.form.get("do", "")
    if doing == "preview":
        form.validate_typed()
        return desk.bench_page(code, line_id=id, form=form)
    if form.validate_on_submit():
        with attempt(form) as tried:
            desk.check_seen(line, form)
            desk.record(current_actor(), line, form, doing == "correct")
        if tried.ok:
            return _recorded(line)
    if wants_json():
        return jsonify(desk.refused_answer(form)), 422
    return desk.bench_page(code, line_id=id, form=form, correcting=doing == "correct")


def _recorded(line: JobLine) -> Any:
    """The answer to a recorded reading: on to the next line without one."""
    following = loading.next_open_line(line)
    code, target = line.job.code, following.id if following else line.id
    if wants_json():
        return jsonify(desk.recorded_answer(line) | {"next_url": url_for("results.bench", code=code, line=target)})
    return done(gettext("Đã ghi số đọc: %(name)s.", name=presenters.line_title(line)), "results.bench", code=code, line=target)


@bp.post("/lines/<int:id>/draft")
@requires(P.RESULT_WRITE)
def save_draft(id: int) -> Any:
    """Keep what is being typed. A draft of a line that has changed since is dropped: its text became a record."""
    line = loading.line_or_404(id)
    typed = {k: [nfc(v) for v in request.form.getlist(k)] for k in request.form if k not in ("csrf_token", "do")}
    if sum(len(v) for values in typed.values() for v in values) > DRAFT_LIMIT:
        return "", 413
    if typed.get("version", [""])[0] == str(line.version):
        with attempt() as tried:
            keep_draft(current_actor(), line, typed)
        return "", 204 if tried.ok else 409
    return "", 204


@bp.route("/jobs/<code>/lines/new", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def add_line(code: str) -> Any:
    """A further condition of a parameter of this job."""
    job = loading.job_or_404(code)
    form = LineForm()
    parameters = {str(p.id): p for p in job.method_version.parameters}
    form.parameter.choices = [(key, presenters.name(p)) for key, p in parameters.items()]
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.add_line(current_actor(), job, parameters[form.parameter.data], form.conditions.data)
        if tried.ok:
            words = gettext("Đã thêm dòng: %(name)s.", name=presenters.line_title(row))
            return done(words, "results.bench", code=code, line=row.id)
        job = loading.job_or_404(code)
    return page("results/add_line.html", form=form, job=job)


@bp.route("/lines/<int:id>/retest", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def retest_form(id: int) -> Any:
    """Test a line again, with a reason; the first result stays."""
    line = loading.line_or_404(id)
    form = RetestForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.retest(current_actor(), line, form.reason.data, form.conditions.data or None)
        if tried.ok:
            return done(gettext("Đã tạo lần thử lại; lần đầu giữ nguyên."), "results.bench", code=row.job.code, line=row.id)
        line = loading.line_or_404(id)
    return page("results/retest.html", form=form, line=line, shown=presenters.shown_reading(line, line.reading), show=presenters,
                stop=desk.retest_stop(line))


@bp.post("/jobs/<code>/submit")
@requires(P.RESULT_WRITE)
def submit(code: str) -> Any:
    """Hand the whole job in for review, signed by who hands it in."""
    job, form = loading.job_or_404(code), SignatureFields()
    with attempt(form) as known:
        confirmed = form.confirmation(current_actor(), TESTED)
    if not known.ok:
        return desk.bench_page(code, signing=form)
    with attempt() as tried:
        check_version(job, request.form.get("version"))
        services.submit_job(current_actor(), job, confirmed=confirmed)
    if tried.ok:
        return done(gettext("Đã nộp soát xét %(code)s.", code=code), "results.jobs")
    return back_with_refusal("results.bench", code=code)


@bp.get("/jobs/<code>/worksheet")
@requires(P.JOB_READ)
def worksheet(code: str) -> Any:
    """The worksheet on paper."""
    job, rows = desk.worksheet(code)
    return page("results/worksheet.html", job=job, rows=rows, show=presenters, now=clock.now())
