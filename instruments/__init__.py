"""Room: instruments, their calibration, checks, maintenance and fitness for use (ISO/IEC 17025 6.4, 6.5)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the room on the application."""
    from instruments import evidence, kpis, listeners, sensors, views, wording
    from lab_app.quality.environment.sensors import register_lookup

    listeners.connect()
    register_lookup(sensors.sensors_at)
    wording.say()
    evidence.offer()
    kpis.register()
    app.register_blueprint(views.bp)
    app.jinja_env.globals["has_endpoint"] = lambda name: name in app.view_functions  # tabs name pages of rooms further up
