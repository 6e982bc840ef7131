"""Questions about uncertainty budgets: which there are, what each gives, where they apply, which one a reading takes."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, lazyload

from instruments.models import Instrument
from instruments.workflow import IN_SERVICE
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from test_methods.models import (
    BudgetChoice,
    BudgetSimulation,
    MethodParameter,
    MethodVersion,
    UncertaintyBudget,
)
from test_methods.rules.budgets import COMPONENTS, TABLE, BudgetData
from test_methods.rules.choosing import chosen


def budget_by_code(code: str) -> UncertaintyBudget | None:
    """The uncertainty budget with this code."""
    return db.session.scalar(select(UncertaintyBudget).where(UncertaintyBudget.code == code))


def budgets() -> list[UncertaintyBudget]:
    """All uncertainty budgets, by code."""
    return list(db.session.scalars(select(UncertaintyBudget).order_by(UncertaintyBudget.code)))


def uses_of_budget(budget_id: int) -> list[MethodParameter]:
    """Parameters that take their uncertainty from a budget, with their versions."""
    return list(db.session.scalars(
        select(MethodParameter).where(MethodParameter.budget_id == budget_id)
        .options(joinedload(MethodParameter.method_version), lazyload(MethodParameter.requirement), lazyload(MethodParameter.budget))
        .order_by(MethodParameter.id)
    ))


def issues_of(budget: UncertaintyBudget) -> list[UncertaintyBudget]:
    """Every issue of a budget's series, newest first."""
    if not budget.series:
        return [budget]
    return list(db.session.scalars(
        select(UncertaintyBudget).where(UncertaintyBudget.series == budget.series).order_by(UncertaintyBudget.issue.desc())))


def last_issue(series: str) -> int:
    """The number of the newest issue of a series."""
    return int(db.session.scalar(select(func.max(UncertaintyBudget.issue)).where(UncertaintyBudget.series == series)) or 0)


def replacement_of(budget_id: int) -> UncertaintyBudget | None:
    """The issue that replaced a budget, if one did."""
    return db.session.scalar(select(UncertaintyBudget).where(UncertaintyBudget.replaces_id == budget_id))


def data_of(budget: UncertaintyBudget) -> BudgetData:
    """A budget as the pure rules take it."""
    return BudgetData(
        unit=budget.unit, kind=budget.kind, components=budget.components, model=budget.model, inputs=budget.inputs,
        correlations=budget.correlations, coverage=budget.coverage, ranges=budget.ranges, k=budget.k)


def frozen_of(budget: UncertaintyBudget) -> dict[str, Any]:
    """A budget as it is frozen with a reading: what it was, so that the work can be repeated from the record alone (7.5.1)."""
    body: dict[str, Any] = {
        "code": budget.code, "quantity": budget.quantity, "unit": budget.unit, "components": budget.components,
        "u_c": format(budget.u_c, "f"), "k": format(budget.k, "f"), "U": format(budget.u_expanded, "f"),
    }
    more = {
        "kind": budget.kind if budget.kind != COMPONENTS else "", "model": budget.model, "inputs": budget.inputs,
        "correlations": budget.correlations, "coverage": budget.coverage if "p" in budget.coverage else {},
        "ranges": budget.ranges, "nu_eff": None if budget.nu_eff is None else format(budget.nu_eff, "f"),
    }
    return body | {name: value for name, value in more.items() if value}


def ranges_of(budget: UncertaintyBudget) -> list[dict[str, Any]]:
    """The rows of a budget that states U by range of the value; none for the others, whose U is one number."""
    return budget.ranges if budget.kind == TABLE else []


def choices_of(parameter_ids: Collection[int]) -> dict[int, list[BudgetChoice]]:
    """Parameter id → what was ever chosen for it, with the budgets; one statement for a list (an empty one asks nothing)."""
    found: dict[int, list[BudgetChoice]] = defaultdict(list)
    if not parameter_ids:
        return found
    query = select(BudgetChoice).where(BudgetChoice.parameter_id.in_(parameter_ids)).options(joinedload(BudgetChoice.budget))
    for row in db.session.scalars(query.order_by(BudgetChoice.id)):
        found[row.parameter_id].append(row)
    return found


