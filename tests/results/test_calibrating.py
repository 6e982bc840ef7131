"""A calibration is a job: points with the item's permissible errors, results as found and as left, everything by the same gates."""
from __future__ import annotations

from decimal import Decimal

import pytest

from lab_app.core.errors import FieldRefused, GateRefused, Refused
from lab_app.results import services as results
from lab_app.results.services import Point
from lab_app.samples import services as samples
from tests.support import calibration_facts, results_facts
from tests.support.people_facts import make_people
from tests.support.signing import confirmed


def test_the_case_gives_its_errors_uncertainty_and_verdicts(app, writing, frozen_clock):
    bench = calibration_facts.customers_item()
    bench.plan()
    found = bench.record(bench.lines()[0], "10.00061")
    again = results.record_adjustment(bench.people.technician, bench.job, "Chỉnh dải 10 V")
    left = bench.record(again[0], "10.00012")
    later = results.add_line(bench.people.technician, bench.job, bench.parameter, "10 V, lặp tháng sau")
    later.limit, later.limit_confirmed = dict(again[0].limit), True
    repeated = bench.record(later, "10.0005")
    assert [r.value for r in (found, left, repeated)] == [Decimal(610), Decimal(120), Decimal(500)]
    assert all(r.u.quantize(Decimal("0.01")) == Decimal("84.04") and r.k == 2 and r.unit == "µV" for r in (found, left, repeated))
    assert [r.verdict for r in (found, left, repeated)] == ["CONDITIONAL_FAIL", "PASS", "CONDITIONAL_PASS"]


def test_planned_points_begin_as_found(app, writing, frozen_clock):
    bench = calibration_facts.customers_item()
    (line,) = bench.job.lines
    assert (line.stage, line.point, line.conditions) == ("as_found", "10 V", "10 V, trước hiệu chỉnh")
    assert bench.request.number == "YC-HC-2026-0001"
    assert (bench.sample.code, bench.job.code) == ("MHC26-0001-01", "THC26-0001-01")


def test_points_replace_what_the_method_plans(app, writing, frozen_clock):
    bench = calibration_facts.customers_item()
    points = [Point(bench.parameter, at, Decimal(mpe), "10 V") for at, mpe in (("2 V", 150), ("5 V", 300), ("10 V", 550))]
    results.plan_points(bench.people.technician, bench.job, points, criterion="bảng thông số DM-45")
    assert [(x.point, x.scale, x.limit["limit"], x.limit_confirmed) for x in bench.lines()] == [
        ("2 V", "10 V", "150", True), ("5 V", "10 V", "300", True), ("10 V", "10 V", "550", True)]
    assert bench.job.criterion == "bảng thông số DM-45"


@pytest.mark.parametrize(("points", "criterion", "field"), [
    ([], "x", "points"), ([("10 V", "550"), ("10 V", "550")], "x", "points"), ([("", "550")], "x", "points"),
    ([("10 V", "0")], "x", "points"), ([("10 V", "-5")], "x", "points"), ([("10 V", "NaN")], "x", "points"),
    ([("10 V", "550")], " ", "criterion"),
])
def test_points_that_cannot_be(app, writing, frozen_clock, points, criterion, field):
    bench = calibration_facts.customers_item()
    with pytest.raises(FieldRefused) as caught:
        results.plan_points(
            bench.people.technician, bench.job, [Point(bench.parameter, at, Decimal(mpe)) for at, mpe in points], criterion=criterion)
    assert caught.value.field == field


def test_points_stand_once_a_reading_was_recorded(app, writing, frozen_clock):
    bench = calibration_facts.customers_item()
    bench.record(bench.plan(), "10.00061")
    with pytest.raises(Refused, match="Đã có số đọc"):
        bench.plan()


def test_no_adjustment_before_everything_was_measured_as_found(app, writing, frozen_clock):
    bench = calibration_facts.customers_item()
    bench.plan()
    with pytest.raises(Refused, match="trước hiệu chỉnh"):
        results.record_adjustment(bench.people.technician, bench.job, "chỉnh")
    bench.record(bench.lines()[0], "10.00061")
    with pytest.raises(FieldRefused):
        results.record_adjustment(bench.people.technician, bench.job, "  ")
    results.record_adjustment(bench.people.technician, bench.job, "chỉnh")
    with pytest.raises(Refused, match="đã ghi hiệu chỉnh"):
        results.record_adjustment(bench.people.technician, bench.job, "chỉnh nữa")
    assert bench.job.status == "in_progress", "the results as left are still to be measured"


