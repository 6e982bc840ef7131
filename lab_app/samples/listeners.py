"""News from the rooms above that this room keeps; each runs in the sender's transaction."""
from __future__ import annotations

from typing import Any

from lab_app.core import events
from lab_app.samples.services.requests import note_report


def _issued(_sender: Any, report: Any, **_: Any) -> None:
    """A final report became valid: its request is reported. Partial and preliminary papers leave it open."""
    if report.kind == "final":
        note_report(report.request_id, report.issued_on)


def connect() -> None:
    """Listen; connecting twice is harmless."""
    events.report_issued.connect(_issued)
