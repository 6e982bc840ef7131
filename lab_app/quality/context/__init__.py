"""Context, interested parties, scope and processes (ISO 9001 4)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.quality.context import views, wording

    wording.say()
    app.register_blueprint(views.bp)
