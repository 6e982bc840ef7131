"""What followed from a record: a panel of risks, improvements, planned changes and lessons, on the pages of what may bring them up."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core import panels
from lab_app.core.access import Actor
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.quality.changes.queries import changes_from
from lab_app.quality.improvements.queries import improvements_from
from lab_app.quality.knowledge.queries import lessons_from
from lab_app.quality.risks.queries import risks_from

#: Pages that show it: the kinds of record that risks, improvements, changes and lessons most often come from.
KINDS = ("nonconformity", "corrective-action")


def _panel(kind: str, row: Any, actor: Actor) -> Panel:
    found: list[tuple[Any, str, Any]] = []
    if actor.can(P.QUALITY_READ):
        found += [(_l("Rủi ro, cơ hội"), "quality_risks.risk_page", one) for one in risks_from(kind, row.id)]
        found += [(_l("Thay đổi có kế hoạch"), "quality_changes.change_page", one) for one in changes_from(kind, row.id)]
    found += [(_l("Cải tiến"), "quality_improvements.improvement_page", one) for one in improvements_from(kind, row.id)]
    found += [(_l("Bài học"), "quality_knowledge.lesson_page", one) for one in lessons_from(kind, row.id)]
    return Panel("quality/_follows.html", {"followed": found, "kind": kind, "code_": row.code, "may": actor.can(P.QUALITY_WRITE)},
                 side=True)


def show() -> None:
    """Put the panel on the pages of `KINDS`."""
    for kind in KINDS:
        panels.register_panel(kind, "follows", lambda row, actor, kind=kind: _panel(kind, row, actor), order=80)  # type: ignore[misc]
