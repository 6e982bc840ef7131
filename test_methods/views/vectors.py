"""Pages of test vectors and of a draft's parameters: entered, run, changed, taken out (7.11.6)."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.core.access import current_actor, requires
from lab_app.core.i18n import lang
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, done, get_or_404, page
from test_methods import forms, queries, services, workflow
from test_methods import version_presenters as show
from test_methods.models import MethodParameter, TestVector
from test_methods.views import bp
from test_methods.views.versions import version_or_404


@bp.get("/method-versions/<int:id>/vectors")
@requires(P.METHOD_READ)
def vectors(id: int) -> Any:
    """Every calculation of a version with its vectors and what each gave last."""
    row = version_or_404(id)
    parameters = queries.parameters(id)
    found = queries.vectors_of(parameters)
    runs = queries.latest_runs([v.id for _, group in found for v in group])
    facts = {f.code: workflow.VECTOR_STATES[f.state] for f in queries.vector_facts(parameters)}
    shown = [(p, facts[p.code], [show.shown_vector(p, v, runs.get(v.id), queries.fingerprint_of(p, v)) for v in group])
             for p, group in found]
    return page("test_methods/vectors.html", version=row, method=row.method, shown=shown, draft=row.status == workflow.DRAFT.code)


@bp.post("/method-versions/<int:id>/vectors/run")
@requires(P.METHOD_WRITE)
def run_vectors(id: int) -> Any:
    """Run every vector of a version; each result is kept."""
    row = version_or_404(id)
    with attempt() as tried:
        runs = services.run_vectors(current_actor(), row)
    if tried.ok:
        passed = sum(1 for run in runs if run.passed)
        return done(gettext("Đã chạy %(n)s véc-tơ thử: %(passed)s đạt.", n=len(runs), passed=passed), "test_methods.vectors", id=id)
    return back_with_refusal("test_methods.vectors", id=id)


@bp.route("/method-parameters/<int:id>/vectors/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_vector(id: int) -> Any:
    """Enter inputs with the result worked out independently."""
    parameter = get_or_404(MethodParameter, id)
    asked = [f for f in parameter.fields if f.get("fixed") in (None, "")]
    form = forms.vector_form(asked)
    if form.validate_on_submit():
        inputs = {str(f["key"]): form[f"input-{f['key']}"].data or "" for f in asked}
        with attempt(form) as tried:
            services.add_vector(
                current_actor(), parameter, name=form.name.data, inputs=inputs, expected=form.expected.data.split(";"),
                tolerance=form.tolerance.data or Decimal(0), source=form.source.data, locale=lang())
        if tried.ok:
            return done(gettext("Đã ghi véc-tơ thử."), "test_methods.vectors", id=parameter.method_version_id)
    return page("test_methods/vector_form.html", form=form, parameter=parameter, version=parameter.method_version,
                inputs=[form[f"input-{f['key']}"] for f in asked])


@bp.post("/test-vectors/<int:id>/remove")
@requires(P.METHOD_WRITE)
def remove_vector(id: int) -> Any:
    """Take a wrong vector out of a draft, with the reason."""
    row = get_or_404(TestVector, id)
    version_id = row.parameter.method_version_id
    with attempt() as tried:
        services.remove_vector(current_actor(), row, request.form.get("reason", ""))
    if tried.ok:
        return done(gettext("Đã bỏ véc-tơ thử."), "test_methods.vectors", id=version_id)
    return back_with_refusal("test_methods.vectors", id=version_id)
