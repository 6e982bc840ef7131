"""Competence (6.2): criteria of functions, files of people, monitoring of who is authorised, new versions of methods."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages on the application, and listen for new versions of methods."""
    from lab_app.accounts.competence import evidence, views, wording
    from lab_app.accounts.competence.services import carrying

    wording.say()
    evidence.offer()
    carrying.listen()
    app.register_blueprint(views.bp)
