"""A reading from a file or from the instrument itself: chosen and looked at here, put into the entry as a draft, recorded at the bench."""
from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from instruments import trace_pictures
from instruments.models import Instrument, Trace
from instruments.queries import traces as queries
from instruments.rules.traces import plan_of, why
from instruments.services import asking
from instruments.services import capture as instruments
from lab_app.core import clock, drafts, files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import lang, show_datetime
from lab_app.core.permissions import P
from lab_app.core.plot import Plot
from lab_app.core.web import attempt, done, page
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.traces import parse_mapping
from lab_app.metrology.units import convert
from lab_app.results import loading, presenters
from lab_app.results.computation import FREQUENCY
from lab_app.results.forms import RAW, TAKEN, AskInstrumentForm, TraceFileForm
from lab_app.results.inputs import stated_frequency
from lab_app.results.models import JobLine
from lab_app.results.services.drafting import draft_key, keep_draft
from lab_app.results.services.taking import proposed
from lab_app.results.views import bp, picks


@dataclass
class Choice:
    """A trace in hand: how the value is taken from it, the value, what the field would get."""

    trace: Trace
    how: str
    low: str = ""
    high: str = ""
    at: str = ""
    taken: queries.Taken | None = None
    plot: Plot | None = None
    wrong: str = ""
    fills: list[tuple[str, str, str]] = field(default_factory=list)


@bp.get("/jobs/lines/<int:id>/capture")
@requires(P.RESULT_WRITE)
def capture(id: int) -> Any:
    """Files and captures that this line's reading can come from; `trace`, `how`, `from`, `to`, `at` (MHz) choose a value."""
    return _page(loading.line_or_404(id), _file_form(), _ask_form())


@bp.post("/jobs/lines/<int:id>/capture/file")
@requires(P.RESULT_WRITE)
def capture_file(id: int) -> Any:
    """Import a file of one of the line's instruments, then choose the value in it."""
    line, form = loading.line_or_404(id), _file_form()
    offered = _offer(line, form, ask := _ask_form(None))
    if form.validate_on_submit():
        with attempt(form) as tried:
            upload = files.put(form.file.data.stream, form.file.data.filename, files.INSTRUMENT_DATA)
            saved = queries.mapping_by_name(form.saved.data or "")
            plan = plan_of(parse_mapping(saved.mapping)) if saved is not None else None
            trace = instruments.import_trace(
                current_actor(), offered[form.instrument.data], upload, plan, form.captured_at.data)
        if tried.ok:
            return done(gettext("Đã nhập tệp."), "results.capture", id=id, trace=trace.id)
        line = loading.line_or_404(id)
    return _page(line, form, ask)


@bp.post("/jobs/lines/<int:id>/capture/ask")
@requires(P.RESULT_WRITE)
def capture_ask(id: int) -> Any:
    """Ask one of the line's instruments; it has answered before the transaction begins."""
    line, form = loading.line_or_404(id), _ask_form()
    offered = _offer(line, file_form := _file_form(None), form)
    if form.validate_on_submit():
        try:
            spoken, upload = asking.ask(offered[form.device.data], form.what.data)
        except FieldRefused as error:
            form.device.errors = [*form.device.errors, str(error.message)]
        else:
            with attempt(form) as tried:
                trace = instruments.keep_capture(current_actor(), offered[form.device.data], spoken, upload)
            if tried.ok:
                return done(gettext("Đã lấy từ thiết bị."), "results.capture", id=id, trace=trace.id)
            line = loading.line_or_404(id)
    return _page(line, file_form, form)


@bp.post("/jobs/lines/<int:id>/capture/use")
@requires(P.RESULT_WRITE)
def capture_use(id: int) -> Any:
    """Put the value into the line's entry as a draft; it becomes a record at the bench, by the same gates as a typed one."""
    line = loading.line_or_404(id)
    choice = _choice(line)
    if choice is None or choice.taken is None or not choice.fills:
        return _page(line, _file_form(None), _ask_form(None))
    typed = drafts.load(current_actor().id, draft_key(line.id))
    if typed.get("version", [""])[0] != str(line.version):
        typed = {"version": [str(line.version)]}
    for key, text, _label in choice.fills:
        typed |= {RAW + key: [text], TAKEN + key: [choice.taken.token]}
    used = typed.get("instruments", [])
    typed |= {"instruments": [*dict.fromkeys([*used, str(choice.trace.instrument_id)])],
              "measured_at": [show_datetime(choice.trace.captured_at)]}
    with attempt() as tried:
        keep_draft(current_actor(), line, typed)
    says = gettext("Đã đưa vào ô số đọc; xem lại rồi ghi.") if tried.ok else ""
    return done(says, "results.bench", code=line.job.code, line=line.id)


