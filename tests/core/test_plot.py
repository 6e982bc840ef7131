"""A plot: round ticks, nothing outside its frame, limits and dates where they belong, the same marks on a paper."""
from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from flask import render_template_string
from hypothesis import given
from hypothesis import strategies as st
from reportlab.platypus import SimpleDocTemplate

from lab_app.core.paper.plot import PlotBlock
from lab_app.core.plot import Band, Level, Mark, Plot, Point, Series, drawn, nice_ticks
from lab_app.core.plot_lanes import Lane, Lanes, Moment, Span, drawn_lanes

D = Decimal
numbers = st.decimals(min_value=-10**6, max_value=10**6, allow_nan=False, places=4)


def of(points, **more):
    return Plot(title="Sai số", series=[Series([Point(*p) for p in points])], **more)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30))
def test_every_point_lies_inside_the_frame(points):
    d = drawn(of(points))
    for _tone, x, y, _title in d.dots:
        assert 0 <= x <= d.width and 0 <= y <= d.height


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=30))
def test_places_keep_the_order_of_the_values(points):
    dots = drawn(of(points)).dots
    for (x1, y1), (_, px1, py1, _), (x2, y2), (_, px2, py2, _) in zip(points, dots, points[1:], dots[1:], strict=False):
        assert (x1 <= x2) == (px1 <= px2) or px1 == px2
        assert (y1 <= y2) == (py1 >= py2) or py1 == py2


def test_ticks_are_round():
    assert nice_ticks(0.0, 1.0, 5) == [D(n) / 5 for n in range(6)]
    assert nice_ticks(-37.0, 112.0, 5) == [D(0), D(50), D(100)]
    assert nice_ticks(0.0031, 0.0079, 5) == [D("0.004"), D("0.005"), D("0.006"), D("0.007")]


def test_a_limit_outside_the_values_is_seen():
    d = drawn(of([(D(1), D(2)), (D(2), D(3))], levels=[Level(D(50), "giới hạn")], bands=[Band(D(-5), D(5))], marks=[Mark(D(1))]))
    ((tone, line),) = [x for x in d.dashes if x[0] == "bad"]
    assert 0 < line[0][1] < min(y for _t, _x, y, _s in d.dots) and tone == "bad"
    assert any(text == "giới hạn" for *_rest, text, _a in d.texts)


def test_a_logarithmic_axis_gives_decades_the_same_room():
    dots = drawn(of([(D("0.15"), D(1)), (D("1.5"), D(2)), (D(15), D(3))], x_kind="log")).dots
    assert math.isclose(dots[1][1] - dots[0][1], dots[2][1] - dots[1][1], abs_tol=0.05)
    with pytest.raises(ValueError, match="logarithmic"):
        drawn(of([(D(0), D(1))], x_kind="log"))


def test_dates_get_months_and_years(app):
    start = date(2023, 1, 31)
    many = drawn(of([(start + timedelta(days=90 * n), D(n)) for n in range(14)], x_kind="date"))
    labels = [text for kind, _x, _y, text, anchor in many.texts if anchor == "middle"]
    assert labels and all(len(label) in (4, 7) for label in labels)
    few = drawn(of([(start + timedelta(days=n), D(n)) for n in range(5)], x_kind="date"))
    assert "01/02" in [text for *_x, text, _a in few.texts]


def test_an_empty_plot_says_so(app):
    with pytest.raises(ValueError, match="nothing"):
        drawn(Plot(title="", series=[]))
    template = '{% from "macros/plot.html" import plot_svg %}{{ plot_svg(plot, nothing="Chưa có điểm nào.") }}'
    with app.test_request_context():
        assert "Chưa có điểm nào." in render_template_string(template, plot=Plot(title="", series=[]))
        svg = render_template_string(template, plot=of([(D(1), D("0.5"), D("0.1"), "điểm 1")], levels=[Level(D(1))]))
    assert 'role="img"' in svg and "<title>điểm 1</title>" in svg and "style=" not in svg and ">1,05<" in svg


def test_the_same_plot_on_a_paper():
    plot = of([(date(2024, 1, 1), D(1)), (date(2025, 1, 1), D(2))], x_kind="date", levels=[Level(D(3), "MPE")])

    def paper():
        out = BytesIO()
        SimpleDocTemplate(out, invariant=1).build([PlotBlock(plot)])
        return out.getvalue()

    assert paper() == paper() and len(paper()) > 1000


def test_lanes_keep_to_their_time():
    lanes = Lanes("Đời thiết bị", [
        Lane("Hiệu chuẩn", [Span(date(2019, 1, 1), date(2020, 6, 1), "ok"), Span(date(2024, 6, 1), None, "ok"),
                            Span(date(2018, 1, 1), date(2019, 1, 1), "ok")]),
        Lane("Kiểm tra", moments=[Moment(date(2022, 1, 1), "bad", "không đạt"), Moment(date(2017, 1, 1), "ok")]),
    ], date(2020, 1, 1), date(2025, 1, 1), today=date(2024, 1, 1))
    d = drawn_lanes(lanes)
    assert len(d.bars) == 2 and len(d.dots) == 1 and len(d.dashes) == 1
    left = min(x for _t, x, *_rest in d.bars)
    assert all(x >= left and x + w <= d.width for _t, x, _y, w, _h, _s in d.bars)
    assert [text for *_x, text, anchor in d.texts if anchor == "middle"][:2] == ["2020", "2021"]
    with pytest.raises(ValueError, match="nothing"):
        drawn_lanes(Lanes("", [], date(2020, 1, 1), date(2025, 1, 1)))
