"""The case's calibration comes out of the demonstration's services as the case prints it, on its paper and in the register."""
from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from certificates.models import Report
from certificates.snapshot import section_lines
from instruments import queries as instrument_queries
from instruments.models import Calibration, Instrument
from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.demo import calibration_certificate_story, equipment, methods, people, story
from lab_app.results.models import Reading
from tests.support import demo_parts as parts

CASE = people.case()["calibration_example"]


@pytest.fixture(scope="module")
def told(scratch):
    """Base data, customers and the calibrations, once."""
    yield from parts.told(scratch, "calibration_story", lambda: people.load_people("test password"), equipment.load_equipment,
                          methods.load_methods, lambda: story.customers(people.case()), calibration_certificate_story.tell)


def report(number: str) -> Report:
    return db.session.scalars(select(Report).where(Report.number == number)).one()


def ten_volts(number: str) -> list[dict]:
    lines = section_lines(json.loads(report(number).snapshot)["sections"][0])
    lines += [line for section in json.loads(report(number).snapshot)["sections"][1:] for line in section_lines(section)]
    return [line for line in lines if line["calibrated"]["point"] == "10 V"]


def test_the_points_of_the_case(told):
    words = {"conditional_fail": "Không đạt có điều kiện", "pass": "Đạt", "conditional_pass": "Đạt có điều kiện"}
    printed = [*ten_volts("GCN-HC-2026-0031"), *ten_volts("GCN-HC-2026-0034")]
    assert len(printed) == len(CASE["points"]) == 3
    for line, expected in zip(printed, CASE["points"], strict=True):
        reading = db.session.scalars(select(Reading).where(Reading.line_id == int(line["ref"][1:]))).one()
        assert (line["result"]["value"], line["limit"]["value"]) == (expected["error_uV"], expected["mpe_uV"])
        assert Decimal(line["calibrated"]["indication"]) == Decimal(expected["indication_V"])
        assert words[line["verdict"]] == expected["verdict"]
        assert round(reading.u, 2) == Decimal(expected["U_uV"]) and reading.k == Decimal(expected["k"])
        assert line["uncertainty"] == {"value": "84", "k": "2"}


def test_the_certificate_of_the_case(told):
    row = report(CASE["certificate"])
    snapshot = json.loads(row.snapshot)
    assert (row.status, row.request.number, row.issued_on) == ("valid", CASE["request"], date(2026, 9, 16))
    assert snapshot["equipment"][0]["code"] == CASE["standard_used"]
    assert snapshot["accreditation"]["number"].startswith("VILAS")
    low, high = (str(value) for value in CASE["env"]["T_C"])
    assert snapshot["environment"][0]["temperature"] == {"low": low, "high": high}
    assert [stage["verdict"] for stage in snapshot["calibration"]["stages"]] == ["conditional_fail", "pass"]
    assert files.read(row.file_sha256).startswith(b"%PDF")


def test_the_own_multimeter_is_released_in_the_register(told):
    row = db.session.scalars(select(Instrument).where(Instrument.code == "EQ-013")).one()
    own = db.session.scalars(select(Calibration).where(Calibration.instrument_id == row.id, Calibration.kind == "in_house")).one()
    assert own.released_at is not None and own.passed and len(own.points) == 2
    assert [standard.instrument.code for standard in own.standards] == ["EQ-016"]
    at = clock.at_local(date(2026, 10, 25), 9)
    assert instrument_queries.calibration_at(row.id, at, at).id == own.id
    assert own.due_on == date(2027, 10, 20), "the interval of the calibration before"
