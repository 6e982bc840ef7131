"""The clause map, the chart and the words of a span: pure parts of the room."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest

from lab_app.quality import chart
from lab_app.quality.clauses import CHAPTERS, PARTS, all_clauses, belongs, in_order, name_of
from lab_app.quality.heat import heat_map, tone_of


@pytest.mark.parametrize(("number", "cell", "inside"), [
    ("6.2.6", "6.2", True), ("6.2", "6.2", True), ("7.10.1", "7.1", False), ("7.1", "7.10", False), ("5.4", "5", True),
    ("8.8", "8", True), ("6.4.13", "6.4", True),
])
def test_a_number_stands_in_its_own_cell_only(number, cell, inside):
    assert belongs(number, cell) is inside


def test_the_map_holds_chapters_four_to_eight_once_and_in_order():
    numbers = [c.number for c in all_clauses()]
    assert len(numbers) == len(set(numbers)) == 29
    assert numbers == sorted(numbers, key=in_order)
    assert [c.number for c in CHAPTERS] == ["4", "5", "6", "7", "8"]
    for part in PARTS:
        assert sum(belongs(part, n) for n in numbers) == 1, part
        assert str(name_of(part))
    assert name_of("9.9") == ""


@pytest.mark.parametrize(("counts", "figures", "tone"), [
    ([], [], "hold"),  # nothing speaks of it: not evaluated, never good
    ([0], [], "warn"),  # a place for records, and none
    ([0, 3], [], "ok"), ([3], ["ok"], "ok"), ([3], ["warn"], "warn"), ([3], ["warn", "bad"], "bad"), ([], ["bad"], "bad"),
])
def test_tone_of_a_cell(counts, figures, tone):
    assert tone_of(counts, figures) == tone


@dataclass
class Offer:
    clause: str


@dataclass
class Indicated:
    clauses: tuple[str, ...]


@dataclass
class Figure:
    tone: str
    indicator: Indicated


@dataclass
class Stop:
    clauses: tuple[str, ...]
    name: str = "g"
    extra: dict = field(default_factory=dict)


def test_a_figure_marks_every_clause_it_names_and_a_good_one_marks_none():
    chapters = heat_map(
        [(Offer("6.2.6"), 4), (Offer("6.2.1"), 3), (Offer("7.10.1"), 2)],
        [Figure("bad", Indicated(("6.4.6", "7.7"))), Figure("ok", Indicated(("6.2.6",)))],
        {"a": Stop(("6.4.4", "6.4.6")), "b": Stop(("7.1.1",))},
    )
    cells = {c.number: c for _chapter, row in chapters for c in row}
    assert (cells["6.2"].tone, cells["6.2"].records) == ("ok", 7)
    assert cells["6.4"].tone == cells["7.7"].tone == "bad"
    assert len(cells["6.4"].gates) == 1  # once, though the gate names two parts of the clause
    assert (cells["7.1"].tone, cells["7.10"].records) == ("hold", 2)
    assert cells["7.10"].anchor == "c-7-10"


START = datetime(2026, 9, 10, 1, 0, tzinfo=UTC)


def reading(hours: int, low: str, high: str) -> chart.Reading:
    return chart.Reading(START + timedelta(hours=hours), START + timedelta(hours=hours + 2), D(low), D(high))


def test_the_chart_is_drawn_to_scale():
    drawn = chart.draw([reading(0, "22.0", "23.0"), reading(10, "21.0", "25.0")], "°C")
    assert (drawn.lowest, drawn.highest) == (D("21.0"), D("25.0"))
    assert [t.value for t in drawn.ticks] == [D(21), D(22), D(23), D(24), D(25)]
    first, second = drawn.bars
    assert D(first.x) == chart.LEFT
    assert abs(D(second.x) + D(second.width) - (chart.WIDTH - chart.RIGHT)) <= D("0.2")
    # 4 °C stand on the whole height, 1 °C on a quarter of it
    assert abs(D(first.height) * 4 - D(second.height)) <= D("0.5")
    assert D(second.y) == chart.TOP


def test_one_flat_record_still_shows_and_nothing_draws_nothing():
    drawn = chart.draw([chart.Reading(START, START, D("23.0"), D("23.0"))], "°C")
    bar = drawn.bars[0]
    assert D(bar.width) >= chart.THIN
    assert D(bar.height) >= chart.THIN
    assert D(bar.x) + D(bar.width) <= chart.WIDTH - chart.RIGHT
    assert D(bar.y) + D(bar.height) <= chart.HEIGHT - chart.BOTTOM
    assert chart.draw([], "°C") is None


@pytest.mark.parametrize("values", [("-40", "85"), ("0.01", "0.02"), ("5", "5000")])
def test_bars_stay_inside_the_drawing(values):
    drawn = chart.draw([reading(n, *values) for n in range(0, 3000, 500)], "°C")
    assert 2 <= len(drawn.ticks) <= 52
    for bar in drawn.bars:
        assert D(bar.x) >= chart.LEFT
        assert D(bar.x) + D(bar.width) <= D(chart.WIDTH - chart.RIGHT) + D("0.1")
        assert chart.TOP - D("0.1") <= D(bar.y)
        assert D(bar.y) + D(bar.height) <= D(chart.HEIGHT - chart.BOTTOM) + D("0.1")
