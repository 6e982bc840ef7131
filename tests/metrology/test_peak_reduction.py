"""A prescan's peaks reduced to final points: what is kept, and the reason of every peak that is not."""
from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import LimitLine, Segment, parse_limit, upper
from lab_app.metrology.peak_reduction import AmbientWindow, ReductionRule, peak_indexes, reduce_peaks
from lab_app.metrology.trace_judging import Correction, corrected
from lab_app.metrology.traces import Trace

D = Decimal
FLOOR = -10.0


def levels(peaks, low=1, high=1000, unit="dBµV/m", corrections=()):
    """A floor with single points risen: {MHz: level}, a point every MHz."""
    frequency = np.arange(low, high + 1, dtype=float)
    level = np.full(len(frequency), FLOOR)
    for mhz, value in peaks.items():
        level[mhz - low] = value
    return corrected(Trace(frequency * 1e6, level, "test", unit, "PK"), corrections)


LIMIT = {"QP": upper(D(40), "dBµV/m")}


def told(reduction):
    return {int(p.frequency / 1_000_000): (p.kept, p.reason.value) for p in (*reduction.kept, *reduction.dropped)}


def test_every_dropped_peak_has_its_reason():
    rule = ReductionRule(
        offset=D(10), most=2, window=D(5), ambient=(AmbientWindow(D(87_500_000), D(108_000_000), "FM"),))
    found = reduce_peaks(levels({50: 39, 53: 36, 95: 60, 200: 38, 300: 35, 400: 29.99, 500: 30}), LIMIT, rule)
    assert told(found) == {
        50: (True, ""), 200: (True, ""), 53: (False, "too_near"), 95: (False, "ambient"), 300: (False, "beyond_number"),
        500: (False, "beyond_number"), 400: (False, "below_offset"),
    }
    assert [int(p.frequency / 1_000_000) for p in found.kept] == [50, 200]  # nearest to the limit first
    assert found.counts == {"too_near": 1, "ambient": 1, "beyond_number": 2, "below_offset": 1}
    assert (found.kept[0].margin, found.kept[0].key) == (D(1), "QP")


def test_a_peak_where_no_limit_holds_is_named_so():
    line = LimitLine((Segment(D(30), D(230), D(40), D(40)),), unit="dBµV/m")
    found = reduce_peaks(levels({100: 38, 500: 90}), {"QP": line}, ReductionRule(D(10), 5))
    assert told(found) == {100: (True, ""), 500: (False, "no_limit")}
    assert found.dropped[0].margin is None and found.dropped[0].key == ""


def test_a_peak_belongs_to_the_limit_it_comes_nearest_to():
    limits = {"QP": upper(D(50), "dBµV/m"), "AV": LimitLine((Segment(D(100), D(200), D(40), D(40)),), unit="dBµV/m")}
    found = reduce_peaks(levels({150: 38, 300: 45}), limits, ReductionRule(D(10), 5))
    assert {p.key: p.margin for p in found.kept} == {"AV": D(2), "QP": D(5)}


def test_a_trace_of_the_surroundings_tells_what_is_ambient():
    rule = ReductionRule(D(15), 5, ambient_above=D(6))
    surroundings = levels({100: 36, 200: 25})
    found = reduce_peaks(levels({100: 38, 200: 38, 300: 38}), LIMIT, rule, surroundings)
    assert told(found) == {100: (False, "ambient"), 200: (True, ""), 300: (True, "")}
    assert told(reduce_peaks(levels({100: 38}), LIMIT, rule, levels({}, 400, 500))) == {100: (True, "")}


def test_harmonics_are_kept_whatever_their_margin_and_take_no_place():
    rule = ReductionRule(D(10), 1, window=D(1), harmonic_of=D(120_000_000), harmonics=3)
    found = reduce_peaks(levels({120: 35, 240: 10, 360: 5, 480: 5, 700: 36}), LIMIT, rule)
    assert told(found) == {
        120: (False, "beyond_number"), 240: (True, "harmonic"), 360: (True, "harmonic"), 480: (False, "below_offset"), 700: (True, "")}


