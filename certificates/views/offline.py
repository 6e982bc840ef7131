"""The target of the second symbol: what the laboratory signed, read from the address alone."""
from __future__ import annotations

from typing import Any

from flask import render_template

from certificates import offline
from certificates.limits import limited
from certificates.translog import store
from certificates.views import bp
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
