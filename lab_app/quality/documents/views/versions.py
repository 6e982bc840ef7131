"""One version: written, handed in, reviewed, approved, copied, and who must read it (8.3.2)."""
from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import request, send_file
from flask_babel import gettext

from lab_app.accounts.queries import active_people, person_by_code, signatures_on
from lab_app.accounts.signing import box
from lab_app.accounts.workflow import AUTHORISED, MEANINGS, METHODS
from lab_app.core import audit, clock, files, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, page, press
from lab_app.quality.documents import queries, receipts, rules, services, workflow
from lab_app.quality.documents.forms import (
    ApproveForm,
    AskForm,
    ReviewForm,
    SubmitForm,
    VersionForm,
    people_choices,
)
from lab_app.quality.documents.models import DocumentVersion
from lab_app.quality.documents.views.blueprint import bp, found, found_version


def _upload(form: VersionForm) -> files.Upload | None:
    given = form.file.data
    if not given or not getattr(given, "filename", ""):
        return None
    return files.put(given.stream, given.filename, files.PAPERS, "file")


@bp.route("/quality/documents/<code>/versions/new", methods=["GET", "POST"])
@requires(P.DOCUMENT_WRITE)
def new_version(code: str) -> Any:
    """Begin a version with its file."""
    document, form = found(code), VersionForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.draft_version(
                current_actor(), document, _upload(form), **form.clean("change_summary", "statement_vi", "statement_en"))
        if tried.ok:
            return done(gettext("Đã lưu bản thảo %(code)s.", code=row.code), "quality_documents.version_page", code=code, number=row.number)
        document = found(code)
    return page("quality/document_version_form.html", form=form, document=document, row=None,
                first_version=not document.versions)


@bp.route("/quality/documents/<code>/versions/<int:number>/edit", methods=["GET", "POST"])
@requires(P.DOCUMENT_WRITE)
def edit_version(code: str, number: int) -> Any:
    """Change a draft: another file, other words."""
    row = found_version(code, number)
    form = VersionForm(obj=row) if request.method == "GET" else VersionForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            upload = _upload(form)
            check_version(row, form.version.data)
            services.edit_version(current_actor(), row, upload, **form.clean("change_summary", "statement_vi", "statement_en"))
        if tried.ok:
            return done(gettext("Đã lưu bản thảo %(code)s.", code=row.code), "quality_documents.version_page", code=code, number=number)
        row = found_version(code, number)
    return page("quality/document_version_form.html", form=form, document=row.document, row=row, first_version=number == 1)


@bp.get("/quality/documents/<code>/versions/<int:number>")
@requires(P.DOCUMENT_READ)
def version_page(code: str, number: int) -> Any:
    """One version: how far it came and what comes next, who has read it, signatures, history."""
    return _page(found_version(code, number))


def _page(row: DocumentVersion, form: Any = None) -> Any:
    actor, today = current_actor(), clock.today()
    stands = rules.standing(row, today)
    facts = services.facts_of(actor, row)
    submit = SubmitForm()
    if row.status == workflow.DRAFT and actor.can(P.DOCUMENT_WRITE):
        submit.reviewer.choices = people_choices([p for p in active_people() if p.id not in row.written_by])
    approving = actor.can(P.DOCUMENT_APPROVE) and row.status in (workflow.DRAFT, workflow.IN_REVIEW)
    approve = form if isinstance(form, ApproveForm) else ApproveForm(formdata=None)
    return page(
        "quality/document_version.html", row=row, document=row.document, stands=stands, machine=workflow.VERSION,
        may_write=actor.can(P.DOCUMENT_WRITE), approving=approving, submit=submit, ask=AskForm(formdata=None), approve=approve, form=form,
        review_stop=gates.ask("document-reviewed-by-another", facts) if row.status == workflow.IN_REVIEW else None,
        approve_stop=workflow.VERSION.stop(row, "approve", facts) if approving else None,
        copy_stop=gates.ask("document-effective-served", receipts.serving_facts(actor, row)),
        box=box(actor, AUTHORISED, services.shown(row), approve if form is not None else None) if approving else None,
        readings=queries.readings_of(row.id), asked_me=queries.reading_of(row.id, actor.id), today=today,
        signatures=signatures_on({"document-version": [row.id]}), meanings=MEANINGS, methods=METHODS,
        entries=[e for e in audit.history("document-version", row.id, 60) if e.subject_kind == "document-version"][:15])


