"""Replicates, type B shapes, calibration lines, analysis of variance, mismatch, EMC conversions, notations."""

from __future__ import annotations

import math
from decimal import Decimal
from statistics import linear_regression, mean, stdev
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lab_app.metrology.distributions import (
    Distribution,
    dof_from_reliability,
    exact_divisor,
    parse_distribution,
    pooled,
    standard_from_half_width,
    type_a,
)
from lab_app.metrology.emc import dbm_to_dbuv, dbuv_to_dbm, distance_correction, eirp_to_field, field_to_eirp
from lab_app.metrology.errors import BudgetError, MetrologyError
from lab_app.metrology.montecarlo import simulate
from lab_app.metrology.notation import Notation, concise, plus_minus, readable, scientific
from lab_app.metrology.quantities import ComplexInput
from lab_app.metrology.regression import analyse_variance, differ, fit_line
from lab_app.metrology.rf import MISMATCH_MODEL, mismatch, mismatch_correction, reflection_from_vswr
from lab_app.metrology.rounding import Ties, report_pair, round_to_resolution

D = Decimal
NUMBERS = st.decimals(-1000, 1000, places=3)


def decimals(text: str) -> list[Decimal]:
    return [D(part) for part in text.split()]


# ---- type A and type B


@given(st.lists(NUMBERS, min_size=2, max_size=30))
def test_type_a_agrees_with_the_textbook(readings: list[Decimal]) -> None:
    found = type_a(readings)
    floats = [float(reading) for reading in readings]
    assert float(found.mean) == pytest.approx(mean(floats), rel=1e-9, abs=1e-9)
    assert float(found.s) == pytest.approx(stdev(floats), rel=1e-9, abs=1e-9)
    assert float(found.u_mean) == pytest.approx(stdev(floats) / math.sqrt(len(floats)), rel=1e-9, abs=1e-9)
    assert found.nu == len(readings) - 1


def test_readings_that_differ_in_the_last_of_many_digits() -> None:
    """In floats the squares of such readings lose every digit of their spread."""
    found = type_a(decimals("1000000000.0001 1000000000.0002 1000000000.0003"))
    assert (found.s, found.mean) == (D("0.0001"), D(1000000000))


@pytest.mark.parametrize(("readings", "code"), [([], "empty"), ([D(1)], "too_few"), ([D(1), D("NaN")], "not_finite")])
def test_replicates_that_are_refused(readings: list[Decimal], code: str) -> None:
    with pytest.raises(MetrologyError) as refusal:
        type_a(readings)
    assert (refusal.value.code, refusal.value.field) == (code, "readings")


def test_pooling() -> None:
    assert pooled([(D(3), 4), (D(4), 4)]) == (D("3.53553390593"), 8)
    assert pooled([(D(2), 9), (D(2), 3)]) == (D(2), 12)
    for bad in ([], [(D(-1), 3)], [(D(1), 0)], [(D("NaN"), 3)]):
        with pytest.raises(MetrologyError):
            pooled(bad)


def test_shapes() -> None:
    a = D("0.05")
    printed = {"rectangular": 3, "triangular": 6, "arcsine": 2, "u-shaped": 2, "uniform": 3}
    for word, squared in printed.items():
        assert float(standard_from_half_width(parse_distribution(word), a)) == pytest.approx(0.05 / math.sqrt(squared))
    # A trapezoid lies between the triangle (no top) and the rectangle (all top).
    shape = Distribution.TRAPEZOIDAL
    assert exact_divisor(shape, D(0)) == exact_divisor(Distribution.TRIANGULAR)
    assert exact_divisor(shape, D(1)) == exact_divisor(Distribution.RECTANGULAR)
    assert float(standard_from_half_width(shape, a, D("0.5"))) == pytest.approx(0.05 * math.sqrt(1.25 / 6))
    for shape, half, beta, field in (
        (Distribution.NORMAL, a, None, "distribution"),
        (Distribution.RECTANGULAR, D(-1), None, "half_width"),
        (Distribution.RECTANGULAR, D("NaN"), None, "half_width"),
        (Distribution.TRAPEZOIDAL, a, None, "beta"),
        (Distribution.TRAPEZOIDAL, a, D(2), "beta"),
    ):
        with pytest.raises(BudgetError) as refusal:
            standard_from_half_width(shape, half, beta)
        assert refusal.value.field == field


