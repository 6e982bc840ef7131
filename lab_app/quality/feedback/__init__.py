"""Feedback (8.6.2): asked for at each report, answered without an account, followed month by month, analysed and used."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.quality.feedback import evidence, views, wording

    wording.say()
    evidence.offer()
    app.register_blueprint(views.bp)
    app.register_blueprint(views.public_bp)
    app.extensions["csrf"].exempt(views.answer)  # the signed invitation stands for the form: there is no session to be misused
