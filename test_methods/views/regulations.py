"""Pages of regulations and their limits."""
from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, page
from test_methods import forms, limit_words, presenters, queries, services, wording
from test_methods.models import MethodParameter, Regulation, Requirement
from test_methods.views import bp

HISTORY_SHOWN = 6
COLUMNS = (
    Column("code", _l("Ký hiệu"), Regulation.code),
    Column("title", _l("Tên")),
    Column("in_force", _l("Hiệu lực")),
    Column("edition", _l("Văn bản")),
    Column("limits", _l("Giới hạn đã xác nhận"), css="num"),
)


def _limits(query: Select[Any], value: str) -> Select[Any]:
    used = select(MethodParameter.requirement_id)
    wanted = select(Requirement.regulation_id).where(Requirement.confirmed_on.is_(None))
    if value == "in_use":
        wanted = wanted.where(Requirement.id.in_(used))
    if value == "complete":
        return query.where(Regulation.id.in_(select(Requirement.regulation_id)), Regulation.id.not_in(wanted))
    return query.where(Regulation.id.in_(wanted))


FILTERS = (
    Filter("kind", _l("Loại tài liệu"), list(wording.DOCUMENT_KINDS.items()), lambda q, v: q.where(Regulation.kind == v)),
    Filter("edition", _l("Văn bản"), [("confirmed", _l("Đã xác nhận")), ("unconfirmed", _l("Chưa xác nhận"))],
           lambda q, v: q.where(Regulation.confirmed != "" if v == "confirmed" else Regulation.confirmed == "")),
    Filter("limits", _l("Giới hạn"), [("open", _l("Còn giới hạn chưa xác nhận")), ("in_use", _l("Chưa xác nhận mà đang dùng")),
                                      ("complete", _l("Đã xác nhận hết"))], _limits),
)


@bp.get("/regulations")
@requires(P.METHOD_READ)
def regulations() -> Any:
    """Regulations, with what of them somebody confirmed."""
    base = select(Regulation)
    shown = listing(base, Regulation, COLUMNS, kind="regulation", filters=FILTERS, default_sort="code", default_direction="asc")
    rows = everything(base, Regulation, shown, COLUMNS, FILTERS, "regulation") if export.asked() else shown.rows
    counts = queries.confirmed_counts([r.id for r in rows])
    if export.asked():
        heads = [gettext("Ký hiệu"), gettext("Tên"), gettext("Hiệu lực từ"), gettext("Thay bằng"), gettext("Nguồn xác nhận"),
                 gettext("Số giới hạn"), gettext("Đã xác nhận")]
        cells = [[r.code, r.title_vi, r.in_force_from, r.replaced_by, r.confirmed, *counts.get(r.id, (0, 0))] for r in rows]
        return export.as_file("regulations", heads, cells)
    today = clock.today()
    return page("test_methods/regulations.html", regulations=shown, counts=counts, edition=presenters.edition,
                in_force={r.id: presenters.in_force_words(r, today) for r in rows})


@bp.get("/regulations/<int:id>")
@requires(P.METHOD_READ)
def regulation_page(id: int) -> Any:
    """One edition: what is confirmed of it, and its requirements with their limits."""
    row = get_or_404(Regulation, id)
    return page(
        "test_methods/regulation.html", regulation=row, requirements=queries.requirements(id), methods=queries.methods_of(id),
        edition=presenters.edition(row), in_force=presenters.in_force_words(row, clock.today()), limit_lines=limit_words.limit_lines,
        seen_words=wording.seen_words, confirmation=presenters.confirmation,
        chain=queries.edition_chain(row), standing=partial(presenters.in_force_words, today=clock.today()), short=limit_words.limit_short,
        entries=audit.history("regulation", id, HISTORY_SHOWN),
    )


@bp.route("/regulations/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_regulation() -> Any:
    """Enter one edition of a regulation."""
    form = forms.RegulationForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.add_regulation(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi quy chuẩn."), "test_methods.regulation_page", id=row.id)
    return page("test_methods/regulation_form.html", form=form)


@bp.route("/regulations/<int:id>/edit", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def edit_regulation(id: int) -> Any:
    """Correct what is recorded of an edition."""
    row = get_or_404(Regulation, id)
    form = forms.EditionForm(obj=row)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.change_edition(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã sửa quy chuẩn."), "test_methods.regulation_page", id=id)
    return page("test_methods/edition_form.html", form=form, regulation=row)


@bp.route("/regulations/<int:id>/end", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def end_regulation(id: int) -> Any:
    """Say from which day an edition no longer counts, and what replaces it."""
    row = get_or_404(Regulation, id)
    form = forms.EndEditionForm(data={"in_force_to": row.in_force_to, "replaced_by": row.replaced_by, "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.end_edition(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi ngày hết hiệu lực."), "test_methods.regulation_page", id=id)
    return page("test_methods/end_edition_form.html", form=form, regulation=row)


@bp.route("/regulations/<int:id>/new-edition", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_edition(id: int) -> Any:
    """Enter the edition that replaces this one, with its requirements to begin from."""
    old = get_or_404(Regulation, id)
    form = forms.NewEditionForm(data={"title_vi": old.title_vi, "title_en": old.title_en})
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.new_edition(current_actor(), old, **form.clean())
        if tried.ok:
            return done(gettext("Đã lập bản mới; mọi giới hạn chép sang đều chưa xác nhận."), "test_methods.regulation_page", id=row.id)
    return page("test_methods/new_edition_form.html", form=form, regulation=old)