def test_reliability_as_degrees_of_freedom() -> None:
    """JCGM 100 G.4.2: a standard uncertainty known to 25 % has eight degrees of freedom, to 10 % fifty."""
    assert (dof_from_reliability(D("0.25")), dof_from_reliability(D("0.1"))) == (8, 50)
    with pytest.raises(BudgetError):
        dof_from_reliability(D(0))


# ---- lines and analysis of variance


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=4, max_size=20, unique_by=lambda point: point[0]), NUMBERS)
def test_a_line_agrees_with_the_textbook_and_moves_with_its_origin(points: list[tuple[D, D]], x0: Decimal) -> None:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    assume(max(xs) - min(xs) > 1)
    line, moved = fit_line(xs, ys), fit_line(xs, ys, x0)
    slope, intercept = linear_regression([float(x) for x in xs], [float(y) for y in ys])
    assert float(line.slope) == pytest.approx(slope, rel=1e-6, abs=1e-8)
    assert float(line.intercept) == pytest.approx(intercept, rel=1e-6, abs=1e-6)
    # The line and its uncertainty at any place do not depend on where its intercept was counted from.
    for x in (xs[0], x0, D(77)):
        a, b = line.predict(x), moved.predict(x)
        assert float(a.value) == pytest.approx(float(b.value), rel=1e-7, abs=1e-6)
        assert float(a.u) == pytest.approx(float(b.u), rel=1e-4, abs=1e-6)
    assert -1 <= line.r <= 1


@pytest.mark.parametrize(
    ("x", "y", "code", "field"),
    [
        ([], [], "empty", "x"),
        ([D(1)] * 3, [D(1)] * 3, "no_spread", "x"),
        (decimals("1 2 3"), decimals("1 2"), "unequal", "y"),
        (decimals("1 2"), decimals("1 2"), "too_few", "x"),
        (decimals("1 2 NaN"), decimals("1 2 3"), "not_finite", "x"),
        (decimals("1 2 3"), decimals("1 2 Infinity"), "not_finite", "y"),
    ],
)
def test_lines_that_are_refused(x: list[Decimal], y: list[Decimal], code: str, field: str) -> None:
    with pytest.raises(MetrologyError) as refusal:
        fit_line(x, y)
    assert (refusal.value.code, refusal.value.field) == (code, field)


DAYS = [D("10.000") + D(part).scaleb(-6) for part in ["172", "116", "13", "144", "106", "31", "60", "125", "163", "41"]]
SPREADS = [D(part).scaleb(-6) for part in ["60", "77", "111", "101", "67", "93", "80", "73", "88", "86"]]


def test_gum_h5_zener_over_ten_days() -> None:
    """JCGM 100 H.5: V = 10.000 097 V, s of the daily means 57 µV, within days 85 µV, between days 43 µV, F = 2.25 < 2.45."""
    found = analyse_variance(DAYS, SPREADS, 5)
    micro = [f"{value * 1_000_000:.0f}" for value in (found.s_means, found.s_within, found.s_between, found.u_mean, found.u_pooled)]
    assert f"{found.mean:.6f}" == "10.000097"
    assert micro == ["57", "85", "43", "18", "13"]
    assert f"{found.F:.2f}" == "2.26"
    assert (found.nu_between, found.nu_within, found.nu, found.nu_pooled) == (9, 40, 9, 49)
    assert (f"{found.critical(D('0.95')):.2f}", f"{found.critical(D('0.975')):.2f}") == ("2.12", "2.45")
    assert differ(found, D("0.95"))
    assert not differ(found, D("0.975"))


def test_groups_that_do_not_differ_have_no_component_between() -> None:
    found = analyse_variance(decimals("1 1 1"), decimals("0.1 0.1 0.1"), 5)
    assert (found.s_between, found.F) == (0, 0)


