"""Proficiency tests (7.7.2): the year's plan, rounds, results, scores with their trend."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core import audit, clock
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page
from lab_app.quality.queries import approved_suppliers
from lab_app.results.services import proficiency
from lab_app.results.validity import pictures, queries, rules
from lab_app.results.validity.forms import PlanForm, ResultForm, RoundForm, ScoreForm
from lab_app.results.validity.models import ProficiencyResult, ProficiencyRound
from lab_app.results.views import bp
from lab_app.results.views.validity import parameter_choices, parameter_chosen

COLUMNS = (
    Column("code", _l("Mã"), ProficiencyRound.id), Column("name", _l("Vòng")), Column("discipline", _l("Lĩnh vực con"), css="opt"),
    Column("closes_at", _l("Hạn nộp"), ProficiencyRound.closes_at, css="num"), Column("scores", _l("Kết quả")),
)


def _year() -> int:
    asked = request.args.get("year", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 else clock.today().year


@bp.get("/proficiency")
@requires(P.JOB_READ)
def proficiency_page() -> Any:
    """The plan of a year against its rounds, the trend of scores, all rounds."""
    year, scored = _year(), queries.scored()
    return page(
        "results/proficiency.html", year=year, coverage=pictures.coverage(queries.plans(year), queries.rounds_of_year(year)),
        trend=pictures.trend(scored), trend_en=pictures.trend_en(scored), pictures=pictures, now=clock.now(),
        page=listing(queries.rounds(), ProficiencyRound, COLUMNS, kind="proficiency-round", default_sort="code"))


@bp.route("/proficiency/plan", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def plan_proficiency() -> Any:
    """Plan a sub-discipline's rounds of a year."""
    form = PlanForm(data={"year": _year()} if request.method == "GET" else None)
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = proficiency.plan_proficiency(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi kế hoạch."), "results.proficiency_page", year=row.year)
    return page("results/proficiency_form.html", form=form, what="plan", row=None)


@bp.route("/proficiency/rounds/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_round() -> Any:
    """Take part in a round."""
    form = RoundForm()
    suppliers = {str(s.id): s for s in approved_suppliers("proficiency", clock.today(), clock.now())}
    form.supplier.choices = [(ident, s.name) for ident, s in suppliers.items()]
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = proficiency.enter_round(
                current_actor(), supplier=suppliers.get(form.supplier.data or ""),
                **form.clean("name", "discipline", "provider", "provider_basis", "closes_at"))
        if tried.ok:
            return done(gettext("Đã đăng ký vòng %(code)s.", code=row.code), "results.round_page", code=row.code)
    return page("results/proficiency_form.html", form=form, what="round", row=None)


def _round(code: str) -> ProficiencyRound:
    return or_404(queries.round_by_code(code))


@bp.get("/proficiency/rounds/<code>")
@requires(P.JOB_READ)
def round_page(code: str) -> Any:
    """One round: our results, the assigned values, the scores, earlier scores of the same methods."""
    row = _round(code)
    scored = queries.scored([r.method_id for r in row.results]) if row.results else []
    return page(
        "results/round.html", row=row, pictures=pictures, rules=rules, now=clock.now(), trend=pictures.trend(scored),
        trend_en=pictures.trend_en(scored), entries=audit.history("proficiency-round", row.id, 15))


@bp.route("/proficiency/rounds/<code>/result", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def report_result(code: str) -> Any:
    """Record the result sent for a parameter."""
    row, form = _round(code), ResultForm()
    del form.reason
    form.parameter.choices = parameter_choices()
    if form.validate_on_submit():
        with attempt(form) as tried:
            method, parameter = parameter_chosen(form.parameter.data)
            proficiency.report_result(current_actor(), row, method, parameter, **form.clean("what", "reported", "u", "k"))
        if tried.ok:
            return done(gettext("Đã ghi kết quả đã gửi."), "results.round_page", code=code)
        row = _round(code)
    return page("results/proficiency_form.html", form=form, what="result", row=row)


def _result(row: ProficiencyRound, ident: int) -> ProficiencyResult:
    return or_404(next((r for r in row.results if r.id == ident), None))


@bp.route("/proficiency/rounds/<code>/results/<int:id>/edit", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def correct_result(code: str, id: int) -> Any:
    """Change a result before the round closes."""
    row = _round(code)
    result = _result(row, id)
    form = ResultForm(obj=result)
    del form.parameter, form.what
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(result, form.version.data)
            proficiency.correct_result(current_actor(), result, **form.clean("reported", "u", "k", "reason"))
        if tried.ok:
            return done(gettext("Đã sửa."), "results.round_page", code=code)
        row = _round(code)
    form.version.data = form.version.data or str(result.version)
    return page("results/proficiency_form.html", form=form, what="correct", row=row)


@bp.route("/proficiency/rounds/<code>/results/<int:id>/score", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def score_result(code: str, id: int) -> Any:
    """Score a result by the round's report; an unsatisfactory one stops its parameter."""
    row, form = _round(code), ScoreForm()
    result = _result(row, id)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(result, form.version.data)
            proficiency.score_result(
                current_actor(), result, participants=form.participants.numbers(),
                **form.clean("assigned", "sigma_pt", "u_assigned", "k_assigned", "report_no"))
        if tried.ok:
            said = pictures.CLASSES[result.classified].word
            return done(gettext("Đã tính điểm: %(word)s.", word=said), "results.round_page", code=code)
        row = _round(code)
    form.version.data = form.version.data or str(result.version)
    return page("results/proficiency_form.html", form=form, what="score", row=row)
