"""The personal link of a delivery: whoever was given it opens the paper. Opening is a POST, so that a mail scanner that follows links
neither opens the paper nor is noted as the customer."""
from __future__ import annotations

from typing import Any

from flask import current_app, render_template, url_for

from certificates.models import Report
from certificates.queries import deliveries, stored_file
from certificates.queries.files import current_sha256
from certificates.services import asking, delivery
from certificates.views import bp, living
from lab_app.core import files, rates
from lab_app.core.access import public

limited = rates.limited("personal-link", 20, 200)


def _nothing() -> Any:
    """One answer for a link that never was, has ended or was revoked."""
    return render_template("certificates/personal.html", report=None), 404


@bp.get("/p/<token>")
@public
@limited
def personal_link(token: str) -> Any:
    """What the link holds: number and status of the paper, and the button that opens it."""
    link = deliveries.open_link(token)
    if link is None:
        return _nothing()
    report: Report = link.delivery.report
    said = living.dates(report)
    return render_template(
        "certificates/personal.html", report=report, link=link, state=living.state(str(said["status"])), said=said,
        verify_url=f"{current_app.config['PUBLIC_URL']}/verify/{report.code}",
        feedback_url=url_for("feedback.ask", token=asking.page_of(link)),
        complaint_url=url_for("complaints.lodge_form", paper=report.number))


@bp.post("/p/<token>")
@public
@limited
def open_link(token: str) -> Any:
    """The file; that it was opened is noted."""
    report = delivery.note_opening(token)
    stored = stored_file(current_sha256(report)) if report is not None else None
    if report is None or stored is None:
        return _nothing()
    return files.send(stored, f"{report.number.replace('/', '-')}.pdf")
