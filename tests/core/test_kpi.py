"""Figures month by month: the arithmetic of windows, months on the laboratory's clock, one statement for all rooms."""
from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from lab_app.core import clock, kpi
from lab_app.core.db import Base, UtcDateTime, db
from lab_app.core.gates import GateHit
from lab_app.core.kpi import Kpi, Sum

SPANS = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]


def figure(kind="mean", better="low", series=None, **more) -> Kpi:
    return Kpi("k", "k", kind, better, series or (lambda _spans: {}), **more)


def test_months_run_over_the_year():
    assert kpi.months(date(2026, 2, 17), 4) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert kpi.months_before(date(2026, 12, 1), -1) == date(2027, 1, 1)


def test_a_window_is_the_figure_of_all_its_rows_not_a_mean_of_means():
    sums = [Sum(D(10), 1), Sum(D(0), 0), Sum(D(20), 4)]
    assert [f.value for f in kpi.rolled(figure(), sums, SPANS, 1)] == [D(10), None, D(5)]
    assert [(f.month, f.value, f.n) for f in kpi.rolled(figure(), sums, SPANS, 3)] == [(SPANS[2], D(6), 5)]
    assert kpi.rolled(figure("count"), sums, SPANS, 2)[0].value == D(10), "a month without rows counts nothing"
    assert kpi.rolled(figure("rate"), [Sum(D(1), 3)], SPANS[:1], 1)[0].value == D(100) / 3
    with pytest.raises(ValueError):
        kpi.rolled(figure(), sums, SPANS, 0)


def test_a_target_is_judged_on_the_unrounded_figure():
    low, high = figure(better="low"), figure(better="high")
    assert low.rounded(D("5.04")) == D("5.0") and not low.reaches(D("5.04"), D("5.0")) and low.reaches(D(5), D(5))
    assert high.reaches(D("95"), D("95")) and not high.reaches(D("94.99"), D("95"))


@pytest.mark.both_databases
def test_moments_belong_to_the_month_of_the_laboratorys_clock_and_one_statement_asks_all(app, writing, statements):
    """Half past midnight on 1 October is October here and still September in UTC."""
    moments = ((date(2026, 9, 30), 23, 30), (date(2026, 10, 1), 0, 30), (date(2026, 11, 30), 23, 59), (date(2026, 12, 1), 0, 0))
    for day, hour, minute in moments:
        db.session.add(GateHit(gate="g", clauses="", at=clock.at_local(day, hour, minute), says="x"))
    db.session.flush()
    counted = figure("count", series=lambda spans: kpi.by_month(GateHit.at, spans))
    added = Kpi("sum", "s", "mean", "high", lambda spans: kpi.by_month(GateHit.at, spans, GateHit.id * 0 + 3, GateHit.gate == "g"))
    told = Kpi("told", "t", "count", "low", lambda spans: {spans[1]: Sum(D(7), 1)})
    with statements() as seen:
        found = kpi.series_of([counted, told, added], SPANS)
    assert len(seen) == 1, seen
    assert [s.n for s in found["k"]] == [1, 1, 1] and [s.total for s in found["sum"]] == [D(3)] * 3
    assert [s.total for s in found["told"]] == [D(0), D(7), D(0)]


def test_a_day_column_needs_no_clock(app):
    from lab_app.quality.models import Nonconformity

    assert not isinstance(Nonconformity.found_on.type, UtcDateTime) and issubclass(Nonconformity, Base)
    rows = db.session.execute(kpi.by_month(Nonconformity.found_on, SPANS)).all()
    assert rows == [] and db.session.scalar(select(1)) == 1
