"""Disclosures (4.2.2): confidential information given away because the law obliges, and that the customer was told."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.quality.disclosures import views, wording

    wording.say()
    wording.offer()
    app.register_blueprint(views.bp)
