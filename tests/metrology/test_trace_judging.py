"""Traces against limit lines: arrays agree with the exact scalar path, gaps and misfits are said, the worst point decides."""
from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_app.metrology.decision import DR_CISPR, DR_GB_U, DR_SA, Verdict, decide
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.interpolation import FactorTable, Scale, corrected_level
from lab_app.metrology.limits import LimitLine, Segment, abs_upper, lower, parse_limit, upper, within
from lab_app.metrology.trace_judging import (
    Correction,
    Wanted,
    columns,
    contradictions,
    corrected,
    gaps_of,
    judge,
    limit_at,
    limit_over,
    margins_over,
    unmeasured,
    worst_indexes,
)
from lab_app.metrology.traces import Trace

D = Decimal
CLASS_B = {"type": "line", "unit": "dBµV", "detector": "QP", "segments": [
    ["0.15", "0.5", "66", "56"], ["0.5", "5", "56", "56"], ["5", "30", "60", "60"]]}


def trace(points, unit="dBµV", detector="QP"):
    """A trace of (MHz, level) pairs."""
    frequency, level = zip(*points, strict=True)
    return Trace(np.array(frequency) * 1e6, np.array(level, dtype=float), "test", unit, detector)


def table(*points, scale=Scale.LIN, unit="dB"):
    return FactorTable(tuple((D(str(f)), D(str(v))) for f, v in points), scale, "MHz", unit)


# ---- the arrays and the exact path are one --------------------------------------------------------------

levels = st.decimals(-120, 120, places=2, allow_nan=False, allow_infinity=False)
frequencies = st.lists(st.integers(150, 30_000), min_size=2, max_size=40, unique=True).map(sorted)


@st.composite
def tables(draw):
    inner = draw(st.lists(st.integers(151, 29_999), max_size=6, unique=True).map(sorted))
    points = tuple((D(f) / 1000, draw(st.decimals(-40, 40, places=2))) for f in [150, *inner, 30_000])
    return FactorTable(points, draw(st.sampled_from(Scale)), "MHz", "dB")


@st.composite
def lines(draw):
    cuts = draw(st.lists(st.integers(150, 30_000), min_size=2, max_size=7, unique=True).map(sorted))
    ends = [D(c) / 1000 for c in cuts]
    pieces = [
        Segment(a, b, draw(st.decimals(20, 90, places=1)), draw(st.decimals(20, 90, places=1)))
        for a, b in zip(ends, ends[1:], strict=False) if draw(st.integers(0, 3))
    ] or [Segment(ends[0], ends[-1], D(60), D(50))]
    return LimitLine(tuple(pieces), draw(st.sampled_from(Scale)), draw(st.sampled_from(("upper", "lower"))), True, "MHz", "dBµV")


