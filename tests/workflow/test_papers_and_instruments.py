"""Workflow cases that speak of issued papers and of instruments."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates import services as papers
from certificates.models import Report
from instruments import queries, services
from instruments.rules import CalibrationFact, CheckFact, InstrumentFacts, StateFact, judge
from instruments.rules.points import PointIn
from lab_app.core import clock, jobs
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.metrology.decision import DR_SA
from lab_app.results import services as results
from tests.support import certificates_facts as paper_facts
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people
from tests.support.results_facts import make_bench
from tests.support.signing import confirmed

D = Decimal
FAR = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def amended(world: paper_facts.World, report: Report) -> Report:
    """A whole new paper in place of an issued one, through all its steps."""
    made = papers.amend(world.people.signatory, report, reason="đo lại", reason_en="measured again",
        confirmed=confirmed(world.people.signatory))
    paper_facts.commit()
    jobs.run_key(papers.job_key(made.id))
    db.session.rollback()
    return db.session.get_one(Report, made.id)


def undo() -> None:
    db.session.rollback()
    database.end_writing()


# ---- papers ------------------------------------------------------------------------------------------------------


def test_case_38_what_is_published_has_no_way_out():
    """38. Published rows have no outgoing transition; single rows cannot be published, only the sample's.

    Ours: a paper is issued for a request and never for a row; its reviewed rows are never corrected, and a withdrawn paper has no
    way back.
    """
    world = paper_facts.ready_request()
    report = paper_facts.issued(world)
    before = [(line.status, line.reading.value, line.reading.verdict) for line in world.lines]
    technician = world.people.technician
    for line in world.lines:
        with pytest.raises(Refused):
            results.correct_reading(technician, line, make_entry(world), "sửa sau khi cấp")
        undo()
    assert [(line.status, line.reading.value, line.reading.verdict) for line in world.lines] == before
    papers.change_status(world.people.signatory, report, to="withdrawn", reason="sai mẫu", public_reason="sai mẫu",
        confirmed=confirmed(world.people.signatory))
    for status in ("valid", "suspended", "replaced"):
        with pytest.raises((Refused, FieldRefused)):
            papers.change_status(world.people.signatory, report, to=status, reason="nhầm", public_reason="nhầm",
                confirmed=confirmed(world.people.signatory))
    undo()


def make_entry(world: paper_facts.World) -> Any:
    """What a technician would type to change a row of an issued paper."""
    return results.ReadingEntry(clock.now(), {"reading": "1"}, "en", [world.instrument], world.environment)


def test_case_39_an_invalid_paper_stays_beside_the_new_one():
    """39. Invalidating keeps the original and its results unchanged; the new one bears a suffix and both are linked; again for the next.

    Ours: the paper is amended (suffix /SĐ1, /SĐ2), not the sample; results stay, those measured again stand beside them; only who
    signs may do it.
    """
    world = paper_facts.ready_request()
    report = paper_facts.issued(world)
    first = report.snapshot
    for person in (world.people.technician, world.people.reviewer, world.people.auditor):
        with pytest.raises(NotAllowed):
            papers.amend(person, report, reason="đo lại", confirmed=confirmed(person))
        undo()
    paper_facts.measured_again(world, world.lines[0], "18.95")
    one = amended(world, report)
    original = db.session.get_one(Report, report.id)
    assert (original.status, original.snapshot, original.number) == ("replaced", first, "PKQ-2026-0117-01")
    assert (one.number, one.status, one.replaces_id) == ("PKQ-2026-0117-01/SĐ1", "valid", original.id)
    assert json.loads(one.snapshot)["amendment"]["replaces_number"] == original.number
    assert world.lines[0].reading.value == D("18.42"), "the result of the original is what it was"
    paper_facts.measured_again(world, world.lines[-1], "19.10", days=5)
    two = amended(world, one)
    assert (two.number, two.replaces_id) == ("PKQ-2026-0117-01/SĐ2", one.id)
    assert db.session.get_one(Report, one.id).status == "replaced"
    with pytest.raises(Refused):
        papers.amend(world.people.signatory, db.session.get_one(Report, original.id), reason="lần nữa",
            confirmed=confirmed(world.people.signatory))
    undo()


# ---- instruments ---------------------------------------------------------------------------------------------------


def at(month: int, day: int, hour: int = 9) -> datetime:
    return clock.at_local(date(2026, month, day), hour)


def test_case_42_away_for_calibration_and_overlapping_validity(writing):
    """42*. In calibration with both ends in order only; a future start is none. Validity may overlap: the latest released counts."""
    people = make_people()
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site)
    order = services.place_order(by, row, ordered_on=date(2026, 10, 1), provider=equipment.provider(by))
    assert row.state == "in_service", "ordered is not away"
    with pytest.raises(FieldRefused):
        services.send_order(by, order, sent_at=clock.now() + timedelta(hours=1))
    services.send_order(by, order, sent_at=at(10, 3))
    reasons = services.unfit_reasons(row, at(10, 10), None, clock.now())
    assert [r.code for r in reasons] == ["in-calibration"] and reasons[0].clauses
    assert services.unfit_reasons(row, at(10, 2), None, clock.now()) == []
    with pytest.raises(FieldRefused):
        services.return_order(by, order, back_at=at(10, 2), condition_back="tốt")
    services.arrive_order(by, order, arrived_on=date(2026, 10, 5))
    services.return_order(by, order, back_at=at(10, 20), condition_back="tốt")
    made = {}
    point = PointIn("rf-level", D("-10.0"), D("-9.8"), "dBm", D("0.2"), "dB", D(2), D(100), "MHz", D("1.0"))
    for number, (done_on, months) in {"A": (date(2026, 6, 1), 24), "B": (date(2026, 9, 1), 3), "C": (date(2026, 8, 1), 36)}.items():
        made[number] = services.record_calibration(
            by, row, done_on=done_on, interval_months=months, certificate_no=number, provider=equipment.provider(by),
            traceability="6.5.2 a)", points=[point], rule=DR_SA, evaluation="tốt")
    for number in ("B", "A", "C"):
        services.release_calibration(by, made[number])
    assert queries.calibration_at(row.id, at(10, 1), clock.now()).certificate_no == "B", "the latest done, not the longest"
    assert queries.calibration_at(row.id, at(8, 15), clock.now()).certificate_no == "C"
    assert queries.calibration_at(row.id, at(7, 1), clock.now()).certificate_no == "A"


def moment(day: str, hour: int = 10) -> datetime:
    return clock.at_local(date.fromisoformat(day), hour)


GOOD = InstrumentFacts(
    code="EQ-1", recorded_at=moment("2026-01-01"),
    states=(StateFact("in_service", moment("2026-01-10"), moment("2026-01-10"), "đã kiểm tra"),),
    calibrations=(CalibrationFact(1, date(2026, 1, 5), date(2027, 1, 5), moment("2026-01-08"), moment("2026-01-09"), True, "6.5.2 a)"),),
    check_interval_days=30, checks=(CheckFact(date(2026, 6, 1), date(2026, 7, 1), True, moment("2026-06-01", 9)),),
)  # fmt: skip


def changed(**changes: Any) -> InstrumentFacts:
    return replace(GOOD, **changes)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (GOOD, None),
        (changed(calibrations=(replace(GOOD.calibrations[0], due_on=date(2026, 6, 1)),)), "calibration-expired"),
        (changed(calibrations=()), "never-calibrated"),
        (changed(checks=()), "never-checked"),
        (changed(checks=(*GOOD.checks, CheckFact(date(2026, 6, 10), None, False, moment("2026-06-10", 9)))), "check-failed"),
        (changed(states=(*GOOD.states, StateFact("in_calibration", moment("2026-06-12"), moment("2026-06-12")))), "in-calibration"),
        (changed(states=(*GOOD.states, StateFact("awaiting_release", moment("2026-06-12"), moment("2026-06-12")))), "awaiting-release"),
        (changed(states=(*GOOD.states, StateFact("out_of_service", moment("2026-06-12"), moment("2026-06-12")))), "out-of-service"),
    ],
)
def test_case_44_fit_if_and_only_if_nothing_stands_against_it(facts: InstrumentFacts, code: str | None) -> None:
    """44. Valid iff the certificate is in date, the last check passed, not in calibration, not waiting for release, not taken out of use.

    Ours: also blocked when a check was planned and never done; judged at the moment of the measurement, with the clause in every reason.
    """
    found = judge(facts, moment("2026-06-15"), None, FAR)
    assert [reason.code for reason in found] == ([] if code is None else [code])
    assert all(reason.clauses and str(reason.says) for reason in found)


def test_case_44_judged_on_the_day_of_the_measurement_and_enforced():
    """44. One failed check is enough; the reading of a day before it stands, the one after is refused by its gate."""
    bench = make_bench()
    equipment.check(bench.people.quality_manager, bench.instrument, date(2026, 11, 14), "75.0", recorded_at=at(11, 14, 9))
    with pytest.raises(GateRefused) as refused:
        bench.record()
    assert refused.value.stop.gate == "instrument-fit" and bench.instrument.code in str(refused.value)
    assert any(clause.startswith("6.4") for clause in refused.value.stop.clauses)
    before = services.unfit_reasons(bench.instrument, at(11, 13), None, clock.now())
    assert before == [], "the day before the check it was fit"
