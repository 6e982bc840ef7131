"""Readings come in any order and leave the same excursions; limits, loggers and tokens refuse what is wrong (6.3.2, 6.3.3)."""
from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from lab_app.core import clock, inbox
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.inbox import Ask
from lab_app.quality import queries as quality_queries
from lab_app.quality import services as quality
from lab_app.quality.environment import queries, rules, services
from lab_app.quality.environment.models import Excursion, Extreme, LoggedReading
from lab_app.quality.models import Nonconformity
from tests.support.people_facts import SETTER
from tests.support.places_facts import every
from tests.support.results_facts import day

WARM = {day(16, 6): "23.0", day(16, 6, 10): "29.0", day(16, 6, 20): "30.5", day(16, 6, 30): "27.9", day(16, 6, 40): "23.0"}


def excursions():
    return list(db.session.scalars(select(Excursion).where(Excursion.merged_into_id.is_(None)).order_by(Excursion.began_at)))


@pytest.mark.both_databases
def test_an_excursion_is_found_asked_about_and_judged(watched, people):
    watched.read(WARM)
    [row] = excursions()
    assert (row.last_good_at, row.began_at, row.last_outside_at, row.ended_at) == (
        day(16, 6), day(16, 6, 10), day(16, 6, 20), day(16, 6, 30))
    assert (row.lowest, row.highest, row.status) == (Decimal("29.00"), Decimal("30.50"), "over")
    asked = db.session.scalars(inbox.of(people.quality_manager.id, {"quality:write"})).all()
    assert [a.code for a in asked] == [row.code]
    services.assess_excursion(people.quality_manager, row, decision="nonconforming", words="Đã đo hai mẫu trong lúc này, phải xem lại")
    assert row.nonconformity is not None and row.nonconformity.source == "environment" and row.status == "assessed"
    left = db.session.scalars(inbox.of(people.quality_manager.id, {"quality:write"})).all()
    assert "environment-excursion" not in {a.kind for a in left}, "judged: nobody is asked any more"


def test_it_lasts_until_a_good_reading_and_cannot_be_judged_before(watched, people):
    watched.read({day(16, 6): "23.0", day(16, 6, 10): "29.0"})
    [row] = excursions()
    assert row.status == "lasting" and row.ended_at is None
    with pytest.raises(GateRefused) as caught:
        services.assess_excursion(people.quality_manager, row, decision="no_effect", words="không ảnh hưởng vì chưa đo gì")
    assert caught.value.stop.gate == "excursion-answered" and "6.3.3" in caught.value.stop.clauses
    watched.read({day(16, 6, 20): "29.5"})
    watched.read({day(16, 6, 30): "24"})
    [row] = excursions()
    assert (row.status, row.ended_at, row.highest) == ("over", day(16, 6, 30), Decimal("29.50"))


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_arrival_leaves_the_same_excursions(watched, seed):
    rng = random.Random(seed)
    values = [23, 29, 30, 23, 31, 31, 24, 23, 17, 23, 29]
    readings = {day(16, 5) + timedelta(minutes=10 * n): str(v) for n, v in enumerate(values)}
    moments = list(readings)
    rng.shuffle(moments)
    for at in moments:
        watched.read({at: readings[at]})
    found = [(e.last_good_at, e.began_at, e.last_outside_at, e.ended_at, e.lowest, e.highest) for e in excursions()]
    at = [day(16, 5) + timedelta(minutes=10 * n) for n in range(len(values))]
    assert found == [
        (at[0], at[1], at[2], at[3], Decimal(29), Decimal(30)), (at[3], at[4], at[5], at[6], Decimal(31), Decimal(31)),
        (at[7], at[8], at[8], at[9], Decimal(17), Decimal(17)), (at[9], at[10], at[10], None, Decimal(29), Decimal(29))]
    spans = [(e.began_at, e.last_outside_at) for e in excursions()]
    assert spans == sorted(spans) and all(a[1] < b[0] for a, b in zip(spans, spans[1:], strict=False))


def test_a_late_reading_joins_two_and_reopens_what_was_judged(watched, people):
    watched.read({day(16, 5): "23", day(16, 5, 10): "29"})
    watched.read({day(16, 5, 20): "24"})
    [first] = excursions()
    services.assess_excursion(people.quality_manager, first, decision="no_effect", words="không có phép đo nào lúc đó")
    watched.read({day(16, 5, 15): "30"})
    [row] = excursions()
    assert row.id == first.id and row.status == "over" and row.highest == Decimal("30.00"), "longer than it was judged"
    assert db.session.scalar(select(Ask.settled_at).where(Ask.code == row.code)) is None


