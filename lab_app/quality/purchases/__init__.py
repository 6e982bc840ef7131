"""What is bought from outside (6.6): criteria, evaluations, orders, incoming checks."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.core import panels
    from lab_app.quality.purchases import evidence, queries, views, wording
    from lab_app.quality.purchases.panels import of_instrument, of_supplier

    wording.say()
    evidence.offer()
    app.register_blueprint(views.bp)
    panels.register_panel("supplier", "purchases", of_supplier, order=20)
    panels.register_panel("instrument", "incoming", of_instrument, order=60, probe=queries.any_about_instrument)
