"""Propagation of distributions by Monte Carlo: JCGM 101:2008, on NumPy.

Every input is drawn from its distribution (6.4), the model is computed for all trials at once, and the result is the empirical
distribution: mean, standard deviation, probabilistically symmetric and shortest coverage interval (7.5-7.7).  The number of
trials is given, or grows in batches until the results are stable to the digits asked for (7.9).  Clause 8: whether the first
order of the GUM would have done.

A normal quantity with ν degrees of freedom is drawn from the scaled and shifted t-distribution whose scale is u (6.4.9: s/√n);
its standard deviation is therefore larger than u by √(ν/(ν - 2)).  Between known bounds (rectangular and the like) ν has no say.
Trials are drawn in pieces of a fixed size from one seeded generator (PCG64), so that the same seed gives the same result on
the same version of NumPy, whatever the progress shown.  NumPy is loaded at the first run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lab_app.metrology.correlation import Pair, checked_pairs, correlated_names, correlation_matrix
from lab_app.metrology.distributions import Distribution
from lab_app.metrology.errors import BudgetError, MetrologyError
from lab_app.metrology.expression import FormulaError
from lab_app.metrology.model import Model, parse_model
from lab_app.metrology.quantities import AnyInput, ComplexInput, Input
from lab_app.metrology.rounding import to_decimal

PIECE: Final = 50_000
FEWEST_TRIALS: Final = 1_000
MOST_TRIALS: Final = 20_000_000
# Adaptive procedure: batches of at least this many trials, and no more of them than this.
BATCH: Final = 10_000
MOST_BATCHES: Final = 1_000

Progress = Callable[[int, int | None], None]


class Interval:
    """A coverage interval: its ends as Decimals, 12 significant digits."""

    __slots__ = ("high", "low")

    def __init__(self, low: float, high: float) -> None:
        self.low = to_decimal(low)
        self.high = to_decimal(high)


class Sample:
    """The empirical distribution of one result."""

    def __init__(self, values: Any, p: float) -> None:
        self.values = values
        self.p = p
        self._ordered: Any = None
        self._symmetric: dict[float, Interval] = {}
        self._mean = float(values.mean())
        self._u = float(values.std(ddof=1))

    @property
    def mean(self) -> Decimal:
        """The estimate of the result (7.6)."""
        return to_decimal(self._mean)

    @property
    def u(self) -> Decimal:
        """Its standard uncertainty (7.6)."""
        return to_decimal(self._u)

    @property
    def ordered(self) -> Any:
        """The trials in rising order, the discrete representation of 7.5."""
        if self._ordered is None:
            import numpy as np

            self._ordered = np.sort(self.values)
        return self._ordered

    def symmetric(self, p: float | None = None) -> Interval:
        """The probabilistically symmetric coverage interval (7.7.1)."""
        level = self.p if p is None else p
        found = self._symmetric.get(level)
        if found is None:
            found = self._symmetric[level] = self._between(*_ends(len(self.values), level))
        return found

    def _between(self, low: int, high: int) -> Interval:
        """The interval between two order statistics; they need no full sorting."""
        import numpy as np

        places = self._ordered if self._ordered is not None else np.partition(self.values, (low, high))
        return Interval(float(places[low]), float(places[high]))

    def shortest(self, p: float | None = None) -> Interval:
        """The shortest coverage interval (7.7.2)."""
        count = len(self.values)
        wide = _covered(count, self.p if p is None else p)
        lengths = self.ordered[wide:] - self.ordered[: count - wide]
        start = int(lengths.argmin())
        return Interval(float(self.ordered[start]), float(self.ordered[start + wide]))


def _covered(trials: int, p: float) -> int:
    """q of 7.7.1: how many of the trials an interval covers."""
    exact = p * trials
    q = round(exact) if abs(exact - round(exact)) < 1e-6 else math.floor(exact + 0.5)
    return min(q, trials - 1)


def _ends(trials: int, p: float) -> tuple[int, int]:
    """Places of the two ends among the ordered trials, counted from zero."""
    q = _covered(trials, p)
    r = (trials - q) / 2
    first = max(1, round(r) if r == int(r) else math.floor(r + 0.5))
    return first - 1, min(first - 1 + q, trials - 1)


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a run gives: one sample a result, and what is needed to repeat it."""

    results: Mapping[str, Sample]
    trials: int
    seed: int
    stable: bool
    generator: str

    @property
    def only(self) -> Sample:
        """The sample of a model with one result."""
        (sample,) = self.results.values()
        return sample


