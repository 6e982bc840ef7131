"""Room: regulations, methods and versions, budgets, decision rules, scope (ISO/IEC 17025 5.3, 7.2, 7.6, 7.8.6)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the room on the application."""
    from lab_app.core import panels
    from test_methods import evidence, version_presenters, views, wording
    from test_methods.views import (  # noqa: F401  the pages hang themselves on the blueprint
        budgets,
        deciding,
        limits,
        methods,
        parameters,
        plan_rules,
        products,
        regulations,
        scope,
        traces,
        vectors,
        versions,
        watched,
    )

    wording.say()
    version_presenters.say_histories()
    evidence.offer()
    app.register_blueprint(views.bp)
    panels.register_panel("external-document", "methods", watched.of_external, order=20)
