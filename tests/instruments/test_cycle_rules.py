"""What covers a day and until when: properties over many dates. Pure facts."""
from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from instruments.rules import (
    CalibrationFact,
    CycleFact,
    EventFact,
    ExtensionFact,
    FactorFact,
    FirmwareFact,
    InstrumentFacts,
    LoanFact,
    MeasurementNeed,
    RangeFact,
    StateFact,
    UseFact,
    cover_at,
    judge,
    next_dues,
    usable_until,
    use_at,
)
from lab_app.core import clock
from lab_app.metrology.periods import add_months

EARLY = datetime(2000, 1, 1, tzinfo=UTC)
FAR = datetime(2090, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2024, 1, 1), date(2034, 12, 31))
MONTHS = st.integers(1, 60)


def midnight(day: date) -> datetime:
    return clock.at_local(day)


def item(**facts) -> InstrumentFacts:
    base = InstrumentFacts(
        code="EQ-1", recorded_at=EARLY, calibration_required=False, no_calibration_reason="x",
        states=(StateFact("in_service", EARLY, EARLY, "đã kiểm tra"),),
        ranges=(RangeFact("lisn", Decimal(0), Decimal(30), "MHz"),))
    return replace(base, **facts)


def maintained(done_on: date, due_on: date, *extensions: ExtensionFact, **cycle) -> InstrumentFacts:
    return item(
        cycles=(CycleFact("maintenance", date(2000, 1, 2), EARLY, **{"months": 12, **cycle}),),
        cycle_events=(EventFact("maintenance", done_on, due_on, True, midnight(done_on)),), extensions=extensions)


def codes(facts: InstrumentFacts, at: datetime, known_at: datetime = FAR, need: MeasurementNeed | None = None) -> list[str]:
    return [r.code for r in judge(facts, at, need, known_at)]


@given(DAYS, MONTHS)
def test_the_due_day_is_the_first_that_is_not_covered_at_midnight_of_the_laboratory(done_on, months):
    due = add_months(done_on, months)
    facts = maintained(done_on, due)
    assert codes(facts, midnight(due) - timedelta(seconds=1)) == []
    assert codes(facts, midnight(due)) == ["cycle-overdue"]
    assert usable_until(facts, done_on, FAR) == due
    assert [d.due_on for d in next_dues(facts, done_on, FAR)] == [due]


@given(DAYS, MONTHS)
def test_calendar_intervals_clip_month_ends_and_never_run_into_the_next_month(done_on, months):
    due = add_months(done_on, months)
    assert (due.year * 12 + due.month) - (done_on.year * 12 + done_on.month) == months
    assert due.day == min(done_on.day, calendar.monthrange(due.year, due.month)[1])


@given(DAYS, st.integers(1, 90), st.integers(-40, 120), st.integers(-10, 100))
def test_an_extension_counts_only_if_decided_before_the_day_and_known(done_on, longer, decided_after, read_after):
    due = add_months(done_on, 12)
    decided = midnight(due) - timedelta(days=20) + timedelta(days=decided_after)
    facts = maintained(done_on, due, ExtensionFact("maintenance", due, due + timedelta(days=longer), decided))
    at = midnight(due) + timedelta(days=read_after, hours=12)
    fine = codes(facts, at, known_at=at) == []
    before_the_day = clock.local(decided).date() < due
    assert fine == (at < midnight(due) or (before_the_day and at < midnight(due + timedelta(days=longer))))
    cover = cover_at(facts, "maintenance", due, FAR)
    assert cover.due_on == due and cover.until >= due and cover.extended == before_the_day


@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_extensions_follow_one_another_and_one_of_another_day_counts_not(done_on, first, second):
    due = add_months(done_on, 6)
    one, two = due + timedelta(days=first), due + timedelta(days=first + second)
    decided = midnight(due) - timedelta(days=3)
    chain = maintained(done_on, due, ExtensionFact("maintenance", one, two, decided), ExtensionFact("maintenance", due, one, decided))
    assert usable_until(chain, done_on, FAR) == two
    stray = maintained(done_on, due, ExtensionFact("maintenance", due - timedelta(days=1), two, decided),
                       ExtensionFact("check", due, two, decided))
    assert usable_until(stray, done_on, FAR) == due


@given(DAYS, MONTHS, MONTHS, st.integers(1, 400))
def test_a_change_of_interval_never_lengthens_what_runs_and_never_reaches_behind_its_own_day(done_on, old, new, later):
    kept, changed = add_months(done_on, old), done_on + timedelta(days=later)
    facts = maintained(done_on, kept)
    facts = replace(facts, cycles=(*facts.cycles, CycleFact("maintenance", changed, EARLY, months=new, id=2)))
    before, after = cover_at(facts, "maintenance", changed - timedelta(days=1), FAR), cover_at(facts, "maintenance", changed, FAR)
    assert before.until == kept
    assert after.until == min(kept, max(add_months(done_on, new), changed))


