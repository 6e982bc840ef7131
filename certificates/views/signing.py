"""The certificates that papers were signed with, for whoever compares a file's signature."""
from __future__ import annotations

from typing import Any

from flask import Response, abort

from certificates.limits import limited
from certificates.models import Report
from certificates.queries import files
from certificates.services import keywatch, sealing
from certificates.signing import levels
from certificates.views import bp
from lab_app.core import files as bytes_by_hash
from lab_app.core.access import Actor, public
from lab_app.core.asked import asked
from lab_app.core.panels import Panel
from lab_app.core.permissions import P


@bp.get("/verify/certificate/<fingerprint>.pem")
@public
@limited
def signing_certificate(fingerprint: str) -> Any:
    """A certificate by its SHA-256, as PEM; it never changes."""
    found = files.certificate(fingerprint) if len(fingerprint) == 64 else None
    if found is None:
        abort(404)
    response = Response(found.pem, mimetype="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="{fingerprint[:16]}.pem"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def of_report(row: Report, actor: Actor) -> Panel | None:
    """The signed files of a report, on its page: level, hash, size, times, whose certificate; and what is still to be reached."""
    if not actor.can(P.REPORT_READ):
        return None
    found = asked(files.files_of, (row.id,))[row.id]
    if not found:
        return None
    newest = found[-1]
    wanted = sealing.target(newest.certificate.self_made)
    return Panel("certificates/_files_panel.html", {
        "files": found[::-1], "report": row, "size": bytes_by_hash.describe,
        "waiting": wanted if levels.below(newest.level, wanted) else ""}, side=True)


def of_system(_row: Any, actor: Actor) -> Panel | None:
    """How the signing key stands, on the page of what the program does by itself."""
    if not actor.can(P.SYSTEM_READ):
        return None
    ways = sealing.settings()
    return Panel("certificates/_key_panel.html", {
        "key": keywatch.state(), "token": ways.token_label if ways.token else "", "level": ways.level, "stamps": ways.time_stamps,
        "soon": max(keywatch.STAGES)})
