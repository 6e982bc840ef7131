"""Limits, limit lines and observations."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.errors import LimitError, MetrologyError
from lab_app.metrology.interpolation import FactorTable, Scale, corrected_level, interpolate
from lab_app.metrology.limits import (
    Answer,
    Bounds,
    LimitLine,
    ObservationLimit,
    Segment,
    abs_upper,
    from_operator,
    inside,
    lower,
    margin,
    parse_limit,
    printed_margin,
    upper,
    within,
)

D = Decimal
NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=3)
GUARDS = st.decimals(min_value=0, max_value=100, places=3)


def bounds() -> st.SearchStrategy[Bounds]:
    one = st.builds(upper, NUMBERS, st.just("dB"), st.booleans())
    two = st.builds(lower, NUMBERS, st.just("dB"), st.booleans())
    three = st.builds(abs_upper, GUARDS, st.just("dB"), st.booleans())
    four = st.tuples(NUMBERS, GUARDS, st.booleans(), st.booleans()).map(
        lambda t: within(t[0], t[0] + t[1] + 1, "dB", t[2], t[3])
    )
    return st.one_of(one, two, three, four)


CLASS_B_QP = {
    "type": "line",
    "side": "upper",
    "scale": "log",
    "f_unit": "MHz",
    "unit": "dB\u00b5V",
    "segments": [["0.15", "0.5", "66", "56"], ["0.5", "5", "56", "56"], ["5", "30", "60", "60"]],
}


def line(**changes: Any) -> LimitLine:
    limit = parse_limit({**CLASS_B_QP, **changes})
    assert isinstance(limit, LimitLine)
    return limit


@pytest.mark.parametrize(
    ("limit", "value", "is_inside", "distance"),
    [
        (upper(D(20)), "20", True, "0"),
        (upper(D(20), inclusive=False), "20", False, "0"),
        (upper(D(20)), "20.0000000000000000001", False, "-1E-19"),
        (lower(D(60)), "61.7", True, "1.7"),
        (lower(D(60), inclusive=False), "60", False, "0"),
        (within(D(80), D(100)), "94.25", True, "5.75"),
        (within(D(80), D(100)), "79.9", False, "-0.1"),
        (within(D(80), D(100), low_inclusive=False), "80", False, "0"),
        (abs_upper(D(20)), "-4.21", True, "15.79"),
        (abs_upper(D(550)), "-550", True, "0"),
        (abs_upper(D(550)), "-610", False, "-60"),
    ],
)
def test_inclusive_unless_stated_and_margin_signed(
    limit: Bounds, value: str, is_inside: bool, distance: str
) -> None:
    assert limit.contains(D(value)) is is_inside
    assert margin(limit, D(value)) == D(distance)


def test_a_binary_float_would_flip_this_verdict() -> None:
    assert upper(D("0.3")).contains(D("0.1") + D("0.2"))
    assert not upper(D("0.3")).contains(Decimal(0.1) + Decimal(0.2))  # what a float would carry in


def test_composite_value_has_the_smallest_margin() -> None:
    band = within(D(2400), D("2483.5"), "MHz")
    edges = [D("2403.12"), D("2480.87")]
    assert margin(band, edges) == D("2.63")
    assert inside(band, edges)
    assert not inside(band, [D("2399.99"), D("2480.87")])
    for wrong in ([], [D("NaN")], [1.5], 2.5):
        with pytest.raises(LimitError):
            margin(band, wrong)  # type: ignore[arg-type]


@given(bounds(), NUMBERS, GUARDS)
def test_guard_bands_nest(limit: Bounds, value: Decimal, w: Decimal) -> None:
    shrunk = limit.shrunk(w)
    if shrunk is not None and shrunk.contains(value):
        assert limit.contains(value)
        assert limit.margin(value) >= w
    if limit.contains(value):
        assert limit.widened(w).contains(value)
        assert limit.margin(value) >= 0
    if limit.margin(value) > 0:
        assert limit.contains(value)


@given(bounds())
def test_round_trip_through_json(limit: Bounds) -> None:
    assert parse_limit(json.loads(json.dumps(limit.to_dict()))) == limit


def test_lines_and_observations_round_trip() -> None:
    for limit in (line(), line(side="lower", scale="lin"), ObservationLimit((Answer.PASS, Answer.NT))):
        assert parse_limit(json.loads(json.dumps(limit.to_dict()))) == limit


def test_limit_line() -> None:
    qp = line()
    assert qp.at(D("0.15")) == 66
    assert qp.at(D("0.5")) == 56
    assert qp.at(D("0.198")) == D("63.6940364799")
    assert qp.at(D(5)) == 56
    assert qp.at(D("5.0000001")) == 60
    assert qp.limit_at(D(5)) == upper(D(56), "dB\u00b5V")
    assert line(scale="lin").at(D("0.325")) == 61
    assert line(side="lower").at(D(5)) == 60
    assert line(side="lower").limit_at(D(30)) == lower(D(60), "dB\u00b5V")


@pytest.mark.parametrize("frequency", ["0.1499999", "30.1", "0", "-5", "NaN"])
def test_nothing_is_extrapolated(frequency: str) -> None:
    with pytest.raises(MetrologyError) as refusal:
        line().at(D(frequency)) if frequency != "NaN" else FactorTable(((D(1), D(1)),)).at(D(frequency))
    assert refusal.value.code == "outside"


def test_a_gap_is_not_covered() -> None:
    gap = line(segments=[["1", "2", "10", "10"], ["3", "4", "20", "20"]])
    with pytest.raises(LimitError):
        gap.at(D("2.5"))


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"segments": [["5", "0.5", "56", "56"]]}, "frequencies_not_rising", "segments"),
        ({"segments": [["1", "1", "56", "56"]]}, "frequencies_not_rising", "segments"),
        (
            {"segments": [["1", "5", "56", "56"], ["4", "6", "50", "50"]]},
            "frequencies_not_rising",
            "segments",
        ),
        ({"segments": [["5", "6", "56", "56"], ["1", "2", "1", "1"]]}, "frequencies_not_rising", "segments"),
        ({"segments": [["0", "5", "56", "56"]]}, "not_positive", "segments"),
        ({"segments": [["1", "NaN", "56", "56"]]}, "not_finite", "segments"),
        ({"segments": [[1, 5.0, 56, 56]]}, "not_a_decimal", "segments"),
        ({"segments": [["1", "5", "56"]]}, "four_numbers", "segments"),
        ({"segments": []}, "missing", "segments"),
        ({"segments": None}, "missing", "segments"),
        ({"scale": "cubic"}, "unknown", "scale"),
        ({"side": "left"}, "unknown", "side"),
        ({"type": "picture"}, "unknown", "type"),
        ({"detector": "ear"}, "unknown", "detector"),
        ({"rbw": "120"}, "amount_with_unit", "rbw"),
        ({"rbw": "120 m"}, "unit_mismatch", "rbw"),
        ({"rbw": "-9 kHz"}, "not_positive", "rbw"),
        ({"distance": "3 kHz"}, "unit_mismatch", "distance"),
        ({"type": "upper"}, "missing", "limit"),
        ({"type": "upper", "limit": "abc"}, "not_a_decimal", "limit"),
        ({"type": "upper", "limit": 20.5}, "not_a_decimal", "limit"),
        ({"type": "upper", "limit": True}, "not_a_decimal", "limit"),
        ({"type": "upper", "limit": "Infinity"}, "not_finite", "high"),
        ({"type": "upper", "limit": "1", "inclusive": "no"}, "not_a_flag", "inclusive"),
        ({"type": "range", "low": "2", "high": "1"}, "empty_range", "low"),
        ({"type": "range", "low": "1", "high": "1", "low_inclusive": False}, "empty_range", "low"),
        ({"type": "abs_upper", "limit": "-1"}, "absolute_needs_upper", "high"),
        ({"type": "observation"}, "missing", "answers"),
        ({"type": "observation", "answers": ["MAYBE"]}, "unknown", "answers"),
        ({"type": "observation", "answers": ["PASS", "PASS"]}, "duplicate", "answers"),
    ],
)
def test_refusals_name_the_field(changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(LimitError) as refusal:
        parse_limit({**CLASS_B_QP, **changes})
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_operators_of_the_catalogue() -> None:
    assert from_operator("<=", D(20), "dBm") == upper(D(20), "dBm")
    assert from_operator("<", D(20)) == upper(D(20), inclusive=False)
    assert from_operator(">=", D(60), "s") == lower(D(60), "s")
    assert from_operator(">", D(60)) == lower(D(60), inclusive=False)
    assert from_operator("within", [D(80), D(100)], "%") == within(D(80), D(100), "%")
    assert from_operator("abs<=", D(20), "ppm") == abs_upper(D(20), "ppm")
    for operator, limit in (("~", D(1)), ("<=", [D(1), D(2)]), ("within", D(1)), ("within", [D(1)])):
        with pytest.raises(LimitError):
            from_operator(operator, limit)


def test_printed_margin_is_the_difference_of_printed_numbers() -> None:
    ratio = within(D(80), D(100), "%")
    assert margin(ratio, D("94.25")) == D("5.75")
    assert printed_margin(ratio, D("94.25"), 1, "up") == (D("5.7"), False)
    assert printed_margin(ratio, D("94.25"), 1, "even") == (D("5.8"), False)
    # Decided on the unrounded value, printed on the limit: the paper has to say so.
    assert printed_margin(upper(D(20)), D("20.04"), 1) == (D("0.0"), True)


@given(
    st.decimals(min_value="0.01", max_value=1000, places=3),
    st.decimals(min_value="0.01", max_value=1000, places=3),
    NUMBERS,
    NUMBERS,
    st.decimals(min_value=0, max_value=1, places=4),
    st.sampled_from(Scale),
)
def test_interpolation_stays_between_its_ends(
    f1: Decimal, step: Decimal, l1: Decimal, l2: Decimal, share: Decimal, scale: Scale
) -> None:
    f2 = f1 + step
    value = interpolate(f1 + step * share, f1, l1, f2, l2, scale)
    assert min(l1, l2) <= value <= max(l1, l2)
    segment = LimitLine((Segment(f1, f2, l1, l2),), scale)
    assert (segment.at(f1), segment.at(f2)) == (l1, l2)


def test_factor_tables() -> None:
    cable = FactorTable(((D(100), D("0.2")), (D(200), D("0.3")), (D(500), D("0.44"))))
    assert cable.at(D(100)) == D("0.2")
    assert cable.at(D(150)) == D("0.25")
    assert cable.at(D(500)) == D("0.44")
    assert corrected_level(D("47.0"), [D("28.4"), D("6.6")], [D("40.0")]) == D("42.0")
    for frequency in ("99.9", "500.1"):
        with pytest.raises(MetrologyError, match="outside"):
            cable.at(D(frequency))
    for points in ((), ((D(2), D(1)), (D(2), D(1))), ((D(2), D(1)), (D(1), D(1))), ((D(0), D(1)),)):
        with pytest.raises(MetrologyError):
            FactorTable(points)
