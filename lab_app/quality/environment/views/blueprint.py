"""The blueprint of environment."""
from __future__ import annotations

from flask import Blueprint

bp = Blueprint("quality_environment", "lab_app.quality.environment")
