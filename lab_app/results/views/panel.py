"""The jobs on a request's and on an item's page."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext

from lab_app.core import clock
from lab_app.core.access import Actor
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.results import loading, presenters, workflow
from lab_app.results.models import TestJob


def _panel(jobs: list[TestJob], empty: str) -> Panel:
    counted = loading.progress(jobs)
    return Panel("results/_jobs_panel.html", {
        "rows": [(job, *counted.get(job.id, (0, 0))) for job in jobs], "empty_text": empty, "show": presenters,
        "state": workflow.JOB.state, "today": clock.today(),
    })


def of_request(row: Any, actor: Actor) -> Panel | None:
    """Jobs of a request; nothing for somebody who may not read jobs."""
    if not actor.can(P.JOB_READ):
        return None
    return _panel(loading.jobs_where(TestJob.request_id == row.id), gettext("Việc thử sinh ra khi mẫu được tiếp nhận."))


def of_sample(row: Any, actor: Actor) -> Panel | None:
    """Jobs on an item."""
    if not actor.can(P.JOB_READ):
        return None
    return _panel(loading.jobs_where(TestJob.sample_id == row.id), gettext("Chưa có việc thử nào cho mẫu này."))
