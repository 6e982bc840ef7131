"""Traces of a job: a file dropped, held against the limits while its factors are chosen, taken, looked at, its final points made lines."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from instruments.models import Trace
from instruments.queries import by_code
from instruments.queries import traces as files_of
from instruments.rules.traces import KNOWN, plan_of
from instruments.services import capture
from instruments.trace_reading import first_look, look_at, read_again
from lab_app.accounts.models import Person
from lab_app.core import clock, drafts, files, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotFound
from lab_app.core.i18n import lang, pick
from lab_app.core.paging import Column, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, done, page
from lab_app.metrology.traces import TraceError, parse_mapping
from lab_app.metrology.units import same_quantity
from lab_app.results import loading, presenters, tracing, workflow
from lab_app.results.forms.traces import FACTOR, DropForm, PointsForm, SetupForm, setup_form
from lab_app.results.models import JobLine, TestJob, TraceUse
from lab_app.results.presenters import traces as show
from lab_app.results.queries import traces as queries
from lab_app.results.services import traces as services
from lab_app.results.views import bp, picks
from lab_app.results.workflow.traces import TraceUseFacts

COLUMNS = (
    Column("at", _l("Đo lúc"), TraceUse.id), Column("name", _l("Tệp")), Column("conditions", _l("Điều kiện")),
    Column("lines", _l("Giới hạn")), Column("margin", _l("Dư địa nhỏ nhất"), css="num"), Column("verdict", _l("Kết luận")),
)


@dataclass
class Live:
    """A trace being set up: the form, what it would say, what stands against it."""

    job: TestJob
    trace: Trace
    form: SetupForm
    candidates: list[tracing.Candidate]
    outcome: tracing.Outcome | None = None
    stops: list[gates.Stop] = field(default_factory=list)
    masks: bool = False


# ---- the list and the file ------------------------------------------------------------------------------


@bp.get("/jobs/<code>/traces")
@requires(P.JOB_READ)
def job_traces(code: str) -> Any:
    """The traces of a job, and where a file is dropped."""
    return _list_page(loading.job_or_404(code), None)


@bp.post("/jobs/<code>/traces/file")
@requires(P.RESULT_WRITE)
def drop_trace(code: str) -> Any:
    """A file of one of the job's instruments: read as its maker writes it, else by columns that a person confirms."""
    job = loading.job_or_404(code)
    form = _drop_form(job)
    if not form.validate_on_submit():
        return _list_page(job, form)
    row = _instrument(form)
    try:
        upload = files.put(form.file.data.stream, form.file.data.filename, files.INSTRUMENT_DATA)
        saved = files_of.mapping_by_name(form.saved.data or "")
        plan = plan_of(parse_mapping(saved.mapping)) if saved is not None else dict(KNOWN)
        files_of.points_in(upload.sha256, plan)
    except FieldRefused as error:
        form.file.errors = [str(error.message)]
        return _list_page(job, form)
    except TraceError:
        return look_at(row, upload, first_look(upload, form.captured_at.data), **_frame(job, row))
    with attempt(form) as tried:
        trace = capture.import_trace(current_actor(), row, upload, plan, form.captured_at.data)
    if tried.ok:
        return done(gettext("Đã đọc tệp."), "results.trace_setup", code=code, id=trace.id)
    return _list_page(loading.job_or_404(code), form)


@bp.post("/jobs/<code>/traces/read/<instrument>")
@requires(P.RESULT_WRITE)
def read_job_trace(code: str, instrument: str) -> Any:
    """The wizard for a file of no known format: look again, or take it and go on to its limits."""
    job, row = loading.job_or_404(code), by_code(instrument)
    if row is None:
        raise NotFound(gettext("Không có thiết bị mang mã này."))
    taken = read_again(row, **_frame(job, row))
    if isinstance(taken, Trace):
        return done(gettext("Đã đọc tệp."), "results.trace_setup", code=code, id=taken.id)
    return taken


def _frame(job: TestJob, row: Any) -> dict[str, Any]:
    """Where the wizard's form goes to and its way back, when it is opened for a job."""
    return {"sent_to": url_for("results.read_job_trace", code=job.code, instrument=row.code),
            "back": url_for("results.job_traces", code=job.code), "job": job}


def _drop_form(job: TestJob) -> DropForm:
    form = DropForm()
    form.instrument.choices = [
        (str(row.id), f"{row.code} · {pick(row.name_vi, row.name_en)} {row.type}" + (f" · {gettext('không dùng được')}" if off else ""))
        for row, off in tracing.tools_of(job)]
    form.saved.choices = [(row.name, row.name) for row in files_of.mappings()]
    return form


