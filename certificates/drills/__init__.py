"""Recall drills: on a copy of the data a fictitious fault is injected, people work to the last affected enterprise against the clock,
and what it took and what was missing is filed as evidence (7.10, 8.7)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from certificates.drills import commands, evidence, services, views, wording  # noqa: F401  (services: handlers of queued work)

    app.register_blueprint(views.bp)
    app.cli.add_command(commands.drill_group)
    wording.say()
    evidence.offer()
