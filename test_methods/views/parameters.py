"""Pages of a draft's parameters: how each requirement is measured and computed (7.2, 7.11.6)."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.core.access import current_actor, requires
from lab_app.core.i18n import pick
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, done, get_or_404, page
from test_methods import forms, presenters, queries, services
from test_methods.models import MethodParameter, MethodVersion, Requirement, UncertaintyBudget
from test_methods.views import bp
from test_methods.views.versions import version_or_404


def _offered(form: forms.ParameterForm, version: MethodVersion) -> tuple[list[Requirement], list[UncertaintyBudget]]:
    """Fill the lists of choices."""
    requirements, budgets = queries.requirements(version.method.regulation_id), queries.budgets()
    form.requirement_id.choices = presenters.requirement_choices(requirements)
    form.budget_id.choices = [(str(b.id), f"{b.code} {b.quantity}"[:120]) for b in budgets]
    form.inherent_rule.choices = form.default_rule.choices = [
        (r.code, f"{r.code} {pick(r.name_vi, r.name_en)}") for r in queries.decision_rules()]
    return requirements, budgets


@bp.route("/method-versions/<int:id>/parameters/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_parameter(id: int) -> Any:
    """Say how a draft version measures one requirement."""
    row, form = version_or_404(id), forms.ParameterForm()
    requirements, budgets = _offered(form, row)
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.add_parameter(
                current_actor(), row, next(r for r in requirements if r.id == form.requirement_id.data), code=form.code.data or None,
                **_measured(form, budgets))
        if tried.ok:
            return done(gettext("Đã thêm chỉ tiêu."), "test_methods.version_page", id=id)
    return page("test_methods/parameter_form.html", form=form, version=row, parameter=None)


@bp.route("/method-parameters/<int:id>/edit", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def edit_parameter(id: int) -> Any:
    """Change how a draft measures a requirement; its test vectors are to be run again."""
    row = get_or_404(MethodParameter, id)
    form = forms.ParameterForm(data=_data(row))
    _, budgets = _offered(form, row.method_version)
    forms.filled(form, "reading_fields", list(row.fields))
    forms.filled(form, "calculations", list(row.calculations))
    forms.filled(form, "needs", _needs(row.need), spare=1)
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.change_parameter(current_actor(), row, trace_rule=row.trace_rule, **_measured(form, budgets))
        if tried.ok:
            return done(gettext("Đã sửa chỉ tiêu; chạy lại véc-tơ thử."), "test_methods.version_page", id=row.method_version_id)
        row = get_or_404(MethodParameter, id)
    return page("test_methods/parameter_form.html", form=form, version=row.method_version, parameter=row)


@bp.post("/method-parameters/<int:id>/remove")
@requires(P.METHOD_WRITE)
def remove_parameter(id: int) -> Any:
    """Take a parameter out of a draft, with the reason."""
    row = get_or_404(MethodParameter, id)
    version_id = row.method_version_id
    with attempt() as tried:
        services.remove_parameter(current_actor(), row, request.form.get("reason", ""))
    if tried.ok:
        return done(gettext("Đã bỏ chỉ tiêu khỏi bản thảo."), "test_methods.version_page", id=version_id)
    return back_with_refusal("test_methods.edit_parameter", id=id)


def _data(row: MethodParameter) -> dict[str, Any]:
    names = ("requirement_id", "code", "name_vi", "name_en", "kind", "formula", "places", "u_exempt_reason", "u_max", "inherent_rule",
             "default_rule", "replicates", "operators")
    working = row.working_range
    return {
        **{name: getattr(row, name) for name in names}, "budget_id": str(row.budget_id or ""), "conditions": "\n".join(row.conditions),
        "working_low": _number(working.get("low")), "working_high": _number(working.get("high")),
        "working_unit": working.get("unit", ""), "working_manual": working.get("manual", False),
    }


def _needs(need: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [need, *need.get("beside", ())] if need else []
    return [{**{n: p.get(n) or "" for n in ("quantity", "unit", "u_unit")}, **{n: _number(p.get(n)) for n in ("low", "high", "u")},
             "required": p.get("required", True)} for p in parts]


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _measured(form: forms.ParameterForm, budgets: list[UncertaintyBudget]) -> dict[str, Any]:
    return {
        "name_vi": form.name_vi.data or None, "name_en": form.name_en.data or None, "kind": form.kind.data,
        "fields": form.reading(), "formula": form.formula.data, "places": 2 if form.places.data is None else form.places.data,
        "budget": next((b for b in budgets if str(b.id) == form.budget_id.data), None),
        "u_exempt_reason": form.u_exempt_reason.data, "u_max": form.u_max.data, "inherent_rule": form.inherent_rule.data or "",
        "default_rule": form.default_rule.data or "", "need": form.need(), "conditions": form.conditions.data.splitlines(),
        "calculations": form.steps(), "replicates": form.replicates.data or 0, "operators": form.operators.data,
        "working_range": form.working_range(),
    }
