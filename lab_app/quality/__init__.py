"""Room: quality. Rooms and their environment (6.3), the overview before an audit, the clause map, what the gates refused."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the room on the application."""
    from lab_app.quality import (
        documented,
        environment,
        evidence,
        glass,
        improving,
        nonconforming,
        places_menu,
        sites,
        views,
        voices,
        wording,
    )

    wording.say()
    evidence.offer()
    app.register_blueprint(views.bp)
    app.jinja_env.globals["quality_places"] = places_menu.quality_places
    nonconforming.register(app)
    glass.register(app)
    improving.register(app)
    documented.register(app)
    environment.register(app)
    sites.register(app)
    voices.register(app)
