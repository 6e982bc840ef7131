"""Pages of one version: contents, record of verification or validation, comparison with another (7.2.1.5, 7.2.2.4)."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.accounts.queries import active_people
from lab_app.core import clock, files
from lab_app.core.access import current_actor, requires
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, get_or_404, or_404, page
from test_methods import forms, queries, services, workflow
from test_methods import version_presenters as show
from test_methods.models import Method, MethodVersion
from test_methods.views import bp

#: Files that a document or a record may be.
PAPERS = files.PAPERS | files.IMAGES | files.TEXTS


def version_or_404(id: int) -> MethodVersion:
    """The version of a page."""
    return or_404(queries.version(id))


def upload_of(form: Any, name: str) -> files.Upload | None:
    """The chosen file made durable, `None` where none was chosen; a refusal hangs on its field."""
    chosen = form[name].data
    if not chosen or not getattr(chosen, "filename", ""):
        return None
    return files.put(chosen.stream, chosen.filename, PAPERS, field=name)


@bp.route("/method-versions/<int:id>/contents", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def contents(id: int) -> Any:
    """What a draft says besides its parameters: environment, equipment, conditioning, checklist, document at hand."""
    row = version_or_404(id)
    form = forms.ContentForm(data={
        **forms.environment_data(row.environment), "version": row.version, **{name: getattr(row, name) for name in (
            "change_note", "conditioning_minutes", "conditioning", "document_code", "document_issue", "document_title")}})
    forms.filled(form, "equipment", [{**r, "low": _number(r.get("low")), "high": _number(r.get("high"))} for r in row.equipment])
    forms.filled(form, "steps", list(row.steps))
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.edit_version(
                current_actor(), row, environment=form.environment(), equipment=form.needed(), steps=form.checklist(),
                conditioning_minutes=form.conditioning_minutes.data or 0, document=upload_of(form, "document"), **form.clean(
                    "conditioning", "document_code", "document_issue", "document_title", "change_note"))
        if tried.ok:
            return done(gettext("Đã lưu nội dung phiên bản."), "test_methods.version_page", id=id)
        row = version_or_404(id)
    return page("test_methods/contents_form.html", form=form, version=row)


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


@bp.route("/method-versions/<int:id>/verification", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def verification(id: int) -> Any:
    """The record of verification or validation of a draft in its five parts (7.2.1.5, 7.2.2.4)."""
    row = version_or_404(id)
    record = queries.proof(id)
    form = forms.ProofForm(data=_record_data(row, record))
    people = active_people()
    form.performed_by.choices = [(str(p.id), p.full_name) for p in people]
    forms.filled(form, "characteristics", [
        {**r, "meets": {True: "yes", False: "no"}.get(r["meets"], "")} for r in (record.characteristics if record else [])])
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            _save_record(row, form, people)
        if tried.ok:
            return done(gettext("Đã lưu hồ sơ kiểm tra xác nhận."), "test_methods.version_page", id=id)
        row = version_or_404(id)
    return page("test_methods/verification_form.html", form=form, version=row,
                evidence=files.attachments("method-proof", record.id) if record else [])


def _record_data(row: MethodVersion, record: Any) -> dict[str, Any]:
    names = ("kind", "procedure", "requirements", "results", "statement", "performed_on")
    data: dict[str, Any] = {name: getattr(record, name) for name in names} if record else {
        "kind": services.kind_for(row), "performed_on": clock.today()}
    data["fit"] = {True: "yes", False: "no"}.get(record.fit, "") if record else ""
    data["performed_by"] = str(record.performed_by_id or "") if record else ""
    return {**data, "version": row.version}


def _save_record(row: MethodVersion, form: forms.ProofForm, people: list[Person]) -> None:
    upload = upload_of(form, "evidence")
    performer = next((p for p in people if str(p.id) == form.performed_by.data), None)
    services.record_verification(
        current_actor(), row, form.statement.data, kind=form.kind.data, characteristics=form.rows(),
        fit={"yes": True, "no": False}.get(form.fit.data), performed_by=performer,
        **form.clean("procedure", "requirements", "results", "performed_on"))
    if upload is not None:
        services.add_evidence(current_actor(), row, upload)


@bp.post("/method-versions/<int:id>/conclude")
@requires(P.METHOD_WRITE)
def conclude(id: int) -> Any:
    """Conclude the record: the draft becomes verified or validated."""
    row = version_or_404(id)
    with attempt() as tried:
        check_version(row, request.form.get("version"))
        services.conclude_verification(current_actor(), row)
    if tried.ok:
        return done(gettext("Đã kết luận hồ sơ; phiên bản chờ phê duyệt."), "test_methods.version_page", id=id)
    return back_with_refusal("test_methods.version_page", id=id)


@bp.post("/method-versions/<int:id>/reopen")
@requires(P.METHOD_WRITE)
def reopen(id: int) -> Any:
    """Open a concluded draft again for changes, with the reason."""
    row = version_or_404(id)
    with attempt() as tried:
        services.reopen_version(current_actor(), row, request.form.get("reason", ""))
    if tried.ok:
        return done(gettext("Đã mở lại bản thảo."), "test_methods.version_page", id=id)
    return back_with_refusal("test_methods.version_page", id=id)


@bp.get("/methods/<int:id>/compare")
@requires(P.METHOD_READ)
def compare(id: int) -> Any:
    """Two versions of a method side by side: what changed. Without a choice, the newest against the one before."""
    method = get_or_404(Method, id)
    rows = queries.versions(id)
    old, new = (_chosen(rows, request.args.get(name, ""), at) for name, at in (("old", 1), ("new", 0)))
    parts = show.compared(old, new, queries.parameters(old.id), queries.parameters(new.id)) if old and new else []
    return page("test_methods/compare.html", method=method, versions=rows, old=old, new=new, parts=parts,
                standings=queries.standings(rows, clock.today(), clock.now()), draft=workflow.DRAFT)


def _chosen(rows: list[MethodVersion], asked: str, at: int) -> MethodVersion | None:
    found = next((v for v in rows if str(v.number) == asked), None)
    return found or (rows[min(at, len(rows) - 1)] if rows else None)
