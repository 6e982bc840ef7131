"""What the page of a broken gate shows of the papers it concerns."""
from __future__ import annotations

from certificates import queries, workflow
from lab_app.core.access import Actor
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.quality.glass.models import BrokenGate


def of_broken_gate(row: BrokenGate, actor: Actor) -> Panel | None:
    """Papers that print what was recorded past the gate; for those who may see papers."""
    if not actor.can(P.REPORT_READ):
        return None
    return Panel("certificates/_broken_panel.html", {
        "reports": queries.reports_concerned(row), "machine": workflow.REPORT, "kinds": workflow.KINDS, "subjects": row.subjects})
