"""Readings of a job from a table: the pattern to fill in, the preview row by row, the recording of all or of the good rows."""
from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext

from instruments.models import Instrument
from instruments.queries import by_code
from lab_app.core import clock, export, files
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.i18n import lang
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, page
from lab_app.quality import queries as rooms
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import batch, loading, presenters
from lab_app.results.forms import ImportForm
from lab_app.results.models import TestJob
from lab_app.results.services import importing
from lab_app.results.views import bp


@bp.route("/jobs/<code>/import", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def import_readings(code: str) -> Any:
    """Look at a table of readings; record all of it, or its good rows when that is asked."""
    job = loading.job_or_404(code)
    form, upload, planned = _form(), None, None
    if form.validate_on_submit():
        try:
            upload, rows, common = _asked(form, job)
            doing = request.form.get("do")
            if doing in ("all", "good"):
                with attempt(form) as tried:
                    made = importing.import_readings(current_actor(), job, rows, common, upload, only_good=doing == "good")
                if tried.ok:
                    says = gettext("Số đọc đã ghi: %(n)s.", n=len(made))
                    return done(says, "results.bench", code=code)
                job, common = loading.job_or_404(code), _common(form)
            planned = importing.plan_rows(current_actor(), job, rows, common, upload.sha256)
        except FieldRefused as error:
            where = form[error.field if error.field in form else "file"]
            where.errors = [*where.errors, str(error.message)]
    return page("results/import.html", form=form, job=job, planned=planned, upload=upload, show=presenters)


@bp.get("/jobs/<code>/import/pattern.csv")
@requires(P.RESULT_WRITE)
def import_pattern(code: str) -> Response:
    """A table with the job's lines that are still to be measured, to fill in and bring back."""
    heads, rows = importing.pattern(loading.job_or_404(code))
    return export.as_csv(f"{code}-readings", heads, rows)


def _form() -> ImportForm:
    form = ImportForm()
    rows = rooms.environments_of_day(clock.local(form.measured_at.data or clock.now()).date())
    form.environment.choices = [(str(r.id), presenters.environment_text(r)) for r in rows]
    if not form.is_submitted():
        form.decimal.data = lang()
    return form


def _asked(form: ImportForm, job: TestJob) -> tuple[Upload, list[batch.TableRow], importing.Common]:
    """The table and what holds for all its rows; the file is durable before anything is decided."""
    if form.file.data:
        upload = files.put(form.file.data.stream, form.file.data.filename, files.INSTRUMENT_DATA)
        form.ticket.data = files.ticket(upload, current_actor().id)
    else:
        upload = files.by_ticket(form.ticket.data or "", current_actor().id)
    names = batch.names_of(f for line in loading.lines_of(job) for f in line.parameter.fields)
    return upload, batch.read_table(files.read(upload.sha256), names), _common(form)


def _common(form: ImportForm) -> importing.Common:
    chosen: list[Instrument] = []
    for code in (form.instruments.data or "").replace(",", " ").replace(";", " ").split():
        row = by_code(code)
        if row is None:
            raise FieldRefused("instruments", gettext("Danh mục không có thiết bị %(code)s.", code=code[:40]))
        chosen.append(row)
    picked = form.environment.data or ""
    air = db.session.get(EnvironmentRecord, int(picked)) if picked.isdecimal() else None
    return importing.Common(form.decimal.data or lang(), chosen, air, form.measured_at.data, form.late_reason.data or "")
