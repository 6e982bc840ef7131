"""Room: certificates.

Owns reports: the frozen snapshot, its paper, the register with every change of status, and the public look-up (7.8).
"""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the room on the application."""
    from certificates import limits, queries, views, wording
    from lab_app.core import evidence, panels

    limits.init_app(app)
    app.register_blueprint(views.bp)
    wording.register()
    panels.register_panel("request", "reports", views.panel.of_request, order=80)
    evidence.offer("7.8.2", wording.REPORTS, "certificates.reports", queries.issued_count)
    evidence.offer("7.8.8", wording.CHANGED, "certificates.reports", queries.changed_count)
