"""Pure judgement of instruments: facts, what counted when, needs, fitness."""
from instruments.rules.facts import (
    CalibrationFact,
    CheckFact,
    InstrumentFacts,
    MaintenanceFact,
    MeasurementNeed,
    MemberFact,
    RangeFact,
    StateFact,
    Unfit,
)
from instruments.rules.judging import ABOUT_STATE, STATE_REASONS, judge
from instruments.rules.members import members_at, ranges_with_members
from instruments.rules.needs import judge_need, meets, missing_from_set
from instruments.rules.timeline import (
    calibration_at,
    check_at,
    check_due,
    check_passes,
    checks_required,
    last_good,
    state_at,
    unverified_maintenance,
    usable_until,
)
from instruments.rules.register import Entry, faults
from instruments.rules.words import KINDS, OWNERSHIP, QUANTITIES, TRACEABILITY

__all__ = [
    "ABOUT_STATE", "calibration_at", "CalibrationFact", "check_at", "check_due", "check_passes", "CheckFact", "checks_required",
    "Entry", "faults", "InstrumentFacts", "judge", "judge_need", "KINDS", "last_good", "MaintenanceFact", "MeasurementNeed",
    "meets", "MemberFact", "members_at", "missing_from_set", "OWNERSHIP", "QUANTITIES", "RangeFact", "ranges_with_members",
    "state_at", "STATE_REASONS", "StateFact", "TRACEABILITY", "Unfit", "unverified_maintenance", "usable_until",
]
