"""A change is written down with its reason, or not made."""
from __future__ import annotations

from flask_babel import gettext

from lab_app.core.errors import FieldRefused


def must_have_reason(text: str) -> None:
    """Refuse an empty reason at its field."""
    if not text.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
