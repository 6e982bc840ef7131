"""The rooms' monthly figures against the demonstration's rows counted one by one."""
from __future__ import annotations

from decimal import Decimal as D

from sqlalchemy import select

from instruments.models import Calibration
from lab_app.core import clock, kpi
from lab_app.core.db import db
from lab_app.metrology.periods import add_working_days
from lab_app.results.models import LineReview
from lab_app.samples.models import TestRequest


def figures(key):
    spans = kpi.months(clock.today(), 24)
    one = kpi.registry[key]
    return {f.month: f for f in kpi.rolled(one, kpi.series_of([one], spans)[key], spans, 1) if f.n}


def test_turnaround_and_promises(demo_app):
    rows = [r for r in db.session.scalars(select(TestRequest)) if r.reported_on]
    assert rows, "the story reports"
    days, kept = {}, {}
    for row in rows:
        n = 0
        while add_working_days(row.requested_on, n) < row.reported_on:
            n += 1
        days.setdefault(row.reported_on.replace(day=1), []).append(n)
        if row.due_on:
            kept.setdefault(row.reported_on.replace(day=1), []).append(row.reported_on <= row.due_on)
    assert {m: f.value for m, f in figures("turnaround").items()} == {m: D(sum(v)) / len(v) for m, v in days.items()}
    assert {m: f.value for m, f in figures("on-time").items()} == {m: D(100 * sum(v)) / len(v) for m, v in kept.items()}


def test_first_pass(demo_app):
    first = {}
    for row in db.session.scalars(select(LineReview).order_by(LineReview.id)):
        first.setdefault(row.line_id, row)
    counted = {}
    for row in first.values():
        counted.setdefault(clock.local(row.recorded_at).date().replace(day=1), []).append(row.decision == "approved")
    assert counted and {m: f.value for m, f in figures("first-pass").items()} == {m: D(100 * sum(v)) / len(v) for m, v in counted.items()}


def test_calibrations_in_time(demo_app):
    rows = list(db.session.scalars(select(Calibration).where(Calibration.released_at.is_not(None))))
    first = kpi.months(clock.today(), 24)[0]
    counted = {}
    for row in rows:
        if first <= row.due_on <= clock.today() and row.instrument.state != "retired":
            followed = any(r.instrument_id == row.instrument_id and row.done_on < r.done_on < row.due_on for r in rows)
            counted.setdefault(row.due_on.replace(day=1), []).append(followed)
    found = {m: (f.value, f.n) for m, f in figures("calibration-on-time").items()}
    assert counted and found == {m: (D(100 * sum(v)) / len(v), len(v)) for m, v in counted.items()}
