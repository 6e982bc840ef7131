"""Every hour: which loggers have fallen silent (6.3.3)."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lab_app.core import clock, inbox, jobs, schedule
from lab_app.core.access import SystemActor, authorize
from lab_app.core.db import db
from lab_app.core.i18n import show_datetime
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.environment import queries
from lab_app.quality.environment.models import Logger

SILENT = N_("Bộ ghi %(code)s im lặng từ %(since)s: phòng không được theo dõi")
WATCHER = SystemActor("bộ theo dõi môi trường", frozenset({P.ENVIRONMENT_WRITE}))


def watch(actor: SystemActor = WATCHER) -> int:
    """Ask about every logger in use whose newest reading is older than its bound for gaps; settle where it speaks again. Answers how many
    are silent."""
    authorize(actor, P.ENVIRONMENT_WRITE)
    rows = list(db.session.scalars(select(Logger).where(Logger.retired_at.is_(None)).options(selectinload(Logger.channels))))
    open_ = {row.id: [c.id for c in row.channels if c.ended_at is None] for row in rows}
    newest = queries.newest_of([c for ids in open_.values() for c in ids])
    silent = 0
    for row in rows:
        if not open_[row.id]:
            continue
        last = min((newest[c][0] if c in newest else row.recorded_at) for c in open_[row.id])
        key = f"environment-logger/{row.id}/silent"
        if clock.now() - last <= timedelta(minutes=row.most_gap_minutes):
            inbox.settle(key)
            continue
        silent += 1
        inbox.ask(key, "environment-logger", SILENT, {"code": row.code, "since": show_datetime(last)}, permission=P.ENVIRONMENT_WRITE,
                  code=row.code, link=f"/quality/environment/loggers/{row.code}", due_on=clock.today())
    return silent


@schedule.scheduled("environment-watch", _l("Bộ ghi môi trường im lặng"), every="hour", minute=10)
def _hourly(_payload: dict[str, Any]) -> None:
    with jobs.transaction():
        watch()
