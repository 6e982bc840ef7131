"""Notices before a proficiency test closes: 72, 24 and 4 hours before, to who entered the round and the quality managers (7.7.2)."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.accounts.queries import active_people
from lab_app.core import audit, clock, jobs, notices, schedule
from lab_app.core.access import SystemActor
from lab_app.core.i18n import show_datetime
from lab_app.core.notices import N_
from lab_app.results.validity import queries, rules

WORKER = SystemActor("flask jobs work")
CLOSING = N_("Vòng thử nghiệm thành thạo %(name)s hết hạn nộp lúc %(at)s, chưa có kết quả của phòng.")


def remind_of_rounds() -> int:
    """Give the notices that are due now, each once for a person and a stage; answers how many. Inside the caller's transaction."""
    now, given = clock.now(), 0
    rows = [r for r in queries.closing_rounds(now, now + timedelta(hours=max(rules.ALERT_HOURS))) if not r.results]
    managers = {p.id for p in active_people("quality_manager")} if rows else set()
    for row in rows:
        hours = rules.alert_due(row.closes_at, now)
        for person_id in sorted({row.person_id, *managers}):
            given += notices.give(
                person_id, f"proficiency:{row.id}:{hours}:{person_id}", "proficiency", CLOSING,
                {"name": row.name, "at": show_datetime(row.closes_at)}, f"/proficiency/rounds/{row.code}")
    return given


@schedule.scheduled("proficiency-deadlines", _l("Nhắc hạn nộp kết quả thử nghiệm thành thạo"), every="hour", minute=5)
def hourly(_payload: dict[str, Any]) -> None:
    """The hourly run."""
    with jobs.transaction():
        audit.acting(WORKER)
        remind_of_rounds()
