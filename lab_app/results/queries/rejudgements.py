"""Which old results another edition's limit speaks of, and what became of those judged again."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from lab_app.core.db import db
from lab_app.results.models import JobLine, Reading, Rejudgement, TestJob
from test_methods.models import MethodParameter, Requirement

JUDGED = ("submitted", "reviewed")
MOST = 200


def measured_lines(requirement_id: int) -> Select[Any]:
    """Lines with a submitted result measured against a requirement, with what a row shows; for a list."""
    return (
        select(JobLine).join(MethodParameter, JobLine.parameter_id == MethodParameter.id)
        .where(MethodParameter.requirement_id == requirement_id, JobLine.status.in_(JUDGED))
        .options(selectinload(JobLine.readings), joinedload(JobLine.job)))


def lines_by_id(requirement_id: int, idents: Sequence[int]) -> list[JobLine]:
    """Those of some lines that were measured against the requirement."""
    return list(db.session.scalars(measured_lines(requirement_id).where(JobLine.id.in_(list(idents))).order_by(JobLine.id)).unique())


def sources(requirements: Sequence[Requirement]) -> dict[int, list[Requirement]]:
    """Requirement id → requirements of the same code in any edition that some result was measured against; one statement."""
    codes = {r.code for r in requirements}
    if not codes:
        return {}
    measured = select(MethodParameter.requirement_id).where(
        select(JobLine.id).where(JobLine.parameter_id == MethodParameter.id, JobLine.status.in_(JUDGED)).exists())
    rows = list(db.session.scalars(
        select(Requirement).where(Requirement.code.in_(codes), Requirement.id.in_(measured))
        .options(joinedload(Requirement.regulation)).order_by(Requirement.id.desc()).limit(MOST)))
    return {r.id: [row for row in rows if row.code == r.code] for r in requirements}


def measured_requirements() -> list[Requirement]:
    """Requirements that some result was measured against, for a choice by hand."""
    measured = select(MethodParameter.requirement_id).where(
        select(JobLine.id).where(JobLine.parameter_id == MethodParameter.id, JobLine.status.in_(JUDGED)).exists())
    return list(db.session.scalars(
        select(Requirement).where(Requirement.id.in_(measured)).options(joinedload(Requirement.regulation))
        .order_by(Requirement.regulation_id, Requirement.position).limit(MOST)))


def rejudgements_of(line_ids: Sequence[int]) -> list[Rejudgement]:
    """Everything filed about some lines, newest first; one statement."""
    if not line_ids:
        return []
    return list(db.session.scalars(
        select(Rejudgement).where(Rejudgement.line_id.in_(list(line_ids))).order_by(Rejudgement.id.desc())
        .options(joinedload(Rejudgement.by), joinedload(Rejudgement.requirement).joinedload(Requirement.regulation))))


def filed() -> Select[Any]:
    """All re-judgements, for their list."""
    reading = aliased(Reading)
    return select(Rejudgement).join(reading, reading.id == Rejudgement.reading_id).options(
        joinedload(Rejudgement.by), joinedload(Rejudgement.requirement).joinedload(Requirement.regulation),
        joinedload(Rejudgement.line).joinedload(JobLine.job).joinedload(TestJob.sample))
