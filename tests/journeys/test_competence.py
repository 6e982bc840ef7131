"""At the bench: who rests may not measure, review or be given a job, and a new version waits for an answer (6.2.3, 6.2.5, 6.2.6)."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from lab_app.accounts import queries as people_queries
from lab_app.accounts.competence import queries, services
from lab_app.core import clock, gates, inbox
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused
from lab_app.results import services as results
from test_methods import services as methods
from tests.support import method_facts
from tests.support.results_facts import day, make_bench
from tests.support.signing import confirmed


@pytest.fixture(autouse=True)
def _nothing_left(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def watched(bench, person, on: date, outcome: str):
    rows = queries.standing_of(person.id, on)
    by = bench.people.signatory if person is bench.people.reviewer else bench.people.reviewer
    return services.record_monitoring(
        bench.people.quality_manager, person, rows, by=by, day=on, way="witnessed", outcome=outcome, findings="đã xem tại chỗ")


def test_a_tester_whose_monitoring_failed_measures_again_after_a_satisfactory_one_and_not_before():
    bench = make_bench()
    with clock.at(day(13, 10)):
        watched(bench, bench.people.technician, date(2026, 11, 13), "failed")
    with pytest.raises(GateRefused) as caught:
        bench.record()
    assert caught.value.stop.gate == "person-authorised" and "chưa đạt" in str(caught.value.stop.says)
    assert caught.value.stop.link_endpoint == "competence.due"
    with pytest.raises(FieldRefused):
        results.assign_job(bench.people.reviewer, bench.job, bench.people.technician)
    watched(bench, bench.people.technician, date(2026, 11, 16), "passed")
    assert results.assign_job(bench.people.reviewer, bench.job, bench.people.technician).assignee_id == bench.people.technician.id
    assert bench.record() is not None


def test_a_check_written_down_after_the_reading_does_not_reach_back_to_it():
    bench = make_bench()
    with clock.at(day(13, 10)):
        watched(bench, bench.people.technician, date(2026, 11, 13), "failed")
    with clock.at(clock.now() + timedelta(minutes=30)):  # satisfactory on Saturday, said on Monday after the reading was entered
        watched(bench, bench.people.technician, date(2026, 11, 14), "passed")
    with pytest.raises(GateRefused) as caught:
        bench.record()
    assert caught.value.stop.gate == "person-authorised"


def test_overdue_monitoring_stops_the_reviewer_too():
    bench = make_bench()
    line = bench.line()
    bench.record(line)
    results.submit_job(bench.people.technician, bench.job, lines=[line], confirmed=confirmed(bench.people.technician))
    reviewer = bench.people.reviewer
    row = queries.standing_of(reviewer.id, clock.today())[0]
    with clock.at(clock.at_local(date(2026, 8, 3), 9)):
        services.record_monitoring(bench.people.quality_manager, reviewer, [row], by=bench.people.signatory, day=date(2026, 8, 3),
                                   way="records", outcome="passed", findings="đã xem", months=2)
    with pytest.raises(GateRefused) as caught:
        results.review_line(reviewer, line, "approved", confirmed=confirmed(reviewer))
    assert caught.value.stop.gate == "reviewer-authorised" and "03/10/2026" in str(caught.value.stop.says)
    with gates.switched_off("reviewer-authorised"):
        assert results.review_line(reviewer, line, "approved", confirmed=confirmed(reviewer)).decision == "approved"


def second_version(bench):
    with clock.at(day(12)):
        second = methods.draft_version(
            bench.people.reviewer, bench.tested.method, environment=method_facts.ROOM, change_note="Thêm dải 40 GHz",
            copy_from=bench.tested.version)
        method_facts.prove(bench.people.reviewer, second)
    method_facts.approve(bench.people, second, date(2026, 11, 15))
    return second


def test_approving_a_new_version_asks_for_each_person_and_the_old_version_is_not_asked_about():
    bench = make_bench()
    second = second_version(bench)
    people, now = bench.people, clock.now()
    asked = queries.questions_of(second.id)
    assert {(q.authorisation.person_id, q.authorisation.task) for q in asked} == {
        (people.technician.id, "test"), (people.reviewer.id, "review")}
    assert asked[0].change_note == "Thêm dải 40 GHz" and asked[0].effective_from == date(2026, 11, 15)
    first = bench.tested.version.id

    def why(person, task, version):
        return people_queries.leave(person.id, task, bench.tested.method.code, clock.today(), now, version).why

    assert why(people.technician, "test", second.id) == "unanswered" and why(people.technician, "test", first) == ""
    by_person = {q.authorisation.person_id: q for q in asked}
    services.answer_version(people.signatory, by_person[people.technician.id], "carried", "cách đo không đổi")
    services.answer_version(people.signatory, by_person[people.reviewer.id], "training", "chưa học cách tính mới")
    now = clock.now()
    assert why(people.technician, "test", second.id) == "" and why(people.reviewer, "review", second.id) == "retraining"
    assert inbox.settle(f"carry-over/{second.id}") == 0  # settled when the last was answered


def test_no_reading_by_a_version_about_which_nobody_answered():
    bench = make_bench()
    second = second_version(bench)
    bench.job.method_version_id = second.id  # a job planned by the new version
    db.session.flush()
    db.session.expire(bench.job, ["method_version"])
    with pytest.raises(GateRefused) as caught:
        bench.record()
    assert caught.value.stop.gate == "person-authorised" and "chưa ai trả lời" in str(caught.value.stop.says)
    for question in queries.questions_of(second.id):
        services.answer_version(bench.people.signatory, question, "carried", "cách đo không đổi")
    with pytest.raises(GateRefused):
        bench.record(measured_at=clock.now() - timedelta(days=1))  # the answer counts from today
    assert bench.record(measured_at=clock.now()) is not None


def test_the_first_version_of_a_method_asks_nobody():
    bench = make_bench()
    assert queries.questions_of(bench.tested.version.id) == []
