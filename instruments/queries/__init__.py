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
from instruments.queries.register import by_code, counts, due_soon, in_register, rooms, sites
from instruments.queries.standing import (
    STANDINGS,
    calibration_at,
    factor_set_at,
    facts_from,
    facts_of,
    fitness,
    missing_from_set,
    standing,
    status_of,
)
from instruments.queries.systems import members_at, membership_history, systems, systems_of

__all__ = [
    "Dossier", "STANDINGS", "by_code", "calibration_at", "calibrations", "checks", "counts", "dossier", "due_soon", "factor_set_at",
    "factor_sets", "facts_from", "facts_of", "fitness", "in_register", "maintenance", "members_at",
    "membership_history", "missing_from_set", "papers", "rooms",
    "sites", "standing", "states", "status_of", "systems", "systems_of",
]
