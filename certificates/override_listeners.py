"""A verdict confirmed by hand after its paper was issued: whoever signed the paper is told that it prints another (7.8.8)."""
from __future__ import annotations

from typing import Any

from certificates import queries, workflow
from lab_app.core import events, notices
from lab_app.core.notices import N_
from lab_app.results.models import VerdictOverride

OVERRIDDEN = N_("Phiếu %(number)s in kết luận khác với kết luận vừa được sửa tay; xem xét lập phiếu sửa đổi.")


def on_verdict_overridden(_sender: Any, *, override: VerdictOverride, **_more: Any) -> None:
    """Give the signatory of every paper that stands with this reading a notice, in the sender's transaction."""
    for report in queries.reports_resting_on([override.reading_id]):
        if report.status in workflow.STANDING:
            notices.give(report.signatory_id, f"overridden:{override.id}:{report.id}", "report", OVERRIDDEN, {"number": report.number},
                         f"/reports/{report.code}")


def listen() -> None:
    """Connect; connected again (a second application) it is the same listener."""
    events.verdict_overridden.connect(on_verdict_overridden)
