"""Complaints (7.9): the public form and its progress page, handling, the decision by somebody not involved, the formal end."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.core import events
    from lab_app.quality.complaints import evidence, panel, views, wording
    from lab_app.quality.complaints.services.handling import on_letter_settled

    wording.say()
    evidence.offer()
    panel.hang()
    events.letter_settled.connect(on_letter_settled)
    app.register_blueprint(views.bp)
    app.register_blueprint(views.public_bp)
    for door in (views.public.lodge, views.public.track_reply):
        app.extensions["csrf"].exempt(door)  # a signed note or a token stands for the form: there is no session to be misused
