"""Results beyond what can be told: working ranges, operators through a formula, verdicts of a bound (workflow cases 8, 11, 13, 14)."""
from __future__ import annotations

from decimal import Decimal

import pytest

from lab_app.metrology.censoring import Censored, WorkingRange, censor, decide_bound, direction, parse_range
from lab_app.metrology.decision import DR_ETSI, DR_SA
from lab_app.metrology.errors import LimitError
from lab_app.metrology.limits import abs_upper, lower, upper, within
from test_methods.formula import Formula

D = Decimal
TEN_TO_TWENTY = WorkingRange(D(10), D(20), "mg")
MANUAL = WorkingRange(D(10), D(20), "mg", manual=True)


@pytest.mark.parametrize(("value", "operator", "working", "expected"), [
    ("5", "", TEN_TO_TWENTY, Censored(D(10), "<")), ("15.00", "", TEN_TO_TWENTY, Censored(D("15.00"))),
    ("25", "", TEN_TO_TWENTY, Censored(D(20), ">")),  # case 11
    ("5", "<", TEN_TO_TWENTY, Censored(D(10), "<")), ("15", "<", TEN_TO_TWENTY, Censored(D(10), "<")),
    ("15", ">", TEN_TO_TWENTY, Censored(D(20), ">")), ("25", ">", TEN_TO_TWENTY, Censored(D(20), ">")),  # case 13
    ("15", "<", MANUAL, Censored(D(15), "<")), ("15", ">", MANUAL, Censored(D(15), ">")),  # case 14
    ("10", "", TEN_TO_TWENTY, Censored(D(10))), ("20", "", TEN_TO_TWENTY, Censored(D(20))),  # the ends belong to the range
    ("-95", "", None, Censored(D(-95))), ("5", "<", None, Censored(D(5), "<")),
    ("5", "<", WorkingRange(None, D(20), "mg"), Censored(D(5), "<")),
])
def test_a_value_against_its_working_range(value, operator, working, expected):
    found = censor(D(value), operator, working)
    assert found == expected and found.below == (expected.operator == "<") and found.above == (expected.operator == ">")


@pytest.mark.parametrize(("formula", "name", "along"), [
    ("a + b", "a", 1), ("b - a", "a", -1), ("-a", "a", -1), ("a * 2", "a", 1), ("a * -2", "a", -1), ("a / 4", "a", 1), ("b / a", "a", None),
    ("a * b", "a", None), ("a - a", "a", None), ("log10(a) * 20 + b", "a", 1), ("abs(a)", "a", None), ("b + 1", "a", 0),
    ("max(a, b)", "a", 1), ("min(a, -a)", "a", None), ("sqrt(a) - b", "b", -1), ("a * 0", "a", None),
])
def test_a_bound_passes_only_where_the_formula_keeps_its_direction(formula, name, along):
    assert direction(Formula.parse(formula, ["a", "b"]).expression.root, name) == along


@pytest.mark.parametrize(("limit", "bound", "operator", "verdict", "margin"), [
    (upper(D(10)), "10", "<", "PASS", D(0)), (upper(D(12)), "10", "<", "PASS", D(2)), (upper(D(9)), "10", "<", "NOT_EVALUATED", None),
    (upper(D(10)), "20", ">", "FAIL", D(-10)), (upper(D(25)), "20", ">", "NOT_EVALUATED", None),
    (lower(D(5)), "20", ">", "PASS", D(15)), (lower(D(5)), "10", "<", "NOT_EVALUATED", None), (lower(D(15)), "10", "<", "FAIL", D(-5)),
    (within(D(-5), D(5)), "3", "<", "NOT_EVALUATED", None), (within(D(-5), D(5)), "-6", "<", "FAIL", D(-1)),
    (abs_upper(D(5)), "3", "<", "NOT_EVALUATED", None), (abs_upper(D(5)), "6", ">", "FAIL", D(-1)),
])
def test_a_bound_is_judged_only_when_everything_it_can_be_is_judged_alike(limit, bound, operator, verdict, margin):
    found = decide_bound(DR_SA, limit, D(bound), operator)
    assert found.verdict == verdict and found.margin == margin
    assert (found.reason == "bound_beyond_limit") == (verdict == "NOT_EVALUATED")


def test_a_rule_that_needs_u_says_nothing_of_a_bound():
    found = decide_bound(DR_ETSI, upper(D(12)), D(10), "<")
    assert (found.verdict, found.reason) == ("NOT_EVALUATED", "uncertainty_missing")
    assert decide_bound(None, upper(D(12)), D(10), "<").reason == "no_rule"


@pytest.mark.parametrize(("data", "field"), [
    ({"low": "x", "unit": "mg"}, "low"), ({"low": "1", "high": "NaN", "unit": "mg"}, "high"),
    ({"low": "5", "high": "5", "unit": "mg"}, "low"),
    ({"low": "1"}, "unit"), ({"low": 1.5, "unit": "mg"}, "low"),
])
def test_a_working_range_that_cannot_be_is_refused_at_its_field(data, field):
    with pytest.raises(LimitError) as caught:
        parse_range(data)
    assert caught.value.field == field


def test_a_working_range_is_empty_by_default_and_keeps_its_unit():
    assert parse_range({}) is None and parse_range({"low": "", "high": None, "unit": "dBm"}) is None
    found = parse_range({"low": "-95", "unit": "dBm"})
    assert found == WorkingRange(D(-95), None, "dBm") and parse_range(found.to_dict()) == found
    assert parse_range({"low": "1", "unit": "GHz"}).in_unit("MHz").low == 1000
