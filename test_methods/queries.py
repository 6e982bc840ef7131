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
    DecisionRule,
    Method,
    MethodParameter,
    MethodVersion,
    Regulation,
    Requirement,
    ScopeEntry,
    UncertaintyBudget,
)


def fact(version: MethodVersion) -> rules.VersionFact:
    """The times of a version, for the pure rules."""
    return rules.VersionFact(
        version.id, version.number, version.approved_at, version.effective_from, version.effective_to, version.ended_recorded_at
    )


def _named(person: Any) -> Any:
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
    return {v.id: workflow.STANDINGS[rules.standing(fact(v), on, current)] for v in rows}


def methods_offered(on: date) -> list[Method]:
    """Methods with a version in force on a day, by code: what a customer can be offered."""
    ids = list(versions_in_force(on, clock.now()))
    return list(db.session.scalars(select(Method).where(Method.id.in_(ids)).order_by(Method.code)))


def method_by_code(code: str) -> Method | None:
    """The method with this code."""
    return db.session.scalar(select(Method).where(Method.code == code))


def regulation_by_code(code: str) -> Regulation | None:
    """The regulation edition with this code."""
    return db.session.scalar(select(Regulation).where(Regulation.code == code))


def rule_by_code(code: str) -> DecisionRule | None:
    """The decision rule with this code."""
    return db.session.scalar(select(DecisionRule).where(DecisionRule.code == code))


def budget_by_code(code: str) -> UncertaintyBudget | None:
    """The uncertainty budget with this code."""
    return db.session.scalar(select(UncertaintyBudget).where(UncertaintyBudget.code == code))


def decision_rules() -> list[DecisionRule]:
    """All decision rules, by code."""
    return list(db.session.scalars(select(DecisionRule).order_by(DecisionRule.code)))


def budgets() -> list[UncertaintyBudget]:
    """All uncertainty budgets, by code."""
    return list(db.session.scalars(select(UncertaintyBudget).order_by(UncertaintyBudget.code)))


def regulations() -> list[Regulation]:
    """All regulation editions, by code."""
    return list(db.session.scalars(select(Regulation).order_by(Regulation.code)))


def regulations_where(condition: Any) -> list[Regulation]:
    """Regulation editions that meet a condition, by code."""
    return list(db.session.scalars(select(Regulation).where(condition).order_by(Regulation.code)))


def requirements(regulation_id: int) -> list[Requirement]:
    """Requirements of a regulation in their order, with who confirmed their limits."""
    return list(db.session.scalars(
        select(Requirement).where(Requirement.regulation_id == regulation_id)
        .options(_named(Requirement.confirmed_by)).order_by(Requirement.position, Requirement.id)
    ))


def requirement_by_code(regulation_id: int, code: str) -> Requirement | None:
    """One requirement of a regulation."""
    return db.session.scalar(select(Requirement).where(Requirement.regulation_id == regulation_id, Requirement.code == code))


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
        .options(_named(MethodVersion.author), _named(MethodVersion.approved_by))
        .order_by(MethodVersion.number.desc())
    ).unique())


def version(version_id: int) -> MethodVersion | None:
    """One version with its author and approver."""
    return db.session.scalar(
        select(MethodVersion).where(MethodVersion.id == version_id)
        .options(_named(MethodVersion.author), _named(MethodVersion.approved_by)))


def calibration_methods(on: date, known_at: datetime) -> list[Method]:
    """Methods of calibration that have a version in force on a day, by code; two statements."""
    rows = list(db.session.scalars(select(Method).where(Method.kind == rules.CALIBRATION).order_by(Method.code)))
    current = versions_in_force(on, known_at, [m.id for m in rows])
    return [m for m in rows if m.id in current]


def methods_of(regulation_id: int) -> list[Method]:
    """Methods that test a regulation, by code."""
    return list(db.session.scalars(select(Method).where(Method.regulation_id == regulation_id).order_by(Method.code)))


# ---- scope (5.3) -----------------------------------------------------------------------------------------


def scope_on(on: date, known_at: datetime | None = None, method_codes: Iterable[str] | None = None) -> list[ScopeEntry]:
    """Lines of the scope register that hold on a day; as known at a moment when named."""
    query = select(ScopeEntry).where(ScopeEntry.valid_from <= on, ScopeEntry.valid_to >= on)
    if known_at is not None:
        query = query.where(ScopeEntry.recorded_at <= known_at)
    if method_codes is not None:
        query = query.where(ScopeEntry.method_code.in_(list(method_codes)))
    return list(db.session.scalars(query.order_by(ScopeEntry.method_code, ScopeEntry.parameter_code, ScopeEntry.id)))


def scope_statuses(method_code: str, parameter_code: str, on: date, known_at: datetime | None = None) -> set[str]:
    """Statuses (`accredited`, `designated`, `registered`) that a parameter of a method has on a day, from the register alone."""
    entries = scope_on(on, known_at, [method_code])
    return {e.status for e in entries if e.parameter_code in ("", parameter_code)}


def scope_of(method_codes: Iterable[str], on: date, known_at: datetime | None = None) -> dict[str, set[str]]:
    """Method code → statuses it has for any of its parameters; one statement for a list."""
    out: dict[str, set[str]] = defaultdict(set)
    for entry in scope_on(on, known_at, method_codes):
        out[entry.method_code].add(entry.status)
    return out


def scope_register() -> list[ScopeEntry]:
    """The whole register, what holds longest first within a method."""
    return list(db.session.scalars(
        select(ScopeEntry).order_by(ScopeEntry.method_code, ScopeEntry.status, ScopeEntry.valid_to.desc(), ScopeEntry.id)))


# ---- counts ----------------------------------------------------------------------------------------------


def confirmed_counts(regulation_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Regulation id → (requirements, of which with a confirmed limit); one statement for a list."""
    rows = db.session.execute(
        select(Requirement.regulation_id, func.count(), func.count(Requirement.confirmed_on))
        .where(Requirement.regulation_id.in_(list(regulation_ids))).group_by(Requirement.regulation_id)
    )
    return {ident: (total, confirmed) for ident, total, confirmed in rows}


def counts_of_parameters(version_ids: Iterable[int]) -> dict[int, int]:
    """Version id → how many parameters it has; one statement."""
    rows = db.session.execute(
        select(MethodParameter.method_version_id, func.count())
        .where(MethodParameter.method_version_id.in_(list(version_ids))).group_by(MethodParameter.method_version_id))
    return {ident: count for ident, count in rows}


def uses_of_budget(budget_id: int) -> list[MethodParameter]:
    """Parameters that take their uncertainty from a budget, with their versions."""
    return list(db.session.scalars(
        select(MethodParameter).where(MethodParameter.budget_id == budget_id)
        .options(joinedload(MethodParameter.method_version)).order_by(MethodParameter.id)
    ))


def uses_of_rules() -> dict[str, int]:
    """Rule code → how many parameters name it as inherent or as their default; one statement."""
    used: dict[str, int] = defaultdict(int)
    for inherent, default in db.session.execute(select(MethodParameter.inherent_rule, MethodParameter.default_rule)):
        for code in {inherent, default} - {""}:
            used[code] += 1
    return used
