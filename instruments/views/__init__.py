"""Pages of the room, one module a subject; all on one blueprint."""
from instruments.views import calibrations, capture, intervals, loans, register, upkeep  # noqa: F401  (they hang their routes on `bp`)
from instruments.views.blueprint import bp

__all__ = ["bp"]
