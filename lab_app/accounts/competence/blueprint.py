"""The blueprint that the pages of competence and the matrix of authorisations hang on."""
from __future__ import annotations

from flask import Blueprint

bp = Blueprint("competence", "lab_app.accounts.competence")
