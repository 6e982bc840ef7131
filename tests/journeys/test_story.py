"""The demonstration case, walked by services from the request to the certificate anyone can check, on both databases."""
from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from certificates.models import Report, ReportLine
from instruments import services as instruments
from instruments.models import Instrument
from lab_app.core import audit, clock, files
from lab_app.core.db import db
from lab_app.core.quantity import round_half
from lab_app.demo.load import case
from lab_app.demo.methods import parameter_for
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.samples.models import Sample, TestRequest

pytestmark = pytest.mark.both_databases
WORDS = {"P": "PASS", "F": "FAIL"}


@pytest.fixture
def flow():
    return case()["flow"]


def reading_of(line):
    """The reading a line of the case became."""
    parameter = parameter_for(line["id"])
    day = line["date"]
    found = [
        r for r in db.session.scalars(
            select(Reading).join(JobLine).where(JobLine.parameter_id == parameter.id).order_by(Reading.id)
        )
        if clock.local(r.measured_at).date().isoformat() == day and r.line.conditions == conditions(line)
    ]
    assert len(found) == 1, (line["id"], [r.line.conditions for r in found])
    return found[0]


def conditions(line):
    if line["id"].endswith("-R"):
        line = next(t for t in case()["flow"]["test_lines"] if t["id"] == line["id"].removesuffix("-R"))
    return line["conditions"].split(", firmware")[0]


def test_every_line_gives_the_published_value_and_verdict(demo_app, flow):
    checked = 0
    for line in flow["test_lines"]:
        if isinstance(line["result"], list):
            continue
        reading = reading_of(line)
        assert reading.verdict == WORDS[line["verdict"]], line["id"]
        places = reading.line.parameter.places
        assert round_half(reading.value, places) == Decimal(str(line["result"])), line["id"]
        assert reading.measured_at < reading.recorded_at
        assert reading.person.code == line["tester"]
        assert sorted(i.instrument.code for i in reading.instruments) == sorted(line["equipment"])
        checked += 1
    assert checked == len(flow["test_lines"]) - 1


def test_the_failed_line_and_its_retest_are_linked_both_ways(demo_app, flow):
    first = reading_of(next(t for t in flow["test_lines"] if t["id"] == "54-12-a")).line
    again = reading_of(next(t for t in flow["test_lines"] if t["id"] == "54-12-b")).line
    assert first.retested_by is again and again.retest_of is first
    assert first.reading.verdict == "FAIL" and again.reading.verdict == "PASS"
    assert first.reading.firmware == "1.0.3" and again.reading.firmware == "1.0.4"


def test_the_first_report_is_replaced_by_the_amended_one(demo_app, flow):
    first, second = (db.session.scalars(select(Report).where(Report.number == r["no"])).one() for r in flow["reports"])
    assert (first.status, second.status) == ("replaced", "valid")
    assert second.replaces_id == first.id
    assert [c.to_status for c in first.changes][-2:] == ["suspended", "replaced"]
    for report in (first, second):
        snapshot = json.loads(report.snapshot)
        assert snapshot["number"] == report.number if "number" in snapshot else report.number in report.snapshot
        data = files.read(report.file_sha256)
        assert data.startswith(b"%PDF-")
    lines = db.session.scalars(select(ReportLine).where(ReportLine.report_id == second.id)).all()
    assert len(lines) == 31, "a re-measured line stands in the place of the one in doubt"


def test_what_was_known_then_and_what_is_known_now(demo_app):
    receiver = db.session.scalars(select(Instrument).where(Instrument.code == "EQ-005")).one()
    at = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
    assert instruments.unfit_reasons(receiver, at, None, known_at=at) == []
    assert instruments.unfit_reasons(receiver, at, None, known_at=clock.now()) != []


def test_request_item_and_jobs_stand_where_the_story_ends(demo_app, flow):
    request = db.session.scalars(select(TestRequest).where(TestRequest.number == flow["request"]["no"])).one()
    sample = db.session.scalars(select(Sample).where(Sample.code == flow["sample"]["code"])).one()
    assert sample.status == "returned" and len(sample.custody) == len(flow["sample"]["custody"])
    jobs = db.session.scalars(select(TestJob).where(TestJob.request_id == request.id)).all()
    assert {j.status for j in jobs} == {"reviewed"} and len(jobs) == 3


def test_the_trail_of_the_whole_story_holds(demo_app):
    audit.seal(db.engine, limit=10**6)
    found = audit.verify(db.engine)
    assert found.holds and found.unsealed == 0 and found.entries > 300


def test_nobody_tested_reviewed_and_recorded_the_same_line(demo_app):
    for line in db.session.scalars(select(JobLine).where(JobLine.status == "reviewed")):
        assert line.reading.person_id not in {r.reviewer_id for r in line.reviews}
