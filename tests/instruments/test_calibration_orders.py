"""A calibration from its order to its release by services: dates, states, points, factors, doubt about the past."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from instruments import queries, services
from instruments.rules.corrections import FactorValue, Why
from instruments.rules.points import AS_LEFT, PointIn
from lab_app.core import clock, events
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.metrology.decision import DR_SA
from lab_app.quality import services as quality
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

D = Decimal
LEVEL = PointIn("rf-level", D("-10.0"), D("-9.8"), "dBm", D("0.2"), "dB", D(2), D(100), "MHz", D("1.0"))
POINTS = [LEVEL, replace(LEVEL, argument=D(1000), indicated=D("-9.6")), replace(LEVEL, argument=D(3000), indicated=D("-9.2"))]
NO_TABLE = "chỉ nêu kết luận"


def at(month: int, day: int, hour: int = 9) -> datetime:
    return clock.at_local(date(2026, month, day), hour)


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def by(people):
    return people.quality_manager


@pytest.fixture
def row(people, by):
    return equipment.fit_instrument(by, people.site)


@pytest.fixture
def heard():
    news = []

    def listen(sender, **what):
        news.append(what)

    events.calibration_failed.connect(listen)
    yield news
    events.calibration_failed.disconnect(listen)


def codes(row, moment=None) -> list[str]:
    return [r.code for r in services.unfit_reasons(row, moment or clock.now(), None, clock.now())]


def ordered(by, row, on=date(2026, 10, 1), **facts):
    return services.place_order(by, row, ordered_on=on, provider=equipment.provider(by), **facts)


def away_and_back(by, row, **facts):
    order = ordered(by, row, **facts)
    services.send_order(by, order, sent_at=at(10, 3, 14))
    services.arrive_order(by, order, arrived_on=date(2026, 10, 5))
    return services.return_order(by, order, back_at=at(10, 20, 15), condition_back="nguyên vẹn")


def certified(by, row, order=None, done_on=date(2026, 10, 8), **facts):
    given = {"certificate_no": "CV-9", "traceability": "6.5.2 a)", "interval_months": 12, "points": POINTS, "rule": DR_SA, **facts}
    return services.record_calibration(by, row, done_on=done_on, order=order, provider=equipment.provider(by), **given)


@pytest.mark.both_databases
def test_from_order_to_service(people, by, row):
    order = ordered(by, row, cost=D(2_000_000), expected_back_on=date(2026, 10, 20))
    assert order.code == "DHC-2026-0001" and order.status == "ordered" and row.state == "in_service"
    services.send_order(by, order, sent_at=at(10, 3, 14))
    assert row.state == "in_calibration" and codes(row) == ["in-calibration"]
    assert codes(row, at(10, 3, 13)) == [], "it was fit until it left"
    services.arrive_order(by, order, arrived_on=date(2026, 10, 5))
    services.return_order(by, order, back_at=at(10, 20, 15), condition_back="nguyên vẹn")
    assert (order.status, row.state) == ("back", "awaiting_release") and codes(row) == ["awaiting-release"]
    assert codes(row, at(10, 10)) == ["in-calibration"]
    calibration = certified(by, row, order)
    assert [p.error for p in calibration.points] == [D("0.2"), D("0.4"), D("0.8")] and order.calibration is calibration
    assert {p.verdict for p in calibration.points} == {"PASS"} and calibration.rule["code"] == "DR-SA"
    services.evaluate_calibration(by, calibration, evaluation="trong giới hạn", passed=True)
    assert calibration.evaluated_by_id == by.id and calibration.evaluated_at == clock.now()
    services.release_calibration(by, calibration, verification="đo lại 3 điểm, khớp")
    assert (order.status, row.state) == ("closed", "in_service") and codes(row) == []
    assert calibration.factors_decision == "none"
    assert queries.calibration_at(row.id, clock.now(), clock.now()).id == calibration.id
    second = ordered(by, row, on=date(2026, 11, 16))
    assert second.code == "DHC-2026-0002"


def test_one_order_at_a_time(by, row):
    first = ordered(by, row)
    with pytest.raises(FieldRefused) as refused:
        ordered(by, row, on=date(2026, 10, 2))
    assert first.code in str(refused.value.message)
    services.cancel_order(by, first, reason="đổi nhà cung cấp")
    assert ordered(by, row).status == "ordered" and first.status == "cancelled"


@pytest.mark.parametrize("facts,field", [
    ({"on": date(2026, 11, 17)}, "ordered_on"), ({"expected_back_on": date(2026, 9, 30)}, "expected_back_on"), ({"cost": D(-1)}, "cost"),
    ({"in_house": True}, "provider_id"),
])
def test_what_an_order_does_not_take(by, row, facts, field):
    with pytest.raises(FieldRefused) as refused:
        ordered(by, row, **facts)
    assert refused.value.field == field


def test_dates_are_never_reversed(by, row):
    order = ordered(by, row)
    with pytest.raises(FieldRefused):
        services.send_order(by, order, sent_at=at(9, 30))
    with pytest.raises(FieldRefused):
        services.send_order(by, order, sent_at=clock.now() + timedelta(hours=1))
    assert order.status == "ordered"
    services.send_order(by, order, sent_at=at(10, 3))
    with pytest.raises(FieldRefused):
        services.arrive_order(by, order, arrived_on=date(2026, 10, 2))
    with pytest.raises(FieldRefused):
        services.arrive_order(by, order, arrived_on=date(2026, 10, 4), expected_back_on=date(2026, 10, 3))
    services.arrive_order(by, order, arrived_on=date(2026, 10, 5))
    with pytest.raises(FieldRefused):
        services.return_order(by, order, back_at=at(10, 4), condition_back="tốt")
    with pytest.raises(FieldRefused):
        services.return_order(by, order, back_at=at(10, 20), condition_back=" ")
    with pytest.raises(Refused):
        services.cancel_order(by, order, reason="thôi")
    with pytest.raises(Refused):
        services.send_order(by, order, sent_at=at(10, 6))
    services.return_order(by, order, back_at=at(10, 20), condition_back="tốt")
    assert (order.sent_on, order.arrived_on, order.back_on) == (date(2026, 10, 3), date(2026, 10, 5), date(2026, 10, 20))
    for day in (date(2026, 10, 2), date(2026, 10, 21)):
        with pytest.raises(FieldRefused) as refused:
            certified(by, row, order, done_on=day)
        assert refused.value.field == "done_on"


def test_an_instrument_does_not_leave_before_it_came(by, row):
    order = ordered(by, row, on=date(2026, 1, 6))
    with pytest.raises(FieldRefused) as refused:
        services.send_order(by, order, sent_at=at(1, 7))
    assert refused.value.field == "sent_at" and row.state == "in_service"


def test_a_provider_is_approved_on_the_day_of_the_order(people, by, row):
    source = equipment.provider(by)
    quality.end_approval(by, source.approvals[0], ended_on=date(2026, 10, 2), reason="mất công nhận")
    with pytest.raises(GateRefused) as refused:
        ordered(by, row, on=date(2026, 10, 2))
    assert (refused.value.stop.gate, refused.value.stop.clauses) == ("provider-approved", ("6.6.2",))
    with pytest.raises(GateRefused) as refused:
        services.place_order(by, row, ordered_on=date(2026, 10, 1))
    assert not refused.value.stop.evaluated
    assert services.place_order(by, row, ordered_on=date(2026, 10, 3), in_house=True).provider_id is None


def test_a_certificate_from_nobody_in_particular_does_not_count(people, by, row):
    calibration = services.record_calibration(
        by, row, done_on=date(2026, 10, 8), interval_months=12, certificate_no="X", laboratory="ai đó", traceability="6.5.2 a)",
        evaluation="tốt", no_points=NO_TABLE)
    with pytest.raises(GateRefused) as refused:
        services.release_calibration(by, calibration)
    assert refused.value.stop.gate == "provider-approved"


@pytest.mark.parametrize("facts,field", [
    ({"certificate_date": date(2026, 11, 17)}, "certificate_date"), ({"certificate_date": date(2026, 10, 7)}, "certificate_date"),
    ({"points": [replace(LEVEL, u=None)]}, "rows"), ({"points": [replace(LEVEL, unit="")]}, "rows"),
    ({"points": [replace(LEVEL, unit="V", quantity="temperature")]}, "rows"), ({"points": [replace(LEVEL, u_unit="%")]}, "rows"),
    ({"points": [LEVEL, LEVEL]}, "rows"), ({"rule": None}, "rule"), ({"no_points": "không có"}, "no_points"),
])
def test_what_a_certificate_does_not_take(by, row, facts, field):
    with pytest.raises(FieldRefused) as refused:
        certified(by, row, **facts)
    assert refused.value.field == field
    if field == "rows":
        assert "Dòng " in str(refused.value.message)


def test_release_waits_for_points_verdicts_and_evaluation(by, row):
    calibration = certified(by, row, points=(), rule=None, no_points="")

    def stopped() -> str:
        with pytest.raises(GateRefused) as refused:
            services.release_calibration(by, calibration)
        assert refused.value.stop.gate == "calibration-evaluated" and not refused.value.stop.evaluated
        return str(refused.value.stop.says)

    assert "đánh giá" in stopped()
    services.evaluate_calibration(by, calibration, evaluation="tốt", passed=True)
    assert "từng điểm" in stopped()
    services.set_points(by, calibration, [replace(LEVEL, tolerance=None)], None)
    services.set_points(by, calibration, POINTS, DR_SA)
    assert len(calibration.points) == 3
    services.release_calibration(by, calibration)
    for again in (lambda: services.set_points(by, calibration, POINTS, DR_SA),
                  lambda: services.decide_factors(by, calibration, decision="no_change", note="x")):
        with pytest.raises(FieldRefused):
            again()


def test_a_failing_table_is_never_fit_for_use(by, row, heard):
    order = away_and_back(by, row)
    calibration = certified(by, row, order, points=[*POINTS[:2], replace(LEVEL, argument=D(3000), indicated=D("-11.6"))])
    with pytest.raises(FieldRefused) as refused:
        services.evaluate_calibration(by, calibration, evaluation="tạm được", passed=True)
    assert refused.value.field == "passed"
    services.evaluate_calibration(by, calibration, evaluation="vượt ở 3 GHz", passed=False)
    services.release_calibration(by, calibration, verification="không được dùng đến")
    assert row.state == "awaiting_release" and "calibration-failed" in codes(row) and order.status == "closed"
    news, = heard
    assert (news["cause"], news["error"], news["error_unit"]) == ("calibration", D("-1.6"), "dB")
    assert news["since"] == clock.at_local(date(2026, 1, 8)) and news["found_on"] == date(2026, 10, 8) and "CV-9" in news["reason"]


def test_found_out_of_tolerance_and_adjusted_is_good_now_and_doubtful_before(by, row, heard):
    found = replace(LEVEL, indicated=D("-8.5"))
    calibration = certified(by, row, points=[found, replace(LEVEL, stage=AS_LEFT)], evaluation="hiệu chỉnh xong, đạt")
    assert calibration.adjusted and calibration.passed
    services.release_calibration(by, calibration)
    assert row.state == "out_of_service" and codes(row) == ["out-of-service"]
    assert [(n["error"], n["cause"]) for n in heard] == [(D("1.5"), "calibration")]
    services.set_state(by, row, "in_service", clock.now(), verification="đo lại")
    assert codes(row) == []


def test_overlapping_validity_the_latest_released_counts(by, row):
    early = certified(by, row, done_on=date(2026, 6, 1), certificate_no="A", evaluation="tốt")
    late = certified(by, row, done_on=date(2026, 9, 1), certificate_no="B", evaluation="tốt")
    services.release_calibration(by, late)
    services.release_calibration(by, early)
    assert queries.calibration_at(row.id, at(10, 1), clock.now()).id == late.id
    assert queries.calibration_at(row.id, at(7, 1), clock.now()).id == early.id


# ---- factors --------------------------------------------------------------------------------------------------------

TABLE = {"label": "A/2026", "quantity": "rf-level", "argument_unit": "MHz", "unit": "dB", "valid_from": date(2026, 1, 8),
         "points": [(D(100), D("0.1")), (D(1000), D("0.3"))]}


def factor(row, argument, unit="MHz", on=date(2026, 11, 1), known_at=None):
    return queries.factor_at(row.id, "rf-level", D(argument), unit, on, known_at or clock.now())


def test_factors_are_decided_before_release(by, row):
    services.add_factor_set(by, row, **TABLE)
    calibration = certified(by, row, evaluation="tốt")
    with pytest.raises(GateRefused) as refused:
        services.release_calibration(by, calibration)
    assert (refused.value.stop.gate, refused.value.stop.clauses) == ("factors-decided", ("6.4.11",))
    with pytest.raises(FieldRefused):
        services.decide_factors(by, calibration, decision="entered")
    with pytest.raises(FieldRefused):
        services.decide_factors(by, calibration, decision="no_change", note=" ")
    new = services.factors_from_points(by, calibration, quantity="rf-level", label="A/2026-10", interpolation="log")
    assert new.points == [["100", "-0.2"], ["1000", "-0.4"], ["3000", "-0.8"]] and calibration.factors_decision == "entered"
    assert factor(row, "100").value == D("0.1"), "a table counts from its calibration's release on"
    with pytest.raises(FieldRefused):
        services.decide_factors(by, calibration, decision="no_change", note="thôi")
    before = clock.now() - timedelta(seconds=1)
    services.release_calibration(by, calibration)
    assert factor(row, "100").value == D("-0.2") and factor(row, "100", known_at=before) == Why("missing", factor(
        row, "100", known_at=before).says)
    middle = factor(row, "0.3162277660168", "GHz")
    assert isinstance(middle, FactorValue) and middle.between and abs(middle.value + D("0.3")) < D("1E-9") and middle.label == "A/2026-10"
    outside = factor(row, "3.1", "GHz")
    assert isinstance(outside, Why) and outside.code == "outside" and "không ngoại suy" in str(outside.says)
    assert factor(row, "1", "V").code == "unit" and factor(row, "100", on=date(2025, 1, 1)).code == "missing"


def test_no_change_is_said_with_its_reason(by, row):
    services.add_factor_set(by, row, **TABLE)
    calibration = certified(by, row, evaluation="tốt")
    services.decide_factors(by, calibration, decision="no_change", note="lệch dưới 0,05 dB")
    services.release_calibration(by, calibration)
    assert calibration.factors_decision == "no_change" and factor(row, "100").label == "A/2026"


@pytest.mark.parametrize("change,field", [
    ({"label": " "}, "label"), ({"unit": "furlong"}, "unit"), ({"argument_unit": "?"}, "argument_unit"),
    ({"points": [(D(2), D(1)), (D(1), D(1))]}, "points"), ({"points": []}, "points"), ({"interpolation": "cubic"}, "interpolation"),
])
def test_what_a_factor_table_does_not_take(by, row, change, field):
    with pytest.raises(FieldRefused) as refused:
        services.add_factor_set(by, row, **{**TABLE, **change})
    assert refused.value.field == field


def test_a_label_names_one_version(by, row):
    services.add_factor_set(by, row, **TABLE)
    with pytest.raises(FieldRefused):
        services.add_factor_set(by, row, **TABLE)
    other = equipment.fit_instrument(by, row.site, "EQ-102")
    with pytest.raises(FieldRefused):
        services.add_factor_set(by, row, **{**TABLE, "label": "B"}, calibration=queries.calibrations(other.id)[0])
    bare = certified(by, row, points=[replace(LEVEL, argument=None, argument_unit="")])
    with pytest.raises(FieldRefused):
        services.factors_from_points(by, bare, quantity="rf-level", label="C")


def test_rights(people, by, row):
    order = ordered(by, row)
    calibration = certified(by, row, evaluation="tốt")
    for act in (lambda: ordered(people.technician, row), lambda: services.send_order(people.technician, order, sent_at=clock.now()),
                lambda: services.cancel_order(people.auditor, order, reason="x"),
                lambda: services.set_points(people.technician, calibration, POINTS, DR_SA),
                lambda: services.decide_factors(people.technician, calibration, decision="no_change", note="x"),
                lambda: services.release_calibration(people.reviewer, calibration)):
        with pytest.raises(NotAllowed):
            act()
    db.session.rollback()


@pytest.mark.both_databases
def test_two_people_who_order_at_one_moment(people, by, row):
    """The database itself keeps a second open order out, whatever was seen when the form was opened."""
    from sqlalchemy.exc import IntegrityError

    from instruments.models import CalibrationOrder

    first = ordered(by, row)
    db.session.add(CalibrationOrder(code="DHC-X", instrument_id=row.id, ordered_on=first.ordered_on, ordered_by_id=by.id, in_house=True))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