def test_points_belong_to_calibrations(app, writing, frozen_clock):
    bench = results_facts.make_bench()
    with pytest.raises(Refused, match="không phải hiệu chuẩn"):
        results.plan_points(bench.people.technician, bench.job, [Point(bench.tested.power, "10 V", Decimal(1))], criterion="x")


def test_a_retest_keeps_its_place_on_the_scale(app, writing, frozen_clock):
    bench = calibration_facts.customers_item()
    bench.record(bench.plan(), "10.00061")
    results.submit_job(bench.people.technician, bench.job, confirmed=confirmed(bench.people.technician))
    again = results.retest(bench.people.technician, bench.lines()[0], "số đọc nghi ngờ")
    assert (again.stage, again.point, again.scale, again.limit["limit"]) == ("as_found", "10 V", "10 V", "550")


def test_an_own_instrument_is_planned_by_one_step(app, writing, frozen_clock):
    bench = calibration_facts.own_instrument()
    request = bench.request
    assert (request.kind, request.status, request.customer.code) == ("calibration", "accepted", "NOI-BO")
    assert request.customer.name == bench.people.laboratory.name_vi
    assert bench.sample.instrument_id is not None and bench.sample.item.model == "DM-65"
    (line,) = bench.job.lines
    assert (line.rule_code, line.stage) == ("DR-GB-U", "as_found")


def test_the_laboratory_is_its_own_customer_once(app, writing, frozen_clock):
    bench = calibration_facts.own_instrument()
    other = samples.calibrate_own_instrument(
        bench.people.quality_manager, bench.standard, bench.method, planned_on=bench.request.due_on, condition="Nguyên vẹn")
    assert other.request.customer_id == bench.request.customer_id and other.request.number == "YC-HC-2026-0002"


def test_what_an_own_calibration_refuses(app, writing, frozen_clock):
    bench = calibration_facts.own_instrument()
    steward, due = bench.people.quality_manager, bench.request.due_on
    instrument = bench.standard
    with pytest.raises(Refused, match="đang được hiệu chuẩn nội bộ"):
        own = results_instrument(bench)
        samples.calibrate_own_instrument(steward, own, bench.method, planned_on=due, condition="tốt")
    with pytest.raises(FieldRefused) as caught:
        samples.calibrate_own_instrument(steward, instrument, bench.method, planned_on=results_facts.day(1).date(), condition="tốt")
    assert caught.value.field == "planned_on"
    with pytest.raises(FieldRefused) as caught:
        samples.calibrate_own_instrument(steward, instrument, bench.method, planned_on=due, condition=" ")
    assert caught.value.field == "condition"


def results_instrument(bench):
    from instruments.models import Instrument
    from lab_app.core.db import db

    return db.session.get_one(Instrument, bench.sample.instrument_id)


def test_a_technician_does_not_plan_own_calibrations(app, writing, frozen_clock):
    from lab_app.core.errors import NotAllowed

    bench = calibration_facts.own_instrument()
    with pytest.raises(NotAllowed):
        samples.calibrate_own_instrument(
            bench.people.technician, bench.standard, bench.method, planned_on=bench.request.due_on, condition="tốt")


def test_an_instrument_is_not_its_own_standard(app, writing, frozen_clock):
    bench = calibration_facts.own_instrument()
    own = results_instrument(bench)
    with pytest.raises(GateRefused) as caught:
        bench.record(bench.lines()[0], "10.00012", instruments=[own])
    assert caught.value.stop.gate == "not-its-own-standard"


def test_tests_and_calibrations_are_two_requests(app, writing, frozen_clock):
    people = make_people()
    bench = results_facts.make_bench()
    method, _ = calibration_facts.make_calibration_method(people)
    with pytest.raises(FieldRefused, match="hai yêu cầu"):
        samples.register_request(
            people.reception, customer=results_facts.make_customer(people), site=people.site,
            requested_on=results_facts.REQUESTED_ON,
            items=[{"name": "Máy", "model": "M-1", "quantity": 1, "methods": [method, bench.tested.method]}])
