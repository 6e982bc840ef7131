"""Corrective actions, those of a nonconforming work, and whether a cause came back (7.10.3, 8.7)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.accounts.queries import laboratory
from lab_app.core.db import db
from lab_app.core.files import Attachment
from lab_app.quality.causes import year_before
from lab_app.quality.corrective import rules, workflow
from lab_app.quality.corrective.models import CorrectiveAction, CorrectiveLink, CorrectiveStep, EffectCheck
from lab_app.quality.models import Nonconformity

#: So many earlier records are named.
NAMED = 6


def corrective_actions() -> Select[Any]:
    """All of them with what a row of the list shows."""
    return select(CorrectiveAction).options(joinedload(CorrectiveAction.owner).lazyload(Person.roles))


def corrective_by_code(code: str) -> CorrectiveAction | None:
    """The action of this code with its steps, checks and people."""
    return db.session.scalar(corrective_actions().where(CorrectiveAction.code == code).options(
        *(joinedload(who).lazyload(Person.roles) for who in (CorrectiveAction.opened_by, CorrectiveAction.closed_by)),
        selectinload(CorrectiveAction.steps).options(
            joinedload(CorrectiveStep.owner).lazyload(Person.roles), joinedload(CorrectiveStep.done_by).lazyload(Person.roles)),
        selectinload(CorrectiveAction.checks).joinedload(EffectCheck.person).lazyload(Person.roles)))


def step_by_id(ident: int) -> CorrectiveStep | None:
    """A step with its corrective action."""
    return db.session.scalar(select(CorrectiveStep).where(CorrectiveStep.id == ident).options(joinedload(CorrectiveStep.corrective)))


def linked_to(nonconformity_id: int) -> list[CorrectiveAction]:
    """The corrective actions that answer nonconforming work, oldest first."""
    return list(db.session.scalars(
        corrective_actions().join(CorrectiveLink, CorrectiveLink.corrective_id == CorrectiveAction.id)
        .where(CorrectiveLink.nonconformity_id == nonconformity_id).order_by(CorrectiveAction.id)))


def answered_by(corrective_id: int) -> list[Nonconformity]:
    """The nonconforming work that an action answers."""
    return list(db.session.scalars(
        select(Nonconformity).join(CorrectiveLink, CorrectiveLink.nonconformity_id == Nonconformity.id)
        .where(CorrectiveLink.corrective_id == corrective_id).order_by(Nonconformity.id)))


def still_open(cause_class: str = "") -> list[CorrectiveAction]:
    """Actions not closed, newest first, those of a cause first where one is given; the newest fifty."""
    query = select(CorrectiveAction).where(CorrectiveAction.status.in_(workflow.OPEN_STAGES))
    order: list[Any] = [(CorrectiveAction.cause_class != cause_class)] if cause_class else []
    return list(db.session.scalars(query.order_by(*order, CorrectiveAction.id.desc()).limit(50)))


def recurrences(row: Nonconformity) -> list[Nonconformity]:
    """Earlier nonconforming work of the same class of cause, about the same subject or in the same area, found within the twelve
    months up to this one's day (7.10.3). Empty where no cause is stated."""
    if not row.cause_class:
        return []
    same: list[Any] = []
    if row.subject_kind and row.subject_id:
        same.append(and_(Nonconformity.subject_kind == row.subject_kind, Nonconformity.subject_id == row.subject_id))
    if row.area:
        same.append(Nonconformity.area == row.area)
    if not same:
        return []
    earlier = or_(Nonconformity.found_on < row.found_on, and_(Nonconformity.found_on == row.found_on, Nonconformity.id < row.id))
    return list(db.session.scalars(
        select(Nonconformity).where(
            Nonconformity.cause_class == row.cause_class, Nonconformity.found_on >= year_before(row.found_on),
            Nonconformity.id != row.id, earlier, or_(*same))
        .order_by(Nonconformity.found_on.desc(), Nonconformity.id.desc()).limit(NAMED)))


def waiting_days() -> int:
    """The laboratory's days between the last action and the check of its effect."""
    found = laboratory()
    return rules.days_from(found.settings if found is not None else {})


def overdue_steps(today: date) -> Select[Any]:
    """Steps neither done nor dropped whose day is past."""
    return select(CorrectiveStep).where(
        CorrectiveStep.done_on.is_(None), CorrectiveStep.dropped_reason == "", CorrectiveStep.due_on < today)


def progress(rows: Sequence[CorrectiveAction]) -> dict[int, tuple[int, int]]:
    """Of the actions of a page: (steps done, steps that count); one statement."""
    out = {row.id: (0, 0) for row in rows}
    if not rows:
        return out
    steps = db.session.execute(
        select(CorrectiveStep.corrective_id, CorrectiveStep.done_on)
        .where(CorrectiveStep.corrective_id.in_(sorted(out)), CorrectiveStep.dropped_reason == ""))
    for corrective_id, done_on in steps:
        done, all_ = out[corrective_id]
        out[corrective_id] = (done + (done_on is not None), all_ + 1)
    return out


def evidence_of(step_ids: Sequence[int]) -> dict[int, list[Attachment]]:
    """Step → its files, oldest first; one statement."""
    out: dict[int, list[Attachment]] = {}
    if step_ids:
        for one in db.session.scalars(
            select(Attachment).where(Attachment.subject_kind == "corrective-step", Attachment.subject_id.in_(step_ids))
            .order_by(Attachment.id)
        ):
            out.setdefault(one.subject_id, []).append(one)
    return out
