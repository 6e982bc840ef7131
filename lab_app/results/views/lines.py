"""One result's whole story."""
from __future__ import annotations

from typing import Any

from lab_app.core.access import requires
from lab_app.core.permissions import P
from lab_app.core.web import page
from lab_app.results import presenters, workflow
from lab_app.results.views import bp, story


@bp.get("/lines/<int:id>")
@requires(P.JOB_READ)
def line_page(id: int) -> Any:
    """Every revision, how it was computed, with what, who reviewed it, and what it was retested by."""
    return page("results/line.html", s=story.made(id), show=presenters, line_state=workflow.LINE.state)
