"""News of the register that changes what is public beyond a paper's own page, in the sender's transaction."""
from __future__ import annotations

from typing import Any

from certificates.models import Report
from certificates.services import publishing
from lab_app.core import events


def on_report_issued(_sender: Any, *, report: Report, **_more: Any) -> None:
    """A new paper stands in the directory from its first moment, where its customer agreed to that."""
    publishing.list_as_agreed(report)


def listen() -> None:
    """Connect; connected again (a second application) it is the same listener."""
    events.report_issued.connect(on_report_issued)
