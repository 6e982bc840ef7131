"""Questions about instruments."""
from instruments.queries.checks import charts_of, check_points, check_series
from instruments.queries.dossier import (
    Dossier,
    calibration_points,
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
    by_codes,
    codes_in_use,
    counts,
    due_soon,
    firmware_history,
    identities_in_use,
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
    "by_code", "by_codes", "calibration_at", "calibration_cycle", "calibration_points", "calibration_with_points", "calibrations",
    "charts_of", "check_points", "check_series", "checks", "codes_in_use", "counts", "Dossier", "dossier", "due_soon", "factor_at",
    "factor_set_at", "factor_sets", "facts_from", "facts_of", "firmware_history", "fitness", "has_factor_sets", "identities_in_use",
    "in_register", "interval_months", "last_bounds", "like", "loan_by_code", "loan_counts", "loan_out", "loans_of", "maintenance",
    "members_at", "membership_history", "missing_from_set", "open_order", "order_by_code", "order_counts", "order_of_calibration",
    "orders_of", "pairs_of", "papers", "parts_at", "parts_below", "points_of", "pool_of", "pools", "record_of", "review_by_code",
    "reviews_of", "rooms", "sets_of_calibration", "sites", "standing", "STANDINGS", "states", "status_of", "SYSTEM", "systems",
    "systems_of", "twin", "upkeep_of",
]
