"""Pages of the room, one module a subject; all on one blueprint."""
from instruments.views import (  # noqa: F401  (they hang their routes on `bp`)
    calibrations,
    capture,
    cycles,
    importing,
    intervals,
    loans,
    orders,
    papers,
    plan,
    record,
    register,
    systems,
    upkeep,
)
from instruments.views.blueprint import bp

__all__ = ["bp"]
