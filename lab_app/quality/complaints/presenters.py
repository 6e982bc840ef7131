"""Complaints as pages show them: who complained or that it is kept secret, who was involved, what comes next."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import clock, gates
from lab_app.core.access import Actor
from lab_app.core.gates import Stop
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.quality.complaints import queries, services, workflow
from lab_app.quality.complaints.models import Complaint


def source(row: Complaint, actor: Actor) -> str:
    """Who complained, in one line; that it is kept secret for whoever may not know (4.2.3)."""
    if not queries.sees_source(actor, row):
        return gettext("giữ kín (4.2.3)")
    return " · ".join(part for part in (row.from_name, row.from_organisation) if part) or gettext("không nêu tên")


def contact(row: Complaint, actor: Actor) -> str:
    """How the complainant can be reached, under the same rule."""
    if not queries.sees_source(actor, row):
        return gettext("giữ kín (4.2.3)")
    return " · ".join(part for part in (row.from_email, row.from_phone) if part)


@dataclass(frozen=True)
class Involved:
    """One person who took part, and what they did."""

    name: str
    deeds: str


def involved(row: Complaint, people: Sequence[Person]) -> list[Involved]:
    """Who took part in what it is about; after the decision as it was frozen then. `people` are all people, for their names."""
    names = {p.id: p.full_name for p in people}
    frozen = {int(one): list(deeds) for one, deeds in row.involved.items()}
    found = frozen if row.decided_at is not None else queries.involved(row)
    named = gettext("được nêu tên là người liên quan")
    return sorted(
        (Involved(names.get(one, f"#{one}"), ", ".join(deeds) or named) for one, deeds in found.items()), key=lambda one: one.name)


def steps(row: Complaint) -> list[tuple[Any, str, str | None]]:
    """The way of a complaint: word, day, where it stands."""
    order = [s.code for s in workflow.COMPLAINT.states]
    at = order.index(row.status)
    declined = row.outcome == workflow.NOT_OURS
    days = {
        workflow.RECEIVED: show_date(row.received_at), workflow.ACKNOWLEDGED: show_date(row.acknowledged_at),
        workflow.INVESTIGATING: gettext("không cần") if declined else (row.owner.full_name if row.owner else ""),
        workflow.DECIDED: show_date(row.decided_at), workflow.CLOSED: show_date(row.closed_at),
    }
    words = {
        workflow.RECEIVED: gettext("Nhận"), workflow.ACKNOWLEDGED: gettext("Báo đã nhận"), workflow.INVESTIGATING: gettext("Điều tra"),
        workflow.DECIDED: gettext("Quyết định"), workflow.CLOSED: gettext("Kết thúc"),
    }
    ended = row.status == workflow.CLOSED
    return [(words[code], days[code], "done" if place < at or ended else "now" if place == at else None)
            for place, code in enumerate(order)]


def stops(row: Complaint, actor: Actor) -> dict[str, Stop | None]:
    """What stands in the way of deciding and of ending, for greyed buttons."""
    found: dict[str, Stop | None] = {"decide": None, "close": None}
    if row.status == workflow.INVESTIGATING and actor.can(P.COMPLAINT_DECIDE):
        found["decide"] = gates.first_stop(
            ("complaint-investigated", services.investigation_facts(row, workflow.REJECTED)),
            ("complaint-decider-not-involved", services.decider_facts(actor, row)))
    if row.status == workflow.ACKNOWLEDGED and actor.can(P.COMPLAINT_DECIDE):
        found["decide"] = gates.ask("complaint-decider-not-involved", services.decider_facts(actor, row))
    if row.status == workflow.DECIDED and actor.can(P.QUALITY_WRITE):
        found["close"] = gates.ask("complaint-complete", services.closing_facts(row))
    return found


def late(row: Complaint) -> bool:
    """Whether it waits longer than its terms allow."""
    today = clock.today()
    if row.status == workflow.RECEIVED and row.acknowledge_by is not None and row.acknowledge_by < today:
        return True
    return row.status not in (workflow.DECIDED, workflow.CLOSED) and row.decide_by is not None and row.decide_by < today


def due(row: Complaint) -> Any:
    """The next day that matters."""
    if row.status == workflow.RECEIVED:
        return row.acknowledge_by
    return row.decide_by if row.status in (workflow.ACKNOWLEDGED, workflow.INVESTIGATING) else None
