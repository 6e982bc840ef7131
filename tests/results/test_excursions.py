"""What loggers say counts at the bench, and results made while a room was in doubt are found (6.3.3, 7.10.1)."""
from __future__ import annotations

import pytest
from sqlalchemy import select

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.errors import GateRefused
from lab_app.quality.environment import sensors, services
from lab_app.quality.environment.models import Excursion
from lab_app.results.queries import excursions as queries
from tests.support.places_facts import watch_room
from tests.support.results_facts import MEASURED, day, environment, make_bench


@pytest.fixture
def b(app, writing, frozen_clock):
    return make_bench()


@pytest.fixture
def watched(b):
    return watch_room(b.people, b.room)


def refusal(b, **facts):
    with pytest.raises(GateRefused) as caught:
        b.record(**facts)
    db.session.rollback()
    from lab_app.core.db import begin_writing

    begin_writing()
    return caught.value.stop


def test_the_loggers_word_refuses_where_the_room_was_outside_the_method(b, watched):
    watched.steady(day(16, 7), day(16, 8, 40))
    watched.read({day(16, 8, 48): "41.0", day(16, 8, 55): "23.0"})
    db.session.commit()
    stop = refusal(b)
    assert stop.gate == "environment-within-limits" and stop.clauses == ("6.3.3",) and "Bộ ghi" in str(stop.says)


def test_inside_it_passes_and_before_the_logger_watched_nothing_is_asked_of_it(b, watched):
    watched.steady(day(16, 7), day(16, 9))
    assert b.record().revision == 1


def test_a_silent_logger_refuses_its_own_record_but_not_another_sensors(b, watched):
    watched.steady(day(16, 1), day(16, 5))
    own = environment(b.people, t=("22.8", "23.4"), minutes=20)
    own.sensor_code = "EQ-114"
    db.session.flush()
    db.session.commit()
    stop = refusal(b, environment=own)
    assert "không được theo dõi" in str(stop.says) and not stop.evaluated
    assert b.record().revision == 1, "read from another sensor, it stands"


def test_results_in_doubt_are_found_counted_and_listed(b, watched, client_as, statements):
    b.record_all()
    watched.read({day(16, 8, 30): "23.0", day(16, 8, 45): "31.0", day(16, 8, 55): "23.1"})
    row = db.session.scalars(select(Excursion)).one()
    assert row.doubtful_from < MEASURED <= row.ended_at
    count = sensors.results_within(b.room.id, row.doubtful_from, row.ended_at)
    assert count == len([x for x in b.job.lines if x.readings and x.readings[-1].environment_id]) > 0
    assert queries.touched_count(b.room.id, row.ended_at, clock.now()) == 0
    db.session.commit()
    visitor = client_as("quality_manager")
    visitor.get("/")
    for address in (f"/quality/environment/excursions/{row.code}", f"/quality/environment/excursions/{row.code}/results"):
        with statements() as seen:
            shown = visitor.get(address)
        assert shown.status_code == 200 and b.job.code in shown.text and len(seen) <= 15, (address, len(seen))
    assert b.job.code in visitor.get(f"/quality/environment/excursions/{row.code}/results?export=csv").text


def test_a_job_is_handed_over_once_somebody_judged_the_room(b, watched):
    b.record_all()
    watched.read({day(16, 8, 30): "23.0", day(16, 8, 45): "31.0", day(16, 8, 55): "23.1"})
    db.session.commit()
    with pytest.raises(GateRefused) as caught:
        b.submit()
    assert caught.value.stop.gate == "excursion-assessed"
    row = db.session.scalars(select(Excursion)).one()
    services.assess_excursion(b.people.quality_manager, row, decision="no_effect",
                              words="Phương pháp cho phép tới 35 °C; giới hạn phòng chặt hơn")
    assert row.results_touched and b.submit().status == "submitted"


def test_the_bench_says_beforehand_that_the_room_has_to_be_judged(b, watched, client_as, statements):
    b.record_all()
    watched.read({day(16, 8, 30): "23.0", day(16, 8, 45): "31.0", day(16, 8, 55): "23.1"})
    row = db.session.scalars(select(Excursion)).one()
    db.session.commit()
    visitor = client_as("technician")
    visitor.get("/")
    with statements() as seen:
        shown = visitor.get(f"/jobs/{b.job.code}")
    assert row.code in shown.text and len(seen) <= 15, len(seen)


def test_a_correction_counts_once(b, watched):
    reading = b.record()
    from lab_app.results import services as results

    results.correct_reading(b.people.technician, reading.line, b.entry("15.6"), "đọc nhầm")
    assert queries.touched_count(b.room.id, day(16, 8), day(16, 9)) == 1