@settings(max_examples=120, deadline=None)
@given(frequencies, st.data())
def test_every_point_of_the_arrays_is_the_exact_point(kilohertz, data):
    points = [(k / 1000, float(data.draw(levels))) for k in kilohertz]
    corrections = [
        Correction("a", data.draw(st.sampled_from((1, -1))), data.draw(tables())), Correction("b", 1, None, data.draw(levels))]
    line = data.draw(lines())
    found = corrected(trace(points), corrections)
    margins = margins_over(line, found)
    for index, (mhz, reading) in enumerate(points):
        frequency, level = found.exact(index)
        assert frequency == D(kilohertz[index]) * 1000
        added = [c.at(frequency) for c in corrections if c.sign > 0]
        assert level == corrected_level(D(str(reading)), added, [c.at(frequency) for c in corrections if c.sign < 0])
        assert found.level[index] == pytest.approx(float(level), abs=1e-9)
        try:
            bounds = line.limit_at(D(str(mhz)))
        except MetrologyError as refused:
            assert refused.code == "outside" and np.isnan(margins[index])
        else:
            assert margins[index] == pytest.approx(float(bounds.margin(level)), abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(frequencies, st.data())
def test_the_margin_of_a_line_is_the_smallest_of_its_exact_margins(kilohertz, data):
    points = [(k / 1000, float(data.draw(levels))) for k in kilohertz]
    line = data.draw(lines())
    found = corrected(trace(points))
    (judged,) = judge(found, [Wanted("x", line, rule=DR_SA)])
    exact = []
    for k, (_mhz, reading) in zip(kilohertz, points, strict=True):
        try:
            exact.append((line.limit_at(D(k) / 1000).margin(D(str(reading))), D(k) * 1000))
        except MetrologyError:
            continue
    if not exact:
        assert judged.why == "not_covered" and judged.decision is None
        return
    assert (judged.margin, judged.worst[0].frequency) == min(exact)
    assert judged.decision.verdict is (Verdict.PASS if min(exact)[0] >= 0 else Verdict.FAIL)
    assert [p.margin for p in judged.worst] == sorted(p.margin for p in judged.worst)


def test_a_decimal_on_the_limit_passes_though_binary_fractions_say_otherwise():
    """0.1 + 0.2 > 0.3 in floats: the verdict is taken on exact decimals, inclusive."""
    line = LimitLine((Segment(D(1), D(3), D("0.3"), D("0.3")),), unit="dBµV")
    found = corrected(trace([(1, -9.0), (2, 0.1), (3, -9.0)]), [Correction("c", 1, None, D("0.2"))])
    assert found.level[1] > 0.3
    (judged,) = judge(found, [Wanted("x", line, rule=DR_SA)])
    assert judged.margin == 0 and judged.decision.verdict is Verdict.PASS


# ---- factors --------------------------------------------------------------------------------------------


def test_a_field_strength_is_the_reading_with_antenna_cable_and_preamplifier():
    found = corrected(trace([(100, 20), (240, 29.4), (500, 19.7)]), [
        Correction("af", 1, table((100, 10.4), (240, 12.1), (500, 18.6), unit="dB/m"), unit="dB/m"),
        Correction("cable", 1, table((30, 1.0), (1000, 5.0))), Correction("preamp", -1, None, D("0.0"))])
    assert found.unit == "dBµV/m"
    frequency, level = found.exact(1)
    assert frequency == 240_000_000
    assert level == D("29.4") + D("12.1") + table((30, 1.0), (1000, 5.0)).at(D(240))


@pytest.mark.parametrize(("first", "last", "named"), [(29.5, 900, "29500000"), (30, 1000.5, "1000500000")])
def test_a_factor_is_never_extrapolated_and_the_frequency_is_named(first, last, named):
    with pytest.raises(MetrologyError) as refused:
        corrected(trace([(first, 20), (last, 20)]), [Correction("af", 1, table((30, 18.2), (1000, 24.3)))])
    assert (refused.value.code, refused.value.field, refused.value.detail) == ("outside", "af", named)


@pytest.mark.parametrize(("unit", "factor"), [("dBm", "dB/m"), ("dBµV/m", "dB/m"), ("mV", "dB"), ("dBµV", "V")])
def test_a_factor_that_does_not_fit_the_level_is_refused(unit, factor):
    with pytest.raises(MetrologyError) as refused:
        corrected(trace([(30, 1), (40, 1)], unit), [Correction("af", 1, None, D(1), factor)])
    assert refused.value.code == "unit_differs"


def test_a_stated_detector_may_not_contradict_the_file():
    assert corrected(trace([(1, 1), (2, 2)], detector=""), detector="AV").detector == "AV"
    with pytest.raises(MetrologyError, match="detector_differs"):
        corrected(trace([(1, 1), (2, 2)], detector="QP"), detector="AV")


def test_a_logarithmic_table_is_interpolated_on_the_logarithm():
    logarithmic = corrected(trace([(1, 0), (10, 0), (100, 0)]), [Correction("a", 1, table((1, 0), (100, 10), scale=Scale.LOG))])
    assert logarithmic.level[1] == pytest.approx(5.0)
    linear = corrected(trace([(1, 0), (10, 0), (100, 0)]), [Correction("a", 1, table((1, 0), (100, 10)))])
    assert linear.level[1] == pytest.approx(90 / 99)


# ---- limits ---------------------------------------------------------------------------------------------


def test_the_class_b_line_at_200_khz_and_the_stricter_limit_at_its_steps():
    line = parse_limit(CLASS_B)
    _, high = limit_over(line, np.array([0.2, 0.5, 4.9, 5.0, 5.1]) * 1e6)
    assert high == pytest.approx([63.61, 56, 56, 56, 60], abs=0.005)


def test_what_no_limit_covers_and_what_no_trace_reaches_is_said():
    line = parse_limit({"type": "line", "unit": "dBµV", "segments": [["1", "2", "50", "50"], ["4", "8", "40", "40"]]})
    found = corrected(trace([(f / 10, 30) for f in range(5, 61)]))
    (judged,) = judge(found, [Wanted("x", line, rule=DR_SA)])
    assert judged.gaps == ((D(500000), D(900000)), (D(2100000), D(3900000)))
    assert judged.unmeasured == ((D(6000000), D(8000000)),)
    assert judged.points == 11 + 21
    assert unmeasured(upper(D(1)), found) == () and gaps_of(found, margins_over(upper(D(1)), found)) == ()


def test_numbers_ranges_and_absolute_limits_hold_over_the_whole_trace():
    found = corrected(trace([(1, -3), (2, 4), (3, -5)]))
    for limit, worst in ((upper(D(5), "dBµV"), 1), (lower(D(-6), "dBµV"), 2), (within(D(-6), D(6), "dBµV"), 2),
                         (abs_upper(D(6), "dBµV"), 1)):
        (judged,) = judge(found, [Wanted("x", limit, rule=DR_SA)])
        assert judged.worst[0].index == 2 if worst == 2 else judged.worst[0].index in (1, 2)
        assert judged.margin == min(limit.margin(D(v)) for v in (-3, 4, -5))


@pytest.mark.parametrize(("limit", "trace_detector", "why"), [
    ("QP", "AV", "detector_differs"), ("PK", "QP", "detector_differs"), ("AV", "RMS", "detector_differs"), ("QP", "", "detector_unknown"),
    ("QP", "PK", "prescan"), ("AV", "PK", "prescan"), ("AV", "AV", ""), ("CAV", "AV", ""), ("", "RMS", ""),
])
def test_a_limit_is_judged_with_its_own_detector_only(limit, trace_detector, why):
    found = corrected(trace([(1, 40), (2, 40)], detector=trace_detector))
    (judged,) = judge(found, [Wanted("x", parse_limit(CLASS_B), limit, DR_SA)])
    assert judged.why == why
    assert (judged.decision is not None) == (why == "")
    assert bool(judged.worst) == (why in ("", "prescan"))


def test_another_unit_or_an_observation_is_not_judged():
    found = corrected(trace([(1, 40), (2, 40)], unit="dBm"))
    units, words, outside = judge(found, [
        Wanted("a", parse_limit(CLASS_B), rule=DR_SA), Wanted("b", parse_limit({"type": "observation", "answers": ["PASS"]}), rule=DR_SA),
        Wanted("c", LimitLine((Segment(D(50), D(60), D(1), D(1)),), unit="dBm"), rule=DR_SA)])
    assert (units.why, words.why, outside.why) == ("unit_differs", "not_a_line", "not_covered")
    assert all(j.decision is None for j in (units, words, outside))


def test_the_verdict_is_the_one_of_the_decision_rule_at_the_worst_point():
    line = parse_limit(CLASS_B)
    found = corrected(trace([(0.2, 63.5), (1, 54), (10, 59.9)]))
    for rule, u, u_max in ((DR_SA, None, None), (DR_GB_U, D("3.62"), None), (DR_CISPR, D("3.62"), D("3.4"))):
        (judged,) = judge(found, [Wanted("x", line, "QP", rule, u, u_max)])
        frequency, level = found.exact(judged.worst[0].index)
        assert judged.decision == decide(rule, line.limit_at(frequency / 1_000_000), level, u, u_max)
    assert judged.decision.guard_band == D("0.22") and judged.decision.verdict is Verdict.FAIL


def test_the_worst_points_stand_apart():
    points = [(1 + k / 1000, 40 - abs(k - 500) / 100) for k in range(1001)] + [(5, 39.0), (20, 38.0)]
    found = corrected(trace(points))
    (judged,) = judge(found, [Wanted("x", upper(D(50), "dBµV"), rule=DR_SA)], worst=3, window=0.3)
    assert [float(p.frequency) for p in judged.worst] == [1_500_000, 5_000_000, 20_000_000]
    assert worst_indexes(found.frequency, np.full(len(found), np.nan), 3, 0.1) == []


def test_limit_at_refuses_what_is_no_level_over_frequency():
    with pytest.raises(MetrologyError, match="not_a_line"):
        limit_at(parse_limit({"type": "observation", "answers": ["PASS"]}), D(1))


# ---- detectors ------------------------------------------------------------------------------------------


def test_an_average_above_the_quasi_peak_is_a_data_error():
    qp = corrected(trace([(0.198, 42.6), (0.3, 30.0), (0.614, 33.9)], detector="QP"))
    av = corrected(trace([(0.198, 30.5), (0.3, 30.01), (0.614, 35.0)], detector="AV"))
    found = contradictions(av, qp)
    assert [(f.frequency, f.lower, f.lower_level, f.upper, f.upper_level) for f in found] == [
        (D(614000), "AV", D("35"), "QP", D("33.9")), (D(300000), "AV", D("30.01"), "QP", D("30"))]
    assert contradictions(qp, av) == found
    assert contradictions(qp, qp) == ()


def test_other_frequencies_units_and_detectors_are_not_compared():
    qp = corrected(trace([(0.2, 10.0), (0.3, 10.0)], detector="QP"))
    assert contradictions(qp, corrected(trace([(0.25, 99.0), (0.35, 99.0)], detector="AV"))) == ()
    assert contradictions(qp, corrected(trace([(0.2, 99.0), (0.3, 99.0)], detector="RMS"))) == ()
    assert contradictions(qp, corrected(trace([(0.2, 99.0), (0.3, 99.0)], "dBm", "AV"))) == ()


def test_sweeps_of_different_bandwidths_are_not_compared():
    def with_rbw(detector, level, rbw):
        return corrected(replace(trace([(1000, level), (1001, level)], detector=detector), rbw=D(rbw)))

    assert contradictions(with_rbw("QP", 10.0, 120_000), with_rbw("AV", 12.0, 1_000_000)) == ()
    assert contradictions(with_rbw("QP", 10.0, 120_000), with_rbw("AV", 12.0, 120_000))


# ---- drawing and speed ----------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=400), st.integers(1, 60), st.booleans())
def test_no_peak_is_lost_in_the_columns_of_a_picture(values, count, logarithmic):
    found = corrected(trace([(1 + k, v) for k, v in enumerate(values)]))
    _, low, high = columns(found, 1e6, 1e6 * len(values), count, logarithmic)
    assert len(high) <= max(count, 1) or len(high) == len(values)
    assert high.max() == max(values) and low.min() == min(values)


def test_columns_of_a_window_hold_only_what_lies_in_it():
    found = corrected(trace([(k, k) for k in range(1, 101)]))
    frequency, low, high = columns(found, 20e6, 30e6, 5, logarithmic=False)
    assert frequency[0] == 20e6 and low[0] == 20 and high[-1] == 30 and len(high) == 5
    assert len(columns(found, 200e6, 300e6, 5, logarithmic=True)[0]) == 0


def test_forty_thousand_points_against_four_lines_in_fifty_milliseconds():
    rng = np.random.default_rng(7)
    swept = Trace(np.linspace(150e3, 30e6, 40_000), np.round(rng.normal(30, 2, 40_000), 2), "t", "dBµV", "QP")
    lines = [CLASS_B | {"segments": [[a, b, str(D(c) - n), str(D(d) - n)] for a, b, c, d in CLASS_B["segments"]]} for n in range(4)]
    wanted = [Wanted(str(n), parse_limit(line), "QP", DR_CISPR, D("3.62"), D("3.4")) for n, line in enumerate(lines)]
    corrections = [Correction("vdf", 1, table((0.15, 0.12), (0.5, 0.1), (5, 0.14), (30, 0.35))), Correction("limiter", 1, None, D(10))]
    times = []
    for _ in range(5):
        start = time.perf_counter()
        found = judge(corrected(swept, corrections), wanted)
        times.append(time.perf_counter() - start)
    assert len(found) == 4 and median(times) < 0.05
