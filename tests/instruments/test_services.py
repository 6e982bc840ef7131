"""Use cases about instruments through their services: what they refuse, what they leave behind, two times in the database."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from instruments import queries, services, workflow
from instruments.models import InstrumentState
from instruments.rules import MeasurementNeed
from lab_app.core import audit, clock, events
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

pytestmark = pytest.mark.both_databases
CHECKS = {"check_interval_days": 30, "check_name": "máy phát CAL 100 MHz 60 dBµV", "check_criterion": "±1,0 dB"}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


def now_codes(row, at=None, known_at=None, need=None) -> list[str]:
    at = at or clock.now()
    return [r.code for r in services.unfit_reasons(row, at, need, known_at or clock.now())]


def test_from_register_to_service(people):
    by = people.quality_manager
    row = equipment.register(by, people.site)
    assert row.state == "registered" and now_codes(row) == ["never-in-service", "never-calibrated"]
    with pytest.raises(GateRefused) as refused:
        equipment.put_into_service(by, row, clock.at_local(date(2026, 1, 6), 9))
    assert refused.value.stop.gate == "verified-before-service"
    assert "Chưa có hiệu chuẩn" in str(refused.value.stop.says)
    calibration = equipment.calibrate(by, row, release=False)
    assert now_codes(row) == ["never-in-service", "calibration-not-released"]
    services.release_calibration(by, calibration)
    with pytest.raises(GateRefused):
        services.set_state(by, row, "in_service", clock.now(), verification="  ")
    services.set_state(by, row, "in_service", clock.now(), verification="đo 3 điểm")
    assert now_codes(row) == []
    assert (row.state, row.unusable_from) == ("in_service", date(2027, 1, 8))
    assert queries.calibration_at(row.id, clock.now(), clock.now()).id == calibration.id
    # released today: a reading judged as known yesterday had none
    assert queries.calibration_at(row.id, clock.now(), clock.now() - timedelta(days=1)) is None


def test_a_code_is_never_given_twice_and_numbers_run_on(people):
    by = people.quality_manager
    equipment.register(by, people.site, "EQ-018")
    with pytest.raises(FieldRefused) as refused:
        equipment.register(by, people.site, "EQ-018")
    assert refused.value.field == "code"
    row = services.register_instrument(by, name_vi="Nguồn", maker="x", type="y", serial="z", site=people.site)
    assert row.code == "EQ-019"


@pytest.mark.parametrize("facts,field", [
    ({"calibration_required": False}, "no_calibration_reason"),
    ({"check_interval_days": 30}, "check_name"),
    ({"check_interval_days": -1}, "check_interval_days"),
    ({"ranges": [{**equipment.RF_RANGE, "unit": "furlong"}]}, "ranges"),
    ({"ranges": [{**equipment.RF_RANGE, "quantity": "taste"}]}, "ranges"),
    ({"ranges": [{**equipment.RF_RANGE, "high": Decimal("0.001")}]}, "ranges"),
    ({"ranges": [{**equipment.RF_RANGE, "u": Decimal(0)}]}, "ranges"),
])
def test_what_the_register_does_not_take(people, facts, field):
    with pytest.raises(FieldRefused) as refused:
        equipment.register(people.quality_manager, people.site, **facts)
    assert refused.value.field == field


@pytest.mark.parametrize("facts,field", [
    ({"done_on": date(2026, 11, 17), "interval_months": 12}, "done_on"),
    ({"due_on": date(2026, 1, 8)}, "due_on"),
    ({}, "interval_months"),
    ({"interval_months": 0}, "interval_months"),
    ({"interval_months": 12, "traceability": "ai đó"}, "traceability"),
])
def test_what_a_calibration_does_not_take(people, facts, field):
    row = equipment.register(people.quality_manager, people.site)
    given = {"done_on": date(2026, 1, 8), "certificate_no": "CV-1", "laboratory": "Viện", "traceability": "6.5.2 a)", **facts}
    with pytest.raises(FieldRefused) as refused:
        services.record_calibration(people.quality_manager, row, **given)
    assert refused.value.field == field


def test_a_certificate_is_recorded_once_and_evaluated_before_release(people):
    by = people.quality_manager
    row = equipment.register(by, people.site)
    calibration = equipment.calibrate(by, row, evaluation="", release=False, certificate_no="CV-7")
    with pytest.raises(FieldRefused):
        equipment.calibrate(by, row, certificate_no="CV-7")
    with pytest.raises(GateRefused) as refused:
        services.release_calibration(by, calibration)
    assert (refused.value.stop.gate, refused.value.stop.clauses) == ("calibration-evaluated", ("6.4.4",))
    services.evaluate_calibration(by, calibration, evaluation="sai số trong giới hạn", passed=True)
    services.release_calibration(by, calibration)
    for again in (lambda: services.release_calibration(by, calibration),
                  lambda: services.evaluate_calibration(by, calibration, evaluation="khác", passed=True)):
        with pytest.raises(FieldRefused):
            again()


@pytest.fixture
def heard():
    news = []

    def listen(sender, **what):
        news.append(what)

    events.calibration_failed.connect(listen)
    yield news
    events.calibration_failed.disconnect(listen)


def test_a_failed_check_stops_use_and_tells_since_when(people, heard):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site, **CHECKS)
    equipment.check(by, row, date(2026, 9, 2))
    failed = equipment.check(people.technician, row, date(2026, 10, 2), "58.4")
    assert not failed.passed and failed.person_id == people.technician.id
    assert row.state == "out_of_service" and row.unusable_from == date.min
    assert [n["instrument"].code for n in heard] == ["EQ-101"]
    assert heard[0]["since"] == clock.at_local(date(2026, 9, 2))
    assert now_codes(row) == ["out-of-service", "check-failed"]
    # as known on 16 September, a reading of that day stands
    then = clock.at_local(date(2026, 9, 16), 10)
    assert now_codes(row, then, then) == []
    with pytest.raises(GateRefused):
        services.set_state(by, row, "in_service", clock.now(), verification="thử lại")
    equipment.check(by, row, date(2026, 11, 16), "60.1")
    services.set_state(by, row, "in_service", clock.now(), verification="kiểm tra đạt")
    assert now_codes(row) == [] and row.unusable_from == date(2026, 12, 16)


def test_a_failed_calibration_stops_use(people, heard):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site)
    equipment.calibrate(by, row, done_on=date(2026, 11, 2), passed=False)
    assert row.state == "out_of_service" and heard[0]["since"] == clock.at_local(date(2026, 1, 8))
    assert "calibration-failed" in now_codes(row)


def test_maintenance_recorded_late_casts_doubt_only_on_what_is_known_now(people):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site, **CHECKS)
    equipment.check(by, row, date(2026, 9, 2))
    with clock.at(clock.at_local(date(2026, 10, 1), 14)):
        services.record_maintenance(by, row, done_on=date(2026, 9, 3), what="tháo đầu nối", verified_before_return=False)
    then = clock.at_local(date(2026, 9, 16), 10)
    assert now_codes(row, then, then) == []
    assert now_codes(row, then) == ["maintenance-unverified"]


def test_the_interval_of_a_check_is_the_one_of_its_day(people):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site, **CHECKS)
    equipment.check(by, row, date(2026, 9, 2))
    services.change_instrument(by, row, reason="HĐKP-2026-005: rút ngắn chu kỳ", check_interval_days=14)
    late_september = clock.at_local(date(2026, 9, 30), 10)
    assert now_codes(row, late_september, late_september) == []
    assert equipment.check(by, row, date(2026, 11, 16)).due_on == date(2026, 11, 30)
    entry = audit.history("instrument", row.id)[0]
    assert row.check_interval_days == 14 and entry.subject_kind in ("instrument", "intermediate-check")


def test_states_move_by_the_table(people):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site)
    with pytest.raises(Refused):
        services.set_state(by, row, "in_service", clock.now(), verification="lại")
    with pytest.raises(FieldRefused):
        services.set_state(by, row, "out_of_service", clock.now())
    with pytest.raises(FieldRefused):
        services.set_state(by, row, "out_of_service", clock.now() + timedelta(minutes=1), reason="rơi")
    with pytest.raises(FieldRefused):
        services.set_state(by, row, "sideways", clock.now())
    services.set_state(people.technician, row, "out_of_service", clock.now(), reason="rơi")
    with pytest.raises(FieldRefused):  # back before it went out
        services.set_state(by, row, "in_service", clock.now() - timedelta(days=3), verification="đo lại")
    services.set_state(by, row, "retired", clock.now(), reason="hỏng hẳn")
    with pytest.raises(Refused):
        services.set_state(by, row, "in_service", clock.now(), verification="đo lại")
    assert queries.in_register() == []
    assert len(db.session.query(InstrumentState).all()) == 3


def test_rights(people):
    row = equipment.fit_instrument(people.quality_manager, people.site)
    for act in (
        lambda: services.register_instrument(people.technician, name_vi="a", maker="b", type="c", serial="d", site=people.site),
        lambda: services.set_state(people.technician, row, "in_service", clock.now(), verification="x"),
        lambda: services.release_calibration(people.technician, equipment.calibrate(people.quality_manager, row, release=False)),
        lambda: services.record_check(people.auditor, row, done_on=clock.today(), indicated=Decimal(1), reference=Decimal(1),
                                      tolerance=Decimal(1), unit="dB"),
        lambda: services.record_maintenance(people.auditor, row, done_on=clock.today(), what="x", verified_before_return=True),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_factors_count_by_both_times(people):
    by = people.quality_manager
    row = equipment.register(by, people.site)
    points = [(Decimal("30"), Decimal("18.2")), (Decimal("1000"), Decimal("24.3"))]
    with clock.at(clock.at_local(date(2026, 2, 1), 9)):
        old = services.add_factor_set(by, row, label="A", quantity="antenna-factor", argument_unit="MHz", unit="dB/m",
                                      points=points, valid_from=date(2026, 1, 20))
    new = services.add_factor_set(by, row, label="B", quantity="antenna-factor", argument_unit="MHz", unit="dB/m",
                                  points=points, valid_from=date(2026, 6, 1))
    day = date(2026, 7, 1)
    assert queries.factor_set_at(row.id, day, clock.now()).id == new.id
    assert queries.factor_set_at(row.id, day, clock.at_local(day)).id == old.id
    assert queries.factor_set_at(row.id, date(2026, 1, 1), clock.now()) is None
    assert old.points == [["30", "18.2"], ["1000", "24.3"]]
    with pytest.raises(FieldRefused):
        services.add_factor_set(by, row, label="C", quantity="antenna-factor", argument_unit="MHz", unit="dB/m",
                                points=points[::-1], valid_from=day)


def test_many_instruments_cost_as_many_statements_as_one(people, statements):
    by = people.quality_manager
    for n in range(12):
        equipment.fit_instrument(by, people.site, f"EQ-2{n:02d}")
    rows = queries.in_register()
    need = MeasurementNeed("rf-level", Decimal(1), Decimal(26), "GHz", Decimal("0.9"), "dB")
    with statements() as one:
        queries.fitness(rows[:1], clock.now(), need, clock.now())
    with statements() as many:
        found = queries.fitness(rows, clock.now(), need, clock.now())
    assert len(many) == len(one) == 1
    assert set(found) == {row.id for row in rows} and not any(found.values())
    with statements() as words:
        assert {s.code for s in queries.status_of(rows, clock.now(), clock.now()).values()} == {workflow.IN_SERVICE.code}
    assert len(words) == 1


def test_the_standing_in_one_word(people, frozen_clock):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site)
    frozen_clock.set(clock.at_local(date(2027, 2, 1), 9))
    assert str(queries.status_of([row], clock.now(), clock.now())[row.id].word) == "Quá hạn hiệu chuẩn"
    assert queries.due_soon(clock.today(), clock.today()) == [row]
    assert queries.counts(clock.today(), clock.today() + timedelta(days=60)) == {"all": 1, "out": 1, "soon": 0}
