"""Loans: what is out, issue, take back, and the pool an instrument belongs to."""
from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from instruments import queries, services, workflow
from instruments.forms.loans import HOLDERS, LoanForm, ReturnForm, people_choices
from instruments.models import Instrument, Loan
from instruments.views.blueprint import bp, instrument_of
from lab_app.accounts.queries import active_people
from lab_app.core import clock, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page

COLUMNS = (
    Column("code", _l("Phiếu"), Loan.code),
    Column("instrument", _l("Thiết bị")),
    Column("holder", _l("Nơi nhận")),
    Column("due", _l("Hẹn trả"), Loan.due_back_on, css="num"),
    Column("standing", _l("Tình trạng")),
)


def _stage(query: Any, value: str) -> Any:
    if value == "back":
        return query.where(Loan.back_at.is_not(None))
    query = query.where(Loan.back_at.is_(None))
    return query.where(Loan.due_back_on < clock.today()) if value == "late" else query


@bp.get("/instruments/loans")
@requires(P.INSTRUMENT_READ)
def loans() -> Any:
    """What is out, what should be back, what came back."""
    filters = [
        Filter("stage", _l("Tình trạng"), [("out", _l("Đang giao")), ("late", _l("Quá hẹn trả")), ("back", _l("Đã trả"))], _stage),
        Filter("holder", _l("Giao cho"), HOLDERS, lambda q, kind: q.where(Loan.holder_kind == kind)),
    ]
    base = select(Loan).options(joinedload(Loan.instrument).lazyload(Instrument.site))
    shown = listing(base, Loan, COLUMNS, kind="loan", filters=filters, default_sort="due", default_direction="desc")
    counts, stage = queries.loan_counts(clock.today()), request.args.get("stage", "")
    quick = [
        (gettext("Đang giao"), shown.url(stage="out"), stage == "out", counts["out"], "box-arrow-right"),
        (gettext("Quá hẹn trả"), shown.url(stage="late"), stage == "late", counts["late"], "exclamation-triangle-fill"),
    ]
    standings = {r.id: workflow.loan_state(r, clock.today()) for r in shown.rows}
    return page("instruments/loans.html", loans=shown, quick=quick, standings=standings, holders=dict(HOLDERS))


@bp.get("/instruments/<code>/loans")
@requires(P.INSTRUMENT_READ)
def loans_page(code: str) -> Any:
    """Where one instrument was, and its pool with what is free."""
    row = instrument_of(code)
    facts, pool, now = services.loan_facts(row), queries.pool_of(row), clock.now()
    past = queries.loans_of(row.id)
    return page(
        "instruments/instrument_loans.html", instrument=row, loans=past, holders=dict(HOLDERS),
        out=next((x for x in past if not x.back_at), None), pool=pool, pool_standings=queries.status_of(pool, now, now),
        states={x.id: workflow.loan_state(x, clock.today()) for x in past},
        stop=gates.ask("loan-returned", facts) or gates.ask("loan-fit", facts),
    )


@bp.route("/instruments/<code>/loans/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def new_loan(code: str) -> Any:
    """Issue an instrument."""
    row, people = instrument_of(code), active_people()
    form = LoanForm()
    form.holder_id.choices = people_choices(people)
    if form.validate_on_submit():
        facts = form.clean()
        wanted = facts.pop("holder_id")
        with attempt(form) as tried:
            issued = services.lend(current_actor(), row, holder_person=next((p for p in people if str(p.id) == wanted), None), **facts)
        if tried.ok:
            return done(gettext("Đã giao: %(code)s.", code=issued.code), "instruments.loans_page", code=code)
    return page("instruments/loan_form.html", form=form, instrument=row)


@bp.get("/instruments/loans/<number>")
@requires(P.INSTRUMENT_READ)
def loan(number: str) -> Any:
    """A loan stands among those of its instrument."""
    found = or_404(queries.loan_by_code(number), gettext("Không có phiếu giao mang số này."))
    return redirect(url_for("instruments.loans_page", code=found.instrument.code))


@bp.route("/instruments/loans/<number>/back", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def take_back(number: str) -> Any:
    """Take an instrument back."""
    found = or_404(queries.loan_by_code(number), gettext("Không có phiếu giao mang số này."))
    form = ReturnForm(data={"version": found.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(found, form.version.data)
            services.take_back(current_actor(), found, condition_back=form.condition_back.data, back_at=form.back_at.data)
        if tried.ok:
            return done(gettext("Đã nhận lại thiết bị."), "instruments.loans_page", code=found.instrument.code)
    return page("instruments/loan_return.html", form=form, loan=found, instrument=found.instrument,
                back_url=url_for("instruments.loans_page", code=found.instrument.code))
