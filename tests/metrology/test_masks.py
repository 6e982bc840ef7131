"""Masks over the offset from a carrier or band edge: values, both sides, refusals, and what no mask may ever do."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.errors import LimitError
from lab_app.metrology.limits import Bounds, LimitLine, Mask, Segment, needed, parse_limit, resolve

D = Decimal

#: Out-of-band emissions of 2.4 GHz wideband equipment: two steps, each one bandwidth wide, outside 2 400 to 2 483.5 MHz.
OOB = {
    "type": "mask", "reference": "band_edge", "edges": ["2400", "2483.5"], "offset_unit": "BW", "unit": "dBm/MHz", "rbw": "1 MHz",
    "detector": "RMS", "segments": [["0", "1", "-10", "-10"], ["1", "2", "-20", "-20"]],
}
#: In-band unwanted emissions of 5 GHz access equipment: relative to the level in the channel, over multiples of its bandwidth.
RLAN = {
    "type": "mask", "reference": "carrier", "offset_unit": "BW", "relative": True, "unit": "dBr",
    "segments": [["0", "0.5", "0", "0"], ["0.5", "0.55", "0", "-20"], ["0.55", "1", "-20", "-28"], ["1", "1.5", "-28", "-40"]],
}


def mask(base: dict[str, Any], **changes: Any) -> Mask:
    found = parse_limit({**base, **changes})
    assert isinstance(found, Mask)
    return found


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [("2399.9", "-10"), ("2380", "-20"), ("2379.9", "-20"), ("2360", "-20"), ("2483.5", "-10"), ("2503.5", "-20"), ("2500", "-10")],
)
def test_out_of_band_steps_on_both_sides_of_the_band(frequency: str, expected: str) -> None:
    found = resolve(mask(OOB), frequency=D(frequency), bandwidth=D(20))
    assert found == Bounds(high=D(expected), unit="dBm/MHz")


@pytest.mark.parametrize("frequency", ["2359.9", "2523.6"])
def test_beyond_its_last_offset_a_mask_says_nothing(frequency: str) -> None:
    with pytest.raises(LimitError) as refusal:
        resolve(mask(OOB), frequency=D(frequency), bandwidth=D(20))
    assert (refusal.value.code, refusal.value.field) == ("outside", "frequency")


def test_inside_its_band_an_out_of_band_mask_refuses() -> None:
    with pytest.raises(LimitError) as refusal:
        resolve(mask(OOB), frequency=D(2442), bandwidth=D(20))
    assert (refusal.value.code, refusal.value.field) == ("inside_band", "frequency")


@pytest.mark.parametrize(
    ("offset", "expected"), [("0", "0"), ("10", "0"), ("10.5", "-10"), ("11", "-20"), ("20", "-28"), ("25", "-34"), ("30", "-40")]
)
def test_a_relative_mask_of_a_20_megahertz_channel(offset: str, expected: str) -> None:
    for sign in (1, -1):
        found = resolve(mask(RLAN), frequency=D(5180) + sign * D(offset), reference=D(5180), bandwidth=D(20))
        assert (found.high, found.unit) == (D(expected), "dBr")


def test_a_reference_level_makes_it_absolute_and_a_floor_holds_it_up() -> None:
    absolute = mask(RLAN, level_unit="dBm/MHz", floor="-30")
    at = {"reference": D(5180), "bandwidth": D(20), "level": D("7.5")}
    assert resolve(absolute, frequency=D(5200), **at) == Bounds(high=D("-20.5"), unit="dBm/MHz")
    assert resolve(absolute, frequency=D(5210), **at) == Bounds(high=D("-30"), unit="dBm/MHz")
    assert needed(absolute) == ("frequency", "reference", "bandwidth", "reference_level")
    assert needed(mask(OOB)) == ("frequency", "bandwidth")


@pytest.mark.parametrize(
    ("left_out", "code", "field"),
    [("frequency", "missing", "frequency"), ("reference", "missing", "reference"), ("bandwidth", "missing", "bandwidth"),
     ("level", "missing", "reference_level")],
)
def test_what_a_mask_needs_is_refused_by_name_when_it_is_not_given(left_out: str, code: str, field: str) -> None:
    at = {"frequency": D(5200), "reference": D(5180), "bandwidth": D(20), "level": D(7)}
    with pytest.raises(LimitError) as refusal:
        resolve(mask(RLAN, level_unit="dBm/MHz"), **{name: value for name, value in at.items() if name != left_out})
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"reference": ""}, "missing", "reference"),
        ({"reference": "moon"}, "unknown", "reference"),
        ({"segments": [["1", "0.5", "0", "0"]]}, "frequencies_not_rising", "segments"),
        ({"segments": [["0", "1", "0", "0"], ["0.5", "2", "-20", "-20"]]}, "frequencies_not_rising", "segments"),
        ({"segments": [["-1", "1", "0", "0"]]}, "not_positive", "segments"),
        ({"segments": [["0", "1", "NaN", "0"]]}, "not_finite", "segments"),
        ({"segments": [["0", "1", "a", "0"]]}, "not_a_decimal", "segments"),
        ({"segments": []}, "missing", "segments"),
        ({"scale": "log"}, "not_positive", "segments"),
        ({"unit": "dBm"}, "unit_mismatch", "unit"),
        ({"relative": False}, "unit_mismatch", "unit"),
        ({"relative": "yes"}, "not_a_flag", "relative"),
        ({"offset_unit": "V"}, "unit_mismatch", "offset_unit"),
        ({"offset_unit": "furlong"}, "unknown_unit", "offset_unit"),
        ({"f_unit": "dBm"}, "unit_mismatch", "f_unit"),
        ({"level_unit": "V"}, "unit_mismatch", "level_unit"),
        ({"level_unit": "parsec"}, "unknown_unit", "level_unit"),
        ({"floor": "-30"}, "missing", "level_unit"),
        ({"edges": ["5150", "5350"]}, "edges_of_a_carrier", "edges"),
        ({"edges": ["5350", "5150"], "reference": "band_edge"}, "frequencies_not_rising", "edges"),
        ({"edges": ["5350"], "reference": "band_edge"}, "two_numbers", "edges"),
        ({"side": "left"}, "unknown", "side"),
    ],
)
def test_refusals_name_the_field(changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(LimitError) as refusal:
        parse_limit({**RLAN, **changes})
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_offsets_in_kilohertz_stand_against_a_carrier_in_megahertz() -> None:
    narrow = mask(RLAN, offset_unit="kHz", segments=[["0", "12.5", "0", "0"], ["12.5", "25", "-60", "-60"]])
    assert resolve(narrow, frequency=D("433.9125"), reference=D("433.9")).high == D(-60)
    assert resolve(narrow, frequency=D("433.912"), reference=D("433.9")).high == D(0)


def test_one_sided_offsets_have_a_sign() -> None:
    found = mask(RLAN, offset_unit="MHz", symmetric=False, segments=[["-5", "0", "-20", "-20"], ["0.1", "5", "-10", "-10"]])
    assert resolve(found, frequency=D(97), reference=D(100)).high == D(-20)
    assert resolve(found, frequency=D(103), reference=D(100)).high == D(-10)


def test_a_mask_becomes_a_line_over_frequency_that_says_the_same() -> None:
    absolute = mask(RLAN, level_unit="dBm/MHz", floor="-30")
    line = absolute.line(D(5180), D(20), D("7.5"))
    assert isinstance(line, LimitLine) and line.unit == "dBm/MHz"
    for tenth in range(-300, 301):
        f = D(5180) + D(tenth) / 10
        assert abs(line.at(f) - resolve(absolute, {}, f, D(5180), bandwidth=D(20), level=D("7.5")).high) < D("1e-8"), f
    with pytest.raises(LimitError):
        mask(RLAN, scale="log", segments=[["0.1", "1", "0", "-20"]]).line(D(5180), D(20))


def test_pieces_stop_at_zero_hertz() -> None:
    low = mask(RLAN, offset_unit="MHz", segments=[["0", "10", "0", "-20"]])
    assert low.pieces(D(4))[0] == Segment(D(0), D(4), D(-8), D(0))


VALUES = st.integers(-80, 40).map(D)


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    corners = sorted(draw(st.sets(st.integers(0, 400), min_size=2, max_size=7)))
    pieces = [[str(D(a) / 4), str(D(b) / 4), str(draw(VALUES)), str(draw(VALUES))] for a, b in zip(corners, corners[1:], strict=False)]
    data: dict[str, Any] = {
        "type": "mask", "reference": draw(st.sampled_from(["carrier", "band_edge"])), "side": draw(st.sampled_from(["upper", "lower"])),
        "inclusive": draw(st.booleans()), "offset_unit": draw(st.sampled_from(["MHz", "BW"])), "segments": pieces,
        "unit": draw(st.sampled_from(["dBr", "dBm/MHz"])),
    }
    found = parse_limit(data)
    assert isinstance(found, Mask)
    return found


POINT = {"reference": D(5000), "bandwidth": D(20)}


@given(masks())
def test_a_mask_round_trips_through_json(found: Mask) -> None:
    assert parse_limit(json.loads(json.dumps(found.to_dict()))) == found


@given(masks(), st.integers(0, 400))
def test_a_symmetric_mask_is_symmetric(found: Mask, quarter: int) -> None:
    distance = D(quarter) / 4 * (20 if found.needs_bandwidth else 1)

    def at(frequency: Decimal) -> Bounds | str:
        try:
            return resolve(found, frequency=frequency, **POINT)
        except LimitError as refusal:
            return refusal.code

    assert at(D(5000) + distance) == at(D(5000) - distance)


@given(masks(), st.data())
def test_at_a_corner_the_bounds_are_never_looser_than_any_piece_that_meets_there(found: Mask, data: st.DataObject) -> None:
    corners = {offset for s in found.segments for offset in (s.f1, s.f2)}
    offset = data.draw(st.sampled_from(sorted(corners)))
    meeting = [value for s in found.segments for edge, value in ((s.f1, s.l1), (s.f2, s.l2)) if edge == offset]
    bounds = resolve(found, frequency=D(5000) + offset * (20 if found.needs_bandwidth else 1), **POINT)
    if found.side == "upper":
        assert bounds.high == min(meeting)
    else:
        assert bounds.low == max(meeting)
