"""What pages of instruments, reports and nonconforming work show of recalls."""
from __future__ import annotations

from typing import Any

from flask import url_for

from certificates.recall import queries, workflow
from lab_app.core.access import Actor
from lab_app.core.asked import asked
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.quality.models import Nonconformity


def _panel(recalls: Any, trace_url: str = "", side: bool = True) -> Panel:
    context = {"recalls": recalls, "machine": workflow.RECALL, "causes": workflow.CAUSES, "trace_url": trace_url}
    return Panel("certificates/_recall_panel.html", context, side=side)


def of_instrument(row: Any, actor: Actor) -> Panel | None:
    """Recalls of the instrument, and the way to its traces."""
    if not actor.can(P.QUALITY_READ):
        return None
    return _panel(queries.recalls_of_instrument(row.id), url_for("certificates.trace_of_instrument", code=row.code))


def of_nonconformity(row: Nonconformity, actor: Actor) -> Panel | None:
    """Recalls that belong to nonconforming work; nothing where there are none."""
    found = asked(queries.recalls_of_nonconformity, row.id) if actor.can(P.QUALITY_READ) else []
    return _panel(found, side=False) if found else None
