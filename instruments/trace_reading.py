"""The wizard for a file of an instrument: its first lines, how it is read, taken as a trace. Pages of instruments and of jobs show it."""
from __future__ import annotations

from typing import Any

from flask import request

from instruments import queries as queries_of
from instruments import trace_pictures
from instruments.forms.capture import DELIMITED, TOUCHSTONE, ReadForm, UploadForm
from instruments.models import Instrument
from instruments.queries import traces as queries
from instruments.rules import traces as reading
from instruments.services import capture as services
from lab_app.core import files
from lab_app.core.access import current_actor
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.i18n import show_datetime
from lab_app.core.web import attempt, page
from lab_app.metrology import trace_windows
from lab_app.metrology.touchstone import ports_of
from lab_app.metrology.traces import TraceError, parse_mapping

FIRST_LINES, FIRST_POINTS = 14, 8
SHOWN_BYTES = 6000


def read_again(row: Instrument, **frame: Any) -> Any:
    """What the posted wizard asks: its page again, or the trace it was taken as. `frame`: where its form goes, its way back."""
    code, form = row.code, ReadForm()
    try:
        upload = files.by_ticket(form.ticket.data or "", current_actor().id)
    except FieldRefused as error:
        first = UploadForm(formdata=None)
        first.file.errors = [str(error.message)]
        return page("instruments/trace_new.html", 422, form=first, instrument=row)
    form.ports = ports_of(upload.filename) or form.ports
    saved = queries.mapping_by_name(request.form.get("saved", ""))
    if saved is not None and request.form.get("do") == "saved":
        form.fill(parse_mapping(saved.mapping))
    elif form.validate_on_submit() and request.form.get("do") == "take":
        with attempt(form) as tried:
            trace = services.import_trace(current_actor(), row, upload, form.plan(), form.captured_at.data)
            if form.save_as.data and form.reader.data == DELIMITED:
                kept = {k: v for k, v in form.plan().items() if k != "reader"}
                services.save_mapping(current_actor(), form.save_as.data, kept)
        if tried.ok:
            return trace
        row = queries_of.by_code(code) or row
    return look_at(row, upload, form, **frame)


def first_look(upload: Upload, captured_at: Any) -> ReadForm:
    """The form as the file itself suggests."""
    form = ReadForm(formdata=None)
    form.ticket.data = files.ticket(upload, current_actor().id)
    form.captured_at.data, form.captured_at.raw = captured_at, show_datetime(captured_at) if captured_at else ""
    ports = ports_of(upload.filename)
    if ports:
        form.reader.data, form.ports, form.trace.data = TOUCHSTONE, ports, 2 if ports == 2 else 1  # S21: what a cable does
        return form
    try:
        queries.points_in(upload.sha256, form.plan())
    except TraceError as error:
        if error.code == "unknown_format":
            form.reader.data = DELIMITED
            proposed = queries.proposed_mapping(upload.sha256)
            if proposed is not None:
                form.fill(proposed)
    return form


def look_at(row: Instrument, upload: Upload, form: ReadForm, **frame: Any) -> Any:
    """The file's first lines, how they are understood, and what is wrong with them by line."""
    seen: dict[str, Any] = {"lines": reading.first_lines(files.read(upload.sha256)[:SHOWN_BYTES], FIRST_LINES), "wrong": ""}
    try:
        points = queries.points_in(upload.sha256, form.plan())
        facts = services.facts_of(points, row)
        seen |= {"unit": points.unit, "count": len(points), "differs": facts["differs"], "facts": facts, "detector": points.detector,
                 "points": trace_windows.first_points(points, FIRST_POINTS),
                 "plot": trace_pictures.draw(points, points.unit, upload.filename)}
    except TraceError as error:
        seen |= {"wrong": reading.why(error), "wrong_field": reading.field_of(error)}
    return page("instruments/trace_read.html", form=form, instrument=row, upload=upload, seen=seen, saved=queries.mappings(),
                show=trace_pictures, **{"sent_to": None, "back": None, "job": None, **frame})
