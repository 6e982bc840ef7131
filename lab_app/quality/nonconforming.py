"""Hangs events, holds, dispositions and corrective actions on the application."""
from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import clock, involvement
from lab_app.core.access import Actor
from lab_app.core.asked import asked
from lab_app.core.panels import Panel, register_panel
from lab_app.quality import hanging
from lab_app.quality.corrective.models import CorrectiveAction, CorrectiveStep, EffectCheck
from lab_app.quality.dispositions.models import Disposition
from lab_app.quality.events import services as reporting
from lab_app.quality.events import workflow as outcomes
from lab_app.quality.events.models import Event
from lab_app.quality.holds import queries as holds
from lab_app.quality.holds import workflow as holding
from lab_app.quality.improvements import services as improvements
from lab_app.quality.models import Nonconformity

if TYPE_CHECKING:
    from flask import Flask

#: Kinds of records whose pages show what is frozen.
SHOWN_ON = ("instrument", "sample", "request", "report")


def frozen(row: Nonconformity) -> list[str]:
    """Holds that stand under nonconforming work: it is not closed before they are released (7.10.1 f)."""
    return [gettext("%(code)s: %(subject)s còn bị giữ lại", code=hold.code, subject=hold.subject_code)
            for hold in asked(holds.holds_of, row.id) if hold.released_at is None]


def _panel_for(kind: str) -> Any:
    def panel(row: Any, _actor: Actor) -> Panel | None:
        """What stands frozen, on the page of the thing itself; nothing where nothing is."""
        now = clock.now()
        standing = [hold for hold in holds.about([(kind, row.id)]) if holds.stands_at(hold, now)]
        return Panel("quality/_holds_panel.html", {"holds": standing, "kinds": holding.KINDS}) if standing else None

    return panel


def _in_nonconformity(ident: int) -> dict[int, list[str]]:
    own = Nonconformity.id == ident
    return involvement.asked(
        (gettext("mở công việc không phù hợp"), select(Nonconformity.opened_by_id).where(own)),
        (gettext("chịu trách nhiệm xử lý"), select(Nonconformity.responsible_id).where(own)),
        (gettext("quyết định về hồ sơ bị ảnh hưởng"), select(Disposition.person_id).where(Disposition.nonconformity_id == ident)),
        (gettext("đóng công việc không phù hợp"), select(Nonconformity.closed_by_id).where(own)),
    )


def _in_corrective(ident: int) -> dict[int, list[str]]:
    steps = CorrectiveStep.corrective_id == ident
    return involvement.asked(
        (gettext("chịu trách nhiệm hành động khắc phục"), select(CorrectiveAction.owner_id).where(CorrectiveAction.id == ident)),
        (gettext("được giao hành động"), select(CorrectiveStep.owner_id).where(steps)),
        (gettext("thực hiện hành động"), select(CorrectiveStep.done_by_id).where(steps)),
        (gettext("đánh giá hiệu lực"), select(EffectCheck.person_id).where(EffectCheck.corrective_id == ident)),
    )


def _in_event(ident: int) -> dict[int, list[str]]:
    return involvement.asked((gettext("báo sự việc"), select(Event.reported_by_id).where(Event.id == ident)))


def _improvement_of(actor: Actor, event: Event, title: str) -> reporting.Opened:
    """The improvement that a reported event turned out to propose."""
    row = improvements.propose(
        actor, kind="suggestion", title=title, problem=event.words, source_kind="quality-event", source_code=event.code)
    return reporting.Opened("improvement", row.id, row.code)


def register(app: Flask) -> None:
    """The four subjects of 7.10 and 8.7."""
    from lab_app.quality import nonconforming_words as words
    from lab_app.quality.corrective import views as corrective_pages
    from lab_app.quality.dispositions import views as disposition_pages
    from lab_app.quality.events import views as event_pages
    from lab_app.quality.holds import views as hold_pages

    for pages in (event_pages, hold_pages, disposition_pages, corrective_pages):
        app.register_blueprint(pages.bp)
    words.say()
    words.offer()
    hanging.register("holds", frozen)
    reporting.register_opener(outcomes.IMPROVEMENT, _improvement_of)
    for kind in SHOWN_ON:
        register_panel(kind, "holds", _panel_for(kind), order=1, probe=partial(holds.any_standing, kind))
    involvement.register("nonconformity", "quality", _in_nonconformity)
    involvement.register("corrective-action", "quality", _in_corrective)
    involvement.register("quality-event", "quality", _in_event)
