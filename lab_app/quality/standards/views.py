"""Pages of the watch over documents of others."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.queries import active_people, person_by_code
from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page
from lab_app.quality.presenters import panels
from lab_app.quality.standards import queries, rules, services
from lab_app.quality.standards.forms import CheckForm, ExternalForm, HandleForm
from lab_app.quality.standards.models import ExternalDocument

bp = Blueprint("quality_standards", __name__)

COLUMNS = (
    Column("code", _l("Số hiệu"), ExternalDocument.code), Column("title", _l("Tài liệu")), Column("owner", _l("Người theo dõi"), css="opt"),
    Column("last_check", _l("Xem lần cuối"), css="num"), Column("next_check", _l("Xem lần tới"), ExternalDocument.next_check, css="num"),
    Column("state", _l("Trạng thái")),
)


def _by_standing(query: Select[Any], value: str) -> Select[Any]:
    return query.where(queries.overdue(clock.today()) if value == "overdue" else ExternalDocument.status == value)


def _filters() -> tuple[Filter, ...]:
    return (
        Filter("kind", _l("Loại"), list(rules.KINDS.items()), lambda query, value: query.where(ExternalDocument.kind == value)),
        Filter("standing", _l("Tình trạng"), [("overdue", _l("Quá hạn xem")), *((code, s.word) for code, s in rules.STATES.items())],
               _by_standing),
    )


@bp.get("/quality/standards")
@requires(P.DOCUMENT_READ)
def standards() -> Any:
    """Documents of others with when somebody looked last and looks next."""
    query, filters = queries.externals(), _filters()
    shown = listing(query, ExternalDocument, COLUMNS, kind="external-document", filters=filters, default_sort="code",
                    default_direction="asc")
    if export.asked():
        heads = [gettext("Số hiệu"), gettext("Tên tài liệu"), gettext("Loại tài liệu"), gettext("Cơ quan ban hành"),
            gettext("Nơi giữ bản đang dùng"),
                 gettext("Người theo dõi"), gettext("Xem lần cuối"), gettext("Xem lần tới"), gettext("Trạng thái")]
        table = [[r.code, r.title, str(rules.KINDS[r.kind]), r.publisher, r.place, r.owner.full_name, r.last_check, r.next_check,
                  str(rules.STATES[r.status].word)] for r in everything(query, ExternalDocument, shown, COLUMNS, filters,
                  "external-document")]
        return export.as_file("external-documents", heads, table)
    return page("quality/standards.html", page=shown, kinds=rules.KINDS, states=rules.STATES, today=clock.today())


def _found(id: int) -> ExternalDocument:
    return or_404(queries.external_by_id(id), gettext("Không có tài liệu này."))


@bp.get("/quality/standards/<int:id>")
@requires(P.DOCUMENT_READ)
def standard_page(id: int) -> Any:
    """One external document: what was found when, what rests on it, what is to be done."""
    row, actor = _found(id), current_actor()
    checks = queries.checks_of(id)
    newest = next((c for c in checks if c.outcome == rules.NEW_EDITION), None)
    return page(
        "quality/standard.html", row=row, checks=checks, newest=newest, states=rules.STATES, kinds=rules.KINDS, told_outcomes=rules.TOLD,
        today=clock.today(), may_write=actor.can(P.DOCUMENT_WRITE), panels=panels("external-document", row, actor),
        entered=queries.edition_in_register(newest.edition) if newest else None,
        entries=[e for e in audit.history("external-document", id, 40) if e.subject_kind == "external-document"][:10])


def _form(row: ExternalDocument | None) -> ExternalForm:
    form = ExternalForm() if row is None or request.method == "POST" else ExternalForm(obj=row, data={"owner": row.owner.code})
    if row is not None and request.method == "GET":
        form.owner.data = row.owner.code
    form.owner.choices = [(p.code, p.full_name) for p in active_people()]
    if row is None:
        del form.reason
    else:
        del form.code, form.kind
    return form


def _facts(form: ExternalForm) -> dict[str, Any]:
    owner = person_by_code(form.owner.data or "")
    if owner is None:
        raise FieldRefused("owner", gettext("Lựa chọn không có trong danh sách."))
    return {**form.clean("title", "publisher", "source", "place", "watch_months"), "owner": owner}


@bp.route("/quality/standards/new", methods=["GET", "POST"])
@requires(P.DOCUMENT_WRITE)
def new_standard() -> Any:
    """Enter an edition that the laboratory works by."""
    form = _form(None)
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.register_external(current_actor(), code=form.code.data or "", kind=form.kind.data, **_facts(form))
        if tried.ok:
            return done(gettext("Đã thêm tài liệu bên ngoài."), "quality_standards.standard_page", id=row.id)
    return page("quality/standard_form.html", form=form, row=None)


@bp.route("/quality/standards/<int:id>/edit", methods=["GET", "POST"])
@requires(P.DOCUMENT_WRITE)
def edit_standard(id: int) -> Any:
    """Change an entry, with the reason."""
    row = _found(id)
    form = _form(row)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            facts = _facts(form)
            services.change_external(current_actor(), row, reason=form.reason.data or "", owner_id=facts.pop("owner").id, **facts)
        if tried.ok:
            return done(gettext("Đã lưu."), "quality_standards.standard_page", id=id)
    return page("quality/standard_form.html", form=form, row=row)


@bp.route("/quality/standards/<int:id>/check", methods=["GET", "POST"])
@requires(P.DOCUMENT_WRITE)
def check(id: int) -> Any:
    """Write down a look at the document's state."""
    row, form = _found(id), CheckForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            made = services.record_check(current_actor(), row, **form.clean())
        if tried.ok:
            says = gettext("Đã ghi: không thay đổi.") if made.outcome == rules.UNCHANGED else gettext(
                "Đã ghi thay đổi; người soạn phương pháp được yêu cầu xử lý.")
            return done(says, "quality_standards.standard_page", id=id)
    return page("quality/standard_act.html", form=form, row=row, title=gettext("Ghi lần xem"), button=gettext("Ghi"),
                back=url_for("quality_standards.standard_page", id=id))


@bp.route("/quality/standards/<int:id>/handle", methods=["GET", "POST"])
@requires(P.DOCUMENT_WRITE)
def handle(id: int) -> Any:
    """Say what was done about a change."""
    row, form = _found(id), HandleForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.handle_change(current_actor(), row, what=form.what.data or "", still_used=form.still_used.data == "yes")
        if tried.ok:
            return done(gettext("Đã ghi cách xử lý."), "quality_standards.standard_page", id=id)
    return page("quality/standard_act.html", form=form, row=row, title=gettext("Xử lý thay đổi"), button=gettext("Đã xử lý"),
                back=url_for("quality_standards.standard_page", id=id))
