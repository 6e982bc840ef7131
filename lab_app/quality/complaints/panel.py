"""Complaints and feedback about a record, on that record's page."""
from __future__ import annotations

from functools import partial
from typing import Any

from lab_app.core.access import Actor
from lab_app.core.panels import Panel, register_panel
from lab_app.core.permissions import P
from lab_app.quality.complaints import queries, workflow
from lab_app.quality.feedback import queries as feedback


def _about(kind: str, row: Any, actor: Actor) -> Panel | None:
    if not actor.can(P.QUALITY_READ):
        return None
    complaints = queries.complaints_about(kind, row.id)
    answers = feedback.feedback_about(kind, row.id) if kind == "report" else []
    if not complaints and not answers:
        return None
    return Panel("quality/_voices_panel.html", {
        "complaints": complaints, "answers": answers, "machine": workflow.COMPLAINT}, side=True)


def hang() -> None:
    """Show them with reports, requests and samples."""
    for kind in ("report", "request", "sample"):
        register_panel(kind, "voices", partial(_about, kind), order=60)
