"""Questions about planned changes."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.core.audit import AuditEntry
from lab_app.core.db import db
from lab_app.quality.changes.models import ChangeStep, PlannedChange


def changes() -> Select[Any]:
    """All of them with who proposed, ready for a list."""
    return select(PlannedChange).options(joinedload(PlannedChange.proposed_by).lazyload(Person.roles))


def additions(row: PlannedChange) -> dict[int, AuditEntry]:
    """Step → the entry of the trail that added it, for the steps added after the change was approved: who, when, why. One statement,
    none before the approval."""
    later = [step.id for step in row.steps if row.decided_at is not None and step.recorded_at > row.decided_at]
    if not later or row.status == "declined":
        return {}
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_kind == "change-step", AuditEntry.subject_id.in_(later), AuditEntry.action == "create"))
    return {entry.subject_id: entry for entry in entries}


def change_by_code(code: str) -> PlannedChange | None:
    """The change with this code, its steps and the people it names."""
    people = (PlannedChange.proposed_by, PlannedChange.decided_by, PlannedChange.closed_by)
    steps = selectinload(PlannedChange.steps).joinedload(ChangeStep.person).lazyload(Person.roles)
    return db.session.scalar(
        select(PlannedChange).where(PlannedChange.code == code).options(steps, *(joinedload(who).lazyload(Person.roles) for who in people)))
