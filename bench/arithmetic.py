"""The arithmetic of measurement beside the bare libraries it stands on: a budget on GTC, a simulation on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from GTC import reporting, type_b, ureal

from lab_app.metrology.coverage import Coverage, DofRule
from lab_app.metrology.distributions import Distribution
from lab_app.metrology.montecarlo import simulate
from lab_app.metrology.quantities import Input
from lab_app.metrology.uncertainty import evaluate

TRIALS = 1_000_000
H1 = "ls + d0 + d1 + d2 - ls*(dalpha*(theta + delta) + alpha_s*dtheta)"


class Pair(NamedTuple):
    """What the program does, what the bare library does for the same answer, and how many times its time is wanted at most."""

    name: str
    act: Callable[[], object]
    floor: str
    bare: Callable[[], object]
    times: float


def _inputs() -> list[Input]:
    d, rectangle = Decimal, Distribution.RECTANGULAR
    return [
        Input.standard("ls", d(50_000_623), d(25), d(18)),
        Input.standard("d0", d(215), d("5.8"), d(24)),
        Input.standard("d1", d(0), d("3.9"), d(5)),
        Input.standard("d2", d(0), d("6.7"), d(8)),
        Input.bounded("alpha_s", d("11.5e-6"), d("2e-6"), rectangle),
        Input.bounded("dalpha", d(0), d("1e-6"), rectangle, d(50)),
        Input.bounded("dtheta", d(0), d("0.05"), rectangle, d(2)),
        Input.standard("theta", d("-0.1"), d("0.2")),
        Input.bounded("delta", d(0), d("0.5"), Distribution.U_SHAPE),
    ]


def budget() -> tuple[Decimal, Decimal, Decimal]:
    """JCGM 100 H.1 from its quantities to y, u and U at 99 %."""
    result = evaluate(H1, INPUTS, coverage=Coverage(p=Decimal("0.99"), rule=DofRule.REAL))
    return result.y, result.u, result.U


def bare_budget() -> tuple[float, float, float]:
    """The same on GTC alone."""
    ls, d0, d1, d2 = ureal(50_000_623, 25, 18), ureal(215, 5.8, 24), ureal(0, 3.9, 5), ureal(0, 6.7, 8)
    alpha_s, dalpha = ureal(11.5e-6, type_b.uniform(2e-6)), ureal(0, type_b.uniform(1e-6), 50)
    dtheta, theta, delta = ureal(0, type_b.uniform(0.05), 2), ureal(-0.1, 0.2), ureal(0, type_b.arcsine(0.5))
    y = ls + d0 + d1 + d2 - ls * (dalpha * (theta + delta) + alpha_s * dtheta)
    return y.x, y.u, reporting.k_factor(y.df, 99) * y.u


def simulation() -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """JCGM 101 9.2.2, a million trials: mean, u and the symmetric interval."""
    sample = simulate("X1 + X2 + X3 + X4", NORMALS, trials=TRIALS).only
    interval = sample.symmetric()
    return sample.mean, sample.u, interval.low, interval.high


def bare_simulation() -> tuple[float, float, float, float]:
    """The same on NumPy alone, drawn and summed as arrays of a million."""
    rng = np.random.default_rng(0)
    y = rng.normal(0.0, 1.0, TRIALS)
    for _ in range(3):
        y = y + rng.normal(0.0, 1.0, TRIALS)
    low, high = np.quantile(y, [0.025, 0.975])
    return float(y.mean()), float(y.std(ddof=1)), float(low), float(high)


INPUTS = _inputs()
NORMALS = [Input.standard(f"X{i}", Decimal(0), Decimal(1)) for i in range(1, 5)]
PAIRS = (
    Pair("uncertainty budget H.1", budget, "bare GTC, H.1", bare_budget, 2.0),
    Pair("Monte Carlo, 10^6 trials", simulation, "bare NumPy, 10^6 trials", bare_simulation, 1.5),
)
