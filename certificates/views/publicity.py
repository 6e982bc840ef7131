"""What is public about a paper, for the laboratory: its place in the directory and the documents beside it."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from certificates import workflow
from certificates.disclosure import EXHIBITS
from certificates.models import Report
from certificates.publicity_forms import ConsentForm, ExhibitForm
from certificates.queries import directory as queries
from certificates.services import publishing
from certificates.views import bp
from certificates.views.register import found
from lab_app.core import clock, files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused, NotFound
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page, press


@bp.get("/reports/<code>/public")
@requires(P.REPORT_READ)
def publicity(code: str) -> Any:
    """Whether the paper stands in the directory and by whose consent; its exhibits, those to come and those taken back."""
    row = found(code)
    return page(
        "certificates/publicity.html", report=row, entry=queries.entry_of_report(row.id), exhibits=queries.exhibits_of(row.id),
        kinds=EXHIBITS, today=clock.today(), machine=workflow.REPORT, may_change=current_actor().can(P.REPORT_STATUS))


@bp.route("/reports/<code>/public/list", methods=["GET", "POST"])
@requires(P.REPORT_STATUS)
def list_publicly(code: str) -> Any:
    """Put the paper into the directory, with the customer's consent."""
    row, form = found(code), ConsentForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            publishing.list_report(current_actor(), row, **_consent(form))
        if tried.ok:
            return done(gettext("Phiếu đã có trong danh bạ công khai."), "certificates.publicity", code=code)
    return page(
        "certificates/publicity_form.html", form=form, report=row, title=gettext("Ghi vào danh bạ công khai"),
        button=gettext("Ghi vào danh bạ"))


def _consent(form: ConsentForm) -> dict[str, Any]:
    return {"agreed_by": form.agreed_by.data or "", "agreed_on": form.agreed_on.data, "evidence": form.evidence.data or ""}


@bp.post("/reports/<code>/public/unlist")
@requires(P.REPORT_STATUS)
def unlist_publicly(code: str) -> Any:
    """Take the paper out of the directory, with the reason."""
    row = found(code)
    entry = or_404(queries.entry_of_report(row.id), gettext("Phiếu này không có trong danh bạ."))
    return press(lambda: publishing.unlist_report(current_actor(), entry, reason=request.form.get("reason", "")),
                 gettext("Đã đưa phiếu ra khỏi danh bạ."), "certificates.publicity", code=code)


@bp.route("/reports/<code>/public/exhibits/new", methods=["GET", "POST"])
@requires(P.REPORT_STATUS)
def new_exhibit(code: str) -> Any:
    """Put a document beside the paper, shown from the agreed day on."""
    row, form = found(code), ExhibitForm()
    if form.validate_on_submit() and _exhibit(row, form):
        return done(gettext("Đã ghi tài liệu. Trang tra cứu hiện tài liệu từ ngày đã thỏa thuận."), "certificates.publicity", code=code)
    return page(
        "certificates/publicity_form.html", form=form, report=row, title=gettext("Thêm tài liệu công khai"),
        button=gettext("Thêm tài liệu"))


def _exhibit(row: Report, form: ExhibitForm) -> bool:
    try:
        upload = files.put(form.file.data.stream, form.file.data.filename, files.PAPERS | files.IMAGES)
    except FieldRefused as error:
        form.file.errors = [str(error.message)]
        return False
    with attempt(form) as tried:
        publishing.add_exhibit(
            current_actor(), row, upload, kind=form.kind.data, title_vi=form.title_vi.data, title_en=form.title_en.data or "",
            public_on=form.public_on.data, **_consent(form))
    return tried.ok


@bp.post("/reports/<code>/public/exhibits/<int:id>/take-back")
@requires(P.REPORT_STATUS)
def take_back(code: str, id: int) -> Any:
    """No longer show a document."""
    row, exhibit = found(code), queries.exhibit(id)
    if exhibit is None or exhibit.report_id != row.id:
        raise NotFound(gettext("Không có tài liệu này."))
    return press(lambda: publishing.take_back_exhibit(current_actor(), exhibit, reason=request.form.get("reason", "")),
                 gettext("Đã rút tài liệu."), "certificates.publicity", code=code)
