"""One result's whole story."""
from __future__ import annotations

from typing import Any

from lab_app.core.access import current_actor, requires
from lab_app.core.permissions import P
from lab_app.core.web import page
from lab_app.results import presenters, risk, workflow
from lab_app.results.forms.deciding import AnswerForm, OverrideForm
from lab_app.results.views import bp, story, verdicts


@bp.get("/lines/<int:id>")
@requires(P.JOB_READ)
def line_page(id: int) -> Any:
    """Every revision, how it was computed, with what, who reviewed it, what it was retested by, what people said of its verdict."""
    return show_line(id)


def show_line(ident: int, form: OverrideForm | None = None, answer: AnswerForm | None = None) -> Any:
    """The page of a line; `form` or `answer` is what was just refused."""
    told = story.made(ident)
    said = verdicts.said_of(told.line, current_actor(), form, answer)
    refused = next((f for f in (form, answer) if f is not None and f.refused), None)
    return page(
        "results/line.html", 422 if refused is not None else 200, s=told, o=said, refused=refused, show=presenters,
        line_state=workflow.LINE.state, risk=risk.of_reading(told.line.reading))
