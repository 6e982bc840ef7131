"""Pages of the room, one module a subject; all on one blueprint."""
from lab_app.quality.views import nonconformities, overview, places, suppliers  # noqa: F401  (they hang their routes on `bp`)
from lab_app.quality.views.blueprint import bp

__all__ = ["bp"]
