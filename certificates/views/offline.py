"""Papers checked without the register's word: the second symbol's address, and a file that somebody brings."""
from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext

from certificates import dropped, offline, workflow
from certificates.limits import limited
from certificates.translog import store
from certificates.views import bp, photo
from lab_app.core.access import public
from lab_app.results.presenters import verdict


@bp.get("/V/<payload>")
@public
@limited
def offline_check(payload: str) -> Any:
    """The claims of a proof that our key signed; 404 for any other. Asks the database nothing about the paper."""
    try:
        claims = offline.verified(offline.payload_of(payload), store.signer().verifier)
    except offline.BadOffline:
        return render_template("certificates/offline.html", claims=None), 404
    return render_template("certificates/offline.html", claims=claims, verdict=verdict(claims.verdict or "NO_STATEMENT").word)


@bp.post("/verify/file")
@public
@limited
def verify_file() -> Any:
    """Whether a file is the one that was issued, and what happened to it where it is not. Nothing of it is kept or written."""
    given = request.files.get("file")
    content = given.read() if given else b""
    if given is None or not content:
        return render_template("certificates/verify.html", typed="", refused=gettext("Chọn một tệp PDF để kiểm.")), 422
    if photo.is_picture(content):
        return photo.answer(content)
    found = dropped.examine(content)
    kind, says = dropped.KINDS[found.kind]
    state = workflow.REPORT.state(found.report.status) if found.report else None
    return render_template(
        "certificates/dropped.html", found=found, kind=kind, says=says, state=state,
        signature_word=dropped.SIGNATURES[found.signature.verdict] if found.signature else "", name=(given.filename or "")[-120:])