def _instrument(form: DropForm) -> Any:
    return loading.instruments_by_id([int(form.instrument.data)])[0]


def _list_page(job: TestJob, form: DropForm | None) -> Any:
    query = select(TraceUse).where(TraceUse.job_id == job.id).options(
        joinedload(TraceUse.trace).joinedload(Trace.instrument), joinedload(TraceUse.made_by).lazyload(Person.roles))
    may = current_actor().can(P.RESULT_WRITE) and job.status not in services.CLOSED
    form = form or (_drop_form(job) if may else None)
    ready = files_of.newest_of([int(c[0]) for c in form.instrument.choices], 8) if form is not None else []
    return page("results/traces.html", form=form, job=job, traces=listing(query, TraceUse, COLUMNS, default_sort="at"), show=show, may=may,
                ready=ready, line_show=presenters, stops=workflow)


# ---- held against the limits ----------------------------------------------------------------------------


@bp.get("/jobs/<code>/traces/set-up/<int:id>")
@requires(P.RESULT_WRITE)
def trace_setup(code: str, id: int) -> Any:
    """A trace against the job's limits, with the choices of the address; nothing is written."""
    live = _live(code, id, request.args)
    return _setup_page(live, 200)


@bp.get("/jobs/<code>/traces/set-up/<int:id>/data.json")
@requires(P.RESULT_WRITE)
def trace_setup_data(code: str, id: int) -> Any:
    """The picture's data for the choices of the address."""
    live = _live(code, id, request.args)
    if live.outcome is None:
        raise NotFound(gettext("Chưa đủ lựa chọn để vẽ."))
    return _picture(live.outcome.levels, live.outcome.lines, live.outcome.peaks)


@bp.post("/jobs/<code>/traces/set-up/<int:id>")
@requires(P.RESULT_WRITE)
def use_trace(code: str, id: int) -> Any:
    """Take the trace as it was shown."""
    live = _live(code, id, request.form, signed=True)
    if live.outcome is not None and live.form.validate_on_submit():
        with attempt(live.form) as tried:
            uses = queries.trace_uses([live.job.id], withdrawn=False)
            made = services.use_trace(current_actor(), live.job, live.trace, live.form.setup(uses), lang())
        if tried.ok:
            return done(gettext("Đã đưa đường đo vào việc."), "results.trace_use", code=code, id=made.id)
        refused = live.form
        live = _live(code, id, request.form)
        live.form.refusal = refused.refusal
    return _setup_page(live, 422)


def _live(code: str, ident: int, given: MultiDict[str, str], signed: bool = False) -> Live:
    job, trace = loading.job_or_404(code), files_of.trace_by_id(ident)
    if trace is None:
        raise NotFound(gettext("Không có đường đo này."))
    lines = queries.open_lines(job.id)
    found = tracing.candidates(job, lines)
    uses = queries.trace_uses([job.id], withdrawn=False)
    asked = given if given.get("do") else _first_choices(found, trace)
    chosen = [c for c in found if str(c.parameter.id) in asked.getlist("parameters")]
    try:
        terms, wrong = tracing.corrections_of(chosen), ""
    except FieldRefused as error:
        terms, wrong = [], str(error.message)
    options = queries.factor_options(
        job.site_id, {t.unit for t in terms if t.fixed is None}, clock.local(trace.captured_at).date(), clock.now()) if terms else []
    if not given.get("do"):
        asked = _with_factors(asked, terms, options, trace)
    form = setup_form(terms, asked, signed=signed)
    _offer(form, found, terms, options, uses)
    live = Live(job, trace, form, found, masks=any(c.limit.get("type") in ("mask", "table") for c in found))
    if wrong:
        form.parameters.errors = [wrong]
    elif form.validate() or not [n for n in form.errors if n != "csrf_token"]:
        _work_out(live, uses)
    return live


def _work_out(live: Live, uses: Sequence[TraceUse]) -> None:
    form, known_at = live.form, clock.now()
    try:
        live.outcome = tracing.work_out(live.job, live.trace, form.setup(uses), known_at, lang(), uses)
    except FieldRefused as error:
        where = error.field if error.field in form else "parameters"
        if request.values.get("do"):
            form[where].errors = [*form[where].errors, str(error.message)]
        return
    facts = TraceUseFacts(
        live.job.code, live.job.sample.code, live.trace.captured_at, live.job.sample.received_at,
        tuple(tracing.unfit(live.trace, live.outcome.factors, known_at)))
    live.stops = [stop for name in ("trace-after-reception", "trace-instrument-fit") if (stop := gates.ask(name, facts)) is not None]


