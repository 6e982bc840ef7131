"""Pages of uncertainty budgets: the register, one budget, the editor, where a budget applies, simulations."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lab_app.accounts.queries import laboratory
from lab_app.core import audit, clock, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, page
from test_methods import budget_paper, budget_presenters, budget_words
from test_methods.forms.uncertainty import SimulationForm, UseForm, budget_form
from test_methods.models import (
    BudgetChoice,
    BudgetSimulation,
    UncertaintyBudget,
)
from test_methods.queries import uncertainty as queries
from test_methods.services import simulations
from test_methods.services import uncertainty as services
from test_methods.views import bp
from test_methods.workflow.uncertainty import GOING, SIMULATION

HISTORY_SHOWN = 6


COLUMNS = (
    Column("code", _l("Mã"), UncertaintyBudget.code), Column("quantity", _l("Đại lượng")), Column("kind", _l("Dạng"), css="opt"),
    Column("parts", _l("Thành phần"), css="num"), Column("U", "U", css="num"), Column("k", "k", css="num"),
)


def _standing(query: Any, value: str) -> Any:
    replaced = queries.replaced_ids()
    return query.where(UncertaintyBudget.id.in_(replaced) if value == "replaced" else UncertaintyBudget.id.not_in(replaced))


def _filters() -> list[Filter]:
    return [
        Filter("kind", _l("Dạng"), list(budget_words.KINDS.items()), lambda query, value: query.where(UncertaintyBudget.kind == value)),
        Filter("standing", _l("Lần ban hành"), [("last", _l("mới nhất")), ("replaced", _l("đã thay"))], _standing),
    ]


@bp.get("/budgets")
@requires(P.METHOD_READ)
def budgets() -> Any:
    """The register of budgets (7.6)."""
    listed = listing(select(UncertaintyBudget), UncertaintyBudget, COLUMNS, kind="uncertainty-budget", filters=_filters(),
                     default_sort="code", default_direction="asc")
    return page("test_methods/budgets.html", listed=listed, kinds=budget_words.KINDS, two=budget_presenters.two_digits,
                shown=budget_presenters.shown)


@bp.get("/budgets/<int:id>")
@requires(P.METHOD_READ)
def budget_page(id: int) -> Any:
    """One budget: each component and what it contributes, what it gives, where it applies, its issues, its simulations."""
    row = get_or_404(UncertaintyBudget, id)
    runs = queries.simulations_of(id)
    last = next((run for run in runs if run.state == "done"), None)
    going = next((run for run in runs if run.state in GOING), None)
    return page(
        "test_methods/budget.html", budget=row, sheet=budget_presenters.budget_shown(row), issues=queries.issues_of(row),
        uses=queries.uses_of_budget(id), choices=queries.choices_for_budget(id), band=budget_presenters.choice_words, runs=runs,
        going=going, done=simulations.trials_done(going) if going else 0, progress=budget_presenters.progress_words, last=last,
        simulated=budget_presenters.simulation_shown(last, row) if last else None, states=SIMULATION, kinds=budget_words.KINDS,
        failure=budget_words.failure_words, shown=budget_presenters.shown, run_form=SimulationForm(),
        use_stop=gates.ask("budget-used-by-another", services.use_facts(current_actor(), row)),
        entries=audit.history("uncertainty-budget", id, HISTORY_SHOWN),
    )


@bp.get("/budgets/<int:id>/budget.pdf")
@requires(P.METHOD_READ)
def budget_file(id: int) -> Any:
    """The budget as a paper."""
    row, lab = get_or_404(UncertaintyBudget, id), laboratory()
    if lab is None:
        raise Refused(gettext("Chưa ghi thông tin phòng thử nghiệm; quản trị viên ghi trước rồi in."))
    run = next((run for run in queries.simulations_of(id) if run.state == "done"), None)
    response = Response(budget_paper.budget_file(row, run, lab), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{row.code.replace("/", "-")}.pdf"'
    return response


@bp.route("/budgets/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_budget() -> Any:
    """Enter a budget; what it gives is computed. `?kind=` components, model or table."""
    form = budget_form(request.values.get("kind", ""))
    return _edited(form, lambda: services.add_budget(current_actor(), **form.clean("code", "quantity", "note"), **form.content()))


@bp.route("/budgets/<int:id>/issue", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def issue_budget(id: int) -> Any:
    """The next issue of a budget; this one stays as it is."""
    old = get_or_404(UncertaintyBudget, id)
    form = budget_form(old.kind, old)
    form.code.data = old.series or old.code
    return _edited(form, lambda: services.issue_budget(
        current_actor(), old, **form.clean("quantity", "note", "reason"), **form.content()), old)


def _edited(form: Any, save: Any, old: UncertaintyBudget | None = None) -> Any:
    """Answer the editor: more rows, the trial without saving, or the budget kept."""
    result = budget_presenters.budget_shown(old) if old is not None and request.method == "GET" else None
    if request.method == "POST" and "more" in request.form:
        form.add_rows()
    elif form.validate_on_submit():
        with attempt(form) as tried:
            try:
                if "try" in request.form:
                    result = budget_presenters.shown_of(*services.worked_out(**form.content()))
                elif old is None and not form.code.data:
                    raise FieldRefused("code", gettext("Cần điền mục này."))
                else:
                    row = save()
            except FieldRefused as error:
                raise form.placed(error) from error
        if tried.ok and "try" not in request.form:
            return done(gettext("Đã ghi bảng độ không đảm bảo đo."), "test_methods.budget_page", id=row.id)
    return page("test_methods/budget_form.html", form=form, old=old, result=result, kinds=budget_words.KINDS,
                labels=budget_presenters.labels_of_quantities())


@bp.post("/budgets/preview")
@requires(P.METHOD_WRITE)
def preview_budget() -> Any:
    """What a budget would give while it is typed, as a piece of the editor's page; nothing is kept."""
    form = budget_form(request.form.get("kind", ""))
    result, says = None, []
    if form.validate():
        try:
            result = budget_presenters.shown_of(*services.worked_out(**form.content()))
        except FieldRefused as error:
            says.append(form.told(error))
    return page("test_methods/_budget_result.html", 200, result=result, says=says)


