"""The master list, its state at a past day, one document and its entry (8.3.1, 8.3.2)."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, or_, select

from lab_app.accounts.models import Role
from lab_app.accounts.queries import active_people, person_by_code
from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, page
from lab_app.quality.documents import queries, rules, services, workflow
from lab_app.quality.documents.forms import AtForm, DocumentForm, PeriodicForm, WithdrawForm, people_choices
from lab_app.quality.documents.models import ControlledDocument, DocumentReading, DocumentVersion
from lab_app.quality.documents.views.blueprint import bp, found

COLUMNS = (
    Column("code", _l("Mã"), ControlledDocument.code), Column("title", _l("Tài liệu")), Column("issue", _l("Đang hiệu lực")),
    Column("read", _l("Đã đọc"), css="num"), Column("owner", _l("Người phụ trách"), css="opt"),
    Column("review_due", _l("Xem xét trước"), ControlledDocument.review_due, css="num"), Column("state", _l("Trạng thái")),
)
AT_COLUMNS = (
    Column("code", _l("Bản"), DocumentVersion.code), Column("title", _l("Tài liệu")),
    Column("effective_from", _l("Hiệu lực từ"), DocumentVersion.effective_from, css="num"),
    Column("approved", _l("Phê duyệt")), Column("owner", _l("Người phụ trách"), css="opt"),
)


def _versions(*conditions: Any) -> Any:
    return exists().where(DocumentVersion.document_id == ControlledDocument.id, *conditions)


def _by_standing(query: Select[Any], value: str) -> Select[Any]:
    today = clock.today()
    if value == "effective":
        return query.where(queries.document_in_force(today))
    if value == "preparing":
        return query.where(_versions(DocumentVersion.status.in_((workflow.DRAFT, workflow.IN_REVIEW))))
    if value == "to-come":
        return query.where(_versions(DocumentVersion.status == workflow.APPROVED, DocumentVersion.effective_from > today))
    if value == "none":
        return query.where(or_(ControlledDocument.effective_since.is_(None), ControlledDocument.effective_since > today,
                               ControlledDocument.withdrawn_from <= today))
    if value == "unread":
        late = select(DocumentVersion.document_id).join(DocumentReading, DocumentReading.version_id == DocumentVersion.id).where(
            DocumentReading.read_at.is_(None), DocumentReading.ended_at.is_(None), DocumentReading.due_on < today)
        return query.where(ControlledDocument.id.in_(late))
    return query.where(queries.review_overdue(today))


def _filters() -> tuple[Filter, ...]:
    return (
        Filter("kind", _l("Loại"), list(workflow.KINDS.items()), lambda query, value: query.where(ControlledDocument.kind == value)),
        Filter("standing", _l("Tình trạng"), [
            ("effective", _l("Đang hiệu lực")), ("preparing", _l("Đang soạn, soát xét")), ("to-come", _l("Chưa đến ngày hiệu lực")),
            ("none", _l("Không có bản hiệu lực")), ("review", _l("Quá hạn xem xét")), ("unread", _l("Quá hạn đọc"))], _by_standing),
    )


@bp.get("/quality/documents")
@requires(P.DOCUMENT_READ)
def documents() -> Any:
    """The master list: every document with the version in force, who has read it, when it is to be judged anew."""
    query, filters, today = queries.documents(), _filters(), clock.today()
    shown = listing(query, ControlledDocument, COLUMNS, kind="document", filters=filters, default_sort="code", default_direction="asc")
    rows = everything(query, ControlledDocument, shown, COLUMNS, filters, "document") if export.asked() else shown.rows
    ids = [row.id for row in rows]
    effective = queries.effective_versions(ids, today)
    if export.asked():
        return _exported(rows, effective)
    return page(
        "quality/documents.html", page=shown, effective=effective, preparing=queries.open_versions(ids), today=today,
        counts=queries.reading_counts(v.id for v in effective.values()), machine=workflow.VERSION, kinds=workflow.KINDS)


def _exported(rows: list[ControlledDocument], effective: dict[int, DocumentVersion]) -> Any:
    heads = [gettext("Mã"), gettext("Tên tài liệu"), gettext("Loại tài liệu"), gettext("Lần ban hành"), gettext("Hiệu lực từ ngày"),
             gettext("Phê duyệt lúc"), gettext("Người phụ trách"), gettext("Quá trình"), gettext("Điều"), gettext("Xem xét trước ngày"),
             gettext("Thôi dùng từ ngày"), "SHA-256"]
    table = []
    for row in rows:
        v = effective.get(row.id)
        table.append([row.code, pick(row.title_vi, row.title_en), str(workflow.KINDS.get(row.kind, row.kind)), v.number if v else None,
                      v.effective_from if v else None, v.approved_at if v else None, row.owner.full_name, row.process,
                      ", ".join(row.clauses), row.review_due, row.withdrawn_from, v.sha256 if v else ""])
    return export.as_file("documents", heads, table)


@bp.get("/quality/documents/at")
@requires(P.DOCUMENT_READ)
def at_day() -> Any:
    """The master list as it was on a day: as known then, or as known now."""
    form = AtForm(request.args)
    form.validate()
    on: date = form.on.data or clock.today()
    known_at = clock.at_local(on, 23, 59) if form.known.data == "then" else None
    query = queries.in_force_at(on, known_at)
    shown = listing(query, DocumentVersion, AT_COLUMNS, default_sort="code", default_direction="asc")
    shown._args.update({"on": request.args.get("on", ""), "known": request.args.get("known", "")})
    if export.asked():
        heads = [gettext("Bản"), gettext("Tên tài liệu"), gettext("Hiệu lực từ ngày"), gettext("Phê duyệt lúc"), gettext("Người phê duyệt"),
                 gettext("Người phụ trách"), "SHA-256"]
        table = [[v.code, pick(v.document.title_vi, v.document.title_en), v.effective_from, v.approved_at,
                  v.approver.full_name if v.approver else "", v.document.owner.full_name, v.sha256]
                 for v in everything(query, DocumentVersion, shown, AT_COLUMNS, (), None)]
        return export.as_file(f"documents-{on.isoformat()}", heads, table)
    return page("quality/documents_at.html", page=shown, form=form, on=on)


@bp.get("/quality/documents/<code>")
@requires(P.DOCUMENT_READ)
def document_page(code: str) -> Any:
    """One document: the version in force, every other one, its periodic reviews, its history."""
    row, today, actor = found(code), clock.today(), current_actor()
    versions = queries.versions_of(row.id)
    standing = {v.id: rules.standing(v, today) for v in versions}
    effective = next((v for v in versions if standing[v.id] == workflow.EFFECTIVE), None)
    return page(
        "quality/document.html", row=row, versions=versions, standing=standing, machine=workflow.VERSION, kinds=workflow.KINDS, today=today,
        effective=effective, open_=next((v for v in versions if v.status in (workflow.DRAFT, workflow.IN_REVIEW)), None),
        counts=queries.reading_counts(v.id for v in versions), reviews=queries.reviews_of(row.id),
        methods=[m.method_code for m in row.methods],
        may_write=actor.can(P.DOCUMENT_WRITE), may_approve=actor.can(P.DOCUMENT_APPROVE), role_words=_role_words(),
        entries=[e for e in audit.history("document", row.id, 40) if e.action != "create" or e.subject_kind == "document-version"][:10])


def _role_words() -> dict[str, str]:
    return {name: pick(vi, en) for name, vi, en in db.session.execute(select(Role.name, Role.title_vi, Role.title_en))}


def _form(row: ControlledDocument | None) -> DocumentForm:
    data: dict[str, Any] = {}
    if row is not None and request.method == "GET":
        data = {"title_vi": row.title_vi, "title_en": row.title_en, "owner": row.owner.code, "process_name": row.process,
                "clauses": ", ".join(row.clauses), "methods": ", ".join(m.method_code for m in row.methods), "at_sign_in": row.at_sign_in,
                "roles": row.read_by.get("roles", []), "people": ", ".join(row.read_by.get("people", [])),
                "review_months": row.review_months, "version": row.version}
    form = DocumentForm(data=data) if data else DocumentForm()
    form.owner.choices = people_choices(active_people())
    form.roles.choices = list(_role_words().items())
    if row is None:
        del form.reason
    else:
        del form.code, form.kind
    return form


def _owner(form: DocumentForm) -> Any:
    person = person_by_code(form.owner.data or "")
    if person is None:
        raise FieldRefused("owner", gettext("Lựa chọn không có trong danh sách."))
    return person


@bp.route("/quality/documents/new", methods=["GET", "POST"])
@requires(P.DOCUMENT_WRITE)
def new_document() -> Any:
    """Another document in the master list; its first version follows."""
    form = _form(None)
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.register_document(
                current_actor(), code=form.code.data, kind=form.kind.data, owner=_owner(form), **form.facts())
        if tried.ok:
            return done(gettext("Đã thêm %(code)s. Tải tệp của bản đầu tiên.", code=row.code), "quality_documents.new_version",
                code=row.code)
    return page("quality/document_form.html", form=form, row=None)


@bp.route("/quality/documents/<code>/edit", methods=["GET", "POST"])
@requires(P.DOCUMENT_WRITE)
def edit_document(code: str) -> Any:
    """Change a document's entry, with the reason."""
    row = found(code)
    form = _form(row)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.change_document(current_actor(), row, reason=form.reason.data, owner_id=_owner(form).id, **form.facts())
        if tried.ok:
            return done(gettext("Đã lưu."), "quality_documents.document_page", code=code)
    return page("quality/document_form.html", form=form, row=row)


