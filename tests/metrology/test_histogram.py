"""A simulated distribution as bars, and the curve that first order puts over them."""
from __future__ import annotations

from decimal import Decimal as D

import numpy as np
import pytest

from lab_app.metrology.coverage import fixed_probability
from lab_app.metrology.errors import BudgetError, MetrologyError
from lab_app.metrology.histogram import first_order_curve, histogram
from lab_app.metrology.montecarlo import Sample
from lab_app.metrology.rf import polar


def sample(values) -> Sample:
    return Sample(np.asarray(values, dtype=float), 0.95)


def test_every_trial_is_counted_once():
    values = np.random.default_rng(1).normal(50_000_838, 32, 100_000)
    found = histogram(sample(values))
    assert len(found.edges) == 61 and sum(found.counts) + found.below + found.above == 100_000
    assert 0 < found.below < 100 and 0 < found.above < 100
    assert list(found.edges) == sorted(set(found.edges)), "edges about a large value stay apart"


def test_the_curve_of_first_order_lies_over_a_normal_sample():
    values = np.random.default_rng(2).normal(5, 2, 200_000)
    found = histogram(sample(values))
    curve = first_order_curve(D(5), D(2), None, found.edges, 200_000)
    assert sum(count for _x, count in curve) == pytest.approx(sum(found.counts), rel=0.01)
    middle = len(curve) // 2
    assert float(curve[middle][1]) == pytest.approx(found.counts[middle], rel=0.05)
    few = first_order_curve(D(5), D(2), D(3), found.edges, 200_000)
    assert few[0][1] > curve[0][1], "three degrees of freedom have heavier tails"


def test_one_single_value_is_one_bar():
    found = histogram(sample(np.full(1000, 2.5)))
    assert found.counts == (1000,) and found.edges == (D("2.5"), D("2.5"))
    assert found.to_dict()["counts"] == [1000]


def test_refusals():
    with pytest.raises(MetrologyError):
        histogram(sample(np.arange(10)), bars=1)
    with pytest.raises(MetrologyError):
        first_order_curve(D(0), D(0), None, (D(0), D(1)), 10)
    with pytest.raises(BudgetError):
        fixed_probability(D(0))
    with pytest.raises(MetrologyError):
        polar("G", D("-0.1"), D(0), D("0.01"))


def test_the_share_that_a_fixed_k_covers():
    assert fixed_probability(D(2)) == D("0.9545") and fixed_probability(D(1)) == D("0.682689")
    assert fixed_probability(D(3)) == D("0.9973")


def test_a_reflection_by_magnitude_and_phase():
    """JCGM 102 6.2: the covariance of polar coordinates; a quarter turn swaps the parts."""
    along = polar("G", D("0.2"), D(0), D("0.01"), D(1))
    assert (along.re, along.im) == (D("0.2"), D(0)) and along.u_re == D("0.01")
    assert float(along.u_im) == pytest.approx(0.2 * np.pi / 180) and along.r == 0
    turned = polar("G", D("0.2"), D(90), D("0.01"), D(1))
    assert float(turned.u_im) == pytest.approx(0.01) and float(turned.u_re) == pytest.approx(float(along.u_im))
    between = polar("G", D("0.2"), D(45), D("0.01"), D(0))
    assert float(between.r) == pytest.approx(1.0), "without an uncertainty of the phase both parts move together"
    circle = polar("G", D(0), D(30), D("0.01"))
    assert circle.u_re == circle.u_im == D("0.01"), "no reflection at all is still uncertain"
