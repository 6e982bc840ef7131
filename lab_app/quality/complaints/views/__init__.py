"""Pages of complaints: what anyone may open, and the laboratory's own."""
from lab_app.quality.complaints.views import handling, pages, public  # noqa: F401  (they hang their routes)
from lab_app.quality.complaints.views.blueprint import bp, public_bp

__all__ = ["bp", "public_bp"]
