"""Interval reviews: what the record says, what it cannot say, and that another person decides (6.4.7)."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments import queries, services
from instruments.models import CalibrationPoint
from instruments.rules.intervals import (
    AsFound,
    Bounds,
    Done,
    a3,
    courses,
    drifting,
    exponential,
    months_of,
    staircase,
)
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed
from lab_app.metrology.intervals import IntervalError
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

D = Decimal
BOUNDS = Bounds()
WHY = "đến kỳ xem xét hằng năm"


def found(*errors, tolerance="1", year=2020, months=12):
    """One calibration a year (or so), one point each."""
    days = [date(year + n * months // 12, 1 + (n * months) % 12, 10) for n in range(len(errors))]
    return [Done(day, (AsFound("10 V", D(e), D(tolerance), D("0.1"), D(2), "V"),)) for day, e in zip(days, errors, strict=True)]


def test_the_staircase_climbs_well_inside_and_falls_outside():
    assert staircase(found("0.1", "0.4"), 12, BOUNDS).months == 18
    assert staircase(found("0.1", "0.8"), 12, BOUNDS).months == 12
    fallen = staircase(found("0.1", "1.01"), 12, BOUNDS)
    assert (fallen.months, fallen.reason) == (6, "shortened")
    assert staircase(found("1", "-1"), 12, BOUNDS).months == 12  # the border is inside


def test_bounds_of_the_laboratory_stop_a_change():
    stopped = staircase(found("0", "0"), 30, BOUNDS)
    assert (stopped.months, stopped.stop) == (36, "longest")
    assert staircase(found("0", "9"), 3, BOUNDS).months == 3


def test_the_published_a3_case_in_days():
    """NCSL tutorial: 15 of 20 in tolerance, target 95 %: 365 days become 231, which are seven months and never eight."""
    histories = [found("0", *(["0.5"] * 15 + ["2"] * 5))]
    proposal = a3(histories, 12, BOUNDS)
    assert proposal.findings["in_tolerance"] == "15" and proposal.findings["n"] == "20"
    assert abs(D(proposal.findings["proposed_days"]) - 231) <= 1 and proposal.months == 7


def test_the_first_calibration_says_nothing_of_an_interval():
    with pytest.raises(IntervalError):
        a3([found("0.1")], 12, BOUNDS)
    with pytest.raises(IntervalError):
        exponential([found("5")], 12, BOUNDS)
    with pytest.raises(IntervalError):
        staircase([Done(date(2020, 1, 1), ())], 12, BOUNDS)


def test_all_good_is_judged_by_a_bound_not_by_certainty():
    proposal = exponential([found("0", "0", "0", "0")], 12, BOUNDS)
    assert proposal.findings["bound_used"] == "True" and D(proposal.findings["used"]) < 1


def test_a_steady_drift_ends_before_the_criterion():
    proposal = drifting(found("0.0", "0.201", "0.4", "0.599", "0.8"), 12, BOUNDS)
    assert proposal.reason == "shortened" and proposal.months < 12 and proposal.findings["place"] == "10 V"
    with pytest.raises(IntervalError):
        drifting(found("0.0", "0.2"), 12, BOUNDS)


def test_what_was_adjusted_counts_from_where_it_was_left():
    drifted = [Done(d.done_on, (AsFound("10 V", D("0.4") + D("0.001") * n, D(1), D("0.1"), D(2), "V", D(0)),)) for n, d in
               enumerate(found(*"01234"))]
    assert drifting(drifted, 12, BOUNDS).months > 12  # 0.4 a year from zero, not from 0.4


@given(st.integers(1, 120), st.integers(0, 30))
def test_a_proposal_never_exceeds_its_days(months, extra):
    days = D(months) * D("30.4375") + extra
    assert months_of(days) * D("30.4375") <= days + 1


@given(st.lists(st.decimals(-3, 3, places=2), min_size=2, max_size=8), st.integers(1, 60))
def test_every_method_stays_within_the_laboratorys_bounds(errors, current):
    for method in (lambda: staircase(found(*errors), current, BOUNDS), lambda: a3([found(*errors)], current, BOUNDS),
                   lambda: exponential([found(*errors)], current, BOUNDS), lambda: drifting(found(*errors), current, BOUNDS)):
        try:
            months = method().months
        except IntervalError:
            continue
        assert months == current or BOUNDS.shortest_months - 1 <= months <= BOUNDS.longest_months


def test_the_course_nearest_to_its_criterion_comes_first():
    two = [Done(d, (AsFound("a", D("0.1"), D(1), D("0.1"), D(2), "V"), AsFound("b", D("0.9"), D(1), D("0.1"), D(2), "V")))
           for d in (date(2020, 1, 1), date(2021, 1, 1))]
    assert [c.place for c in courses(two)] == ["b", "a"]


# ---- by services and pages ---------------------------------------------------------------------------------


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def row(people):
    by = people.quality_manager
    instrument = equipment.fit_instrument(by, people.site)
    for n, (year, error) in enumerate(((2024, "0.05"), (2025, "0.2"))):
        made = equipment.calibrate(by, instrument, done_on=date(year, 1, 8), recorded_on=date(2026, 1, 9))
        _point(made, D(error), n)
    _point(queries.calibrations(instrument.id)[0], D("0.3"), 9)
    return instrument


def _point(calibration, error, position):
    db.session.add(CalibrationPoint(
        calibration_id=calibration.id, position=position, stage="as_found", quantity="rf-level", condition="100 MHz", reference=D(60),
        indicated=D(60) + error, unit="dBµV", error=error, u=D("0.2"), k=D(2), tolerance=D(1),
    ))
    db.session.flush()


@pytest.mark.both_databases
def test_another_person_puts_the_new_interval_into_force(people, row):
    assert queries.interval_months(row) == 12
    review = services.propose_interval(people.quality_manager, row, method="staircase", bounds=BOUNDS, reason=WHY)
    assert (review.current_months, review.proposed_months, review.findings["reason"]) == (12, 18, "extended")
    assert [d["share"] for d in review.history["done"]] == ["0.0500", "0.2000", "0.3000"]
    with pytest.raises(GateRefused) as refused:
        services.decide_interval(people.quality_manager, review, decision="accepted", reason="x")
    assert refused.value.stop.gate == "interval-approver-is-another"
    with pytest.raises(FieldRefused):
        services.propose_interval(people.quality_manager, row, method="a3", bounds=BOUNDS, reason=WHY)
    services.decide_interval(people.signatory, review, decision="other", months=15, reason="kéo dài thận trọng")
    assert queries.interval_months(row) == 15 and queries.calibration_cycle(row).reason.startswith(review.code)
    with pytest.raises(FieldRefused):
        services.decide_interval(people.signatory, review, decision="kept", reason="x")


@pytest.mark.parametrize(("field", "facts"), [
    ("decision", {"decision": "maybe"}), ("reason", {"reason": " "}), ("months", {"decision": "other"}),
    ("months", {"decision": "other", "months": 121}),
])
def test_a_decision_is_complete(people, row, field, facts):
    review = services.propose_interval(people.quality_manager, row, method="staircase", bounds=BOUNDS, reason=WHY)
    with pytest.raises(FieldRefused) as refused:
        services.decide_interval(people.signatory, review, **{"decision": "accepted", "reason": "được", **facts})
    assert refused.value.field == field


def test_a_record_too_short_says_what_is_missing(people, row):
    with pytest.raises(FieldRefused) as refused:
        services.propose_interval(people.quality_manager, equipment.register(people.quality_manager, people.site, "EQ-109"),
                                  method="staircase", bounds=BOUNDS, reason=WHY)
    assert refused.value.field == "method"
    with pytest.raises(NotAllowed):
        services.propose_interval(people.auditor, row, method="staircase", bounds=BOUNDS, reason=WHY)


def test_pages(people, row, client_as, statements):
    db.session.commit()
    desk = client_as(people.quality_manager)
    with statements() as seen:
        page = desk.get(f"/instruments/{row.code}/review").text
    assert "18" in page and "<svg" in page and len(seen) <= 15
    typed = {"method": "staircase", "reason": WHY, "shortest_months": "3", "longest_months": "36", "max_factor": "2", "target": "0,95",
             "confidence": "0,5", "extend_within": "0,5", "extend_by": "1,5", "shorten_by": "0,5"}
    for field, value in (("target", "1,5"), ("max_factor", "0,5"), ("shortest_months", "0"), ("longest_months", "2"), ("extend_by", "x")):
        assert desk.post(f"/instruments/{row.code}/review", data={**typed, "method": "a3", field: value}).status_code == 422, field
    assert desk.post(f"/instruments/{row.code}/review", data=typed).status_code in (302, 303)
    begin_writing()
    (review,) = queries.reviews_of(row.id)
    assert review.code in desk.get("/instruments/reviews?decision=waiting").text
    address = f"/instruments/reviews/{review.code}"
    assert "Bạn đã đề nghị" in desk.get(address).text
    boss = client_as(people.signatory)
    decided = {"decision": "accepted", "reason": "đồng ý", "version": str(review.version)}
    assert boss.post(address, data={**decided, "version": "77"}).status_code == 409
    assert boss.post(address, data=decided).status_code in (302, 303)
    assert "Theo đề nghị" in desk.get(address).text
    assert desk.get("/instruments/reviews/CK-2026-9999").status_code == 404
