"""Pages of controlled documents, one module a subject; all on one blueprint."""
from lab_app.quality.documents.views import master, reading, versions  # noqa: F401  (they hang their routes on `bp`)
from lab_app.quality.documents.views.blueprint import bp

__all__ = ["bp"]
