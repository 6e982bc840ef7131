"""Pages of the scope register (5.3): as it stands on a day, as known then or now; lines entered and ended."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import clock
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.forms import parse_date
from lab_app.core.i18n import pick
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, page
from test_methods import forms, presenters, queries, services, workflow
from test_methods.models import Method, ScopeEntry
from test_methods.views import bp


@bp.get("/scope")
@requires(P.METHOD_READ)
def scope() -> Any:
    """The scope register (5.3): marks on results come from here. `on`: a day; `known=then`: only what was recorded by its end."""
    methods = list(db.session.scalars(select(Method).order_by(Method.code)))
    on, fault = _day(request.args.get("on", ""))
    then = request.args.get("known") == "then"
    rows = queries.scope_on(on, clock.at_local(on, 23, 59) if then else None) if on else queries.scope_register()
    lines = presenters.scope_lines(rows, methods, on or clock.today())
    soon = [line for line in presenters.scope_lines(queries.scope_register(), methods, clock.today()) if line.standing.code == "soon"]
    return page("test_methods/scope.html", lines=lines, on=on, then=then, fault=fault, asked=request.args.get("on", ""),
                soon=soon, today=clock.today())


def _day(typed: str) -> tuple[date | None, str]:
    """The day asked for, or why it is none."""
    if not typed.strip():
        return None, ""
    try:
        return parse_date(typed), ""
    except ValueError as error:
        return None, str(error)


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


@bp.route("/scope/<int:id>/end", methods=["GET", "POST"])
@requires(P.METHOD_APPROVE)
def end_scope(id: int) -> Any:
    """End a line of the register before its time, by a decision."""
    row = get_or_404(ScopeEntry, id)
    form = forms.ScopeEndForm(data={"last_day": clock.today()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.end_scope(current_actor(), row, last_day=form.last_day.data or date.min, **form.clean("decision", "reason"))
        if tried.ok:
            return done(gettext("Đã kết thúc dòng phạm vi."), "test_methods.scope")
    return page("test_methods/scope_end_form.html", form=form, entry=row, mark=workflow.SCOPE[row.status])
