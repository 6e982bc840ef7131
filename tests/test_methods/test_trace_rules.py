"""How a method reduces a prescan: read from its JSON, refused with the field, stored as texts."""
from __future__ import annotations

from decimal import Decimal

import pytest

from test_methods.rules.trace_rules import BadTraceRule, checked_trace_rule, parse_trace_rule

WHOLE = {
    "offset_db": "10", "most": "6", "window": "1,5".replace(",", "."), "window_unit": "MHz", "excursion_db": "4", "ambient_db": "3",
    "ambient": [{"low": "87.5", "high": "108", "unit": "MHz", "why": "FM"}], "harmonic_of": "2412", "harmonics": "5",
}


def test_a_rule_is_read_with_its_windows_in_hertz():
    rule = parse_trace_rule(WHOLE)
    assert rule is not None and (rule.offset, rule.most, rule.window, rule.excursion) == (Decimal(10), 6, Decimal("1.5"), Decimal(4))
    assert (rule.ambient[0].low, rule.ambient[0].high) == (Decimal(87_500_000), Decimal(108_000_000))
    assert (rule.harmonic_of, rule.harmonics) == (Decimal(2_412_000_000), 5)


def test_nothing_is_no_rule_and_the_rest_has_defaults():
    assert parse_trace_rule({}) is None and parse_trace_rule(None) is None and checked_trace_rule({"offset_db": "", "ambient": []}) == {}
    rule = parse_trace_rule({"offset_db": "0", "most": 1})
    assert rule is not None and (rule.excursion, rule.window, rule.ambient_above) == (Decimal(6), Decimal(0), Decimal(6))


def test_what_is_stored_reads_back_the_same():
    stored = checked_trace_rule(WHOLE)
    assert parse_trace_rule(stored) == parse_trace_rule(WHOLE)
    assert checked_trace_rule(stored) == stored and stored["most"] == 6 and stored["offset_db"] == "10"


@pytest.mark.parametrize(("change", "field", "code", "row"), [
    ({"offset_db": ""}, "offset_db", "missing", 0), ({"offset_db": "mười"}, "offset_db", "not_a_decimal", 0),
    ({"offset_db": 1.5}, "offset_db", "not_a_decimal", 0), ({"offset_db": "NaN"}, "offset_db", "not_finite", 0),
    ({"most": "2.5"}, "most", "not_whole", 0), ({"most": "0"}, "most", "outside", 0),
    ({"window_unit": "m"}, "window_unit", "unknown_unit", 0),
    ({"excursion_db": "0"}, "excursion_db", "not_positive", 0), ({"ambient_db": "-1"}, "ambient_db", "negative", 0),
    ({"ambient": [{"low": "1", "high": "2"}, {"low": "9", "high": "8"}]}, "ambient", "frequencies_not_rising", 2),
    ({"ambient": [{"low": "x", "high": "8"}]}, "low", "not_a_decimal", 1), ({"ambient": [{"low": "1", "high": "2", "unit": "m"}]},
                                                                          "ambient", "unknown_unit", 1),
    ({"ambient": "FM"}, "ambient", "not_a_list", 0), ({"harmonics": ""}, "harmonics", "missing", 0), ({"cung": "x"}, "cung", "unknown", 0),
])
def test_a_rule_that_cannot_be_names_the_field(change, field, code, row):
    with pytest.raises(BadTraceRule) as refused:
        parse_trace_rule(WHOLE | change)
    assert (refused.value.field, refused.value.code, refused.value.row) == (field, code, row)