@bp.get("/quality/documents/<code>/versions/<int:number>/file")
@requires(P.DOCUMENT_READ)
def copy(code: str, number: int) -> Any:
    """A marked copy of a version for the person who asks; refused where another version is in force."""
    row = found_version(code, number)
    data = receipts.copy_for(current_actor(), row)
    response = send_file(BytesIO(data), mimetype="application/pdf", download_name=f"{row.code.replace('/', '-')}.pdf", max_age=0)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/quality/documents/<code>/versions/<int:number>/submit")
@requires(P.DOCUMENT_WRITE)
def submit(code: str, number: int) -> Any:
    """Hand a draft in for review."""
    row, form = found_version(code, number), SubmitForm()
    form.reviewer.choices = people_choices(active_people())
    with attempt() as tried:
        check_version(row, form.version.data)
        reviewer = person_by_code(form.reviewer.data) if form.reviewer.data else None
        services.submit_version(current_actor(), row, reviewer)
    return _back(tried.ok, gettext("Đã trình soát xét."), code, number)


def _back(went: bool, says: str, code: str, number: int) -> Any:
    if not went:
        return back_with_refusal("quality_documents.version_page", code=code, number=number)
    return done(says, "quality_documents.version_page", code=code, number=number)


@bp.post("/quality/documents/<code>/versions/<int:number>/review")
@requires(P.DOCUMENT_WRITE)
def review(code: str, number: int) -> Any:
    """Find a submitted version good."""
    row, form = found_version(code, number), ReviewForm()
    return press(lambda: services.review_version(current_actor(), row, note=form.note.data or ""),
                 gettext("Đã soát xét đạt; chờ phê duyệt."), "quality_documents.version_page", seen=row, code=code, number=number)


@bp.post("/quality/documents/<code>/versions/<int:number>/return")
@requires(P.DOCUMENT_WRITE)
def send_back(code: str, number: int) -> Any:
    """Give a submitted version back to its author."""
    row = found_version(code, number)
    return press(lambda: services.return_version(current_actor(), row, reason=request.form.get("reason", "")),
                 gettext("Đã trả lại bản thảo."), "quality_documents.version_page", seen=row, code=code, number=number)


@bp.post("/quality/documents/<code>/versions/<int:number>/drop")
@requires(P.DOCUMENT_WRITE)
def drop(code: str, number: int) -> Any:
    """Give a draft up."""
    row = found_version(code, number)
    return press(lambda: services.drop_version(current_actor(), row, reason=request.form.get("reason", "")),
                 gettext("Đã bỏ bản thảo."), "quality_documents.version_page", seen=row, code=code, number=number)


@bp.post("/quality/documents/<code>/versions/<int:number>/approve")
@requires(P.DOCUMENT_APPROVE)
def approve(code: str, number: int) -> Any:
    """Approve a reviewed version, signed."""
    row, form = found_version(code, number), ApproveForm()
    if form.validate_on_submit():
        assert form.effective_from.data is not None
        with attempt(form) as tried:
            confirmed = form.confirmation_if_typed(current_actor(), AUTHORISED)
            check_version(row, form.version.data)
            services.approve_version(current_actor(), row, effective_from=form.effective_from.data, confirmed=confirmed)
        if tried.ok:
            return done(gettext("Đã phê duyệt %(code)s; người phải đọc đã được yêu cầu.", code=row.code),
                        "quality_documents.version_page", code=code, number=number)
    return _page(found_version(code, number), form)


@bp.post("/quality/documents/<code>/versions/<int:number>/ask")
@requires(P.DOCUMENT_WRITE)
def ask_people(code: str, number: int) -> Any:
    """Ask further people to read a version."""
    row, form = found_version(code, number), AskForm()
    with attempt() as tried:
        if not form.validate():
            raise FieldRefused("people", gettext("Cần điền mục này."))
        people = [(typed, person_by_code(typed)) for typed in form.codes()]
        for typed, person in people:
            if person is None or not person.active:
                raise FieldRefused("people", gettext("Không có nhân viên mã “%(code)s”.", code=typed[:20]))
        receipts.ask_to_read(current_actor(), row, [person for _typed, person in people if person is not None])
    return _back(tried.ok, gettext("Đã yêu cầu đọc."), code, number)


