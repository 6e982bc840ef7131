"""Questions about planned changes."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.changes.models import ChangeStep, PlannedChange


def changes() -> Select[Any]:
    """All of them with who proposed, ready for a list."""
    return select(PlannedChange).options(joinedload(PlannedChange.proposed_by).lazyload(Person.roles))


def change_by_code(code: str) -> PlannedChange | None:
    """The change with this code, its steps and the people it names."""
    people = (PlannedChange.proposed_by, PlannedChange.decided_by, PlannedChange.closed_by)
    steps = selectinload(PlannedChange.steps).joinedload(ChangeStep.person).lazyload(Person.roles)
    return db.session.scalar(
        select(PlannedChange).where(PlannedChange.code == code).options(steps, *(joinedload(who).lazyload(Person.roles) for who in people)))