def test_a_window_in_percent_widens_with_frequency():
    rule = ReductionRule(D(20), 9, window=D(2), window_unit="%")
    found = reduce_peaks(levels({50: 39, 52: 30, 800: 39, 814: 30}), LIMIT, rule)
    assert told(found) == {50: (True, ""), 52: (True, ""), 800: (True, ""), 814: (False, "too_near")}


def test_the_offset_counts_the_corrected_level_and_is_inclusive():
    found = reduce_peaks(
        levels({100: 20, 200: 19.9}, unit="dBµV/m", corrections=(Correction("cable", 1, None, D("10")),)), LIMIT, ReductionRule(D(10), 5))
    assert told(found) == {100: (True, ""), 200: (False, "below_offset")}
    assert found.kept[0].level == D(30)


def test_only_the_dropped_nearest_to_the_limit_are_listed_and_all_are_counted():
    peaks = {mhz: 10 + mhz / 100 for mhz in range(10, 1000, 10)}
    found = reduce_peaks(levels(peaks), LIMIT, ReductionRule(D(1), 5), listed=7)
    assert len(found.dropped) == 7 and found.counts == {"below_offset": 99} and not found.kept
    assert min(int(p.frequency / 1_000_000) for p in found.dropped) == 930


def test_units_and_limits_that_do_not_fit_are_refused():
    rule = ReductionRule(D(10), 5)
    for limits, ambient, code in (
        ({"x": upper(D(1), "dBm")}, None, "unit_differs"), ({}, None, "missing"),
        ({"x": parse_limit({"type": "observation", "answers": ["PASS"]})}, None, "not_a_line"),
        (LIMIT, levels({}, unit="dBm"), "unit_differs"),
    ):
        with pytest.raises(MetrologyError) as refused:
            reduce_peaks(levels({100: 38}), limits, rule, ambient)
        assert refused.value.code == code


@pytest.mark.parametrize(("facts", "field"), [
    ({"most": 0}, "most"), ({"most": 201}, "most"), ({"window": D(-1)}, "window"), ({"excursion": D(0)}, "excursion"),
    ({"offset": D("NaN")}, "offset"), ({"window": D(100), "window_unit": "%"}, "window"), ({"harmonic_of": D(1)}, "harmonics"),
    ({"harmonics": 3}, "harmonics"), ({"harmonic_of": D(-1), "harmonics": 2}, "harmonic_of"), ({"window_unit": "furlong"}, "unit"),
])
def test_a_rule_that_cannot_be_is_refused_with_its_field(facts, field):
    with pytest.raises(MetrologyError) as refused:
        ReductionRule(**{"offset": D(10), "most": 5} | facts)
    assert refused.value.field == field


def test_an_ambient_window_rises():
    with pytest.raises(MetrologyError, match="frequencies_not_rising"):
        AmbientWindow(D(108), D(87))


# ---- what a peak is -------------------------------------------------------------------------------------


def slow_peaks(values, excursion):
    """The definition, read backwards and forwards from every point: it is the highest until the trace has fallen by an excursion
    on either side, and it has fallen by it on at least one."""
    found = []
    for i, value in enumerate(values):
        if i and values[i - 1] == value:
            continue
        left = right = None
        for j in range(i - 1, -1, -1):
            if values[j] >= value:
                left = False
                break
            if value - values[j] >= excursion:
                left = True
                break
        for j in range(i + 1, len(values)):
            if values[j] > value:
                right = False
                break
            if value - values[j] >= excursion:
                right = True
                break
        if left is not False and right is not False and (left or right):
            found.append(i)
    return found


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(-20, 20), max_size=60), st.integers(1, 12))
def test_peaks_are_what_the_definition_says(values, excursion):
    assert peak_indexes(np.array(values, dtype=float), excursion) == slow_peaks(values, excursion)


def test_noise_below_the_excursion_is_no_peak():
    noise = np.random.default_rng(3).uniform(-2, 2, 40_000)
    noise[20_000] = 20
    assert peak_indexes(noise, 6.0) == [20_000]
    assert peak_indexes(np.full(10, 3.0), 6.0) == [] and peak_indexes(np.array([]), 6.0) == []
