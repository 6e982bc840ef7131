"""Ask an instrument and put what it said away, before any transaction begins: the service that keeps it comes afterwards."""
from __future__ import annotations

from flask import current_app
from flask_babel import gettext

from instruments import scpi
from instruments.models import Instrument
from lab_app.core import files
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload

#: What is asked under a name; `other` sends the line that was typed.
QUESTIONS = {"trace": "TRAC:DATA? TRACE1", "marker": "CALC:MARK1:Y?", "level": "READ?"}


def backend() -> scpi.Backend:
    """How this installation talks to instruments."""
    settings = current_app.config["LAB"]
    return scpi.Backend(settings.scpi_backend, settings.scpi_timeout_ms, settings.simulated_instruments)


def ask(instrument: Instrument, what: str, query: str = "") -> tuple[scpi.Conversation, Upload]:
    """Ask for the trace, the marker, the level, or by a question of one's own. Answers what was said, and its transcript kept
    durably, named by no row yet.

    Refuses (`FieldRefused` on *what*, *query* or *resource*) an instrument without an address, and everything `scpi.capture` refuses.
    """
    if not instrument.resource:
        raise FieldRefused("what", gettext("Danh mục chưa ghi địa chỉ VISA của thiết bị này."))
    settings = scpi.TRACE_SETTINGS if what == "trace" else scpi.LEVEL_SETTINGS
    spoken = scpi.capture(instrument.resource, [QUESTIONS.get(what, query)], backend(), settings)
    return spoken, files.put_bytes(spoken.transcript(), f"{instrument.code}-scpi.txt", files.INSTRUMENT_DATA)
