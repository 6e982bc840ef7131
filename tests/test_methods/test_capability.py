"""A calibration states no U below the accredited capability at its value (ILAC-P14); where nothing can be compared, it refuses."""
from __future__ import annotations

from decimal import Decimal as D

import pytest

from test_methods.rules.capability import Capability, below

WIDE = Capability(D(80), "µV")
RANGES = [Capability(D(5), "µV", D(0), D(1), "V"), Capability(D(80), "µV", D(1), D(10), "V")]
PERCENT = [Capability(D("0.001"), "%", D(1), D(100), "V")]


@pytest.mark.parametrize("U,k,unit,value,capabilities,expected", [
    (D(84), D(2), "µV", (D(10), "V"), [WIDE], False), (D(79), D(2), "µV", (D(10), "V"), [WIDE], True),
    (D(80), D(2), "µV", (D(10), "V"), [WIDE], False), (D("0.079"), D(2), "mV", (D(10), "V"), [WIDE], True),
    (D(118), D(3), "µV", (D(10), "V"), [WIDE], True), (D(121), D(3), "µV", (D(10), "V"), [WIDE], False),
    (D(6), D(2), "µV", (D(500), "mV"), RANGES, False), (D(6), D(2), "µV", (D(5), "V"), RANGES, True),
    (D(6), D(2), "µV", (D(20), "V"), RANGES, True), (D(1000), D(2), "µV", (D(20), "V"), RANGES, True),
    (D(60), D(2), "µV", None, RANGES, True), (D(90), D(2), "µV", None, RANGES, False),
    (D(100), D(2), "µV", (D(10), "V"), PERCENT, False), (D(99), D(2), "µV", (D(10), "V"), PERCENT, True),
    (D(90), D(2), "µV", None, PERCENT, True), (D(1), D(2), "dB", (D(10), "V"), [WIDE], True),
    (D("0.0001"), D(2), "µV", (D(10), "V"), [], False),
])
def test_uncertainty_against_the_capability_of_its_value(U, k, unit, value, capabilities, expected):
    assert below(U, k, unit, value, capabilities) is expected
