"""Monte Carlo to JCGM 101: published examples, intervals against closed forms, the adaptive procedure, clause 8."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_app.metrology.coverage import Coverage
from lab_app.metrology.distributions import Distribution
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.montecarlo import (
    PIECE,
    Sample,
    check_first_order,
    numerical_tolerance,
    simulate,
    simulate_adaptive,
)
from lab_app.metrology.quantities import ComplexInput, Input
from lab_app.metrology.uncertainty import evaluate

D = Decimal
FOUR = [f"X{i}" for i in range(1, 5)]
SUM = "X1+X2+X3+X4"


def rectangles(halves: list[float]) -> list[Input]:
    return [Input.bounded(n, D(0), D(repr(a)), Distribution.RECTANGULAR) for n, a in zip(FOUR, halves, strict=True)]


def near(got: Decimal, expected: float, within: float) -> bool:
    return abs(float(got) - expected) <= within


def test_sum_of_four_normals() -> None:
    """JCGM 101 9.2.2, Table 2: 0, 2.00, [-3.92, 3.92]."""
    sample = simulate(SUM, [Input.standard(name, D(0), D(1)) for name in FOUR], trials=400_000, seed=1).only
    assert near(sample.mean, 0, 0.02)
    assert near(sample.u, 2, 0.01)
    assert near(sample.symmetric().low, -3.92, 0.03)
    assert near(sample.symmetric().high, 3.92, 0.03)


def test_sum_of_four_rectangles() -> None:
    """JCGM 101 9.2.3, Table 3: [-3.88, 3.88] where the first order has ±3.92."""
    inputs = rectangles([math.sqrt(3)] * 4)
    sample = simulate(SUM, inputs, trials=400_000, seed=2).only
    assert near(sample.symmetric().low, -3.88, 0.02)
    assert near(sample.symmetric().high, 3.88, 0.02)
    assert near(sample.shortest().high, 3.88, 0.06)


def test_one_rectangle_ten_times_wider() -> None:
    """JCGM 101 9.2.4, Table 4: u = 10.1, [-17.0, 17.0]; first order ±19.9: clause 8 refuses it."""
    inputs = rectangles([math.sqrt(3)] * 3 + [10 * math.sqrt(3)])
    sample = simulate(SUM, inputs, trials=400_000, seed=3).only
    assert near(sample.u, 10.15, 0.03)
    assert near(sample.symmetric().high, 17.0, 0.05)
    first = evaluate(SUM, inputs, coverage=Coverage(p=D("0.95")))
    check = check_first_order(first.y, first.u, first.U, sample)
    assert not check.validated
    assert near(check.d_high, 19.9 - 17.0, 0.06)
    assert check.tolerance == D("0.5")


def test_clause_8_accepts_a_linear_model_of_normals() -> None:
    inputs = [Input.standard(name, D(0), D(1)) for name in FOUR]
    run = simulate_adaptive(SUM, inputs, seed=4)
    assert run.stable
    first = evaluate(SUM, inputs, coverage=Coverage(p=D("0.95")))
    assert check_first_order(first.y, first.u, first.U, run.only).validated


def test_clause_8_never_accepts_a_first_order_without_uncertainty() -> None:
    inputs = [Input.standard("x", D(0), D("0.1"))]
    first = evaluate("x**2", inputs)
    sample = simulate("x**2", inputs, trials=20_000).only
    check = check_first_order(first.y, first.u, first.U, sample)
    assert (check.validated, check.tolerance) == (False, 0)
    assert near(sample.u, math.sqrt(2) * 0.01, 0.001)


def test_cartesian_to_polar_with_correlation() -> None:
    """JCGM 102 9.3, Table 7: x = 0.01, r = 0.9: magnitude 0.015(8), phase -0.343(903)."""
    inputs = [Input.standard("re", D("0.01"), D("0.01")), Input.standard("im", D(0), D("0.01"))]
    run = simulate({"mag": "sqrt(re**2+im**2)", "ph": "atan2(im, re)"}, inputs, [("re", "im", D("0.9"))], trials=300_000)
    assert near(run.results["mag"].mean, 0.015, 5e-4)
    assert near(run.results["mag"].u, 0.008, 5e-4)
    assert near(run.results["ph"].mean, -0.343, 0.006)
    assert near(run.results["ph"].u, 0.903, 0.006)
    gamma = ComplexInput("g", D("0.01"), D(0), D("0.01"), D("0.01"), D("0.9"))
    same = simulate({"mag": "abs(g)", "ph": "phase(g)"}, [gamma], trials=300_000, seed=9)
    assert near(same.results["ph"].u, 0.903, 0.006)
    assert near(same.results["mag"].mean, 0.015, 5e-4)


@pytest.mark.parametrize(
    ("quantity", "u", "high"),
    [
        (Input.bounded("x", D(5), D(2), Distribution.RECTANGULAR), 2 / math.sqrt(3), 6.9),
        (Input.bounded("x", D(5), D(2), Distribution.TRIANGULAR), 2 / math.sqrt(6), 5 + 2 * (1 - math.sqrt(0.05))),
        (Input.bounded("x", D(5), D(2), Distribution.U_SHAPE), 2 / math.sqrt(2), 5 + 2 * math.sin(0.475 * math.pi)),
        (Input.bounded("x", D(5), D(2), Distribution.TRAPEZOIDAL, None, D("0.5")), 2 * math.sqrt(1.25 / 6), 6.6127),
        (Input.standard("x", D(5), D(2), D(8)), 2 * math.sqrt(8 / 6), 5 + 2 * 2.3060),
        (Input.standard("x", D(5), D(2)), 2.0, 5 + 2 * 1.95996),
    ],
)
def test_every_distribution_has_its_spread_and_its_interval(quantity: Input, u: float, high: float) -> None:
    """The t of 6.4.9 has the scale u: its standard deviation is u √(ν/(ν - 2))."""
    sample = simulate("x", [quantity], trials=200_000, seed=5).only
    assert near(sample.mean, 5, 0.02)
    assert near(sample.u, u, 0.02)
    assert near(sample.symmetric().high, high, 0.05)
    assert near(sample.symmetric().low, 10 - high, 0.05)


def test_quantities_observed_together_share_one_t() -> None:
    """JCGM 102 5.3.2: jointly t with ν = 4 and r = 0.8; each spreads by √2 of its scale."""
    inputs = [Input.standard("a", D(0), D(1), D(4)), Input.standard("b", D(0), D(1), D(4))]
    run = simulate({"a": "a", "b": "b", "d": "a - b"}, inputs, [("a", "b", D("0.8"))], trials=300_000, seed=6)
    a, b = run.results["a"].values, run.results["b"].values
    assert near(run.results["a"].u, math.sqrt(2), 0.05)
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(0.8, abs=0.02)
    assert near(run.results["d"].symmetric().high, 2.776 * math.sqrt(0.4), 0.03)


def test_intervals_of_a_skewed_result() -> None:
    """Exponential by -ln(x): symmetric [0.0253, 3.689], shortest from zero to 2.996."""
    half = Input.bounded("x", D("0.5"), D("0.5"), Distribution.RECTANGULAR)
    sample = simulate("-log(x)", [half], trials=400_000, seed=7).only
    symmetric, shortest = sample.symmetric(), sample.shortest()
    assert near(symmetric.low, -math.log(0.975), 0.002)
    assert near(symmetric.high, -math.log(0.025), 0.04)
    assert near(shortest.low, 0, 0.005)
    assert near(shortest.high, -math.log(0.05), 0.03)
    assert shortest.high - shortest.low <= symmetric.high - symmetric.low


@settings(max_examples=40)
@given(st.lists(st.integers(-1000, 1000), min_size=30, max_size=300), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_intervals_cover_what_they_say(values: list[int], p: float) -> None:
    array = np.array(values, dtype=float)
    sample = Sample(array, p)
    for interval in (sample.symmetric(), sample.shortest()):
        inside = np.count_nonzero((array >= float(interval.low)) & (array <= float(interval.high)))
        assert inside >= math.floor(p * len(values))
    assert sample.shortest().high - sample.shortest().low <= sample.symmetric().high - sample.symmetric().low
    before = sample.symmetric().low
    assert sample.ordered[0] == array.min()
    assert sample.symmetric().low == before


def test_the_same_seed_repeats_the_run_whatever_is_shown() -> None:
    inputs = [Input.standard("a", D(1), D("0.1"), D(5)), Input.bounded("b", D(2), D("0.1"), Distribution.U_SHAPE)]
    seen: list[tuple[int, int | None]] = []
    one = simulate("a*b", inputs, trials=120_000, seed=11, progress=lambda done, total: seen.append((done, total)))
    two = simulate("a*b", inputs, trials=120_000, seed=11)
    other = simulate("a*b", inputs, trials=120_000, seed=12)
    assert (one.only.mean, one.only.u, one.only.symmetric().low) == (two.only.mean, two.only.u, two.only.symmetric().low)
    assert one.only.mean != other.only.mean
    assert seen == [(PIECE, 120_000), (2 * PIECE, 120_000), (120_000, 120_000)]
    assert "PCG64" in one.generator


def test_progress_may_stop_a_run() -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int | None) -> None:
        raise Stopped

    for run in (simulate, simulate_adaptive):
        with pytest.raises(Stopped):
            run("x", [Input.standard("x", D(0), D(1))], progress=stop)


def test_the_adaptive_procedure_goes_on_until_it_is_stable() -> None:
    inputs = [Input.standard(name, D(0), D(1)) for name in FOUR]
    two = simulate_adaptive(SUM, inputs, digits=2, seed=1)
    three = simulate_adaptive(SUM, inputs, digits=3, seed=1, most_trials=3_000_000)
    assert two.stable
    assert two.trials < three.trials
    assert near(three.only.u, 2, 0.006)


def test_heavy_tails_are_owned_up_to() -> None:
    """A quotient of two centred normals has no standard deviation: nothing becomes stable."""
    inputs = [Input.standard("a", D(0), D(1)), Input.standard("b", D(0), D(1))]
    run = simulate_adaptive("a/b", inputs, most_trials=60_000)
    assert not run.stable
    assert run.trials == 60_000


def test_numerical_tolerance() -> None:
    """JCGM 101 7.9.2, examples: 0.035 has δ = 0.0005; 0.07 to one digit 0.005; 9.9 to two 0.05."""
    assert numerical_tolerance(D("0.035")) == D("0.0005")
    assert numerical_tolerance(D("0.07"), 1) == D("0.005")
    assert numerical_tolerance(D("9.9")) == D("0.05")
    assert numerical_tolerance(D(32)) == D("0.5")
    for u, digits in ((D(0), 2), (D(-1), 2), (D("NaN"), 2), (D(1), 0), (D(1), 5)):
        with pytest.raises(MetrologyError):
            numerical_tolerance(u, digits)


X = [Input.standard("x", D(0), D(1))]
RECTANGLE = Input.bounded("r", D(0), D(1), Distribution.RECTANGULAR)


@pytest.mark.parametrize(
    ("model", "inputs", "pairs", "options", "code"),
    [
        ("x", X, [], {"trials": 999}, "outside"),
        ("x", X, [], {"trials": 20_000_001}, "outside"),
        ("x", X, [], {"p": D(1)}, "outside"),
        ("x", X, [], {"p": D(0)}, "outside"),
        ("x", X, [], {"seed": -1}, "negative"),
        ("sqrt(x)", X, [], {}, "domain"),
        ("log(x)", X, [], {}, "domain"),
        ("1/(x - x)", X, [], {}, "domain"),
        ("x**0.5", X, [], {}, "domain"),
        ("exp(x*1000)", X, [], {}, "domain"),
        ("x/0", X, [], {}, "domain"),
        ("1/0", X, [], {}, "division_by_zero"),
        ("__import__('os')", X, [], {}, "character"),
        ("x", [], [], {}, "unknown_name"),
        ("x", X + X, [], {}, "duplicate"),
        ("x + r", [*X, RECTANGLE], [("x", "r", D("0.5"))], {}, "correlation_needs_normal"),
        ("g", [ComplexInput("g", D(1), D(1), D(1), D(1))], [], {}, "complex_result"),
        ({}, X, [], {}, "empty"),
    ],
)
def test_runs_that_are_refused(model: object, inputs: object, pairs: object, options: dict[str, object], code: str) -> None:
    with pytest.raises(MetrologyError) as refusal:
        simulate(model, inputs, pairs, **{"trials": 2_000, **options})  # type: ignore[arg-type]
    assert refusal.value.code == code
