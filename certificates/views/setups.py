"""How the laboratory sets its papers: what holds, what will, what held; a change with its preview."""
from __future__ import annotations

from typing import Any

from flask import Response, abort, make_response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from certificates import number_pattern, papers
from certificates.models import PaperSetup
from certificates.paper import MissingGlyph, MissingPicture
from certificates.queries import setups as reads
from certificates.services import setups, specimen
from certificates.setup_forms import NOTE_FIELDS, POSTS, SetupForm, standing
from certificates.views import bp
from certificates.wording import PAPERS
from lab_app.core import clock, files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, error_page, page

COLUMNS = [
    Column("effective_from", _l("Có hiệu lực từ"), PaperSetup.effective_from), Column("kind", _l("Loại phiếu")),
    Column("form_code", _l("Biểu mẫu")), Column("number_pattern", _l("Mẫu số phiếu")), Column("reason", _l("Vì sao thay đổi")),
    Column("recorded_at", _l("Ghi lúc"), PaperSetup.recorded_at),
]


def _known(kind: str) -> str:
    return kind if kind in papers.KINDS else abort(404)


@bp.get("/laboratory/papers")
@requires(P.PERSON_READ)
def paper_setups() -> Any:
    """What holds for each kind of paper today, and every setting there was or will be."""
    filters = [Filter("kind", _l("Loại phiếu"), list(PAPERS.items()), lambda query, value: query.where(PaperSetup.kind == value))]
    shown = listing(reads.setups(), PaperSetup, COLUMNS, filters=filters, default_sort="effective_from")
    today = clock.today()
    now = {kind: reads.setup_on(kind, today) for kind in papers.KINDS}
    facts = {kind: standing(kind, row) for kind, row in now.items()}
    samples = {kind: number_pattern.preview(facts[kind]["number_pattern"], kind, today) for kind in papers.KINDS}
    return page("certificates/setups.html", page=shown, now=now, facts=facts, samples=samples, kinds=PAPERS, posts=POSTS, today=today)


@bp.route("/laboratory/papers/<kind>/change", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def change_papers(kind: str) -> Any:
    """Set papers of a kind anew from a day on; those already issued keep their look."""
    before = reads.setup_on(_known(kind), clock.today())
    form = SetupForm()
    if request.method == "GET":
        form.fill(standing(kind, before))
        form.effective_from.data = clock.today()
    if form.validate_on_submit():
        assert form.effective_from.data is not None
        with attempt(form) as tried:
            setups.set_papers(current_actor(), effective_from=form.effective_from.data, pictures=_uploads(form), **form.facts(kind, before))
        if tried.ok:
            return done(gettext("Đã lưu thiết lập. Phiếu phát hành từ ngày ấy in theo bản này."), "certificates.paper_setups")
    samples = number_pattern.preview(form.number_pattern.data or "", kind, clock.today())
    form.number_pattern.echo = gettext("Số sẽ có dạng: %(samples)s", samples="; ".join(samples)) if samples else ""
    return page("certificates/setup_form.html", form=form, kind=kind, title=PAPERS[kind], before=before, notes=range(NOTE_FIELDS))


def _uploads(form: SetupForm) -> dict[str, files.Upload]:
    """New pictures, durable before the transaction; refuses at its field what is none."""
    return {name: files.put(form[name].data.stream, form[name].data.filename, files.IMAGES, name) for name in setups.MARKS
            if form[name].data and form[name].data.filename}


@bp.post("/laboratory/papers/<kind>/preview")
@requires(P.LABORATORY_WRITE)
def preview_papers(kind: str) -> Any:
    """The paper by what is typed: as PDF, or first and last page as a picture for the page itself. Nothing is kept."""
    before = reads.setup_on(_known(kind), clock.today())
    form = SetupForm()
    facts = {**form.facts(kind, before), "reason": "-"}
    sent = {name: form[name].data.read(files_limit()) for name in setups.MARKS if form[name].data and form[name].data.filename}
    try:
        made = specimen.drawn(kind, facts, sent, current_actor().can(P.REPORT_READ))
    except (FieldRefused, MissingGlyph, MissingPicture) as error:
        return error_page(422, str(getattr(error, "message", error)))
    if request.args.get("as") == "png":
        return _sent(specimen.as_picture(made), "image/png")
    return _sent(made, "application/pdf")


def files_limit() -> int:
    """How many bytes of a picture the preview reads: as many as an upload may have."""
    from flask import current_app

    return int(current_app.config["UPLOAD_LIMIT"])


def _sent(content: bytes, media_type: str) -> Response:
    response = make_response(content)
    response.mimetype = media_type
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "private, no-store"
    return response



