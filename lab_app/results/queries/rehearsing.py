"""Earlier results of one parameter for a rehearsal of decision rules (7.1.3), and the rehearsals that customers saw."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.core.db import db
from lab_app.results.models import JobLine, RuleRehearsal, TestJob
from lab_app.samples.models import Sample
from test_methods.models import MethodParameter, MethodVersion

#: So many earlier results at most: what a person can look through, and what a page can judge in a blink.
LATEST = 60
USED = ("submitted", "reviewed")


def earlier_lines(method_id: int, parameter_code: str, limit: int = LATEST) -> list[JobLine]:
    """The latest lines of a parameter with a submitted number, in any version of the method, newest first; bounded in SQL."""
    same = select(MethodParameter.id).join(MethodVersion, MethodParameter.method_version_id == MethodVersion.id).where(
        MethodVersion.method_id == method_id, MethodParameter.code == parameter_code, MethodParameter.kind == "number")
    return list(db.session.scalars(
        select(JobLine).where(JobLine.parameter_id.in_(same), JobLine.status.in_(USED), JobLine.stage != "as_left")
        .options(selectinload(JobLine.readings), joinedload(JobLine.job).joinedload(TestJob.sample).joinedload(Sample.item))
        .order_by(JobLine.id.desc()).limit(limit)).unique())


def rehearsals_of_request(request_id: int) -> list[RuleRehearsal]:
    """What the customer of a request was shown, newest first."""
    return list(db.session.scalars(
        select(RuleRehearsal).where(RuleRehearsal.request_id == request_id).options(joinedload(RuleRehearsal.by))
        .order_by(RuleRehearsal.id.desc())))


def rehearsal_by_code(code: str) -> RuleRehearsal | None:
    """One rehearsal with its request and method."""
    return db.session.scalar(
        select(RuleRehearsal).where(RuleRehearsal.code == code)
        .options(joinedload(RuleRehearsal.request), joinedload(RuleRehearsal.method), joinedload(RuleRehearsal.by)))


def newest_by_parameter(rows: Sequence[RuleRehearsal]) -> dict[tuple[int, str], RuleRehearsal]:
    """(method, parameter) → the newest of some rehearsals; `rows` newest first."""
    found: dict[tuple[int, str], RuleRehearsal] = {}
    for row in rows:
        found.setdefault((row.method_id, row.parameter_code), row)
    return found