def _drawer(quantity: Input) -> Callable[[Any, int], Any]:
    """How a quantity on its own is drawn."""
    x, u = float(quantity.x), float(quantity.u)
    if quantity.distribution is Distribution.NORMAL or not u:
        if u and quantity.dof is not None:
            nu = float(quantity.dof)
            return lambda rng, n: x + u * rng.standard_t(nu, n)
        return lambda rng, n: rng.normal(x, u, n)
    assert quantity.half_width is not None
    a = float(quantity.half_width)
    if quantity.distribution is Distribution.RECTANGULAR:
        return lambda rng, n: rng.uniform(x - a, x + a, n)
    if quantity.distribution is Distribution.TRIANGULAR:
        return lambda rng, n: rng.triangular(x - a, x, x + a, n)
    if quantity.distribution is Distribution.U_SHAPE:
        return lambda rng, n: x + a * _cosine(rng.uniform(0.0, math.pi, n))
    # A trapezoid is the sum of two rectangles (6.4.4).
    beta = float(quantity.beta) if quantity.beta is not None else 0.0
    wide, narrow = a * (1 + beta) / 2, a * (1 - beta) / 2
    return lambda rng, n: x + rng.uniform(-wide, wide, n) + rng.uniform(-narrow, narrow, n)


def _cosine(angles: Any) -> Any:
    import numpy as np

    return np.cos(angles)


def _root(matrix: Any) -> Any:
    """A square root of a positive semidefinite covariance matrix: ``root @ root.T`` gives it back."""
    import numpy as np

    values, vectors = np.linalg.eigh(matrix)
    return vectors * np.sqrt(np.clip(values, 0.0, None))


def _normals(rng: Any, root: Any, dof: float, n: int) -> Any:
    """Rows of jointly normal numbers, or of the multivariate t with a common ν (JCGM 102:2011 5.3.2)."""
    rows = root @ rng.standard_normal((len(root), n))
    if not math.isinf(dof):
        rows = rows / (rng.chisquare(dof, n) / dof) ** 0.5
    return rows


class _Draw:
    """All input quantities of a model, drawn together."""

    def __init__(self, inputs: Sequence[AnyInput], pairs: Sequence[Pair]) -> None:
        import numpy as np

        by_name = {quantity.name: quantity for quantity in inputs}
        if len(by_name) != len(inputs):
            raise BudgetError("duplicate", "quantities")
        if not by_name:
            raise BudgetError("empty", "quantities")
        pairs = checked_pairs(pairs, by_name)
        self.tied = [self._tied(by_name[name]) for name in correlated_names(pairs)]
        dofs = {math.inf if q.dof is None else float(q.dof) for q in self.tied}
        self.dof = dofs.pop() if len(dofs) == 1 else math.inf
        if self.tied:
            spread = np.array([float(q.u) for q in self.tied])
            matrix = np.array(correlation_matrix(pairs, [q.name for q in self.tied]))
            self.root = _root(matrix * np.outer(spread, spread))
        apart = {q.name for q in self.tied}
        self.alone = {q.name: _drawer(q) for q in inputs if isinstance(q, Input) and q.name not in apart}
        self.complex = [q for q in inputs if isinstance(q, ComplexInput)]

    @staticmethod
    def _tied(quantity: AnyInput) -> Input:
        """Only normal quantities have a joint distribution that their correlation alone determines (6.4.8)."""
        if isinstance(quantity, ComplexInput):
            raise BudgetError("complex_correlated", "correlations", quantity.name)
        if quantity.distribution is not Distribution.NORMAL:
            raise BudgetError("correlation_needs_normal", "correlations", quantity.name)
        return quantity

    def piece(self, rng: Any, n: int) -> dict[str, Any]:
        values = {name: draw(rng, n) for name, draw in self.alone.items()}
        if self.tied:
            rows = _normals(rng, self.root, self.dof, n)
            values.update((q.name, float(q.x) + row) for q, row in zip(self.tied, rows, strict=True))
        for quantity in self.complex:
            values[quantity.name] = self._complex(rng, quantity, n)
        return values

    @staticmethod
    def _complex(rng: Any, quantity: ComplexInput, n: int) -> Any:
        import numpy as np

        u_re, u_im = float(quantity.u_re), float(quantity.u_im)
        across = float(quantity.r) * u_re * u_im
        root = _root(np.array([[u_re**2, across], [across, u_im**2]]))
        dof = math.inf if quantity.dof is None else float(quantity.dof)
        re, im = _normals(rng, root, dof, n)
        return (float(quantity.re) + re) + 1j * (float(quantity.im) + im)


