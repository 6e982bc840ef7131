"""Hangs risks, objectives, improvements, planned changes, context, knowledge and purchases on the application."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """The seven subjects of 6.6, 8.5, 8.6 and of ISO 9001 4, 6 and 7.1.6."""
    from lab_app.quality import (
        changes,
        context,
        due_asks,  # noqa: F401 its daily run registers itself
        following,
        improvements,
        knowledge,
        objectives,
        purchases,
        risks,
    )

    for subject in (purchases, risks, objectives, improvements, changes, context, knowledge):
        subject.register(app)
    following.show()
