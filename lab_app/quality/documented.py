"""Documents of the laboratory and of others, and how long records are kept: hung on the application in one place (8.2 to 8.4)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the three subjects on the application."""
    from lab_app.core.db import db
    from lab_app.quality.documents import asking, evidence, sign_in, views, wording  # noqa: F401  (asking: what comes back daily)
    from lab_app.quality.retention import guard
    from lab_app.quality.retention import views as retention
    from lab_app.quality.standards import views as standards

    wording.say()
    evidence.offer()
    guard.listen(db.session)
    for blueprint in (views.bp, standards.bp, retention.bp):
        app.register_blueprint(blueprint)
    app.before_request(sign_in.meet)
