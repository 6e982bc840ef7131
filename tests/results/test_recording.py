"""A reading becomes a record: gates on two time axes, what is frozen with it, late entries, corrections, lines left out."""
from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from instruments import services as instruments
from lab_app.core import audit, clock, drafts, gates
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.quality import services as quality
from lab_app.results import services as results
from lab_app.results.models import Reading
from lab_app.results.preview import preview
from lab_app.samples import services as samples
from test_methods import services as methods
from tests.support import equipment_facts, method_facts
from tests.support.people_facts import authorise, make_people
from tests.support.results_facts import MEASURED, accept, day, environment, make_bench


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def stopped_by(caught) -> str:
    return caught.value.stop.gate


# ---- what is frozen --------------------------------------------------------------------------------------


def test_a_reading_keeps_everything_its_result_rests_on():
    bench = make_bench()
    reading = bench.record(reading="15.42")
    line = bench.line()
    assert (reading.value, reading.unit, reading.verdict, reading.margin) == (Decimal("15.92"), "dBm", "PASS", Decimal("4.08"))
    assert reading.u == bench.tested.budget.u_expanded and reading.k == 2
    assert reading.raw["reading"] == {"text": "15.42", "value": "15.42", "unit": "dBm", "source": "measured"}
    assert reading.measured_at == MEASURED and reading.recorded_at == clock.now() and reading.person_id == bench.people.technician.id
    assert reading.firmware == "1.0.3" and reading.environment_id == bench.environment.id
    assert reading.limit_value["limit"] == "20" and line.status == "recorded" and bench.job.status == "in_progress"
    frozen = reading.computed
    assert (frozen["method"], frozen["method_version"], frozen["formula"]) == ("PT 1", 1, "reading + loss")
    assert frozen["rule"]["code"] == "DR-SA" and frozen["budget"]["code"] == "UB-1" and len(frozen["budget"]["components"]) == 2
    calibration = reading.instruments[0].calibration
    assert frozen["instruments"][0]["code"] == "EQ-101"
    assert frozen["instruments"][0]["calibration"]["certificate_no"] == calibration.certificate_no
    assert frozen["environment"]["t_high"] == "23.4" and frozen["environment"]["sensor"] == "EQ-014"
    assert bench.job.started_at == MEASURED and bench.job.assignee_id == bench.people.technician.id


def test_the_trail_names_the_reading_and_its_line():
    bench = make_bench()
    reading = bench.record()
    entry = audit.history("reading", reading.id)[-1]
    assert entry.actor_id == bench.people.technician.id and json.loads(entry.canonical)["changes"]["value"] == [None, "15.9"]
    assert "job-line" in {e.subject_kind for e in audit.history("test-job", bench.job.id)}


def test_a_failed_reading_is_kept_as_it_is():
    bench = make_bench()
    reading = bench.record(reading="20.3")
    assert (reading.value, reading.verdict, reading.margin) == (Decimal("20.8"), "FAIL", Decimal("-0.8"))


def test_zero_is_a_valid_result():
    """Workflow case 25: an empty result is refused, zero is not."""
    bench = make_bench()
    reading = bench.record(reading="-0.5")
    assert reading.value == 0 and reading.verdict == "PASS"


@pytest.mark.parametrize(("texts", "gate"), [({"reading": "", "loss": "0"}, "record-complete"), ({}, "record-complete")])
def test_an_empty_result_is_no_record(texts, gate):
    """Workflow cases 25 and 26: every raw reading the formula needs is mandatory; zero passes."""
    bench = make_bench()
    with pytest.raises(GateRefused) as caught:
        bench.record(texts=texts)
    assert stopped_by(caught) == gate
    assert db.session.scalar(select(func.count()).select_from(Reading)) == 0


@pytest.mark.parametrize("typed", ["<5", "> 5", "1.2.3", "abc", "1,234"])
def test_a_text_that_is_no_number_is_refused_at_its_field(typed):
    bench = make_bench()
    with pytest.raises(FieldRefused) as caught:
        bench.record(reading=typed)
    assert caught.value.field == "reading" and str(caught.value.message)


def test_a_line_takes_one_first_reading():
    bench = make_bench()
    bench.record()
    with pytest.raises(Refused):
        bench.record(reading="15.5")
    assert len(bench.line().readings) == 1


