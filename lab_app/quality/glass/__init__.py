"""Break-glass: gates that a person took it upon themselves to pass in an emergency, what each left behind, which gates allow it at all."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the subject on the application."""
    from lab_app.core import breaking
    from lab_app.quality.glass import evidence, offering, services, views, wording

    breaking.register(offering.declared, services.keep)
    app.register_blueprint(views.bp)
    app.jinja_env.globals["glass_offer"] = offering.offer
    wording.say()
    evidence.offer()
