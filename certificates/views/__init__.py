"""Pages of the room: the register behind the sign-in, and the look-up that anyone may use."""
from __future__ import annotations

from flask import Blueprint

bp = Blueprint("certificates", "certificates")

from certificates.views import filters, lookup, panel, prepare, register  # noqa: E402, F401  (they hang on it)
