"""Scores of interlaboratory comparisons and robust statistics."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.proficiency import (
    Class,
    ProficiencyError,
    algorithm_a,
    classify,
    en_score,
    needs_z_prime,
    z_prime_score,
    z_score,
    zeta_score,
)

D = Decimal
GOOD, DOUBTFUL, BAD = Class.SATISFACTORY, Class.QUESTIONABLE, Class.UNSATISFACTORY


@pytest.mark.parametrize(
    ("x", "printed"),
    [("1.006", "0.955"), ("0.996", "-0.637"), ("0.998", "-0.318"), ("1", "0"), ("0.992", "-1.274")],
)
def test_z_as_dataplot_prints_it(x: str, printed: str) -> None:
    """NIST Dataplot, ISO 13528 Z SCORE of gear.dat."""
    assert abs(z_score(D(x), D(1), D("0.00628")).value - D(printed)) < D("0.0015")


@pytest.mark.parametrize(
    ("x", "printed"), [("1.006", "0.785"), ("0.996", "-0.523"), ("0.998", "-0.261"), ("0.992", "-1.047")]
)
def test_zeta_as_dataplot_prints_it(x: str, printed: str) -> None:
    """NIST Dataplot, ISO 13528 ZETA SCORE of gear.dat, batch 1."""
    score = zeta_score(D(x), D("0.00434613493680177"), D(1), D("0.00628"))
    assert abs(score.value - D(printed)) < D("0.0015")


@pytest.mark.parametrize(
    ("z", "expected"),
    [
        ("2", GOOD),
        ("-2", GOOD),
        ("2.0000001", DOUBTFUL),
        ("-2.5", DOUBTFUL),
        ("2.999", DOUBTFUL),
        ("3", BAD),
        ("-3.2", BAD),
    ],
)
def test_classes_at_their_borders(z: str, expected: Class) -> None:
    assert classify(D(z)) is expected
    assert z_score(D(10) + D(z) * D("0.3"), D(10), D("0.3")).classified is expected


def test_a_border_is_not_moved_by_a_root() -> None:
    # √(1² + 1²) does not end; 3 √2 is reached by neither, 6² = 9·(2² + 0) exactly is.
    assert z_prime_score(D(15), D(0), D(3), D(4)).classified is BAD
    assert z_prime_score(D(10), D(0), D(3), D(4)).classified is GOOD
    assert en_score(D(5), D(3), D(0), D(4)).classified is GOOD
    assert en_score(D("5.0000000001"), D(3), D(0), D(4)).classified is BAD
    assert en_score(D(-10), D(3), D(0), D(4)).value == -2


def test_when_the_assigned_value_is_uncertain() -> None:
    assert needs_z_prime(D("0.31"), D(1)) and not needs_z_prime(D("0.3"), D(1))


POSITIVE = st.decimals("0.01", 100, places=2)
ANY = st.decimals(-1000, 1000, places=2)


@given(ANY, ANY, POSITIVE, POSITIVE)
def test_scores_keep_their_sign_and_order(x: Decimal, assigned: Decimal, sigma: Decimal, u: Decimal) -> None:
    z, prime = z_score(x, assigned, sigma), z_prime_score(x, assigned, sigma, u)
    assert abs(prime.value) <= abs(z.value)
    assert z.value.is_zero() or z.value.is_signed() == (x < assigned)
    assert z_score(assigned, x, sigma).value == -z.value
    # The same k on both sides: En is zeta over k.
    assert abs(
        2 * en_score(x, 2 * sigma, assigned, 2 * u).value - zeta_score(x, sigma, assigned, u).value
    ) <= abs(z.value) * D("1e-10")


CREOSOTE = [
    D(word) for word in ["24.14", "20.155", "19.5", "20.3", "20.705", "17.57", "20.1", "20.94", "21.185"]
]


def test_algorithm_a_of_the_creosote_cells() -> None:
    """ISO 5725-5 creosote cell means; metRology::algA and MASS::hubers."""
    found = algorithm_a(CREOSOTE)
    assert abs(found.x_star - D("20.412142857142857")) < D("1e-9")
    assert abs(found.s_star / D("1.067772897587092") - 1) < D("3e-5")
    assert (found.start_x, found.start_s) == (D("20.3"), D("0.94912"))
    assert abs(found.u_x_pt - D("1.25") * found.s_star / 3) < D("1e-9")


@given(st.lists(st.decimals(-50, 50, places=1), min_size=3, max_size=20), POSITIVE, ANY)
def test_a_change_of_unit_changes_nothing_else(
    values: list[Decimal], factor: Decimal, shift: Decimal
) -> None:
    plain, moved = algorithm_a(values), algorithm_a([value * factor + shift for value in values])
    assert abs(moved.x_star - (plain.x_star * factor + shift)) < D("1e-5")
    assert abs(moved.s_star - plain.s_star * factor) < D("1e-5")
    assert min(values) <= plain.x_star <= max(values)


@given(st.integers(1, 10**6))
def test_one_wild_result_moves_the_robust_mean_no_further(distance: int) -> None:
    usual = [D(value) for value in ["9.8", "9.9", "10.0", "10.1", "10.2", "10.0", "9.9", "10.1"]]
    near, far = algorithm_a([*usual, D(1000)]), algorithm_a([*usual, D(1000 + distance)])
    assert abs(near.x_star - far.x_star) < D("1e-8")
    assert abs(near.x_star - 10) < D("0.1")


def test_identical_results_are_degenerate_not_a_crash() -> None:
    same = algorithm_a([D("5.0")] * 6)
    assert (same.x_star, same.s_star, same.degenerate) == (D(5), 0, True)
    mostly = algorithm_a([D(5)] * 7 + [D(6), D(9)])
    assert mostly.start_s == 0 and mostly.x_star == 5 and mostly.degenerate
    half = algorithm_a([D(5)] * 5 + [D(4), D(6), D(4), D(6)])
    assert half.start_s == 0 and half.s_star > 0 and not half.degenerate
    with pytest.raises(ProficiencyError, match="sigma_pt"):
        z_score(D(6), same.x_star, same.s_star)


def test_a_small_spread_on_a_large_value_is_kept() -> None:
    values = [D("1000000000") + value for value in CREOSOTE]
    assert abs(algorithm_a(values).s_star - algorithm_a(CREOSOTE).s_star) < D("1e-9")


def test_refusals() -> None:
    with pytest.raises(ProficiencyError, match="too_few"):
        algorithm_a(CREOSOTE[:4], least=5)
    with pytest.raises(ProficiencyError, match="not_finite"):
        algorithm_a([D(1), D("NaN"), D(2)])
    with pytest.raises(ProficiencyError, match="U_x"):
        en_score(D(1), D(0), D(1), D(1))
