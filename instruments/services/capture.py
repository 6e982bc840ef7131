"""Files and captures that instruments wrote become traces: the bytes by their hash, what was read from them beside (7.5.1, 7.11).

The bytes are durable and the instrument has spoken before any of these services begins its transaction; what cannot be read
is refused whole, with the line.
"""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from instruments import scpi
from instruments.models import FileMapping, Instrument, Trace
from instruments.queries import traces as queries
from instruments.rules import capture as rules
from instruments.rules import traces as reading
from instruments.workflow import CaptureFacts
from lab_app.core import clock, files, gates
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.permissions import P
from lab_app.metrology import trace_windows
from lab_app.metrology.traces import Trace as Points
from lab_app.metrology.traces import TraceError, parse_mapping

#: How many lines of a file's header are kept beside the trace; the whole of it stays in the file.
HEADER_LINES = 60
#: Clocks of two machines differ a little.
CLOCK_SLACK = timedelta(minutes=2)


def import_trace(
    actor: Actor, instrument: Instrument, upload: Upload, mapping: Mapping[str, Any] | None = None,
    captured_at: datetime | None = None,
) -> Trace:
    """Keep a file that an instrument wrote as a trace of it; `mapping` is a plan of `rules.traces`, `None` for a known format.

    The same bytes read in the same way are one trace: importing them again answers the one there is. `facts["differs"]` says
    that the header names another model or serial than the register. Refuses (`FieldRefused`, with the line) what cannot be read
    and a capture in the future; nothing is kept then.
    """
    authorize(actor, P.INSTRUMENT_CHECK)
    plan = dict(mapping or reading.KNOWN)
    points = _read(upload.sha256, plan)
    at = captured_at or clock.now()
    if at > clock.now() + CLOCK_SLACK:
        raise FieldRefused("captured_at", gettext("Thời điểm này ở tương lai."))
    existing = queries.same_trace(instrument.id, upload.sha256, plan)
    if existing is not None:
        return existing
    return _keep(actor, instrument, upload, plan, points, source="file", captured_at=at)


def keep_capture(actor: Actor, instrument: Instrument, spoken: scpi.Conversation, upload: Upload) -> Trace:
    """Keep what an instrument said as a trace; `upload` holds the conversation's transcript, durable already.

    Refused by gate *capture-identity* (6.4.13) when `*IDN?` is not the registered instrument's, by *capture-error-free* when
    `SYST:ERR?` was not zero, and when the answer is no trace.
    """
    authorize(actor, P.INSTRUMENT_CHECK)
    facts = capture_facts(instrument, spoken)
    gates.require("capture-identity", facts)
    gates.require("capture-error-free", facts)
    plan = {"reader": "scpi"}
    points = _read(upload.sha256, plan)
    return _keep(actor, instrument, upload, plan, points, source="scpi", captured_at=spoken.at,
                 identity=spoken.identity[:200], system_error=spoken.system_error)


def capture_facts(instrument: Instrument, spoken: scpi.Conversation) -> CaptureFacts:
    """Facts of the gates of a capture."""
    return CaptureFacts(
        instrument.code, spoken.identity,
        rules.identity_agrees(spoken.identity, instrument.identity, instrument.maker, instrument.type, instrument.serial),
        spoken.system_error, rules.error_free(spoken.system_error),
    )


def set_connection(actor: Actor, instrument: Instrument, *, resource: str, identity: str, simulation: bool = False) -> Instrument:
    """Where an instrument is asked (VISA address) and what it answers to `*IDN?`; `simulation` allows `sim:` addresses."""
    authorize(actor, P.INSTRUMENT_WRITE)
    resource, identity = resource.strip(), " ".join(identity.split())
    if resource and not scpi.is_address(resource, simulation):
        raise FieldRefused("resource", gettext("“%(text)s” không phải địa chỉ VISA dùng được ở đây.", text=resource[:80]))
    if identity and identity.count(",") < 2:
        raise FieldRefused("identity", gettext("Câu trả lời *IDN? có dạng: hãng,kiểu,số máy,firmware."))
    instrument.resource, instrument.identity = resource, identity
    db.session.flush()
    return instrument


def save_mapping(actor: Actor, name: str, mapping: Mapping[str, Any], note: str = "") -> FileMapping:
    """Keep how files of one kind are read under a name, to be offered again; the same name again replaces what it says."""
    authorize(actor, P.INSTRUMENT_CHECK)
    name = name.strip()
    if not name:
        raise FieldRefused("save_as", gettext("Cần điền mục này."))
    try:
        kept = parse_mapping(mapping).to_dict()
    except TraceError as error:
        raise FieldRefused(reading.field_of(error), reading.why(error)) from error
    row = queries.mapping_by_name(name)
    if row is None:
        row = FileMapping(name=name, person_id=person_of(actor))
        db.session.add(row)
    row.mapping, row.note = kept, note.strip()
    db.session.flush()
    return row


def _read(sha256: str, plan: dict[str, Any]) -> Points:
    try:
        return queries.points_in(sha256, plan)
    except TraceError as error:
        raise FieldRefused(reading.field_of(error), reading.why(error)) from error


def _keep(actor: Actor, instrument: Instrument, upload: Upload, plan: dict[str, Any], points: Points, *, source: str,
          captured_at: datetime, identity: str = "", system_error: str = "") -> Trace:
    stored = files.keep(upload)
    row = Trace(
        file_sha256=stored.sha256, file=stored, instrument_id=instrument.id, instrument=instrument, source=source,
        format=points.format[:60], name=(points.name and f"{upload.filename} · {points.name}" or upload.filename)[:200],
        unit=points.unit[:20], detector=points.detector[:40], points=len(points), mapping=plan, facts=facts_of(points, instrument),
        identity=identity, system_error=system_error, captured_at=captured_at, person_id=person_of(actor),
    )
    db.session.add(row)
    db.session.flush()
    return row


def facts_of(points: Points, instrument: Instrument) -> dict[str, Any]:
    """What is kept beside a trace, as texts: its ends and its peak in Hz and in its unit, the header, whom the header names."""
    first, last = trace_windows.ends(points)
    peak = points.peak()
    model, serial = reading.header_identity(points)
    return {
        "f_low": _text(first.frequency), "f_high": _text(last.frequency), "peak_f": _text(peak.frequency), "peak": _text(peak.level),
        "rbw": "" if points.rbw is None else _text(points.rbw), "model": model, "serial": serial,
        "differs": rules.header_differs(model, serial, instrument.type, instrument.serial),
        "header": {k[:60]: v[:120] for k, v in list(points.header.items())[:HEADER_LINES]},
    }


def _text(value: Decimal) -> str:
    return format(value, "f")
