"""Quantiles of t and F against published tables; integrals against closed forms."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.quantiles import (
    fisher_quantile,
    incomplete_beta,
    integral,
    normal_cdf,
    normal_quantile,
    student_factor,
)


@pytest.mark.parametrize(
    ("p", "nu", "printed"),
    [
        (0.6827, 1, "1.84"), (0.90, 2, "2.92"), (0.95, 3, "3.18"), (0.9545, 4, "2.87"), (0.99, 5, "4.03"),
        (0.9973, 6, "4.90"), (0.95, 10, "2.23"), (0.99, 16, "2.92"), (0.95, 25, "2.06"), (0.9973, 100, "3.08"),
        (0.6827, math.inf, "1.00"), (0.95, math.inf, "1.96"), (0.9545, math.inf, "2.00"), (0.9973, math.inf, "3.00"),
    ],
)  # fmt: skip
def test_jcgm_100_table_g2(p: float, nu: float, printed: str) -> None:
    assert f"{student_factor(p, nu):.2f}" == printed


def test_one_and_two_degrees_of_freedom_have_closed_forms() -> None:
    for p in (0.1, 0.5, 0.95, 0.999999):
        assert student_factor(p, 1) == pytest.approx(math.tan(math.pi * p / 2), rel=1e-11)
        assert student_factor(p, 2) == pytest.approx(p * math.sqrt(2 / (1 - p * p)), rel=1e-9)


def test_the_two_ways_to_t_meet() -> None:
    """Beyond 20,000 degrees of freedom a series about the normal quantile takes over."""
    for p in (0.5, 0.95, 0.9973):
        below, above = student_factor(p, 19_999.0), student_factor(p, 20_001.0)
        assert below > above > student_factor(p, math.inf)
        assert below == pytest.approx(above, rel=1e-7)


@given(st.floats(0.01, 0.9999), st.floats(1, 500))
def test_the_factor_covers_p(p: float, nu: float) -> None:
    t = student_factor(p, nu)
    assert incomplete_beta(nu / 2, 0.5, nu / (nu + t * t)) == pytest.approx(1 - p, rel=1e-9, abs=1e-13)
    assert t >= student_factor(p, math.inf) * (1 - 1e-12)


@pytest.mark.parametrize(
    ("p", "nu1", "nu2", "printed"),
    [(0.95, 9, 40, "2.12"), (0.975, 9, 40, "2.45"), (0.95, 1, 1, "161.45"), (0.99, 5, 10, "5.64"), (0.95, 120, 120, "1.35")],
)
def test_published_f_values(p: float, nu1: float, nu2: float, printed: str) -> None:
    """JCGM 100 H.5 (9 and 40 degrees of freedom) and the usual tables."""
    assert f"{fisher_quantile(p, nu1, nu2):.2f}" == printed


@given(st.floats(0.05, 0.99), st.floats(1, 60))
def test_f_of_one_and_nu_is_the_square_of_t(p: float, nu: float) -> None:
    assert fisher_quantile(p, 1, nu) == pytest.approx(student_factor(p, nu) ** 2, rel=1e-9)


@given(st.floats(0.1, 50), st.floats(0.1, 50), st.floats(1e-9, 1 - 1e-9))  # nearer to an end, 1 - x loses x
def test_incomplete_beta_is_a_distribution(a: float, b: float, x: float) -> None:
    assert -1e-12 <= incomplete_beta(a, b, x) <= 1 + 1e-12
    assert incomplete_beta(a, b, x) == pytest.approx(1 - incomplete_beta(b, a, 1 - x), abs=1e-9)


@pytest.mark.parametrize("p", [0.0, 1.0, -1.0, math.nan])
def test_probabilities_outside_are_refused(p: float) -> None:
    for ask in (lambda: student_factor(p, 3), lambda: fisher_quantile(p, 3, 3), lambda: normal_quantile(p)):
        with pytest.raises(MetrologyError) as refusal:
            ask()
        assert refusal.value.code == "outside"


@pytest.mark.parametrize("nu", [0.0, -3.0, math.nan])
def test_degrees_of_freedom_are_positive(nu: float) -> None:
    with pytest.raises(MetrologyError) as refusal:
        student_factor(0.95, nu)
    assert (refusal.value.code, refusal.value.field) == ("not_positive", "nu")


def test_integrals() -> None:
    assert integral(math.sin, [0, math.pi]) == pytest.approx(2, abs=1e-13)
    assert integral(lambda x: normal_cdf(x * 1e6), [-1, 0, 1]) == pytest.approx(1, abs=1e-9)
    assert integral(abs, [-1, 2]) == pytest.approx(2.5, abs=1e-9)
