"""Validity of results (7.7): control charts, their values and limits, stops, comparisons."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from instruments.models import Instrument
from instruments.queries import by_code as instrument_by_code
from lab_app.core import audit, clock, export, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, or_404, page
from lab_app.results.models import JobLine
from lab_app.results.services import comparisons, validity
from lab_app.results.validity import pictures, queries, rules
from lab_app.results.validity.forms import ChartForm, ComparisonForm, FreezeForm, ReleaseForm, ValueForm
from lab_app.results.validity.models import Comparison, ControlChart, ControlValue, ParameterStop
from lab_app.results.views import bp
from test_methods.models import Method

COLUMNS = (
    Column("code", _l("Mã"), ControlChart.id), Column("name", _l("Biểu đồ")), Column("parameter", _l("Phương pháp, chỉ tiêu")),
    Column("kind", _l("Loại"), css="opt"), Column("standing", _l("Điểm gần nhất")), Column("stop", _l("Chỉ tiêu")),
)
VALUE_COLUMNS = (
    Column("measured_at", _l("Đo lúc"), ControlValue.id), Column("value", _l("Giá trị"), css="num"),
    Column("spread", _l("Khoảng"), css="num opt"), Column("standing", _l("Đánh giá")), Column("person", _l("Người đo"), css="opt"),
)
COMPARISON_COLUMNS = (
    Column("code", _l("Mã"), Comparison.id), Column("parameter", _l("Phương pháp, chỉ tiêu")), Column("kind", _l("So sánh"), css="opt"),
    Column("results", _l("Hai kết quả"), css="num"), Column("criterion", _l("Tiêu chí"), css="opt"), Column("verdict", _l("Kết luận")),
)


def parameter_choices() -> list[tuple[str, str]]:
    """Every parameter in force as a choice."""
    return [(f"{m.id}:{p.code}", f"{m.code} · {p.code} · {pick(p.name_vi, p.name_en)}") for m, p in queries.parameters()]


def parameter_chosen(value: str) -> tuple[Method, str]:
    """The method and the parameter's code that a choice names."""
    ident, _, code = value.partition(":")
    found = next(((m, p.code) for m, p in queries.parameters() if str(m.id) == ident and p.code == code), None)
    if found is None:
        raise FieldRefused("parameter", gettext("Lựa chọn không có trong danh sách."))
    return found


def instrument_named(code: str | None) -> Instrument | None:
    """The instrument of a typed code. Refuses a code that is not in the register."""
    if not code:
        return None
    found = instrument_by_code(code)
    if found is None:
        raise FieldRefused("instrument", gettext("Không có thiết bị mang mã này."))
    return found


def _filters() -> list[Filter]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        if value == "stopped":
            return query.where(ControlChart.id.in_(select(ParameterStop.chart_id).where(ParameterStop.released_at.is_(None))))
        return query.where(ControlChart.status == value)

    options = [("active", gettext("Đang dùng")), ("stopped", gettext("Đang dừng")), ("closed", gettext("Đã đóng"))]
    return [Filter("status", gettext("Tình trạng"), options, by_status)]


@bp.get("/validity")
@requires(P.JOB_READ)
def validity_page() -> Any:
    """Control charts, and the parameters that are stopped now."""
    filters = _filters()
    shown = listing(queries.charts(), ControlChart, COLUMNS, kind="control-chart", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.charts(), ControlChart, shown, COLUMNS, filters, "control-chart")
        heads = [gettext("Mã"), gettext("Biểu đồ"), gettext("Phương pháp"), gettext("Chỉ tiêu"), gettext("Loại"), gettext("Điểm gần nhất")]
        table = [[r.code, r.name, r.method.code, r.parameter_code, str(rules.KINDS[r.kind]), str(pictures.STANDINGS[r.standing].word)]
                 for r in rows]
        return export.as_file("bieu-do-kiem-soat", heads, table)
    stops = queries.open_stops()
    return page("results/validity.html", page=shown, stops=stops, stopped={s.chart_id for s in stops}, pictures=pictures, kinds=rules.KINDS)


