"""Control charts against published figures; limits that are frozen stay what they were."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.control_charts import (
    Chart,
    ChartError,
    ChartLimits,
    constants,
    counts,
    cusum,
    ewma,
    individuals,
    mean_range,
    mean_sd,
    means,
    parse_limits,
    standard_deviation,
)

D = Decimal


def numbers(text: str) -> list[Decimal]:
    return [D(word) for word in text.split()]


@pytest.mark.parametrize(
    ("n", "d2", "d3", "c4", "a2", "a3", "b3", "b4", "d3_factor", "d4_factor"),
    [
        (2, "1.128", "0.853", "0.7979", "1.880", "2.659", "0", "3.267", "0", "3.267"),
        (5, "2.326", "0.864", "0.9400", "0.577", "1.427", "0", "2.089", "0", "2.114"),
        (6, "2.534", "0.848", "0.9515", "0.483", "1.287", "0.030", "1.970", "0", "2.004"),
        (7, "2.704", "0.833", "0.9594", "0.419", "1.182", "0.118", "1.882", "0.076", "1.924"),
        (10, "3.078", "0.797", "0.9727", "0.308", "0.975", "0.284", "1.716", "0.223", "1.777"),
        (15, "3.472", "0.756", "0.9823", "0.223", "0.789", "0.428", "1.572", "0.347", "1.653"),
        (25, "3.931", "0.708", "0.9896", "0.153", "0.606", "0.565", "1.435", "0.459", "1.541"),
    ],
)
def test_constants_are_those_of_the_tables(
    n: int,
    d2: str,
    d3: str,
    c4: str,
    a2: str,
    a3: str,
    b3: str,
    b4: str,
    d3_factor: str,
    d4_factor: str,
) -> None:
    found = constants(n)
    assert round(found.d2, 3) == D(d2) and round(found.d3, 3) == D(d3) and round(found.c4, 4) == D(c4)
    assert round(found.A2, 3) == D(a2) and round(found.A3, 3) == D(a3)
    assert round(found.B3, 3) == D(b3) and round(found.B4, 3) == D(b4)
    assert round(found.D3, 3) == D(d3_factor) and round(found.D4, 3) == D(d4_factor)


def test_constants_of_two_values_have_a_closed_form() -> None:
    # d2(2) = 2/√π, d3(2) = √(2 - 4/π)
    assert abs(constants(2).d2 - D("1.1283791671")) < D("1e-9")
    assert abs(constants(2).d3 - D("0.8525024664")) < D("1e-9")


def test_constants_grow_with_the_group() -> None:
    found = [constants(n) for n in range(2, 26)]
    assert all(a.d2 < b.d2 and a.c4 < b.c4 < 1 and a.A2 > b.A2 for a, b in pairwise(found))
    for n in (1, 26):
        with pytest.raises(ChartError, match="outside"):
            constants(n)


def test_individuals_of_the_flow_rate() -> None:
    """NIST/SEMATECH e-Handbook 6.3.2.2: centre 50.81, mean moving range 1.8778, limits 45.8159 and 55.8041."""
    chart = individuals(numbers("49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1"))
    assert chart.chart is Chart.INDIVIDUALS
    assert chart.location.center == D("50.81")
    assert chart.spread is not None and round(chart.spread.center, 4) == D("1.8778")
    # The handbook divides by 1.128.
    assert abs(chart.location.lower - D("45.8159")) < D("0.002")
    assert abs(chart.location.upper - D("55.8041")) < D("0.002")
    assert chart.spread.lower == 0 and abs(chart.spread.upper - D("1.8778") * D("3.267")) < D("0.001")


CIRCUIT = "21 24 16 12 15 5 28 20 31 25 20 24 16 19 10 17 13 22 18 39 30 24 16 19 17 15"


def test_counts_of_the_circuit_boards() -> None:
    """Montgomery, printed circuit boards: 6.48, 19.85, 33.22; boards 6 and 20 are out."""
    chart = counts(numbers(CIRCUIT))
    limits = chart.location
    assert [round(x, 2) for x in (limits.lower, limits.center, limits.upper)] == numbers("6.48 19.85 33.21")
    assert limits.outside(numbers(CIRCUIT)) == (6, 20)
    assert chart.spread is None
    assert counts(numbers("1 0 2 1")).location.lower == 0
    with pytest.raises(ChartError, match="not_a_count"):
        counts([D("1.5")])


SAMPLES = [numbers(row) for row in ("5.1 4.9 5.0", "5.3 5.0 5.2", "4.8 4.9 5.0", "5.0 5.2 4.9")]


def test_mean_charts_use_the_tabulated_factors() -> None:
    by_range, by_sd, constant = mean_range(SAMPLES), mean_sd(SAMPLES), constants(3)
    ranges = [max(sample) - min(sample) for sample in SAMPLES]
    r_bar = sum(ranges) / len(ranges)
    s_bar = sum((standard_deviation(sample) for sample in SAMPLES), D(0)) / len(SAMPLES)
    center = sum(means(SAMPLES), D(0)) / len(SAMPLES)
    assert by_range.spread is not None and by_sd.spread is not None
    for got, expected in (
        (by_range.location.upper, center + constant.A2 * r_bar),
        (by_range.spread.upper, constant.D4 * r_bar),
        (by_range.spread.lower, constant.D3 * r_bar),
        (by_sd.location.lower, center - constant.A3 * s_bar),
        (by_sd.spread.upper, constant.B4 * s_bar),
    ):
        assert abs(got - expected) < D("1e-8")


EWMA_DATA = numbers(
    "52.0 47.0 53.0 49.3 50.1 47.0 51.0 50.1 51.2 50.5 49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1"
)


def test_weighted_means_of_the_handbook() -> None:
    """NIST/SEMATECH e-Handbook 6.3.2.4."""
    chart = ewma(EWMA_DATA, D(50), D("2.0539"), D("0.3"), D(3))
    printed = "50.60 49.52 50.56 50.18 50.16 49.21 49.75 49.85 50.26 50.33 50.11 49.36 49.52 50.05 49.38 49.92 50.73"
    for got, expected in zip(chart.points, numbers(printed + " 51.23 51.94 51.99"), strict=True):
        assert abs(got - expected) <= D("0.0051")
    assert round(chart.limits.lower, 4) == D("47.4116") and round(chart.limits.upper, 4) == D("52.5884")
    assert chart.signals == ()
    # The first point is judged by limits of L σ λ, not by the ones the chart settles on.
    assert chart.upper[0] == D("51.84851")
    assert ewma([D("56.2")], D(50), D("2.0539"), D("0.3"), D(3)).signals == (1,)


@given(st.lists(st.decimals(-50, 50, places=2), min_size=1, max_size=30))
def test_with_all_the_weight_on_the_last_value_ewma_is_the_chart_of_individuals(
    values: list[Decimal],
) -> None:
    chart = ewma(values, D(0), D(10), D(1), D(3))
    assert list(chart.points) == [value.normalize() + 0 for value in values]
    assert chart.signals == tuple(i for i, value in enumerate(values, 1) if abs(value) > 30)


def test_cusum_signals_a_shift_and_nothing_before_it() -> None:
    steady = numbers("0.5 -0.5 0.3 -0.2 0.1 -0.4")
    shifted = [*steady, *[D("1.5")] * 8]
    chart = cusum(shifted, D(0), D(1), D("0.5"), D(5))
    # From the shift on the sum rises by 1 a point and passes 5 at the sixth: 5 exactly is still inside.
    assert chart.high[5] == 0 and chart.high[-1] == 8
    assert chart.signals == (12, 13, 14)
    mirrored = cusum([-value for value in shifted], D(0), D(1), D("0.5"), D(5))
    assert mirrored.low == tuple(-value for value in chart.high)
    assert mirrored.signals == chart.signals


@given(
    st.lists(st.decimals(-9, 9, places=2), min_size=2, max_size=25),
    st.decimals("0.1", 9, places=1),
    st.decimals(-9, 9, places=1),
)
def test_limits_follow_a_change_of_unit(values: list[Decimal], factor: Decimal, shift: Decimal) -> None:
    plain = individuals(values).location
    moved = individuals([value * factor + shift for value in values]).location
    for name in ("center", "lower", "upper"):
        assert abs(getattr(moved, name) - (getattr(plain, name) * factor + shift)) < D("1e-8")


def test_frozen_limits_round_trip_and_do_not_move() -> None:
    limits = mean_range(SAMPLES).location
    stored = json.loads(json.dumps(limits.to_dict()))
    assert parse_limits(stored) == limits
    assert limits.outside([limits.upper, limits.upper + D("1e-9"), limits.lower], first=26) == (27,)
    with pytest.raises(ChartError, match="not_a_decimal: upper"):
        parse_limits({**stored, "upper": 1.5})
    with pytest.raises(ChartError, match="empty_range"):
        ChartLimits(D(5), D(6), D(7), D(1))


def test_refusals() -> None:
    with pytest.raises(ChartError, match="too_few"):
        individuals([D(1)])
    with pytest.raises(ChartError, match="different_lengths"):
        mean_range([numbers("1 2"), numbers("1 2 3")])
    with pytest.raises(ChartError, match="not_finite"):
        individuals([D(1), D("NaN")])
    with pytest.raises(ChartError, match="lambda"):
        ewma([D(1)], D(0), D(1), D(0), D(3))
    with pytest.raises(ChartError, match="sigma"):
        cusum([D(1)], D(0), D(0), D(1), D(5))
