"""What the request's page shows of its reports."""
from __future__ import annotations

from certificates import queries, workflow
from lab_app.core.access import Actor
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.samples.models import TestRequest


def of_request(row: TestRequest, actor: Actor) -> Panel | None:
    """Reports of the request, and the way to prepare one for those who may."""
    if not actor.can(P.REPORT_READ):
        return None
    context = {
        "reports": queries.reports_of(row.id), "machine": workflow.REPORT, "kinds": workflow.KINDS, "request_": row,
        "may_draft": actor.can(P.REPORT_DRAFT) and row.status == "accepted",
    }
    return Panel("certificates/_request_panel.html", context, side=True)
