"""Conditioning (7.4.4): long enough, finished before the measurement, known when it was recorded."""
from __future__ import annotations

from datetime import timedelta

import pytest

from lab_app.core import clock
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.results import services as results
from test_methods.models import MethodVersion
from tests.support import results_facts
from tests.support.people_facts import SETTER
from tests.support.results_facts import MEASURED


@pytest.fixture
def bench(app, writing, frozen_clock):
    made = results_facts.make_bench()
    authorize(SETTER, P.METHOD_WRITE)
    version = db.session.get_one(MethodVersion, made.tested.version.id)
    version.conditioning_minutes, version.conditioning = 60, "23 ± 2 °C, nguồn tắt"
    db.session.flush()
    return made


def start(bench, at, **facts):
    with clock.at(at):
        return results.start_conditioning(bench.people.technician, bench.job, started_at=at, place="Phòng RF", **facts)


def finish(bench, row, at, **facts):
    with clock.at(at):
        return results.finish_conditioning(bench.people.technician, row, ended_at=at, **facts)


def refused(bench):
    with pytest.raises(GateRefused) as caught:
        bench.record()
    assert caught.value.stop.gate == "conditioning-finished"
    return caught.value.stop


def test_nothing_is_measured_before_conditioning_is_finished(bench):
    assert not refused(bench).evaluated
    row = start(bench, MEASURED - timedelta(minutes=90))
    assert row.conditions == "23 ± 2 °C, nguồn tắt" and row.minutes == 60
    assert "đang ổn định" in str(refused(bench).says)
    finish(bench, row, MEASURED - timedelta(minutes=20))
    assert bench.record().verdict == "PASS"


def test_one_that_ended_after_the_measurement_does_not_count(bench):
    row = start(bench, MEASURED - timedelta(minutes=58))
    finish(bench, row, MEASURED + timedelta(minutes=2))
    assert refused(bench).evaluated


def test_what_was_broken_off_does_not_count_and_is_said(bench):
    row = start(bench, MEASURED - timedelta(minutes=200))
    finish(bench, row, MEASURED - timedelta(minutes=100), interrupted="mất điện")
    refused(bench)


def test_too_short_is_refused_with_the_minutes(bench):
    row = start(bench, MEASURED - timedelta(minutes=90))
    with pytest.raises(FieldRefused) as caught:
        finish(bench, row, MEASURED - timedelta(minutes=60))
    assert caught.value.field == "ended_at" and "30" in caught.value.message and "60" in caught.value.message


def test_an_end_recorded_after_the_reading_was_not_known_then(bench):
    from lab_app.results.queries.conditioning import conditioning_facts

    row = start(bench, MEASURED - timedelta(minutes=90))
    with clock.at(MEASURED + timedelta(minutes=1)):
        results.finish_conditioning(bench.people.technician, row, ended_at=MEASURED - timedelta(minutes=10))
    before = conditioning_facts(bench.job, MEASURED)
    assert [f.ended_at for f in before] == [None], "the end was not on record yet"
    assert [f.ended_at for f in conditioning_facts(bench.job, clock.now())] == [MEASURED - timedelta(minutes=10)]
    assert conditioning_facts(bench.job, MEASURED - timedelta(minutes=91)) == ()


def test_moments_that_cannot_be_and_a_second_one_at_a_time(bench):
    for at, field in ((clock.now() + timedelta(minutes=1), "started_at"), (bench.sample.received_at - timedelta(minutes=1), "started_at")):
        with pytest.raises(FieldRefused) as caught:
            results.start_conditioning(bench.people.technician, bench.job, started_at=at, place="Phòng RF")
        assert caught.value.field == field
    with pytest.raises(FieldRefused):
        results.start_conditioning(bench.people.technician, bench.job, started_at=clock.now(), place=" ")
    row = start(bench, MEASURED - timedelta(minutes=90))
    with pytest.raises(Refused):
        start(bench, MEASURED - timedelta(minutes=80))
    with pytest.raises(FieldRefused):
        results.finish_conditioning(bench.people.technician, row, ended_at=row.started_at - timedelta(minutes=1))
    finish(bench, row, MEASURED - timedelta(minutes=20))
    with pytest.raises(Refused):
        finish(bench, row, MEASURED - timedelta(minutes=10))
    with pytest.raises(NotAllowed):
        results.start_conditioning(bench.people.reception, bench.job, started_at=clock.now(), place="Phòng RF")


def test_a_method_that_asks_for_none_asks_the_database_nothing(app, writing, frozen_clock, statements):
    from lab_app.results.queries.conditioning import conditioning_facts

    made = results_facts.make_bench()
    _ = made.job.method_version.conditioning_minutes
    with statements() as seen:
        assert conditioning_facts(made.job, clock.now()) == ()
    assert not seen
