"""The arithmetic of measurement beside the bare libraries it stands on: a budget on GTC, a simulation and a trace on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from GTC import reporting, type_b, ureal

from lab_app.metrology.coverage import Coverage, DofRule
from lab_app.metrology.decision import DR_SA
from lab_app.metrology.distributions import Distribution
from lab_app.metrology.interpolation import FactorTable
from lab_app.metrology.limits import LimitLine, Segment
from lab_app.metrology.montecarlo import simulate
from lab_app.metrology.quantities import Input
from lab_app.metrology.trace_judging import Correction, Wanted, corrected, judge
from lab_app.metrology.traces import Trace
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


# ---- a trace ------------------------------------------------------------------------------------------------------

POINTS = 40_000
FACTORS = {
    "antenna": ("dB/m", 1, ((30, 18.2), (80, 8.1), (200, 10.4), (400, 15.8), (700, 20.5), (1000, 24.9))),
    "cable": ("dB", 1, ((10, 0.1), (100, 0.45), (300, 0.9), (1000, 1.9))),
    "preamplifier": ("dB", -1, ((10, 31.2), (500, 30.4), (2000, 28.8))),
}
#: Class A and B of CISPR 32 at 10 m and 3 m: frequency in MHz, level in dBµV/m.
LINES = (
    ((30, 230, 30, 30), (230, 1000, 37, 37)),
    ((30, 230, 40, 40), (230, 1000, 47, 47)),
    ((30, 88, 40, 40), (88, 216, 43.5, 43.5), (216, 960, 46, 46), (960, 1000, 54, 54)),
    ((30, 230, 50, 42), (230, 1000, 42, 47)),
)


def _trace() -> Trace:
    rng = np.random.default_rng(40_000)
    frequency = np.linspace(30e6, 1e9, POINTS)
    level = 12 + 3 * rng.standard_normal(POINTS)
    level[rng.integers(0, POINTS, 300)] += rng.uniform(5, 35, 300)
    return Trace(frequency, level.round(2), "bench", "dBuV", "QP")


def _decimals(rows: tuple[tuple[float, ...], ...]) -> list[tuple[Decimal, ...]]:
    return [tuple(Decimal(str(value)) for value in row) for row in rows]


def _wanted() -> tuple[list[Correction], list[Wanted]]:
    corrections = [
        Correction(name, sign, FactorTable(tuple((f, value) for f, value in _decimals(rows)), unit=unit), unit=unit)
        for name, (unit, sign, rows) in FACTORS.items()
    ]
    lines = [LimitLine(tuple(Segment(*row) for row in _decimals(rows)), unit="dBµV/m") for rows in LINES]
    return corrections, [Wanted(str(n), line, "QP", DR_SA, Decimal("4.8")) for n, line in enumerate(lines)]


def trace() -> list[Decimal]:
    """A trace of 40,000 points corrected by three factors and judged against four limit lines: the smallest margin of each."""
    found = judge(corrected(TRACE, CORRECTIONS, "QP"), WANTED)
    return [one.margin for one in found if one.margin is not None]


def bare_trace() -> list[float]:
    """The same margins by NumPy's interpolation alone: no gaps looked for, nothing listed, nothing decided."""
    frequency, logarithm = TRACE.frequency, np.log(TRACE.frequency)
    level = TRACE.level
    for _, sign, rows in FACTORS.values():
        f, values = np.array(rows).T
        level = level + sign * np.interp(frequency, f * 1e6, values)
    smallest = []
    for rows in LINES:
        low, high, left, right = np.array(rows).T
        # A point at a step belongs to the lower side, where these lines are stricter; the last line falls to its step.
        known = np.log(np.stack([low, np.nextafter(high, 0)], axis=1).ravel() * 1e6)
        limit = np.interp(logarithm, known, np.stack([left, right], axis=1).ravel())
        smallest.append(float((limit - level).min()))
    return smallest


INPUTS = _inputs()
TRACE = _trace()
CORRECTIONS, WANTED = _wanted()
NORMALS = [Input.standard(f"X{i}", Decimal(0), Decimal(1)) for i in range(1, 5)]
PAIRS = (
    Pair("uncertainty budget H.1", budget, "bare GTC, H.1", bare_budget, 2.0),
    Pair("Monte Carlo, 10^6 trials", simulation, "bare NumPy, 10^6 trials", bare_simulation, 1.5),
    # 50 ms are wanted on the machine of the demonstration; the bound says how many times the bare arithmetic that may be.
    Pair("trace of 40,000 points, four lines", trace, "bare NumPy, 40,000 points", bare_trace, 4.0),
)
