"""Risks and opportunities (8.5), those to impartiality among them (4.1.4)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.quality.risks import evidence, views, wording

    wording.say()
    evidence.offer()
    app.register_blueprint(views.bp)
