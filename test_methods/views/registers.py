"""Pages of the scope register."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import clock
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.i18n import pick
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, page
from test_methods import forms, presenters, queries, services, workflow
from test_methods.models import Method
from test_methods.views import bp


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
