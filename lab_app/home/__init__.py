"""Room: home. My work, the search box, any record's history. Reads every room, writes nothing but a person's own language."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the room on the application."""
    from lab_app.home import indicators, views

    indicators.offer()
    app.register_blueprint(views.bp)