@given(DAYS, MONTHS, st.integers(0, 800))
def test_a_sealed_item_is_covered_from_its_first_issue(done_on, months, stored):
    issued = done_on + timedelta(days=stored)
    facts = item(
        calibration_required=True, first_issued_on=issued,
        calibrations=(CalibrationFact(1, done_on, add_months(done_on, months), EARLY, EARLY, True, "6.5.2 a)"),),
        cycles=(CycleFact("calibration", date(2000, 1, 2), EARLY, months=months, from_first_issue=True),))
    assert usable_until(facts, issued, FAR) == add_months(issued, months)
    assert codes(replace(facts, first_issued_on=None), midnight(issued)) == ["never-issued"]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.integers(1, 120))
def test_use_counts_from_the_reading_on_the_day_it_was_last_done(steps, limit):
    done_on, counter, uses = date(2026, 1, 1), Decimal(1000), []
    uses.append(UseFact("giờ", counter, done_on, EARLY, 1))
    for n, step in enumerate(steps, 2):
        counter += step
        uses.append(UseFact("giờ", counter, done_on + timedelta(days=n), EARLY, n))
    facts = replace(maintained(done_on, date(2040, 1, 1), use_limit=Decimal(limit), use_unit="giờ"), uses=tuple(uses))
    on = done_on + timedelta(days=100)
    assert use_at(facts, "maintenance", on, FAR).used == sum(steps)
    assert ("use-exceeded" in codes(facts, midnight(on))) == (sum(steps) >= limit)
    assert (usable_until(facts, on, FAR) == date.min) == (sum(steps) >= limit)
    unread = replace(facts, uses=tuple(uses[1:]))
    assert codes(unread, midnight(on)) == ["use-unknown"]


@given(DAYS, st.integers(-3, 3))
def test_an_item_is_not_used_from_the_day_it_expires(expires, days):
    at = midnight(expires) + timedelta(days=days)
    assert codes(item(expires_on=expires), at) == (["expired"] if days >= 0 else [])


def test_on_loan_outside_until_it_is_back():
    out, back = midnight(date(2026, 3, 1)), midnight(date(2026, 3, 20))
    facts = item(loans=(LoanFact("Viện Ví Dụ", out, None, out),))
    assert codes(facts, out) == ["on-loan"] and codes(facts, out - timedelta(hours=1)) == []
    assert codes(facts, out + timedelta(days=1), known_at=out - timedelta(hours=1)) == []
    facts = item(loans=(LoanFact("Viện Ví Dụ", out, back, out),))
    assert codes(facts, back - timedelta(hours=1)) == ["on-loan"] and codes(facts, back) == []


def test_firmware_is_verified_before_it_is_used_and_the_one_the_method_knows():
    at = midnight(date(2026, 5, 1))
    old = FirmwareFact("1.0", midnight(date(2026, 1, 1)), True, EARLY, 1)
    new = FirmwareFact("2.0", midnight(date(2026, 4, 1)), False, EARLY, 2)
    need = MeasurementNeed("lisn", Decimal(0), Decimal(30), "MHz", firmware=("1.0", "1.1"))
    assert codes(item(firmwares=(old,)), at, need=need) == []
    assert codes(item(firmwares=(old, new)), at) == ["firmware-unverified"]
    assert codes(item(firmwares=(old, new)), midnight(date(2026, 3, 1))) == []
    assert codes(item(firmwares=(old, replace(new, verified=True))), at, need=need) == ["firmware-other"]
    found = judge(item(), at, need, FAR)
    assert [r.code for r in found] == ["firmware-other"] and not found[0].evaluated and found[0].about_need
    assert MeasurementNeed.from_dict(need.to_dict()) == need


def test_factors_that_the_method_takes_must_be_there_on_the_day():
    need = MeasurementNeed("lisn", Decimal(0), Decimal(30), "MHz", factors=("lisn",))
    facts = item(factors=(FactorFact("lisn", date(2026, 2, 1), EARLY),))
    assert codes(facts, midnight(date(2026, 2, 1)), need=need) == []
    assert codes(facts, midnight(date(2026, 1, 31)), need=need) == ["factors-missing"]
    late = item(factors=(FactorFact("lisn", date(2026, 2, 1), midnight(date(2026, 3, 1))),))
    assert codes(late, midnight(date(2026, 2, 2)), known_at=midnight(date(2026, 2, 2)), need=need) == ["factors-missing"]
    assert codes(item(), midnight(date(2026, 2, 1))) == [], "nothing is asked where the method takes none"


@given(DAYS, DAYS)
def test_what_a_person_knew_never_makes_an_earlier_moment_better(done_on, other):
    assume(done_on < other)
    facts = maintained(done_on, add_months(done_on, 12))
    at = midnight(other)
    known_then = codes(facts, at, known_at=midnight(done_on) - timedelta(hours=1))
    assert known_then == ["cycle-never"]
