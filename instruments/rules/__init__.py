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
from instruments.rules.words import QUANTITIES, TRACEABILITY

__all__ = [
    "ABOUT_STATE", "CalibrationFact", "CheckFact", "InstrumentFacts", "MaintenanceFact", "MeasurementNeed", "MemberFact", "QUANTITIES",
    "RangeFact", "STATE_REASONS", "StateFact", "TRACEABILITY", "Unfit", "calibration_at", "check_at", "check_due", "check_passes",
    "checks_required", "judge", "judge_need", "last_good", "meets", "members_at", "ranges_with_members", "missing_from_set", "state_at", "unverified_maintenance",
    "usable_until",
]
