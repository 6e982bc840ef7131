"""Pages of the room, one module a subject; all on one blueprint."""
from lab_app.samples.views import (  # noqa: F401  (they hang their routes on `bp`)
    customers,
    item_file,
    items,
    papers,
    prices,
    requests,
    review,
    sampling,
)
from lab_app.samples.views.blueprint import bp

__all__ = ["bp"]
