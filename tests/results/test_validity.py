"""Control charts (7.7.1): judged as recorded, never passed without statistics, stopped until somebody else releases."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from instruments import services as instruments
from lab_app.core import clock, gates
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.metrology.control_rules import Standing
from lab_app.results.models import Reading
from lab_app.results.services import validity
from lab_app.results.validity import queries, rules
from lab_app.results.validity.models import ControlValue
from tests.support import equipment_facts, method_facts
from tests.support.people_facts import make_people
from tests.support.results_facts import day, environment, make_bench
from tests.support.validity_facts import GOOD, PHASE_FROM, make_control


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def judged(values, *names, mean="100", sd="5"):
    """What the last of a series of plain numbers means under Westgard tests, mean 100 and SD 5 unless told."""
    center, s = Decimal(mean), Decimal(sd)
    limits = rules.ChartLimits(center, center - 3 * s, center + 3 * s, s)
    return rules.judge(rules.I_MR, [Decimal(v) for v in values], names, {}, limits)


# ---- the cases of acceptance -----------------------------------------------------------------------------


@pytest.mark.parametrize("value,standing", [("116", "rejected"), ("84", "rejected"), ("115.00", "in_control"), ("114.99", "in_control"),
                                            ("85.00", "in_control"), ("115.01", "rejected")])
def test_workflow_case_50_westgard_1_3s(value, standing):
    assert judged([value], "1_3s").standing.value == standing


def test_workflow_case_50_without_statistics_it_is_not_evaluated():
    seen = rules.judge(rules.I_MR, [Decimal(100)], ["1_3s"], {}, None)
    assert seen.standing is Standing.NOT_EVALUATED and seen.tripped == ()


@pytest.mark.parametrize("values,standing", [
    (("112", "111"), "rejected"), (("112", "88"), "in_control"), (("108", "112"), "in_control"), (("110", "110"), "in_control"),
    (("112",), "not_evaluated"), (("88", "89"), "rejected"),
])
def test_workflow_case_51_westgard_2_2s(values, standing):
    assert judged(values, "2_2s").standing.value == standing


def test_a_warning_is_no_rejection_and_the_worst_counts():
    assert judged(["112"], "1_2s", "1_3s").standing is Standing.WARNING
    assert judged(["116"], "1_2s", "1_3s").tripped == ("1_2s", "1_3s")


def test_run_tests_of_iso_7870():
    up = [str(100 + n) for n in range(6)]
    assert judged(up, "iso:trend").tripped == ("iso:trend",) and judged(up[:5], "iso:trend").standing is Standing.NOT_EVALUATED
    assert judged(["101"] * 9, "iso:same_side").standing is Standing.REJECTED


def test_ewma_and_cusum_see_a_small_shift_that_no_single_point_shows():
    limits = rules.ChartLimits(Decimal(10), Decimal(7), Decimal(13), Decimal(1))
    shifted = [Decimal("11.5")] * 12
    for kind in (rules.EWMA, rules.CUSUM):
        found = [rules.judge(kind, shifted[:n], (), rules.SETTINGS[kind], limits).standing for n in range(1, 13)]
        assert found[0] is Standing.IN_CONTROL and found[-1] is Standing.REJECTED
    assert judged([str(v) for v in shifted], "1_3s", mean="10", sd="1").standing is Standing.IN_CONTROL


# ---- phases ----------------------------------------------------------------------------------------------


def test_before_limits_are_frozen_nothing_is_in_control():
    control = make_control(frozen=False)
    value = control.measure("10.0")
    assert value.standing == "not_evaluated" and value.limits_id is None and control.chart.standing == "not_evaluated"


def test_limits_come_from_the_phase_and_stay():
    control = make_control()
    ranges = [abs(Decimal(b) - Decimal(a)) for a, b in pairwise(GOOD)]
    location = rules.ChartLimits(**{k: Decimal(v) for k, v in control.limits.location.items() if k not in ("n", "points")})
    assert location.center == 10 and sum(ranges) / len(ranges) == Decimal("0.1")
    assert abs(location.sigma - Decimal("0.1") / Decimal("1.128379")) < Decimal("1e-6")
    with clock.at(day(16, 8)):
        control.measure("10.2")
    assert queries.limits_at(control.chart.id, clock.now()).id == control.limits.id
    inside = control.measure("10.0")
    assert inside.limits_id == control.limits.id and inside.standing == "in_control" and inside.spread == Decimal("0.2")


def test_freezing_again_is_a_decision_and_does_not_reach_back():
    control = make_control()
    old = control.measure("10.1", at=clock.now() - timedelta(minutes=2))
    again = validity.freeze_limits(control.people.quality_manager, control.chart, phase_from=PHASE_FROM, phase_to=date(2026, 10, 10),
                                   reason="thay máy phát")
    assert old.limits_id == control.limits.id
    late = control.measure("10.1", at=clock.now() - timedelta(minutes=1))
    assert late.limits_id == control.limits.id, "measured before the new limits were frozen: judged by the old ones"
    assert control.measure("10.1").limits_id == again.id
    with pytest.raises(FieldRefused):
        validity.freeze_limits(control.people.quality_manager, control.chart, phase_from=PHASE_FROM, phase_to=PHASE_FROM, reason=" ")
    with pytest.raises(NotAllowed):
        validity.freeze_limits(control.people.technician, control.chart, phase_from=PHASE_FROM, phase_to=PHASE_FROM, reason="x")


@pytest.mark.parametrize("facts,field", [
    ({"phase_to": date(2026, 9, 1)}, "phase_to"), ({"phase_to": date(2026, 12, 1)}, "phase_to"),
    ({"phase_from": date(2026, 10, 18)}, "phase_from"),
])
def test_what_a_phase_does_not_take(facts, field):
    control = make_control()
    with pytest.raises(FieldRefused) as refused:
        validity.freeze_limits(control.people.quality_manager, control.chart, **{
            "phase_from": PHASE_FROM, "phase_to": date(2026, 10, 20), "reason": "x", **facts})
    assert refused.value.field == field


def test_values_without_spread_freeze_nothing():
    control = make_control(frozen=False)
    for number in range(8):
        with clock.at(clock.at_local(PHASE_FROM + timedelta(days=number), 8)):
            control.measure("10.0")
    with pytest.raises(FieldRefused):
        validity.freeze_limits(control.people.quality_manager, control.chart, phase_from=PHASE_FROM, phase_to=date(2026, 10, 9), reason="x")


def test_means_and_ranges_of_subgroups():
    good = ("9.9;10.0;10.1", "10.0;10.1;9.9", "9.95;10.05;10.1") * 3
    control = make_control(kind="xbar-R", n=3, rules_on=["1_3s", "spread"], good=good)
    assert control.measure("9.9", "10.0", "10.1").standing == "in_control"
    wide = control.measure("8.0", "10.0", "12.0")
    assert wide.value == 10 and wide.spread == 4 and wide.tripped == ["spread"] and wide.standing == "rejected"
    with pytest.raises(FieldRefused):
        control.measure("10.0")


# ---- what a value must be --------------------------------------------------------------------------------


def test_who_measures_the_control_is_authorised_and_writes_it_down_in_time():
    control = make_control()
    for facts, gate in (({"by": control.people.second_technician}, "person-authorised"),
                        ({"at": clock.now() + timedelta(minutes=5)}, "time-plausible"),
                        ({"at": clock.now() - timedelta(hours=6)}, "late-entry-reason")):
        with pytest.raises(GateRefused) as refused:
            control.measure("10.0", **facts)
        assert refused.value.stop.gate == gate
    kept = control.measure("10.0", at=clock.now() - timedelta(hours=6), late_reason="ghi từ sổ tay")
    assert kept.late_reason == "ghi từ sổ tay" and kept.recorded_at == clock.now()


def test_an_instrument_out_of_service_controls_nothing():
    control = make_control()
    instrument = equipment_facts.fit_instrument(control.people.quality_manager, control.people.site)
    assert control.measure("10.0", instrument=instrument).instrument_id == instrument.id
    instruments.set_state(control.people.quality_manager, instrument, "out_of_service", clock.now() - timedelta(minutes=1), reason="rơi")
    with pytest.raises(FieldRefused):
        control.measure("10.0", instrument=instrument)


@pytest.mark.parametrize("facts,field", [
    ({"kind": "pie"}, "kind"), ({"rules_on": []}, "rules_on"), ({"rules_on": ["9_9z"]}, "rules_on"), ({"name": " "}, "name"),
    ({"kind": "xbar-R", "n": 1}, "n"), ({"unit": "quả táo"}, "unit"), ({"kind": "EWMA", "settings": {"weight": "1.5"}}, "weight"),
    ({"kind": "CUSUM", "settings": {"decision": "NaN"}}, "decision"),
])
def test_what_a_chart_does_not_take(facts, field):
    with pytest.raises(FieldRefused) as refused:
        make_control(frozen=False, **facts)
    assert refused.value.field == field


def test_a_parameter_that_the_method_does_not_have():
    people = make_people()
    tested = method_facts.make_method(people)
    with pytest.raises(FieldRefused):
        validity.define_chart(people.quality_manager, tested.method, "P-99", name="x", kind="I-MR", rules_on=["1_3s"])


# ---- the stop --------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_rejected_control_stops_the_parameter_until_another_person_releases_it():
    bench = make_bench()
    control = make_control(tested=bench.tested)
    with clock.at(day(16, 8)):
        rejected = control.measure("11.5")
    stop = queries.open_stops()[0]
    assert rejected.standing == "rejected" and stop.since == day(16, 8) and stop.value_id == rejected.id
    assert stop.good_since == clock.at_local(date(2026, 10, 20), 8)
    with pytest.raises(GateRefused) as refused:
        bench.record()
    assert refused.value.stop.gate == "control-not-rejected" and refused.value.stop.clauses == ("7.7.1", "7.10.1")
    assert stop.code in str(refused.value.stop.do)
    for cause, action in (("", "x"), ("x", " ")):
        with pytest.raises(FieldRefused):
            validity.release_stop(control.people.reviewer, stop, cause=cause, action=action)
    with pytest.raises(NotAllowed):
        validity.release_stop(control.people.technician, stop, cause="cáp lỏng", action="siết")
    validity.release_stop(control.people.reviewer, stop, cause="cáp lỏng", action="siết, đo lại đạt")
    with pytest.raises(Refused):
        validity.release_stop(control.people.quality_manager, stop, cause="x", action="y")
    with pytest.raises(GateRefused):
        bench.record()  # measured at ten to nine, while it was stopped: a release does not reach back
    with clock.at(clock.now() + timedelta(minutes=3)):
        air = environment(bench.people, at=clock.now())
        assert bench.record(measured_at=clock.now(), environment=air).verdict == "PASS"
    assert db.session.scalar(select(func.count()).select_from(Reading)) == 1


def test_a_reading_that_was_recorded_before_the_control_stands_and_is_listed_as_doubtful():
    bench = make_bench()
    control = make_control(tested=bench.tested)
    reading = bench.record()
    with clock.at(clock.now() + timedelta(minutes=10)):
        control.measure("11.5", at=clock.now() - timedelta(minutes=25))
        stop = queries.open_stops()[0]
        assert stop.since < reading.measured_at + timedelta(minutes=1)
        assert [r.id for r in queries.results_in_doubt(stop)] == [reading.id]


def test_another_parameter_is_measured_on():
    bench = make_bench()
    control = make_control(tested=bench.tested)
    with clock.at(day(16, 8)):
        control.measure("11.5")
    assert bench.look().verdict == "PASS"


def test_a_chart_of_one_instrument_stops_that_instrument_only():
    bench = make_bench()
    other = equipment_facts.fit_instrument(bench.people.quality_manager, bench.people.site, code="EQ-102")
    control = make_control(tested=bench.tested, frozen=False, instrument=other)
    with clock.at(day(13, 8)):
        for value in GOOD[:8]:
            control.measure(value)
        validity.freeze_limits(bench.people.quality_manager, control.chart, phase_from=date(2026, 11, 13), phase_to=date(2026, 11, 13),
                               reason="x")
    with clock.at(day(16, 8)):
        assert control.measure("11.5").standing == "rejected"
    with pytest.raises(FieldRefused):
        control.measure("10.0", instrument=bench.instrument)
    with pytest.raises(GateRefused) as refused:
        bench.record(instruments=[other])
    assert refused.value.stop.gate == "control-not-rejected"
    assert bench.record().verdict == "PASS"


def test_sums_start_anew_after_what_was_wrong_is_put_right():
    control = make_control(kind="CUSUM", rules_on=[])
    standing = ""
    for minute in range(40, 20, -1):
        standing = control.measure("10.20", at=clock.now() - timedelta(minutes=minute)).standing
        if standing == "rejected":
            break
    assert standing == "rejected"
    validity.release_stop(control.people.reviewer, queries.open_stops()[0], cause="trôi nguồn", action="chỉnh lại")
    with clock.at(clock.now() + timedelta(minutes=5)):
        fresh = control.measure("10.00")
    assert fresh.standing == "in_control" and abs(fresh.plotted) < 1


def test_a_chart_that_stops_its_parameter_is_not_closed():
    control = make_control()
    control.measure("11.5")
    with pytest.raises(Refused):
        validity.close_chart(control.people.quality_manager, control.chart, "thay bằng biểu đồ khác")
    validity.release_stop(control.people.reviewer, queries.open_stops()[0], cause="a", action="b")
    validity.close_chart(control.people.quality_manager, control.chart, "thay bằng biểu đồ khác")
    with pytest.raises(Refused):
        control.measure("10.0")


def test_with_its_gate_taken_out_somebody_without_leave_records_a_control():
    control = make_control()
    before = db.session.scalar(select(func.count()).select_from(ControlValue))
    with gates.switched_off("person-authorised"):
        control.measure("10.0", by=control.people.second_technician)
    assert db.session.scalar(select(func.count()).select_from(ControlValue)) == before + 1


def test_the_way_back_from_a_rejected_value_is_no_moving_range():
    control = make_control(rules_on=["1_3s", "spread"])
    rejected = control.measure("11.5", at=clock.now() - timedelta(minutes=3))
    assert rejected.tripped == ["1_3s", "spread"]
    back = control.measure("10.0")
    assert (back.spread, back.standing) == (Decimal("0.05"), "in_control")