# ---- what the page shows ---------------------------------------------------------------------------------


def _file_form(*formdata: Any) -> TraceFileForm:
    form = TraceFileForm(*formdata, prefix="")
    form.saved.choices = [(row.name, row.name) for row in queries.mappings()]
    return form


def _ask_form(*formdata: Any) -> AskInstrumentForm:
    return AskInstrumentForm(*formdata)


def _offer(line: JobLine, file_form: TraceFileForm, ask_form: AskInstrumentForm) -> dict[str, Instrument]:
    """The instruments that may measure this line, fit ones first, as choices of both forms; by id."""
    shown = picks.instruments(line, clock.now(), [])
    rows = {row.id: row for row in loading.instruments_by_id(p.id for p in shown)}
    chosen = request.args.get("instrument", "")
    file_form.instrument.choices = [
        (str(p.id), f"{p.code} · {p.name}" + (f" · {gettext('không dùng được')}" if p.off else "")) for p in shown]
    if not file_form.instrument.data and chosen:
        file_form.instrument.data = chosen
    ask_form.device.choices = [(str(p.id), f"{p.code} · {p.name}") for p in shown if rows[p.id].resource]
    if not ask_form.device.data and len(ask_form.device.choices) == 1:
        ask_form.device.data = ask_form.device.choices[0][0]
    return {str(ident): row for ident, row in rows.items()}


def _page(line: JobLine, file_form: TraceFileForm, ask_form: AskInstrumentForm) -> Any:
    offered = _offer(line, file_form, ask_form)
    form = file_form if file_form.refused else ask_form
    found = queries.newest_of(row.id for row in offered.values())
    return page(
        "results/capture.html", form=form, file_form=file_form, ask_form=ask_form, line=line, traces=found, choice=_choice(line),
        show=presenters, pictures=trace_pictures, bench_url=url_for("results.bench", code=line.job.code, line=line.id),
    )


def _choice(line: JobLine) -> Choice | None:
    """The trace and the value that the address (or the form) names."""
    asked = request.values
    ident = asked.get("trace", "")
    trace = queries.trace_by_id(int(ident)) if ident.isdecimal() else None
    if trace is None:
        return None
    stated = stated_frequency(line.conditions)
    at = asked.get("at", "") or (trace_pictures.typed(convert(stated[0], stated[1], "Hz")) if stated else "")
    how = asked.get("how") or ("at" if stated else "peak")
    choice = Choice(trace, how if how in queries.HOWS else "peak", asked.get("from", ""), asked.get("to", ""), at)
    try:
        _take(choice, line)
    except MetrologyError as error:
        choice.wrong = why(error)
        choice.fills = []
    return choice


def _take(choice: Choice, line: JobLine) -> None:
    """Read the value, what each field gets, and the picture around it."""
    low, high, at = (trace_pictures.hertz_of(x) for x in (choice.low, choice.high, choice.at))
    points = queries.points_of(choice.trace)
    choice.plot = trace_pictures.draw(points, choice.trace.unit, choice.trace.name)
    taken = choice.taken = queries.taken(choice.trace, choice.how, "", low=low, high=high, frequency=at)
    mark = trace_pictures.level_text(taken.level, taken.unit)
    choice.plot = trace_pictures.draw(points, choice.trace.unit, choice.trace.name, ((taken.frequency, mark),))
    for f in line.parameter.fields:
        key, source = str(f["key"]), str(f.get("source") or "measured")
        wanted = source == "measured" or key.startswith(FREQUENCY)
        if not wanted or f.get("many") or f.get("fixed") not in (None, "") or any(
                not key.startswith(FREQUENCY) and not k.startswith(FREQUENCY) for k, _t, _l in choice.fills):
            continue
        value = proposed(f, taken)
        choice.fills.append((key, _typed(trace_pictures.plain(value) if key.startswith(FREQUENCY) else value), presenters.field_label(f)))


def _typed(value: Decimal) -> str:
    """A number as the reader of this page would type it."""
    text = format(value, "f")
    return text.replace(".", ",") if lang() == "vi" else text
