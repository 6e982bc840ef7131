"""An instrument found wrong after a request was measured with it, and the recall of what it touched."""
from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from certificates import services
from certificates.models import Recall
from tests.support import certificates_facts as facts
from tests.support.certificates_facts import MEASURED, World

#: The span of the usual recall: a week before the first reading to the end of its fortnight.
SINCE, UNTIL = MEASURED - timedelta(days=7), MEASURED + timedelta(days=4)


def recalled(
    world: World | None = None, *, since: datetime = SINCE, until: datetime = UNTIL, error: Decimal | None = Decimal("-0.5"),
    error_unit: str = "dB", depth: int = 3, report: bool = False,
) -> tuple[World, Recall]:
    """A ready request (its report issued when asked) and an open recall of its instrument."""
    made = world or facts.ready_request()
    if report:
        facts.issued(made)
    row = services.open_recall(
        made.people.quality_manager, made.instrument, since=since, until=until, cause="check", error=error, error_unit=error_unit,
        note="Kiểm tra giữa kỳ không đạt", depth=depth)
    return made, row