def _first_choices(found: list[tracing.Candidate], trace: Trace) -> MultiDict[str, str]:
    """What is chosen before anybody chose: the limits over the trace's frequencies with its detector, else all of its quantity."""
    points = files_of.points_of(trace)
    fitting = [c for c in found if c.over_frequency and (not c.terms.unit or same_quantity(c.terms.unit, trace.unit))
               and tracing.covers(c, Decimal(trace.facts["f_low"]), Decimal(trace.facts["f_high"]))]
    same = [c for c in fitting if tracing.detector_of(c, tracing.limit_of(c)) == points.detector_code]
    out: MultiDict[str, str] = MultiDict()
    first = (same or fitting)[:1]
    alike = [c for c in (same or fitting) if first and c.terms == first[0].terms]
    out.setlist("parameters", [str(c.parameter.id) for c in alike])
    return out


def _with_factors(
    asked: MultiDict[str, str], terms: list[Any], options: list[queries.FactorOption], trace: Trace
) -> MultiDict[str, str]:
    """A table is offered where it is the only one of its quantity that covers the sweep."""
    for term in terms:
        fitting = [o for o in options if o.factors.unit == term.unit and (
            o.factors.quantity == term.field.get("quantity") or term.unit == "dB/m") and _covers(o, trace)]
        if len(fitting) == 1:
            asked.setlist(FACTOR + term.key, [f"{tracing.SET}:{fitting[0].factors.id}"])
    return asked


def _covers(option: queries.FactorOption, trace: Trace) -> bool:
    from lab_app.metrology.units import convert

    ends = [convert(Decimal(str(option.factors.points[i][0])), option.factors.argument_unit, "Hz") for i in (0, -1)]
    return ends[0] <= Decimal(trace.facts["f_low"]) and Decimal(trace.facts["f_high"]) <= ends[1]


def _offer(form: SetupForm, found: list[tracing.Candidate], terms: list[Any], options: list[queries.FactorOption],
           uses: Sequence[TraceUse]) -> None:
    form.parameters.choices = [(c.parameter.id, presenters.name(c.parameter)) for c in found]
    form.ambient.choices = [
        (str(use.id), " · ".join(p for p in (use.conditions, use.trace.name) if p)) for use in uses]
    for term in terms:
        if term.fixed is None:
            form[FACTOR + term.key].choices = [
                *((f"{tracing.SET}:{o.factors.id}", f"{o.instrument.code} · {o.factors.label}") for o in options
                  if o.factors.unit == term.unit), (tracing.STATED, gettext("giá trị ghi ở dưới"))]


def _setup_page(live: Live, status: int) -> Any:
    plot = None
    if live.outcome is not None:
        plot = show.still(live.outcome.levels, live.outcome.lines, live.outcome.peaks, live.trace.name)
    return page("results/trace_setup.html", status, form=live.form, live=live, job=live.job, trace=live.trace, plot=plot, show=show,
                data_url=url_for("results.trace_setup_data", code=live.job.code, id=live.trace.id) + "?" + urlencode(
                    [("do", "look"), *live.form.pairs()]))


# ---- one use --------------------------------------------------------------------------------------------


@bp.get("/jobs/<code>/traces/<int:id>")
@requires(P.JOB_READ)
def trace_use(code: str, id: int) -> Any:
    """One trace of a job: picture, limits, peaks with their reasons, where it came from, the final points."""
    return _use_page(_use(code, id), None)


@bp.get("/jobs/<code>/traces/<int:id>/data.json")
@requires(P.JOB_READ)
def trace_data(code: str, id: int) -> Any:
    """The picture's data for a span: lowest and highest level of every column."""
    use = _use(code, id)
    return _picture(queries.levels_of(use), use.lines, use.peaks)


@bp.post("/jobs/<code>/traces/<int:id>/points")
@requires(P.RESULT_WRITE)
def take_points(code: str, id: int) -> Any:
    """Make the ticked final points lines of the job; those under the limit's own detector become readings."""
    use = _use(code, id)
    form = _points_form(use)
    if form.validate_on_submit():
        with attempt(form) as tried:
            made = services.take_points(current_actor(), use, _chosen(form), _facts(form))
        if tried.ok:
            for reading in made.readings:
                drafts.drop(current_actor().id, f"line:{reading.line_id}")
            said = gettext("Số đọc đã ghi: %(n)s.", n=len(made.readings)) if made.readings else gettext(
                "Chỉ tiêu chờ đo: %(n)s.", n=len(made.planned))
            return done(said, "results.trace_use", code=code, id=id)
        use = _use(code, id)
    return _use_page(use, form)


