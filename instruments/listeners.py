"""News from the rooms above that the register keeps; each runs in the sender's transaction."""
from __future__ import annotations

from typing import Any

from instruments.services.in_house import take_over
from lab_app.core import events


def _reported(_sender: Any, facts: Any, **_: Any) -> None:
    """The certificate of an own instrument became valid: its calibration stands in the register, not yet released."""
    take_over(facts)


def connect() -> None:
    """Listen; connecting twice is harmless."""
    events.calibration_reported.connect(_reported)
