"""Earlier results replayed under each decision rule, for the contract review (7.1.3)."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.core import asked as once
from lab_app.core import clock
from lab_app.core.access import Actor, current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page
from lab_app.results import presenters
from lab_app.results.forms.deciding import RehearsalForm, WhatIfForm
from lab_app.results.presenters import rehearsals as shapes
from lab_app.results.queries import rehearsing as queries
from lab_app.results.services import rehearsing as services
from lab_app.results.views import bp
from lab_app.samples.models import TestRequest
from lab_app.samples.queries import newest_review, request_by_number, wanted_methods
from test_methods.models import DecisionRule, Method, MethodParameter
from test_methods.queries import decision_rules


@dataclass(frozen=True)
class Asked:
    """A parameter of the request that a rule decides; `inherent` when the regulation brings the rule with it."""

    method: Method
    parameter: MethodParameter
    inherent: DecisionRule | None = None


def request_or_404(number: str) -> TestRequest:
    """The request, or the 404 page."""
    return or_404(request_by_number(number), gettext("Không có yêu cầu mang số này."))


def _asked(row: TestRequest, rules: list[DecisionRule]) -> list[Asked]:
    by_code = {rule.code: rule for rule in rules}
    return [Asked(w.method, p, by_code.get(p.inherent_rule)) for w in wanted_methods(row.id) for p in w.parameters if p.kind == "number"]


@bp.get("/requests/<number>/rehearsal")
@requires(P.REQUEST_READ)
def rehearsal(number: str) -> Any:
    """What each rule would have made of the laboratory's earlier results of one parameter of the request."""
    form = RehearsalForm(formdata=None)
    form.shown_on.data = clock.today()
    return _page(request_or_404(number), form, request.args)


def _page(row: TestRequest, form: RehearsalForm, typed: Any) -> Any:
    rules = decision_rules()
    asked = _asked(row, rules)
    wanted = str(typed.get("parameter") or "")
    chosen = next((a for a in asked if str(a.parameter.id) == wanted), asked[0] if asked else None)
    ask = WhatIfForm(typed)
    at = ask.at.data if ask.validate() else None
    offered = [r for r in rules if r.retired_on is None and not r.inherent_in]
    played = None
    if chosen is not None:
        form.parameter.data, form.at.data = str(chosen.parameter.id), ask.at.raw if at is not None else ""
        shown_rules = services.rules_to_show(chosen.parameter, offered, chosen.inherent)
        played = services.rehearse(chosen.parameter, shown_rules, at) if shown_rules else None
    review = newest_review(row.id)
    return page(
        "results/rehearsal.html", row=row, asked=asked, chosen=chosen, played=played, form=form, ask=ask, show=presenters, shapes=shapes,
        kept=queries.rehearsals_of_request(row.id), names={r.code: r for r in rules},
        may=current_actor().can(P.REQUEST_REVIEW), review_open=review is not None and review.outcome == "open",
    )


@bp.post("/requests/<number>/rehearsal")
@requires(P.REQUEST_REVIEW)
def record_rehearsal(number: str) -> Any:
    """Keep what the customer was shown."""
    row, form = request_or_404(number), RehearsalForm()
    if form.validate_on_submit():
        ask = WhatIfForm(request.form)
        at = ask.at.data if ask.validate() else None
        rules = decision_rules()
        chosen = next((a for a in _asked(row, rules) if str(a.parameter.id) == form.parameter.data), None)
        if chosen is None:
            raise NotFound(gettext("Không có chỉ tiêu này."))
        offered = [r for r in rules if r.retired_on is None and not r.inherent_in]
        with attempt(form) as tried:
            kept = services.record_rehearsal(
                current_actor(), row, chosen.parameter, services.rules_to_show(chosen.parameter, offered, chosen.inherent),
                shown_to=form.shown_to.data or "", shown_on=form.shown_on.data or clock.today(), at=at)
        if tried.ok:
            return done(gettext("Đã ghi %(code)s: khách hàng đã xem.", code=kept.code), "results.kept_rehearsal", code=kept.code)
        row = request_or_404(number)
    return _page(row, form, request.form)


@bp.get("/rehearsals/<code>")
@requires(P.REQUEST_READ)
def kept_rehearsal(code: str) -> Any:
    """What a customer was shown, as it was: a sheet without anything that names other customers' items (4.2.1)."""
    row = or_404(queries.rehearsal_by_code(code), gettext("Không có lần xem thử mang mã này."))
    return page("results/rehearsal_sheet.html", row=row, sheet=shapes.sheet(row.shown), show=presenters)


def of_review(row: TestRequest, actor: Actor) -> Panel | None:
    """Links to the rehearsal on the page of the contract review, and what was shown so far."""
    asked = [(w.method, [p for p in w.parameters if p.kind == "number"]) for w in once.asked(wanted_methods, row.id)]
    asked = [(method, parameters) for method, parameters in asked if parameters]
    if not asked:
        return None
    return Panel("results/_rehearsal_panel.html", {
        "row": row, "asked": asked, "seen": queries.newest_by_parameter(queries.rehearsals_of_request(row.id)), "show": presenters})
