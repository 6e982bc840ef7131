"""Subject: test sites (6.3.4). Validations of rooms and chambers with their cycles, what methods need of them, who may enter."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.core import panels
    from lab_app.quality.sites import evidence, services, views, wording  # noqa: F401 the daily run of services registers itself

    wording.say()
    evidence.offer()
    panels.register_panel("room", "sites", views.of_room, order=20)
    app.register_blueprint(views.bp)
