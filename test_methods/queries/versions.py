"""Questions about regulations, methods and their versions, budgets, rules and scope."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.workflow import State
from test_methods import rules, workflow
from test_methods.models import (
    Method,
    MethodParameter,
    MethodVersion,
)


def fact(version: MethodVersion) -> rules.VersionFact:
    """The times of a version, for the pure rules."""
    return rules.VersionFact(
        version.id, version.number, version.approved_at, version.effective_from, version.effective_to, version.ended_recorded_at,
        version.status, version.retired_from, version.retired_recorded_at,
    )


def by_name_alone(person: Any) -> Any:
    """Load who stands by a record for the name alone, without that person's roles."""
    return joinedload(person).lazyload(Person.roles)


def _approved(method_ids: Iterable[int] | None = None) -> dict[int, list[MethodVersion]]:
    query = select(MethodVersion).where(MethodVersion.approved_at.is_not(None)).order_by(MethodVersion.id)
    if method_ids is not None:
        query = query.where(MethodVersion.method_id.in_(list(method_ids)))
    found: dict[int, list[MethodVersion]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.method_id].append(row)
    return found


def versions_in_force(on: date, known_at: datetime, method_ids: Iterable[int] | None = None) -> dict[int, MethodVersion]:
    """Method id → the version in force on a day as known at a moment; methods without one are absent. One statement."""
    out = {}
    for method_id, versions in _approved(method_ids).items():
        current = rules.in_force([fact(v) for v in versions], on, known_at)
        if current is not None:
            out[method_id] = next(v for v in versions if v.id == current.id)
    return out


def version_in_force(method_id: int, on: date, known_at: datetime) -> MethodVersion | None:
    """The version of a method in force on a day, as known at a moment (7.2.1.3)."""
    return versions_in_force(on, known_at, [method_id]).get(method_id)


def is_in_force(version: MethodVersion, on: date, known_at: datetime) -> bool:
    """Whether this very version was the one in force on a day, as known at a moment."""
    current = version_in_force(version.method_id, on, known_at)
    return current is not None and current.id == version.id


def standings(versions: Iterable[MethodVersion], on: date, known_at: datetime) -> dict[int, State]:
    """Version id → its status word on a day. `versions` are all versions of one method."""
    rows = list(versions)
    current = rules.in_force([fact(v) for v in rows], on, known_at)
    return {v.id: workflow.STANDINGS[rules.standing(fact(v), on, current, known_at)] for v in rows}


def methods_offered(on: date) -> list[Method]:
    """Methods with a version in force on a day, by code: what a customer can be offered."""
    ids = list(versions_in_force(on, clock.now()))
    return list(db.session.scalars(select(Method).where(Method.id.in_(ids)).order_by(Method.code)))


def method_by_code(code: str) -> Method | None:
    """The method with this code."""
    return db.session.scalar(select(Method).where(Method.code == code))


def parameters(version_id: int) -> list[MethodParameter]:
    """Parameters of a version in their order, with requirement and budget."""
    return list(db.session.scalars(
        select(MethodParameter).where(MethodParameter.method_version_id == version_id)
        .order_by(MethodParameter.position, MethodParameter.id)
    ))


def parameter(method_code: str, parameter_code: str, on: date, known_at: datetime) -> MethodParameter | None:
    """One parameter of the version of a method in force on a day."""
    method = method_by_code(method_code)
    version = version_in_force(method.id, on, known_at) if method else None
    if version is None:
        return None
    return db.session.scalar(select(MethodParameter).where(
        MethodParameter.method_version_id == version.id, MethodParameter.code == parameter_code))


def versions(method_id: int) -> list[MethodVersion]:
    """Versions of a method, newest first, with author, approver and parameters."""
    return list(db.session.scalars(
        select(MethodVersion).where(MethodVersion.method_id == method_id)
        .options(by_name_alone(MethodVersion.author), by_name_alone(MethodVersion.approved_by))
        .order_by(MethodVersion.number.desc())
    ).unique())


def version(version_id: int) -> MethodVersion | None:
    """One version with its author and approver."""
    return db.session.scalar(
        select(MethodVersion).where(MethodVersion.id == version_id)
        .options(by_name_alone(MethodVersion.author), by_name_alone(MethodVersion.approved_by)))


def calibration_methods(on: date, known_at: datetime) -> list[Method]:
    """Methods of calibration that have a version in force on a day, by code; two statements."""
    rows = list(db.session.scalars(select(Method).where(Method.kind == rules.CALIBRATION).order_by(Method.code)))
    current = versions_in_force(on, known_at, [m.id for m in rows])
    return [m for m in rows if m.id in current]


def methods_of(regulation_id: int) -> list[Method]:
    """Methods that test a regulation, by code."""
    return list(db.session.scalars(select(Method).where(Method.regulation_id == regulation_id).order_by(Method.code)))


def counts_of_parameters(version_ids: Iterable[int]) -> dict[int, int]:
    """Version id → how many parameters it has; one statement."""
    rows = db.session.execute(
        select(MethodParameter.method_version_id, func.count())
        .where(MethodParameter.method_version_id.in_(list(version_ids))).group_by(MethodParameter.method_version_id))
    return {ident: count for ident, count in rows}
