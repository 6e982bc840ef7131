"""Captures that must not count: another instrument answered, the right one reported an error, a file of another instrument."""
from __future__ import annotations

from typing import Any

from instruments.services import capture as services
from lab_app.core import clock, files
from tests.support import equipment_facts, results_facts, trace_files
from tests.support.people_facts import make_people


def _keep(**said: str) -> None:
    people = make_people()
    row = equipment_facts.register(people.quality_manager, people.site, "EQ-105", type="ER-7", serial="NM000012")
    spoken = trace_files.spoken(**said)
    upload = files.put_bytes(spoken.transcript(), "EQ-105-scpi.txt", files.INSTRUMENT_DATA)
    services.keep_capture(people.technician, row, spoken, upload)


def another_instrument_answers(app: Any) -> None:
    """The cable goes to the receiver next door."""
    _keep(identity="Sóng Giả,ER-7,NM000099,4.11")


def the_instrument_reports_an_overload(app: Any) -> None:
    """The input was overloaded while the trace was taken."""
    _keep(error='-222,"Data out of range;Input overload"')


def a_value_from_the_file_of_another_instrument(app: Any) -> None:
    """The file was written by the receiver of the room next door; the reading names the analyser on this bench."""
    b = results_facts.make_bench()
    other = equipment_facts.register(b.people.quality_manager, b.people.site, "EQ-105")
    upload = files.put_bytes(trace_files.levels_in_dbm(), "next-door.csv", files.INSTRUMENT_DATA)
    with clock.at(results_facts.MEASURED):
        trace = services.import_trace(b.people.technician, other, upload, trace_files.DBM)
    b.record(reading="15.4", taken={"reading": f"{trace.id}:peak::"})


BREACHES = {
    "trace-belongs": a_value_from_the_file_of_another_instrument, "capture-identity": another_instrument_answers,
    "capture-error-free": the_instrument_reports_an_overload,
}
