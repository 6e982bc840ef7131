"""The trail in words: stored values as a person of either language reads them."""
from __future__ import annotations

import pytest
from flask_babel import force_locale

from lab_app.core import history


@pytest.mark.parametrize(("locale", "shown"), [("vi", "−1,60"), ("en", "−1.60")])
def test_measured_numbers_take_the_reader_s_decimal_sign_and_keep_their_digits(app, locale, shown):
    with app.test_request_context(), force_locale(locale):
        assert history.value_word("-1.60", "recall", "error") == shown
        assert history.value_word("59.9", "intermediate-check", "indicated") == ("59,9" if locale == "vi" else "59.9")


def test_what_only_looks_like_a_number_stays_as_it_is(app):
    with app.test_request_context(), force_locale("vi"):
        assert history.value_word("4.11", "instrument-firmware", "firmware") == "4.11"
        assert history.value_word("chưa biết", "recall", "error") == "chưa biết"


def test_costs_are_money(app):
    with app.test_request_context(), force_locale("vi"):
        assert history.value_word("4500000", "calibration-order", "cost") == "4.500.000\u00a0đ"


def test_a_trace_tells_its_span_and_peak(app):
    with app.test_request_context(), force_locale("vi"):
        facts = {"f_low": "30000000", "f_high": "300000000", "peak": "30.6", "peak_f": "240000000", "header": {}}
        assert history.value_word(facts, "trace", "facts") == "30 – 300 MHz; 30,6 @ 240 MHz"
        assert history.value_word({"header": {}}, "trace", "facts") == ""
        assert history.value_word({"delimiter": ";", "unit": "dBm", "data_after": ""}, "file-mapping", "mapping") == "; · dBm"