@given(st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=2, max_size=6))
def test_anova_agrees_with_all_readings_as_one_set(groups: list[list[Decimal]]) -> None:
    assume(all(len(set(group)) > 1 for group in groups))
    parts = [type_a(group) for group in groups]
    found = analyse_variance([part.mean for part in parts], [part.s for part in parts], 3)
    whole = type_a([value for group in groups for value in group])
    assert float(found.u_pooled) == pytest.approx(float(whole.u_mean), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("means", "spreads", "count", "code", "field"),
    [
        ([], [], 5, "empty", "means"),
        (decimals("1 2"), decimals("1"), 5, "unequal", "deviations"),
        (decimals("1"), decimals("1"), 5, "too_few", "means"),
        (decimals("1 2"), decimals("1 2"), 1, "too_few", "per_group"),
        (decimals("1 2"), decimals("1 -2"), 5, "negative", "deviations"),
        (decimals("1 2"), decimals("0 0"), 5, "no_spread", "deviations"),
        (decimals("1 NaN"), decimals("1 1"), 5, "not_finite", "means"),
    ],
)
def test_analyses_that_are_refused(means: Any, spreads: Any, count: int, code: str, field: str) -> None:
    with pytest.raises(MetrologyError) as refusal:
        analyse_variance(means, spreads, count)
    assert (refusal.value.code, refusal.value.field) == (code, field)


# ---- radio


@given(st.decimals(0, D("0.99"), places=3), st.decimals(0, D("0.99"), places=3))
def test_mismatch_agrees_with_a_circle_of_phases(source: Decimal, load: Decimal) -> None:
    found = mismatch(source, load)
    rho = float(source * load)
    errors = [10 * math.log10(1 + rho * rho + 2 * rho * math.cos(2 * math.pi * (i + 0.5) / 2000)) for i in range(2000)]
    spread = math.sqrt(sum(error * error for error in errors) / len(errors))
    assert float(found.u) == pytest.approx(spread, rel=2e-4, abs=1e-9)
    assert float(found.low) <= min(errors) + 1e-9
    assert max(errors) <= float(found.high) + 1e-9
    assert found.u >= found.u_first_order * D("0.999999")


def test_first_order_mismatch_of_a_percent() -> None:
    """1 % of voltage is 0.0869 dB (TR 100 028: 1/11.5): |Γ||Γ| = 0.01 √2 has u of just that."""
    found = mismatch(D("0.1"), D("0.1") * D(2).sqrt())
    assert float(found.u_first_order) == pytest.approx(0.08685889638, rel=1e-9)


@pytest.mark.parametrize(("source", "load", "field"), [("1.1", "0.1", "gamma_source"), ("-0.1", "0.1", "gamma_source"),
                                                       ("0.1", "NaN", "gamma_load"), ("1", "1", "gamma_load")])  # fmt: skip
def test_reflections_that_are_refused(source: str, load: str, field: str) -> None:
    with pytest.raises(MetrologyError) as refusal:
        mismatch(D(source), D(load))
    assert (refusal.value.code, refusal.value.field) == ("outside", field)


def test_a_mismatch_known_by_phase_is_corrected() -> None:
    """Γ = 0.2 and 0.1j, each ± 0.005: an error of 20 lg|1 - 0.02j| with u far below that of unknown phases; by simulation too."""
    source = ComplexInput("gs", D("0.2"), D(0), D("0.005"), D("0.005"))
    load = ComplexInput("gl", D(0), D("0.1"), D("0.005"), D("0.005"))
    found = mismatch_correction(source, load)
    assert float(found.y) == pytest.approx(20 * math.log10(math.hypot(1, 0.02)), rel=1e-9)
    assert found.u < mismatch(D("0.2"), D("0.1")).u / 10
    model = MISMATCH_MODEL.format(source="gs", load="gl")
    simulated = simulate(model, [source, load], trials=200_000, seed=2).only
    assert float(found.u) == pytest.approx(float(simulated.u), rel=0.02)
    assert float(found.y) == pytest.approx(float(simulated.mean), abs=1e-4)


def test_vswr() -> None:
    assert (reflection_from_vswr(D(1)), reflection_from_vswr(D(3))) == (0, D("0.5"))
    with pytest.raises(MetrologyError):
        reflection_from_vswr(D("0.9"))


def test_conversions_of_the_bench() -> None:
    assert f"{dbm_to_dbuv(D(0)):.4f}" == "106.9897"
    assert f"{dbm_to_dbuv(D(0), D(75)):.4f}" == "108.7506"
    assert f"{distance_correction(D(3), D(10)):.4f}" == "10.4576"
    assert f"{distance_correction(D(10), D(3)):.4f}" == "-10.4576"
    assert f"{eirp_to_field(D(0)):.3f}" == "104.771"
    assert f"{eirp_to_field(D(20), D(3)):.2f}" == "115.23"


