"""Reported events."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.events.models import Event


def events() -> Select[Any]:
    """All of them with who looks into them."""
    return select(Event).options(joinedload(Event.owner).lazyload(Person.roles))


def event_by_code(code: str) -> Event | None:
    """The event of this code with the people it names."""
    return db.session.scalar(select(Event).where(Event.code == code).options(
        *(joinedload(who).lazyload(Person.roles) for who in (Event.owner, Event.reported_by, Event.settled_by))))


def reported_by(person_id: int) -> Select[Any]:
    """What a person reported, for their own list."""
    return events().where(Event.reported_by_id == person_id)
