"""Sweeps on a paper: drawn from plain data alone, the same again, no peak lost, told apart without colour, every number there."""
from __future__ import annotations

import json
from typing import Any

import pytest

from lab_app.core.paper.ink import Ink
from lab_app.core.paper.style import INK, WHITE
from lab_app.core.paper.sweep import HEIGHT, LEFT, Sweeps

COLUMNS = [[str(30 + n), "20.00", "62.50" if n == 210 else "24.00"] for n in range(400)]
PLOT: dict[str, Any] = {
    "unit": "dBµV/m", "x": "log", "low": "30", "high": "1000",
    "traces": [{"detector": "QP", "columns": COLUMNS}, {"detector": "AV", "columns": [[c[0], "12.00", "14.00"] for c in COLUMNS]}],
    "limits": [
        {"detector": "QP", "x": "log", "levels": [], "pieces": [["30", "230", "40", "40"], ["230", "1000", "47", "47"]]},
        {"detector": "AV", "x": "lin", "levels": [], "pieces": [["30", "1000", "36", "30"]]},
        {"detector": "", "x": "lin", "pieces": [], "levels": ["55"]},
    ],
    "points": [
        {"number": "27", "f": "240", "level": "43.8", "detector": "QP"}, {"number": "28", "f": "240", "level": "40.1", "detector": "AV"},
        {"number": "29", "f": "5000", "level": "40.1", "detector": "PK"},
    ],
}


def drawn(plot: dict[str, Any]) -> Ink:
    ink, sweeps = Ink(), Sweeps(plot, 172.0)
    sweeps.draw(ink, 0.0)
    sweeps.legend(ink, HEIGHT + 4.0)
    return ink


def words(ink: Ink) -> list[str]:
    return [text for _x, _y, text, *_ in ink.texts]


def test_the_same_data_give_the_same_ink_also_after_a_snapshot():
    assert drawn(PLOT).shapes == drawn(json.loads(json.dumps(PLOT))).shapes


def test_axes_limits_and_results_are_named():
    said = words(drawn(PLOT))
    for word in ("Level, dBµV/m", "Frequency, MHz", "30", "100", "1000", "20", "60", "Giới hạn QP", "Giới hạn AV", "Kết quả QP",
                 "Quét AV", "27", "28"):
        assert word in said, word
    assert "29" not in said, "a result outside the sweep has no place in its picture"


def test_no_peak_is_lost():
    sweeps = Sweeps(PLOT, 172.0)
    top = sweeps.y(62.5)
    assert any(abs(y - top) < 0.01 for points, *_ in drawn(PLOT).shapes for _x, y in points)


def test_limits_differ_by_their_dashes_and_results_by_their_marks():
    one = drawn(PLOT | {"limits": PLOT["limits"][:1], "points": []})
    other = drawn(PLOT | {"limits": [PLOT["limits"][0] | {"detector": "AV"}], "points": []})
    assert len(other.shapes) > len(one.shapes) + 20, "an average limit is drawn in dashes"
    marks = {
        detector: [s for s in drawn(PLOT | {"limits": [], "traces": [], "points": [{**PLOT["points"][0], "detector": detector}]}).shapes
                   if s[4] and s[1] in (INK, WHITE)][0]
        for detector in ("QP", "AV", "PK", "")}
    assert len({(len(mark[0]), mark[1], mark[5] > 0) for mark in marks.values()}) >= 3
    assert marks["AV"][1] == WHITE and marks["QP"][1] == INK


def test_two_results_at_one_frequency_do_not_cover_their_numbers():
    near = drawn(PLOT | {"points": [{**PLOT["points"][0], "number": "1"}, {**PLOT["points"][0], "number": "2", "level": "43.9"}]})
    (x1, y1), (x2, y2) = [(x, y) for x, y, text, *_ in near.texts if text in ("1", "2")]
    assert abs(x1 - x2) > 3 or abs(y1 - y2) > 2


def test_a_step_is_drawn_and_nothing_leaves_the_field():
    ink = drawn(PLOT)
    assert all(LEFT - 2.3 <= x <= 172.6 for points, *_ in ink.shapes for x, _y in points)
    sweeps = Sweeps(PLOT, 172.0)
    step = [points for points, *_ in ink.shapes if len(points) == 2 and points[0][0] == points[1][0] == sweeps.x(230.0)]
    assert any({round(points[0][1], 2), round(points[1][1], 2)} == {round(sweeps.y(40), 2), round(sweeps.y(47), 2)} for points in step)


@pytest.mark.parametrize("change", [
    {"traces": [], "points": [], "limits": []}, {"x": "lin", "low": "2400", "high": "2483.5"}, {"low": "30", "high": "30", "x": "lin"},
    {"traces": [{"detector": "", "columns": [["50", "10.00", "10.00"]]}]},
])
def test_little_or_odd_data_is_drawn_too(change):
    assert words(drawn(PLOT | change))
