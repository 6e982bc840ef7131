"""Questions about instruments."""
from instruments.queries.dossier import (
    Dossier,
    calibrations,
    checks,
    dossier,
    factor_sets,
    maintenance,
    papers,
    states,
)
from instruments.queries.facts import facts_from, facts_of, upkeep_of
from instruments.queries.loans import loan_by_code, loan_counts, loan_out, loans_of, pool_of
from instruments.queries.register import (
    by_code,
    counts,
    due_soon,
    firmware_history,
    in_register,
    pools,
    rooms,
    sites,
    twin,
)
from instruments.queries.standing import (
    STANDINGS,
    calibration_at,
    factor_set_at,
    fitness,
    missing_from_set,
    standing,
    status_of,
)
from instruments.queries.systems import (
    SYSTEM,
    members_at,
    membership_history,
    parts_at,
    parts_below,
    systems,
    systems_of,
)

__all__ = [
    "by_code", "calibration_at", "calibrations", "checks", "counts", "Dossier", "dossier", "due_soon", "factor_set_at",
    "factor_sets", "facts_from", "facts_of", "firmware_history", "fitness", "in_register", "loan_by_code", "loan_counts",
    "loan_out", "loans_of", "maintenance", "members_at", "membership_history", "missing_from_set", "papers", "parts_at",
    "parts_below", "pool_of", "pools", "rooms", "sites", "standing", "STANDINGS", "states", "status_of", "SYSTEM", "systems",
    "systems_of", "twin", "upkeep_of",
]