def test_a_number_needs_an_instrument():
    bench = make_bench()
    with pytest.raises(GateRefused) as caught:
        bench.record(instruments=[])
    assert stopped_by(caught) == "record-complete" and "thiết bị" in str(caught.value.stop.says)


def test_the_draft_goes_when_the_record_stands():
    bench = make_bench()
    line, person = bench.line(), bench.people.technician
    drafts.save(person.id, f"line:{line.id}", {"raw-reading": "15.4"})
    bench.record(line)
    assert drafts.load(person.id, f"line:{line.id}") == {}


def test_who_may_not_write_results_is_refused():
    bench = make_bench()
    for person in (bench.people.sales, bench.people.reviewer, bench.people.auditor, bench.people.signatory):
        with pytest.raises(NotAllowed):
            bench.record(by=person)


# ---- two time axes ---------------------------------------------------------------------------------------


def test_a_permission_recorded_after_the_reading_does_not_reach_back():
    bench = make_bench(tester=False)
    with clock.at(clock.now() + timedelta(minutes=30)):  # the signatory backdates it half an hour later
        authorise(bench.people.signatory, bench.people.technician, "PT 1", "test")
    with pytest.raises(GateRefused) as caught:
        bench.record()
    assert stopped_by(caught) == "person-authorised"


def test_a_permission_that_ended_before_the_measurement_does_not_count():
    people = make_people()
    tested = method_facts.make_method(people)
    with clock.at(clock.at_local(date(2026, 1, 6), 9)):
        authorise(people.signatory, people.technician, "PT 1", "test", valid_to=date(2026, 11, 15))
    bench = make_bench(tested=tested, tester=False)
    with pytest.raises(GateRefused):
        bench.record()
    early = environment(bench.people, at=day(13, 10))
    assert bench.record(measured_at=day(13, 10), environment=early, late_reason="mất điện, ghi sau").verdict == "PASS"


def test_a_calibration_released_after_the_reading_does_not_count_for_it():
    bench = make_bench()
    other = equipment_facts.register(bench.people.quality_manager, bench.people.site, "EQ-102")
    equipment_facts.calibrate(bench.people.quality_manager, other, done_on=date(2026, 11, 2), recorded_on=date(2026, 11, 17))
    with pytest.raises(GateRefused) as caught:
        bench.record(instruments=[other])
    assert stopped_by(caught) == "instrument-fit" and "EQ-102" in str(caught.value.stop.says)


def test_fit_then_is_judged_at_the_time_of_the_measurement():
    bench = make_bench()
    early = environment(bench.people, at=day(12, 8))
    with clock.at(day(13)):
        instruments.set_state(bench.people.quality_manager, bench.instrument, "out_of_service", day(13), reason="hỏng đầu nối")
    with pytest.raises(GateRefused):
        bench.record()
    reading = bench.record(measured_at=day(12, 8), environment=early, late_reason="máy tính bàn đo hỏng, ghi từ sổ")
    assert reading.verdict == "PASS" and reading.instruments[0].calibration_id is not None


def test_the_future_is_refused():
    bench = make_bench()
    with pytest.raises(GateRefused) as caught:
        bench.record(measured_at=clock.now() + timedelta(minutes=1))
    assert stopped_by(caught) == "time-plausible"


def test_an_acceptance_does_not_reach_back_before_itself():
    bench = make_bench(accepted=False, request_facts={"wants_statement": False})
    accept(bench.people, bench.tested, bench.request, at=day(12))
    early = environment(bench.people, at=day(11, 8))
    with pytest.raises(GateRefused) as caught:
        bench.record(measured_at=day(11, 8), environment=early, late_reason="ghi lại từ sổ")
    assert stopped_by(caught) == "contract-review-approved"
    assert bench.record().verdict in ("PASS", "NOT_EVALUATED")