def test_a_second_value_for_a_second_is_never_taken(watched):
    at = day(16, 6)
    assert watched.read({at: "23.0"}).new == 1
    again = watched.read({at: "23.0"})
    assert (again.new, again.known) == (0, 1)
    other = watched.read({at: "24.0"})
    assert other.new == 0 and len(other.contradicting) == 1
    assert queries.readings(watched.temperature.id, 0, 2**40) == [(rules.seconds_of(at), 2300)]


@pytest.mark.both_databases
def test_the_database_itself_refuses_to_change_a_reading(watched):
    watched.read(WARM)
    with pytest.raises(DatabaseError):
        db.session.execute(text("UPDATE environment_reading SET value = 0"))
    db.session.rollback()


def test_extremes_agree_with_the_readings(watched):
    rng = random.Random(3)
    for _ in range(4):
        watched.read({day(14) + timedelta(minutes=rng.randrange(0, 2000)): str(20 + rng.randrange(0, 80) / 10) for _n in range(60)})
    readings = queries.readings(watched.temperature.id, 0, 2**40)
    for row in db.session.scalars(select(Extreme).where(Extreme.channel_id == watched.temperature.id)):
        mine = [v for at, v in readings if row.begins <= at < row.begins + row.seconds]
        assert (row.low, row.high, row.count) == (min(mine), max(mine), len(mine))
    assert db.session.scalar(select(Extreme.count).where(Extreme.seconds == rules.DAY).order_by(Extreme.begins).limit(1))


def test_a_hand_written_record_outside_is_an_excursion_too(watched, people):
    row = quality.record_environment(people.technician, watched.room, from_at=day(16, 7), to_at=day(16, 8), t_low=Decimal(27),
                                     t_high=Decimal("29.5"), sensor_code="EQ-999")
    [found] = excursions()
    assert found.environment_id == row.id and found.highest == Decimal("29.5") and found.ended_at == day(16, 8)


def test_a_sensor_of_the_register_must_have_been_fit(watched, people):
    with clock.at(day(16) + timedelta(days=400)), pytest.raises(FieldRefused) as caught:
        quality.record_environment(people.technician, watched.room, from_at=clock.now() - timedelta(hours=1), to_at=clock.now(),
                                   t_low=Decimal(23), sensor_code="EQ-114")
    assert caught.value.field == "sensor_code"


def test_a_record_is_read_off_the_loggers(watched, people):
    watched.steady(day(16, 6), day(16, 8, 50))
    row = services.record_from_loggers(people.technician, watched.room, from_at=day(16, 8), to_at=day(16, 8, 30))
    assert (row.t_low, row.t_high, row.rh_low, row.sensor_code) == (Decimal("23.00"), Decimal("23.00"), Decimal("50.00"), "EQ-114")
    with pytest.raises(Refused):
        services.record_from_loggers(people.technician, watched.room, from_at=day(15, 8), to_at=day(15, 8, 30))


@pytest.mark.parametrize("change,field", [
    ({"low": Decimal(30)}, "high"), ({"high": Decimal(500)}, "high"), ({"basis": " "}, "basis"),
    ({"from_at": day(1)}, "from_at"), ({"quantity": "noise"}, "quantity"), ({"quantity": "rf", "low": None, "high": None}, "low"),
])
def test_a_limit_refuses(watched, people, change, field):
    facts = {"quantity": "temperature", "low": Decimal(20), "high": Decimal(26), "basis": "x", **change}
    with pytest.raises(FieldRefused) as caught:
        services.set_limit(people.quality_manager, watched.room, facts.pop("quantity"), **facts)
    assert caught.value.field == field


@pytest.mark.parametrize("change,field", [
    ({"code": "LOG-01"}, "code"), ({"code": "log 2"}, "code"), ({"name": ""}, "name"), ({"instrument_code": "EQ-000"}, "instrument_code"),
    ({"interval_minutes": 0}, "interval_minutes"), ({"most_gap_minutes": 1}, "most_gap_minutes"),
    ({"most_gap_minutes": 5000}, "most_gap_minutes"),
])
def test_a_logger_refuses(watched, change, field):
    facts = {"code": "LOG-02", "name": "x", "instrument_code": "EQ-114", "interval_minutes": 5, "most_gap_minutes": 60, **change}
    with pytest.raises(FieldRefused) as caught:
        services.add_logger(SETTER, **facts)
    assert caught.value.field == field


