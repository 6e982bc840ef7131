"""Pages of methods and their versions (7.2)."""
from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lab_app.core import audit, clock, export, files, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, page
from test_methods import (
    budget_presenters,
    forms,
    limit_words,
    presenters,
    queries,
    services,
    version_presenters,
    wording,
    workflow,
)
from test_methods.models import Method, Regulation, ScopeEntry
from test_methods.queries.uncertainty import chosen_places
from test_methods.views import bp
from test_methods.views.versions import version_or_404

HISTORY_SHOWN = 6

COLUMNS = (
    Column("code", _l("Mã"), Method.code),
    Column("title", _l("Phương pháp")),
    Column("regulation", _l("Tài liệu cơ sở"), css="opt"),
    Column("version", _l("Phiên bản"), css="num"),
    Column("scope", _l("Phạm vi")),
    Column("standing", _l("Tình trạng")),
)


def _filters() -> list[Filter]:
    today = clock.today()
    used = select(Method.regulation_id)
    regulations = [(str(r.id), r.code) for r in queries.regulations_where(Regulation.id.in_(used))]
    return [
        Filter("kind", _l("Phương pháp để"), list(wording.METHOD_KINDS.items()), lambda q, v: q.where(Method.kind == v)),
        Filter("regulation", _l("Tài liệu cơ sở"), regulations, lambda q, v: q.where(Method.regulation_id == int(v))),
        Filter("scope", _l("Phạm vi"), [(code, state.word) for code, state in workflow.SCOPE.items()],
               lambda q, v: q.where(Method.code.in_(select(ScopeEntry.method_code).where(
                   ScopeEntry.status == v, ScopeEntry.valid_from <= today, ScopeEntry.valid_to >= today)))),
    ]


@bp.get("/methods")
@requires(P.METHOD_READ)
def methods() -> Any:
    """Methods with the version in force today and their marks from the scope register."""
    today, now, base, filters = clock.today(), clock.now(), select(Method), _filters()
    shown = listing(base, Method, COLUMNS, kind="method", filters=filters, default_sort="code", default_direction="asc")
    rows = everything(base, Method, shown, COLUMNS, filters, "method") if export.asked() else shown.rows
    current = queries.versions_in_force(today, now, [m.id for m in rows])
    scope = queries.scope_of([m.code for m in rows], today)
    if export.asked():
        return export.as_file("methods", *presenters.table(rows, current, scope))
    return page("test_methods/methods.html", methods=shown, current=current, in_force=workflow.IN_FORCE, draft=workflow.DRAFT,
                marks={m.id: presenters.marks(scope.get(m.code, ())) for m in rows})


@bp.get("/methods/<int:id>")
@requires(P.METHOD_READ)
def method_page(id: int) -> Any:
    """One method: what it tests, its versions, its scope."""
    method = get_or_404(Method, id)
    rows, today, now = queries.versions(id), clock.today(), clock.now()
    return page(
        "test_methods/method.html", method=method, kinds=wording.METHOD_KINDS, documents=wording.DOCUMENT_KINDS,
        versions=rows, standings=queries.standings(rows, today, now),
        counts=queries.counts_of_parameters([v.id for v in rows]), current=next(
            (v for v in rows if queries.standings(rows, today, now)[v.id] is workflow.IN_FORCE), None),
        scope=presenters.scope_lines(queries.scope_on(today, None, [method.code]), [method], today),
        has_draft=any(v.status == workflow.DRAFT.code for v in rows), entries=audit.history("method", id, HISTORY_SHOWN),
    )


