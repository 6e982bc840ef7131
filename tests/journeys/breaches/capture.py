"""Captures that must not count: another instrument answered, or the right one reported an error."""
from __future__ import annotations

from typing import Any

from instruments.services import capture as services
from lab_app.core import db as database
from lab_app.core import files
from tests.support import equipment_facts, trace_files
from tests.support.people_facts import make_people


def _keep(**said: str) -> None:
    people = make_people()
    row = equipment_facts.register(people.quality_manager, people.site, "EQ-105", type="ER-7", serial="NM000012")
    database.end_writing()
    spoken = trace_files.spoken(**said)
    upload = files.put_bytes(spoken.transcript(), "EQ-105-scpi.txt", files.INSTRUMENT_DATA)
    services.keep_capture(people.technician, row, spoken, upload)


def another_instrument_answers(app: Any) -> None:
    """The cable goes to the receiver next door."""
    _keep(identity="Sóng Giả,ER-7,NM000099,4.11")


def the_instrument_reports_an_overload(app: Any) -> None:
    """The input was overloaded while the trace was taken."""
    _keep(error='-222,"Data out of range;Input overload"')


BREACHES = {"capture-identity": another_instrument_answers, "capture-error-free": the_instrument_reports_an_overload}
