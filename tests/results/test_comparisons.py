"""Replicates, retained items, comparisons within the laboratory (7.7.1)."""
from __future__ import annotations

from decimal import Decimal

import pytest

from lab_app.core import audit
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.results import services as results
from lab_app.results.services import comparisons
from lab_app.results.validity import rules
from tests.support.results_facts import make_bench


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def recorded(bench, **facts):
    given = {"kind": "replicate", "criterion": "difference", "limit": Decimal("10"), **facts}
    return comparisons.record_comparison(bench.people.technician, bench.tested.method, "P-01", **given)


def test_workflow_case_20_ten_percent_of_fifty_allows_45_to_55():
    assert rules.allowed(Decimal(50), Decimal(10)) == (45, 55)
    ten = Decimal(10)
    cases = {"47": "within", "42": "outside", "45.0": "within", "55.0": "within", "55.01": "outside", "44.99": "outside"}
    for second, verdict in cases.items():
        assert rules.compare("percent", "50", second, ten).verdict == verdict, second


def test_workflow_case_20_undecided_until_the_original_has_a_result():
    """58 stands before the original has a result: undecided; the original gets 50: outside."""
    assert rules.compare("percent", "", "58", Decimal(10)).verdict == "undecided"
    bench = make_bench()
    line = bench.line()
    row = recorded(bench, first_line=line, second="21.0", limit=Decimal("3"))
    assert (row.first, row.verdict, row.figure) == ("", "undecided", None)
    reading = bench.record(line)
    assert Decimal(row.first) == reading.value == Decimal("15.9") and row.first_u == reading.u
    assert row.verdict == "outside" and row.figure == Decimal("5.1")
    assert len(audit.history("comparison", row.id)) == 2, "entered, then decided: both stand in the trail"


def test_workflow_case_20_options_need_equality():
    assert rules.compare("equal", "PASS", "pass").verdict == "within"
    assert rules.compare("equal", "PASS", "FAIL").verdict == "outside"


def test_a_corrected_original_is_compared_again():
    bench = make_bench()
    line = bench.line()
    row = recorded(bench, first_line=line, second="16.5", limit=Decimal("1"))
    bench.record(line)
    assert row.verdict == "within"
    results.correct_reading(bench.people.technician, line, bench.entry("13.0"), "đọc nhầm dòng")
    assert row.verdict == "outside" and row.figure == Decimal("3.0")


def test_two_lines_and_en():
    bench = make_bench()
    first, second = bench.line(conditions="2412 MHz"), bench.line(conditions="2472 MHz")
    row = recorded(bench, first_line=first, second_line=second, criterion="en", limit=None, kind="people")
    bench.record(first)
    assert row.verdict == "undecided"
    bench.record(second, reading="16.0")
    assert row.verdict == "within" and row.figure is not None and abs(row.figure) < 1


def test_a_conclusion_belongs_to_what_is_outside_and_to_who_reviews():
    bench = make_bench()
    row = recorded(bench, first="10", second="12", limit=Decimal(1))
    with pytest.raises(NotAllowed):
        comparisons.conclude_comparison(bench.people.technician, row, "x")
    with pytest.raises(FieldRefused):
        comparisons.conclude_comparison(bench.people.reviewer, row, " ")
    comparisons.conclude_comparison(bench.people.reviewer, row, "cáp hỏng, đo lại")
    with pytest.raises(Refused):
        comparisons.conclude_comparison(bench.people.reviewer, row, "nữa")
    with pytest.raises(Refused):
        comparisons.conclude_comparison(bench.people.reviewer, recorded(bench, first="10", second="10.1", limit=Decimal(1)), "x")


@pytest.mark.parametrize("facts,field", [
    ({"criterion": "percent"}, "criterion"), ({"criterion": "guess"}, "criterion"), ({"limit": None}, "limit"),
    ({"limit": Decimal(0)}, "limit"),
    ({"first": "mười"}, "first"), ({"first": "NaN"}, "first"), ({"second": ""}, "second"), ({"kind": "x"}, "kind"),
    ({"first_u": Decimal(0)}, "first_u"),
])
def test_what_a_comparison_does_not_take(facts, field):
    """The parameter is in dBm: a percentage of a level means nothing."""
    bench = make_bench()
    with pytest.raises(FieldRefused) as refused:
        recorded(bench, **{"first": "10", "second": "10.2", "limit": Decimal(1), **facts})
    assert refused.value.field == field