@bp.route("/validity/charts/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_chart() -> Any:
    """Define a chart for a parameter."""
    form = ChartForm()
    form.parameter.choices = parameter_choices()
    if form.validate_on_submit():
        with attempt(form) as tried:
            method, code = parameter_chosen(form.parameter.data)
            chart = validity.define_chart(
                current_actor(), method, code, **form.clean("name", "kind", "rules_on", "control_item", "unit"), n=form.n.data or 1,
                settings=form.settings(), instrument=instrument_named(form.instrument.data))
        if tried.ok:
            return done(gettext("Đã lập biểu đồ %(code)s.", code=chart.code), "results.chart_page", code=chart.code)
    return page("results/chart_form.html", form=form)


def _chart(code: str) -> ControlChart:
    return or_404(queries.chart_by_code(code), gettext("Không có biểu đồ kiểm soát này."))


@bp.get("/validity/charts/<code>")
@requires(P.JOB_READ)
def chart_page(code: str) -> Any:
    """One chart: the picture, its points, the decisions about its limits, its stops."""
    row = _chart(code)
    values, limits = queries.values_until(row.id, clock.now()), queries.limits_of(row.id)
    current = limits[0] if limits else None
    points = queries.values().where(ControlValue.chart_id == row.id)
    return page(
        "results/chart.html", row=row, limits=limits, stops=queries.stops_of_chart(row.id), pictures=pictures, rules=rules,
        picture=pictures.chart_plot(row, values, current), spread=pictures.spread_plot(row, values, current),
        points=listing(points, ControlValue, VALUE_COLUMNS, default_sort="measured_at", size=30),
        entries=audit.history("control-chart", row.id, 3),
    )


@bp.route("/validity/charts/<code>/value", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def record_value(code: str) -> Any:
    """Record a control value; it is judged at once."""
    row, form = _chart(code), ValueForm()
    if row.instrument_id is not None:
        del form.instrument
    if form.validate_on_submit():
        with attempt(form) as tried:
            named = instrument_named(form.instrument.data) if "instrument" in form else None
            value = validity.record_value(
                current_actor(), row, form.readings.numbers(), measured_at=form.measured_at.data, instrument=named,
                note=form.note.data or "", late_reason=form.late_reason.data or "")
        if tried.ok:
            word = pictures.STANDINGS[value.standing].word
            return done(gettext("Đã ghi điểm kiểm soát: %(word)s.", word=word), "results.chart_page", code=code)
    return page("results/validity_form.html", form=form, row=row, what="value")


@bp.route("/validity/charts/<code>/freeze", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def freeze_limits(code: str) -> Any:
    """Freeze the limits, or freeze them anew: a decision with its reason."""
    row, form = _chart(code), FreezeForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            validity.freeze_limits(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã chốt giới hạn; các điểm đo từ nay được đánh giá theo giới hạn này."), "results.chart_page", code=code)
    return page("results/validity_form.html", form=form, row=row, what="freeze")


@bp.post("/validity/charts/<code>/close")
@requires(P.QUALITY_WRITE)
def close_chart(code: str) -> Any:
    """No further values on this chart."""
    row = _chart(code)
    with attempt() as tried:
        validity.close_chart(current_actor(), row, request.form.get("reason", ""))
    if tried.ok:
        return done(gettext("Đã đóng biểu đồ."), "results.chart_page", code=code)
    return back_with_refusal("results.chart_page", code=code)


# ---- stops -------------------------------------------------------------------------------------------------


def _stop(code: str) -> ParameterStop:
    return or_404(queries.stop_by_code(code))


@bp.get("/validity/stops/<code>")
@requires(P.JOB_READ)
def stop_page(code: str) -> Any:
    """One stop: why, since when, the results it puts in doubt, who let the work go on."""
    row, actor = _stop(code), current_actor()
    refusal = gates.ask("stop-released-by-another", validity.release_facts(actor, row)) if row.released_at is None else None
    return page(
        "results/stop.html", row=row, pictures=pictures, stop=refusal, may_release=validity.may_release(actor),
        doubtful=queries.results_in_doubt(row), entries=audit.history("parameter-stop", row.id, 10))


@bp.route("/validity/stops/<code>/release", methods=["GET", "POST"])
@requires(P.JOB_READ)
def release_stop(code: str) -> Any:
    """Let the parameter be measured again; the service asks for the right and that it is another person."""
    row, form = _stop(code), ReleaseForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            validity.release_stop(current_actor(), row, cause=form.cause.data, action=form.action.data)
        if tried.ok:
            return done(gettext("Đã cho làm lại %(parameter)s.", parameter=row.parameter_code), "results.stop_page", code=code)
        row = _stop(code)
    form.version.data = form.version.data or str(row.version)
    return page("results/validity_form.html", form=form, row=row, what="release")


# ---- comparisons -------------------------------------------------------------------------------------------


def _comparison_filters() -> list[Filter]:
    def by_verdict(query: Select[Any], value: str) -> Select[Any]:
        if value == "open":
            return query.where(Comparison.verdict == rules.OUTSIDE, Comparison.concluded_at.is_(None))
        return query.where(Comparison.verdict == value)

    options = [(s.code, s.word) for s in pictures.VERDICTS.values()]
    return [Filter("verdict", gettext("Kết luận"), [("open", gettext("Ngoài tiêu chí, chưa giải quyết")), *options], by_verdict)]


@bp.get("/validity/comparisons")
@requires(P.JOB_READ)
def comparisons_page() -> Any:
    """Replicates, retained items, comparisons within the laboratory."""
    shown = listing(queries.comparisons(), Comparison, COMPARISON_COLUMNS, filters=_comparison_filters(), default_sort="code")
    return page("results/comparisons.html", page=shown, pictures=pictures, kinds=rules.COMPARISONS)


def _line(field: str, method: Method, code: str, ref: str | None) -> JobLine | None:
    """The line that `job/position` names. Refuses a line of another parameter, or none."""
    if not ref:
        return None
    job, _, position = ref.rpartition("/")
    found = [x for x in queries.lines_of_parameter(method.id, code, job) if str(x.position) == position] if job else []
    if not found:
        raise FieldRefused(field, gettext("Không có dòng này của chỉ tiêu đã chọn."))
    return found[0]


@bp.route("/validity/comparisons/new", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def new_comparison() -> Any:
    """Set two results against each other."""
    form = ComparisonForm()
    form.parameter.choices = parameter_choices()
    if form.validate_on_submit():
        with attempt(form) as tried:
            method, code = parameter_chosen(form.parameter.data)
            row = comparisons.record_comparison(
                current_actor(), method, code, **form.clean("kind", "criterion", "about", "limit", "first_u", "second_u", "measured_at"),
                first_line=_line("first_ref", method, code, form.first_ref.data), first=form.side("first"),
                second_line=_line("second_ref", method, code, form.second_ref.data), second=form.side("second"))
        if tried.ok:
            return done(gettext("Đã ghi so sánh %(code)s.", code=row.code), "results.comparison_page", code=row.code)
    return page("results/comparison_form.html", form=form)


def _comparison(code: str) -> Comparison:
    return or_404(queries.comparison_by_code(code))


@bp.route("/validity/comparisons/<code>", methods=["GET", "POST"])
@requires(P.JOB_READ)
def comparison_page(code: str) -> Any:
    """One comparison; outside its criterion it waits for a conclusion (posted here, by whoever reviews results)."""
    row = _comparison(code)
    if request.method == "POST":
        with attempt() as tried:
            comparisons.conclude_comparison(current_actor(), row, request.form.get("conclusion", ""))
        if tried.ok:
            return done(gettext("Đã ghi kết luận."), "results.comparison_page", code=code)
        row = _comparison(code)
    return page("results/comparison.html", row=row, pictures=pictures, rules=rules, entries=audit.history("comparison", row.id, 10))
