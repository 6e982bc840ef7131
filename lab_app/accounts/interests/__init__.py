"""Impartiality and confidentiality: the undertaking before anything opens, declared interests, pressure, appointments; who may do what
at a date, side by side (4.1, 4.2.4, 5.2, 6.2.6)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.accounts.interests import appointment_views, evidence, reminders, right_views, views, wording
    from lab_app.accounts.interests.entrance import ask_for_undertaking
    from lab_app.core.access import guard_entrance

    guard_entrance(ask_for_undertaking, "interests.undertaking")
    wording.say()
    evidence.offer()
    reminders.start()
    assert appointment_views.bp is views.bp and right_views.bp is views.bp  # their pages hang on the same blueprint
    app.register_blueprint(views.bp)
