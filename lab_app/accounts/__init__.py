"""Room: people, roles, sign-in, and who is authorised to do which task (ISO/IEC 17025 6.2)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the room on the application."""
    from lab_app.accounts import (
        competence,
        evidence,
        interests,
        second_factor_views,
        sign_in,
        system_views,
        wording,
    )
    from lab_app.accounts.services import asking  # noqa: F401  (its daily run registers itself)

    sign_in.init_app(app)
    wording.say()
    evidence.offer()
    assert second_factor_views.bp is system_views.bp  # its pages hang on the same blueprint
    app.register_blueprint(system_views.bp)
    interests.register(app)
    competence.register(app)  # after the matrix of authorisations has put its page on this blueprint
