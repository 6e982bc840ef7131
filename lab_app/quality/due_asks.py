"""Every morning people are asked for what comes back by day: suppliers to evaluate, effects to look at, months that missed, reviews."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core import clock, jobs, schedule
from lab_app.core.access import SystemActor
from lab_app.core.permissions import P
from lab_app.quality.context import services as context
from lab_app.quality.objectives import services as objectives
from lab_app.quality.purchases import services as purchases
from lab_app.quality.risks import services as risks

ASKER = SystemActor("lịch chất lượng", frozenset({P.QUALITY_WRITE}))


def ask_all(today: date | None = None) -> int:
    """Ask for what falls due; asked again the same day nothing is doubled. Own transactions; answers how many things are asked."""
    today, count = today or clock.today(), 0
    for ask_due in (purchases.ask_due, risks.ask_due, objectives.ask_due, context.ask_due):
        with jobs.transaction():
            count += ask_due(ASKER, today)
    return count


@schedule.scheduled("quality-calendar", _l("Hỏi việc chất lượng đến hạn: nhà cung cấp, rủi ro, mục tiêu, xem xét"), hour=5, minute=50)
def daily(_payload: dict[str, Any]) -> None:
    """The daily run."""
    ask_all()
