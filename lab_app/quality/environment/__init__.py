"""Subject: environment of rooms (6.3). Limits, loggers and their readings, excursions tied to the results made meanwhile."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def judged(_sender: Any, **news: Any) -> None:
    """A record made by hand is held against the limits. Of the module, not of one application: a second one does not listen twice."""
    from lab_app.quality.environment import services

    services.judge_record(news["actor"], news["record"])


def register(app: Flask) -> None:
    """Hang the subject on the application; a logger's message carries no session and needs no form token."""
    from lab_app.core import events, panels
    from lab_app.quality.environment import evidence, views, wording

    wording.say()
    evidence.offer()
    panels.register_panel("room", "environment", views.panel.of_room, order=10)
    app.register_blueprint(views.bp)
    app.extensions["csrf"].exempt(f"{views.push.push_readings.__module__}.{views.push.push_readings.__name__}")
    events.environment_recorded.connect(judged, "quality")
