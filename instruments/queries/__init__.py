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
from instruments.queries.intervals import (
    calibration_cycle,
    interval_months,
    last_bounds,
    like,
    record_of,
    review_by_code,
    reviews_of,
)
from instruments.queries.loans import loan_by_code, loan_counts, loan_out, loans_of, pool_of
from instruments.queries.orders import (
    calibration_with_points,
    factor_at,
    factor_set_at,
    has_factor_sets,
    open_order,
    order_by_code,
    order_counts,
    order_of_calibration,
    orders_of,
    pairs_of,
    points_of,
    sets_of_calibration,
)
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
    "calibration_with_points", "factor_at", "has_factor_sets", "open_order", "order_by_code", "order_counts", "order_of_calibration",
    "orders_of", "pairs_of", "points_of", "sets_of_calibration",
    "calibration_cycle", "interval_months", "last_bounds", "like", "record_of", "review_by_code", "reviews_of",
    "by_code", "calibration_at", "calibrations", "checks", "counts", "Dossier", "dossier", "due_soon", "factor_set_at",
    "factor_sets", "facts_from", "facts_of", "firmware_history", "fitness", "in_register", "loan_by_code", "loan_counts",
    "loan_out", "loans_of", "maintenance", "members_at", "membership_history", "missing_from_set", "papers", "parts_at",
    "parts_below", "pool_of", "pools", "rooms", "sites", "standing", "STANDINGS", "states", "status_of", "SYSTEM", "systems",
    "systems_of", "twin", "upkeep_of",
]
