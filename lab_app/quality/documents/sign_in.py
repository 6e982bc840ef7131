"""What a person must acknowledge meets them once after signing in: the quality policy after each change (8.2.1)."""
from __future__ import annotations

from typing import Any

from flask import redirect, request, session, url_for

from lab_app.core import clock
from lab_app.core.access import current_actor
from lab_app.core.permissions import P
from lab_app.quality.documents import queries

MET = "documents_met"
#: Pages that must not be interrupted: signing in and out, files, what is public.
LEFT_ALONE = ("security.", "static", "bootstrap.", "quality_documents.", "public_style", "interests.", "quality_environment.")


def meet() -> Any:
    """Once a day and person, before the first page: the first thing still to be read that is asked at sign-in. It can be put off for
    this session; the inbox keeps asking."""
    if request.method != "GET" or not request.endpoint or request.endpoint.startswith(LEFT_ALONE) or not request.cookies:
        return None
    actor = current_actor()
    if actor.id is None or not actor.can(P.HOME) or request.accept_mimetypes.best != "text/html":
        return None
    seen = [actor.id, clock.today().isoformat()]
    if session.get(MET) == seen:
        return None
    session[MET] = seen
    version = queries.met_at_sign_in(actor.id)
    if version is None:
        return None
    return redirect(url_for("quality_documents.read_page", code=version.document.code, number=version.number,
        next=request.full_path.rstrip("?")))
