"""The register from a spreadsheet: a file, what it would do row by row, and then all of it or the good rows."""
from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from instruments import presenters, queries, services
from instruments.services.importing import MOST_ROWS
from instruments.views.blueprint import bp, upload_of
from lab_app.accounts.models import Site
from lab_app.core import export, files
from lab_app.core.access import current_actor, requires
from lab_app.core.files import Upload
from lab_app.core.forms import Choice, Form, required
from lab_app.core.i18n import lang, pick
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page

FAULTS_SHOWN, ROWS_SHOWN = 200, 25


class ImportForm(Form):
    """A list of instruments as a file, and the site they belong to."""

    site_id = Choice(_l("Cơ sở"), coerce=str)
    file = FileField(_l("Tệp danh sách"), [required()], description=_l("Excel (.xlsx) hoặc CSV, dòng đầu là tên cột."))


@bp.route("/instruments/import", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def import_file() -> Any:
    """Choose a file; the answer is its preview. Nothing is written to the register."""
    form, sites = ImportForm(), queries.sites()
    form.site_id.choices = [(str(s.id), pick(s.name_vi, s.name_en)) for s in sites]
    if form.validate_on_submit():
        upload = upload_of(form, files.SHEETS)
        if upload is not None:
            site = next(s for s in sites if str(s.id) == form.site_id.data)
            return _preview(form, upload, site)
    return page("instruments/import.html", form=form, columns=presenters.import_columns(), most=MOST_ROWS)


def _preview(form: Form | None, upload: Upload, site: Site, status: int = 200) -> Response:
    seen = services.preview_import(current_actor(), files.read(upload.sha256), site, lang())
    return page(
        "instruments/import_preview.html", status=422 if seen.refused else status, seen=seen, upload=upload, site=site,
        ticket=files.ticket(upload, current_actor().id), faults=seen.faults[:FAULTS_SHOWN],
        more_faults=max(0, len(seen.faults) - FAULTS_SHOWN),
        shown=presenters.import_rows(seen.good[:ROWS_SHOWN]), guessed=presenters.guessed(seen.sheet), asked=form,
    )


@bp.post("/instruments/import/run")
@requires(P.INSTRUMENT_WRITE)
def run_import() -> Any:
    """Take the file that was previewed: all of it, or the good rows when the person pressed that button."""
    upload = files.by_ticket(request.form.get("ticket", ""), current_actor().id)
    site = or_404(next((s for s in queries.sites() if str(s.id) == request.form.get("site_id")), None), gettext("Không có cơ sở này."))
    data = files.read(upload.sha256)
    with attempt() as tried:
        made = services.import_instruments(
            current_actor(), upload, data, site, lang(), only_good=request.form.get("do") == "good")
    if tried.ok:
        return done(gettext("Đã ghi %(n)s thiết bị từ %(name)s. Đánh giá hiệu chuẩn rồi đưa vào sử dụng.", n=len(made),
                            name=upload.filename), "instruments.instruments", state="registered")
    return _preview(None, upload, site, 422)


@bp.get("/instruments/import/template.xlsx")
@requires(P.INSTRUMENT_WRITE)
def import_template() -> Any:
    """An empty list with every column and one example row."""
    heads, rows = presenters.import_template()
    return export.as_xlsx("instruments-template", heads, rows)
