"""The margin gauge: geometry, colour and the edges of its scale."""
from __future__ import annotations

from decimal import Decimal as D

import pytest

from lab_app.core.gauge import margin_gauge


def test_the_drawn_case_of_the_demonstration():
    # −29.2 dBm against ≤ −30 dBm with U 1.39 dB: beyond the limit, drawn to the right of it.
    gauge = margin_gauge(D("-0.8"), D("1.39"), failed=True, label="x")
    assert (gauge.value_x, gauge.low_x, gauge.high_x, gauge.tone, gauge.shown) == ("97.6", "80.9", "114.3", "bad", True)


@pytest.mark.parametrize(
    ("margin", "u", "failed", "tone"),
    [
        ("2", "1", False, "ok"),
        ("1", "1", False, "ok"),  # the margin is at least U
        ("0.99", "1", False, "warn"),
        ("-0.1", "1", False, "warn"),  # a guarded rule may pass what lies beyond: the verdict decides, not the sign
        ("5", "1", True, "bad"),
        ("5", None, False, "ok"),
    ],
)
def test_colour_follows_margin_against_u_and_the_verdict(margin, u, failed, tone):
    assert margin_gauge(D(margin), None if u is None else D(u), failed=failed).tone == tone


@pytest.mark.parametrize(("margin", "x"), [("1000", "1"), ("-1000", "131"), ("0", "88.0")])
def test_values_beyond_the_scale_stop_at_its_edge(margin, x):
    assert margin_gauge(D(margin)).value_x == format(D(x).quantize(D("0.1")), "f")


def test_no_value_draws_nothing():
    gauge = margin_gauge(None, D(1), label="chưa có")
    assert (gauge.shown, gauge.tone, gauge.label) == (False, "hold", "chưa có")
    assert gauge.as_json()["value_x"] == gauge.low_x == gauge.high_x


def test_no_uncertainty_no_whisker():
    gauge = margin_gauge(D(1))
    assert gauge.low_x == gauge.high_x == gauge.value_x
