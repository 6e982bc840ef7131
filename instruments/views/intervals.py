"""Interval reviews: drift over the years, what each method proposes, the decision."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from instruments import queries, services
from instruments.forms.intervals import METHODS, DecisionForm, ProposalForm
from instruments.models import Instrument, IntervalReview
from instruments.rules.intervals import Bounds
from instruments.views import interval_desk as presenters
from instruments.views.blueprint import bp, instrument_of
from lab_app.core import gates
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page

COLUMNS = (
    Column("code", _l("Đề nghị"), IntervalReview.code),
    Column("instrument", _l("Thiết bị")),
    Column("method", _l("Phương pháp")),
    Column("change", _l("Chu kỳ, tháng"), css="num"),
    Column("standing", _l("Quyết định")),
)


def _stage(query: Any, value: str) -> Any:
    return query.where(IntervalReview.decision == ("" if value == "waiting" else value))


@bp.get("/instruments/reviews")
@requires(P.INSTRUMENT_READ)
def reviews() -> Any:
    """Proposals waiting for a decision, and those decided."""
    filters = [Filter("decision", _l("Quyết định"), [("waiting", _l("Chờ quyết định")), *presenters.DECIDED.items()], _stage),
               Filter("method", _l("Phương pháp"), METHODS, lambda q, m: q.where(IntervalReview.method == m))]
    base = select(IntervalReview).options(joinedload(IntervalReview.instrument).lazyload(Instrument.site))
    shown = listing(base, IntervalReview, COLUMNS, filters=filters, default_sort="code", default_direction="desc")
    return page("instruments/reviews.html", reviews=shown, methods=dict(METHODS), standing=presenters.standing)


@bp.route("/instruments/<code>/review", methods=["GET", "POST"])
@requires(P.INSTRUMENT_READ)
def reviews_page(code: str) -> Any:
    """The record of one instrument, every method's proposal beside one another, and the form that puts one on record."""
    row = instrument_of(code)
    bounds = Bounds.from_json(queries.last_bounds())
    form = ProposalForm(data={name: getattr(bounds, name) for name in Bounds.__dataclass_fields__})
    if form.validate_on_submit():
        with attempt(form) as tried:
            review = services.propose_interval(
                current_actor(), row, method=form.method.data, bounds=form.bounds(), reason=form.reason.data)
        if tried.ok:
            return done(gettext("Đã ghi đề nghị."), "instruments.review", number=review.code)
    return page("instruments/instrument_reviews.html", instrument=row, form=form, methods=dict(METHODS),
                **presenters.record_page(row, form.bounds() if request.method == "POST" and not form.errors else bounds))


@bp.route("/instruments/reviews/<number>", methods=["GET", "POST"])
@requires(P.INSTRUMENT_READ)
def review(number: str) -> Any:
    """One proposal with what it rests on, and the decision."""
    row = or_404(queries.review_by_code(number), gettext("Không có đề nghị mang số này."))
    form = DecisionForm(data={"version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.decide_interval(current_actor(), row, decision=form.decision.data, reason=form.reason.data, months=form.months.data)
        if tried.ok:
            return done(gettext("Đã ghi quyết định."), "instruments.reviews_page", code=row.instrument.code)
    stop = gates.ask("interval-approver-is-another", services.decision_facts(current_actor(), row))
    return page("instruments/review.html", review=row, instrument=row.instrument, form=form, methods=dict(METHODS), stop=stop,
                standing=presenters.standing(row), findings=presenters.findings(row), shares=presenters.shares(row))
