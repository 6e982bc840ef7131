"""Fitness of an instrument: due days, two times, checks, maintenance, ranges. Pure facts, no database."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from instruments.rules import (
    CalibrationFact,
    CheckFact,
    InstrumentFacts,
    MaintenanceFact,
    MeasurementNeed,
    RangeFact,
    StateFact,
    check_due,
    check_passes,
    judge,
    last_good,
    missing_from_set,
    usable_until,
)
from lab_app.core import clock

FAR = datetime(2030, 1, 1, tzinfo=UTC)


def moment(day: str, hour: int = 10) -> datetime:
    return clock.at_local(date.fromisoformat(day), hour)


def facts(**changes) -> InstrumentFacts:
    base = InstrumentFacts(
        code="EQ-1", recorded_at=moment("2026-01-01"),
        states=(StateFact("in_service", moment("2026-01-10"), moment("2026-01-10"), "đã kiểm tra"),),
        calibrations=(CalibrationFact(
            1, date(2026, 1, 5), date(2027, 1, 5), moment("2026-01-08"), moment("2026-01-09"), True, "6.5.2 a)"),),
        ranges=(RangeFact("rf-level", Decimal("0.009"), Decimal("3000"), "MHz", Decimal("0.45"), "dB"),
                RangeFact("rf-level", Decimal("3"), Decimal("26.5"), "GHz", Decimal("0.9"), "dB")),
    )
    return replace(base, **changes)


def codes(known, at, known_at=FAR, need=None) -> list[str]:
    return [reason.code for reason in judge(known, at, need, known_at)]


def test_fit():
    assert codes(facts(), moment("2026-06-01")) == []


def test_the_due_day_itself_is_not_covered_in_the_laboratorys_zone():
    assert codes(facts(), moment("2027-01-04", 23)) == []
    assert codes(facts(), moment("2027-01-05", 0)) == ["calibration-expired"]
    # 17:30 UTC on the fourth is half past midnight on the fifth at the laboratory.
    assert codes(facts(), datetime(2027, 1, 4, 17, 30, tzinfo=UTC)) == ["calibration-expired"]


def test_nothing_recorded_is_never_fine():
    bare = InstrumentFacts("EQ-2", moment("2026-01-01"), check_interval_days=30)
    found = judge(bare, moment("2026-06-01"), None, FAR)
    assert [r.code for r in found] == ["never-in-service", "never-calibrated", "never-checked"]
    assert not any(r.evaluated for r in found)
    assert all(r.clauses and str(r.says) for r in found)


def test_a_calibration_counts_from_its_release_as_known():
    at = moment("2026-01-10", 12)
    assert codes(facts(), at, known_at=moment("2026-01-10", 12)) == []
    assert "calibration-not-released" in codes(facts(), at, known_at=moment("2026-01-08", 12))
    assert "never-calibrated" in codes(facts(), at, known_at=moment("2026-01-07"))


def test_a_reading_before_the_calibration_has_none():
    assert "never-calibrated" in codes(facts(), moment("2026-01-04"))


def test_a_failed_calibration_outweighs_the_earlier_passed_one_once_known():
    failed = CalibrationFact(2, date(2026, 7, 1), date(2027, 7, 1), moment("2026-07-05"), moment("2026-07-06"), False, "6.5.2 a)")
    known = facts(calibrations=(*facts().calibrations, failed))
    at = moment("2026-07-02")
    assert codes(known, at, known_at=moment("2026-07-03")) == []
    assert codes(known, at) == ["calibration-failed"]
    assert codes(known, moment("2026-06-30")) == []


def test_an_unreleased_newer_calibration_leaves_the_old_one_standing_until_it_is_due():
    newer = CalibrationFact(2, date(2026, 12, 1), date(2027, 12, 1), moment("2026-12-02"), None, True, "6.5.2 a)")
    known = facts(calibrations=(*facts().calibrations, newer))
    assert codes(known, moment("2026-12-20")) == []
    assert codes(known, moment("2027-02-01")) == ["calibration-expired"]


def test_calibration_not_required_needs_its_reason():
    assert codes(facts(calibrations=(), calibration_required=False), moment("2026-06-01")) == ["calibration-undecided"]
    assert codes(
        facts(calibrations=(), calibration_required=False, no_calibration_reason="chỉ cấp nguồn"), moment("2026-06-01")) == []


def test_traceability_must_be_stated():
    lost = replace(facts().calibrations[0], traceability="")
    assert codes(facts(calibrations=(lost,)), moment("2026-06-01")) == ["traceability-missing"]


@pytest.mark.parametrize("state,code", [
    ("out_of_service", "out-of-service"), ("in_calibration", "in-calibration"), ("retired", "retired"),
])
def test_the_latest_effective_state_counts(state, code):
    out = StateFact(state, moment("2026-05-01"), moment("2026-05-03"))
    known = facts(states=(*facts().states, out))
    assert codes(known, moment("2026-04-30")) == []
    assert codes(known, moment("2026-05-02"))[0] == code
    assert codes(known, moment("2026-05-02"), known_at=moment("2026-05-02", 11)) == []


CHECKED = {"check_interval_days": 30, "checks": (
    CheckFact(date(2026, 9, 2), date(2026, 10, 2), True, moment("2026-09-02", 8)),
    CheckFact(date(2026, 10, 2), None, False, moment("2026-10-02", 9)),
    CheckFact(date(2026, 10, 5), date(2026, 11, 4), True, moment("2026-10-05", 9)),
)}


@pytest.mark.parametrize("day,expected", [
    ("2026-09-01", ["never-checked"]), ("2026-09-16", []), ("2026-10-01", []), ("2026-10-03", ["check-failed"]),
    ("2026-10-06", []), ("2026-11-03", []), ("2026-11-04", ["check-overdue"]),
])
def test_the_latest_check_must_have_passed_and_cover_the_day(day, expected):
    assert codes(facts(**CHECKED), moment(day)) == expected


def test_a_check_not_yet_known_does_not_help():
    assert codes(facts(**CHECKED), moment("2026-10-06"), known_at=moment("2026-10-04")) == ["check-failed"]


def test_planning_checks_does_not_judge_the_days_before():
    planned = facts(check_interval_days=30, checks_from=date(2026, 6, 1))
    assert codes(planned, moment("2026-05-31")) == []
    assert codes(planned, moment("2026-06-01")) == ["never-checked"]


def test_maintenance_found_out_later_two_answers_to_one_question():
    """EQ-005 of the case: connector taken off on 3 September, known on 2 October, verified on 5 October."""
    known = facts(**CHECKED, maintenance=(MaintenanceFact(date(2026, 9, 3), False, moment("2026-10-02", 11)),))
    september = moment("2026-09-16")
    assert codes(known, september, known_at=september) == []
    assert codes(known, september, known_at=moment("2026-10-03")) == ["maintenance-unverified"]
    assert codes(known, moment("2026-10-06")) == []


def test_a_verified_return_ends_the_doubt_after_maintenance():
    doubt = MaintenanceFact(date(2026, 5, 1), False, moment("2026-05-01", 9))
    back = StateFact("in_service", moment("2026-05-02"), moment("2026-05-02"), "đo 3 điểm")
    assert codes(facts(maintenance=(doubt,)), moment("2026-05-03")) == ["maintenance-unverified"]
    assert codes(facts(maintenance=(doubt,), states=(*facts().states, back)), moment("2026-05-03")) == []
    unwritten = replace(back, verification=" ")
    assert codes(facts(maintenance=(doubt,), states=(*facts().states, unwritten)), moment("2026-05-03")) != []
    same_day_before = StateFact("in_service", moment("2026-05-01", 8), moment("2026-05-01", 8), "đo 3 điểm")
    assert codes(facts(maintenance=(doubt,), states=(*facts().states, same_day_before)), moment("2026-05-03")) != []


def need(low="1000", high="12750", unit="MHz", u: str | None = "0.9", **more) -> MeasurementNeed:
    return MeasurementNeed("rf-level", Decimal(low), Decimal(high), unit, None if u is None else Decimal(u), "dB", **more)


@pytest.mark.parametrize("wanted,expected", [
    (need(), []),
    (need(low="1", high="12.75", unit="GHz"), []),
    (need(u="0.5"), ["uncertainty-too-large"]),
    (need(high="2900", u="0.5"), []),
    (need(high="40000"), ["range-too-small"]),
    (need(low="0.001"), ["range-too-small"]),
    (need(low="1", high="2", unit="V"), ["range-too-small"]),
    (MeasurementNeed("temperature", Decimal(0), Decimal(40), "°C"), ["quantity-not-measured"]),
])
def test_range_and_uncertainty_must_cover_the_need(wanted, expected):
    found = judge(facts(), moment("2026-06-01"), wanted, FAR)
    assert [r.code for r in found] == expected
    assert all(r.about_need for r in found)


def test_a_range_without_a_stated_uncertainty_does_not_meet_a_required_one():
    unstated = (RangeFact("rf-level", Decimal(0), Decimal(30000), "MHz"),)
    assert codes(facts(ranges=unstated), moment("2026-06-01"), need=need()) == ["uncertainty-too-large"]
    assert codes(facts(ranges=unstated), moment("2026-06-01"), need=need(u=None)) == []


def test_a_gap_between_ranges_is_not_covered():
    gapped = (RangeFact("rf-level", Decimal(0), Decimal(1000), "MHz"), RangeFact("rf-level", Decimal(1001), Decimal(30000), "MHz"))
    assert codes(facts(ranges=gapped), moment("2026-06-01"), need=need(low="500", u=None)) == ["range-too-small"]


ANTENNA = MeasurementNeed("antenna-factor", Decimal(30), Decimal(1000), "MHz")
SUPPLY = MeasurementNeed("supply-voltage", Decimal(198), Decimal(242), "V", required=False)


def test_a_companion_has_its_place_and_the_set_must_be_complete():
    wanted = need(low="30", high="1000", beside=(ANTENNA, SUPPLY))
    antenna = (RangeFact("antenna-factor", Decimal(30), Decimal(1000), "MHz"),)
    horn = (RangeFact("antenna-factor", Decimal(1), Decimal(18), "GHz"),)
    assert codes(facts(ranges=antenna), moment("2026-06-01"), need=wanted) == []
    assert codes(facts(ranges=horn), moment("2026-06-01"), need=wanted) == ["range-too-small"]
    assert missing_from_set([facts().ranges, antenna], wanted) == []
    assert [r.code for r in missing_from_set([antenna], wanted)] == ["instrument-missing"]
    assert len(missing_from_set([], wanted)) == 2
    assert missing_from_set([], None) == []


def test_a_need_survives_its_json_form():
    wanted = need(beside=(ANTENNA, SUPPLY))
    assert MeasurementNeed.from_dict(wanted.to_dict()) == wanted
    assert MeasurementNeed.from_dict({}) is None
    assert MeasurementNeed.from_dict(None) is None
    for broken in ({"quantity": "x"}, {**wanted.to_dict(), "low": "a"}, {**wanted.to_dict(), "low": "99999"},
                   {**wanted.to_dict(), "unit": "furlong"}):
        with pytest.raises(ValueError):
            MeasurementNeed.from_dict(broken)


def test_check_arithmetic():
    assert check_passes(Decimal("61.0"), Decimal("60.0"), Decimal("1.0"))
    assert not check_passes(Decimal("58.4"), Decimal("60.0"), Decimal("1.0"))
    assert check_due(date(2026, 9, 2), 30) == date(2026, 10, 2)
    assert check_due(date(2026, 9, 2), 0) is None


def test_usable_until_is_the_earlier_of_calibration_and_check():
    today = date(2026, 9, 16)
    assert usable_until(facts(), today, FAR) == date(2027, 1, 5)
    assert usable_until(facts(**CHECKED), today, FAR) == date(2026, 10, 2)
    assert usable_until(facts(calibrations=()), today, FAR) == date.min
    assert usable_until(facts(calibrations=(), calibration_required=False), today, FAR) == date.max


def test_the_last_good_day_is_where_doubt_begins():
    assert last_good(facts(**CHECKED), date(2026, 10, 2), FAR) == date(2026, 9, 2)
    assert last_good(facts(), date(2026, 10, 2), FAR) == date(2026, 1, 5)
    assert last_good(facts(calibrations=()), date(2026, 10, 2), FAR) is None


def test_an_instrument_entered_later_was_not_there():
    assert codes(facts(), moment("2026-06-01"), known_at=moment("2026-01-01") - timedelta(hours=1)) == ["unknown"]
