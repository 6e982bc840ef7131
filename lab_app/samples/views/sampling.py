"""Sampling records: list, record page, new, replacement, print (7.3.3)."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.accounts.queries import active_people
from lab_app.core import audit, clock, files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page
from lab_app.samples import services
from lab_app.samples.forms import SamplingForm
from lab_app.samples.models import SamplingRecord
from lab_app.samples.queries.sampling import GROUPS, sampling_by_code, sampling_query
from lab_app.samples.services.sampling import DIAGRAM, SUBJECT
from lab_app.samples.views.blueprint import HISTORY_SHOWN, bp
from lab_app.samples.views.item_file import item_or_404
from lab_app.samples.wording import SAMPLING_WORDS

COLUMNS = (
    Column("code", _l("Số"), SamplingRecord.code), Column("item", _l("Đối tượng thử nghiệm")),
    Column("place", _l("Nơi lấy mẫu"), css="opt"), Column("at", _l("Lấy mẫu xong"), SamplingRecord.ended_at, css="num"),
    Column("by", _l("Người lấy mẫu")), Column("state", _l("Trạng thái")),
)
FILTERS = (
    Filter("state", _l("Trạng thái"), [("waiting", _l("Chưa nhận mẫu")), ("replaced", _l("Đã thay"))],
           lambda q, v: q.where(SamplingRecord.replaced_by.has()) if v == "replaced" else q.where(~SamplingRecord.samples.any())),
)


def record_or_404(code: str) -> SamplingRecord:
    """The record, or the 404 page."""
    return or_404(sampling_by_code(code), gettext("Không có biên bản lấy mẫu mang số này."))


@bp.get("/sampling")
@requires(P.SAMPLE_READ)
def sampling() -> Any:
    """All sampling records, newest first."""
    shown = listing(sampling_query(), SamplingRecord, COLUMNS, kind="sampling-record", filters=FILTERS, default_sort="at")
    return page("samples/sampling.html", records=shown)


@bp.get("/sampling/<code>")
@requires(P.SAMPLE_READ)
def sampling_page(code: str) -> Any:
    """One record: its eight groups, what was received by it."""
    row = record_or_404(code)
    return page("samples/sampling_page.html", row=row, words=SAMPLING_WORDS, groups=GROUPS,
                diagrams=files.attachments(SUBJECT, row.id, DIAGRAM), entries=audit.history(SUBJECT, row.id, HISTORY_SHOWN))


@bp.get("/sampling/<code>/print")
@requires(P.SAMPLE_READ)
def sampling_paper(code: str) -> Any:
    """The record as a sheet to print and sign."""
    row = record_or_404(code)
    return page("samples/sampling_paper.html", row=row, words=SAMPLING_WORDS, diagrams=files.attachments(SUBJECT, row.id, DIAGRAM))


def _form(**data: Any) -> SamplingForm:
    form = SamplingForm() if request.method == "POST" else SamplingForm(data=data)
    form.sampled_by.choices = [(str(p.id), p.full_name) for p in active_people()]
    return form


def _facts(form: SamplingForm) -> dict[str, Any]:
    """What was typed, the person as a person, the pictures stored."""
    person = next((p for p in active_people() if str(p.id) == form.sampled_by.data), None)
    if person is None:
        raise FieldRefused("sampled_by", gettext("Lựa chọn không có trong danh sách."))
    chosen = [f for f in form.diagrams.data or [] if f and f.filename]
    stored = [files.put(f.stream, f.filename, files.IMAGES, "diagrams") for f in chosen]
    return {**form.facts(), "sampled_by": person, "diagrams": stored}


@bp.route("/requests/items/<int:id>/sampling/new", methods=["GET", "POST"])
@requires(P.SAMPLE_READ)
def new_sampling(id: int) -> Any:
    """Record a sampling by the laboratory."""
    row = item_or_404(id)
    me = current_actor().id
    form = _form(began_at=clock.now(), ended_at=clock.now(), taken=row.quantity, sampled_by=str(me) if me else "",
                 identification=f"{row.name} {row.model}")
    if form.validate_on_submit():
        with attempt(form) as tried:
            record = services.record_sampling(current_actor(), row, **_facts(form))
        if tried.ok:
            return done(gettext("Đã ghi biên bản lấy mẫu %(code)s.", code=record.code), "samples.sampling_page", code=record.code)
        row = item_or_404(id)
        form.sampled_by.choices = [(str(p.id), p.full_name) for p in active_people()]
    return page("samples/sampling_form.html", form=form, row=row, replaced=None)


@bp.route("/sampling/<code>/replace", methods=["GET", "POST"])
@requires(P.SAMPLE_READ)
def replace_sampling(code: str) -> Any:
    """Write the record anew, with the reason; the first stays."""
    old = record_or_404(code)
    names = ("plan", "method", "began_at", "ended_at", "identification", "taken", "lot_size", "witnesses", "equipment", "conditions",
             "place", "location", "deviations", "seal")
    form = _form(**{n: getattr(old, n) for n in names}, sampled_by=str(old.sampled_by_id))
    if form.validate_on_submit():
        with attempt(form) as tried:
            record = services.replace_sampling(current_actor(), old, reason=form.reason.data or "", **_facts(form))
        if tried.ok:
            return done(gettext("Đã thay bằng biên bản %(code)s.", code=record.code), "samples.sampling_page", code=record.code)
        old = record_or_404(code)
        form.sampled_by.choices = [(str(p.id), p.full_name) for p in active_people()]
    return page("samples/sampling_form.html", form=form, row=old.item, replaced=old)
