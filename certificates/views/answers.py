"""What every public answer has in common: an ETag over all it says, headers that let it be kept and asked again, the language."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, g, make_response, request

from certificates.views import bp
from lab_app.accounts.queries import laboratory_facts
from lab_app.core.i18n import lang
from lab_app.core.slim_style import sheet

CACHE = "public, no-cache"


def spoken() -> str | None:
    """The language asked for in the address, carried on to the next one; a cookie speaks for itself."""
    asked = request.args.get("lang")
    return asked if asked in ("vi", "en") else None


def iso(at: datetime) -> str:
    """A moment for programs, to the second."""
    return at.isoformat(timespec="seconds")


def conditional(said: dict[str, Any], status: int, draw: Callable[[], Any], page: bool = True) -> Response:
    """The drawn answer with its ETag, or 304 when the asker holds it already; nothing is drawn then."""
    if page and "lab_facts" not in g:
        g.lab_facts = laboratory_facts()
    facts = g.lab_facts if page else {}
    basis = json.dumps([said, lang() if page else "", facts, sheet().version], sort_keys=True, default=str)
    etag = hashlib.sha256(basis.encode()).hexdigest()[:32]
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = make_response(draw(), status)
    response.set_etag(etag)
    return headers(response)


def headers(response: Response) -> Response:
    """Anyone may keep the answer, and asks again before showing it."""
    response.headers["Cache-Control"] = CACHE
    response.vary.add("Cookie")  # the language may come from there
    return response


@bp.after_request
def discreet(response: Response) -> Response:
    """Of one paper, one list, one question no search engine keeps a copy: it would go on saying `valid` of what was withdrawn, and lead
    strangers to what only holders of a code are to find. An address that is a key is told to nobody as where the reader came from."""
    if request.view_args or request.args:
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
    if "token" in (request.view_args or {}):
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