def test_a_channel_is_moved_and_its_readings_stay(watched, people):
    with pytest.raises(FieldRefused):
        services.add_channel(SETTER, watched.logger, watched.room, name="T", quantity="temperature")
    watched.read({day(16, 6): "23"})
    services.end_channel(SETTER, watched.temperature, "chuyển sang kho")
    store = quality.add_room(SETTER, "KHO", "Kho", "Store", people.site)
    moved = services.add_channel(SETTER, watched.logger, store, name="T", quantity="temperature")
    assert moved.id != watched.temperature.id and queries.readings(watched.temperature.id, 0, 2**40)
    with pytest.raises(Refused):
        services.end_channel(SETTER, watched.temperature, "lần nữa")


def test_what_a_channel_still_showed_when_it_ended_can_be_judged(watched, people):
    watched.read({day(16, 6): "23", day(16, 6, 10): "31"})
    services.end_channel(SETTER, watched.temperature, "cảm biến hỏng")
    [row] = excursions()
    assert row.status == "over" and row.ended_at == watched.temperature.ended_at == clock.now(), "nobody watched on"
    watched.read({day(16, 6, 20): "32"})  # what the device still held
    assert excursions() == [row] and row.status == "over" and row.ended_at == clock.now() and row.highest == Decimal("32.00")
    services.assess_excursion(people.quality_manager, row, decision="no_effect", words="không có phép đo nào lúc đó")
    assert row.status == "assessed"


def test_only_who_may_acts(watched, people):
    for act in (
        lambda: services.give_token(people.technician, watched.logger),
        lambda: services.set_limit(people.technician, watched.room, "rf", low=None, high=Decimal(40), basis="x"),
        lambda: services.add_logger(people.auditor, code="LOG-09", name="x", instrument_code="EQ-114"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_silence_is_asked_about_and_settled(watched, people):
    watched.steady(day(16, 8), day(16, 8, 50))
    assert services.watch() == 0
    with clock.at(day(16, 10, 30)):
        assert services.watch() == 1
        key = f"environment-logger/{watched.logger.id}/silent"
        assert db.session.scalar(select(Ask).where(Ask.key == key)).settled_at is None
        watched.read({day(16, 10, 25): "23"})
        assert db.session.scalar(select(Ask).where(Ask.key == key)).settled_at is not None


def test_a_long_course_asks_three_statements_a_channel(watched, statements):
    watched.steady(day(10), day(12), minutes=30)
    channel = queries.channels_of_room(watched.room.id)[0]
    for days in (1, 40, 4000):
        with statements() as seen:
            found = queries.courses([channel], day(12) - timedelta(days=days), day(12))
        assert len(seen) == 1 and found[channel.id][1]


@pytest.mark.both_databases
def test_the_database_thins_a_course_to_its_columns(watched):
    moments = list(every(day(14), day(14) + timedelta(minutes=1400), 1))
    watched.read({at: str(20 + n % 5) for n, at in enumerate(moments)})
    channel = next(c for c in queries.channels_of_room(watched.room.id) if c.quantity == "temperature")
    how, rows = queries.courses([channel], day(14), day(14) + timedelta(minutes=1400))[channel.id]
    assert how == 0 and len(rows) <= rules.COLUMNS + 1 < len(moments)
    assert rows[0].first == rules.seconds_of(day(14)) and all(a.last < b.first for a, b in zip(rows, rows[1:], strict=False))


@pytest.mark.both_databases
def test_a_course_loses_no_peak(watched):
    moments = list(every(day(10), day(12), 10))
    values = dict.fromkeys(moments, "23.0") | {moments[137]: "27.9", moments[20]: "18.1"}
    watched.read(values)
    channel = next(c for c in queries.channels_of_room(watched.room.id) if c.quantity == "temperature")
    for begins, step in ((day(10), 0), (day(12) - timedelta(days=100), rules.HOUR), (day(12) - timedelta(days=4000), rules.DAY)):
        how, rows = queries.courses([channel], begins, day(12))[channel.id]
        assert how == step and (min(r.low for r in rows), max(r.high for r in rows)) == (1810, 2790)
        assert all(a.last < b.first for a, b in zip(rows, rows[1:], strict=False))


def test_what_a_room_was_is_known_by_moment(watched):
    moments = list(every(day(16, 6), day(16, 8), 10))
    watched.read(dict.fromkeys(moments, "23"))
    assert queries.newest_of([watched.temperature.id])[watched.temperature.id] == (day(16, 8), 2300)
    assert queries.span_of([watched.temperature.id]) is not None and queries.span_of([]) is None
    assert not quality_queries.environments_of_room(watched.room.id)
    assert db.session.scalar(select(LoggedReading.intake_id).limit(1)) and db.session.scalar(select(Nonconformity.id)) is None
