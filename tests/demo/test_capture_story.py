"""The demonstration's readings from the bench: one by SCPI, a file of the analyser, a table; each with its source."""
from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from instruments.models import FileMapping, Trace
from lab_app.core.db import db
from lab_app.core.files import Attachment
from lab_app.results.models import ReadingTrace


def test_the_readings_say_where_they_came_from(demo_app):
    traces = {t.instrument.code: t for t in db.session.scalars(select(Trace))}
    receiver, analyser = traces["EQ-005"], traces["EQ-001"]
    assert receiver.source == "scpi" and receiver.identity.startswith("NHIEU MAU,ER-7,NM000012") and receiver.system_error.startswith("0,")
    assert (analyser.points, analyser.unit, analyser.detector, analyser.facts["differs"]) == (2001, "dBm", "RMS", False)
    assert db.session.scalars(select(FileMapping)).one().mapping["decimal"] == ","
    taken = list(db.session.scalars(select(ReadingTrace).order_by(ReadingTrace.id)))
    reading = taken[0].reading
    assert {t.key for t in taken} == {"reading", "frequency_mhz"} and {t.trace_id for t in taken} == {receiver.id}
    assert reading.raw["reading"]["source"] == "scpi" and reading.value == Decimal("32.6") and reading.verdict == "PASS"
    table = db.session.scalars(select(Attachment).where(Attachment.purpose == "readings", Attachment.subject_kind == "test-job")).one()
    from_table = [r for line in reading.line.job.lines for r in line.readings if r.raw["reading"].get("sha256") == table.sha256]
    assert len(from_table) == 3 and all(r.raw["reading"]["source"] == "file" for r in from_table)
