"""Rounding of results and uncertainties for report."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.rounding import (
    CEILING,
    places_of,
    report_pair,
    round_significant,
    round_uncertainty,
    to_decimal,
)

POSITIVE = st.decimals(min_value="1e-9", max_value="1e9", allow_nan=False)


@pytest.mark.parametrize(
    ("y", "u", "digits", "mode", "pair"),
    [
        ("10.05762", "0.027", 2, "even", ("10.058", "0.027", 3)),
        ("18.42", "0.686", 2, "up", ("18.42", "0.69", 2)),
        ("52.82", "3.62", 2, "up", ("52.8", "3.6", 1)),
        ("5.3", "0.0996", 2, "up", ("5.30", "0.10", 2)),
        ("5.3", "0.996", 2, "up", ("5.3", "1.0", 1)),
        ("-4.2084942", "0.1284", 2, "up", ("-4.21", "0.13", 2)),
        ("12345", "996", 2, "up", ("1.23E+4", "1.0E+3", -2)),
        ("610", "84.04", 2, "up", ("610", "84", 0)),
        # The printed forms with one digit: workflow case 4.
        ("2.3452", "0.0015", 1, "up", ("2.345", "0.002", 3)),
        ("5.3452", "0.02", 1, "up", ("5.35", "0.02", 2)),
        ("10.3452", "0.4", 1, "up", ("10.3", "0.4", 1)),
        # and with two
        ("2.3452", "0.0015", 2, "up", ("2.3452", "0.0015", 4)),
        ("5.3452", "0.02", 2, "up", ("5.345", "0.020", 3)),
        ("10.3452", "0.4", 2, "up", ("10.35", "0.40", 2)),
    ],
)
def test_report_pair(y: str, u: str, digits: int, mode: str, pair: tuple[str, str, int]) -> None:
    got = report_pair(Decimal(y), Decimal(u), digits, mode)
    assert (str(got.y), str(got.U), got.places) == pair


def test_rounding_up_never_understates_and_carries() -> None:
    assert str(round_uncertainty(Decimal("10.47"), 2, CEILING)) == "11"
    assert str(round_uncertainty(Decimal("0.0991"), 2, CEILING)) == "0.10"
    assert str(round_uncertainty(Decimal("0.099"), 2, CEILING)) == "0.099"


@given(POSITIVE, st.integers(1, 4), st.sampled_from(["even", "up", CEILING]))
def test_uncertainty_keeps_its_digits(u: Decimal, digits: int, mode: str) -> None:
    rounded = round_uncertainty(u, digits, mode)
    assert len(rounded.as_tuple().digits) == digits
    assert round_uncertainty(rounded, digits, mode) == rounded
    unit = Decimal(10) ** -places_of(rounded)
    assert abs(rounded - u) <= (unit if mode == CEILING else unit / 2)
    if mode == CEILING:
        assert rounded >= u


@pytest.mark.parametrize("wrong", ["0", "-1", "NaN", "Infinity"])
def test_an_uncertainty_is_positive(wrong: str) -> None:
    with pytest.raises(ValueError, match="positive"):
        round_uncertainty(Decimal(wrong))


def test_floats_leave_by_one_door() -> None:
    assert str(to_decimal(0.1 + 0.2)) == "0.3"
    assert str(to_decimal(66.0)) == "66"
    assert str(to_decimal(-0.0)) == "0"
    assert str(to_decimal(1e6)) == "1000000"
    assert str(to_decimal(2 / 3)) == "0.666666666667"
    assert str(to_decimal(2 / 3, 3)) == "0.667"
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            to_decimal(wrong)
    with pytest.raises(ValueError, match="digits"):
        to_decimal(1.0, 18)


@given(st.floats(min_value=-1e15, max_value=1e15, allow_subnormal=False))
def test_twelve_digits_are_kept(x: float) -> None:
    assert abs(float(to_decimal(x)) - x) <= abs(x) * 1e-11


def test_round_significant() -> None:
    assert str(round_significant(Decimal("63.69404123456789"))) == "63.6940412346"
    assert str(round_significant(Decimal("0.00"))) == "0"
    assert str(round_significant(Decimal(120), 1)) == "100"