def budget_for(
    parameter: MethodParameter, instrument_ids: Iterable[int], frequency: tuple[Decimal, str] | None, *, on: date | None = None,
    known_at: datetime | None = None, choices: Mapping[int, list[BudgetChoice]] | None = None,
) -> UncertaintyBudget | None:
    """The budget of a reading of a parameter with some instruments at a frequency (number, unit): what was chosen for them on that
    day (today) as known at a moment, else the parameter's own. `choices`: those of many parameters, when they were loaded together
    (`choices_of`); without it one statement for a parameter, however many of its lines are asked for."""
    known = parameter.budget_choices if choices is None else choices.get(parameter.id, ())
    found = chosen(known, instrument_ids, frequency, on or clock.today(), known_at)
    return found.budget if found is not None else parameter.budget


def choices_for_budget(budget_id: int) -> list[tuple[BudgetChoice, MethodParameter, Instrument | None]]:
    """Where a budget applies, newest first: the choice, its parameter with the method version, and the instrument it names."""
    rows = db.session.execute(
        select(BudgetChoice, MethodParameter, Instrument)
        .join(MethodParameter, MethodParameter.id == BudgetChoice.parameter_id)
        .outerjoin(Instrument, Instrument.id == BudgetChoice.instrument_id)
        .where(BudgetChoice.budget_id == budget_id)
        .options(joinedload(MethodParameter.method_version).joinedload(MethodVersion.method), lazyload(MethodParameter.requirement),
                 lazyload(MethodParameter.budget), joinedload(BudgetChoice.decided_by).lazyload(Person.roles))
        .order_by(BudgetChoice.id.desc()))
    return [(choice, parameter, instrument) for choice, parameter, instrument in rows]


def chosen_places(parameter_ids: Collection[int], on: date) -> dict[int, list[tuple[BudgetChoice, str]]]:
    """Parameter id → the choices that count on a day or will count later, with the code of the instrument each names (empty: any);
    one statement."""
    found: dict[int, list[tuple[BudgetChoice, str]]] = defaultdict(list)
    rows = db.session.execute(
        select(BudgetChoice, Instrument.code).outerjoin(Instrument, Instrument.id == BudgetChoice.instrument_id)
        .where(BudgetChoice.parameter_id.in_(parameter_ids), or_(BudgetChoice.valid_to.is_(None), BudgetChoice.valid_to > on))
        .order_by(BudgetChoice.valid_from, BudgetChoice.id))
    for choice, code in rows:
        found[choice.parameter_id].append((choice, code or ""))
    return found


def choosable_parameters() -> list[MethodParameter]:
    """Parameters whose result is a number, of versions that have not ended, with their versions: where a budget can be put to use."""
    return list(db.session.scalars(
        select(MethodParameter).join(MethodParameter.method_version)
        .where(MethodParameter.kind == "number", MethodVersion.effective_to.is_(None))
        .options(joinedload(MethodParameter.method_version).joinedload(MethodVersion.method), lazyload(MethodParameter.requirement),
                 lazyload(MethodParameter.budget))
        .order_by(MethodParameter.method_version_id, MethodParameter.position, MethodParameter.id)))


def simulations_of(budget_id: int, limit: int = 10) -> list[BudgetSimulation]:
    """Simulations of a budget, newest first, with who asked."""
    return list(db.session.scalars(
        select(BudgetSimulation).where(BudgetSimulation.budget_id == budget_id)
        .options(joinedload(BudgetSimulation.asked_by).lazyload(Person.roles)).order_by(BudgetSimulation.id.desc()).limit(limit)))


def replaced_ids() -> Select[Any]:
    """Ids of the budgets that a later issue replaced, as a subquery."""
    return select(UncertaintyBudget.replaces_id).where(UncertaintyBudget.replaces_id.is_not(None))


def choosable_instruments() -> list[Instrument]:
    """Instruments in service, by code: what a budget may be chosen for."""
    return list(db.session.scalars(select(Instrument).where(Instrument.state == IN_SERVICE.code).order_by(Instrument.code)))
