"""The blueprints: the laboratory's pages, and those that anyone may open."""
from __future__ import annotations

from flask import Blueprint, Response, request

from lab_app.core.errors import NotFound
from lab_app.quality.complaints import queries
from lab_app.quality.complaints.models import Complaint

bp = Blueprint("quality_complaints", "lab_app.quality.complaints")
public_bp = Blueprint("complaints", "lab_app.quality.complaints.public")


def found(code: str) -> Complaint:
    """The complaint of this code, or the 404 page."""
    row = queries.complaint_by_code(code)
    if row is None:
        raise NotFound()
    return row


@public_bp.after_request
def discreet(response: Response) -> Response:
    """An address that is a key is told to nobody as where the reader came from, and kept by no search engine."""
    if "token" in (request.view_args or {}):
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response