@bp.route("/budgets/<int:id>/use", methods=["GET", "POST"])
@requires(P.METHOD_APPROVE)
def use_budget(id: int) -> Any:
    """Put a budget to use: a parameter of a method version, with an instrument and a band."""
    row = get_or_404(UncertaintyBudget, id)
    form = UseForm()
    parameters = queries.choosable_parameters()
    form.parameter_id.choices = [
        (str(p.id), f"{p.method_version.method.code} v{p.method_version.number} · {p.code} {pick(p.name_vi, p.name_en)}"[:140])
        for p in parameters]
    instruments = queries.choosable_instruments()
    form.instrument_id.choices = [(str(i.id), f"{i.code} {pick(i.name_vi, i.name_en)}"[:120]) for i in instruments]
    if request.method == "GET":
        form.valid_from.data = clock.today()
    if form.validate_on_submit():
        parameter = next(p for p in parameters if str(p.id) == form.parameter_id.data)
        instrument = next((i for i in instruments if str(i.id) == form.instrument_id.data), None)
        with attempt(form) as tried:
            services.choose_budget(current_actor(), row, parameter, services.Place(instrument, **form.clean("low", "high", "unit")),
                                   **form.clean("valid_from", "reason"))
        if tried.ok:
            return done(gettext("Đã cho dùng bảng này."), "test_methods.budget_page", id=id)
    return page("test_methods/budget_use_form.html", form=form, budget=row)


@bp.post("/budget-choices/<int:id>/end")
@requires(P.METHOD_APPROVE)
def end_choice(id: int) -> Any:
    """Stop using a budget in one place."""
    row = get_or_404(BudgetChoice, id)
    services.end_choice(current_actor(), row, request.form.get("reason", ""))
    return done(gettext("Đã thôi dùng ở chỗ này."), "test_methods.budget_page", id=row.budget_id)


@bp.post("/budgets/<int:id>/simulations")
@requires(P.METHOD_WRITE)
def start_simulation(id: int) -> Any:
    """Queue a Monte Carlo simulation of a budget; a worker runs it."""
    row = get_or_404(UncertaintyBudget, id)
    form = SimulationForm()
    if form.validate_on_submit():
        seed, most = form.seed.data, form.most_trials.data or Decimal(0)
        if any(n is not None and n != n.to_integral_value() for n in (seed, most)):
            raise Refused(gettext("Số lần thử và số khởi đầu là số nguyên."))
        simulations.start_simulation(current_actor(), row, seed=None if seed is None else int(seed), digits=form.digits.data,
                                     most_trials=int(most))
        return done(gettext("Đã xếp mô phỏng vào hàng chờ."), "test_methods.budget_page", id=id)
    raise Refused("; ".join(str(e) for errors in form.errors.values() for e in errors))


@bp.post("/simulations/<int:id>/cancel")
@requires(P.METHOD_WRITE)
def cancel_simulation(id: int) -> Any:
    """Stop a simulation that waits or runs."""
    row = get_or_404(BudgetSimulation, id)
    simulations.cancel_simulation(current_actor(), row)
    return done(gettext("Đã hủy mô phỏng."), "test_methods.budget_page", id=row.budget_id)


@bp.get("/simulations/<int:id>/progress")
@requires(P.METHOD_READ)
def simulation_progress(id: int) -> Any:
    """How far a simulation is, for the page that waits: state, trials done, the most there can be, the same in words."""
    row = get_or_404(BudgetSimulation, id)
    drawn = simulations.trials_done(row)
    return jsonify(state=row.state, going=row.state in GOING, done=drawn, most=row.most_trials,
                   says=f"{SIMULATION[row.state].word}. {budget_presenters.progress_words(drawn, row.most_trials)}",
                   url=url_for("test_methods.budget_page", id=row.budget_id))