def _computed(model: Model, values: Mapping[str, Any], n: int) -> Any:
    """One piece of trials through the model; a trial without a real, finite result refuses the run."""
    import numpy as np

    with np.errstate(all="ignore"):
        result = np.asarray(model.arrays(values))
    if np.iscomplexobj(result):
        raise BudgetError("complex_result", "model")
    if result.ndim == 0:
        result = np.full(n, float(result))
    if not np.isfinite(result).all():
        raise FormulaError("domain", f"{int((~np.isfinite(result)).sum())}/{n}", field="model")
    return result


def _checked(trials: int, p: float, seed: int) -> None:
    if isinstance(trials, bool) or not FEWEST_TRIALS <= trials <= MOST_TRIALS:
        raise MetrologyError("outside", "trials", str(trials))
    if not 0 < p < 1:
        raise MetrologyError("outside", "p", str(p))
    if seed < 0:
        raise MetrologyError("negative", "seed", str(seed))


def _prepared(
    models: Mapping[str, str] | str, inputs: Sequence[AnyInput], correlations: Sequence[Pair]
) -> tuple[dict[str, Model], _Draw]:
    texts = {"y": models} if isinstance(models, str) else models
    if not texts:
        raise BudgetError("empty", "model")
    parsed = {name: parse_model(text, [quantity.name for quantity in inputs]) for name, text in texts.items()}
    return parsed, _Draw(inputs, correlations)


def _generator(seed: int) -> tuple[Any, str]:
    import numpy as np

    return np.random.Generator(np.random.PCG64(seed)), f"PCG64, NumPy {np.__version__}"


def simulate(
    models: Mapping[str, str] | str,
    inputs: Sequence[AnyInput],
    correlations: Sequence[Pair] = (),
    *,
    trials: int = 1_000_000,
    p: Decimal = Decimal("0.95"),
    seed: int = 0,
    progress: Progress | None = None,
) -> Simulation:
    """A given number of trials, 1,000 to 20,000,000.

    ``progress(done, trials)`` is called after every piece and may raise to stop the run.

    :raises FormulaError: for a model, or ``domain`` where a trial has no real, finite result;
        :raises BudgetError: for the quantities; :raises MetrologyError: ``outside`` for ``trials`` and ``p``.
    """
    import numpy as np

    _checked(trials, float(p), seed)
    parsed, draw = _prepared(models, inputs, correlations)
    rng, generator = _generator(seed)
    results = {name: np.empty(trials) for name in parsed}
    for start in range(0, trials, PIECE):
        n = min(PIECE, trials - start)
        values = draw.piece(rng, n)
        for name, model in parsed.items():
            results[name][start : start + n] = _computed(model, values, n)
        if progress is not None:
            progress(start + n, trials)
    samples = {name: Sample(found, float(p)) for name, found in results.items()}
    return Simulation(samples, trials, seed, True, generator)