def test_a_changed_request_stops_new_work_and_leaves_old_work_correctable():
    bench = make_bench()
    bench.record()
    with clock.at(MEASURED + timedelta(minutes=3)):
        samples.change_request(bench.people.reception, bench.request, reason="khách hàng đổi ngày hẹn", due_on=date(2026, 11, 27))
    later = environment(bench.people, at=clock.now())
    with pytest.raises(GateRefused) as caught:
        bench.record(bench.line(conditions="2472 MHz"), measured_at=clock.now(), environment=later)
    assert stopped_by(caught) == "contract-review-approved"
    corrected = results.correct_reading(bench.people.technician, bench.line(), bench.entry("15.6"), "đọc nhầm chữ số")
    assert corrected.revision == 2


# ---- the item --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("decisions", "free"), [(["proceed"], True), (["replace"], False), (["proceed", "withdraw"], False)])
def test_the_customers_last_word_about_a_deviation_counts(decisions, free):
    bench = make_bench(deviation="thiếu ăng ten")
    for n, decision in enumerate(decisions):
        with clock.at(day(11, 9 + n)):
            samples.record_answer(
                bench.people.reception, bench.sample, decision=decision, answered_by="Ông Đặng", answered_on=date(2026, 11, 11),
                text="trả lời qua điện thoại")
    if free:
        assert bench.record().verdict == "PASS"
    else:
        with pytest.raises(GateRefused) as caught:
            bench.record()
        assert stopped_by(caught) == "deviation-answered"


def test_the_firmware_is_that_of_the_moment():
    bench = make_bench()
    with clock.at(day(13)):
        samples.change_firmware(
            bench.people.technician, bench.sample, firmware="1.0.4", changed_at=day(13), by="Ông Đặng", reason="sửa phát xạ giả")
    assert bench.record().firmware == "1.0.4"


def test_what_the_customer_supplied_is_taken_and_marked():
    people = make_people()
    tested = method_facts.draft_method(people)
    fields = [method_facts.field("reading"), method_facts.field("antenna_gain", "dBi", "customer")]
    with clock.at(clock.at_local(method_facts.ENTERED_ON, 11)):
        methods.add_parameter(
            people.reviewer, tested.version, tested.power.requirement, code="P-01b", fields=fields, formula="reading + antenna_gain",
            budget=tested.budget, need=method_facts.POWER_NEED, conditions=["2412 MHz"])
    method_facts.approve(people, tested.version)
    supplied = [{"key": "antenna_gain", "label": "Độ lợi", "value": "3.0", "unit": "dBi"}]
    bench = make_bench(tested=tested, request_facts={"supplied": supplied})
    reading = bench.record(bench.line("P-01b"), texts={"reading": "15.42"})
    assert reading.value == Decimal("18.42") and reading.raw["antenna_gain"]["source"] == "customer"
    assert reading.raw["antenna_gain"]["value"] == "3.0" and reading.raw["antenna_gain"]["text"] == ""


def test_a_factor_of_the_day_is_interpolated_at_the_stated_frequency():
    people = make_people()
    tested = method_facts.draft_method(people)
    fields = [
        method_facts.field("frequency_mhz", "MHz", "setting"), method_facts.field("reading"),
        {**method_facts.field("loss", "dB", "factor"), "quantity": "cable-loss"},
    ]
    with clock.at(clock.at_local(method_facts.ENTERED_ON, 11)):
        methods.add_parameter(
            people.reviewer, tested.version, tested.power.requirement, code="P-01c", fields=fields, formula="reading + loss",
            budget=tested.budget, need=method_facts.POWER_NEED, conditions=["2450 MHz", "3100 MHz"])
    method_facts.approve(people, tested.version)
    bench = make_bench(tested=tested)
    for label, points, valid_from in (
        ("cáp 2026-01", [("2400", "1.0"), ("2500", "2.0")], date(2026, 1, 10)),
        ("cáp 2026-06", [("2400", "3.0"), ("2500", "4.0")], date(2026, 6, 1)),
        ("cáp 2026-12", [("2400", "9.0"), ("2500", "9.0")], date(2026, 12, 1)),
    ):
        with clock.at(clock.at_local(date(2026, 1, 12), 9)):
            instruments.add_factor_set(
                bench.people.quality_manager, bench.instrument, label=label, quantity="cable-loss", argument_unit="MHz", unit="dB",
                points=[(Decimal(a), Decimal(b)) for a, b in points], valid_from=valid_from)
    reading = bench.record(bench.line("P-01c", "2450 MHz"), texts={"reading": "10"})
    assert reading.value == Decimal("13.5")
    assert reading.raw["loss"]["origin"] == "cáp 2026-06" and reading.raw["frequency_mhz"]["value"] == "2450"
    assert reading.instruments[0].factor_set.label == "cáp 2026-06"
    with pytest.raises(GateRefused) as caught:  # beyond the table's ends nothing is guessed
        bench.record(bench.line("P-01c", "3100 MHz"), texts={"reading": "10"})
    assert stopped_by(caught) == "record-complete" and "loss" in str(caught.value.stop.says)
    assert "nằm ngoài bảng hệ số cáp 2026-06 (2400 – 2500 MHz)" in str(caught.value.stop.says)
    typed = bench.record(bench.line("P-01c", "3100 MHz"), texts={"reading": "10", "loss": "2.5"})
    assert typed.value == Decimal("12.5") and "origin" not in typed.raw["loss"]


