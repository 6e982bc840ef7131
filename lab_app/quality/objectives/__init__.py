"""Quality objectives and the figures they are watched by (8.2.1, ISO 9001 6.2)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.quality.objectives import kpis, views, wording

    wording.say()
    kpis.register()
    app.register_blueprint(views.bp)
