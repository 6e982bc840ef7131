"""What rests on a document that somebody else publishes, on its page among the watched ones (7.2.1.3)."""
from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from lab_app.core import clock
from lab_app.core.access import Actor
from lab_app.core.db import db
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.quality.standards import rules as watch
from test_methods.models import Method, Regulation


def of_external(row: Any, actor: Actor) -> Panel | None:
    """The edition among the laboratory's regulations, what replaces it there, and the methods in force that rest on it."""
    if not actor.can(P.METHOD_READ):
        return None
    found = db.session.scalars(
        select(Regulation).where(or_(Regulation.code == row.code, Regulation.replaced_by == row.code)).limit(10)).all()
    edition = next((one for one in found if one.code == row.code), None)
    if edition is None:
        return None
    methods = db.session.scalars(
        select(Method).where(Method.regulation_id == edition.id).options(selectinload(Method.versions))
        .order_by(Method.code).limit(50)).all()
    today = clock.today()
    resting = [
        (method, version) for method in methods for version in method.versions
        if version.status == "approved" and version.effective_from is not None and version.effective_from <= today
        and (version.effective_to is None or version.effective_to > today)
    ]
    ended = row.status == watch.WITHDRAWN or edition.in_force_to is not None and edition.in_force_to <= today
    return Panel("test_methods/_watched.html", {"edition": edition, "resting": resting, "ended": ended,
        "before": [o for o in found if o is not edition]})
