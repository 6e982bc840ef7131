"""News from below that opens a recall, in the sender's transaction (6.4.9)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from certificates.recall import queries
from certificates.services import recalls
from instruments.models import Instrument
from lab_app.core import audit, clock, events
from lab_app.core.access import Actor, SystemActor
from lab_app.core.asked import asked
from lab_app.core.permissions import P
from lab_app.quality import hanging
from lab_app.quality.models import Nonconformity


def on_calibration_failed(
    _sender: Any, *, instrument: Instrument, since: datetime, actor: Actor, cause: str = "calibration",
    found_on: date | None = None, error: Decimal | None = None, error_unit: str = "", reason: str = "",
    until: datetime | None = None, **_more: Any,
) -> None:
    """Open (or widen) the recall of what the instrument touched. The technician whose check failed needs no right over quality
    records for it: for this act alone the right is lent, under the same name."""
    lent = SystemActor(actor.name, frozenset({P.QUALITY_WRITE}), actor.id)
    try:
        recalls.found_wrong(
            lent, instrument, since=since, until=until or clock.now(), cause=cause, found_on=found_on or clock.today(), error=error,
            error_unit=error_unit, reason=reason,
        )
    finally:
        audit.acting(actor)


def unfinished(row: Nonconformity) -> list[str]:
    """Recalls of nonconforming work that are not concluded, in words."""
    return [
        gettext("%(code)s chưa kết luận", code=recall.code) for recall in asked(queries.recalls_of_nonconformity, row.id)
        if recall.status == "open"
    ]


def listen() -> None:
    """Connect; connected again (a second application) it is the same listener."""
    events.calibration_failed.connect(on_calibration_failed)
    hanging.register("recalls", unfinished)