@bp.post("/jobs/<code>/traces/<int:id>/withdraw")
@requires(P.RESULT_WRITE)
def withdraw_trace(code: str, id: int) -> Any:
    """Take a trace out of the job with a reason."""
    use = _use(code, id)
    with attempt() as tried:
        services.withdraw_use(current_actor(), use, request.form.get("reason", ""))
    if tried.ok:
        return done(gettext("Đã bỏ đường đo; hồ sơ của nó vẫn đọc được."), "results.trace_use", code=code, id=id)
    return back_with_refusal("results.trace_use", code=code, id=id)


def _use(code: str, ident: int) -> TraceUse:
    use = queries.use_by_id(ident)
    if use is None or use.job.code != code:
        raise NotFound(gettext("Việc này không có đường đo như vậy."))
    return use


def _chosen(form: PointsForm) -> list[services.FinalPoint]:
    out = []
    for text in form.points.data or []:
        parameter, _, hertz = text.partition(":")
        if parameter.isdecimal() and hertz.replace(".", "", 1).isdecimal():
            out.append(services.FinalPoint(int(parameter), Decimal(hertz)))
    return out


def _facts(form: PointsForm) -> services.PointFacts:
    from lab_app.quality.models import EnvironmentRecord

    picked = form.environment.data or ""
    air = db.session.get(EnvironmentRecord, int(picked)) if picked.isdecimal() else None
    return services.PointFacts(
        loading.instruments_by_id(form.instruments.data or []), air, form.late_reason.data or "", form.note.data or "")


def _points_form(use: TraceUse) -> PointsForm:
    from lab_app.quality import queries as rooms

    form = PointsForm()
    points = services.final_points(use)
    form.points.choices = [(f"{p['parameter_id']}:{p['f']}", show.frequency(p["f"])) for p in points if p["parameter_id"]]
    if not form.is_submitted():
        form.points.data = [value for value, _label in form.points.choices]
    form.environment.choices = [
        (str(r.id), presenters.environment_text(r)) for r in rooms.environments_of_day(clock.local(use.trace.captured_at).date())]
    if len(form.environment.choices) == 1 and not form.is_submitted():
        form.environment.data = form.environment.choices[0][0]
    line = _a_line(use)
    if line is not None:
        own = {use.trace.instrument_id, *(int(f["instrument_id"]) for f in use.factors if f.get("instrument_id"))}
        form.instruments.choices = [
            (p.id, f"{p.code} · {p.name}") for p in picks.instruments(line, use.trace.captured_at, []) if p.id not in own and not p.off]
    return form


def _a_line(use: TraceUse) -> JobLine | None:
    wanted = {row["parameter_id"] for row in use.lines}
    found = next((x for x in queries.open_lines(use.job_id) if x.parameter_id in wanted), None)
    if found is not None:
        found.job = use.job
    return found


def _use_page(use: TraceUse, form: PointsForm | None) -> Any:
    job, actor = use.job, current_actor()
    may = actor.can(P.RESULT_WRITE) and job.status not in services.CLOSED and use.withdrawn_at is None
    uses = queries.trace_uses([job.id])
    levels = queries.levels_of(use)
    contradicted = services.standing_contradictions(use, uses)
    if form is None and may:
        form = _points_form(use)
    return page(
        "results/trace_use.html", form=form if may else None, use=use, job=job, show=show, may=may, contradicted=contradicted,
        plot=show.still(levels, use.lines, use.peaks, use.trace.name), points=services.final_points(use), line_show=presenters,
        done=_done(use), data_url=url_for("results.trace_data", code=job.code, id=use.id))


def _done(use: TraceUse) -> dict[str, JobLine]:
    """Final points that have become a line with a reading: `parameter:frequency` to the line."""
    lines = queries.open_lines(use.job_id)
    out = {}
    for row in services.final_points(use):
        if row["parameter_id"]:
            point = services.FinalPoint(int(row["parameter_id"]), Decimal(row["f"]))
            line = services.line_at(use, point, lines)
            if line is not None and line.readings:
                out[f"{row['parameter_id']}:{row['f']}"] = line
    return out


def _picture(levels: Any, lines: Any, peaks: Any) -> Any:
    """The data as JSON; `from` and `to` in Hz, `columns` of the screen."""
    low, high = (Decimal(text) if (text := request.args.get(name, "")).isdecimal() and len(text) < 14 else None for name in ("from", "to"))
    count = request.args.get("columns", show.COLUMNS, type=int)
    answer = jsonify(show.picture(levels, lines, peaks, low, high, count or show.COLUMNS))
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer
