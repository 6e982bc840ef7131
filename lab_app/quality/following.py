"""What followed from a record: a panel of risks, improvements, planned changes and lessons, on the pages of what may bring them up."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import literal, select, union_all

from lab_app.core import panels
from lab_app.core.access import Actor
from lab_app.core.db import db
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.quality.changes.models import PlannedChange
from lab_app.quality.improvements.models import Improvement
from lab_app.quality.knowledge.models import Lesson
from lab_app.quality.risks.models import Risk

#: Pages that show it: the kinds of record that risks, improvements, changes and lessons most often come from.
KINDS = ("nonconformity", "corrective-action")


#: What may follow: its name, its page, its model, and whether only readers of the quality records see it.
FOLLOWS: tuple[tuple[Any, str, Any, bool], ...] = (
    (_l("Rủi ro, cơ hội"), "quality_risks.risk_page", Risk, True),
    (_l("Thay đổi có kế hoạch"), "quality_changes.change_page", PlannedChange, True),
    (_l("Cải tiến"), "quality_improvements.improvement_page", Improvement, False),
    (_l("Bài học"), "quality_knowledge.lesson_page", Lesson, False),
)
#: So many of each are shown.
MOST = 20


def _followed(kind: str, ident: int, whole: bool) -> list[tuple[Any, str, Any]]:
    """(name, page, code and title) of what a record brought up, each kind newest first; one statement. `whole`: every kind."""
    arms = [
        select(literal(place).label("place"), model.id, model.code, model.title)
        .where(model.source_kind == kind, model.source_id == ident).order_by(model.id.desc()).limit(MOST).subquery()
        for place, (_name, _page, model, kept) in enumerate(FOLLOWS) if whole or not kept]
    every = union_all(*(select(arm) for arm in arms)).subquery()
    rows = db.session.execute(select(every).order_by(every.c.place, every.c.id.desc()))
    return [(*FOLLOWS[row.place][:2], row) for row in rows]


def _panel(kind: str, row: Any, actor: Actor) -> Panel:
    return Panel("quality/_follows.html", {
        "followed": _followed(kind, row.id, actor.can(P.QUALITY_READ)), "kind": kind, "code_": row.code,
        "may": actor.can(P.QUALITY_WRITE)}, side=True)


def show() -> None:
    """Put the panel on the pages of `KINDS`."""
    for kind in KINDS:
        panels.register_panel(kind, "follows", lambda row, actor, kind=kind: _panel(kind, row, actor), order=80)  # type: ignore[misc]
