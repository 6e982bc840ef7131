"""The laboratory system: conformity assessment and laboratory management to ISO/IEC 17025."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; the import stands inside, so that packages may import `lab_app` freely."""
    from lab_app.factory import build

    return build(settings)
