"""What counted at a time, as known at a time."""
from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from instruments.rules.facts import CalibrationFact, CheckFact, InstrumentFacts, MaintenanceFact, StateFact
from lab_app.core import clock


def state_at(facts: InstrumentFacts, at: datetime, known_at: datetime) -> StateFact | None:
    """The state that counted at a moment: the latest effective one among those known; `None` before the first."""
    known = [s for s in facts.states if s.effective_at <= at and s.recorded_at <= known_at]
    return max(known, key=lambda s: (s.effective_at, s.recorded_at, s.id), default=None)


def calibration_at(facts: InstrumentFacts, on: date, known_at: datetime) -> CalibrationFact | None:
    """The latest calibration done by a day that had been released by `known_at`, covering or not, passed or not."""
    known = [
        c for c in facts.calibrations
        if c.done_on <= on and c.recorded_at <= known_at and c.released_at is not None and c.released_at <= known_at
    ]
    return max(known, key=lambda c: (c.done_on, c.released_at or c.recorded_at, c.id), default=None)


def check_at(facts: InstrumentFacts, on: date, known_at: datetime) -> CheckFact | None:
    """The latest intermediate check done by a day, as known."""
    known = [c for c in facts.checks if c.done_on <= on and c.recorded_at <= known_at]
    return max(known, key=lambda c: (c.done_on, c.recorded_at, c.id), default=None)


def check_due(done_on: date, interval_days: int) -> date | None:
    """The first day that a check no longer covers: `done_on` plus the interval; `None` where no checks are planned."""
    return done_on + timedelta(days=interval_days) if interval_days > 0 else None


def check_passes(indicated: Decimal, reference: Decimal, tolerance: Decimal) -> bool:
    """Whether the deviation of a check lies within its tolerance, the bound included; exact decimals."""
    return abs(indicated - reference) <= tolerance


def checks_required(facts: InstrumentFacts, on: date) -> bool:
    """Whether intermediate checks were planned on that day."""
    return facts.check_interval_days > 0 and (facts.checks_from is None or facts.checks_from <= on)


def unverified_maintenance(facts: InstrumentFacts, on: date, at: datetime, known_at: datetime) -> MaintenanceFact | None:
    """Known maintenance after which nothing proved fitness: no passed check, no passed calibration, no verified return."""
    done = [m for m in facts.maintenance if m.done_on <= on and m.recorded_at <= known_at and not m.verified]
    last = max(done, key=lambda m: m.done_on, default=None)
    if last is None:
        return None
    def after(day: date, recorded_at: datetime) -> bool:
        return day > last.done_on or (day == last.done_on and recorded_at >= last.recorded_at)

    proved = any(
        c.passed and c.done_on <= on and c.recorded_at <= known_at and after(c.done_on, c.recorded_at) for c in facts.checks
    ) or any(
        c.passed and c.done_on <= on and c.released_at is not None and c.released_at <= known_at and after(c.done_on, c.recorded_at)
        for c in facts.calibrations
    ) or any(
        s.state == "in_service" and s.verification.strip() and s.effective_at <= at and s.recorded_at <= known_at
        and after(clock.local(s.effective_at).date(), s.recorded_at)
        for s in facts.states
    )
    return None if proved else last


def last_good(facts: InstrumentFacts, before: date, known_at: datetime) -> date | None:
    """The last day before `before` on which a passed check or calibration proved the instrument; what came since is in doubt."""
    days = [c.done_on for c in facts.checks if c.passed and c.done_on < before and c.recorded_at <= known_at]
    days += [
        c.done_on for c in facts.calibrations
        if c.passed and c.done_on < before and c.released_at is not None and c.released_at <= known_at
    ]
    return max(days, default=None)
