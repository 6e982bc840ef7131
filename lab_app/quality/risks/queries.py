"""Questions about risks (8.5)."""
from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.audit import AuditEntry
from lab_app.core.db import db
from lab_app.quality.risks import rules
from lab_app.quality.risks.models import ImpartialityReview, Risk
from lab_app.quality.risks.workflow import RISK


def risks() -> Select[Any]:
    """All of them with their owner, ready for a list."""
    return select(Risk).options(joinedload(Risk.owner).lazyload(Person.roles))


def risk_by_code(code: str) -> Risk | None:
    """The risk with this code, with the people it names."""
    people = (Risk.owner, Risk.recorded_by, Risk.approved_by, Risk.effect_by, Risk.closed_by)
    return db.session.scalar(
        select(Risk).where(Risk.code == code).options(*(joinedload(who).lazyload(Person.roles) for who in people)))


def planner_of(risk_id: int) -> int | None:
    """Who wrote the treatment of a risk as it stands; none where nothing is planned. The trail knows, and nobody writes there."""
    return db.session.scalar(
        select(AuditEntry.actor_id).where(
            AuditEntry.subject_kind == "risk", AuditEntry.subject_id == risk_id, AuditEntry.action == "change",
            AuditEntry.canonical.contains('"treatment":'))
        .order_by(AuditEntry.id.desc()).limit(1))


def high_rests_on(row: Risk) -> frozenset[int]:
    """Whom the high level of a risk rests on: everybody who judged it or owned it since it stands high; nobody where it does not. The
    trail knows, and nobody writes there. One statement."""
    told = AuditEntry.canonical.contains('"likelihood":') | AuditEntry.canonical.contains('"consequence":')
    entries = db.session.execute(
        select(AuditEntry.actor_id, AuditEntry.canonical).where(
            AuditEntry.subject_kind == "risk", AuditEntry.subject_id == row.id, AuditEntry.action.in_(("create", "change")),
            told | AuditEntry.canonical.contains('"owner_id":')).order_by(AuditEntry.id))
    stands: dict[str, int] = {}
    found: set[int | None] = set()
    for actor_id, canonical in entries:
        changes = json.loads(canonical)["changes"]
        stands |= {name: int(changes[name][1]) for name in ("likelihood", "consequence", "owner_id") if name in changes}
        if rules.level(stands["likelihood"], stands["consequence"]) != "high":
            found.clear()
        else:
            found |= {actor_id, stands["owner_id"]}
    return frozenset(one for one in found if one is not None)


def at_level(level: str) -> ColumnElement[bool]:
    """The condition of a risk that is judged at this level now."""
    cells = [(a, b) for a in rules.SCALE for b in rules.SCALE if rules.level(a, b) == level]
    found: Any = Risk.id < 0
    for a, b in cells:
        found = found | ((Risk.likelihood == a) & (Risk.consequence == b))
    return found  # type: ignore[no-any-return]


def matrix(kind: str = "risk", topic: str = "") -> dict[tuple[int, int], int]:
    """(likelihood, consequence) → how many stand there that are not closed; one statement."""
    query = select(Risk.likelihood, Risk.consequence, func.count()).where(Risk.status.in_(RISK.but("closed")), Risk.kind == kind)
    if topic:
        query = query.where(Risk.topic == topic)
    rows = db.session.execute(query.group_by(Risk.likelihood, Risk.consequence))
    return {(a, b): n for a, b, n in rows}


def reviews() -> list[ImpartialityReview]:
    """Looks for risks to impartiality, newest first."""
    query = select(ImpartialityReview).options(joinedload(ImpartialityReview.person).lazyload(Person.roles))
    return list(db.session.scalars(query.order_by(ImpartialityReview.done_on.desc(), ImpartialityReview.id.desc()).limit(40)))


def latest_review() -> ImpartialityReview | None:
    """The latest look for risks to impartiality."""
    query = select(ImpartialityReview).order_by(ImpartialityReview.done_on.desc(), ImpartialityReview.id.desc()).limit(1)
    return db.session.scalar(query)


def review_by_code(code: str) -> ImpartialityReview | None:
    """The look with this code, with who made it."""
    return db.session.scalar(
        select(ImpartialityReview).where(ImpartialityReview.code == code)
        .options(joinedload(ImpartialityReview.person).lazyload(Person.roles)))


def effects_due(on: date) -> list[Risk]:
    """Risks under treatment whose effect should be looked at by a day, the longest waiting first."""
    query = select(Risk).where(Risk.status.in_(("planned", "approved")), Risk.effect_on <= on)
    return list(db.session.scalars(query.order_by(Risk.effect_on).limit(500)))
