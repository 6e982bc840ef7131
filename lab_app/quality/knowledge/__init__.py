"""What the laboratory has learned (ISO 9001 7.1.6)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.quality.knowledge import views, wording

    wording.say()
    app.register_blueprint(views.bp)
