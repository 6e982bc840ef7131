"""A table of components as a measurement model, so that one budget can be tried by every method.

The components of :class:`lab_app.metrology.budget.Budget` become quantities about zero and their sensitivities the factors of a
sum: the result is the deviation of the measured value, in its unit.  With it the first order can be held against a simulation
(JCGM 101:2008 clause 8) before a budget with a large rectangular or U-shaped component is approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lab_app.metrology.budget import Budget, BudgetResult, Component
from lab_app.metrology.correlation import Pair
from lab_app.metrology.distributions import Distribution
from lab_app.metrology.montecarlo import (
    FirstOrderCheck,
    Progress,
    Simulation,
    check_first_order,
    simulate_adaptive,
)
from lab_app.metrology.quantities import Input
from lab_app.metrology.rounding import round_significant

# What a budget with a fixed k is held against: the coverage that k = 2 stands for on every certificate.
USUAL_P = Decimal("0.95")


@dataclass(frozen=True, slots=True)
class LinearModel:
    """``c1*x1 + c2*x2 + …`` over quantities ``x1``, ``x2`` …; ``sources`` are the names of the components in that order."""

    text: str
    inputs: tuple[Input, ...]
    correlations: tuple[Pair, ...]
    sources: tuple[str, ...]


def _input(name: str, component: Component) -> Input:
    if component.distribution is Distribution.NORMAL:
        return Input.standard(name, Decimal(0), round_significant(component.standard), component.dof)
    return Input.bounded(
        name, Decimal(0), component.value, component.distribution, component.dof, component.beta
    )


def linear_model(budget: Budget) -> LinearModel:
    """The budget as a model about zero; components without influence stay in it.

    :raises BudgetError: ``below_one`` for fewer than one degree of freedom, which no distribution has.
    """
    names = [f"x{place}" for place in range(1, len(budget.components) + 1)]
    of_source = {component.source: name for name, component in zip(names, budget.components, strict=True)}
    # Seventeen digits are all a float takes up.
    factors = [round_significant(component.sensitivity, 17) for component in budget.components]
    terms = [f"({factor:E})*{name}" for name, factor in zip(names, factors, strict=True)]
    return LinearModel(
        text=" + ".join(terms),
        inputs=tuple(_input(name, c) for name, c in zip(names, budget.components, strict=True)),
        correlations=tuple((of_source[a], of_source[b], r) for a, b, r in budget.correlations),
        sources=tuple(component.source for component in budget.components),
    )


@dataclass(frozen=True, slots=True)
class BudgetCheck:
    """A budget by both methods: the table, the simulation of the same components, and whether the table does."""

    table: BudgetResult
    simulation: Simulation
    check: FirstOrderCheck

    @property
    def u(self) -> Decimal:
        """The standard uncertainty by simulation."""
        return self.simulation.only.u

    @property
    def U(self) -> Decimal:
        """Half the simulated coverage interval: what U would be without the assumption of a normal result."""
        interval = self.simulation.only.symmetric()
        return round_significant((interval.high - interval.low) / 2)


def check_budget(
    budget: Budget,
    *,
    digits: int = 2,
    seed: int = 0,
    most_trials: int = 5_000_000,
    progress: Progress | None = None,
) -> BudgetCheck:
    """Simulate a budget adaptively and compare its ``± U`` with the simulated interval of the same coverage.

    The coverage is the budget's own ``p``, else 95 %.  ``digits``, ``seed``, ``most_trials``, ``progress`` as in
    :func:`lab_app.metrology.montecarlo.simulate_adaptive`.

    :raises BudgetError: as :meth:`Budget.evaluate` and :func:`linear_model`.
    """
    table = budget.evaluate()
    model = linear_model(budget)
    p = budget.coverage.p if budget.coverage is not None and budget.coverage.p is not None else USUAL_P
    run = simulate_adaptive(
        model.text,
        model.inputs,
        model.correlations,
        digits=digits,
        p=p,
        seed=seed,
        most_trials=most_trials,
        progress=progress,
    )
    return BudgetCheck(table, run, check_first_order(Decimal(0), table.u_c, table.U, run.only, digits))