# ---- environment -----------------------------------------------------------------------------------------


def test_a_record_that_does_not_hold_what_the_method_limits_is_not_evaluated():
    bench = make_bench()
    dry = environment(bench.people, rh=None)
    with pytest.raises(GateRefused) as caught:
        bench.record(environment=dry)
    stop = caught.value.stop
    assert stop.gate == "environment-within-limits" and not stop.evaluated and "độ ẩm" in str(stop.says)


def test_a_record_of_another_day_does_not_speak_for_the_reading():
    bench = make_bench()
    with pytest.raises(GateRefused) as caught:
        bench.record(environment=environment(bench.people, at=day(13)))
    assert stopped_by(caught) == "environment-within-limits"


def test_a_record_that_was_corrected_carries_no_new_reading():
    bench = make_bench()
    corrected = quality.correct_environment(bench.people.technician, bench.environment, "đọc nhầm cảm biến", t_high=Decimal("24.1"))
    with pytest.raises(FieldRefused) as caught:
        bench.record()
    assert caught.value.field == "environment"
    assert bench.record(environment=corrected).computed["environment"]["t_high"] == "24.1"


def test_a_condition_named_by_the_method_has_limits_of_its_own():
    people = make_people()
    tested = method_facts.draft_method(people)
    tested.version.environment = {**method_facts.ROOM, "conditions": [{"when": "0 °C / 198 V", "temperature": ["-2", "2"]}]}
    method_facts.approve(people, tested.version)
    bench = make_bench(tested=tested)
    cold = results.add_line(bench.people.technician, bench.job, bench.tested.power, "2412 MHz, 0 °C / 198 V")
    with pytest.raises(GateRefused):
        bench.record(cold)  # the room's 23 °C
    chamber = environment(bench.people, t=("-0.4", "0.3"), rh=None)
    assert bench.record(cold, environment=chamber).verdict == "PASS"
    with pytest.raises(GateRefused):
        bench.record(bench.line(), environment=chamber)  # the room's limits hold for the other lines


def test_where_the_environment_does_not_matter_the_reason_stands_with_the_reading():
    people = make_people()
    tested = method_facts.draft_method(people)
    tested.version.environment = {"not_critical": "phép đo tỷ số, không phụ thuộc nhiệt độ"}
    method_facts.approve(people, tested.version)
    reading = make_bench(tested=tested).record(environment=None)
    assert reading.environment_id is None and reading.environment_text == "phép đo tỷ số, không phụ thuộc nhiệt độ"


# ---- late entries and corrections ------------------------------------------------------------------------


def test_an_hour_is_in_time_and_a_minute_more_needs_a_reason():
    bench = make_bench()
    assert bench.record(measured_at=day(16, 8, 0)).late_reason == ""
    other = bench.line(conditions="2472 MHz")
    with pytest.raises(GateRefused) as caught:
        bench.record(other, measured_at=day(16, 7, 59))
    assert stopped_by(caught) == "late-entry-reason"
    assert bench.record(other, measured_at=day(16, 7, 59), late_reason=" mạng hỏng ").late_reason == "mạng hỏng"