@bp.route("/quality/documents/<code>/withdraw", methods=["GET", "POST"])
@requires(P.DOCUMENT_APPROVE)
def withdraw(code: str) -> Any:
    """Put a document out of use from a day on."""
    row, form = found(code), WithdrawForm()
    if form.validate_on_submit():
        assert form.from_day.data is not None
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.withdraw_document(current_actor(), row, from_day=form.from_day.data, reason=form.reason.data)
        if tried.ok:
            return done(gettext("Đã thôi dùng %(code)s.", code=code), "quality_documents.document_page", code=code)
    if request.method == "GET":
        form.version.data = row.version
    return page("quality/document_act.html", form=form, row=row, title=gettext("Thôi dùng tài liệu"), clause="8.3.2 f",
                button=gettext("Thôi dùng"))


@bp.route("/quality/documents/<code>/periodic", methods=["GET", "POST"])
@requires(P.DOCUMENT_WRITE)
def periodic_review(code: str) -> Any:
    """Judge whether a document still fits."""
    row, form = found(code), PeriodicForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            made = services.review_document(current_actor(), row, fits=form.fits.data == "yes", note=form.note.data)
        if tried.ok:
            return done(gettext("Đã ghi xem xét; lần sau trước ngày %(day)s.", day=made.next_due.strftime("%d/%m/%Y")),
                        "quality_documents.document_page", code=code)
    return page("quality/document_act.html", form=form, row=row, title=gettext("Xem xét định kỳ"), clause="8.3.2 b",
                button=gettext("Ghi kết luận"))
