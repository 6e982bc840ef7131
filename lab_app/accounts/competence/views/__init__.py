"""Pages of competence, on one blueprint."""
from __future__ import annotations

from lab_app.accounts.competence.blueprint import bp
from lab_app.accounts.competence.views import due, functions, person_files

__all__ = ["bp", "due", "functions", "person_files"]
