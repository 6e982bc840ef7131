"""A CSV of readings: a file, what it would do row by row, then all of it or the good rows."""
from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext

from lab_app.core import files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, page
from lab_app.quality.environment import rules, services
from lab_app.quality.environment.forms import ReadingsForm
from lab_app.quality.environment.models import Logger
from lab_app.quality.environment.services.importing import MOST_ROWS
from lab_app.quality.environment.views.blueprint import bp
from lab_app.quality.environment.views.loggers import found_logger

FAULTS_SHOWN, GAPS_SHOWN = 200, 50


@bp.route("/quality/environment/loggers/<code>/import", methods=["GET", "POST"])
@requires(P.ENVIRONMENT_WRITE)
def import_file(code: str) -> Any:
    """Choose a file; the answer is its preview. Nothing is written."""
    row, form = found_logger(code), ReadingsForm()
    if form.validate_on_submit():
        upload = None
        try:
            upload = files.put(form.file.data.stream, form.file.data.filename or "readings.csv", files.INSTRUMENT_DATA)
        except FieldRefused as error:
            form.file.errors = [str(error.message)]
        if upload is not None:
            return _preview(row, upload, form.decimal.data)
    return page("quality/environment_import.html", form=form, row=row, most=MOST_ROWS)


def _preview(row: Logger, upload: Upload, decimal: str, status: int = 200) -> Response:
    seen = services.preview_import(current_actor(), row, files.read(upload.sha256), decimal)
    return page(
        "quality/environment_import_preview.html", status=422 if seen.refused else status, row=row, seen=seen, upload=upload,
        decimal=decimal, ticket=files.ticket(upload, current_actor().id), faults=seen.faults[:FAULTS_SHOWN],
        more_faults=max(0, len(seen.faults) - FAULTS_SHOWN), gaps=seen.gaps[:GAPS_SHOWN],
        more_gaps=max(0, len(seen.gaps) - GAPS_SHOWN), quantities=rules.QUANTITIES)


@bp.post("/quality/environment/loggers/<code>/import/run")
@requires(P.ENVIRONMENT_WRITE)
def run_import(code: str) -> Any:
    """Take the file that was previewed: all of it, or the good rows when the person pressed that button."""
    row, actor = found_logger(code), current_actor()
    decimal = "en" if request.form.get("decimal") == "en" else "vi"
    upload = files.by_ticket(request.form.get("ticket", ""), actor.id)
    data, found = files.read(upload.sha256), 0
    with attempt() as tried:
        intake, found = services.import_readings(actor, row, upload, data, decimal, only_good=request.form.get("do") == "good")
    if not tried.ok:
        return _preview(row, upload, decimal, 422)
    says = gettext("Đã nhận %(n)s số đọc từ %(name)s.", n=intake.taken, name=upload.filename)
    if found:
        says += " " + gettext("Số lần vượt giới hạn cần đánh giá: %(n)s.", n=found)
    return done(says, "quality_environment.logger", code=code)
