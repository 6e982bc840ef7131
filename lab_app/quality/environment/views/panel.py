"""Limits, loggers and excursions on a room's page."""
from __future__ import annotations

from typing import Any

from lab_app.core import clock
from lab_app.core.access import Actor
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.quality.environment import presenters, queries, rules
from lab_app.quality.environment.workflow import EXCURSION


def of_room(row: Any, actor: Actor) -> Panel | None:
    """What a room is limited to, what watches it, when it was outside."""
    now, limits = clock.now(), queries.limits_of(row.id)
    channels = [c for c in queries.channels_of_room(row.id) if c.ended_at is None]
    present = [(code, rules.limit_at([x for x in limits if x.quantity == code], now)) for code in rules.QUANTITIES]
    return Panel("quality/_room_environment.html", {
        "room": row, "present": [(code, limit) for code, limit in present if limit is not None], "earlier": len(limits),
        "channels": channels, "newest": queries.newest_of([c.id for c in channels]),
        "excursions": queries.excursions_of_room(row.id, 5), "quantities": rules.QUANTITIES, "limit_text": presenters.limit_text,
        "value_of": rules.value_of, "worst": presenters.worst_text, "machine": EXCURSION, "may": actor.can(P.QUALITY_WRITE),
        "may_record": actor.can(P.ENVIRONMENT_WRITE),
    })
