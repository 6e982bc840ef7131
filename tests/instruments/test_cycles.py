"""Cycles by services: due dates, anniversaries, extensions, use, what is due; each with its refusals (6.4.3, 6.4.7, 6.4.10)."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from instruments import queries, services, workflow
from instruments.models import DueEntry, Instrument
from lab_app.core import clock, events
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

pytestmark = pytest.mark.both_databases
ENTERED = equipment.REGISTERED_ON  # 05/01/2026


@pytest.fixture
def people(app, frozen_clock, writing):
    return make_people()


@pytest.fixture
def row(people) -> Instrument:
    """In the register, calibration not needed, so that only cycles speak."""
    made = equipment.register(people.quality_manager, people.site, calibration_required=False, no_calibration_reason="chỉ cấp nguồn")
    equipment.put_into_service(people.quality_manager, made, clock.at_local(ENTERED, 9))
    return made


def cycle(people, row, on: date = ENTERED, **facts: Any):
    with clock.at(clock.at_local(on, 9)):
        return services.set_cycle(people.quality_manager, row, **{
            "kind": "maintenance", "effective_from": on, "interval_months": 12, "reason": "theo nhà sản xuất", **facts})


def done(people, row, on: date, passed: bool = True, kind: str = "maintenance", **facts: Any):
    with clock.at(clock.at_local(on, 10)):
        return services.record_cycle_event(people.technician, row, kind=kind, done_on=on, passed=passed, **facts)


def codes(row, at, known_at=None) -> list[str]:
    return [r.code for r in services.unfit_reasons(row, at, None, known_at or at)]


def day(text: str, hour: int = 12):
    return clock.at_local(date.fromisoformat(text), hour)


def dues(row) -> dict[str, date]:
    return {e.kind: e.due_on for e in db.session.scalars(select(DueEntry).where(DueEntry.instrument_id == row.id))}


def word(row, at) -> str:
    return queries.status_of([row], at, at)[row.id].code


def test_never_done_is_refused_and_done_covers_until_the_first_day_it_may_not(people, row):
    cycle(people, row, kind="electrical_safety")
    assert codes(row, day("2026-02-01")) == ["cycle-never"]
    done(people, row, date(2026, 1, 31), kind="electrical_safety")
    assert codes(row, day("2026-02-01")) == [] and dues(row) == {"electrical_safety": date(2027, 1, 31)}
    assert codes(row, day("2027-01-30", 23)) == [] and codes(row, day("2027-01-31", 0)) == ["cycle-overdue"]
    assert word(row, day("2026-06-01")) == "in_service" and word(row, day("2027-01-10")) == "due_soon"
    assert word(row, day("2027-02-01")) == "cycle-overdue"


def test_a_cycle_that_only_reminds_stops_nothing(people, row):
    cycle(people, row, blocks=False)
    assert codes(row, day("2026-02-01")) == [] and row.unusable_from == date.max and "maintenance" in dues(row)


def test_a_cycle_counts_from_its_day_and_for_who_knew_it(people, row):
    cycle(people, row, on=date(2026, 5, 4))
    assert codes(row, day("2026-05-03")) == []
    assert codes(row, day("2026-05-05"), known_at=day("2026-05-04", 8)) == []
    assert codes(row, day("2026-05-05")) == ["cycle-never"]


def test_an_early_one_keeps_its_anniversary_only_within_the_window_and_passed(people, row):
    cycle(people, row, early_days=30)
    done(people, row, date(2026, 2, 28))
    early = done(people, row, date(2027, 2, 10))
    assert early.due_on == date(2028, 2, 28)
    too_early = done(people, row, date(2028, 1, 10))
    assert too_early.due_on == date(2029, 1, 10)
    late = done(people, row, date(2029, 1, 20))
    assert late.due_on == date(2030, 1, 20)
    failed = done(people, row, date(2030, 1, 10), passed=False)
    assert failed.due_on == date(2031, 1, 10)


def test_month_ends_come_back(people, row):
    cycle(people, row, interval_months=6, early_days=20, lead_days=20)
    done(people, row, date(2026, 8, 31))
    assert dues(row)["maintenance"] == date(2027, 2, 28)
    assert done(people, row, date(2027, 2, 15)).due_on == date(2027, 8, 31)


def test_validity_to_the_end_of_the_month_is_the_laboratorys_setting(people, row):
    services.set_plan_rules(people.administrator, services.PlanRules(True), "quy định QT-12")
    cycle(people, row)
    assert done(people, row, date(2026, 3, 10)).due_on == date(2027, 4, 1)


def test_a_failed_one_takes_it_out_of_service_at_once_and_a_site_tells_what_it_touched(people, row):
    heard: list[dict[str, Any]] = []

    def hear(_sender: Any, **news: Any) -> None:
        heard.append(news)

    events.calibration_failed.connect(hear)
    try:
        cycle(people, row, kind="site_validation")
        done(people, row, date(2026, 2, 1), kind="site_validation")
        done(people, row, date(2026, 8, 1), kind="site_validation", passed=False)
    finally:
        events.calibration_failed.disconnect(hear)
    assert row.state == workflow.OUT_OF_SERVICE.code and "cycle-failed" in codes(row, day("2026-08-02"))
    assert [n["since"] for n in heard] == [clock.at_local(date(2026, 2, 1))] and row.unusable_from == date.min


def test_a_shortened_interval_counts_at_once_and_a_longer_one_from_the_next_time(people, row):
    cycle(people, row)
    done(people, row, date(2026, 1, 10))
    cycle(people, row, on=date(2026, 3, 2), interval_months=3)
    assert codes(row, day("2026-04-09")) == [] and codes(row, day("2026-04-10", 0)) == ["cycle-overdue"]
    cycle(people, row, on=date(2026, 3, 3), interval_months=24)
    assert codes(row, day("2026-12-31")) == [] and codes(row, day("2027-01-10")) == ["cycle-overdue"]


def test_an_ended_cycle_asks_no_more(people, row):
    cycle(people, row)
    cycle(people, row, on=date(2026, 6, 1), active=False, interval_months=None, reason="thiết bị không còn bộ lọc")
    assert codes(row, day("2026-05-31")) == ["cycle-never"] and codes(row, day("2026-06-01")) == [] and dues(row) == {}


# ---- checks and calibration -----------------------------------------------------------------------------------------


def test_a_cycle_of_checks_plans_the_register(people, row):
    with pytest.raises(FieldRefused) as caught:
        cycle(people, row, kind="check", interval_months=None, interval_days=30, lead_days=5)
    assert caught.value.field == "kind", "what is checked, and against what, stands in the register first"
    row.check_name, row.check_criterion = "Máy phát xung", "±1,0 dB"
    cycle(people, row, kind="check", interval_months=None, interval_days=30, lead_days=5)
    assert row.check_interval_days == 30 and row.checks_from == ENTERED and codes(row, day("2026-01-20")) == ["never-checked"]
    cycle(people, row, on=date(2026, 3, 1), kind="check", active=False, interval_months=None)
    assert row.check_interval_days == 0 and codes(row, day("2026-03-01")) == []
    assert codes(row, day("2026-02-01"), known_at=day("2026-06-01")) == ["never-checked"], "ending it does not excuse what was before"


def test_a_sealed_item_counts_from_its_first_issue(people):
    row = equipment.fit_instrument(people.quality_manager, people.site)
    cycle(people, row, on=date(2026, 1, 9), kind="calibration", from_first_issue=True)
    assert codes(row, day("2026-02-01")) == ["never-issued"]
    with clock.at(day("2026-03-31")):
        services.record_first_issue(people.technician, row, date(2026, 3, 31), "")
    assert codes(row, day("2027-03-30")) == [] and codes(row, day("2027-03-31", 0)) == ["calibration-expired"]
    assert dues(row)["calibration"] == date(2027, 3, 31)


# ---- extensions -----------------------------------------------------------------------------------------------------


@pytest.fixture
def calibrated(people) -> Instrument:
    """Calibrated on 08/01/2026 for a year."""
    return equipment.fit_instrument(people.quality_manager, people.site, "EQ-150")


def extend(people, row, at, until: date, by: Any = None, **facts: Any):
    with clock.at(at):
        return services.extend(by or people.quality_manager, row, **{
            "kind": "calibration", "until": until, "reason": "phòng hiệu chuẩn lùi lịch", "evidence": "kiểm tra 05/01 đạt", **facts})


def test_an_extension_before_the_day_covers_and_shows(people, calibrated):
    row = calibrated
    extend(people, row, day("2027-01-07"), date(2027, 2, 8))
    assert codes(row, day("2027-01-20")) == [] and word(row, day("2027-01-20")) == "extended"
    assert codes(row, day("2027-02-07", 23)) == [] and codes(row, day("2027-02-08", 0)) == ["calibration-expired"]
    assert codes(row, day("2027-01-20"), known_at=day("2027-01-06")) == ["calibration-expired"], "as known before, there was none"
    entry = db.session.scalar(select(DueEntry).where(DueEntry.instrument_id == row.id))
    assert entry.due_on == date(2027, 2, 8) and entry.extended
    extend(people, row, day("2027-02-01"), date(2027, 3, 1))
    assert codes(row, day("2027-02-20")) == []


def test_no_grace_from_the_due_day_on(people, calibrated):
    for at in (day("2027-01-08", 0), day("2027-06-01")):
        with pytest.raises(GateRefused) as caught:
            extend(people, calibrated, at, date(2027, 7, 1))
        assert caught.value.stop.gate == "extension-before-due" and caught.value.stop.clauses[0] == "6.4.6"
    assert codes(calibrated, day("2027-01-08")) == ["calibration-expired"]


def test_nothing_in_force_is_not_extended(people, row):
    cycle(people, row)
    with pytest.raises(GateRefused) as caught:
        extend(people, row, day("2026-02-01"), date(2026, 3, 1), kind="maintenance")
    assert not caught.value.stop.evaluated


@pytest.mark.parametrize(("until", "field", "wrong"), [
    (date(2027, 1, 8), "until", {}), (date(2027, 1, 1), "until", {}), (date(2027, 4, 11), "until", {}),
    (date(2027, 2, 1), "evidence", {"evidence": "  "}), (date(2027, 2, 1), "reason", {"reason": ""}),
    (date(2027, 2, 1), "kind", {"kind": "holiday"}),
])
def test_extensions_out_of_bounds(people, calibrated, until, field, wrong):
    with pytest.raises(FieldRefused) as caught:
        extend(people, calibrated, day("2027-01-07"), until, **wrong)
    assert caught.value.field == field


def test_extensions_together_are_bounded_and_decided_by_who_may(people, calibrated):
    extend(people, calibrated, day("2027-01-07"), date(2027, 4, 10))
    with pytest.raises(FieldRefused):
        extend(people, calibrated, day("2027-04-01"), date(2027, 4, 11))
    with pytest.raises(NotAllowed):
        extend(people, calibrated, day("2027-04-01"), date(2027, 4, 10), by=people.technician)


# ---- use ------------------------------------------------------------------------------------------------------------


def test_use_is_counted_since_the_last_time(people, row):
    cycle(people, row, interval_months=None, use_limit=Decimal(500), use_unit="lần kết nối")
    done(people, row, date(2026, 2, 1), counter=Decimal(1000))
    by = people.technician
    for on, counter, reasons in ((date(2026, 3, 1), 1499, []), (date(2026, 4, 1), 1500, ["use-exceeded"])):
        with clock.at(clock.at_local(on, 9)):
            services.record_use(by, row, read_on=on, counter=Decimal(counter), unit="lần kết nối")
        assert codes(row, clock.at_local(on, 12)) == reasons
    assert row.unusable_from == date.min
    done(people, row, date(2026, 4, 2), counter=Decimal(1500))
    assert codes(row, day("2026-04-02")) == [] and dues(row) == {}


def test_a_counter_that_was_not_read_is_not_evaluated(people, row):
    cycle(people, row)
    done(people, row, date(2026, 2, 1))
    cycle(people, row, on=date(2026, 2, 2), use_limit=Decimal(10), use_unit="giờ")
    assert codes(row, day("2026-02-03")) == ["use-unknown"]


@pytest.mark.parametrize(("on", "counter", "unit", "field"), [
    (date(2026, 3, 1), "99", "giờ", "counter"), (date(2026, 1, 20), "101", "giờ", "counter"), (date(2026, 3, 1), "-1", "giờ", "counter"),
    (date(2026, 3, 1), "120", " ", "unit"), (date(2027, 1, 1), "120", "giờ", "read_on"),
])
def test_counters_never_run_backwards(people, row, on, counter, unit, field):
    with clock.at(day("2026-06-01")):
        services.record_use(people.technician, row, read_on=date(2026, 2, 1), counter=Decimal(100), unit="giờ")
        with pytest.raises(FieldRefused) as caught:
            services.record_use(people.technician, row, read_on=on, counter=Decimal(counter), unit=unit)
    assert caught.value.field == field


# ---- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wrong", "field"), [
    ({"interval_months": 0}, "interval_months"), ({"interval_months": -3}, "interval_months"),
    ({"interval_months": 121}, "interval_months"),
    ({"interval_months": None, "interval_days": 0}, "interval_days"), ({"interval_months": None, "interval_days": 3661}, "interval_days"),
    ({"interval_days": 30}, "interval_days"), ({"interval_months": None}, "interval_months"), ({"kind": "party"}, "kind"),
    ({"kind": "calibration"}, "kind"), ({"reason": " "}, "reason"), ({"effective_from": ENTERED - timedelta(days=1)}, "effective_from"),
    ({"effective_from": date(2027, 2, 1)}, "effective_from"), ({"lead_days": -1}, "lead_days"), ({"lead_days": 367}, "lead_days"),
    ({"interval_months": 1, "lead_days": 28}, "lead_days"), ({"early_days": 336, "lead_days": 0}, "early_days"),
    ({"use_limit": Decimal(0), "use_unit": "giờ"}, "use_limit"), ({"use_limit": Decimal(5)}, "use_unit"), ({"cost": Decimal(-1)}, "cost"),
    ({"work_hours": Decimal("-0.5")}, "work_hours"), ({"interval_months": None, "use_limit": Decimal(5), "use_unit": "giờ",
                                                      "from_first_issue": True}, "from_first_issue"),
])
def test_bad_cycles(people, row, wrong, field):
    with pytest.raises(FieldRefused) as caught:
        cycle(people, row, **wrong)
    assert caught.value.field == field


def test_a_calibration_cycle_always_stops_and_is_not_simply_ended(people, calibrated):
    for wrong, field in (({"blocks": False}, "blocks"), ({"active": False, "interval_months": None}, "active")):
        with pytest.raises(FieldRefused) as caught:
            cycle(people, calibrated, on=date(2026, 2, 1), kind="calibration", **wrong)
        assert caught.value.field == field


def test_a_cycle_is_not_set_before_the_one_in_force(people, row):
    cycle(people, row, on=date(2026, 3, 1))
    with pytest.raises(FieldRefused):
        cycle(people, row, on=date(2026, 2, 1))


@pytest.mark.parametrize(("wrong", "field"), [
    ({"kind": "calibration"}, "kind"), ({"kind": "site_validation"}, "kind"), ({"done_on": date(2030, 1, 1)}, "done_on"),
    ({"done_on": date(2025, 1, 1)}, "done_on"), ({"cost": Decimal(-1)}, "cost"),
])
def test_bad_events(people, row, wrong, field):
    cycle(people, row)
    row.acquired_on = date(2025, 6, 1)
    with pytest.raises(FieldRefused) as caught:
        services.record_cycle_event(people.technician, row, **{
            "kind": "maintenance", "done_on": date(2026, 2, 1), "passed": True, **wrong})
    assert caught.value.field == field


def test_the_right_is_needed(people, row):
    with pytest.raises(NotAllowed):
        services.set_cycle(people.technician, row, kind="maintenance", effective_from=ENTERED, interval_months=12, reason="x")
    with pytest.raises(NotAllowed):
        services.record_cycle_event(people.reception, row, kind="maintenance", done_on=ENTERED, passed=True)


def test_a_retired_instrument_is_due_for_nothing(people, row):
    cycle(people, row)
    assert dues(row)
    services.set_state(people.quality_manager, row, "retired", clock.now(), reason="hỏng hẳn")
    assert dues(row) == {}


def test_facts_of_many_cost_one_statement(people, statements):
    rows = []
    for n in range(8):
        made = equipment.register(people.quality_manager, people.site, f"EQ-3{n:02d}", calibration_required=False,
                                  no_calibration_reason="x")
        cycle(people, made)
        done(people, made, date(2026, 2, 1))
        rows.append(made)
    with statements() as seen:
        found = queries.facts_of(rows)
    assert len(seen) == 1 and all(f.cycles[0].months == 12 and f.cycle_events[0].due_on == date(2027, 2, 1) for f in found.values())


def test_a_calibration_and_a_check_count_by_their_cycles(people):
    row = equipment.fit_instrument(
        people.quality_manager, people.site, "EQ-160", check_interval_days=30, check_name="Máy phát", check_criterion="±1 dB")
    cycle(people, row, on=date(2026, 2, 1), kind="calibration", interval_months=12, early_days=30)
    early = equipment.calibrate(people.quality_manager, row, done_on=date(2026, 12, 20), months=12)
    assert early.due_on == date(2028, 1, 8), "a passed one in the window keeps its anniversary"
    late = equipment.calibrate(people.quality_manager, row, done_on=date(2028, 2, 1), months=12, release=False)
    assert late.due_on == date(2029, 2, 1)
    with clock.at(day("2026-02-02")):
        services.set_cycle(people.quality_manager, row, kind="check", effective_from=date(2026, 2, 2), interval_months=3, lead_days=7,
                           reason="mỗi quý")
    assert equipment.check(people.technician, row, date(2026, 11, 30)).due_on == date(2027, 2, 28)
    assert row.check_interval_days == 90