@given(st.decimals(-200, 200, places=2), st.decimals(D("0.1"), 100, places=1))
def test_conversions_come_back(level: Decimal, at: Decimal) -> None:
    assert abs(dbuv_to_dbm(dbm_to_dbuv(level, at), at) - level) < D("1e-8")
    assert abs(field_to_eirp(eirp_to_field(level, at), at) - level) < D("1e-8")


@pytest.mark.parametrize("bad", ["0", "-3", "NaN", "Infinity"])
def test_distances_and_impedances_are_positive(bad: str) -> None:
    for ask in (
        lambda: dbm_to_dbuv(D(0), D(bad)),
        lambda: distance_correction(D(bad), D(3)),
        lambda: distance_correction(D(3), D(bad)),
        lambda: eirp_to_field(D(0), D(bad)),
    ):
        with pytest.raises(MetrologyError):
            ask()


# ---- writing


def test_five_notations_of_a_small_uncertainty() -> None:
    u = D("2e-8")
    assert [scientific(u, notation, "en") for notation in Notation] == ["2e-08", "2x10^-8", "2×10⁻⁸", "2·10^-8", "2·10⁻⁸"]
    assert scientific(D("0.000012340"), locale="vi") == "1,2340×10⁻⁵"
    assert scientific(D("-1234"), "x10^", "en") == "−1.234x10^3"
    assert scientific(D(0), "e") == "0e+00"
    with pytest.raises(ValueError, match="finite"):
        scientific(D("NaN"))


def test_a_number_is_written_out_where_that_claims_no_digit() -> None:
    assert readable(D("0.00012")) == "0,00012"
    assert readable(D("0.000012")) == "1,2×10⁻⁵"
    assert readable(D("1.2E+3"), locale="en") == "1.2×10³"
    assert readable(D(1200)) == "1200"
    assert readable(D("0.000")) == "0,000"


def test_pairs() -> None:
    pair = report_pair(D("10.05762"), D("0.027"))
    assert plus_minus(pair, "kΩ") == "(10,058 ± 0,027)\u00a0kΩ"
    assert plus_minus(pair, locale="en") == "10.058 ± 0.027"
    assert concise(pair, "kΩ", "en") == "10.058(27)\u00a0kΩ"
    assert concise(report_pair(D("10.12"), D("1.24")), locale="en") == "10.1(1.2)"
    assert concise(report_pair(D("-100.02"), D("0.00035")), locale="en") == "−100.02000(35)"


@pytest.mark.parametrize(
    ("value", "resolution", "even", "up"),
    [
        ("1223.3", "10", "1220", "1220"), ("1225.0", "10", "1220", "1230"), ("1235.0", "10", "1240", "1240"),
        ("12.25", "0.1", "12.2", "12.3"), ("12.3", "0.5", "12.5", "12.5"), ("12.25", "0.5", "12.0", "12.5"),
        ("-12.25", "0.1", "-12.2", "-12.3"), ("0.37", "0.02", "0.36", "0.38"), ("1225", "1E+1", "1220", "1230"),
    ],
)  # fmt: skip
def test_iso_80000_rounding_ranges(value: str, resolution: str, even: str, up: str) -> None:
    """ISO 80000-1 Annex B: rounding range 10 takes 1 225,0 to 1 220 by rule A and to 1 230 by rule B."""
    for mode, printed in ((Ties.EVEN, even), (Ties.UP, up)):
        assert format(round_to_resolution(D(value), D(resolution), mode), "f") == printed


@given(NUMBERS, st.sampled_from(["0.1", "0.5", "0.02", "5", "10", "25"]), st.sampled_from(list(Ties)))
def test_a_rounded_value_is_a_multiple_and_near(value: Decimal, resolution: str, mode: Ties) -> None:
    step = D(resolution)
    rounded = round_to_resolution(value, step, mode)
    assert rounded % step == 0
    assert abs(rounded - value) <= step / 2


@pytest.mark.parametrize("resolution", ["0", "-1", "NaN"])
def test_resolutions_are_positive(resolution: str) -> None:
    with pytest.raises(ValueError, match="resolution"):
        round_to_resolution(D(1), D(resolution))
