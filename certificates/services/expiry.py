"""Papers whose time has run out: moved in the register each night, by a decision that stands in its log like every other."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from certificates import workflow
from certificates.models import Report
from certificates.services.issuing import move
from lab_app.core import audit, clock, jobs, schedule
from lab_app.core.access import SystemActor, authorize
from lab_app.core.db import db
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P

CALENDAR = SystemActor("Hết thời hạn tự động", frozenset({P.REPORT_STATUS}))
PORTION = 100


def expire_due() -> int:
    """Move every paper that is in force or suspended past its last day to `expired`; answers how many. Own transactions, in portions.

    The decision is the signatory's, taken with the last day at issue; so no person stands on the change.
    """
    count, after = 0, 0
    while True:
        with jobs.transaction():
            authorize(CALENDAR, P.REPORT_STATUS)
            rows = list(db.session.scalars(
                select(Report).where(
                    Report.expires_on < clock.today(), Report.status.in_((workflow.VALID, workflow.SUSPENDED)), Report.id > after)
                .order_by(Report.id).limit(PORTION).with_for_update(of=Report)))
            for row in rows:
                said = f"Hết thời hạn hiệu lực ghi trên phiếu, ngày {show_date(row.expires_on)}."
                with audit.reason(said):
                    move(row, "expire", said, said, None, actor=CALENDAR)
            count += len(rows)
            after = rows[-1].id if rows else after
        if len(rows) < PORTION:
            return count


@schedule.scheduled("expired-papers", _l("Chuyển phiếu quá thời hạn sang hết hiệu lực"), hour=0, minute=5)
def nightly(_payload: dict[str, Any]) -> None:
    """The nightly run."""
    expire_due()
