"""Units: exact prefixes, levels by whole decibels, no silent crossing between the two."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.errors import UnitError
from lab_app.metrology.units import (
    UNITS,
    convert,
    dbm_to_mw,
    dbm_to_w,
    find_unit,
    level_to_linear,
    linear_to_level,
    mw_to_dbm,
    same_quantity,
    w_to_dbm,
)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("2.4835", "GHz", "MHz", "2483.5000"),
        ("198", "kHz", "MHz", "0.198"),
        ("5.84", "ms", "s", "0.00584"),
        ("84.04", "\u03bcV", "mV", "0.08404"),
        ("90", "s", "min", "1.5"),
        ("32.5", "min", "s", "1950.0"),
        ("20", "ppm", "%", "0.0020"),
        ("-10", "dBW", "dBm", "20"),
        ("40", "dBuV/m", "dBV/m", "-80"),
        ("-100", "dBm/Hz", "dBm/MHz", "-40"),
        ("1.5", "V rms", "mV rms", "1500"),
        ("7", "dBm", "dBm", "7"),
    ],
)
def test_convert(value: str, source: str, target: str, expected: str) -> None:
    assert convert(Decimal(value), source, target) == Decimal(expected)


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("dBm", "mW", "log_linear"),
        ("\u00b5V/m", "dB\u00b5V/m", "log_linear"),
        ("dBm", "dB\u00b5V", "different_quantity"),
        ("dBm", "dBm/MHz", "different_quantity"),
        ("dB", "dBm", "different_quantity"),
        ("dB", "dBi", "different_quantity"),
        ("dB", "%", "different_quantity"),
        ("V rms", "V peak", "different_quantity"),
        ("%", "%RH", "different_quantity"),
        ("MHz", "ms", "different_quantity"),
        ("furlong", "m", "unknown_unit"),
        ("V sideways", "V", "unknown_unit"),
        ("dbm", "dBm", "unknown_unit"),
    ],
)
def test_refused(source: str, target: str, code: str) -> None:
    with pytest.raises(UnitError) as refusal:
        convert(Decimal(1), source, target)
    assert refusal.value.code == code


def test_level_and_linear_value_of_one_power_workflow_u_1() -> None:
    assert dbm_to_mw(Decimal(0)) == 1
    assert dbm_to_w(Decimal(0)) == Decimal("0.001")
    assert mw_to_dbm(Decimal(1)) == 0
    assert w_to_dbm(Decimal("0.001")) == 0
    assert w_to_dbm(Decimal("0.1")) == 20
    assert not same_quantity("dBm", "mW")


def test_field_strength_of_47_cfr_15_109() -> None:
    levels = [linear_to_level(Decimal(e), "\u00b5V/m", "dB\u00b5V/m") for e in (100, 150, 200, 500)]
    assert [round(level, 4) for level in levels] == [
        Decimal("40.0000"),
        Decimal("43.5218"),
        Decimal("46.0206"),
        Decimal("53.9794"),
    ]


@given(st.decimals(min_value=-150, max_value=150, places=2))
def test_level_and_back(level: Decimal) -> None:
    for level_unit, linear_unit in (("dBm", "W"), ("dB\u00b5V/m", "mV/m"), ("dBV", "\u00b5V")):
        back = linear_to_level(level_to_linear(level, level_unit, linear_unit), linear_unit, level_unit)
        assert abs(back - level) < Decimal("1e-8")


def test_levels_that_do_not_exist() -> None:
    for wrong in ("0", "-1", "NaN"):
        with pytest.raises(UnitError):
            mw_to_dbm(Decimal(wrong))
    with pytest.raises(UnitError):
        level_to_linear(Decimal(3), "dB", "mW")
    with pytest.raises(UnitError):
        level_to_linear(Decimal(3), "dBm", "\u00b5V")
    with pytest.raises(UnitError):
        dbm_to_mw(Decimal(10**9))


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.integers(-9999, 9999))
def test_there_and_back_for_every_pair_that_converts(a: str, b: str, number: int) -> None:
    value = Decimal(number) / 100
    if not same_quantity(a, b):
        with pytest.raises(UnitError):
            convert(value, a, b)
        return
    assert abs(convert(convert(value, a, b), b, a) - value) <= abs(value) * Decimal("1e-20")


def test_units_of_the_catalogue_are_known() -> None:
    for symbol in ("", "dBr", "kN", "W/kg", "mA rms", "V peak", "% throughput", "% of rated", "\u2126", "mm"):
        assert find_unit(symbol)
