"""Planned changes (5.7, ISO 9001 6.3)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.quality.changes import views, wording

    wording.say()
    app.register_blueprint(views.bp)
