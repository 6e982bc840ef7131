"""Pure judgement of instruments: facts, what counted when, needs, fitness."""
from instruments.rules.cycles import (
    CYCLE_KINDS,
    OWN_KINDS,
    Cover,
    Due,
    Use,
    cover_at,
    cycle_at,
    interval_end,
    is_due_soon,
    is_extended,
    lead_days,
    next_dues,
    required_kinds,
    usable_until,
    use_at,
)
from instruments.rules.facts import (
    CalibrationFact,
    CheckFact,
    CycleFact,
    EventFact,
    ExtensionFact,
    FactorFact,
    FirmwareFact,
    InstrumentFacts,
    LoanFact,
    MaintenanceFact,
    MeasurementNeed,
    MemberFact,
    RangeFact,
    StateFact,
    Unfit,
    UseFact,
)
from instruments.rules.importing import importing_key
from instruments.rules.judging import ABOUT_STATE, STATE_REASONS, firmware_at, judge
from instruments.rules.members import members_at, ranges_with_members
from instruments.rules.needs import judge_need, meets, missing_from_set
from instruments.rules.register import Entry, faults
from instruments.rules.timeline import (
    calibration_at,
    check_at,
    check_due,
    check_passes,
    checks_required,
    last_good,
    state_at,
    unverified_maintenance,
)
from instruments.rules.words import CYCLE_CLAUSES, CYCLES, KINDS, OWNERSHIP, QUANTITIES, TRACEABILITY

__all__ = [
    "ABOUT_STATE", "calibration_at", "CalibrationFact", "check_at", "check_due", "check_passes", "CheckFact",
    "checks_required", "Cover", "cover_at", "cycle_at", "CYCLE_CLAUSES", "CYCLE_KINDS", "CycleFact", "CYCLES", "Due",
    "Entry", "EventFact", "ExtensionFact", "FactorFact", "faults", "firmware_at", "FirmwareFact", "InstrumentFacts",
    "importing_key", "interval_end", "is_due_soon", "is_extended", "judge", "judge_need", "KINDS", "last_good", "lead_days", "LoanFact",
    "MaintenanceFact", "MeasurementNeed", "meets", "MemberFact", "members_at", "missing_from_set", "next_dues",
    "OWN_KINDS", "OWNERSHIP", "QUANTITIES", "RangeFact", "ranges_with_members", "required_kinds", "state_at",
    "STATE_REASONS", "StateFact", "TRACEABILITY", "Unfit", "unverified_maintenance", "usable_until", "Use", "use_at",
    "UseFact",
]