@bp.route("/methods/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_method() -> Any:
    """Enter a test method."""
    form = forms.MethodForm()
    regulations = queries.regulations()
    form.regulation_id.choices = presenters.regulation_choices(regulations)
    if form.validate_on_submit():
        facts = form.clean()
        regulation = next(r for r in regulations if r.id == facts.pop("regulation_id"))
        with attempt(form) as tried:
            row = services.add_method(current_actor(), regulation=regulation, **facts)
        if tried.ok:
            return done(gettext("Đã ghi phương pháp. Lập phiên bản đầu tiên."), "test_methods.method_page", id=row.id)
    return page("test_methods/method_form.html", form=form)


@bp.route("/methods/<int:id>/versions/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_version(id: int) -> Any:
    """Begin the next version of a method."""
    method, form = get_or_404(Method, id), forms.VersionForm()
    latest = next(iter(queries.versions(id)), None)
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.draft_version(
                current_actor(), method, environment=form.environment(), change_note=form.change_note.data,
                copy_from=latest if form.copy.data else None)
        if tried.ok:
            return done(gettext("Đã lập bản thảo."), "test_methods.version_page", id=row.id)
    return page("test_methods/version_form.html", form=form, method=method, latest=latest)


# ---- one version -----------------------------------------------------------------------------------------


@bp.get("/method-versions/<int:id>")
@requires(P.METHOD_READ)
def version_page(id: int) -> Any:
    """One version: how each parameter is measured, judged and with what uncertainty; approval with its gates."""
    row = version_or_404(id)
    today = clock.today()
    all_versions = queries.versions(row.method_id)
    parameters = queries.parameters(id)
    me = current_actor()
    facts, record = services.approval_facts(row, me.id, len(parameters)), queries.proof(id)
    scope = queries.scope_on(today, None, [row.method.code])
    return page(
        "test_methods/version.html", version=row, method=row.method, parameters=parameters,
        standing=queries.standings(all_versions, today, clock.now())[id], approve_stops=[
            stop for name in ("version-verified", "vectors-pass", "approver-is-another") if (stop := gates.ask(name, facts)) is not None],
        chosen=chosen_places([p.id for p in parameters], today), band=budget_presenters.choice_words,
        environment=wording.environment_lines(row.environment), limit_lines=limit_words.limit_lines,
        need_lines=wording.need_lines,
        sources=wording.SOURCES, kinds=wording.KINDS, expanded=presenters.expanded, confirmation=presenters.confirmation,
        marks={p.id: presenters.marks(e.status for e in scope if e.parameter_code in ("", p.code)) for p in parameters},
        entries=audit.history("method-version", id, HISTORY_SHOWN), show=version_presenters, open=row.status in workflow.OPEN,
        proof=version_presenters.shown_proof(record), evidence=files.attachments("method-proof", record.id) if record else [],
        documents=files.attachments("method-version", id, "document"),
        vectors={f.code: workflow.VECTOR_STATES[f.state] for f in facts.vectors},
        conclude_stop=gates.ask("version-verified", replace(facts, approving=False)), several=len(all_versions) > 1,
    )


@bp.route("/method-versions/<int:id>/approve", methods=["GET", "POST"])
@requires(P.METHOD_APPROVE)
def approve(id: int) -> Any:
    """Approve a draft from a day on; the earlier version ends then."""
    row = version_or_404(id)
    form = forms.ApproveForm(data={"effective_from": clock.today(), "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.approve_version(current_actor(), row, form.effective_from.data or date.min)
        if tried.ok:
            return done(gettext("Đã phê duyệt phiên bản."), "test_methods.version_page", id=id)
    return page("test_methods/approve_form.html", form=form, version=row)


@bp.route("/method-versions/<int:id>/retire", methods=["GET", "POST"])
@requires(P.METHOD_APPROVE)
def retire(id: int) -> Any:
    """End a version without a successor."""
    row = version_or_404(id)
    form = forms.RetireForm(data={"from_day": clock.today(), "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.retire_version(current_actor(), row, form.from_day.data or date.min, form.reason.data)
        if tried.ok:
            return done(gettext("Đã chấm dứt hiệu lực phiên bản."), "test_methods.version_page", id=id)
    return page("test_methods/retire_form.html", form=form, version=row)
