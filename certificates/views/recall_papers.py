"""What leaves a recall: the impact list as spreadsheet and PDF, letters to the enterprises."""
from __future__ import annotations

from typing import Any

from flask import Response, make_response, request
from flask_babel import gettext

from certificates import services
from certificates.models import Recall, RecallLetter
from certificates.recall import papers, presenters, queries, touched, workflow
from certificates.recall.forms import LetterForm
from certificates.views import bp
from certificates.views.recalls import filtered_lines, recall_of
from lab_app.accounts.models import Laboratory
from lab_app.accounts.queries import laboratory
from lab_app.core import export
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound, Refused
from lab_app.core.paging import EXPORT_LIMIT
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, or_404, page


def lab() -> Laboratory:
    """The laboratory whose letterhead is printed."""
    row = laboratory()
    if row is None:
        raise Refused(gettext("Chưa ghi thông tin phòng thử nghiệm."))
    return row


def pdf(data: bytes, name: str) -> Response:
    """A drawn paper, opened in the browser."""
    response = make_response(data)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


def _all_lines(row: Recall, limit: int) -> list[presenters.Line]:
    """Lines as the filters of the address leave them, oldest first; read in batches so that a constant number of statements
    serves each thousand."""
    rows = touched.first(filtered_lines(row), limit)
    out: list[presenters.Line] = []
    for start in range(0, len(rows), 1000):
        batch = rows[start:start + 1000]
        beside = touched.details([used.reading_id for used in batch], row.id)
        out += presenters.lines(batch, beside, row.instrument_id, row.error, row.error_unit)
    return out


@bp.get("/recalls/<code>/impact.<kind>")
@requires(P.QUALITY_READ)
def impact(code: str, kind: str) -> Any:
    """The impact list as a file: `xlsx`, `csv` or `pdf`."""
    row = recall_of(code)
    if kind == "pdf":
        s = touched.scope_of(row)
        found = _all_lines(row, papers.PRINTED_LINES)
        return pdf(papers.impact_paper(row, touched.counts(s, row.id), found, lab()), row.code)
    if kind not in ("xlsx", "csv"):
        raise NotFound(gettext("Không có hồ sơ này."))
    table = [presenters.exported(found) for found in _all_lines(row, EXPORT_LIMIT)]
    return export.as_file(row.code, presenters.heads(), table)


@bp.post("/recalls/<code>/letters")
@requires(P.QUALITY_WRITE)
def draft_letters(code: str) -> Any:
    """Draft a letter to every enterprise that holds a paper with a touched reading."""
    row = recall_of(code)
    with attempt() as tried:
        drafted = services.draft_letters(current_actor(), row)
    if not tried.ok:
        return back_with_refusal("certificates.recall_page", code=code)
    if not drafted:
        return done(gettext("Không có thư nào cần soạn: chưa phiếu nào có số đo bị ảnh hưởng, hoặc thư đã gửi."),
                    "certificates.recall_page", code=code)
    return done(gettext("Đã soạn %(n)s thư.", n=len(drafted)), "certificates.recall_page", code=code)


def _letter(row: Recall, ident: int) -> RecallLetter:
    return or_404(queries.letter(row.id, ident), gettext("Không có thư này."))


@bp.route("/recalls/<code>/letters/<int:id>", methods=["GET", "POST"])
@requires(P.QUALITY_READ)
def recall_letter(code: str, id: int) -> Any:
    """One letter: its words, edited while it is a draft."""
    row = recall_of(code)
    letter = _letter(row, id)
    form = LetterForm(obj=letter)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(letter, form.version.data)
            services.change_letter(current_actor(), letter, form.text.data)
        if tried.ok:
            return done(gettext("Đã ghi thư."), "certificates.recall_letter", code=code, id=id)
    if request.method == "GET":
        form.version.data = letter.version
    return page("certificates/recall_letter.html", recall=row, letter=letter, form=form, states=workflow.LETTERS,
                may_write=current_actor().can(P.QUALITY_WRITE))


@bp.get("/recalls/<code>/letters/<int:id>/letter.pdf")
@requires(P.QUALITY_READ)
def recall_letter_paper(code: str, id: int) -> Any:
    """The letter on the laboratory's paper."""
    row = recall_of(code)
    letter = _letter(row, id)
    return pdf(papers.letter_paper(letter, row, lab()), f"{row.code}-{letter.customer.code}")


@bp.post("/recalls/<code>/letters/<int:id>/sent")
@requires(P.QUALITY_WRITE)
def letter_sent(code: str, id: int) -> Any:
    """Note that it went out."""
    row = recall_of(code)
    letter = _letter(row, id)
    with attempt() as tried:
        check_version(letter, request.form.get("version"))
        services.mark_sent(current_actor(), letter)
    if not tried.ok:
        return back_with_refusal("certificates.recall_letter", code=code, id=id)
    return done(gettext("Đã ghi nhận thư được gửi."), "certificates.recall_page", code=code)
