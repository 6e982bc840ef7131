"""Bars under their words: as long as their share of the longest, on pages and on papers."""
from __future__ import annotations

from decimal import Decimal

import pytest

from lab_app.core.paper.plot import PlotBlock
from lab_app.core.plot_bars import LONGEST, Bar, Bars, drawn_bars

PICTURE = Bars("Đóng góp", [Bar("a" * 200, Decimal("0.2"), "0,2 dB"), Bar("b", Decimal("0.1"), "0,1 dB"), Bar("c", Decimal(0), "0 dB")])


def test_bars_are_in_proportion_and_inside_the_picture():
    drawing = drawn_bars(PICTURE)
    lengths = [bar[3] for bar in drawing.bars]
    assert lengths[0] == pytest.approx(2 * lengths[1], abs=0.02) and lengths[2] == 0
    assert all(x + w <= drawing.width for _tone, x, _y, w, _h, _title in drawing.bars)
    labels = [text for _tone, _x, _y, text, _anchor in drawing.texts]
    assert len(labels[0]) == LONGEST and labels[0].endswith("…") and "0,1 dB" in labels
    assert drawing.bars[0][5] == f"{'a' * 200}: 0,2 dB", "the whole name stands in the bar's title"


def test_nothing_to_draw_is_said_beforehand():
    for nothing in (Bars("x", []), Bars("x", [Bar("a", Decimal(0), "0")])):
        assert nothing.empty
        with pytest.raises(ValueError, match="nothing to draw"):
            drawn_bars(nothing)


def test_on_paper_the_bars_keep_their_proportions():
    _ink, height = PlotBlock(PICTURE).compose(180.0)
    assert height == pytest.approx(180 * drawn_bars(PICTURE).height / 720)
