"""Complaints and feedback about a record, on that record's page."""
from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Integer, literal, or_, select, union_all

from lab_app.core.access import Actor
from lab_app.core.db import db
from lab_app.core.panels import Panel, register_panel
from lab_app.core.permissions import P
from lab_app.quality.complaints import workflow
from lab_app.quality.complaints.models import Complaint, ComplaintSubject
from lab_app.quality.feedback.models import Feedback

MOST = 20


def _about(kind: str, row: Any, actor: Actor) -> Panel | None:
    """Both in one statement: a record's page asks many rooms."""
    if not actor.can(P.QUALITY_READ):
        return None
    about = select(ComplaintSubject.complaint_id).where(
        ComplaintSubject.kind == kind, ComplaintSubject.subject_id == row.id, ComplaintSubject.struck_at.is_(None))
    complaints = select(
        literal("complaint").label("what"), Complaint.id, Complaint.code, Complaint.title.label("words"), Complaint.status,
        literal(None, Integer).label("score")).where(Complaint.id.in_(about))
    answers = select(
        literal("feedback"), Feedback.id, Feedback.code, Feedback.words, literal(""), Feedback.satisfaction,
    ).where(Feedback.subject_kind == kind, Feedback.subject_id == row.id)
    both = union_all(complaints, answers).subquery()
    found = list(db.session.execute(select(both).order_by(both.c.what, both.c.id.desc()).limit(MOST)))
    return Panel("quality/_voices_panel.html", {"voices": found, "machine": workflow.COMPLAINT}, side=True) if found else None


def _any(kind: str, row: Any) -> Any:
    complaint = select(ComplaintSubject.id).where(
        ComplaintSubject.kind == kind, ComplaintSubject.subject_id == row.id, ComplaintSubject.struck_at.is_(None)).exists()
    return or_(complaint, select(Feedback.id).where(Feedback.subject_kind == kind, Feedback.subject_id == row.id).exists())


def hang() -> None:
    """Show them with reports, requests and samples."""
    for kind in ("report", "request", "sample"):
        register_panel(kind, "voices", partial(_about, kind), order=60, probe=partial(_any, kind))
