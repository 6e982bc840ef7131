"""Uncertainty budgets as data, where each applies, and simulations of them (7.6)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Record, UtcDateTime


@audited("uncertainty-budget")
class UncertaintyBudget(Record):
    """An uncertainty budget and the uncertainty it gives (7.6); `test_methods.rules.budgets` reads and evaluates it.

    `kind`: components (a table with sensitivities; `components` as `metrology.budget` reads them), model (a typed function of
    `inputs`), table (U stated by range in `ranges`; `u_expanded` is then its largest). `correlations`: `[a, b, r]` between
    components or quantities. `coverage`: `{"k"}` fixed, or `{"p", "dof_rule"}` from the effective degrees of freedom.
    A budget never changes: a changed one is the next `issue` of its `series`, beside the one it replaces.
    """

    __tablename__ = "uncertainty_budget"
    __table_args__ = (Index("ix_uncertainty_budget_series", "series"),)

    code: Mapped[str] = mapped_column(String(60), unique=True, nullable=False)
    quantity: Mapped[str] = mapped_column(String(300), nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    components: Mapped[list[Any]] = mapped_column(JsonText, nullable=False)
    u_c: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    k: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    u_expanded: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    kind: Mapped[str] = mapped_column(String(12), nullable=False, default="components")
    model: Mapped[str] = mapped_column(Text, nullable=False, default="")
    inputs: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    correlations: Mapped[list[Any]] = mapped_column(JsonText, nullable=False, default=list)
    coverage: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    ranges: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    estimate: Mapped[Decimal | None] = mapped_column(DecimalText)
    nu_eff: Mapped[Decimal | None] = mapped_column(DecimalText)
    series: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    issue: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("uncertainty_budget.id"))
    change_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    author: Mapped[Person | None] = relationship()


@audited("budget-choice", parent=("uncertainty-budget", "budget_id"), code=lambda row: row.budget.code if row.budget else "")
class BudgetChoice(Record):
    """Where a budget applies: a parameter of a method version, with one instrument or any, over a band or all of it, from a day.

    The narrowest choice wins over the parameter's own budget (`test_methods.rules.budgets.chosen`). A choice never changes but
    ends; readings keep the budget they were computed with.
    """

    __tablename__ = "budget_choice"
    __table_args__ = (Index("ix_budget_choice_parameter", "parameter_id"), Index("ix_budget_choice_budget", "budget_id"))

    parameter_id: Mapped[int] = mapped_column(ForeignKey("method_parameter.id"), nullable=False)
    budget_id: Mapped[int] = mapped_column(ForeignKey("uncertainty_budget.id"), nullable=False)
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"))
    low: Mapped[Decimal | None] = mapped_column(DecimalText)
    high: Mapped[Decimal | None] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    valid_from: Mapped[date] = mapped_column(nullable=False)
    valid_to: Mapped[date | None] = mapped_column()
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    budget: Mapped[UncertaintyBudget] = relationship(lazy="joined")
    decided_by: Mapped[Person | None] = relationship()


@audited("budget-simulation", parent=("uncertainty-budget", "budget_id"), code=lambda row: f"MC {row.seed}", ignore=("histogram",))
class BudgetSimulation(Record):
    """A Monte Carlo simulation of a budget (JCGM 101): what was asked, and once it is done what it gave.

    `state`: queued, running, done, cancelled, failed (`error` says why, in a code). Asked: `seed`, `digits` (significant digits of
    u that have to be stable), `p`, `most_trials`. Given: `trials`, `stable`, estimate `y`, `u`, the probabilistically symmetric
    and the shortest interval, the first order it was held against (`first_y`, `first_u`, `first_expanded`) with the differences of clause 8
    (`d_low`, `d_high`, `tolerance`, `validated`), a histogram `{"edges", "counts"}`, and the generator with its library version.
    """

    __tablename__ = "budget_simulation"
    __table_args__ = (Index("ix_budget_simulation_budget", "budget_id"),)

    budget_id: Mapped[int] = mapped_column(ForeignKey("uncertainty_budget.id"), nullable=False)
    state: Mapped[str] = mapped_column(String(12), nullable=False, default="queued")
    seed: Mapped[int] = mapped_column(Integer, nullable=False)
    digits: Mapped[int] = mapped_column(Integer, nullable=False)
    p: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    most_trials: Mapped[int] = mapped_column(Integer, nullable=False)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, nullable=False, default="")
    trials: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    stable: Mapped[bool] = mapped_column(nullable=False, default=False)
    y: Mapped[Decimal | None] = mapped_column(DecimalText)
    u: Mapped[Decimal | None] = mapped_column(DecimalText)
    low: Mapped[Decimal | None] = mapped_column(DecimalText)
    high: Mapped[Decimal | None] = mapped_column(DecimalText)
    shortest_low: Mapped[Decimal | None] = mapped_column(DecimalText)
    shortest_high: Mapped[Decimal | None] = mapped_column(DecimalText)
    first_y: Mapped[Decimal | None] = mapped_column(DecimalText)
    first_u: Mapped[Decimal | None] = mapped_column(DecimalText)
    first_expanded: Mapped[Decimal | None] = mapped_column(DecimalText)
    d_low: Mapped[Decimal | None] = mapped_column(DecimalText)
    d_high: Mapped[Decimal | None] = mapped_column(DecimalText)
    tolerance: Mapped[Decimal | None] = mapped_column(DecimalText)
    validated: Mapped[bool | None] = mapped_column()
    histogram: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    libraries: Mapped[str] = mapped_column(String(120), nullable=False, default="")

    budget: Mapped[UncertaintyBudget] = relationship()
    asked_by: Mapped[Person | None] = relationship()