def test_a_correction_stands_beside_what_was_there():
    """Workflow case 49: a new version with its actor; the old one unchanged; the reason in the trail."""
    bench = make_bench()
    first = bench.record(reading="15.4")
    second = results.correct_reading(bench.people.technician, bench.line(), bench.entry("14.5"), "đảo hai chữ số")
    assert [r.revision for r in bench.line().readings] == [1, 2]
    assert (first.value, second.value) == (Decimal("15.9"), Decimal("15.0"))
    assert second.correction_reason == "đảo hai chữ số" and first.correction_reason == ""
    assert audit.history("reading", second.id)[-1].reason == "đảo hai chữ số"
    assert bench.line().reading is second


def test_a_correction_that_changes_nothing_is_refused():
    bench = make_bench()
    bench.record()
    with pytest.raises(Refused):
        results.correct_reading(bench.people.technician, bench.line(), bench.entry(), "nhầm")


def test_a_correction_hours_later_is_not_a_late_entry(frozen_clock):
    bench = make_bench()
    bench.record()
    frozen_clock.advance(hours=5)
    corrected = results.correct_reading(bench.people.technician, bench.line(), bench.entry("15.0"), "đọc nhầm dấu phẩy")
    assert corrected.measured_at == MEASURED and corrected.revision == 2


def test_a_correction_passes_the_same_gates():
    bench = make_bench()
    bench.record()
    with pytest.raises(GateRefused) as caught:
        results.correct_reading(bench.people.second_technician, bench.line(), bench.entry("15.0"), "đo hộ")
    assert stopped_by(caught) == "person-authorised"


def test_without_a_first_reading_there_is_nothing_to_correct():
    bench = make_bench()
    with pytest.raises(Refused):
        results.correct_reading(bench.people.technician, bench.line(), bench.entry(), "sửa")


# ---- observations and lines left out ---------------------------------------------------------------------


def test_a_passed_observation_needs_no_words_and_every_other_answer_a_reason():
    bench = make_bench()
    for answer in ("FAIL", "NA", "NT"):
        with pytest.raises(GateRefused) as caught:
            bench.look(answer)
        assert stopped_by(caught) == "record-complete"
    reading = bench.look("PASS", instruments=[])
    assert (reading.verdict, reading.observation, reading.value) == ("PASS", "PASS", None)


def test_a_number_may_be_left_out_with_a_reason_and_nothing_else():
    bench = make_bench()
    line = bench.line()
    with pytest.raises(GateRefused):
        bench.record(line, observation="NT", texts={}, instruments=[], environment=None)
    reading = bench.record(
        line, observation="NT", texts={}, instruments=[], environment=None, note="mẫu không phát ở kênh này theo thiết kế")
    assert (reading.verdict, reading.value, reading.raw, line.status) == ("NOT_TESTED", None, {}, "recorded")


# ---- the preview -----------------------------------------------------------------------------------------


def test_the_preview_says_what_the_record_will_be_and_writes_nothing():
    bench = make_bench()
    line, person = bench.line(), bench.people.technician
    db.session.commit()
    database.end_writing()
    shown = preview(person, line, bench.entry("15.42"))
    assert shown.ready and shown.outcome.value == Decimal("15.92") and shown.outcome.verdict.value == "PASS"
    assert not db.session.new and not db.session.dirty
    assert db.session.scalar(select(func.count()).select_from(Reading)) == 0
    reading = bench.record(line, reading="15.42")
    assert (reading.value, reading.u, reading.margin) == (shown.outcome.value, shown.outcome.u, shown.outcome.decision.margin)


def test_the_preview_computes_while_a_gate_stands_in_the_way_and_that_is_no_hit():
    bench = make_bench(tester=False)
    db.session.commit()
    database.end_writing()
    before = db.session.scalar(select(func.count()).select_from(gates.GateHit))
    shown = preview(bench.people.technician, bench.line(), bench.entry("20.3"))
    assert not shown.ready and shown.stop.gate == "person-authorised" and shown.outcome.verdict.value == "FAIL"
    assert db.session.scalar(select(func.count()).select_from(gates.GateHit)) == before


def test_the_preview_names_what_is_missing_and_what_cannot_be_read():
    bench = make_bench()
    shown = preview(bench.people.technician, bench.line(), bench.entry(texts={"reading": "<5", "loss": ""}))
    assert set(shown.errors) == {"reading"} and shown.missing == ("loss",) and shown.outcome is None
