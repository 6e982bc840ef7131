"""Pages of objectives and figures (ISO 9001 6.2, 9.1)."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, export
from lab_app.core import kpi as figures
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotAllowed, NotFound
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, or_404, page, press
from lab_app.quality.forms.plans import DoneForm, StepForm
from lab_app.quality.objectives import pictures, queries, rules, services
from lab_app.quality.objectives.forms import AnswerForm, ObjectiveForm
from lab_app.quality.objectives.models import Objective
from lab_app.quality.subject_form import FormPages

bp = Blueprint("quality_objectives", __name__)
FORMS = FormPages(_l("Mục tiêu và chỉ số"), "quality_objectives.objectives", "quality_objectives.objective_page")


def _table(trends: list[queries.Trend]) -> tuple[list[Any], list[list[Any]]]:
    heads = [gettext("Chỉ số"), gettext("Mục tiêu"), gettext("Đơn vị"), gettext("Tính trên (tháng)"), gettext("Giá trị cần đạt"),
             gettext("Tháng"), gettext("Giá trị"), gettext("Số lần đếm")]
    return heads, [[str(t.kpi.label), t.objective.code if t.objective else "", str(t.kpi.unit), t.window, t.target, f.month,
                    t.kpi.rounded(f.value), f.n] for t in trends for f in t.figures]


@bp.get("/quality/objectives")
@requires(P.QUALITY_READ)
def objectives() -> Any:
    """Every objective with its trend, and the figures that have no target yet."""
    today = clock.today()
    trends = queries.trends(queries.running(), today, others=True)
    if export.asked():
        return export.as_file("kpi", *_table(trends))
    drawn = [(t, pictures.trend_plot(t, width=520, height=190)) for t in trends]
    return page("quality/objectives/objectives.html", drawn=drawn, ended=queries.ended(), windows=rules.WINDOWS,
                full=rules.last_full_month(today))


def _objective(code: str) -> Objective:
    return or_404(queries.objective_by_code(code))


def _own_or_quality(person_id: int, right: P) -> None:
    actor = current_actor()
    if actor.id != person_id and not actor.can(right):
        raise NotAllowed(gettext("Vai trò của bạn không mở được trang này (%(right)s).", right=right.value))


@bp.route("/quality/objectives/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_objective() -> Any:
    """Set an objective."""
    today = clock.today()
    form = ObjectiveForm(data={"kpi": request.args.get("kpi", ""), "window": "3", "from_on": date(today.year, 1, 1),
                               "to_on": date(today.year, 12, 31)})
    if form.validate_on_submit():
        said = form.clean()
        owner = get_or_404(Person, int(said.pop("owner_id")))
        with attempt(form) as tried:
            row = services.set_objective(current_actor(), owner=owner, **(said | {"window": int(said["window"])}))
        if tried.ok:
            return done(gettext("Đã đặt mục tiêu %(code)s.", code=row.code), "quality_objectives.objective_page", code=row.code)
    return FORMS.draw(form, gettext("Đặt mục tiêu"), gettext("Đặt mục tiêu"))


@bp.get("/quality/objectives/<code>")
@requires(P.HOME)
def objective_page(code: str) -> Any:
    """One objective: its trend, its figures, its plan, what was answered where it missed."""
    row, actor, today = _objective(code), current_actor(), clock.today()
    if actor.id not in (row.owner_id, *(s.person_id for s in row.steps)):
        _own_or_quality(row.owner_id, P.QUALITY_READ)
    found = queries.trends([row], today)
    trend = found[0] if found else None
    answered = {a.month: a for a in row.answers}
    return page(
        "quality/objectives/objective_page.html", row=row, trend=trend, plot=pictures.trend_plot(trend) if trend else None,
        windows=rules.WINDOWS, answered=answered, full=rules.last_full_month(today), first=figures.month_of(row.from_on), today=today,
        may=actor.can(P.QUALITY_WRITE) or actor.id == row.owner_id, may_end=actor.can(P.QUALITY_WRITE),
        entries=audit.history("objective", row.id, 10))


@bp.route("/quality/objectives/<code>/steps/new", methods=["GET", "POST"])
@requires(P.HOME)
def new_step(code: str) -> Any:
    """Another step of the plan."""
    row, form = _objective(code), StepForm()
    _own_or_quality(row.owner_id, P.QUALITY_WRITE)
    if form.validate_on_submit():
        person = get_or_404(Person, int(form.person_id.data))
        with attempt(form) as tried:
            services.add_step(current_actor(), row, person=person, **form.clean("what", "due_on"))
        if tried.ok:
            return done(gettext("Đã thêm việc."), "quality_objectives.objective_page", code=code)
    return FORMS.draw(form, gettext("Thêm việc vào kế hoạch"), gettext("Thêm việc"), row)


@bp.route("/quality/objectives/<code>/steps/<int:id>/done", methods=["GET", "POST"])
@requires(P.HOME)
def finish_step(code: str, id: int) -> Any:
    """A step is done, with what shows it."""
    row, form = _objective(code), DoneForm()
    step = or_404(next((s for s in row.steps if s.id == id), None))
    _own_or_quality(step.person_id, P.QUALITY_WRITE)
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.finish_step(current_actor(), step, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_objectives.objective_page", code=code)
    return FORMS.draw(form, gettext("Việc đã xong"), gettext("Ghi đã xong"), row, hint=step.what)


@bp.route("/quality/objectives/<code>/answer/<month>", methods=["GET", "POST"])
@requires(P.HOME)
def answer(code: str, month: str) -> Any:
    """Why a month missed its target and what follows."""
    row, form = _objective(code), AnswerForm()
    _own_or_quality(row.owner_id, P.QUALITY_WRITE)
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise NotFound(gettext("Không có hồ sơ này.")) from error
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.answer_month(current_actor(), row, month=first, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_objectives.objective_page", code=code)
    return FORMS.draw(form, gettext("Tháng %(month)s chưa đạt", month=f"{first:%m/%Y}"), gettext("Ghi"), row)


@bp.post("/quality/objectives/<code>/end")
@requires(P.QUALITY_WRITE)
def end(code: str) -> Any:
    """It ends, with what came of it."""
    row = _objective(code)
    return press(lambda: services.end_objective(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã kết thúc mục tiêu %(code)s.", code=code), "quality_objectives.objective_page", code=code)