def numerical_tolerance(u: Decimal, digits: int = 2) -> Decimal:
    """δ of 7.9.2: half a unit of the last of ``digits`` significant digits of a standard uncertainty."""
    if not u.is_finite() or u <= 0:
        raise MetrologyError("not_positive", "u", str(u))
    if not 1 <= digits <= 4:
        raise MetrologyError("outside", "digits", str(digits))
    return Decimal(5).scaleb(u.adjusted() - digits)


def _unstable(batches: Sequence[Sequence[float]], tolerance: float) -> bool:
    """7.9.4: whether twice the standard deviation of the average of any quantity still exceeds the tolerance."""
    import numpy as np

    rows = np.array(batches)
    return bool((2 * rows.std(axis=0, ddof=1) / math.sqrt(len(rows)) > tolerance).any())


def simulate_adaptive(
    models: Mapping[str, str] | str,
    inputs: Sequence[AnyInput],
    correlations: Sequence[Pair] = (),
    *,
    digits: int = 2,
    p: Decimal = Decimal("0.95"),
    seed: int = 0,
    most_trials: int = 5_000_000,
    progress: Progress | None = None,
) -> Simulation:
    """Batches until estimate, u and both ends of the interval are stable to ``digits`` digits of u (7.9.4).

    ``stable`` of the result is False when ``most_trials`` came first (heavy tails).  ``progress(done, None)``: how long it
    will take is not known beforehand.

    :raises MetrologyError: as :func:`simulate`.
    """
    import numpy as np

    level = float(p)
    _checked(most_trials, level, seed)
    numerical_tolerance(Decimal(1), digits)
    parsed, draw = _prepared(models, inputs, correlations)
    rng, generator = _generator(seed)
    size = min(most_trials, max(math.ceil(100 / (1 - level)), BATCH))
    pieces: dict[str, list[Any]] = {name: [] for name in parsed}
    summaries: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in parsed}
    stable = False
    low, high = _ends(size, level)
    while not stable and len(next(iter(pieces.values()))) < min(MOST_BATCHES, max(1, most_trials // size)):
        values = draw.piece(rng, size)
        for name, model in parsed.items():
            batch = _computed(model, values, size)
            ordered = np.partition(batch, (low, high))
            pieces[name].append(batch)
            summaries[name].append(
                (float(batch.mean()), float(batch.std(ddof=1)), float(ordered[low]), float(ordered[high]))
            )
        done = len(next(iter(pieces.values())))
        if progress is not None:
            progress(done * size, None)
        stable = done > 1 and not any(
            _unstable(rows, _batch_tolerance(rows, digits)) for rows in summaries.values()
        )
    samples = {name: Sample(np.concatenate(batches), level) for name, batches in pieces.items()}
    return Simulation(samples, size * len(next(iter(pieces.values()))), seed, stable, generator)


def _batch_tolerance(rows: Sequence[tuple[float, float, float, float]], digits: int) -> float:
    u = sum(row[1] for row in rows) / len(rows)
    return float(numerical_tolerance(to_decimal(u), digits)) if u > 0 else 0.0


@dataclass(frozen=True, slots=True)
class FirstOrderCheck:
    """Clause 8: how far the ends of the first order's interval lie from those of the simulation.

    ``validated`` when both differences are at most ``tolerance``; then the first order does for this model and these inputs.
    """

    d_low: Decimal
    d_high: Decimal
    tolerance: Decimal
    validated: bool


def check_first_order(y: Decimal, u: Decimal, U: Decimal, sample: Sample, digits: int = 2) -> FirstOrderCheck:
    """Compare ``y ± U`` of the first order with the simulation's interval of the same coverage probability (8.1, 8.2).

    ``digits``: significant digits of ``u`` that are meaningful.  The simulation needs at least 100/(1 - p) trials by a wide
    margin; the adaptive procedure sees to it.  A first order that gives no uncertainty is never validated.
    """
    interval = sample.symmetric()
    d_low, d_high = abs(y - U - interval.low), abs(y + U - interval.high)
    if u <= 0:
        return FirstOrderCheck(d_low, d_high, Decimal(0), False)
    tolerance = numerical_tolerance(u, digits)
    return FirstOrderCheck(d_low, d_high, tolerance, max(d_low, d_high) <= tolerance)
