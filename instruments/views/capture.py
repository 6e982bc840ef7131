"""Files and captures of an instrument: the list, one trace with its picture, the upload with its mapping, asking over SCPI."""
from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from instruments import trace_pictures
from instruments.forms.capture import AskForm, ConnectionForm, UploadForm
from instruments.models import Instrument, Trace
from instruments.queries import traces as queries
from instruments.services import asking
from instruments.services import capture as services
from instruments.trace_reading import first_look, look_at, read_again
from instruments.views.blueprint import bp, instrument_of
from lab_app.core import files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused, NotFound
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, page
from lab_app.metrology.traces import TraceError

COLUMNS = (
    Column("at", _l("Đo lúc"), Trace.captured_at), Column("name", _l("Tệp")), Column("span", _l("Khoảng tần số")),
    Column("points", _l("Số điểm"), css="num"), Column("peak", _l("Đỉnh cao nhất")), Column("source", _l("Nguồn")),
)
SOURCES = {"file": _l("từ tệp"), "scpi": _l("từ thiết bị")}


def trace_of(instrument: Instrument, ident: int) -> Trace:
    """A trace of this instrument, or the 404 page."""
    found = queries.trace_by_id(ident)
    if found is None or found.instrument_id != instrument.id:
        raise NotFound(gettext("Thiết bị này không có đường đo như vậy."))
    return found


@bp.get("/instruments/<code>/traces")
@requires(P.INSTRUMENT_READ)
def traces_page(code: str) -> Any:
    """Everything this instrument wrote that was kept."""
    row = instrument_of(code)
    source = Filter("source", _l("Nguồn"), list(SOURCES.items()), lambda query, value: query.where(Trace.source == value))
    shown = listing(queries.traces_of(row.id), Trace, COLUMNS, filters=[source], default_sort="at")
    return page("instruments/traces.html", instrument=row, traces=shown, sources=SOURCES, show=trace_pictures)


@bp.get("/instruments/<code>/traces/<int:id>")
@requires(P.INSTRUMENT_READ)
def trace_page(code: str, id: int) -> Any:
    """One trace; `from` and `to` (MHz) choose the span that is drawn."""
    row = instrument_of(code)
    trace, says = trace_of(row, id), ""
    low, high = (trace_pictures.hertz_of(request.args.get(name, "")) for name in ("from", "to"))
    points = queries.points_of(trace)
    try:
        shown = trace_pictures.picture(trace, points, low, high)
    except TraceError:
        says, shown = gettext("Không có điểm đo nào trong đoạn này."), trace_pictures.picture(trace, points, None, None)
    return page("instruments/trace.html", instrument=row, trace=trace, shown=shown, says=says, show=trace_pictures, sources=SOURCES)


@bp.get("/instruments/<code>/traces/<int:id>/file")
@requires(P.INSTRUMENT_READ)
def trace_file(code: str, id: int) -> Any:
    """The file as the instrument wrote it, byte for byte."""
    trace = trace_of(instrument_of(code), id)
    return files.send(trace.file, trace.name.split(" · ")[0])


# ---- a file: upload, look, take ---------------------------------------------------------------------------


@bp.route("/instruments/<code>/traces/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_CHECK)
def new_trace(code: str) -> Any:
    """Choose a file; how it is read is confirmed on the next page. Nothing of it is a record yet."""
    row, form = instrument_of(code), UploadForm()
    if form.validate_on_submit():
        try:
            upload = files.put(form.file.data.stream, form.file.data.filename, files.INSTRUMENT_DATA)
            return look_at(row, upload, first_look(upload, form.captured_at.data))
        except FieldRefused as error:
            form.file.errors = [str(error.message)]
    return page("instruments/trace_new.html", form=form, instrument=row)


@bp.post("/instruments/<code>/traces/read")
@requires(P.INSTRUMENT_CHECK)
def read_trace(code: str) -> Any:
    """Look again after the reading was changed, or take the file as a trace."""
    taken = read_again(instrument_of(code))
    return done(gettext("Đã nhập tệp."), "instruments.trace_page", code=code, id=taken.id) if isinstance(taken, Trace) else taken


# ---- the instrument itself --------------------------------------------------------------------------------


@bp.route("/instruments/<code>/traces/ask", methods=["GET", "POST"])
@requires(P.INSTRUMENT_CHECK)
def ask_instrument(code: str) -> Any:
    """Ask the instrument and keep what it answers. It is asked before any transaction begins."""
    row, form = instrument_of(code), AskForm()
    if form.validate_on_submit():
        try:
            spoken, upload = asking.ask(row, form.what.data, form.query.data or "")
        except FieldRefused as error:
            where = form.query if error.field == "query" else form.what
            where.errors = [*where.errors, str(error.message)]
        else:
            with attempt(form) as tried:
                trace = services.keep_capture(current_actor(), instrument_of(code), spoken, upload)
            if tried.ok:
                return done(gettext("Đã lấy từ thiết bị."), "instruments.trace_page", code=code, id=trace.id)
            row = instrument_of(code)
    return page("instruments/trace_ask.html", form=form, instrument=row)


@bp.route("/instruments/<code>/connection", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def connection(code: str) -> Any:
    """Where the instrument is asked and what it must answer."""
    row = instrument_of(code)
    form = ConnectionForm(data={"resource": row.resource, "identity": row.identity})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.set_connection(current_actor(), row, **form.clean(), simulation=asking.backend().simulation is not None)
        if tried.ok:
            return done(gettext("Đã lưu địa chỉ."), "instruments.traces_page", code=code)
        row = instrument_of(code)
    return page("instruments/connection.html", form=form, instrument=row, back=url_for("instruments.traces_page", code=code))
