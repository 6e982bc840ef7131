"""Pages of decision rules, uncertainty budgets and the scope register."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.i18n import pick
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, page
from lab_app.metrology.decision import parse_rule
from test_methods import forms, presenters, queries, services, wording, workflow
from test_methods.models import Method, UncertaintyBudget
from test_methods.views import bp

HISTORY_SHOWN = 6


@bp.get("/decision-rules")
@requires(P.METHOD_READ)
def decision_rules() -> Any:
    """Rules an enterprise can agree to, and what each does (7.8.6.1)."""
    rows = queries.decision_rules()
    return page("test_methods/decision_rules.html", rules=[(row, parse_rule(row.definition)) for row in rows],
                uses=queries.uses_of_rules(), kinds=wording.RULE_KINDS)


@bp.get("/budgets")
@requires(P.METHOD_READ)
def budgets() -> Any:
    """Uncertainty budgets with the U they give (7.6)."""
    return page("test_methods/budgets.html", budgets=queries.budgets(), expanded=presenters.expanded)


@bp.get("/budgets/<int:id>")
@requires(P.METHOD_READ)
def budget_page(id: int) -> Any:
    """One budget: each component, what it contributes, and where the result is used."""
    row = get_or_404(UncertaintyBudget, id)
    return page(
        "test_methods/budget.html", budget=row, result=presenters.evaluated(row), uses=queries.uses_of_budget(id),
        component=presenters.component, expanded=presenters.expanded, distributions=wording.DISTRIBUTIONS,
        entries=audit.history("uncertainty-budget", id, HISTORY_SHOWN),
    )


@bp.route("/budgets/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_budget() -> Any:
    """Enter a budget; its U is computed."""
    form = forms.BudgetForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.add_budget(
                current_actor(), components=form.components(), **form.clean("code", "quantity", "unit", "k", "note"))
        if tried.ok:
            return done(gettext("Đã ghi bảng độ không đảm bảo đo."), "test_methods.budget_page", id=row.id)
    return page("test_methods/budget_form.html", form=form)


@bp.get("/scope")
@requires(P.METHOD_READ)
def scope() -> Any:
    """The scope register (5.3): marks on results come from here."""
    methods = list(db.session.scalars(select(Method).order_by(Method.code)))
    return page("test_methods/scope.html", lines=presenters.scope_lines(queries.scope_register(), methods, clock.today()))


@bp.route("/scope/new", methods=["GET", "POST"])
@requires(P.METHOD_APPROVE)
def new_scope() -> Any:
    """Enter lines of the scope register."""
    form = forms.ScopeForm()
    methods = list(db.session.scalars(select(Method).order_by(Method.code)))
    form.method_code.choices = [(m.code, f"{m.code} {pick(m.title_vi, m.title_en)}") for m in methods]
    form.status.choices = [(code, state.word) for code, state in workflow.SCOPE.items()]
    if form.validate_on_submit():
        facts = form.clean()
        codes = [line.strip() for line in facts.pop("parameters").splitlines() if line.strip()]
        with attempt(form) as tried:
            services.add_scope(current_actor(), parameter_codes=codes or [""], **facts)
        if tried.ok:
            return done(gettext("Đã ghi phạm vi."), "test_methods.scope")
    return page("test_methods/scope_form.html", form=form)
